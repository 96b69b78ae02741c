"""Zips from elsewhere, opened so that nothing in them reaches outside or past the limits."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from core.solutions.errors import FileTooLarge, ZipInvalid, ZipUnsafe

MIB = 1024 * 1024
MAX_ARCHIVE_BYTES = 256 * MIB
MAX_ENTRIES = 20_000
MAX_ENTRY_BYTES = 256 * MIB
MAX_TOTAL_BYTES = 512 * MIB
MAX_RATIO = 200  # the real packages of the tests stay under 20; deflate can reach 1,032
RATIO_FREE_BYTES = 4 * MIB  # below this, no ratio does harm
CHUNK_BYTES = 256 * 1024

_ENTRY_SIGNATURE = b"PK\x01\x02"
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# all that zipfile and zlib raise on damaged archives, from their sources and from fuzzing
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    OSError,
    ValueError,
)


class ArchiveFiles(Mapping[str, bytes]):
    """The files of a zip by path, `/` between folders; a name is found whatever its case, as on the platform.

    Everything is checked when it is made: names, links, encryption, sizes, ratio and every checksum.
    Contents are read when they are asked for. Threads may share it.
    Raises ZipInvalid, ZipUnsafe or FileTooLarge.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        if len(data) > MAX_ARCHIVE_BYTES:
            raise FileTooLarge(
                f"The zip is larger than {MAX_ARCHIVE_BYTES // MIB} MiB. Make it smaller, or split the solution."
            )
        if data.count(_ENTRY_SIGNATURE) > MAX_ENTRIES:
            raise FileTooLarge(f"The zip has more than {MAX_ENTRIES} entries. Split the solution.")
        self._archive: zipfile.ZipFile | None = None
        with self._opened() as archive:
            self._entries = _checked_entries(archive.infolist(), len(data))
            self._by_folded = {path.casefold(): path for path in self._entries}
            for path, entry in self._entries.items():
                _read_through(archive, entry, path)

    def __getitem__(self, path: str) -> bytes:
        """The content of a file; raises KeyError where there is none."""
        actual = self._by_folded[path.casefold()]
        with self._opened() as archive, archive.open(self._entries[actual]) as stream:
            return stream.read(MAX_ENTRY_BYTES)

    def __iter__(self) -> Iterator[str]:
        """The paths, as the zip spells and orders them."""
        return iter(self._entries)

    def __len__(self) -> int:
        """How many files there are; folders do not count."""
        return len(self._entries)

    def __contains__(self, path: object) -> bool:
        """Whether there is such a file, without reading it."""
        return isinstance(path, str) and path.casefold() in self._by_folded

    @contextmanager
    def stream(self, path: str) -> Iterator[IO[bytes]]:
        """The bytes of a file as a stream."""
        with (
            self._opened() as archive,
            archive.open(self._entries[self._by_folded[path.casefold()]]) as stream,
        ):
            yield stream

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        try:
            if self._archive is None:
                # Kept: reading its directory again takes longer than reading a file.
                self._archive = zipfile.ZipFile(io.BytesIO(self._data))
            yield self._archive
        except _DAMAGE as error:
            raise ZipInvalid(f"The zip is damaged ({error}). Export or download it again.") from error


def looks_like_zip(data: bytes) -> bool:
    """Whether the first bytes are a zip's."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def _checked_entries(entries: list[zipfile.ZipInfo], archive_bytes: int) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    for entry in entries:
        path = _safe_path(entry)
        if path is None:
            continue
        if path.casefold() in folded:
            raise ZipUnsafe(f"The zip holds {path!r} twice. Remove one of the two.")
        folded.add(path.casefold())
        found[path] = entry
    # What is unsafe is told before what is only broken: the one may be kept by who insists, the other never.
    _check_sizes(found, archive_bytes)
    for path, entry in found.items():
        _check_kind(entry, path)
    for path, entry in found.items():
        _check_form(entry, path)
    return found


def _safe_path(entry: zipfile.ZipInfo) -> str | None:
    """The entry's path inside the package, or None for a folder."""
    raw = entry.orig_filename.replace("\\", "/")  # Package Deployer zips use backslashes
    parts = [part for part in raw.split("/") if part not in ("", ".")]
    if raw.startswith("/") or _DRIVE.match(raw) or ".." in parts or _CONTROL.search(raw) or not parts:
        raise ZipUnsafe(
            f"The zip's entry {raw[:120]!r} leads out of it. Make the package again from its folder."
        )
    return None if raw.endswith("/") else "/".join(parts)


def _check_kind(entry: zipfile.ZipInfo, path: str) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise ZipUnsafe(f"{path!r} in the zip is a link or a device, not a file. Put the file itself there.")


def _check_form(entry: zipfile.ZipInfo, path: str) -> None:
    if entry.flag_bits & _ENCRYPTED_FLAGS:
        raise ZipInvalid(f"{path!r} in the zip is encrypted. Make the zip again without a password.")
    if entry.compress_type not in _METHODS:
        raise ZipInvalid(
            f"{path!r} in the zip is compressed in another way than deflate. Make the zip again."
        )


def _check_sizes(entries: Mapping[str, zipfile.ZipInfo], archive_bytes: int) -> None:
    # Declared sizes can be trusted as upper limits: zipfile never gives more bytes than an entry declares.
    total = sum(entry.file_size for entry in entries.values())
    if total > MAX_TOTAL_BYTES or any(entry.file_size > MAX_ENTRY_BYTES for entry in entries.values()):
        raise FileTooLarge(
            f"The zip unpacks to more than {MAX_TOTAL_BYTES // MIB} MiB. Make its files smaller."
        )
    if total > RATIO_FREE_BYTES and total > archive_bytes * MAX_RATIO:
        raise FileTooLarge(f"The zip unpacks to more than {MAX_RATIO} times its size, as only a trap does.")
    if sum(entry.compress_size for entry in entries.values()) > archive_bytes:
        raise ZipUnsafe("The zip's entries overlap: several stand for the same bytes, as only a trap does.")


def _read_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str) -> None:
    """Read an entry to its end: a wrong size or checksum shows now, not in the middle of an installation."""
    seen = 0
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            seen += len(chunk)
            if seen > entry.file_size:
                raise ZipUnsafe(
                    f"{path!r} in the zip is larger than the zip says. Make the zip again from its folder."
                )
    if seen != entry.file_size:
        raise ZipInvalid(f"{path!r} in the zip is cut off. Export or download it again.")
