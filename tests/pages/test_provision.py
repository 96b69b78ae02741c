"""The provisioning form (R1-R6, R9-R16, R18)."""

import threading

from core.access import Actor
from core.bootstrap import Services
from core.insight.models import PortalFilter
from core.platforms.port import InstanceChange
from core.portals.commands import StartProvisioning
from tests.pages.conftest import ADMIN, AMELIE, NADIA, OLIVER, PRIYA, OpenPage, text_of, widget

FILLED = {"name": "Contoso Help", "subdomain": "contoso-help", "language": "1036"}


def _take(console: Services, subdomain: str, application: int | None = None) -> None:
    request = StartProvisioning(
        "Taken", subdomain, "contoso", 1033, AMELIE, "customer", "custom", application=application
    )
    console.portals.provision(request, Actor(AMELIE), accepted_terms=True)


def test_the_form_is_shown_when_somebody_arrives(open_page: OpenPage) -> None:
    page = open_page("provision")
    assert page.title[0].value == "Provision a portal"
    headers = [header.value for header in page.header]
    assert headers[:4] == [
        "Application",
        "General settings",
        "Portal audience",
        "Select portal to be deployed",
    ]
    assert page.selectbox(key="provision-instance").value == "contoso"
    # R3: who acts is a System Administrator there, and so the likely portal administrator.
    assert page.selectbox(key="provision-administrator").value == AMELIE
    # R6: shown, not a field.
    assert "Type: **Production**" in text_of(page)


def test_a_row_a_kind_of_licence_is_offered_when_some_are_free(open_page: OpenPage) -> None:
    # R4
    assert open_page("provision").radio(key="provision-application").options == [
        "Portal Add-On · Production · 10 free",
        "Portal Add-On · Trial · 3 free",
    ]


def test_the_licence_of_the_address_is_chosen_when_it_is_free(open_page: OpenPage) -> None:
    # R4, R6
    page = open_page("provision", application="12")
    assert page.radio(key="provision-application").value == "12"
    assert "Type: **Trial**" in text_of(page)


def test_another_licence_is_used_when_the_one_of_the_address_is_configured(
    console: Services, open_page: OpenPage
) -> None:
    _take(console, "first", application=1)
    page = open_page("provision", application="1")
    assert page.radio(key="provision-application").value == "2"
    assert "Application 1 is not free" in text_of(page)


def test_it_says_what_to_do_when_no_licence_is_free(console: Services, open_page: OpenPage) -> None:
    for number in range(13):
        _take(console, f"portal-{number}")
    page = open_page("provision", **FILLED)
    assert "Every Portal Add-On licence is in use" in text_of(page)


def test_portals_follow_the_audience_when_it_changes(open_page: OpenPage) -> None:
    # R15
    page = open_page("provision", audience="partner")
    assert [option.strip("*") for option in page.radio(key="provision-portal").options] == [
        "Customer Self-Service Portal",
        "Custom Portal",
        "Partner Portal",
        "Partner Project Service",
        "Partner Field Service",
        "Community Portal",
    ]
    page.radio(key="provision-audience").set_value("employee").run()
    assert page.radio(key="provision-portal").options == ["**Employee Self-Service Portal**"]
    assert page.query_params["audience"] == "employee"


def test_a_choice_is_kept_when_it_is_not_on_offer_for_a_while(open_page: OpenPage) -> None:
    # R12: what was chosen in the first instance is there again when one comes back.
    page = open_page("provision", acts=NADIA, instance="fabrikam", language="3082")
    page.selectbox(key="provision-instance").set_value("contoso").run()
    assert page.selectbox(key="provision-language").value == "1033"
    assert "is not installed in Contoso" in text_of(page)
    page.selectbox(key="provision-instance").set_value("fabrikam").run()
    assert page.selectbox(key="provision-language").value == "3082"


def test_arabic_is_not_offered_when_it_is_the_base_language(open_page: OpenPage) -> None:
    # R12, R13
    page = open_page("provision", acts="layla.mansour@adventure-works.example")
    offered = page.selectbox(key="provision-language").options
    assert len(offered) == 2
    assert not any("Arabic" in option for option in offered)


def test_administrators_only_are_offered_when_an_instance_is_chosen(open_page: OpenPage) -> None:
    # R3
    offered = open_page("provision").selectbox(key="provision-administrator").options
    assert len(offered) == 4
    assert not any(PRIYA in option for option in offered)


def test_the_offending_character_is_named_when_the_subdomain_is_wrong(open_page: OpenPage) -> None:
    # R9
    page = open_page("provision")
    page.text_input(key="provision-subdomain").set_value("contoso_help").run()
    assert "'_' can't stand in a portal URL" in text_of(page)


def test_alternatives_are_offered_when_the_subdomain_is_taken(console: Services, open_page: OpenPage) -> None:
    # R10
    _take(console, "contoso-help")
    page = open_page("provision")
    page.text_input(key="provision-subdomain").set_value("contoso-help").run()
    assert "taken by another portal" in text_of(page)
    pills = widget(page, "provision-alternative")
    assert pills.options[0] == "contoso-help-portal"
    pills.set_value("contoso-help-portal").run()
    assert page.text_input(key="provision-subdomain").value == "contoso-help-portal"
    assert page.query_params["subdomain"] == "contoso-help-portal"
    # What was offered stays: the focus is in it.
    assert widget(page, "provision-alternative").value == "contoso-help-portal"


