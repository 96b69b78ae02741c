"""A plan from files, as `packages plan` is given them."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PureWindowsPath

from core.solutions.archive import ArchiveFiles, looks_like_zip
from core.solutions.check import CheckedFile, check
from core.solutions.errors import NotASolution
from core.solutions.graph import Plan, plan
from core.solutions.manifest import Manifest
from core.solutions.package import Package


def plan_files(paths: Sequence[Path]) -> Plan:
    """The plan for solutions in zips, solution.xml files or unpacked folders.

    An ImportConfig.xml among them only breaks ties: where requirements leave the order open, solutions whose
    files it names come first, in its order. A Package Deployer zip stands for the solutions that are in it.
    Raises PackageError for a file that can't be read, and NotASolution for one of another kind.
    """
    checked = [check(path) for path in paths]
    named: list[tuple[str, Manifest]] = []
    for path, found in zip(paths, checked, strict=True):
        if found.error is not None:
            raise found.error
        if found.kind == "unknown":
            raise NotASolution(f"{found.file} is neither a solution nor an ImportConfig.xml. Leave it out.")
        named += [(path.name, found.manifest)] if found.manifest else _solutions_inside(path, found)
    ranks = _ranks(checked)
    named.sort(key=lambda entry: ranks.get(_file_key(entry[0]), len(ranks)))
    return plan(manifest for _, manifest in named)


def _solutions_inside(path: Path, found: CheckedFile) -> Iterator[tuple[str, Manifest]]:
    """The solutions of a Package Deployer zip that its order names; none of an ImportConfig.xml by itself."""
    data = path.read_bytes()
    if found.order is None or not looks_like_zip(data):
        return
    files = ArchiveFiles(data)
    wanted = {_file_key(name) for name in found.order.files}
    for inside in files:
        if _file_key(inside) in wanted:
            yield inside, Package.from_zip_bytes(files[inside]).manifest


def _ranks(checked: Sequence[CheckedFile]) -> dict[str, int]:
    listed = [name for found in checked if found.order is not None for name in found.order.files]
    return {_file_key(name): rank for rank, name in reversed(list(enumerate(listed)))}


def _file_key(name: str) -> str:
    return PureWindowsPath(name).name.casefold()
