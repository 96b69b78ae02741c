"""One spelling for text and phrases: no case, accents, quotes or runs of blanks."""

import re
import unicodedata

_QUOTES = dict.fromkeys(map(ord, "'\"`´‘’‚‛“”„‟‹›«»「」『』＇＂\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
# Ids are long and say nothing: as one short word they do not fill a phrase's gap.
_ID = re.compile(r"\{?\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b\}?")
# What only sets words apart, as _"this"_.
_LONE = re.compile(r"(?<!\w)_+(?!\w)")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\ufffd]+")
# Letters that have no accent to lose, and whose capitals some systems write without what sets them apart.
_LETTERS = str.maketrans("ıøØłŁđĐ", "ioOlLdD")
_TABLE = {**_QUOTES, **_DASHES, **_LETTERS}


def fold(text: str) -> str:
    """The text as phrases are compared with it: lower case, no accents, no quotes, single blanks."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    text = _LONE.sub(" ", text).translate(_TABLE).casefold()
    return _BLANKS.sub(" ", _ID.sub("guid", text)).strip()
