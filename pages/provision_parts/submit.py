"""Submit, then the Terms of Service, then the portal's own page (R18, R19); or the hand-over (R2)."""

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError, SeveralErrors
from core.portals.commands import Preflight, StartProvisioning
from pages.provision_parts.choices import Choices
from pages.ui import menu
from pages.ui.dialogs import dialog
from pages.ui.words import plain


def submit(
    services: Services, choices: Choices, actor: Actor, preflight: Preflight, *, is_forced: bool
) -> None:
    """The button; what is still in the way is said under it."""
    is_pressed = st.button("Submit", type="primary", key="provision-submit", icon=":material/rocket_launch:")
    if not is_pressed:
        return
    if preflight.is_clear or (is_forced and preflight.can_be_forced):
        _terms(services, choices, actor, is_forced=is_forced)
        return
    lines = [f"- {plain(check.message)}. {plain(check.fix or '')}" for check in preflight.blocked]
    st.error("\n".join(lines), title="The portal can't be provisioned yet", icon=":material/error:")


def hand_over(services: Services, choices: Choices, actor: Actor) -> None:
    """For who may prepare the form but not submit it: a request to copy, which names the role missing."""
    instance = choices.instance
    where = plain(instance.name) if instance else "the instance"
    st.info(
        f"You are System Customizer in {where}. Only a System Administrator can submit: "
        "copy this request and hand it over.",
        title="Hand the request over",
        icon=":material/forward_to_inbox:",
    )
    st.code(services.portals.handover(choices.request, actor), language=None, wrap_lines=True)


@dialog("Terms of Service", width="medium", icon=":material/gavel:")
def _terms(services: Services, choices: Choices, actor: Actor, *, is_forced: bool) -> None:
    terms = services.catalogue.terms
    request = choices.request
    template = services.catalogue.portal(str(request.portal))
    language = services.catalogue.language(int(request.language or 0))
    url = services.settings.portal_url(request.subdomain.strip().lower()).partition("://")[2]
    instance = choices.instance
    st.markdown(
        f"**{plain(request.name)}**: {plain(template.name)} in {plain(language.name)} for "
        f"{plain(instance.name if instance else '')}, at {plain(url)}"
    )
    st.markdown(terms.text)
    st.caption(f"Version {plain(terms.version)}, accepted by {plain(actor.name)}: kept with the portal.")
    slot = st.container()
    if st.button("Accept and provision", type="primary", key="provision-accept", icon=":material/check:"):
        _provision(services, request, actor, slot, is_forced=is_forced)


def _provision(
    services: Services,
    request: StartProvisioning,
    actor: Actor,
    slot: "st.delta_generator.DeltaGenerator",
    *,
    is_forced: bool,
) -> None:
    try:
        started = services.portals.provision(request, actor, accepted_terms=True, force=is_forced)
    except PorticoError as error:
        several = error.errors if isinstance(error, SeveralErrors) else (error,)
        slot.error(
            "\n".join(f"- {plain(one.message)}" for one in several),
            title="Nothing was started",
            icon=":material/error:",
        )
        return
    st.switch_page(menu.path("portal"), query_params={"id": str(started.portal_id)})
