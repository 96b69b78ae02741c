"""What a page of ours needs is asked for at once: Streamlit fetches an element's scripts only when it meets the first of them.

By then the line has been idle for three round trips. On the form it is 33 small scripts, in six connections.
"""

import re
from pathlib import Path

import streamlit as st

# What every page shows, and the form: by the name that its script begins with.
ELEMENTS = ("Button", "Html", "Radio", "Selectbox", "TextInput")
STATIC = Path(st.__file__).parent / "static"
_NAMED = re.compile(r"static/js/([^\"'\s]+\.js)")
_IMPORTED = re.compile(r"(?:\bfrom|\bimport)\s*\"\./([^\"]+\.js)\"")


def early_links(folder: Path = STATIC) -> str:
    """Links for the head of the page; a script that has another name by now is fetched when it is needed, as ever."""
    return "".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in early_scripts(folder)
    )


def early_scripts(folder: Path = STATIC) -> list[str]:
    """The scripts of these elements, with all that they import, but for those that the page itself names."""
    scripts = folder / "static" / "js"
    known = set(_NAMED.findall((folder / "index.html").read_text(encoding="utf-8")))
    waiting = [path.name for element in ELEMENTS for path in sorted(scripts.glob(f"{element}.*.js"))]
    found: list[str] = []
    for name in waiting:  # grows meanwhile
        if name not in known:
            known.add(name)
            found.append(name)
            waiting += _IMPORTED.findall((scripts / name).read_text(encoding="utf-8"))
    return found
