"""Install from the library, or a package of one's own: checked and planned before anything happens (R26, R27)."""

from collections.abc import Sequence

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.directory.directory import KnownInstance
from core.errors import PorticoError
from core.insight.installation_models import SolutionSummary
from core.portals.installations import UploadPlan
from pages.solutions_parts import plans
from pages.ui import acting, keys
from pages.ui.words import count, plain

_NAMES, _FILE = "solutions-install-names", "solutions-upload"


def adding(services: Services, actor: Actor, known: KnownInstance, found: Sequence[SolutionSummary]) -> None:
    """The two ways side by side."""
    st.header("Install", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        _from_library(services, actor, known, found)
    with right:
        _upload(services, actor, known)


def _from_library(
    services: Services, actor: Actor, known: KnownInstance, found: Sequence[SolutionSummary]
) -> None:
    st.subheader("From the library", anchor=False)
    there = {one.unique_name for one in found if one.is_there and not one.has_update}
    names = [name for name in services.library.names() if name not in there]
    st.multiselect(
        "Solutions to install",
        names,
        key=_NAMES,
        placeholder="Choose solutions",
        help="Just these, nothing that they need. In your default language, unless you choose the portal's.",
    )
    slot = st.container()
    if st.button("Plan the installation", key="solutions-install", icon=":material/checklist:"):
        chosen = list(keys.widget_value(_NAMES) or ())
        if chosen:
            plans.install(services, actor, known.slug, chosen)
        else:
            slot.warning("Choose a solution first.", icon=":material/info:")


def _upload(services: Services, actor: Actor, known: KnownInstance) -> None:
    st.subheader("A package of your own", anchor=False)
    file = st.file_uploader("The solution's zip", type="zip", key=_FILE)
    slot = st.container()
    if file is None:
        slot.caption("It is checked and planned first: neither kept nor imported before you say so.")
        return
    data = file.getvalue()
    try:
        plan = services.installations.plan_upload(known.slug, data, actor)
    except PorticoError as error:
        slot.error(acting.sentences(error), title="This package can't be used", icon=":material/error:")
        return
    with slot:
        _checked(plan)
    with st.container(horizontal=True):
        if st.button("Plan its installation", key="solutions-upload-plan", icon=":material/checklist:"):
            plans.upload(services, actor, known.slug, data)
        if st.button("Only add it to the library", key="solutions-upload-add", icon=":material/library_add:"):
            manifest = plan.manifest
            acting.do(
                slot,
                lambda: services.installations.upload(known.slug, data, actor),
                f"{plain(manifest.unique_name)} {plain(str(manifest.version))} is in the library: "
                "installations use it from now on.",
            )


def _checked(plan: UploadPlan) -> None:
    manifest = plan.manifest
    needs = ", ".join(plain(need.solution) for need in manifest.requires) or "no other solution"
    st.markdown(
        f"**{plain(manifest.unique_name)}** {plain(str(manifest.version))} by {plain(manifest.publisher or 'nobody')}: "
        f"{count(len(manifest.components), 'component')}, needs {needs}."
    )
    if not plan.is_highest:
        st.warning(
            f"The library has {plain(str(plan.highest))}, and installations take the highest version: "
            "this one would never be used.",
            icon=":material/warning:",
        )
    elif plan.highest is not None:
        st.caption(f"It takes the place of {plain(plan.highest)} in every instance from now on.")
