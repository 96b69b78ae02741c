"""Who acts until sign-in comes: a person of the sample directory, chosen in a menu, kept for a browser."""

from collections import OrderedDict
from itertools import islice

import streamlit as st
from starlette.requests import Request

from core.access import Actor
from core.settings import CONSOLE_ADMINISTRATOR
from pages.server.visitor import COOKIE
from pages.ui import keys
from pages.ui.demo_notice import demo_mark
from pages.ui.services import services

_WIDGET = "actor"
_MOST_BROWSERS = 1000
_MOST_OFFERED = 200  # the whole menu is sent at every run


@st.cache_resource(show_spinner=False)
def _chosen() -> OrderedDict[str, str]:
    """By a browser's name, who acts there: the latest thousand browsers."""
    return OrderedDict()


@st.cache_resource(show_spinner=False, ttl=30)
def _people() -> dict[str, str]:
    """The name by e-mail of everybody in the sample directory, and of the console's administrator."""
    people = {person.email: person.name for person in services().directory.people()}
    return {**people, CONSOLE_ADMINISTRATOR: "Console administrator"}


@st.cache_resource(show_spinner=False, ttl=30)
def _offered() -> tuple[str, ...]:
    """Whom the menu offers, by name: everybody, or in a large estate the people of its first instances."""
    names = _people()
    found = {
        user.email: None
        for known in services().directory.all(max_age_s=60)
        for user in known.instance.users
        if user.email in names
    }
    some = {CONSOLE_ADMINISTRATOR, *islice(found, _MOST_OFFERED)}
    return tuple(email for email in names if email in some)


def actor() -> Actor:
    """Who acts in this session."""
    people = _people()
    chosen = keys.actor_email() or _chosen().get(_browser())
    email = chosen if chosen in people else _first()
    keys.keep_actor_email(email)
    return Actor(email=email, name=people[email])


def actor_of(request: Request) -> Actor:
    """Who acts in the browser that asks: for what is served beside the pages."""
    people = _people()
    chosen = _chosen().get(request.cookies.get(COOKIE, ""))
    email = chosen if chosen in people else _first()
    return Actor(email=email, name=people[email])


def actor_menu() -> None:
    """The menu at the top right, and the notice that goes with it."""
    people, chosen, offered = _people(), actor().email, _offered()
    keys.mirror(_WIDGET, chosen)
    with st.container(
        key="who-acts", horizontal=True, horizontal_alignment="right", vertical_alignment="center"
    ):
        st.caption(":material/info: No sign-in yet · loopback only · acting as", width="content")
        st.selectbox(
            "Acting as",
            offered if chosen in offered else (chosen, *offered),
            format_func=lambda email: people[email],
            key=_WIDGET,
            label_visibility="collapsed",
            on_change=_choose,
            width=240,
        )


def person(email: str) -> str:
    """A person's name, or the e-mail where nobody is known by it."""
    return _people().get(email, email)


def _first() -> str:
    """Whoever can do the console's main job: the first System Administrator of the first instance.

    A demo's instances are nobody's here: who sees them all begins.
    """
    if demo_mark() is not None:
        return CONSOLE_ADMINISTRATOR
    for known in services().directory.all(max_age_s=60):
        for user in known.instance.administrators():
            if user.access_mode == "read-write":
                return user.email
    return CONSOLE_ADMINISTRATOR


def _choose() -> None:
    email = str(keys.widget_value(_WIDGET))
    keys.keep_actor_email(email)
    browser = _browser()
    if browser:
        chosen = _chosen()
        chosen[browser] = email
        chosen.move_to_end(browser)
        while len(chosen) > _MOST_BROWSERS:
            chosen.popitem(last=False)


def _browser() -> str:
    return str(st.context.cookies.get(COOKIE, ""))
