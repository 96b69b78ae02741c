"""Retry opens its plan; the list that was shown is the list that runs (R25–R27)."""

from collections.abc import Sequence

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.portals.installations import StartedImports
from pages.ui import acting, import_plan, keys
from pages.ui.address import Address
from pages.ui.dialogs import dialog


def retry(services: Services, actor: Actor, ids: Sequence[int], address: Address) -> None:
    """The plan to retry these installations, in whatever instances they are."""
    keys.drop_plan()
    _dialog(services, actor, tuple(ids), address)


@dialog("The plan", width="large", icon=":material/checklist:")
def _dialog(services: Services, actor: Actor, ids: tuple[int, ...], address: Address) -> None:
    question = f"retry {ids}"
    try:
        plan = keys.kept_plan(question) or services.installations.plan_retry(ids, actor)
    except PorticoError as error:
        st.error(acting.sentences(error), icon=":material/error:")
        return
    keys.keep_plan(question, plan)

    def start(is_forced: bool) -> StartedImports:
        started = services.installations.start(plan, actor, kind="retry", force=is_forced)
        address.choose(runs=",".join(started.run_ids))
        return started

    import_plan.offer(services, plan, start)
