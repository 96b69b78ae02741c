"""Restart, change values and restart, cancel, delete: each shows what it does before it does it (R22, R23)."""

from html import escape

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.insight.models import PortalDetails
from core.portals.commands import StartProvisioning
from core.portals.lifecycle import MAX_REASON, Change
from core.portals.names import MAX_NAME
from pages.portal_parts.values import FIELDS, shown
from pages.ui import acting
from pages.ui.actor import person
from pages.ui.dialogs import dialog
from pages.ui.tables import cell, head, row_head, table
from pages.ui.times import duration
from pages.ui.words import count, plain


def run_actions(services: Services, details: PortalDetails, actor: Actor) -> None:
    """What can be done with the portal's run now, and the deletion."""
    portal = details.portal
    latest = details.runs[0] if details.runs else None
    slot = st.container()
    if is_restartable(details):
        if st.button("Restart Provisioning", key="portal-restart", icon=":material/restart_alt:"):
            acting.do(
                slot,
                lambda: services.lifecycle.restart(portal.id, actor),
                "Restarted: it goes on from the first step that is not done.",
            )
        if portal.provisioned_at is None and st.button(
            "Change Values and Restart Provisioning", key="portal-change", icon=":material/edit_note:"
        ):
            _change(services, details, actor)
    if latest is not None and latest.is_open:
        if st.button("Cancel the run", key="portal-cancel", icon=":material/cancel:"):
            _cancel(services, details, actor)
    elif st.button("Delete the portal", key="portal-delete", icon=":material/delete:"):
        delete(services, portal.id, portal.display_name, actor)


def is_restartable(details: PortalDetails) -> bool:
    """Whether the latest run broke or was cancelled: one that was refused is retried instead (R25)."""
    latest = details.runs[0] if details.runs else None
    return (
        latest is not None
        and details.portal.state != "deleted"
        and latest.state in ("failed", "cancelled")
        and (latest.error or {}).get("kind") != "refused"
    )


@dialog("Cancel the run", width="medium", icon=":material/cancel:")
def _cancel(services: Services, details: PortalDetails, actor: Actor) -> None:
    latest = details.runs[0]
    st.markdown(
        f"Attempt {latest.number}, {latest.done} of {count(len(latest.steps), 'step')} done. What is done stays; an "
        "import that the platform has begun runs to its end. The portal can be restarted from here."
    )
    slot = st.container()
    if st.button("Cancel this run", type="primary", key="portal-cancel-do", icon=":material/cancel:"):
        acting.do(
            slot, lambda: services.lifecycle.cancel(details.portal.id, actor), "The run is being cancelled."
        )


@dialog("Change Values and Restart Provisioning", width="large", icon=":material/edit_note:")
def _change(services: Services, details: PortalDetails, actor: Actor) -> None:
    wanted = _values(services, details)
    slot = st.container()
    try:
        changes = services.lifecycle.changes(details.portal.id, wanted)
    except PorticoError as error:
        slot.error(acting.sentences(error), icon=":material/error:")
        return
    _difference(services, changes)
    is_forced = st.checkbox(
        "Go on although the state of the instance blocks it",
        key="portal-change-force",
        help="Never past who may, names, languages and audiences: the platform is asked, and answers.",
    )
    if st.button(
        "Change these values and restart" if changes else "Restart from the beginning",
        type="primary",
        key="portal-change-do",
        icon=":material/restart_alt:",
    ):
        acting.do(
            slot,
            lambda: services.lifecycle.change_and_restart(details.portal.id, wanted, actor, force=is_forced),
            "Restarted with the changed values. The earlier attempts stay in the history.",
        )


