"""Plans, shown before anything happens: the list that was shown is the list that runs (R25–R27)."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.insight.installation_models import InstallationSummary, SolutionSummary
from core.portals.installations import Kind, Language, StartedImports
from core.portals.retries import ImportPlan
from pages.ui import acting, import_plan, keys
from pages.ui.dialogs import dialog
from pages.ui.instance_choice import language_name
from pages.ui.words import plain

MakePlan = Callable[[Language], ImportPlan]
Before = Callable[[bool], object]  # is told whether the person insists
_LANGUAGE = "solutions-plan-language"
PORTALS, MINE = "In the portal's language", "In my default language"


def retry(services: Services, actor: Actor, instance: str, ids: Sequence[int]) -> None:
    """The plan to retry these: in the portal's language, unless the person chooses their own (R26)."""

    def make(language: Language) -> ImportPlan:
        return services.installations.plan_retry(ids, actor, instance=instance, language=language)

    _open(services, actor, "retry", make, {PORTALS: None, MINE: "mine"})


def coming(found: Sequence[SolutionSummary]) -> list[int]:
    """The installations that a run has in hand."""
    return [s.installation.id for s in found if s.installation is not None and s.installation.is_under_way]


def install(services: Services, actor: Actor, instance: str, names: Sequence[str]) -> None:
    """The plan to install these: in the person's default language; the portal's is offered as the fix (R26)."""

    def make(language: Language) -> ImportPlan:
        return services.installations.plan_install(instance, names, actor, language=language)

    _open(services, actor, "install", make, {MINE: "mine"})


def upload(services: Services, actor: Actor, instance: str, data: bytes, file_name: str) -> None:
    """The plan to install an uploaded package; it comes into the library when the plan is run."""

    def make(language: Language) -> ImportPlan:
        plan = services.uploads.plan(instance, data, actor, file_name=file_name, language=language)
        return plan.import_plan

    def before(is_forced: bool) -> object:
        return services.uploads.add(instance, data, actor, file_name=file_name, force=is_forced)

    _open(services, actor, "install", make, {MINE: "mine"}, before)


def _open(
    services: Services,
    actor: Actor,
    kind: Kind,
    make: MakePlan,
    languages: Mapping[str, Language],
    before: Before | None = None,
) -> None:
    keys.drop_plan()
    _plan_dialog(services, actor, kind, make, languages, before)


@dialog("The plan", width="large", icon=":material/checklist:")
def _plan_dialog(
    services: Services,
    actor: Actor,
    kind: Kind,
    make: MakePlan,
    languages: Mapping[str, Language],
    before: Before | None,
) -> None:
    try:
        offered = _offered(services, make, languages)
        choice = _language(offered)
        plan = keys.kept_plan(choice) or make(offered[choice])
    except PorticoError as error:
        st.error(acting.sentences(error), icon=":material/error:")
        return
    keys.keep_plan(choice, plan)

    def start(is_forced: bool) -> StartedImports:
        if before is not None:
            before(is_forced)
        return services.installations.start(plan, actor, kind=kind, force=is_forced)

    import_plan.offer(services, plan, start)


def _offered(services: Services, make: MakePlan, languages: Mapping[str, Language]) -> dict[str, Language]:
    """With the languages of the portals that wait for what is installed."""
    offered = dict(languages)
    if PORTALS not in offered:
        first = keys.kept_plan(MINE) or make("mine")
        keys.keep_plan(MINE, first)
        for lcid in dict.fromkeys(item.wanted.required_language for item in first.items):
            if lcid is not None:
                offered[f"{PORTALS}: {language_name(services, lcid)}"] = lcid
    return offered


def _language(offered: Mapping[str, Language]) -> str:
    if len(offered) == 1:
        return next(iter(offered))
    chosen = st.radio("Language of the installation", list(offered), key=_LANGUAGE, horizontal=True)
    return str(chosen)


def give_up(services: Services, actor: Actor, failed: InstallationSummary) -> None:
    """What it means to ask no more for a solution that was refused, and the deed."""
    _give_up_dialog(services, actor, failed)


@dialog("Give it up", width="medium", icon=":material/block:")
def _give_up_dialog(services: Services, actor: Actor, failed: InstallationSummary) -> None:
    where = services.directory.get(failed.instance).instance.name
    st.markdown(
        f"No portal waits for **{plain(failed.solution)}** {plain(failed.version)} in {plain(where)}. Given up, it is asked for "
        "no more; what stands in the instance stays as it is. The failure stays in the history, as given up."
    )
    slot = st.container()
    if st.button(
        f"Give up {failed.solution}", type="primary", key="solutions-give-up-do", icon=":material/block:"
    ):
        acting.do(
            slot,
            lambda: services.installations.give_up((failed.id,), actor),
            f"{plain(failed.solution)} is asked for no more in {plain(where)}.",
        )


def uninstall(services: Services, actor: Actor, instance: str, solution: str) -> None:
    """What stands in the way of an uninstall, and the uninstall."""
    _uninstall_dialog(services, actor, instance, solution)


@dialog("Uninstall", width="medium", icon=":material/delete:")
def _uninstall_dialog(services: Services, actor: Actor, instance: str, solution: str) -> None:
    try:
        plan = services.installations.plan_uninstall(instance, solution, actor)
    except PorticoError as error:
        st.error(acting.sentences(error), icon=":material/error:")
        return
    name = services.directory.get(instance).instance.name
    if plan.is_clear:
        st.markdown(
            f"**{plain(solution)}** {plain(plan.version)} leaves {plain(name)}. Nothing there needs it, and no portal."
        )
    if plan.portals:
        st.markdown(f"These portals use {plain(solution)}; delete them first:")
        st.markdown("\n".join(f"- {plain(portal)}" for portal in plan.portals))
    if plan.blockers:
        st.markdown(f"These solutions need {plain(solution)}; uninstall them first, in this order:")
        st.markdown("\n".join(f"{number}. {plain(one)}" for number, one in enumerate(plan.blockers, 1)))
    slot = st.container()
    if st.button(
        f"Uninstall {solution}",
        type="primary",
        key="solutions-uninstall-do",
        icon=":material/delete:",
        disabled=not plan.is_clear,
    ):
        acting.do(
            slot,
            lambda: services.installations.uninstall(instance, solution, actor),
            f"{plain(solution)} is out of {plain(name)}.",
        )
