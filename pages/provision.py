"""Provision a portal: what do I fill in, and will it work? (R1–R6, R9–R16, R18)."""

import streamlit as st

from pages.provision_parts import fields, portal_choice, preflight, submit
from pages.provision_parts.choices import read_choices
from pages.ui.actor import actor
from pages.ui.address import Address
from pages.ui.empty import no_instance
from pages.ui.services import services

everything, who = services(), actor()
address = Address("provision")
address.follow()
choices = read_choices(everything, who, address)

st.title("Provision a portal", anchor=False)
if not choices.instances:
    no_instance(everything, who)
    st.stop()

form, aside = st.columns([2, 1], gap="large")
with form:
    fields.application(choices, address)
    fields.general_settings(everything, choices, address)
    portal_choice.audience(everything, choices, address)
    portal_choice.portal(everything, choices, address)
    last = st.container()
with aside:
    checks = everything.portals.preflight(choices.request, who)
    is_forced = preflight.panel(everything, choices.request, checks, may_submit=choices.may_submit)
with last:
    if choices.may_submit:
        submit.submit(everything, choices, who, checks, is_forced=is_forced)
    else:
        submit.hand_over(everything, choices, who)
