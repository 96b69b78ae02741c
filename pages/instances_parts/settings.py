"""Administration mode, whether it answers, its base language, and how long imports take."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.directory.directory import KnownInstance
from core.errors import PorticoError
from core.platforms.port import InstanceChange
from pages.ui import acting, keys
from pages.ui.instance_choice import language_name
from pages.ui.words import plain

_MODE, _REACHABLE = "instances-administration-mode", "instances-reachable"
_BASE, _DELAY = "instances-base-language", "instances-delay"
LONGEST_DELAY_S = 24 * 3600.0


def settings(services: Services, actor: Actor, known: KnownInstance) -> None:
    """What an administrator switches on the platform itself."""
    instance = known.instance
    st.subheader("Administration", anchor=False)
    slot = st.container()
    problem = keys.take_problem()
    if problem:
        slot.error(problem, icon=":material/error:")
    keys.mirror(_MODE, instance.administration_mode)
    st.toggle(
        "Administration mode",
        key=_MODE,
        help="While it is on, the instance imports nothing.",
        on_change=_switch,
        args=(services, actor, known, "administration-mode", _MODE),
    )
    keys.mirror(_REACHABLE, known.is_reachable)
    st.toggle(
        "Answers",
        key=_REACHABLE,
        help="Off: nobody gets an answer, as if the network were down.",
        on_change=_switch,
        args=(services, actor, known, "reachable", _REACHABLE),
    )
    _base_language(services, actor, known)
    _delay(services, actor, known)


def _switch(services: Services, actor: Actor, known: KnownInstance, action: str, widget: str) -> None:
    is_on = bool(keys.widget_value(widget))
    name = plain(known.instance.name)
    change = (
        InstanceChange("reachable", is_on=is_on)
        if action == "reachable"
        else InstanceChange("administration-mode", is_on=is_on)
    )
    try:
        services.instances.change(known.slug, (change,), actor)
    except PorticoError as error:
        keys.leave_problem(acting.sentences(error))
        return
    said = {
        "reachable": (f"{name} answers no more.", f"{name} answers again."),
        "administration-mode": (
            f"Administration mode of {name} is off.",
            f"Administration mode of {name} is on: it imports nothing.",
        ),
    }
    keys.leave_notice(said[action][is_on])


def _base_language(services: Services, actor: Actor, known: KnownInstance) -> None:
    instance = known.instance
    widget = f"{_BASE}-{known.slug}-{instance.base_language}"
    with st.form("instances-base-form", border=False):
        keys.mirror(
            f"{_BASE}-{known.slug}", keys.widget_value(f"{_BASE}-{known.slug}") or instance.base_language
        )
        st.selectbox(
            "Base language",
            list(instance.languages),
            index=instance.languages.index(instance.base_language),
            format_func=lambda lcid: language_name(services, lcid),
            key=widget,
        )
        slot = st.container()
        if st.form_submit_button("Make it the base language", key="instances-base-do"):
            lcid = int(keys.widget_value(widget))
            change = InstanceChange("base-language", language=lcid)
            acting.do(
                slot,
                lambda: services.instances.change(known.slug, (change,), actor),
                f"The base language is {plain(language_name(services, lcid))}.",
            )


def _delay(services: Services, actor: Actor, known: KnownInstance) -> None:
    with st.form("instances-delay-form", border=False):
        st.number_input(
            "Seconds that each installation takes on top",
            min_value=0.0,
            max_value=LONGEST_DELAY_S,
            value=0.0,
            step=1.0,
            key=f"{_DELAY}-{known.slug}",
        )
        slot = st.container()
        if st.form_submit_button("Set the delay", key="instances-delay-do"):
            delay_s = float(keys.widget_value(f"{_DELAY}-{known.slug}"))
            change = InstanceChange("delay", delay_s=delay_s)
            acting.do(
                slot,
                lambda: services.instances.change(known.slug, (change,), actor),
                f"Each installation takes {delay_s:g} s on top.",
            )
