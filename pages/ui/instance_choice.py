"""Which instance a page is about: chosen at its top, kept in its address."""

import streamlit as st

from core.access import Actor, can_see
from core.bootstrap import Services
from core.directory.directory import KnownInstance
from pages.ui import keys
from pages.ui.address import Address
from pages.ui.empty import empty_state
from pages.ui.words import plain

AGE_S = 5


def choose_instance(services: Services, actor: Actor, address: Address, page: str) -> KnownInstance:
    """The instance of the address, else the first that the actor may see; the page ends here where there is none."""
    seen = {k.slug: k for k in services.directory.all(max_age_s=AGE_S) if can_see(actor, k.instance)}
    if not seen:
        empty_state(
            "There is no instance that you may see",
            f"{plain(actor.name or actor.email)} is a user of no instance. "
            "Ask one of its System Administrators for access.",
            "no_accounts",
        )
        st.stop()
    wanted = address.get("instance")
    slug = wanted if wanted in seen else next(iter(seen))
    widget = f"{page}-instance"
    keys.mirror(widget, slug)
    st.selectbox(
        "Instance",
        list(seen),
        format_func=lambda one: seen[one].instance.name,
        key=widget,
        on_change=_chosen,
        args=(address, widget),
        width=320,
    )
    if wanted and wanted != slug:
        st.warning(f"There is no instance '{plain(wanted)}' that you may see; this is another.")
    return seen[slug]


def _chosen(address: Address, widget: str) -> None:
    # What else the address says belongs to the instance before.
    address.choose(instance=str(keys.widget_value(widget)), solution="", user="")


def language_name(services: Services, lcid: int) -> str:
    """A language by its name, as instances know it; its number where nobody does."""
    administration = services.administration
    names = {} if administration is None else administration.languages()
    if lcid in names:
        return names[lcid]
    return services.catalogue.language(lcid).name if services.catalogue.is_supported(lcid) else str(lcid)
