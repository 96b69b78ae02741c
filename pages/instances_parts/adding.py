"""A further instance; who adds it is its System Administrator."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.directory.directory import KnownInstance
from pages.ui import acting, keys
from pages.ui.address import Address
from pages.ui.instance_choice import language_name
from pages.ui.words import plain

_SLUG, _NAME, _BASE = "instances-add-slug", "instances-add-name", "instances-add-base"
ENGLISH = 1033


def add_instance(services: Services, actor: Actor, address: Address) -> None:
    """A small form behind a button."""
    if services.administration is None:
        return
    languages = sorted(
        services.administration.languages(), key=lambda lcid: (lcid != ENGLISH, language_name(services, lcid))
    )
    with (
        st.popover("Add an instance", icon=":material/add:", key="instances-add-menu"),
        st.form("instances-add", border=False),
    ):
        st.text_input("Name", key=_NAME, placeholder="Northwind")
        st.text_input(
            "Slug", key=_SLUG, placeholder="northwind", help="Names it in addresses and on the command line."
        )
        st.selectbox(
            "Base language", languages, format_func=lambda lcid: language_name(services, lcid), key=_BASE
        )
        st.caption(f"{plain(actor.name or actor.email)} will be its System Administrator.")
        slot = st.container()
        if not st.form_submit_button("Add the instance", key="instances-add-do"):
            return
        slug, name = str(keys.widget_value(_SLUG) or ""), str(keys.widget_value(_NAME) or "")
        base = int(keys.widget_value(_BASE))

        def add() -> KnownInstance:
            known = services.instances.add(slug, name, base, actor)
            address.choose(instance=slug)
            return known

        acting.do(slot, add, f"{plain(name)} is there; you administer it.")
