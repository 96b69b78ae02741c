"""The one style sheet, `style.css`. It reaches the browser in the head of the page (pages/server/head.py)."""

import re
from pathlib import Path

_FILE = Path(__file__).with_suffix(".css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def style_sheet() -> str:
    """The rules, without the reasons that the file gives for each."""
    rules = _COMMENT.sub("", _FILE.read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", rules).strip()
