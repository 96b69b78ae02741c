"""One thing to mend: what broke, what broke only because of it, what to do, and what to press."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.diagnosis import UNKNOWN
from core.insight import foresight
from core.insight.failures import Failure, FailureGroup
from core.insight.failures.grouping import NOW_THERE
from pages.troubleshoot_parts import bundle, drafts, plan
from pages.troubleshoot_parts.reading import Outlook, View, and_
from pages.ui import acting, import_plan, menu
from pages.ui.address import Address
from pages.ui.badges import State, badge_markdown
from pages.ui.tables import cell, head, row_head, solution_link, table
from pages.ui.times import ago, exact
from pages.ui.words import count, plain

MOST_LINKS, MOST_ROWS = 4, 100
ONGOING = State("Ongoing", "error", "red")
CAN_PASS = State("Can pass now", "replay", "blue")
MENDING = State("Being retried", "progress_activity", "blue")
FIXED = State("Fixed since", "check_circle", "green")
GIVEN_UP = State("Given up", "block", "gray")


def group_of(services: Services, actor: Actor, view: View, group: FailureGroup, address: Address) -> None:
    """The group, from its title down to the platform's own words."""
    outlook = view.outlook(group)
    with st.container(border=True, key=f"group-{group.id}", gap="small"):
        st.header(plain(view.title(group)), anchor=False)
        st.markdown(f"{badge_markdown(_state(group, outlook))} {_facts(services, view, group)}")
        if not group.is_closed:
            _what_to_do(view, group, outlook)
            _actions(services, actor, view, group, outlook, address)
        _below(services, actor, view, group, outlook, address)


def _state(group: FailureGroup, outlook: Outlook) -> State:
    if group.is_closed:
        return GIVEN_UP if group.is_given_up else FIXED
    if group.is_under_way:
        return MENDING
    return CAN_PASS if _is_clear(group, outlook) else ONGOING


def _is_clear(group: FailureGroup, outlook: Outlook) -> bool:
    """Whether nothing stands in the way of any of them any more."""
    return bool(outlook.items) and outlook.passing == len(outlook.items) >= len(group.installations)


def _facts(services: Services, view: View, group: FailureGroup) -> str:
    now = services.clock()
    solutions = len({(f.instance, f.solution) for f in group.failures if f.solution})
    said = [
        count(solutions, "solution") if solutions else "",
        f"{count(len(group.portals), 'portal waits', 'portals wait')} for it" if group.portals else "",
        f"since {ago(group.since, now)} ({exact(group.since)})",
        f"{group.attempts:,} attempts" if group.attempts > 1 else "",
        f"in {and_([plain(view.name(slug)) for slug in group.instances])}"
        if len(group.instances) > 1
        else "",
    ]
    return " · ".join(filter(None, said))


def _what_to_do(view: View, group: FailureGroup, outlook: Outlook) -> None:
    """The remedy with a link to where it is done; what would happen now."""
    if group.subject == NOW_THERE or _is_clear(group, outlook):
        st.markdown("**What to do:** nothing stands in the way any more. Retry.")
    elif view.rules and view.is_known(group):
        first = group.roots[0]
        said = view.rules.diagnose(first.platform_words, code_hex=first.error.get("code_hex"))
        steps = said.remedy if said.cause == group.cause else view.rules.record(group.cause).remedy
        st.markdown(
            "**What to do**\n\n"
            + "\n".join(f"{number}. {plain(_filled(step))}" for number, step in enumerate(steps, 1))
        )
        _links(view, group)
    st.markdown(_forecast(view, group, outlook))
    if group.installations and not group.portals:
        st.markdown("No portal waits for it: what nobody wants any more can be given up under *Solutions*.")


def _filled(step: str) -> str:
    # A record's own remedy has {name|what stands there where the message names none}.
    while "{" in step and "}" in step:
        before, _, rest = step.partition("{")
        inner, _, after = rest.partition("}")
        step = before + inner.rpartition("|")[2] + after
    return step


