"""Read the whole catalogue from a folder, checked."""

from functools import cache
from pathlib import Path

from core.catalogue.catalogue import Catalogue
from core.catalogue.checks import check_catalogue
from core.catalogue.models import Audience, Feature, Language, OtherSolution, PortalTemplate, Terms
from core.catalogue.reading import WHOLE_FILE, make, parse_yaml, read_list, read_text, shown
from core.errors import DataError
from core.settings import ROOT

FOLDER = ROOT / "data" / "catalogue"


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The catalogue of that folder; without one, the project's own, read once a process.

    Raises DataError (file, key, reason) for the first record that is wrong, or does not fit the others.
    """
    return _own() if folder is None else _load(folder)


@cache
def _own() -> Catalogue:
    return _load(FOLDER)


def _load(folder: Path) -> Catalogue:
    catalogue = Catalogue(
        audiences=read_list(folder / "audiences.yaml", folder, Audience, "slug"),
        portals=read_list(folder / "portals.yaml", folder, PortalTemplate, "slug"),
        features=_read_features(folder),
        languages=read_list(folder / "languages.yaml", folder, Language, "lcid"),
        other_solutions=read_list(folder / "other_solutions.yaml", folder, OtherSolution, "unique_name"),
        terms=_read_terms(folder),
    )
    check_catalogue(catalogue, folder.name)
    return catalogue


def _read_features(folder: Path) -> tuple[Feature, ...]:
    """One record a file; the file's name is the slug. In the matrix's order."""
    paths = sorted(path for path in (folder / "features").glob("*") if not path.name.startswith("."))
    if not paths:
        raise DataError(shown(folder / "features", folder), WHOLE_FILE, "holds no feature")
    return tuple(sorted((_read_feature(path, folder) for path in paths), key=lambda feature: feature.order))


def _read_feature(path: Path, folder: Path) -> Feature:
    file = shown(path, folder)
    if path.suffix != ".yaml":
        raise DataError(file, WHOLE_FILE, "is no feature's record: its name should end in .yaml")
    raw = parse_yaml(read_text(path, file), file)
    if isinstance(raw, dict) and "slug" in raw:
        raise DataError(file, "slug", "is the file's name and not written in it")
    return make(Feature, {**raw, "slug": path.stem} if isinstance(raw, dict) else raw, file)


def _read_terms(folder: Path) -> Terms:
    """Markdown under a front matter that has the version and the title."""
    path = folder / "terms.md"
    file = shown(path, folder)
    before, _, rest = read_text(path, file).partition("---\n")
    front, fence, text = rest.partition("\n---\n")
    if before or not fence:
        raise DataError(file, WHOLE_FILE, "should begin with a front matter between two lines of ---")
    raw = parse_yaml(front, file)
    return make(Terms, {**raw, "text": text.strip()} if isinstance(raw, dict) else raw, file)
