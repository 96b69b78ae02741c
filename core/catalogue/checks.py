"""Whether the catalogue's records fit each other. Each check raises DataError for the first that does not."""

from collections.abc import Collection, Iterable

from core.catalogue.catalogue import Catalogue
from core.catalogue.models import Feature, slug_of
from core.catalogue.reading import refuse_doubled
from core.errors import DataError


def check_catalogue(catalogue: Catalogue, folder: str) -> None:
    """Raise DataError unless every name that a record uses is there, and the matrix fits the packages."""
    _check_portals(catalogue, f"{folder}/portals.yaml")
    _check_audiences(catalogue, f"{folder}/audiences.yaml", f"{folder}/portals.yaml")
    _check_other_solutions(catalogue, f"{folder}/other_solutions.yaml")
    _check_languages(catalogue, f"{folder}/languages.yaml")
    for feature in catalogue.features:
        _check_feature(catalogue, feature, f"{folder}/features/{feature.slug}.yaml")
    _check_rows_differ(catalogue, folder)


def _check_portals(catalogue: Catalogue, file: str) -> None:
    refuse_doubled([portal.name for portal in catalogue.portals], file, "name")
    columns = {portal.slug for portal in catalogue.columns}
    known = _known_solutions(catalogue)
    for portal in catalogue.portals:
        refuse_doubled(list(portal.solutions), file, f"{portal.slug}.solutions")
        refuse_doubled([*portal.solutions, *portal.requires], file, f"{portal.slug}.requires")
        _refuse_unknown(portal.requires, known, file, f"{portal.slug}.requires", "solution")
        if portal.content_of is not None:
            _refuse_unknown(
                [portal.content_of], columns, file, f"{portal.slug}.content_of", "portal of the matrix"
            )


def _check_audiences(catalogue: Catalogue, file: str, portals_file: str) -> None:
    refuse_doubled([audience.name for audience in catalogue.audiences], file, "name")
    slugs = [portal.slug for portal in catalogue.portals]
    for audience in catalogue.audiences:
        refuse_doubled(list(audience.portals), file, f"{audience.slug}.portals")
        _refuse_unknown(audience.portals, slugs, file, f"{audience.slug}.portals", "portal")
    on_offer = {slug for audience in catalogue.audiences for slug in audience.portals}
    for slug in slugs:
        if slug not in on_offer:
            raise DataError(portals_file, slug, "is offered to no audience")


def _check_other_solutions(catalogue: Catalogue, file: str) -> None:
    brought = catalogue.solutions()
    for other in catalogue.other_solutions:
        if other.unique_name in brought:
            raise DataError(
                file, other.unique_name, "is brought by a portal's package, so it is no other product's"
            )


def _check_languages(catalogue: Catalogue, file: str) -> None:
    refuse_doubled([language.code for language in catalogue.languages], file, "code")
    refuse_doubled([language.name for language in catalogue.languages], file, "name")


def _check_feature(catalogue: Catalogue, feature: Feature, file: str) -> None:
    if slug_of(feature.name) != feature.slug:
        raise DataError(file, "name", f"{feature.name!r} belongs into {slug_of(feature.name)}.yaml")
    refuse_doubled(list(feature.portals), file, "portals")
    columns = [portal.slug for portal in catalogue.columns]
    _refuse_unknown(feature.portals, columns, file, "portals", "portal of the matrix")
    if feature.delivered.with_solution is not None:
        known = _known_solutions(catalogue)
        _refuse_unknown([feature.delivered.with_solution], known, file, "delivered.with_solution", "solution")
    if feature.delivered.solution is not None:
        _refuse_unknown(
            [feature.delivered.solution], catalogue.solutions(), file, "delivered.solution", "solution"
        )
        _check_against_packages(catalogue, feature, feature.delivered.solution, file)


def _check_against_packages(catalogue: Catalogue, feature: Feature, solution: str, file: str) -> None:
    """A portal has what a solution delivers exactly where its package brings that solution (R17)."""
    for portal in catalogue.columns:
        has_dot, is_brought = portal.slug in feature.portals, solution in portal.solutions
        if has_dot and not is_brought:
            raise DataError(file, "portals", f"has {portal.slug}, whose package does not bring {solution}")
        if is_brought and not has_dot:
            raise DataError(file, "portals", f"lacks {portal.slug}, whose package brings {solution}")


def _check_rows_differ(catalogue: Catalogue, folder: str) -> None:
    """No two features stand in one place of the matrix, or are seen at one place of a portal."""
    orders: dict[int, str] = {}
    places: dict[str, str] = {}
    for feature in catalogue.features:
        file = f"{folder}/features/{feature.slug}.yaml"
        other = orders.setdefault(feature.order, feature.slug)
        if other != feature.slug:
            raise DataError(file, "order", f"{feature.order} is there twice: {other} has it")
        if feature.seen.kind == "mark":
            continue
        other = places.setdefault(feature.seen.at, feature.slug)
        if other != feature.slug:
            raise DataError(file, "seen.at", f"{feature.seen.at} is there twice: {other} has it")


def _known_solutions(catalogue: Catalogue) -> set[str]:
    return {*catalogue.solutions(), *(other.unique_name for other in catalogue.other_solutions)}


def _refuse_unknown(names: Iterable[str], known: Collection[str], file: str, key: str, kind: str) -> None:
    for name in names:
        if name not in known:
            raise DataError(file, key, f"{name} is no known {kind}")
