"""What a file is: a solution, an install order, something else, or the reason why it can't be read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import PackageError
from core.solutions import manifest as manifests
from core.solutions import order as orders
from core.solutions.archive import MAX_ARCHIVE_BYTES, MIB, ArchiveFiles, looks_like_zip
from core.solutions.errors import FileNotUsable, FilesMissing, FileTooLarge, ZipInvalid
from core.solutions.manifest import Manifest, parse_manifest
from core.solutions.order import InstallOrder, parse_order
from core.solutions.package import CUSTOMIZATIONS, Package
from core.solutions.safe_xml import parse_xml

# where the tools that unpack a solution put its manifest
UNPACKED_MANIFESTS = ("Other/Solution.xml", "src/Other/Solution.xml")
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file and what it is: a manifest, an order, an error, or none of them (unknown)."""

    file: str
    manifest: Manifest | None = None
    order: InstallOrder | None = None
    error: PackageError | None = None

    @property
    def kind(self) -> str:
        """`solution`, `order`, `unknown` or `error`."""
        if self.error is not None:
            return "error"
        if self.manifest is not None:
            return "solution"
        return "unknown" if self.order is None else "order"

    def as_dict(self) -> dict[str, Any]:
        """As `packages check` prints it.

        `managed` is the manifest's own number: 0 unmanaged, 1 managed, 2 source that makes both, null unsaid.
        """
        if self.error is not None:
            return {"file": self.file, "error": {"code": self.error.code, "message": self.error.message}}
        found: dict[str, Any] = {"file": self.file, "kind": self.kind}
        if self.manifest is not None:
            found |= _manifest_fields(self.manifest)
        if self.order is not None:
            found["solutions"] = list(self.order.files)
            found |= {"notes": list(self.order.notes)} if self.order.notes else {}
        return found


def check(path: Path, shown_as: str | None = None) -> CheckedFile:
    """What the file, or the folder of an unpacked solution, is by its content; never raises for that.

    Well-formed XML and zips of another kind are unknown, and so is any file that neither is nor claims to be
    XML or a zip. What claims to be one by its name or its first characters, and can't be read, is an error.
    """
    shown = shown_as or str(path)
    try:
        if path.is_dir():
            return _check_folder(path, shown)
        return _check_bytes(_read(path), path.suffix.lower(), shown)
    except PackageError as error:
        return CheckedFile(shown, error=error)
    except OSError as error:
        return CheckedFile(shown, error=_unreadable(path, error))


def _check_bytes(data: bytes, suffix: str, shown: str) -> CheckedFile:
    if looks_like_zip(data):
        return _check_zip(data, shown)
    if suffix == ".zip":
        raise ZipInvalid("This is no zip, although its name says so. Export or download it again.")
    if suffix == ".xml" or _begins_like_xml(data):
        return _check_xml(data, shown)
    if not data:
        raise FileNotUsable("The file is empty. Export or download it again.")
    return CheckedFile(shown)


def _check_zip(data: bytes, shown: str) -> CheckedFile:
    files = ArchiveFiles(data)
    if manifests.FILE in files:
        return CheckedFile(shown, manifest=Package.from_zip_bytes(data).manifest)
    by_depth = sorted(files, key=lambda path: (path.count("/"), path))
    named = [path.rpartition("/")[2].casefold() for path in by_depth]
    if orders.FILE.casefold() in named:
        path = by_depth[named.index(orders.FILE.casefold())]
        return CheckedFile(shown, order=parse_order(files[path], path))
    if CUSTOMIZATIONS in files or manifests.FILE in named:
        Package.from_zip_bytes(data)  # names what is missing at the root
    return CheckedFile(shown)


def _check_xml(data: bytes, shown: str) -> CheckedFile:
    name = Path(shown).name
    root = parse_xml(data, name)
    if orders.is_order(root):
        return CheckedFile(shown, order=parse_order(data, name))
    # customizations.xml has the same root as solution.xml, but neither a manifest nor a package version
    is_manifest = root.find("SolutionManifest") is not None or "SolutionPackageVersion" in root.attrib
    if root.tag == "ImportExportXml" and is_manifest:
        return CheckedFile(shown, manifest=parse_manifest(data, name))
    return CheckedFile(shown)


def _check_folder(folder: Path, shown: str) -> CheckedFile:
    if (folder / manifests.FILE).is_file():
        return CheckedFile(shown, manifest=Package.from_folder(folder).manifest)
    for place in UNPACKED_MANIFESTS:
        if (folder / place).is_file():
            return CheckedFile(shown, manifest=parse_manifest(_read(folder / place), place))
    raise FilesMissing(
        "The folder holds no solution. Give the folder that has solution.xml or Other/Solution.xml in it."
    )


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise FileNotUsable(f"There is no file {path.name!r}. Check the path.")
    if path.stat().st_size > MAX_ARCHIVE_BYTES:
        raise FileTooLarge(f"The file is larger than {MAX_ARCHIVE_BYTES // MIB} MiB. Give a smaller one.")
    return path.read_bytes()


def _unreadable(path: Path, error: OSError) -> FileNotUsable:
    return FileNotUsable(f"{path.name[:80]!r} can't be read ({error.strerror}). Check path and rights.")


def _begins_like_xml(data: bytes) -> bool:
    head = data[:64]
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip().startswith(b"<")


def _manifest_fields(manifest: Manifest) -> dict[str, Any]:
    return {
        "unique_name": manifest.unique_name,
        "version": str(manifest.version),
        "managed": manifest.managed,
        "publisher": manifest.publisher,
        "language": manifest.language,
        "components": len(manifest.components),
        "requires": [
            {"solution": need.solution, "version": None if need.version is None else str(need.version)}
            for need in manifest.requires
        ],
    }
