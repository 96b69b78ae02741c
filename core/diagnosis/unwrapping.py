"""From what somebody pasted to what the platform said: log prefixes, escapes, tags and stack frames go."""

import html
import re

# A cause stands at an end of a log: the middle of a huge one is left out, so that the time is bounded.
HEAD = 48_000
TAIL = 48_000
_ROUNDS = 4

_ESCAPED = re.compile(
    r"\\{1,16}(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(r\\{1,16}n|[nrt](?![A-Za-z]{2}\w{0,40}\\))|([\"'/]))"
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_XML_HEX = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PREFIX = re.compile(
    r"^[ \t>|│]*(?:"
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?[ \t:|-]*"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?[ \t:|-]+"
    r"|\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d(?: ?[AP]M)?[ \t:|-]*"
    r"|##\[[a-z]{1,12}\]"
    r"|::(?:error|warning|notice|debug)[^:\n]{0,200}::"
    r"|\[(?:error|warn|warning|info|debug|verbose|fatal)\][ \t:]*"
    r"|(?:VERBOSE|DEBUG):[ \t]*"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
_BRACKETED = re.compile(r"^[ \t]*(?:\[ )?'([^\n]*)'(?: \])?,?[ \t]*$", re.MULTILINE)
_CELL = re.compile(
    r"</?(?:ss:)?(?:Data|Cell|Row|Table|Worksheet|Font|B|br|p|div|span|li|ul|td|tr|strong|em|a)\b[^<>]{0,400}>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?([A-Za-z][\w:.-]{0,60})((?:\s[^<>]{0,2000})?)/?>")
_FRAME = re.compile(
    r"\b[Aa][Tt]\s{1,20}([A-Za-z_][\w.`<>\[\],+|$~@-]{2,300})\([^()]{0,600}\)(?: in [^\n]{1,260}?:line \d{1,7})?"
)
_GERMAN_FRAME = re.compile(
    r"\b(?:bei|à|en|in|в)\s{1,20}((?:Microsoft|System)\.[\w.`<>\[\],+]{2,300})\([^()]{0,600}\)"
)


def bounded(text: str | bytes) -> str:
    """The text, its middle left out where it is huge."""
    if isinstance(text, bytes):
        text = text[: HEAD * 4].decode("utf-8", "replace") + (
            text[-TAIL * 4 :].decode("utf-8", "replace") if len(text) > HEAD * 4 else ""
        )
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


def unwrap(text: str) -> str:
    """What the platform said, case and quotes kept: escapes undone, prefixes, tags and frames' arguments gone."""
    text = _undo_escapes(text)
    for _ in range(2):
        text = _PREFIX.sub("", text)
    text = _BRACKETED.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub(r" \1\2 ", _CELL.sub(" ", text))
    if "(" in text:
        text = _GERMAN_FRAME.sub(r"at \1", _FRAME.sub(r"at \1", text))
    return text


def _undo_escapes(text: str) -> str:
    for _ in range(_ROUNDS):
        before = text
        if "\\" in text:
            text = _ESCAPED.sub(_unescaped, text)
        if "&" in text and _ENTITY.search(text):
            text = html.unescape(text)
        if "_x" in text:
            text = _XML_HEX.sub(lambda found: chr(int(found[1], 16)), text)
        if text == before:
            break
    return text


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        character = chr(int(code, 16))
        return character if character.isprintable() else " "
    return found[4] or "\n"
