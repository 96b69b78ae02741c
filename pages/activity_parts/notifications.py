"""My notifications: what I want to hear and where, what was told, and what needs me."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.errors import PorticoError
from core.notices.models import NoticeSummary, SubscriptionSummary
from core.notices.occasions import OCCASIONS
from pages.activity_parts.editing import add, change
from pages.ui import acting, keys
from pages.ui.address import Address
from pages.ui.badges import NOTICE_STATES, State, badge_markdown, state_html
from pages.ui.dialogs import dialog
from pages.ui.empty import empty_state
from pages.ui.paging import current_page, pager
from pages.ui.tables import cell, head, row_head, table
from pages.ui.times import ago, exact
from pages.ui.words import count, plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SIZE = 25
NEED_ME = 10
_ON = State("On", "notifications_active", "green")
_PAUSED = State("Paused", "notifications_paused", "gray")
_RHYTHMS = {"at-once": "at once", "daily": "once a day"}


def notifications(services: Services, actor: Actor, address: Address) -> None:
    """The notifications, then what was told."""
    mine = services.notifications.list(actor)
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="notifications-top",
    ):
        st.markdown(f"{count(len(mine), 'notification')} of yours; nobody else sees them.", width="content")
        if st.button(
            "Add a notification", type="primary", key="notification-add", icon=":material/add_alert:"
        ):
            add(services, actor)
    if not mine:
        empty_state(
            "You are told nothing yet",
            "Add a notification: by e-mail, in a chat or to a webhook, when a run fails, a trial ends or a cause surges.",
            "notifications_off",
        )
        return
    for one in mine:
        _one(services, actor, one)
    _need_me(services, actor)
    _told(services, actor, address)


def _one(services: Services, actor: Actor, one: SubscriptionSummary) -> None:
    names = {k.slug: k.instance.name for k in services.directory.all(max_age_s=60)}
    with st.container(border=True, gap="small", key=f"notification-{one.id}"):
        st.markdown(
            f"**{plain(one.name)}** {badge_markdown(_PAUSED if one.is_paused else _ON)} "
            f"`{one.address.replace('`', '')}` · {_RHYTHMS[one.rhythm]}"
        )
        where = (
            ", ".join(plain(names.get(slug, slug)) for slug in one.instances)
            or "all instances that you may see"
        )
        what = ", ".join(
            OCCASIONS[slug].name.lower() if slug in OCCASIONS else slug for slug in one.occasions
        )
        last = f" · last sent {ago(one.last_sent_at, services.clock())}" if one.last_sent_at else ""
        st.caption(f"Tells when: {what}, in {where}{last}")
        slot = st.container()
        with st.container(horizontal=True, key=f"notification-acts-{one.id}"):
            _acts(services, actor, one, slot)


def _acts(services: Services, actor: Actor, one: SubscriptionSummary, slot: "DeltaGenerator") -> None:
    if st.button("Edit", key=f"notification-edit-{one.id}", icon=":material/edit:"):
        change(services, actor, one)
    word, icon = ("Go on", "play_arrow") if one.is_paused else ("Pause", "pause")
    if st.button(word, key=f"notification-pause-{one.id}", icon=f":material/{icon}:"):
        done = "goes on" if one.is_paused else "is paused: what happens meanwhile is not told"
        acting.do(
            slot,
            lambda: services.notifications.pause(one.id, actor, is_paused=not one.is_paused),
            f"{plain(one.name)} {done}.",
        )
    if st.button("Send a test message", key=f"notification-test-{one.id}", icon=":material/send:"):
        _try(services, actor, one, slot)
    if st.button("Delete", key=f"notification-delete-{one.id}", icon=":material/delete:"):
        _delete(services, actor, one)


def _try(services: Services, actor: Actor, one: SubscriptionSummary, slot: "DeltaGenerator") -> None:
    try:
        with slot, st.spinner("Sending…"):
            handed = services.notifications.test(one.id, actor)
    except PorticoError as error:
        slot.error(acting.sentences(error), icon=":material/error:")
        return
    if handed.answer == "sent":
        slot.success(
            "The channel took the message. Look whether it is there.", icon=":material/check_circle:"
        )
    else:
        said = "It is unclear whether it was sent." if handed.answer == "unclear" else "It was not sent."
        slot.error(f"{said} {plain(handed.problem or '')}", icon=":material/error:")


@dialog("Delete the notification", width="small", icon=":material/delete:")
def _delete(services: Services, actor: Actor, one: SubscriptionSummary) -> None:
    st.markdown(f"**{plain(one.name)}** is deleted with its address and the list of what it told.")
    slot = st.container()
    if st.button(
        "Delete this notification", type="primary", key="notification-delete-do", icon=":material/delete:"
    ):
        acting.do(
            slot, lambda: services.notifications.delete(one.id, actor), f"{plain(one.name)} is deleted."
        )


def _need_me(services: Services, actor: Actor) -> None:
    """What will not be sent by itself: a person says whether it is sent again."""
    found = services.sent_notices.page(actor, states=("unclear", "failed"), limit=NEED_ME)
    if not found.items:
        return
    st.header("Not sent, or unclear", anchor=False)
    st.caption(
        "Unclear: the message may have gone out before the connection or the process broke. Portico does not send it "
        "again by itself, so that nothing comes twice: look at the channel first."
    )
    slot = st.container()
    with st.container(gap="small", key="notices-need-me"):
        for one in found.items:
            _needing(services, actor, one, slot)
    if found.total > NEED_ME:
        st.caption(f"{found.total - NEED_ME:,} more in the list below.")


def _needing(services: Services, actor: Actor, one: NoticeSummary, slot: "DeltaGenerator") -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"notice-{one.id}"):
        st.markdown(
            f"{badge_markdown(NOTICE_STATES[one.state])} **{plain(one.title)}** · {plain(one.subscription)} · "
            f"{ago(one.created_at, services.clock())}  \n{plain(one.problem or '')}"
        )
        if st.button("Send again", key=f"notice-again-{one.id}"):
            acting.do(
                slot,
                lambda: services.notifications.send_again(one.id, actor),
                f"“{plain(one.title)}” is sent once more.",
            )


def _told(services: Services, actor: Actor, address: Address) -> None:
    st.header("What was told", anchor=False)
    words = {"": "All", **{state: shown.word for state, shown in NOTICE_STATES.items()}}
    chosen = address.known("notice_state", words)
    keys.mirror("notice-state", chosen)
    st.segmented_control(
        "Messages",
        list(words),
        format_func=lambda one: words[one],
        key="notice-state",
        required=True,
        label_visibility="collapsed",
        on_change=_filtered,
        args=(address,),
    )
    states = (chosen,) if chosen else ()
    total = services.sent_notices.page(actor, states=states, limit=0).total  # type: ignore[arg-type]  # one of the states
    page = current_page(address, total, SIZE)
    found = services.sent_notices.page(actor, states=states, limit=SIZE, offset=(page - 1) * SIZE)  # type: ignore[arg-type]  # as above
    if not found.items:
        st.markdown("Nothing yet." if not chosen else "No message is in this state.")
        return
    _table(found.items, services.clock())
    pager(address, page, total, SIZE, "notices-page")


def _filtered(address: Address) -> None:
    address.choose(notice_state=str(keys.widget_value("notice-state") or ""), page="")


def _table(items: Sequence[NoticeSummary], now: datetime) -> None:
    table(
        "What was told",
        (head("When", "narrow"), head("State"), head("Message")),
        (
            (
                cell(f'<span title="{exact(one.created_at)}">{ago(one.created_at, now)}</span>', "narrow"),
                cell(state_html(NOTICE_STATES[one.state])),
                row_head(f'{escape(one.title)}<br><span class="portico-quiet">{_more(one)}</span>'),
            )
            for one in items
        ),
    )


def _more(one: NoticeSummary) -> str:
    """By which notification, after how many attempts, and what was wrong."""
    attempts = count(one.attempts, "attempt") if one.attempts > 1 else ""
    return escape(" · ".join(filter(None, (one.subscription, attempts, one.problem))))
