"""What can be done with a portal: its run (R22, R23), its name (R5), domains of its own (R11), its end."""

from collections.abc import Callable

import streamlit as st

from core.access import Actor, is_system_administrator
from core.bootstrap import Services
from core.errors import PorticoError
from core.insight.models import DomainSummary, PortalDetails
from core.portals.names import MAX_NAME
from pages.portal_parts.manage_run import run_actions
from pages.ui import keys
from pages.ui.times import exact
from pages.ui.words import plain

_NAME = "portal-name"
_DOMAIN = "portal-domain"


def manage(services: Services, details: PortalDetails, actor: Actor) -> None:
    """The Manage menu; who may not change the portal is told who may."""
    instance = services.directory.get(details.portal.instance).instance
    with st.popover("Manage", icon=":material/settings:", key="portal-manage"):
        if details.portal.state == "deleted":
            st.markdown("This portal was deleted. Its history stays.")
            return
        if not is_system_administrator(actor, instance):
            names = ", ".join(plain(user.name) for user in instance.administrators())
            st.markdown(
                f"Only a System Administrator of {plain(instance.name)} can change this portal: {names}."
            )
            return
        run_actions(services, details, actor)
        _rename(services, details, actor)
        _domains(services, details, actor)


def _rename(services: Services, details: PortalDetails, actor: Actor) -> None:
    portal = details.portal
    with st.form("portal-rename", border=False):
        st.text_input("Name", value=portal.name, key=f"{_NAME}-{portal.id}", max_chars=MAX_NAME)
        slot = st.container()
        is_pressed = st.form_submit_button(
            "Rename the portal", key="portal-rename-do", icon=":material/edit:"
        )
    if is_pressed:
        name = str(keys.widget_value(f"{_NAME}-{portal.id}") or "")
        _do(slot, lambda: services.portals.rename(portal.id, name, actor), "Renamed")


def _domains(services: Services, details: PortalDetails, actor: Actor) -> None:
    st.markdown("**Custom domains**")
    for domain in details.domains:
        _domain(services, details, domain, actor)
    with st.form("portal-domain-add", border=False, clear_on_submit=True):
        st.text_input("Domain", key=_DOMAIN, placeholder="help.contoso.com")
        slot = st.container()
        is_pressed = st.form_submit_button(
            "Add the domain", key="portal-domain-do", icon=":material/add_link:"
        )
    if is_pressed:
        given = str(keys.widget_value(_DOMAIN) or "")
        _do(
            slot, lambda: services.portals.add_domain(details.portal.id, given, actor), "Added: prove it next"
        )


def _domain(services: Services, details: PortalDetails, domain: DomainSummary, actor: Actor) -> None:
    portal_id, name = details.portal.id, domain.domain
    with st.container(border=True, key=f"domain-{name}", gap="small"):
        if domain.verified_at is not None:
            st.markdown(
                f":green[:material/check_circle:] **{plain(name)}** counts since {exact(domain.verified_at)}"
            )
        else:
            st.markdown(
                f":gray[:material/schedule:] **{plain(name)}** waits for its proof. Set up one of the two:"
            )
            st.markdown(f"TXT record {plain(domain.record_name)}")
            st.code(domain.record_value, language=None)
            st.markdown(f"or a file with this text at {plain(domain.file_url)}")
        slot = st.container()
        with st.container(horizontal=True):
            if domain.verified_at is None and st.button(
                "Verify", key=f"verify-{name}", icon=":material/verified:"
            ):
                _do(slot, lambda: services.portals.verify_domain(portal_id, name, actor), "Verified")
            if st.button("Remove", key=f"remove-{name}", icon=":material/link_off:"):
                _do(slot, lambda: services.portals.remove_domain(portal_id, name, actor), "Removed")


def _do(slot: "st.delta_generator.DeltaGenerator", command: Callable[[], None], done: str) -> None:
    """Do it; what was shown above shows the change in the same breath, an error stands in its slot."""
    try:
        command()
    except PorticoError as error:
        slot.error(plain(error.message), icon=":material/error:")
        return
    keys.leave_notice(done)
    st.rerun()
