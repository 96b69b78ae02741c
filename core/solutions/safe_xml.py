"""XML from elsewhere, read without document types, entities or anything from outside the file."""

from typing import IO
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml.ElementTree import fromstring

from core.solutions.errors import FileTooLarge, XmlInvalid, XmlUnsafe

MAX_XML_BYTES = 16 * 1024 * 1024  # of what is built up in memory; the largest real manifests have one or two
MAX_ELEMENTS = 200_000  # of the same
MAX_DEPTH = 256
_UNSAFE = "has a document type or entities, which no package needs. Take them out."
# what expat and the codecs behind a declared encoding raise on bytes that are no XML
_NOT_XML = (ParseError, expat.ExpatError, ValueError, LookupError)


def parse_xml(data: bytes, file: str) -> Element:
    """The root element of `data`, in any encoding that its mark or declaration names.

    Raises XmlInvalid, XmlUnsafe or FileTooLarge, which name `file`.
    """
    if len(data) > MAX_XML_BYTES:
        raise FileTooLarge(
            f"is larger than {MAX_XML_BYTES // 1024} KiB. Take out what no package needs.", file=file
        )
    well_formed(data, file, MAX_ELEMENTS)
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except _NOT_XML as error:
        raise _invalid(error, file) from error
    return root


def well_formed(source: bytes | IO[bytes], file: str, max_elements: int | None = None) -> None:
    """Check XML of any size without building it up; raises XmlInvalid, XmlUnsafe or FileTooLarge."""
    try:
        parser = _strict_parser(file, max_elements)
        if isinstance(source, bytes):
            parser.Parse(source, True)
        else:
            parser.ParseFile(source)
    except _NOT_XML as error:
        raise _invalid(error, file) from error


def _strict_parser(file: str, max_elements: int | None) -> expat.XMLParserType:
    depth = elements = 0

    def refuse(*_: object) -> None:
        raise XmlUnsafe(_UNSAFE, file=file)

    def enter(*_: object) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if max_elements is not None and elements > max_elements:
            raise FileTooLarge(
                f"has more than {max_elements} elements. Take out what no package needs.", file=file
            )
        if depth > MAX_DEPTH:
            raise XmlUnsafe(
                f"is nested more than {MAX_DEPTH} elements deep. No package needs that.", file=file
            )

    def leave(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    return parser


def _invalid(error: Exception, file: str) -> XmlInvalid:
    return XmlInvalid(f"is not well-formed XML ({error}). Export it again, or correct it there.", file=file)
