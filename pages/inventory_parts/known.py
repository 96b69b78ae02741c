"""What portals can be told apart by, with the words for it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.access import Actor, can_see
from core.bootstrap import Services
from core.diagnosis import Diagnoser, find_diagnoser
from pages.ui.badges import PORTAL_STATES, VERDICTS, State
from pages.ui.words import TYPES

AGE_S = 30
# A verdict is of the whole portal here, not of its solutions.
FAILED = State("Failed", "error", "red")
HEALTH: Mapping[str, State] = {**VERDICTS, "failed": FAILED}


@dataclass(frozen=True)
class Facet:
    """A field of portals to filter by; `plural` is what the filter of it is said to hold."""

    name: str  # in the address, and of the counts
    label: str
    field: str  # of the filter; what leaves out has `exclude_` before it


FACETS: Mapping[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("state", "State", "states"),
        Facet("verdict", "Health", "verdicts"),
        Facet("instance", "Instance", "instances"),
        Facet("portal", "Portal", "portals"),
        Facet("audience", "Audience", "audiences"),
        Facet("language", "Language", "languages"),
        Facet("type", "Type", "types"),
    )
}
Words = Mapping[str, Mapping[str, str]]


def words_of(services: Services, actor: Actor) -> Words:
    """By facet, and for causes: each value that there can be, with its word."""
    return {
        **_fixed_words(services),
        "instance": _instances(services, actor, actor.email),
        "cause": _causes(),
    }


# There can be hundreds, each with all that is known of it; a name hardly ever changes.
@st.cache_resource(show_spinner=False, ttl=60, max_entries=100)
def _instances(_services: Services, _actor: Actor, email: str) -> Mapping[str, str]:  # noqa: ARG001 - the key
    return {
        known.slug: known.instance.name
        for known in _services.directory.all(max_age_s=AGE_S)
        if can_see(_actor, known.instance)
    }


@st.cache_resource(show_spinner=False, max_entries=1)
def _fixed_words(_services: Services) -> Words:
    catalogue = _services.catalogue
    return {
        "state": {state: one.word for state, one in PORTAL_STATES.items()},
        "verdict": {verdict: one.word for verdict, one in HEALTH.items()},
        "portal": {portal.slug: portal.name for portal in catalogue.portals},
        "audience": {audience.slug: audience.name for audience in catalogue.audiences},
        "language": _languages({str(one.lcid): one.name for one in catalogue.languages}),
        "type": TYPES,
    }


def _causes() -> dict[str, str]:
    """The causes' titles; none where a record is wrong, which the troubleshooting page tells: then their ids stand."""
    rules = find_diagnoser()
    return (
        {cause: rules.record(cause).title for cause in rules.causes} if isinstance(rules, Diagnoser) else {}
    )


def _languages(names: Mapping[str, str]) -> dict[str, str]:
    """Languages without the country behind them, where that tells none apart: "French - France" is "French"."""
    short = {lcid: name.split(" - ", maxsplit=1)[0] for lcid, name in names.items()}
    times = Counter(short.values())
    return {lcid: word if times[word] == 1 else names[lcid] for lcid, word in short.items()}
