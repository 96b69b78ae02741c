"""Solutions that come and go on the platform itself, behind the console's back: no run, no installation."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.directory.directory import KnownInstance
from core.platforms.port import InstanceChange
from pages.ui import acting, keys, menu
from pages.ui.words import count, plain

_IMPORT, _HOLD = "instances-import", "instances-hold"
# What a person most likely comes for: products that portals need and no package of theirs brings.
FIRST = ("FieldService", "ProjectService")


def solutions(services: Services, actor: Actor, known: KnownInstance, *, may_change: bool) -> None:
    """How many there are; import one, or leave an upgrade of one unfinished."""
    instance = known.instance
    st.header("Solutions", anchor=False)
    st.markdown(f"{count(len(instance.solutions), 'solution')} in {plain(instance.name)}.")
    st.page_link(
        menu.path("solutions"),
        label="Install, retry or uninstall them",
        icon=":material/extension:",
        query_params={"instance": known.slug},
    )
    if not may_change:
        return
    left, right = st.columns(2, gap="large")
    with left:
        _import(services, actor, known)
    with right:
        _hold(services, actor, known)


def _import(services: Services, actor: Actor, known: KnownInstance) -> None:
    there = {one.unique_name for one in known.instance.solutions if not one.is_holding}
    names = [name for name in services.library.names() if name not in there]
    names.sort(key=lambda name: (name not in FIRST, name.casefold()))
    with st.form("instances-import-form", border=False):
        st.selectbox(
            "A solution to import",
            names,
            key=_IMPORT,
            help="With those that its own package brings before it, in your default language. "
            "On the platform itself: Portico keeps no installation of it.",
        )
        slot = st.container()
        is_pressed = st.form_submit_button(
            "Import the solution", key="instances-import-do", disabled=not names
        )
    if is_pressed:
        name = str(keys.widget_value(_IMPORT))
        with slot, st.spinner(f"Importing {plain(name)}"):
            acting.do(
                slot,
                lambda: services.instances.import_solution(known.slug, name, actor),
                f"{plain(name)} is in {plain(known.instance.name)}.",
            )


def _hold(services: Services, actor: Actor, known: KnownInstance) -> None:
    with st.form("instances-hold-form", border=False):
        st.selectbox(
            "A solution to hold",
            sorted(services.library.names(), key=str.casefold),
            key=_HOLD,
            help="Leaves an upgrade of it unfinished: until that is uninstalled, the solution can't be imported.",
        )
        slot = st.container()
        is_pressed = st.form_submit_button("Hold the solution", key="instances-hold-do")
    if is_pressed:
        name = str(keys.widget_value(_HOLD))
        change = InstanceChange("hold-solution", solution=name)
        said = f"{plain(name)}_Upgrade is left over in {plain(known.instance.name)}."
        acting.do(slot, lambda: services.instances.change(known.slug, (change,), actor), said)