def _values(services: Services, details: PortalDetails) -> StartProvisioning:
    """The form, filled in as the portal is; type, licence and instance can't change."""
    portal, catalogue = details.portal, services.catalogue
    instance = services.directory.get(portal.instance).instance
    key = f"change-{portal.id}-{details.runs[0].number}"
    languages = [lcid for lcid in instance.languages if catalogue.is_supported(lcid)]
    administrators = [user.email for user in instance.administrators()]
    audiences = [audience.slug for audience in catalogue.audiences]
    name = st.text_input("Name", value=portal.name, max_chars=MAX_NAME, key=f"{key}-name")
    subdomain = st.text_input("Portal URL", value=portal.subdomain, key=f"{key}-subdomain")
    language = st.selectbox(
        "Language",
        languages,
        index=_index(languages, portal.language),
        format_func=lambda lcid: catalogue.language(lcid).name,
        key=f"{key}-language",
    )
    administrator = st.selectbox(
        "Administrator",
        administrators,
        index=_index(administrators, portal.administrator),
        format_func=person,
        key=f"{key}-administrator",
    )
    audience = st.radio(
        "Audience",
        audiences,
        index=_index(audiences, portal.audience),
        format_func=lambda slug: catalogue.audience(slug).name,
        key=f"{key}-audience",
        horizontal=True,
    )
    offered = [one.slug for one in catalogue.offered(str(audience))]
    template = st.selectbox(
        "Portal",
        offered,
        index=_index(offered, portal.portal),
        format_func=lambda slug: catalogue.portal(slug).name,
        key=f"{key}-portal-{audience}",
    )
    return StartProvisioning(
        name or "", subdomain or "", portal.instance, language, administrator, audience, template
    )


def _index(options: list[str] | list[int], value: object) -> int | None:
    return next((index for index, option in enumerate(options) if option == value), 0 if options else None)


def _difference(services: Services, changes: tuple[Change, ...]) -> None:
    """What changes, before it starts."""
    if not changes:
        st.markdown("Nothing changes yet: it would restart from the beginning with the values that it has.")
        return
    table(
        "What changes",
        (head("Value", "narrow"), head("Now"), head("From then on")),
        (
            (
                row_head(escape(FIELDS.get(change.field, change.field)), "narrow"),
                cell(escape(shown(services, change.field, change.before))),
                cell(f"<strong>{escape(shown(services, change.field, change.after))}</strong>"),
            )
            for change in changes
        ),
    )
    fields = {change.field for change in changes}
    if not fields <= {"name", "administrator"}:
        st.caption(
            "The content of the website made so far goes; solutions that are installed stay installed."
        )
    if "subdomain" in fields:
        free_s = duration(services.settings.name_purge_s)
        st.caption(f"The old URL's name is free again after its purge time of {free_s}.")


@dialog("Delete the portal", width="medium", icon=":material/delete:")
def delete(services: Services, portal_id: int, name: str, actor: Actor) -> None:
    """What goes, what stays, then the deletion with its reason."""
    _goes_and_stays(services, portal_id, name)
    reason = st.text_input("Why is it deleted?", max_chars=MAX_REASON, key=f"portal-delete-why-{portal_id}")
    slot = st.container()
    if st.button("Delete this portal", type="primary", key="portal-delete-do", icon=":material/delete:"):
        acting.do(
            slot,
            lambda: services.lifecycle.delete(portal_id, reason or "", actor),
            f"Deleted: {plain(name)}. Its history stays.",
        )


@dialog("Reset to Not Configured", width="medium", icon=":material/restart_alt:")
def reset(services: Services, portal_id: int, name: str, actor: Actor) -> None:
    """The application without its portal: what goes, what stays, then the reset."""
    _goes_and_stays(services, portal_id, name)
    slot = st.container()
    if st.button(
        "Reset this application", type="primary", key="application-reset-do", icon=":material/restart_alt:"
    ):
        acting.do(
            slot,
            lambda: services.lifecycle.reset(portal_id, actor),
            f"Reset: {plain(name)} is deleted and its licence is free.",
        )


def _goes_and_stays(services: Services, portal_id: int, name: str) -> None:
    told = services.lifecycle.deletion(portal_id)
    goes = [f"the URL {services.settings.portal_url(told.subdomain)}"]
    goes += ["the website with its content"] if told.has_website else []
    goes += [f"the custom domain {domain}, free at once" for domain in told.domains]
    stays = [
        f"the {count(told.solutions, 'solution')} of its package, in the instance",
        f"the licence {told.application}, free at once for another portal",
        f"the name {told.subdomain}, taken for {duration(told.subdomain_free_after_s)} and free then",
        "the history: who did what, every attempt",
    ]
    st.markdown(f"**{plain(name)}**")
    st.markdown("**Goes**\n\n" + "\n".join(f"- {plain(one)}" for one in goes))
    st.markdown("**Stays**\n\n" + "\n".join(f"- {plain(one)}" for one in stays))
