"""The form's fields, top to bottom. Each shows its choice and writes a change to the address."""

import streamlit as st

from core.bootstrap import Services
from core.portals.commands import SubdomainAnswer
from core.portals.names import MAX_LABEL, MAX_NAME, suggestion
from pages.provision_parts.choices import Choices
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.words import TYPES, language_label, plain

_ANSWERS = {
    "free": (":green", "check_circle"),
    "taken": (":red", "error"),
    "purging": (":orange", "schedule"),
    "invalid": (":red", "error"),
    "unknown": (":orange", "help"),
}
_HINT = "Letters, digits and hyphens. It can't be changed once the portal is provisioned."


def application(choices: Choices, address: Address) -> None:
    """The licence: one choice a type that has a free one; a licence named in the address stays the one."""
    st.header("Application", anchor=False)
    if not choices.licences:
        st.warning(
            "Every Portal Add-On licence is in use. Ask the console administrator to add one on the "
            "Applications page, or delete a portal to free its licence.",
            title="No licence is free",
            icon=":material/key_off:",
        )
        return
    options = [str(licence.id) for licence in choices.licences]
    keys.mirror("provision-application", str(choices.request.application))
    st.radio(
        "Licence",
        options,
        format_func=lambda option: _licence_label(choices, option),
        key="provision-application",
        label_visibility="collapsed",
        on_change=address.take,
        args=("application", "provision-application"),
    )
    wanted = address.get("application")
    if wanted and wanted not in options:
        st.caption(
            f":material/info: Application {plain(wanted)} is not free; "
            f"number {choices.request.application} is used instead."
        )


def _licence_label(choices: Choices, option: str) -> str:
    licence = next((a for a in choices.licences if str(a.id) == option), None)
    if licence is None:
        return "Portal Add-On"
    return f"Portal Add-On · {TYPES[licence.type]} · {choices.free[licence.type]:,} free"


def general_settings(services: Services, choices: Choices, address: Address) -> None:
    """Name, type, URL, instance, language, administrator."""
    st.header("General settings", anchor=False)
    keys.mirror("provision-name", choices.request.name)
    st.text_input(
        "Name",
        key="provision-name",
        max_chars=MAX_NAME,
        placeholder="Contoso Help",
        on_change=address.take,
        args=("name", "provision-name"),
    )
    licence = choices.licence
    kind = TYPES[licence.type] if licence else "None: no licence is free"
    st.markdown(f"Type: **{kind}** :small[(set by the subscription)]")
    portal_url(services, choices, address)
    _instance(choices, address)
    _language(services, choices, address)
    _administrator(choices, address)


def portal_url(services: Services, choices: Choices, address: Address) -> None:
    """The subdomain, checked while it is typed, with others offered where it is taken."""
    subdomain = choices.request.subdomain
    keys.mirror("provision-subdomain", subdomain)
    domain = services.settings.portal_url("x").partition("x")[2]
    with st.container(horizontal=True, wrap=False, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Portal URL",
            key="provision-subdomain",
            max_chars=MAX_LABEL + 20,
            placeholder=suggestion(choices.request.name) or "contoso-help",
            live="400ms",
            on_change=address.take,
            args=("subdomain", "provision-subdomain"),
            autocomplete="off",
        )
        with st.container(width="content", key="provision-domain"):
            st.markdown(plain(domain))
    answer = services.portals.subdomain_answer(subdomain) if subdomain else None
    st.markdown(f":small[{_said(services, answer, subdomain)}]")
    _alternatives(choices, answer, address)


def _said(services: Services, answer: SubdomainAnswer | None, subdomain: str) -> str:
    if answer is None:
        return _HINT
    colour, icon = _ANSWERS[answer.state]
    if answer.state == "free":
        host = services.settings.portal_url(subdomain.strip().lower()).partition("://")[2]
        return f"{colour}[:material/{icon}: Free:] {plain(host)}"
    return f"{colour}[:material/{icon}: {plain(answer.message)}]"


def _alternatives(choices: Choices, answer: SubdomainAnswer | None, address: Address) -> None:
    """What is offered stays while one of it is chosen: a button that vanishes would take the focus along."""
    subdomain = choices.request.subdomain
    suggested = suggestion(choices.request.name)
    if answer is not None and answer.alternatives:
        keys.keep_offered_subdomains((subdomain, *answer.alternatives))
    elif not subdomain and suggested:
        keys.keep_offered_subdomains(("", suggested))
    offered = keys.offered_subdomains()
    shown = [name for name in offered[1:] if name] if subdomain in offered else []
    slot = st.container()
    if shown:
        keys.mirror("provision-alternative", subdomain if subdomain in shown else None)
        slot.pills(
            "Free instead" if offered[0] else "Made from the name",
            shown,
            key="provision-alternative",
            required=True,
            on_change=address.take,
            args=("subdomain", "provision-alternative"),
        )


def _instance(choices: Choices, address: Address) -> None:
    names = {k.slug: k.instance.name for k in choices.instances}
    keys.mirror("provision-instance", choices.request.instance)
    st.selectbox(
        "Instance",
        list(names),
        format_func=lambda slug: names[slug],
        key="provision-instance",
        on_change=address.take,
        args=("instance", "provision-instance"),
    )


def _language(services: Services, choices: Choices, address: Address) -> None:
    names = {str(x.lcid): language_label(x) for x in choices.languages}
    chosen = choices.request.language
    keys.mirror("provision-language", None if chosen is None else str(chosen))
    st.selectbox(
        "Language",
        list(names),
        format_func=lambda lcid: names[lcid],
        key="provision-language",
        placeholder="No language of this instance can be a portal's",
        on_change=address.take,
        args=("language", "provision-language"),
    )
    wanted = address.get("language")
    instance = choices.instance
    if wanted.isdigit() and wanted not in names and instance and services.catalogue.is_supported(int(wanted)):
        name = services.catalogue.language(int(wanted)).name
        st.caption(f":material/info: {plain(name)} is not installed in {plain(instance.name)}.")


def _administrator(choices: Choices, address: Address) -> None:
    names = {user.email: user.name for user in choices.administrators}
    keys.mirror("provision-administrator", choices.request.administrator)
    st.selectbox(
        "Portal administrator",
        list(names),
        # Nothing to clear where somebody is always chosen.
        index=0 if choices.request.administrator else None,
        format_func=lambda email: f"{names[email]} · {email}",
        key="provision-administrator",
        placeholder="Choose a System Administrator of the instance",
        on_change=address.take,
        args=("administrator", "provision-administrator"),
    )
