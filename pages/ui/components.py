"""Parts of a page that Streamlit has not: plain HTML with a script of ours, in the page itself and under its style sheet."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import keys


@cache
def _script(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def mount(
    name: str, file: Path, html: str, data: Mapping[str, Any], *, key: str, **on_change: Callable[[], None]
) -> None:
    """Draw the part: `html` once, then `file`'s script for each new `data`. `on_change` by what the script sends.

    Text in `data` that the script puts in as HTML has been escaped by whoever made it.
    """
    # Told each time: a process may have more than one Streamlit in it, as tests do. The same again is free.
    part = st.components.v2.component(
        f"portico-{name}", html=f"{html}\n<!-- {name} -->", js=_script(file), isolate_styles=False
    )
    callbacks: dict[str, Any] = {f"on_{name}_change": callback for name, callback in on_change.items()}
    # As one text: Streamlit looks at each value for a table in it, which takes longer than writing it.
    part(key=key, data={"json": json.dumps(data)}, **callbacks)


def sent(key: str, name: str) -> Any:
    """What the part's script sent, in the callback for it; None where it sent nothing."""
    return (keys.widget_value(key) or {}).get(name)
