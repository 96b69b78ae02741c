"""A solution's package: its manifest and its files, from a zip or from a folder of source."""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.solutions.archive import MAX_ENTRIES, MAX_TOTAL_BYTES, ArchiveFiles
from core.solutions.errors import (
    ROOT_FILES_TEXT,
    FileNotUsable,
    FilesMissing,
    FileTooLarge,
    ZipUnsafe,
)
from core.solutions.manifest import FILE as MANIFEST
from core.solutions.manifest import Manifest, parse_manifest
from core.solutions.safe_xml import well_formed

CUSTOMIZATIONS = "customizations.xml"
CONTENT_TYPES = "[Content_Types].xml"
ROOT_FILES = (MANIFEST, CUSTOMIZATIONS, CONTENT_TYPES)
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: the same folder makes the same bytes


@dataclass(frozen=True, eq=False)
class Package:
    """One solution that can be installed. `files` reads a file when asked; `digest` is the zip's SHA-256."""

    manifest: Manifest
    files: Mapping[str, bytes]
    digest: str
    _data: bytes

    @classmethod
    def from_zip_bytes(cls, data: bytes) -> "Package":
        """Open a solution's zip, wholly checked; raises a PackageError that says what is wrong."""
        files = ArchiveFiles(data)
        missing = [name for name in ROOT_FILES if name not in files]
        if missing:
            raise FilesMissing(
                f"{', '.join(missing)} missing at the root of the zip. {ROOT_FILES_TEXT} Zip the files themselves, not their folder."
            )
        manifest = parse_manifest(files[MANIFEST])
        for name in (CUSTOMIZATIONS, CONTENT_TYPES):
            with files.stream(name) as stream:
                well_formed(stream, name)
        return cls(manifest, files, hashlib.sha256(data).hexdigest(), data)

    @classmethod
    def from_folder(cls, folder: Path) -> "Package":
        """Open a folder that holds what the zip would: the same checks, and the same digest everywhere."""
        return cls.from_zip_bytes(pack_folder(folder))

    def to_zip_bytes(self) -> bytes:
        """The zip, as it came or as the folder makes it."""
        return self._data


def pack_folder(folder: Path) -> bytes:
    """A zip of the folder's files, always the same bytes for the same contents: sorted, one time, stored."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, content in _folder_files(folder):
            entry = zipfile.ZipInfo(path, _FIXED_TIME)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, content)
    return buffer.getvalue()


def _folder_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file, sorted; hidden ones are left out, links refused."""
    if not folder.is_dir():
        raise FileNotUsable(f"There is no folder {folder.name!r}. Give the folder that holds solution.xml.")
    total = 0
    for count, path in enumerate(_walk(folder)):
        total += path.stat().st_size
        if count >= MAX_ENTRIES or total > MAX_TOTAL_BYTES:
            raise FileTooLarge(
                f"The folder {folder.name!r} holds more than a package may. Leave out what is not the solution's."
            )
        yield path.relative_to(folder).as_posix(), path.read_bytes()


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in [*files, *folders]:
            path = Path(root, name)
            if path.is_symlink():
                raise ZipUnsafe(f"{name!r} in the folder is a link. Put the file itself there.")
        found += [Path(root, name) for name in files if not name.startswith(".")]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())
