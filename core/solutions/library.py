"""The packages that Portico can install: its own, from folders of source, and uploaded ones."""

import logging
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from core.errors import Conflict, NotFound, PackageError
from core.solutions.inspection import Inspected, inspect
from core.solutions.manifest import FILE, Manifest, parse_manifest
from core.solutions.package import Package
from core.solutions.version import Version

log = logging.getLogger(__name__)
SOUND, BROKEN = ".zip", ".broken"  # how an upload's file ends
_FIRST = Version.parse("1.0.0.0")


@dataclass(frozen=True, slots=True)
class _Source:
    """Where one version of a solution lies: a folder of source, or an uploaded zip."""

    manifest: Manifest
    path: Path
    stamp: tuple[int, int, int] | None = None  # tells one upload under a name from the next
    error: PackageError | None = None  # why the platform will refuse it

    @property
    def rank(self) -> tuple[Version, bool]:
        """What is preferred: the highest version, and of equal ones the uploaded."""
        return (self.manifest.version, self.stamp is not None)


class PackageLibrary:
    """Solutions by unique name, each in one version or several; without a version the highest is meant.

    `folder` holds one folder of source a solution and does not change while the process runs; uploads may,
    from any process that shares the folder. Packages are opened when they are asked for and kept.
    Threads may share a library.
    """

    def __init__(self, folder: Path, uploads_folder: Path | None = None) -> None:
        self._folder = folder
        self._uploads_folder = uploads_folder
        self._lock = Lock()
        self._own: tuple[_Source, ...] | None = None
        self._uploaded: dict[Path, _Source] = {}
        self._by_name: Mapping[str, list[_Source]] | None = None
        self._packages: dict[Path, tuple[_Source, Package]] = {}

    def names(self) -> tuple[str, ...]:
        """The unique names of all solutions, sorted."""
        return tuple(sorted(self._sources()))

    def versions(self, unique_name: str) -> tuple[Version, ...]:
        """The versions of a solution, the highest first; raises NotFound."""
        return tuple(source.manifest.version for source in self._of(unique_name))

    def manifest(self, unique_name: str, version: Version | str | None = None) -> Manifest:
        """The manifest of a solution; raises NotFound."""
        return self._source(unique_name, version).manifest

    def get(self, unique_name: str, version: Version | str | None = None) -> Package:
        """The package of a solution, opened once; raises NotFound, or PackageError where it is broken."""
        return self._opened(self._source(unique_name, version))

    def zip_bytes(self, unique_name: str) -> bytes:
        """The zip of a solution as it came, also of a broken one; raises NotFound."""
        source = self._source(unique_name, None)
        return self._opened(source).to_zip_bytes() if source.error is None else source.path.read_bytes()

    def error(self, unique_name: str) -> PackageError | None:
        """Why the platform will refuse the package; None for a sound one. Raises NotFound."""
        return self._source(unique_name, None).error

    def highest(self, unique_name: str, *, sound_only: bool) -> Version:
        """The highest version, with or without the broken ones; raises NotFound."""
        versions = [
            one.manifest.version for one in self._of(unique_name) if one.error is None or not sound_only
        ]
        if not versions:
            raise NotFound(f"The library has no sound package of {unique_name!r}. Upload one.")
        return versions[0]

    def next_version(self, unique_name: str) -> Version:
        """What a package counts as that does not say its version: the one after the highest, so that it is used."""
        known = self._sources().get(unique_name)
        return known[0].manifest.version.following if known else _FIRST

    def uploaded_at(self, unique_name: str, version: Version | str | None = None) -> datetime | None:
        """When the package was uploaded; None for one of Portico's own. Raises NotFound."""
        stamp = self._source(unique_name, version).stamp
        return None if stamp is None else datetime.fromtimestamp(stamp[0] / 1e9, UTC)

    def remove(self, unique_name: str, version: Version | str) -> None:
        """Take an uploaded package away again; raises NotFound, Conflict for one of Portico's own."""
        source = self._source(unique_name, version)
        if source.stamp is None:
            raise Conflict(
                f"{unique_name} {source.manifest.version} is Portico's own and stays. Remove an upload.",
                field="version",
            )
        source.path.unlink(missing_ok=True)

    def add(self, data: bytes) -> Manifest:
        """Keep an uploaded zip, after every check, and give its manifest; the same again changes nothing.

        It takes the place of another zip of the same solution and version, and of every broken one of that solution.
        Raises PackageError where the zip is not usable.
        """
        manifest = Package.from_zip_bytes(data).manifest
        self._keep(manifest, data, SOUND)
        for source in self._of(manifest.unique_name):
            if source.error is not None:
                source.path.unlink(missing_ok=True)
        return manifest

    def add_broken(self, inspected: Inspected) -> None:
        """Keep a package that the platform will refuse, for who wants it to be asked all the same."""
        kept = self._keep(inspected.manifest, inspected.data, BROKEN)
        kept.with_suffix(SOUND).unlink(missing_ok=True)

    def _keep(self, manifest: Manifest, data: bytes, ending: str) -> Path:
        if self._uploads_folder is None:
            raise Conflict("This library takes no uploads. Give it a folder for them.", field="file")
        dotted = ".".join(str(part) for part in manifest.version.parts)
        self._uploads_folder.mkdir(parents=True, exist_ok=True)
        target = self._uploads_folder / f"{manifest.unique_name}_{dotted}{ending}"
        _write_atomically(target, data)
        return target

    def _opened(self, source: _Source) -> Package:
        with self._lock:
            known, opened = self._packages.get(source.path, (None, None))
        if opened is None or known != source:
            # Opened outside the lock: two threads may open the same one, and either result serves both.
            # A broken one says here what is wrong with it.
            opened = Package.from_folder(source.path) if source.stamp is None else _open_zip(source.path)
            with self._lock:
                self._packages[source.path] = (source, opened)
        return opened

    def _source(self, unique_name: str, version: Version | str | None) -> _Source:
        wanted = Version.parse(version) if isinstance(version, str) else version
        for source in self._of(unique_name):
            if wanted is None or source.manifest.version == wanted:
                return source
        raise NotFound(f"There is no version {wanted} of {unique_name}. Upload it, or choose another.")

    def _of(self, unique_name: str) -> list[_Source]:
        found = self._sources().get(unique_name)
        if not found:
            raise NotFound(f"There is no solution {unique_name!r} in the library. Upload its package first.")
        return found

    def _sources(self) -> Mapping[str, list[_Source]]:
        """Every source by unique name, the highest first; put in order anew only when an upload came or went."""
        with self._lock:
            if self._own is None:
                self._own = tuple(_own_sources(self._folder))
            uploaded = self._scan_uploads()
            if self._by_name is None or uploaded != self._uploaded:
                self._uploaded = uploaded
                self._by_name = _in_order([*self._own, *uploaded.values()])
            return self._by_name

    def _scan_uploads(self) -> dict[Path, _Source]:
        """The uploads that lie there now; one that has not changed is not read again."""
        if self._uploads_folder is None or not self._uploads_folder.is_dir():
            return {}
        paths = [path for path in self._uploads_folder.iterdir() if path.suffix in (SOUND, BROKEN)]
        read = (self._upload(path) for path in sorted(paths))
        return {source.path: source for source in read if source is not None}

    def _upload(self, path: Path) -> _Source | None:
        try:
            state = path.stat()
            stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
            known = self._uploaded.get(path)
            if known and known.stamp == stamp:
                return known
            if path.suffix == BROKEN:
                return self._broken(path, stamp)
            return _Source(_open_zip(path).manifest, path, stamp)
        except (OSError, PackageError):
            # One damaged file must not take the other solutions away.
            log.warning("Upload %s can't be read and is left out.", path.name, exc_info=True)
            return None

    def _broken(self, path: Path, stamp: tuple[int, int, int]) -> _Source:
        name = f"{path.stem.replace('.', '_')}{SOUND}"  # else the version's last part would be a suffix
        found = inspect(path.read_bytes(), name, lambda _: _FIRST)
        return _Source(found.manifest, path, stamp, found.error)


def _in_order(every: Iterable[_Source]) -> Mapping[str, list[_Source]]:
    by_name: dict[str, list[_Source]] = defaultdict(list)
    for source in sorted(every, key=lambda source: source.rank, reverse=True):
        by_name[source.manifest.unique_name].append(source)
    return dict(by_name)


def _own_sources(folder: Path) -> list[_Source]:
    files = sorted(folder.glob(f"*/{FILE}"))
    return [
        _Source(parse_manifest(path.read_bytes(), f"{path.parent.name}/{FILE}"), path.parent)
        for path in files
    ]


def _open_zip(path: Path) -> Package:
    return Package.from_zip_bytes(path.read_bytes())


def _write_atomically(target: Path, data: bytes) -> None:
    """All of the file or nothing, also after a power cut."""
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
