"""What can be wrong with a package's file, in one tree.

PackageError (core.errors)
├── FileNotUsable       file-not-usable: not there, not readable, no file
├── FileTooLarge        file-too-large: more bytes, entries or expansion than Portico takes
├── XmlInvalid          invalid-xml: not well formed
├── XmlUnsafe           unsafe-xml: a document type or entities
├── ManifestInvalid     invalid-manifest: solution.xml says something that the format does not allow
├── VersionInvalid      invalid-version
├── OrderInvalid        invalid-order: ImportConfig.xml does
├── ZipInvalid          invalid-zip: damaged, encrypted, or in a form that the platform does not take
├── ZipUnsafe           unsafe-zip: an entry would leave the package, or stands for another
├── FilesMissing        missing-files: what must be at the root is not
├── NotASolution        not-a-solution: a file of another kind where a solution belongs
└── SiteInvalid         invalid-site: the site content or sample data; details: key, reason

`details` holds `file` where a file is at fault, and the platform's own answer where it has one:
`code_hex`, `code_dec` and `text`, as Dataverse publishes them.
"""

from typing import ClassVar

from core.errors import PackageError

ROOT_FILES_TEXT = (
    "The solution file is invalid. The compressed file must contain the following files at its root: "
    "solution.xml, customizations.xml, and [Content_Types].xml."
)
INVALID_XML_TEXT = "This solution package cannot be imported because it contains invalid XML."


class PackageFileError(PackageError):
    """A PackageError that knows the file inside the package and the platform's own code for it."""

    platform_code: ClassVar[tuple[str, int, str] | None] = None

    def __init__(self, message: str, *, file: str | None = None, key: str | None = None) -> None:
        details: dict[str, object] = {}
        if file is not None:
            details["file"] = file
        if key is not None:
            details["key"] = key
        if self.platform_code is not None:
            details["code_hex"], details["code_dec"], details["text"] = self.platform_code
        super().__init__(f"{file}: {message}" if file else message, details=details)


class FileNotUsable(PackageFileError):
    """The file is not there, cannot be read, or is no file."""

    code = "file-not-usable"


class FileTooLarge(PackageFileError):
    """More bytes, entries or expansion than Portico takes."""

    code = "file-too-large"
    platform_code = ("0x80048060", -2147188640, ROOT_FILES_TEXT)


class XmlInvalid(PackageFileError):
    """Not well formed."""

    code = "invalid-xml"
    platform_code = ("0x8004802C", -2147188692, INVALID_XML_TEXT)


class XmlUnsafe(PackageFileError):
    """A document type, entities or references to elsewhere: no package needs them."""

    code = "unsafe-xml"
    platform_code = ("0x8004802C", -2147188692, INVALID_XML_TEXT)


class ManifestInvalid(PackageFileError):
    """solution.xml says something that the format does not allow."""

    code = "invalid-manifest"
    platform_code = ("0x8004802C", -2147188692, INVALID_XML_TEXT)


class VersionInvalid(PackageFileError):
    """Not a version of one to four whole numbers."""

    code = "invalid-version"
    platform_code = ("0x8004802C", -2147188692, INVALID_XML_TEXT)


class OrderInvalid(PackageFileError):
    """ImportConfig.xml says something that the format does not allow."""

    code = "invalid-order"


class ZipInvalid(PackageFileError):
    """Damaged, encrypted, or in a form that the platform does not take."""

    code = "invalid-zip"
    platform_code = ("0x80048060", -2147188640, ROOT_FILES_TEXT)


class ZipUnsafe(PackageFileError):
    """An entry would leave the package, is a link, or stands for another."""

    code = "unsafe-zip"
    platform_code = ("0x80048060", -2147188640, ROOT_FILES_TEXT)


class FilesMissing(PackageFileError):
    """What must be at a package's root is not there."""

    code = "missing-files"
    platform_code = ("0x80048060", -2147188640, ROOT_FILES_TEXT)


class NotASolution(PackageFileError):
    """A file of another kind where a solution belongs."""

    code = "not-a-solution"


class SiteInvalid(PackageFileError):
    """The site content or the sample data; details name file and key."""

    code = "invalid-site"
