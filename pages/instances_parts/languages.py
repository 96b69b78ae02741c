"""The languages of an instance: what portals there can be in (R12, R26)."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.directory.directory import KnownInstance
from core.platforms.port import InstanceChange
from pages.ui import acting, keys
from pages.ui.instance_choice import language_name
from pages.ui.words import plain

_INSTALL, _REMOVE = "instances-install-language", "instances-remove-language"


def languages(services: Services, actor: Actor, known: KnownInstance, *, may_change: bool) -> None:
    """Install one, remove one; which there are stands above."""
    if not may_change or services.administration is None:
        return
    st.header("Languages", anchor=False)
    instance = known.instance
    names = services.administration.languages()
    missing = sorted((lcid for lcid in names if lcid not in instance.languages), key=lambda lcid: names[lcid])
    removable = [lcid for lcid in instance.languages if lcid != instance.base_language]
    left, right = st.columns(2, gap="large")
    with left, st.form("instances-install-form", border=False):
        st.selectbox(
            "A language to install",
            missing,
            format_func=lambda lcid: language_name(services, lcid),
            key=_INSTALL,
        )
        slot = st.container()
        if st.form_submit_button("Install the language", key="instances-install-do", disabled=not missing):
            lcid = int(keys.widget_value(_INSTALL))
            change = InstanceChange("install-language", language=lcid)
            said = f"{plain(language_name(services, lcid))} is installed."
            acting.do(slot, lambda: services.instances.change(known.slug, (change,), actor), said)
    with right, st.form("instances-remove-form", border=False):
        st.selectbox(
            "A language to remove",
            removable,
            format_func=lambda lcid: language_name(services, lcid),
            key=_REMOVE,
            placeholder="Only the base language is there, and that stays",
        )
        slot = st.container()
        if st.form_submit_button("Remove the language", key="instances-remove-do", disabled=not removable):
            lcid = int(keys.widget_value(_REMOVE))
            change = InstanceChange("remove-language", language=lcid)
            said = f"{plain(language_name(services, lcid))} was removed."
            acting.do(slot, lambda: services.instances.change(known.slug, (change,), actor), said)
