"""What the platform says of the instance, and how old that is."""

from html import escape

import streamlit as st

from core.bootstrap import Services
from core.directory.directory import KnownInstance
from pages.ui import acting, badges
from pages.ui.badges import State
from pages.ui.instance_choice import language_name
from pages.ui.tables import facts
from pages.ui.times import ago, exact
from pages.ui.words import count, plain

ANSWERS = State("Answers", "check_circle", "green")
SILENT = State("Does not answer", "error", "red")
ADMINISTRATION = State("Administration mode", "engineering", "orange")


def heading(services: Services, known: KnownInstance) -> None:
    """The instance's name, how it is, and how old that is."""
    instance = known.instance
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="instances-heading",
    ):
        with st.container(width="stretch", gap="small"):
            st.header(plain(instance.name), anchor=False)
            states = [ANSWERS if known.is_reachable else SILENT]
            states += [ADMINISTRATION] if instance.administration_mode else []
            at = known.synchronised_at
            told = f"Synchronised {ago(at, services.clock())} ({exact(at)})"
            st.markdown(" ".join([*map(badges.badge_markdown, states), plain(told)]))
        slot = st.container(width="content")
        if st.button("Synchronise now", key="instances-synchronise", icon=":material/sync:"):
            acting.do(
                slot, lambda: services.directory.get(known.slug), f"{plain(instance.name)} was read anew."
            )


def facts_of(services: Services, known: KnownInstance) -> None:
    """Its address, version, languages, and what is being imported."""
    instance = known.instance
    names = [escape(language_name(services, lcid)) for lcid in instance.languages]
    facts(
        {
            "Address": escape(instance.url),
            "Version": escape(instance.version),
            "Base language": escape(language_name(services, instance.base_language)),
            "Languages": "<br>".join(names),
            "Users": count(len(instance.users), "user"),
            "Solutions": count(len(instance.solutions), "solution"),
            "Imports now": escape(instance.import_running or "nothing"),
        }
    )
