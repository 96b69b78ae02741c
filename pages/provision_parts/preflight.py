"""Will it work? Every check as fine, still to be filled in, or blocked with its fix."""

from html import escape
from urllib.parse import quote

import streamlit as st

from core.bootstrap import Services
from core.insight.foresight import Score
from core.portals.commands import Check, Preflight, StartProvisioning
from pages.ui import menu
from pages.ui.badges import State, icon_html
from pages.ui.times import duration_range
from pages.ui.words import count

# Which value a check waits for, where it is still empty.
_WAITS_FOR = {"name": "name", "subdomain": "subdomain", "administrator": "administrator", "portal": "portal"}
_FORCE = "provision-force"
_OPEN = State("To fill in", "radio_button_unchecked", "gray")
_FINE = State("Fine", "check_circle", "green")
_WARNING = State("Mind", "warning", "orange")
_BLOCKED = State("Blocked", "error", "red")


def panel(services: Services, request: StartProvisioning, preflight: Preflight, *, may_submit: bool) -> bool:
    """Draw the checks and the usual duration; gives whether the person goes on all the same."""
    st.header("Preflight", anchor=False)
    scores = services.scores.by_check()
    lines = [
        _line(check, request, scores.get(check.id), is_open=is_still_empty(check, request))
        for check in preflight.checks
    ]
    st.html(f'<ul class="portico-checks">{"".join(lines)}</ul>')
    forced = False
    slot = st.container()
    if preflight.can_be_forced and may_submit:
        forced = slot.checkbox(
            "Go on although it is blocked",
            key=_FORCE,
            help="Only the state of the instance blocks. The portal and its run are made, and the platform "
            "answers: where nothing changes, the installation fails.",
        )
    st.caption(":material/timer: " + usual_duration(services, request.portal))
    asked = sum(score.asked for score in scores.values())
    if asked:
        right = sum(score.right for score in scores.values())
        st.caption(
            f":material/target: What the checks foretold was right {right:,} of {count(asked, 'time')}."
        )
    return forced


def is_still_empty(check: Check, request: StartProvisioning) -> bool:
    """Whether the check is blocked only because nothing was filled in so far."""
    field = _WAITS_FOR.get(check.id)
    return check.state == "blocked" and field is not None and not getattr(request, field)


def usual_duration(services: Services, portal: str | None) -> str:
    """How long it usually takes, from history (R8)."""
    estimate = services.insight.estimate(portal) if portal else None
    if estimate is None:
        return "None of this kind was provisioned here yet. Elsewhere: half an hour, up to a few hours."
    return f"Usually {duration_range(estimate.low_s, estimate.high_s)} here."


def _line(check: Check, request: StartProvisioning, score: Score | None, *, is_open: bool) -> str:
    message = escape(check.message)
    if is_open:
        return f"<li>{icon_html(_OPEN)}<span>{message}</span></li>"
    message += _score(score)
    if check.state == "fine":
        return f"<li>{icon_html(_FINE)}<span>{message}</span></li>"
    state = _BLOCKED if check.state == "blocked" else _WARNING
    fix = (
        f'<br><span class="portico-quiet">{escape(check.fix)}{_link(check, request)}</span>'
        if check.fix
        else ""
    )
    return f"<li>{icon_html(state)}<span><strong>{state.word}:</strong> {message}{fix}</span></li>"


def _score(score: Score | None) -> str:
    """How often a check was right that was wrong before; Troubleshoot tells what it missed, and its false alarms."""
    if score is None or score.right == score.asked:
        return ""
    return f' <span class="portico-quiet">right {score.right:,} of {count(score.asked, "time")}</span>'


def _link(check: Check, request: StartProvisioning) -> str:
    if not check.page or not menu.is_there(check.page):
        return ""
    instance = quote(request.instance or "")
    return f' <a href="/{check.page}?instance={instance}">{escape(menu.title(check.page))}</a>'
