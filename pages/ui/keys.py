"""Every key of `st.session_state` that is not a widget's own, one accessor each."""

from collections.abc import MutableMapping
from typing import Any, cast

import streamlit as st

_ACTOR = "portico.actor"
_ADDRESS = "portico.address."
_OFFERED = "portico.offered-subdomains"
_NOTICE = "portico.notice"
_SHOWN_NOTICE = "portico.notice-shown"
_PROBLEM = "portico.problem"
_PLAN = "portico.plan"
_SELECTION = "portico.selection"
_ALL = "portico.selection-all"
_DIALOG = "portico.dialog"
_PICK = "portico.pick"


def actor_email() -> str | None:
    """Who acts in this session, by e-mail; None before anybody was chosen."""
    return cast("str | None", st.session_state.get(_ACTOR))


def keep_actor_email(email: str) -> None:
    """Remember who acts in this session."""
    st.session_state[_ACTOR] = email


def kept_address(page: str) -> dict[str, str] | None:
    """The values that this page last read from its address or wrote to it; None before its first run."""
    return cast("dict[str, str] | None", st.session_state.get(_ADDRESS + page))


def keep_address(page: str, values: dict[str, str]) -> None:
    """Remember what the page's address says."""
    st.session_state[_ADDRESS + page] = values


def offered_subdomains() -> tuple[str, ...]:
    """What was offered instead of the taken subdomain; it stays while one of it is chosen."""
    return cast("tuple[str, ...]", st.session_state.get(_OFFERED, ()))


def keep_offered_subdomains(subdomains: tuple[str, ...]) -> None:
    """Remember what was offered."""
    st.session_state[_OFFERED] = subdomains


def leave_notice(sentence: str) -> None:
    """A sentence for the next run to show: what has just been done."""
    st.session_state[_NOTICE] = sentence


def take_notice() -> str | None:
    """The sentence that was left, once."""
    notice = cast("str | None", cast("MutableMapping[str, Any]", st.session_state).pop(_NOTICE, None))
    st.session_state[_SHOWN_NOTICE] = notice
    return notice


def keep_notice() -> None:
    """The next run shows what this one showed: whoever reads it asked for no other."""
    if _NOTICE not in st.session_state and st.session_state.get(_SHOWN_NOTICE):
        leave_notice(st.session_state[_SHOWN_NOTICE])


def leave_problem(sentences: str) -> None:
    """Why what was asked for in a callback could not be done, for the next run to show."""
    st.session_state[_PROBLEM] = sentences


def take_problem() -> str | None:
    """The sentences that were left, once."""
    return cast("str | None", cast("MutableMapping[str, Any]", st.session_state).pop(_PROBLEM, None))


def leave_pick(query: dict[str, str]) -> None:
    """Where a click on a chart leads, for the run that follows."""
    st.session_state[_PICK] = query


def take_pick() -> dict[str, str] | None:
    """Where the click led, once."""
    return cast("dict[str, str] | None", cast("MutableMapping[str, Any]", st.session_state).pop(_PICK, None))


def kept_plan(question: str) -> Any:
    """The plan that was shown for this question; None for another, or none."""
    asked, plan = st.session_state.get(_PLAN, (None, None))
    return plan if asked == question else None


def keep_plan(question: str, plan: object) -> None:
    """Remember the plan that is shown: it is the one that runs."""
    st.session_state[_PLAN] = (question, plan)


def drop_plan() -> None:
    """Forget the plan: the next is made anew."""
    st.session_state.pop(_PLAN, None)


def mirror(widget_key: str, value: object) -> None:
    """Let the widget show the value. Only where it differs: setting it anew undoes what is being typed."""
    if widget_key not in st.session_state or st.session_state[widget_key] != value:
        st.session_state[widget_key] = value


def widget_value(widget_key: str) -> Any:
    """What the widget holds; in its own callback the new value."""
    return st.session_state.get(widget_key)


def selection() -> tuple[int, list[int]]:
    """The portals that are selected, and the number of times that it was set other than by ticking."""
    return cast("tuple[int, list[int]]", st.session_state.get(_SELECTION, (0, [])))


def keep_selected(portal_ids: list[int]) -> None:
    """Remember what was ticked; whatever was meant by all is over."""
    st.session_state[_SELECTION] = (selection()[0], portal_ids)
    st.session_state.pop(_ALL, None)


def select(portal_ids: list[int], question: str = "") -> None:
    """Select these, also on the screen; with a question, all that match it are meant."""
    st.session_state[_SELECTION] = (selection()[0] + 1, portal_ids)
    st.session_state[_ALL] = question


def all_is_meant(question: str) -> bool:
    """Whether everything that matches this question is selected."""
    return bool(question) and st.session_state.get(_ALL) == question


def dialog_is_open(is_open: bool | None = None) -> bool:
    """Whether a dialog is open, which a run of the whole page closes; told by `pages.ui.dialogs` and the frame."""
    if is_open is not None:
        st.session_state[_DIALOG] = is_open
    return bool(st.session_state.get(_DIALOG))
