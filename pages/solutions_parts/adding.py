"""Install from the library, or a package of one's own: checked and planned before anything happens (R26, R27)."""

from collections.abc import Sequence

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.directory.directory import KnownInstance
from core.errors import PorticoError
from core.insight.installation_models import SolutionSummary
from core.portals.uploads import UploadPlan
from core.solutions.manifest import Manifest
from pages.solutions_parts import plans
from pages.ui import acting, keys
from pages.ui.words import count, plain

REFUSED = "This package can't be installed as things stand now"
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
        plan = services.uploads.plan(known.slug, data, actor, file_name=file.name)
    except PorticoError as error:
        slot.error(acting.sentences(error), title="This package can't be used", icon=":material/error:")
        return
    with slot:
        _checked(plan)
    with st.container(horizontal=True):
        if st.button("Plan its installation", key="solutions-upload-plan", icon=":material/checklist:"):
            plans.upload(services, actor, known.slug, data, file.name)
        # A broken one is of use to nobody: it is kept only for the platform to refuse it.
        if plan.inspected.error is None and st.button(
            "Only add it to the library", key="solutions-upload-add", icon=":material/library_add:"
        ):
            manifest = plan.manifest
            acting.do(
                slot,
                lambda: services.uploads.add(known.slug, data, actor),
                f"{plain(manifest.unique_name)} {plain(str(manifest.version))} is in the library: "
                "installations use it from now on.",
            )


def _checked(plan: UploadPlan) -> None:
    manifest, inspected = plan.manifest, plan.inspected
    if inspected.is_named_by_file:
        st.markdown(
            f"It does not say which solution it is. By its file's name it is **{plain(manifest.unique_name)}** {plain(str(manifest.version))}."
        )
    else:
        _described(manifest)
    if plan.reason is not None:
        st.warning(plain(plan.reason), title=REFUSED, icon=":material/error:")
        st.caption(
            "The plan lets you go on all the same: the platform is asked, and what it answers stands as Install Failed."
        )
    if not plan.is_highest:
        st.warning(
            f"The library has {plain(str(plan.highest))}, and installations take the highest version: "
            "this one would never be used.",
            icon=":material/warning:",
        )
    elif plan.highest is not None:
        when = "from now on" if plan.reason is None else "from then on"
        st.caption(f"It takes the place of {plain(plan.highest)} in every instance {when}.")


def _described(manifest: Manifest) -> None:
    needs = ", ".join(plain(need.solution) for need in manifest.requires) or "no other solution"
    st.markdown(
        f"**{plain(manifest.unique_name)}** {plain(str(manifest.version))} by {plain(manifest.publisher or 'nobody')}: "
        f"{count(len(manifest.components), 'component')}, needs {needs}."
    )
