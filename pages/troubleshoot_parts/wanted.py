"""Which failures: chosen above the list, kept in the address."""

from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from core.bootstrap import Services
from core.insight.failures import FailureFilter
from pages.troubleshoot_parts.rules import find_rules
from pages.ui import keys
from pages.ui.address import Address

EVER = {"": "Failed and not fixed since", "yes": "Ever failed"}
AGES: dict[str, tuple[str, timedelta | None, timedelta | None]] = {
    "": ("Any age", None, None),
    "hour": ("Last hour", timedelta(hours=1), None),
    "day": ("Last 24 hours", timedelta(days=1), None),
    "week": ("Last 7 days", timedelta(days=7), None),
    "older": ("Older than 7 days", None, timedelta(days=7)),
}
_MANY = ("instance", "portal", "solution", "cause", "language", "version")
_DAYS = {"from": "Failed first on or after", "to": "Failed first on or before"}
_ALL = (*_MANY, "age", *_DAYS)


def wanted_failures(services: Services, address: Address) -> FailureFilter:
    """The filter that the address says; what it names and there is not is left out."""
    now = services.clock()
    _, younger, older = AGES[address.known("age", AGES)]
    many = {name: _many(address, name) for name in _MANY}
    first, last = _day(address, "from"), _day(address, "to")
    after = max(filter(None, (_before(now, younger), first)), default=None)
    before = min(filter(None, (_before(now, older), last and last + timedelta(days=1))), default=None)
    return FailureFilter(
        instances=many["instance"],
        portals=many["portal"],
        solutions=many["solution"],
        causes=many["cause"],
        languages=tuple(int(one) for one in many["language"] if one.isdecimal()),
        versions=many["version"],
        failed_after=after,
        failed_before=before,
        is_ever=address.known("ever", EVER) == "yes",
    )


def filters(services: Services, address: Address, values: dict[str, list[str]]) -> None:
    """The choices; `values`: what there is to choose from, by field."""
    names = _names(services)
    chosen = sum(bool(address.get(name)) for name in _ALL)
    with st.container(horizontal=True, vertical_alignment="center", key="troubleshoot-filters"):
        keys.mirror("troubleshoot-ever", address.known("ever", EVER))
        st.segmented_control(
            "Which",
            list(EVER),
            format_func=lambda one: EVER[one],
            key="troubleshoot-ever",
            required=True,
            label_visibility="collapsed",
            on_change=address.take,
            args=("ever", "troubleshoot-ever"),
        )
        label = f"Filter ({chosen})" if chosen else "Filter"
        with st.popover(label, icon=":material/filter_list:", key="troubleshoot-filter"):
            for name in _MANY:
                _choice(address, name, values[name], names)
            keys.mirror("troubleshoot-age", address.known("age", AGES))
            st.selectbox(
                "Failed first",
                list(AGES),
                format_func=lambda one: AGES[one][0],
                key="troubleshoot-age",
                on_change=address.take,
                args=("age", "troubleshoot-age"),
            )
            for name, label in _DAYS.items():
                _day_choice(address, name, label)
        if chosen:
            st.button(
                "Clear the filters",
                key="troubleshoot-clear",
                type="tertiary",
                on_click=address.choose,
                kwargs=dict.fromkeys(_ALL, ""),
            )


def _choice(address: Address, name: str, values: list[str], names: dict[str, str]) -> None:
    widget = f"troubleshoot-{name}"
    options = list(dict.fromkeys((*values, *_many(address, name))))
    keys.mirror(widget, list(_many(address, name)))
    st.multiselect(
        name.capitalize(),
        options,
        format_func=lambda one: names.get(one, one),
        key=widget,
        on_change=address.take,
        args=(name, widget),
    )


def _day_choice(address: Address, name: str, label: str) -> None:
    widget, day = f"troubleshoot-{name}", _day(address, name)
    keys.mirror(widget, None if day is None else day.date())
    st.date_input(
        label, value=None, key=widget, format="YYYY-MM-DD", on_change=address.take, args=(name, widget)
    )


def _day(address: Address, name: str) -> datetime | None:
    """The beginning of the day that the address names; None where it names none."""
    try:
        return datetime.combine(date.fromisoformat(address.get(name)), time(), UTC)
    except ValueError:
        return None


def _many(address: Address, name: str) -> tuple[str, ...]:
    return tuple(filter(None, address.get(name).split(",")))


def _names(services: Services) -> dict[str, str]:
    rules = find_rules()
    found = {cause: rules.record(cause).title for cause in rules.causes} if rules else {}
    found |= {portal.slug: portal.name for portal in services.catalogue.portals}
    found |= {str(language.lcid): language.name for language in services.catalogue.languages}
    return found | {k.slug: k.instance.name for k in services.directory.all(max_age_s=60)}


def _before(now: datetime, age: timedelta | None) -> datetime | None:
    return None if age is None else now - age
