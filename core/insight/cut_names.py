"""The values by which failures are cut, as people call them."""

from collections.abc import Callable

from core.catalogue import Catalogue
from core.diagnosis import Diagnoser, find_diagnoser
from core.directory.directory import Directory
from core.errors import NotFound, PortalNotForAudience

NameOf = Callable[[str, str | int], str]  # a cut and a value of it


def names_of(catalogue: Catalogue, directory: Directory) -> NameOf:
    """A function that names a value of a cut; one of an earlier version, or gone, by its key: that is all that is left."""

    def name(by: str, key: str | int) -> str:
        try:
            if by == "cause":
                rules = find_diagnoser()
                # Where a record is wrong no title is known: the cause's own name says it.
                return rules.record(str(key)).title if isinstance(rules, Diagnoser) else str(key)
            if by == "portal":
                return catalogue.portal(str(key)).name
            if by == "instance":
                return directory.name(str(key))
            if by == "language":
                return catalogue.language(int(key)).name
        except (KeyError, ValueError, NotFound, PortalNotForAudience):
            pass
        return str(key)

    return name