def test_what_is_missing_is_named_when_the_portal_needs_it(open_page: OpenPage) -> None:
    # R16
    page = open_page("provision", **FILLED, audience="partner", portal="partner-field-service")
    assert "Blocked:" in text_of(page)
    assert "which are not in Contoso" in text_of(page)
    page.button(key="provision-submit").click().run()
    assert "The portal can't be provisioned yet" in text_of(page)
    # R1: an administrator can go on although the instance blocks.
    page.checkbox(key="provision-force").check().run()
    page.button(key="provision-submit").click().run()
    assert not page.button(key="provision-accept").disabled


def test_what_is_still_empty_is_said_when_it_is_submitted(console: Services, open_page: OpenPage) -> None:
    page = open_page("provision")
    page.button(key="provision-submit").click().run()
    assert "The portal needs a name" in text_of(page)
    assert console.insight.portals(PortalFilter(), Actor(ADMIN)).total == 0


def test_nothing_begins_when_the_terms_are_only_shown(console: Services, open_page: OpenPage) -> None:
    # R18
    page = open_page("provision", **FILLED)
    page.button(key="provision-submit").click().run()
    assert "By accepting these terms" in text_of(page)
    assert console.insight.portals(PortalFilter(), Actor(ADMIN)).total == 0


def test_a_portal_begins_when_the_terms_are_accepted(console: Services, open_page: OpenPage) -> None:
    # R18, R19
    page = open_page("provision", **FILLED)
    page.button(key="provision-submit").click().run()
    # Both in one run: without a browser a dialog does not outlive a run of its own.
    page.button(key="provision-submit").click()
    page.button(key="provision-accept").click().run()
    found = console.insight.portals(PortalFilter(), Actor(ADMIN))
    assert [(portal.display_name, portal.language) for portal in found.items] == [
        ("Contoso Help-Configuring", 1036)
    ]
    assert page.title[0].value == "Contoso Help\\-Configuring"


def test_a_customizer_hands_over_when_only_an_administrator_can_submit(open_page: OpenPage) -> None:
    # R1, R2
    page = open_page("provision", acts=PRIYA, **FILLED, administrator=AMELIE)
    assert not [button for button in page.button if button.key == "provision-submit"]
    assert "System Administrator" in page.code[0].value
    assert "Name: Contoso Help" in page.code[0].value


def test_some_who_can_help_are_named_when_there_are_many_instances(
    console: Services, open_page: OpenPage
) -> None:
    for number in range(11):
        console.instances.add(f"more-{number}", f"More {number}", 1033, Actor(AMELIE))
    text = text_of(open_page("provision", ADMIN))
    assert "More 8" in text
    assert "More 9" not in text
    assert "and those of 2 more instances" in text


def test_who_can_help_is_named_when_no_instance_can_be_picked(open_page: OpenPage) -> None:
    # R2
    for actor in (OLIVER, ADMIN):
        page = open_page("provision", acts=actor)
        assert "There is no instance that you can pick" in text_of(page)
        assert "Amélie Laurent" in text_of(page)
        assert not page.selectbox(key="actor").disabled


def test_a_block_is_shown_when_the_instance_is_in_administration_mode(
    console: Services, open_page: OpenPage
) -> None:
    console.instances.change("contoso", (InstanceChange("administration-mode", is_on=True),), Actor(AMELIE))
    page = open_page("provision", **FILLED)
    assert "is in administration mode" in text_of(page)
    assert not page.checkbox(key="provision-force").value


def test_each_check_tells_how_often_it_was_right_when_runs_have_ended(
    console: Services, open_page: OpenPage
) -> None:
    assert "right " not in text_of(open_page("provision", **FILLED))
    console.instances.change("contoso", (InstanceChange("administration-mode", is_on=True),), Actor(AMELIE))
    for subdomain in ("one", "two"):
        request = StartProvisioning("One", subdomain, "contoso", 1036, AMELIE, "customer", "custom")
        console.portals.provision(request, Actor(AMELIE), accepted_terms=True, force=True)
        # The instance falls silent under the second one: nobody could foretell it.
        console.instances.change(
            "contoso", (InstanceChange("reachable", is_on=subdomain == "one"),), Actor(ADMIN)
        )
        with console.engine().running() as engine:
            while not engine.is_idle():
                threading.Event().wait(0.05)  # it does not tell when it is idle: it is asked
    console.instances.change("contoso", (InstanceChange("reachable", is_on=True),), Actor(ADMIN))
    said = text_of(open_page("provision", **FILLED))
    assert '<span class="portico-quiet">right 1 of 2 times</span>' in said
    assert said.count(" of 2 times") == said.count(
        "right 1 of 2 times"
    )  # those that were always right say nothing
    assert "What the checks foretold was right " in said


def test_the_other_person_acts_when_the_menu_says_so(open_page: OpenPage) -> None:
    page = open_page("provision")
    page.selectbox(key="actor").set_value(NADIA).run()
    assert page.selectbox(key="provision-instance").options == ["Contoso", "Fabrikam"]
    assert "No sign-in yet" in text_of(page)
