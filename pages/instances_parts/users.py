"""The users of an instance: roles, access mode, default language (R1–R3, R26)."""

from html import escape
from typing import get_args

import streamlit as st

from core.access import Actor
from core.bootstrap import Services
from core.directory.directory import KnownInstance
from core.platforms.port import AccessMode, InstanceChange, User
from pages.ui import acting, keys
from pages.ui.address import Address
from pages.ui.instance_choice import language_name
from pages.ui.tables import cell, head, row_head, table
from pages.ui.words import plain

MODES: dict[str, str] = {
    "read-write": "Read-Write",
    "administrative": "Administrative",
    "read": "Read",
    "non-interactive": "Non-interactive",
}
_USER, _ROLE, _MODE, _LANGUAGE = (
    "instances-user",
    "instances-role",
    "instances-mode",
    "instances-default-language",
)


def users(
    services: Services, actor: Actor, known: KnownInstance, address: Address, *, may_change: bool
) -> None:
    """A row a user, and below them what can be changed of one."""
    st.header("Users", anchor=False)
    table(
        "Users",
        (
            head("Name"),
            head("E-mail"),
            head("Roles, assigned directly"),
            head("Access mode"),
            head("Default language"),
        ),
        (_row(services, user) for user in known.instance.users),
    )
    if may_change and known.instance.users:
        _change_one(services, actor, known, address)


def _row(services: Services, user: User) -> tuple[str, ...]:
    return (
        row_head(escape(user.name)),
        cell(escape(user.email)),
        cell(escape(", ".join(user.roles) or "none")),
        cell(escape(MODES.get(user.access_mode, user.access_mode))),
        cell(escape(language_name(services, user.default_language))),
    )


def _change_one(services: Services, actor: Actor, known: KnownInstance, address: Address) -> None:
    people = {user.email: user for user in known.instance.users}
    chosen = address.known("user", people) or next(iter(people))
    keys.mirror(_USER, chosen)
    st.selectbox(
        "Change the user",
        list(people),
        format_func=lambda email: people[email].name,
        key=_USER,
        on_change=address.take,
        args=("user", _USER),
        width=320,
    )
    user = people[chosen]
    for column, part in zip(
        st.columns(3, gap="large"), (_roles, _access_mode, _default_language), strict=True
    ):
        with column:
            part(services, actor, known, user)


def _roles(services: Services, actor: Actor, known: KnownInstance, user: User) -> None:
    roles = services.administration.roles() if services.administration else ()
    with st.form("instances-role-form", border=False):
        st.selectbox("Role", list(roles), key=_ROLE)
        slot = st.container()
        with st.container(horizontal=True):
            is_assigned = st.form_submit_button("Assign the role", key="instances-grant")
            is_taken = st.form_submit_button("Take the role away", key="instances-revoke")
    role = str(keys.widget_value(_ROLE))
    name = plain(user.name)
    if is_assigned:
        change = InstanceChange("grant", role=role, user=user.email)
        acting.do(slot, lambda: _do(services, actor, known, change), f"{name} is {plain(role)} now.")
    if is_taken:
        change = InstanceChange("revoke", role=role, user=user.email)
        acting.do(slot, lambda: _do(services, actor, known, change), f"{name} is {plain(role)} no more.")


def _access_mode(services: Services, actor: Actor, known: KnownInstance, user: User) -> None:
    modes: tuple[AccessMode, ...] = get_args(AccessMode)
    widget = f"{_MODE}-{known.slug}-{user.email}"
    with st.form("instances-mode-form", border=False):
        st.selectbox(
            "Access mode",
            modes,
            index=modes.index(user.access_mode),
            format_func=lambda mode: MODES[mode],
            key=widget,
        )
        slot = st.container()
        is_pressed = st.form_submit_button("Set the access mode", key="instances-mode-do")
    if is_pressed:
        mode = next(one for one in modes if one == keys.widget_value(widget))
        change = InstanceChange("access-mode", mode=mode, user=user.email)
        said = f"The access mode of {plain(user.name)} is {MODES[mode]}."
        acting.do(slot, lambda: _do(services, actor, known, change), said)


def _default_language(services: Services, actor: Actor, known: KnownInstance, user: User) -> None:
    offered = list(dict.fromkeys((*known.instance.languages, user.default_language)))
    widget = f"{_LANGUAGE}-{known.slug}-{user.email}"
    with st.form("instances-language-form", border=False):
        st.selectbox(
            "Default language",
            offered,
            index=offered.index(user.default_language),
            format_func=lambda lcid: language_name(services, lcid),
            key=widget,
        )
        slot = st.container()
        is_pressed = st.form_submit_button("Set the default language", key="instances-language-do")
    if is_pressed:
        lcid = int(keys.widget_value(widget))
        change = InstanceChange("default-language", language=lcid, user=user.email)
        said = f"The default language of {plain(user.name)} is {plain(language_name(services, lcid))}."
        acting.do(slot, lambda: _do(services, actor, known, change), said)


def _do(services: Services, actor: Actor, known: KnownInstance, change: InstanceChange) -> None:
    services.instances.change(known.slug, (change,), actor)
