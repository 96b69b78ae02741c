"""The form of a notification: added, or changed."""

import streamlit as st

from core.access import Actor, can_see
from core.bootstrap import Services
from core.notices.kinds import KINDS
from core.notices.models import SubscriptionSummary, WantNotices
from core.notices.occasions import OCCASIONS, Rhythm
from core.notices.subscriptions import MAX_NAME
from pages.ui import acting
from pages.ui.dialogs import dialog
from pages.ui.words import plain

_RHYTHMS: dict[Rhythm, str] = {"at-once": "At once", "daily": "Once a day, together"}
_EXAMPLES = (
    ("A webhook", "jsons://hooks.example.com/portico"),
    ("E-mail", "mailtos://user:password@example.com?to=team@example.com"),
    ("Slack", "slack://TokenA/TokenB/TokenC"),
    ("Microsoft Teams", "workflows://host:443/workflow/signature"),
)


@dialog("Add a notification", width="medium", icon=":material/add_alert:")
def add(services: Services, actor: Actor) -> None:
    """A new one."""
    wanted = _form(services, actor, None, "Add this notification")
    slot = st.container()
    if wanted is not None:
        acting.do(
            slot,
            lambda: services.notifications.add(wanted, actor),
            f"{plain(wanted.name)} is added. Send a test message to see whether it arrives.",
        )


@dialog("Edit the notification", width="medium", icon=":material/edit:")
def change(services: Services, actor: Actor, one: SubscriptionSummary) -> None:
    """One that is there; its address is never shown, and stays unless another is given."""
    wanted = _form(services, actor, one, "Keep the changes")
    slot = st.container()
    if wanted is not None:
        acting.do(
            slot,
            lambda: services.notifications.change(one.id, wanted, actor),
            f"{plain(wanted.name)} is changed.",
        )


def _form(services: Services, actor: Actor, one: SubscriptionSummary | None, do: str) -> WantNotices | None:
    """The values, once the form is sent; None before."""
    seen = {
        k.slug: k.instance.name for k in services.directory.all(max_age_s=30) if can_see(actor, k.instance)
    }
    key = f"notification-form-{one.id if one else 'new'}"
    with st.form(key, border=False):
        name = st.text_input(
            "Name",
            value=one.name if one else "",
            max_chars=MAX_NAME,
            key=f"{key}-name",
            placeholder="On call",
        )
        address = st.text_input(
            "Address" if one is None else f"Another address than {one.address}",
            type="password",
            key=f"{key}-address",
            autocomplete="off",
            help="It holds a password or a token, so it is never shown again. One of: "
            + ", ".join(dict.fromkeys(KINDS.values())),
        )
        st.caption("  \n".join(f"{kind}: `{example}`" for kind, example in _EXAMPLES))
        occasions = st.multiselect(
            "When",
            list(OCCASIONS),
            default=[slug for slug in one.occasions if slug in OCCASIONS] if one else ["run-failed"],
            format_func=lambda slug: OCCASIONS[slug].name,
            key=f"{key}-occasions",
            help="  \n".join(f"**{o.name}**: {o.explanation}" for o in OCCASIONS.values()),
        )
        instances = st.multiselect(
            "Where",
            list(seen),
            default=[slug for slug in one.instances if slug in seen] if one else [],
            format_func=lambda slug: seen[slug],
            key=f"{key}-instances",
            placeholder="All instances that you may see",
        )
        rhythm = st.radio(
            "How",
            list(_RHYTHMS),
            index=list(_RHYTHMS).index(one.rhythm) if one else 0,
            format_func=lambda value: _RHYTHMS[value],
            key=f"{key}-rhythm",
            horizontal=True,
        )
        if not st.form_submit_button(do, type="primary", key=f"{key}-do"):
            return None
    kept = None if one is not None and not address.strip() else address
    return WantNotices(name, kept, tuple(occasions), tuple(instances), rhythm)
