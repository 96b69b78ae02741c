"""The menu's pages: declared once, linked to from anywhere."""

from pathlib import Path

import streamlit as st

_PAGES = Path(__file__).resolve().parent.parent
# Title, file (its name is the path of its address), in the menu or not. The first is where one arrives.
_MENU: tuple[tuple[str, str, bool, str], ...] = (
    ("Provision", "provision.py", True, "Fill in the form, accept the terms, and a portal is provisioned."),
    ("Compare", "compare.py", True, "Every feature and portal side by side: which one do we need, and why?"),
    ("Applications", "applications.py", True, "Every Portal Add-On licence, with the portal that uses it."),
    ("Portals", "inventory.py", True, "Every portal that you may see, with its state and address."),
    ("Troubleshoot", "troubleshoot.py", True, "What is broken, what broke it, and what to do."),
    (
        "Trends",
        "trends.py",
        True,
        "Is it getting better? Failure rate, causes, time to provision and to recover.",
    ),
    ("Solutions", "solutions.py", True, "The solutions of an instance: install, retry in order, uninstall."),
    ("Instances", "instances.py", True, "What the platform says of an instance, and what is changed there."),
    ("Activity", "activity.py", True, "What goes on, what you are told, and who did what."),
    ("Portal", "portal.py", False, "One portal: its state, progress, configuration and history."),
)


def pages() -> list["st.Page"]:
    """Every page of the console, in the menu's order."""
    return [
        st.Page(
            _PAGES / file,
            title=title,
            url_path=file.removesuffix(".py"),
            visibility="visible" if is_shown else "hidden",
            default=position == 0,
            help=summary,
        )
        for position, (title, file, is_shown, summary) in enumerate(_MENU)
    ]


def path(name: str) -> Path:
    """The file of the page of that name, as links to it take it."""
    return _PAGES / f"{name}.py"


def is_there(name: str) -> bool:
    """Whether the console has the page."""
    return any(file == f"{name}.py" for _, file, _, _ in _MENU)


def title(name: str) -> str:
    """The page's name in the menu."""
    return next(title for title, file, _, _ in _MENU if file == f"{name}.py")
