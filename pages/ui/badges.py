"""A state is a word, an icon and a colour, the same three everywhere."""

from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

Colour = Literal["gray", "blue", "orange", "green", "red"]

# A mark's colour on the page, light and dark: at least 3 to 1 against it; a word stands beside it.
MARKS: dict[str, str] = {
    "gray": "light-dark(#6b7280, #9ca3af)",
    "blue": "light-dark(#1f5fa8, #6aa9f0)",
    "orange": "light-dark(#b45309, #f0a44b)",
    "green": "light-dark(#15803d, #4ade80)",
    "red": "light-dark(#b91c1c, #f87171)",
}
# Text in that colour: at least 4.5 to 1.
TEXTS: dict[str, str] = {
    "gray": "light-dark(#4b5563, #c3c8d0)",
    "blue": "light-dark(#1b528f, #8cc0fa)",
    "orange": "light-dark(#92400e, #f7bd76)",
    "green": "light-dark(#14532d, #86efac)",
    "red": "light-dark(#991b1b, #fca5a5)",
}

# The same hues on an area: one tone for light and dark, at least 3 to 1 against both grounds, and far enough from each
# other for whoever sees no red, no green or no blue (tests/pages/test_charts.py simulates all three).
AREAS: dict[str, str] = {
    "gray": "#6b7280",
    "blue": "#2166d1",
    "orange": "#d07f00",
    "green": "#14a06f",
    "red": "#c4303c",
}
# Told apart without any colour: what is drawn on the area, as plotly names it; green, the ordinary one, is plain.
PATTERNS: dict[str, str] = {"gray": ".", "blue": "/", "orange": "x", "green": "", "red": "\\"}


@dataclass(frozen=True)
class State:
    """How a state is said, drawn and coloured."""

    word: str
    icon: str
    colour: Colour


_NOT_CONFIGURED = State("Not configured", "radio_button_unchecked", "gray")
_WAITING = State("Waiting", "schedule", "gray")
_DONE = State("Done", "check_circle", "green")
_FAILED = State("Failed", "error", "red")
_CANCELLED = State("Cancelled", "block", "gray")
UNKNOWN = State("Unknown", "help", "gray")

PORTAL_STATES = {
    "configuring": State("Configuring", "progress_activity", "blue"),
    "provisioned": State("Provisioned", "check_circle", "green"),
    "provisioning-failed": State("Provisioning Failed", "error", "red"),
    "deleted": State("Deleted", "block", "gray"),
}
VERDICTS = {
    "healthy": State("Healthy", "check_circle", "green"),
    "getting-set-up": State("Getting set up", "progress_activity", "blue"),
    "slow": State("Slower than usual", "hourglass_bottom", "orange"),
    "stuck": State("Stuck", "front_hand", "orange"),
    "failed": State("Install Failed", "error", "red"),
}
STEP_STATES = {
    "waiting": _WAITING,
    "running": State("Running", "progress_activity", "blue"),
    "done": _DONE,
    "failed": _FAILED,
    "skipped": State("Skipped", "block", "gray"),
}
INSTALL_STATES = {
    "waiting": _WAITING,
    "running": State("Installing", "progress_activity", "blue"),
    "done": State("Installed", "check_circle", "green"),
    "failed": State("Install Failed", "error", "red"),
    "skipped": State("Skipped", "block", "gray"),
}
SOLUTION_STATES = {
    "waiting": _WAITING,
    "installing": INSTALL_STATES["running"],
    "installed": INSTALL_STATES["done"],
    "install-failed": INSTALL_STATES["failed"],
}
RUN_STATES = {
    "queued": _WAITING,
    "running": State("Running", "progress_activity", "blue"),
    "waiting": _WAITING,
    "succeeded": State("Succeeded", "check_circle", "green"),
    "failed": _FAILED,
    "cancelled": _CANCELLED,
}
# Where a cause of failures is in its life.
LIVES = {
    "new": State("New", "fiber_new", "blue"),
    "ongoing": State("Ongoing", "error", "red"),
    "escalating": State("Escalating", "trending_up", "red"),
    "regressed": State("Regressed", "undo", "orange"),
    "resolved": State("Resolved", "check_circle", "green"),
}
APPLICATION_STATES = {
    "not-configured": _NOT_CONFIGURED,
    "configured": State("Configured", "check_circle", "green"),
}
BULK_STATES = {
    "under-way": State("Under way", "progress_activity", "blue"),
    "ended": State("Ended", "check_circle", "green"),
    "cancelled": _CANCELLED,
}
ITEM_STATES = {
    "waiting": _WAITING,
    "done": _DONE,
    "refused": State("Refused", "front_hand", "orange"),
    "failed": _FAILED,
    "skipped": State("Skipped", "block", "gray"),
}
NOTICE_STATES = {
    "waiting": _WAITING,
    "sending": State("On its way", "progress_activity", "blue"),
    "sent": State("Sent", "check_circle", "green"),
    "failed": State("Not sent", "error", "red"),
    "unclear": State("Unclear", "help", "orange"),
}


def of_portal(state: str, verdict: str | None) -> State:
    """A portal's state; its verdict where that says more: slow, stuck, failed although provisioned."""
    if verdict in ("slow", "stuck") or (state == "provisioned" and verdict not in (None, "healthy")):
        return VERDICTS[str(verdict)]
    return PORTAL_STATES.get(state, UNKNOWN)


def badge(state: State) -> None:
    """Draw a state."""
    st.badge(state.word, icon=f":material/{state.icon}:", color=state.colour)


def badge_markdown(state: State) -> str:
    """A state within a line of Markdown."""
    return f":{state.colour}-badge[:material/{state.icon}: {state.word}]"


def icon_html(state: State) -> str:
    """A state's icon in its colour, for a page's own HTML; its word stands beside it."""
    colour = MARKS[state.colour]
    return f'<span class="portico-icon" aria-hidden="true" style="color:{colour}">{state.icon}</span>'


def state_html(state: State) -> str:
    """A state with icon, word and colour, for a page's own HTML."""
    word = f'<span style="color:{TEXTS[state.colour]}">{escape(state.word)}</span>'
    return f'<span class="portico-state">{icon_html(state)} {word}</span>'
