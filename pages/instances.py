"""Instances: what does the platform say, and what is changed there? (R1–R3, R12, R26)."""

import streamlit as st

from core.access import is_system_administrator
from pages.instances_parts import adding, facts, languages, settings, solutions, users
from pages.ui import acting
from pages.ui.actor import actor
from pages.ui.address import Address
from pages.ui.instance_choice import choose_instance
from pages.ui.services import services

everything, who = services(), actor()
address = Address("instances")
address.follow()

top = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
top.title("Instances", anchor=False, width="content")
with top:
    adding.add_instance(everything, who, address)
acting.notice()
known = choose_instance(everything, who, address, "instances")
may_change = everything.administration is not None and (
    who.is_console_administrator or is_system_administrator(who, known.instance)
)

facts.heading(everything, known)
left, right = st.columns([3, 2], gap="large")
with left.container(key="instances-facts"):
    facts.facts_of(everything, known)
with right:
    if may_change:
        settings.settings(everything, who, known)
    else:
        acting.who_may(known.instance, who, "change it", also=", and the console administrator")
users.users(everything, who, known, address, may_change=may_change)
languages.languages(everything, who, known, may_change=may_change)
solutions.solutions(everything, who, known, may_change=may_change)