def _links(view: View, group: FailureGroup) -> None:
    pages = [page for page in foresight.MENDED_ON.get(group.cause, ()) if menu.is_there(page)]
    if not pages:
        return
    with st.container(horizontal=True, key=f"links-{group.id}"):
        for slug in group.instances[:MOST_LINKS]:
            for page in pages:
                st.page_link(
                    menu.path(page),
                    label=f"{menu.title(page)} › {view.name(slug)}",
                    icon=":material/build:",
                    query_params={"instance": slug},
                )
        if len(group.instances) > MOST_LINKS:
            st.caption(f"and {len(group.instances) - MOST_LINKS} more instances")


def _forecast(view: View, group: FailureGroup, outlook: Outlook) -> str:
    said = []
    if group.knock_ons and not group.is_under_way:
        number = foresight.clears(group, view.standing)
        said.append(
            f"**Fix this one: {number:,} of {count(len(group.knock_ons), 'knock-on clears', 'knock-ons clear')}.**"
        )
    total = len(outlook.items)
    if total and outlook.passing == total:
        said.append(f"As things stand now {'it' if total == 1 else f'all {total:,}'} would pass.")
    elif total:
        said.append(
            f"As things stand now {outlook.passing:,} of {total:,} would pass: "
            + plain(" ".join(filter(None, (item.reason for item in outlook.obstacles[:2]))))
        )
    return " ".join(said)


def _actions(
    services: Services,
    actor: Actor,
    view: View,
    group: FailureGroup,
    outlook: Outlook,
    address: Address,
) -> None:
    ids = tuple(item.wanted.installation_id for item in outlook.items if item.wanted.installation_id)
    slot = st.container()
    with st.container(horizontal=True, key=f"actions-{group.id}"):
        if ids:
            what = "solution" if len(ids) == 1 else f"{len(ids):,} solutions, in order"
            if st.button(f"Retry the {what}", key=f"retry-{group.id}", icon=":material/replay:"):
                plan.retry(services, actor, ids, address)
        restartable = [f for f in group.failures if not f.installations and f.instance in view.administered]
        if restartable and st.button(
            f"Restart provisioning of {count(len(restartable), 'portal')}",
            key=f"restart-{group.id}",
            icon=":material/restart_alt:",
        ):
            _restart(services, actor, restartable, slot, address)
        if st.button("Check now", key=f"check-{group.id}", icon=":material/fact_check:"):
            with slot:
                _check(services, actor, group, ids)
        bundle.download(services, actor, group)
    if not ids and not restartable:
        _who_may(view, group)


def _who_may(view: View, group: FailureGroup) -> None:
    for slug in group.instances[:MOST_LINKS]:
        if slug in view.known and slug not in view.administered:
            names = ", ".join(user.name for user in view.known[slug].instance.administrators())
            st.caption(
                f":material/lock: Only a System Administrator of {plain(view.name(slug))} can retry: "
                f"{plain(names or 'nobody at the moment')}."
            )


def _restart(
    services: Services,
    actor: Actor,
    failures: Sequence[Failure],
    slot: "st.delta_generator.DeltaGenerator",
    address: Address,
) -> None:
    """Restart each portal whose process broke (R22)."""
    run_ids: list[str] = []

    def restart() -> None:
        for one in failures:
            run_ids.extend(services.lifecycle.restart(id_, actor) for id_ in one.portals)
        address.choose(runs=",".join(run_ids))

    acting.do(slot, restart, f"Restarted: {count(len(failures), 'portal')}.")


def _check(services: Services, actor: Actor, group: FailureGroup, ids: Sequence[int]) -> None:
    """The preflight again, for this failure: each instance is asked anew."""
    lines = []
    for slug in group.instances:
        known = services.directory.get(slug)
        answers = "answers" if known.is_reachable else "does not answer"
        lines.append(f"{plain(known.instance.name)} {answers}, seen {exact(known.synchronised_at)}.")
    with st.container(border=True):
        st.markdown(f"**Checked now.** {' '.join(lines[:MOST_LINKS])}")
        if ids:
            import_plan.plan_table(services, services.installations.plan_retry(list(ids), actor))
        elif group.portals_to_restart:
            reachable = all(services.directory.get(slug).is_reachable for slug in group.instances)
            st.markdown("A restart can go on." if reachable else "A restart would break again.")


