"""An uploaded file as the platform will meet it: sound, or broken and for which solution; an unsafe one is refused."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType

from core.errors import PackageError
from core.solutions.archive import MAX_ARCHIVE_BYTES
from core.solutions.errors import FileTooLarge, XmlUnsafe, ZipUnsafe
from core.solutions.manifest import FILE, MAX_NAME, Manifest, parse_manifest
from core.solutions.package import Package
from core.solutions.safe_xml import MAX_XML_BYTES
from core.solutions.version import MAX_PARTS, Version

# What nobody keeps, whoever asks: it would harm whatever opens it.
UNSAFE = (ZipUnsafe, XmlUnsafe, FileTooLarge)
# As solutions are exported: UniqueName_1_0_0_0_managed.zip
_FILE_NAME = re.compile(
    r"(?P<name>\w+?)(?:_(?P<version>\d{1,9}(?:_\d{1,9}){1,3}))?(?:_(?:un)?managed)?", re.ASCII
)
_OTHER = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, eq=False)
class Inspected:
    """A file to install. `package` where it is sound, else `error`: why the platform will refuse it.

    `is_named_by_file`: the manifest can't be read, and the file's name stands for what it would say.
    """

    data: bytes
    manifest: Manifest
    package: Package | None
    error: PackageError | None
    is_named_by_file: bool = False


def inspect(data: bytes, file_name: str, next_version: Callable[[str], Version]) -> Inspected:
    """Look at a file without trusting it.

    `next_version`: what a file that does not say its version counts as, by unique name. Raises a PackageError for an
    unsafe file, and for a broken one that says neither in its manifest nor in its name which solution it is.
    """
    try:
        package = Package.from_zip_bytes(data)
    except UNSAFE:
        raise
    except PackageError as error:
        manifest = _readable_manifest(data)
        if manifest is not None:
            return Inspected(data, manifest, None, error)
        return Inspected(data, _named(file_name, error, next_version), None, error, is_named_by_file=True)
    return Inspected(data, package.manifest, package, None)


def _readable_manifest(data: bytes) -> Manifest | None:
    """The manifest of a zip that is broken elsewhere."""
    if len(data) > MAX_ARCHIVE_BYTES:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(FILE) as stream:
            return parse_manifest(stream.read(MAX_XML_BYTES))
    except UNSAFE:
        raise
    except Exception:  # noqa: BLE001 - the zip is broken, and any way of being so means that it can't be read
        return None


def _named(file_name: str, error: PackageError, next_version: Callable[[str], Version]) -> Manifest:
    stem = _OTHER.sub("_", PurePath(file_name).stem).strip("_")
    match = _FILE_NAME.fullmatch(stem)
    if match is None:
        raise error
    name = match["name"][:MAX_NAME]
    parts = (match["version"] or "").split("_")
    written = ".".join([*parts, *["0"] * (MAX_PARTS - len(parts))]) if parts[0] else ""
    return Manifest(
        unique_name=name,
        display_name=name,
        names=MappingProxyType({}),
        version=Version.parse(written) if written else next_version(name),
        managed=None,
        publisher=None,
        publisher_prefix=None,
        language=None,
        package_version=None,
        generated_by_version=None,
        components=(),
        missing=(),
        requires=(),
    )
