"""One solution: what it needs, what needs it, who waits for it, and what can be done with it (R25–R27)."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.directory.directory import KnownInstance
from core.insight.installation_models import InstallationSummary, SolutionSummary
from pages.solutions_parts import plans
from pages.ui import acting, keys
from pages.ui.address import Address
from pages.ui.badges import SOLUTION_STATES, State, badge_markdown, state_html
from pages.ui.instance_choice import language_name
from pages.ui.tables import solution_link
from pages.ui.times import exact
from pages.ui.words import count, plain

_CHOICE = "solutions-one"
MISSING = State("Not there", "radio_button_unchecked", "gray")
_TOLD = ("code_hex", "code_dec", "correlation_id", "at", "step", "attempt", "text")


def one_solution(
    services: Services,
    actor: Actor,
    known: KnownInstance,
    found: Sequence[SolutionSummary],
    address: Address,
    *,
    may_change: bool,
) -> None:
    """The solution of the address, else the first: what failed comes first."""
    st.header("One solution", anchor=False)
    by_name = {one.unique_name: one for one in found}
    wanted = address.get("solution")
    name = wanted if wanted in by_name else next(iter(by_name))
    keys.mirror(_CHOICE, name)
    st.selectbox(
        "Solution",
        list(by_name),
        key=_CHOICE,
        on_change=address.take,
        args=("solution", _CHOICE),
        width=400,
    )
    if wanted and wanted != name:
        st.warning(
            f"There is no solution '{plain(wanted)}' in {plain(known.instance.name)}; this is another."
        )
    one = by_name[name]
    _told(services, one)
    if may_change:
        _actions(services, actor, known, one, by_name)
    _around(one, by_name, known.slug)


def _told(services: Services, one: SolutionSummary) -> None:
    asked = one.installation
    facts = [f"version {one.version}" if one.version else ""]
    if asked is not None:
        facts.append(f"asked for in {language_name(services, asked.language)}")
        facts.append(count(asked.attempts, "attempt") if asked.attempts else "not tried yet")
    if one.uploaded_at is not None:
        facts.append(f"{one.available} uploaded {exact(one.uploaded_at)}")
    badge = badge_markdown(SOLUTION_STATES[one.state])
    st.markdown(f"{badge} {' · '.join(plain(fact) for fact in facts if fact)}")
    if asked is not None and asked.state == "install-failed":
        _failure(asked)


def _failure(asked: InstallationSummary) -> None:
    error = asked.error or {}
    knock_on = " It failed only because another did: retry both, in order." if asked.knock_on_of else ""
    st.error(f"{plain(asked.reason)}{knock_on}", title="Install Failed", icon=":material/error:")
    told = {key: error[key] for key in _TOLD if error.get(key) is not None}
    with st.expander("What the platform said", key="solutions-platform-words"):
        st.code("\n".join(f"{key}: {value}" for key, value in told.items()), language=None, wrap_lines=True)


def _actions(
    services: Services,
    actor: Actor,
    known: KnownInstance,
    one: SolutionSummary,
    by_name: Mapping[str, SolutionSummary],
) -> None:
    name, slug = one.unique_name, known.slug
    slot = st.container()
    with st.container(horizontal=True, key="solutions-actions"):
        if (
            one.is_failed
            and one.installation is not None
            and st.button("Retry it", key=f"retry-{name}", icon=":material/replay:")
        ):
            plans.retry(services, actor, slug, [one.installation.id])
        if (
            one.installation is not None
            and one.can_be_given_up
            and st.button("Give it up", key=f"give-up-{name}", icon=":material/block:")
        ):
            plans.give_up(services, actor, one.installation)
        lacking = _lacking(services, one, by_name)
        if lacking and st.button(
            f"Install the missing {' and '.join(lacking)}",
            key=f"missing-{name}",
            icon=":material/download:",
        ):
            plans.install(services, actor, slug, lacking)
        if _can_install(one) and st.button(
            f"Update it to {one.available}" if one.is_there else "Install it",
            key=f"install-{name}",
            icon=":material/download:",
        ):
            plans.install(services, actor, slug, [name])
        if one.is_there and st.button("Uninstall it", key=f"uninstall-{name}", icon=":material/delete:"):
            plans.uninstall(services, actor, slug, name)
        if one.uploaded_at is not None and st.button(
            f"Withdraw the upload {one.available}", key=f"withdraw-{name}", icon=":material/undo:"
        ):
            acting.do(
                slot,
                lambda: services.uploads.withdraw(slug, name, str(one.available), actor),
                f"The upload {plain(name)} {plain(str(one.available))} is out of the library; what it installed stays.",
            )


def _can_install(one: SolutionSummary) -> bool:
    """A failed one is retried; a holding one is nothing to install."""
    is_offered = one.has_update or not (one.is_there or one.is_failed)
    return one.available is not None and not one.is_holding and is_offered


def _lacking(services: Services, one: SolutionSummary, by_name: Mapping[str, SolutionSummary]) -> list[str]:
    """What a failed one needs, the instance lacks, nobody asked for, and the library can bring."""
    if not one.is_failed:
        return []
    known = set(services.library.names())
    return [name for name in one.needs if name not in by_name and name in known]


def _around(one: SolutionSummary, by_name: Mapping[str, SolutionSummary], instance: str) -> None:
    """Three lists: direct needs, what needs it directly, and the portals that asked."""
    portals = [f'<a href="/portal?id={p.id}">{escape(p.display_name)}</a>' for p in one.portals]
    lists = {
        "It needs": [_neighbour(name, by_name.get(name), instance) for name in one.needs],
        "It is needed by": [_neighbour(name, by_name.get(name), instance) for name in one.needed_by],
        "Portals that asked for it": portals,
    }
    for title, items in lists.items():
        st.subheader(title, anchor=False)
        st.html(_list(items) if items else '<p class="portico-quiet">none</p>')


def _neighbour(name: str, there: SolutionSummary | None, instance: str) -> str:
    if there is None:
        return f"{escape(name)} {state_html(MISSING)}"
    return f"{solution_link(instance, name)} {state_html(SOLUTION_STATES[there.state])}"


def _list(items: Sequence[str]) -> str:
    return f'<ul class="portico-list">{"".join(f"<li>{item}</li>" for item in items)}</ul>'