def _below(
    services: Services, actor: Actor, view: View, group: FailureGroup, outlook: Outlook, address: Address
) -> None:
    """One click below: which failed, the evidence, the platform's words."""
    ids = [item for item in outlook.items if item.wanted.installation_id]
    roots, knock_ons = len(group.roots), len(group.knock_ons)
    label = f"What failed ({roots:,})" + (f" and its knock-ons ({knock_ons:,})" if knock_ons else "")
    with st.expander(label, key=f"failed-{group.id}", icon=":material/list:", on_change="rerun") as opened:
        if opened.open:
            _table(services, view, group)
            if len(ids) > 1:
                _selection(services, actor, group, address)
    with st.expander(
        "What the platform said, and why this cause",
        key=f"said-{group.id}",
        icon=":material/chat:",
        on_change="rerun",
    ) as opened:
        if opened.open:
            _said(view, group)
    if group.cause == UNKNOWN and not group.is_closed and view.rules:
        drafts.draft_of(group)


def _table(services: Services, view: View, group: FailureGroup) -> None:
    now = services.clock()
    shown = group.failures[:MOST_ROWS]
    knock_ons = {one.key for one in group.knock_ons}
    table(
        f"What failed: {view.title(group)}",
        (
            head("Solution or portal"),
            head("Instance", "narrow"),
            head("Portals", "number narrow"),
            head("Attempts", "number narrow"),
            head("Since", "narrow"),
        ),
        (
            (
                row_head(_name(one, is_knock_on=one.key in knock_ons)),
                cell(escape(view.name(one.instance)), "narrow"),
                cell(f"{len(one.portals):,}", "number narrow"),
                cell(f"{one.attempts:,}", "number narrow"),
                cell(f'<span title="{exact(one.failed_at)}">{ago(one.failed_at, now)}</span>', "narrow"),
            )
            for one in shown
        ),
    )
    if len(group.failures) > len(shown):
        st.caption(f"The first {len(shown):,} of {len(group.failures):,}; filter to see the others.")


def _name(failure: Failure, *, is_knock_on: bool) -> str:
    """What failed, and under it why."""
    name = solution_link(failure.instance, failure.solution) if failure.solution else "Provisioning"
    if failure.portal is not None:
        name = f'<a href="/portal?id={failure.portal.id}">{escape(failure.portal.display_name)}</a>'
    what = "Knock-on: " if is_knock_on else ""
    return f'{name}<br><span class="portico-quiet portico-why">{what}{escape(failure.message)}</span>'


def _selection(services: Services, actor: Actor, group: FailureGroup, address: Address) -> None:
    """Only some of them: the plan has just these."""
    by_number = {f.installations[0]: f for f in group.failures if f.installations and f.closed_at is None}
    chosen = st.multiselect(
        "Only some of them",
        list(by_number),
        format_func=lambda number: f"{by_number[number].solution} in {by_number[number].instance}",
        key=f"some-{group.id}",
        placeholder="Choose what to retry",
    )
    if st.button("Retry these, in order", key=f"retry-some-{group.id}", disabled=not chosen):
        plan.retry(services, actor, chosen, address)


def _said(view: View, group: FailureGroup) -> None:
    kinds = {one.fingerprint: one for one in reversed(group.failures)}
    for one in list(kinds.values())[:MOST_LINKS]:
        error = one.error
        told = {
            "code": f"{error['code_hex']} ({error['code_dec']})" if error.get("code_hex") else "",
            "correlation id": error.get("correlation_id"),
            "at": error.get("at"),
            "step": error.get("step"),
            "attempt": error.get("attempt"),
            "said": one.platform_words,
            "cause": one.cause,
            "confidence": error.get("confidence"),
            "fingerprint": one.fingerprint,
            "rules": error.get("rules_version"),
        }
        lines = [f"{name}: {value}" for name, value in told.items() if value not in (None, "")]
        st.code("\n".join(lines), language=None, wrap_lines=True)
    if view.rules:
        first = group.roots[0]
        said = view.rules.diagnose(first.platform_words, code_hex=first.error.get("code_hex"))
        st.markdown(f"Because: {plain('; '.join(said.because))}.")
