"""What the page knows: read once a question and state of the store, whoever asks for the same at the same time."""

from dataclasses import dataclass, replace

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import InvalidValue
from core.insight.inventory import FacetCounts, Headline, InventoryPage, Look, Series
from pages.inventory_parts.figures import DAYS
from pages.inventory_parts.link import Choices
from pages.inventory_parts.listing import SIZE

_FRESH_S, _MOST = 30, 200


@dataclass(frozen=True)
class View:
    """Everything that one look shows. `is_elsewhere`: the address named a place in another list."""

    headline: Headline
    facets: FacetCounts
    page: InventoryPage
    by_day: Series
    is_elsewhere: bool = False


def read(services: Services, actor: Actor, choices: Choices, token: str) -> View:
    """One look; the token says which state of the store it is of."""
    question = repr((actor.email, token, choices.wanted, choices.sort, choices.cursor))
    return _read(services, actor, choices, question)


def question(choices: Choices) -> str:
    """What is asked for, whatever the order and place: the same text for the same portals."""
    return repr(choices.wanted)


# A verdict can change by the clock alone, so nothing is kept for long. The models are frozen and hold no session.
@st.cache_resource(show_spinner=False, ttl=_FRESH_S, max_entries=_MOST)
def _read(_services: Services, _actor: Actor, _choices: Choices, question: str) -> View:  # noqa: ARG001 - the key
    try:
        look = _look(_services, _actor, _choices)
        is_elsewhere = False
    except InvalidValue:
        look = _look(_services, _actor, replace(_choices, cursor=None))
        is_elsewhere = True
    return View(
        headline=look.headline,
        facets=look.facets,
        page=look.page,
        by_day=_series(_services, _actor, _actor.email),
        is_elsewhere=is_elsewhere,
    )


def _look(services: Services, actor: Actor, choices: Choices) -> Look:
    return services.inventory.look(choices.wanted, actor, sort=choices.sort, size=SIZE, cursor=choices.cursor)


# By far the most rows of all that is read, and the least urgent.
@st.cache_resource(show_spinner=False, ttl=_FRESH_S, max_entries=_MOST)
def _series(_services: Services, _actor: Actor, email: str) -> Series:  # noqa: ARG001 - the key
    return _services.inventory.series(_actor, DAYS)
