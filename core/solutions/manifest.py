"""What a solution says of itself: solution.xml, from a zip or from unpacked source."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree.ElementTree import Element

from core.solutions.errors import ManifestInvalid
from core.solutions.safe_xml import parse_xml
from core.solutions.version import Version

FILE = "solution.xml"
UNMANAGED, MANAGED, BOTH = 0, 1, 2
ACTIVE_LAYER = "Active"  # the unmanaged layer of the instance that exported it: no solution to install
MAX_NAME = 100
_UNIQUE_NAME = re.compile(r"[A-Za-z0-9_]+")
_VERSION_CHARACTERS = frozenset("0123456789. ")


@dataclass(frozen=True, slots=True)
class RootComponent:
    """A component that the solution brings; `type` is a number, or a word in newer solutions."""

    type: str | None
    schema_name: str | None
    id: str | None
    behavior: int | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A solution that must be there first, at this version or higher; None is any version."""

    solution: str
    version: Version | None


@dataclass(frozen=True, slots=True)
class MissingDependency:
    """One component that another solution must bring. `package` names the installable app that has it."""

    required_type: str | None
    required_name: str | None
    solution: str | None
    version: Version | None
    package: str | None
    dependent_type: str | None
    dependent_name: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What solution.xml says. `managed` is 0, 1, 2 (source that makes both), or None where it is silent."""

    unique_name: str
    display_name: str
    names: Mapping[int, str]
    version: Version
    managed: int | None
    publisher: str | None
    publisher_prefix: str | None
    language: int | None
    package_version: Version | None
    generated_by_version: str | None
    components: tuple[RootComponent, ...]
    missing: tuple[MissingDependency, ...]
    requires: tuple[Requirement, ...]


def parse_manifest(data: bytes, file: str = FILE) -> Manifest:
    """The manifest in the bytes of a solution.xml.

    `requires` is its missing dependencies, one entry a solution in order of first appearance, at the highest
    version that any names; without the `Active` layer and without the solution itself.
    Raises XmlInvalid, XmlUnsafe, ManifestInvalid or VersionInvalid; each names `file`.
    """
    root = parse_xml(data, file)
    return _Reader(root, file).read()


class _Reader:
    """Reads one manifest; every refusal names the element."""

    def __init__(self, root: Element, file: str) -> None:
        self.root = root
        self.file = file

    def read(self) -> Manifest:
        if self.root.tag != "ImportExportXml":
            raise self._refusal(f"its root is {self.root.tag[:80]!r}, where ImportExportXml belongs.")
        manifest = self._one(self.root, "SolutionManifest")
        unique_name = self._unique_name(manifest)
        names = self._names(manifest)
        language = self._whole_number(self.root, "languagecode")
        missing = tuple(self._missing(manifest))
        return Manifest(
            unique_name=unique_name,
            display_name=names.get(language or 0) or next(iter(names.values()), unique_name),
            names=MappingProxyType(names),
            version=Version.parse(self._text(manifest, "Version"), min_parts=2, file=self.file),
            managed=self._managed(manifest),
            publisher=_found_text(manifest, "Publisher/UniqueName"),
            publisher_prefix=_found_text(manifest, "Publisher/CustomizationPrefix"),
            language=language,
            package_version=self._optional_version(self.root.get("SolutionPackageVersion")),
            generated_by_version=self.root.get("version"),
            components=tuple(self._components(manifest)),
            missing=missing,
            requires=_requirements(unique_name, missing),
        )

    def _unique_name(self, manifest: Element) -> str:
        name = self._text(manifest, "UniqueName")
        if not _UNIQUE_NAME.fullmatch(name) or len(name) > MAX_NAME:
            raise self._refusal(
                f"UniqueName {name[:80]!r} may hold only letters, digits and underscores, up to {MAX_NAME}."
            )
        return name

    def _managed(self, manifest: Element) -> int | None:
        if manifest.find("Managed") is None:
            return None  # unpacked source may leave it to the packer
        text = self._text(manifest, "Managed")
        if text not in {"0", "1", "2"}:
            raise self._refusal(f"Managed is {text[:40]!r}; it must be 0, 1 or 2.")
        return int(text)

    def _names(self, manifest: Element) -> dict[int, str]:
        found: dict[int, str] = {}
        for element in manifest.iterfind("LocalizedNames/LocalizedName"):
            language = self._whole_number(element, "languagecode")
            if language is not None and element.get("description"):
                found.setdefault(language, element.get("description", ""))
        return found

    def _components(self, manifest: Element) -> Iterator[RootComponent]:
        for element in manifest.iterfind("RootComponents/RootComponent"):
            yield RootComponent(
                type=element.get("type"),
                schema_name=element.get("schemaName"),
                id=element.get("id"),
                behavior=self._whole_number(element, "behavior"),
            )

    def _missing(self, manifest: Element) -> Iterator[MissingDependency]:
        for element in manifest.iterfind("MissingDependencies/MissingDependency"):
            required = self._one(element, "Required")
            dependent = element.find("Dependent")
            solution, version = self._solution(required.get("solution", ""))
            yield MissingDependency(
                required_type=required.get("type"),
                required_name=_component_name(required),
                solution=solution,
                version=version,
                package=_found_text(required, "package"),
                dependent_type=None if dependent is None else dependent.get("type"),
                dependent_name=None if dependent is None else _component_name(dependent),
            )

    def _solution(self, text: str) -> tuple[str | None, Version | None]:
        """`Name (version)`; a name may hold spaces and brackets of its own, and the version may be absent."""
        written = text.strip()
        name, bracket, rest = written.rpartition("(")
        if not bracket or not rest.endswith(")") or not _VERSION_CHARACTERS.issuperset(rest[:-1]):
            return written or None, None
        if not name.strip():
            raise self._refusal(f"Required solution {written[:80]!r} has a version and no name.")
        return name.strip(), self._optional_version(rest[:-1])

    def _optional_version(self, text: str | None) -> Version | None:
        return Version.parse(text, file=self.file) if text and text.strip() else None

    def _one(self, parent: Element, tag: str) -> Element:
        found = parent.findall(tag)
        if len(found) != 1:
            count = "no" if not found else f"{len(found)}"
            raise self._refusal(f"{parent.tag} has {count} {tag} where one belongs.")
        return found[0]

    def _text(self, parent: Element, tag: str) -> str:
        text = "".join(self._one(parent, tag).itertext()).strip()
        if not text:
            raise self._refusal(f"{tag} in {parent.tag} is empty.")
        return text

    def _whole_number(self, element: Element, name: str) -> int | None:
        text = element.get(name, "").strip()
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise self._refusal(f"{name} of a {element.tag} is {text[:40]!r}; it must be a whole number.")
        return int(text)

    def _refusal(self, reason: str) -> ManifestInvalid:
        return ManifestInvalid(f"{reason} Correct it, or export the solution again.", file=self.file)


def _found_text(parent: Element, path: str) -> str | None:
    return (parent.findtext(path) or "").strip() or None


def _component_name(element: Element) -> str | None:
    return element.get("schemaName") or element.get("displayName") or element.get("id")


def _requirements(own_name: str, missing: tuple[MissingDependency, ...]) -> tuple[Requirement, ...]:
    highest: dict[str, Version | None] = {}
    for dependency in missing:
        name, version = dependency.solution, dependency.version
        if name is None or name in (ACTIVE_LAYER, own_name):
            continue
        known = highest.get(name)
        highest[name] = max(known, version) if known and version else known or version
    return tuple(Requirement(name, version) for name, version in highest.items())
