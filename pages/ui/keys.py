"""Every key of `st.session_state` that is not a widget's own, one accessor each."""

from collections.abc import MutableMapping
from typing import Any, cast

import streamlit as st

_ACTOR = "portico.actor"
_ADDRESS = "portico.address."
_OFFERED = "portico.offered-subdomains"
_NOTICE = "portico.notice"
_PROBLEM = "portico.problem"
_PLAN = "portico.plan"
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
    return cast("str | None", cast("MutableMapping[str, Any]", st.session_state).pop(_NOTICE, None))


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
