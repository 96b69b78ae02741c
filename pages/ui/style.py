"""The one style sheet, `style.css`. It reaches the browser in the head of the page (pages/server/head.py)."""

import re
from pathlib import Path

STYLE_FILE = Path(__file__).with_suffix(".css")
SCRIPT_FILE = Path(__file__).with_name("mend.js")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def style_sheet() -> str:
    """The rules, without the reasons that the file gives for each."""
    rules = _COMMENT.sub("", STYLE_FILE.read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", rules).strip()


def script() -> str:
    """What neither Streamlit nor a style can put right, without the reasons that the file gives."""
    lines = SCRIPT_FILE.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("//"))
