"""What pages/ui mends of Streamlit's, part by part, as its two files name them; and a page that wears some of it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser

from pages.ui.style import SCRIPT_FILE, STYLE_FILE
from tests.browser.visit import WIDE, Visit, visiting

_WEAR = """css => new MutationObserver((_, observer) => {
    if (!document.head) return;
    observer.disconnect();
    document.head.append(Object.assign(document.createElement("style"), {id: "portico-style", textContent: css}));
}).observe(document, {childList: true, subtree: true})"""
_COMMENT = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{")
_STYLE = STYLE_FILE.read_text(encoding="utf-8")
_SCRIPT = SCRIPT_FILE.read_text(encoding="utf-8")


def style_parts() -> list[tuple[str, str]]:
    """The style sheet cut at its comments: what the comment says, and the rules up to the next one."""
    pieces = _COMMENT.split(_STYLE)
    return [
        ("", pieces[0]),
        *((said.strip(), rules) for said, rules in zip(pieces[1::2], pieces[2::2], strict=True)),
    ]


def _name(comment: str) -> str:
    found = re.match(r"Mends ([a-z-]+):", comment)
    return found[1] if found else ""


STYLE_MENDS = {_name(said): rules for said, rules in style_parts() if _name(said)}
_SCRIPT_PIECES = re.split(r"^// Mends ([a-z-]+):", _SCRIPT, flags=re.MULTILINE)
SCRIPT_MENDS = dict(zip(_SCRIPT_PIECES[1::2], _SCRIPT_PIECES[2::2], strict=True))


def style(*, without: str = "") -> str:
    """The style sheet, all but one mend."""
    return "".join(rules for said, rules in style_parts() if not without or _name(said) != without)


def script(*, without: str = "") -> str:
    """The script, all but one mend."""
    return "\n".join(f"//{part}" for name, part in SCRIPT_MENDS.items() if name != without)


def foreign_rules() -> list[str]:
    """Selectors of no element of our own, outside the mends and what is marked as ours."""
    rest = "".join(rules for said, rules in style_parts() if not _name(said) and not said.startswith("Ours:"))
    heads = [head.strip() for head in _RULE.findall(rest)]
    return [
        head
        for head in heads
        if not head.startswith("@") and "portico-" not in head and "st-key-" not in head
    ]


@contextmanager
def dressed(
    browser: Browser, url: str, css: str, js: str, *, size: tuple[int, int] = WIDE
) -> Iterator[Visit]:
    """A visit of a stock page that has this style and script from before its first paint, as the console's pages have."""
    with visiting(browser, size=size) as visit:
        visit.page.add_init_script(f"{js};({_WEAR})({json.dumps(css)});")
        visit.go(url)
        yield visit


def change_style(visit: Visit, css: str) -> None:
    """Give the page this style instead of the one that it came with."""
    visit.page.evaluate("css => { document.querySelector('#portico-style').textContent = css; }", css)
