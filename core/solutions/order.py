"""A package's install order: ImportConfig.xml of a Package Deployer package."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from xml.etree.ElementTree import Element

from core.solutions.errors import OrderInvalid
from core.solutions.safe_xml import parse_xml

FILE = "ImportConfig.xml"
ROOT = "configdatastorage"
FILE_NAME = "solutionpackagefilename"
LIKE_ENOUGH = 0.85  # two letters swapped, lost or doubled; no other attribute comes near


@dataclass(frozen=True, slots=True)
class InstallOrder:
    """The solutions' file names in the order of their installation, and what was put right in reading."""

    files: tuple[str, ...]
    notes: tuple[str, ...]


def parse_order(data: bytes, file: str = FILE) -> InstallOrder:
    """The order in the bytes of an ImportConfig.xml.

    An entry without a file name (the template has one) counts for nothing; element and attribute names are
    taken in any case, and a misspelt `solutionpackagefilename` as it was meant: `notes` says so.
    Raises XmlInvalid, XmlUnsafe or OrderInvalid; each names `file`.
    """
    root = parse_xml(data, file)
    if not is_order(root):
        raise OrderInvalid(f"its root is {root.tag[:80]!r}, where {ROOT} belongs. Correct it.", file=file)
    files: list[str] = []
    notes: list[str] = []
    for solutions in _children(root, "solutions"):
        for entry in _children(solutions, "configsolutionfile"):
            name, note = _file_name(entry)
            files += [name] if name else []
            notes += [note] if note else []
    return InstallOrder(tuple(files), tuple(notes))


def is_order(root: Element) -> bool:
    """Whether this is the root of an ImportConfig.xml."""
    return root.tag.casefold() == ROOT


def _children(parent: Element, tag: str) -> list[Element]:
    return [child for child in parent if child.tag.casefold() == tag]


def _file_name(entry: Element) -> tuple[str, str | None]:
    exact = entry.get(FILE_NAME)
    if exact is not None:
        return exact.strip(), None
    likeness = {name: SequenceMatcher(None, name.casefold(), FILE_NAME).ratio() for name in entry.attrib}
    nearest = max(likeness, key=likeness.__getitem__, default="")
    if likeness.get(nearest, 0) < LIKE_ENOUGH:
        return "", f"An entry without {FILE_NAME} was left out."
    return entry.get(nearest, "").strip(), f"{nearest!r} was taken for {FILE_NAME}."
