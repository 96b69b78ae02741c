"""Instances (R1–R3, R12, R26)."""

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.platforms.port import Instance, User
from tests.pages.conftest import ADMIN, NADIA, OLIVER, PRIYA, OpenPage, text_of


def contoso(console: Services) -> Instance:
    return console.directory.get("contoso").instance


def user(console: Services, email: str) -> User:
    found = contoso(console).user(email)
    assert found is not None
    return found


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def test_what_the_platform_says_is_shown_when_the_page_opens(open_page: OpenPage) -> None:
    page = open_page("instances", instance="contoso")
    said = text_of(page)
    assert page.selectbox(key="instances-instance").value == "contoso"
    for words in (
        "Answers",
        "Synchronised just now",
        "https://contoso.crm.dynamics.com",
        "9.2.26111.0",
        "French - France",
        "Marco Bianchi",
        "Administrative",
        "System Customizer",
        "0 solutions",
    ):
        assert words in said, words


def test_it_is_read_anew_when_it_is_synchronised(open_page: OpenPage) -> None:
    page = press(open_page("instances", instance="contoso"), "instances-synchronise")
    assert "Contoso was read anew" in text_of(page)


def test_administration_mode_is_on_when_it_is_switched(console: Services, open_page: OpenPage) -> None:
    page = open_page("instances", instance="contoso")
    page.toggle(key="instances-administration-mode").set_value(True).run()
    assert contoso(console).administration_mode
    assert "Administration mode of Contoso is on" in text_of(page)
    page.toggle(key="instances-administration-mode").set_value(False).run()
    assert not contoso(console).administration_mode


def test_it_is_told_as_last_known_when_it_does_not_answer(console: Services, open_page: OpenPage) -> None:
    page = open_page("instances", instance="contoso")
    page.toggle(key="instances-reachable").set_value(False).run()
    assert not console.directory.get("contoso").is_reachable
    said = text_of(open_page("instances", instance="contoso"))
    assert "Does not answer" in said
    assert "Marco Bianchi" in said
    page = open_page("instances", instance="contoso")
    page.toggle(key="instances-reachable").set_value(True).run()
    assert console.directory.get("contoso").is_reachable


def test_a_language_comes_and_goes_when_an_administrator_says_so(
    console: Services, open_page: OpenPage
) -> None:  # R12
    page = open_page("instances", instance="contoso")
    page.selectbox(key="instances-install-language").set_value(3082)
    press(page, "instances-install-do")
    assert 3082 in contoso(console).languages
    page = open_page("instances", instance="contoso")
    page.selectbox(key="instances-base-language-contoso-1033").set_value(3082)
    press(page, "instances-base-do")
    assert contoso(console).base_language == 3082
    page = open_page("instances", instance="contoso")
    page.selectbox(key="instances-remove-language").set_value(1031)
    press(page, "instances-remove-do")
    assert 1031 not in contoso(console).languages


def test_a_user_is_changed_when_an_administrator_says_so(
    console: Services, open_page: OpenPage
) -> None:  # R1, R2, R26
    page = open_page("instances", instance="contoso", user=PRIYA)
    assert page.selectbox(key="instances-user").value == PRIYA
    page.selectbox(key="instances-role").set_value("System Administrator")
    press(page, "instances-grant")
    assert user(console, PRIYA).has("System Administrator")
    page.selectbox(key="instances-role").set_value("System Customizer")
    press(page, "instances-revoke")
    assert user(console, PRIYA).roles == ("System Administrator",)
    page = open_page("instances", instance="contoso", user=PRIYA)
    page.selectbox(key=f"instances-mode-contoso-{PRIYA}").set_value("read")
    press(page, "instances-mode-do")
    assert user(console, PRIYA).access_mode == "read"
    page.selectbox(key=f"instances-default-language-contoso-{PRIYA}").set_value(1036)
    press(page, "instances-language-do")
    assert user(console, PRIYA).default_language == 1036


def test_solutions_come_behind_the_consoles_back_when_they_are_imported(
    console: Services, open_page: OpenPage
) -> None:  # R16
    page = open_page("instances", instance="contoso")
    assert page.selectbox(key="instances-import").value == "FieldService"
    press(page, "instances-import-do")
    assert contoso(console).solution("FieldService") is not None
    page = open_page("instances", instance="contoso")
    page.selectbox(key="instances-hold").set_value("FieldService")
    press(page, "instances-hold-do")
    assert "FieldService_Upgrade" in {one.unique_name for one in contoso(console).solutions}


def test_each_installation_takes_longer_when_a_delay_is_set(open_page: OpenPage) -> None:
    page = open_page("instances", instance="contoso")
    page.number_input(key="instances-delay-contoso").set_value(2.5)
    assert "takes 2.5 s on top" in text_of(press(page, "instances-delay-do"))


def test_the_refusal_stands_in_its_place_when_the_platform_says_no(
    console: Services, open_page: OpenPage
) -> None:
    page = open_page("instances", instance="contoso")
    page.selectbox(key="instances-import").set_value("PartnerFieldService")
    press(page, "instances-import-do")
    assert "is not installed" in page.error[0].value
    assert contoso(console).solution("PartnerFieldService") is None


def test_who_adds_an_instance_administers_it_when_it_is_added(console: Services, open_page: OpenPage) -> None:
    page = open_page("instances", acts=OLIVER, instance="contoso")
    page.text_input(key="instances-add-name").set_value("Northwind")
    page.text_input(key="instances-add-slug").set_value("north wind")
    press(page, "instances-add-do")
    assert "can't be an instance's slug" in page.error[0].value
    page.text_input(key="instances-add-slug").set_value("northwind")
    press(page, "instances-add-do")
    found = console.directory.get("northwind").instance
    assert [(one.email, one.roles) for one in found.users] == [(OLIVER, ("System Administrator",))]
    assert page.query_params["instance"] == "northwind"


@pytest.mark.parametrize("actor", [PRIYA, OLIVER, NADIA])
def test_who_may_is_told_when_somebody_else_looks(open_page: OpenPage, actor: str) -> None:  # R1
    page = open_page("instances", acts=actor, instance="contoso")
    assert "and the console administrator" in text_of(page)
    assert not page.toggle
    assert not {str(button.key) for button in page.button} & {"instances-grant", "instances-import-do"}


def test_the_console_administrator_changes_it_when_no_user_there(
    console: Services, open_page: OpenPage
) -> None:
    page = open_page("instances", acts=ADMIN, instance="contoso")
    page.toggle(key="instances-administration-mode").set_value(True).run()
    assert contoso(console).administration_mode


def test_the_preflight_leads_to_the_instance_when_it_blocks(open_page: OpenPage) -> None:  # R16
    page = open_page("provision", audience="partner", portal="partner-field-service", instance="contoso")
    assert '<a href="/instances?instance=contoso">' in text_of(page)
