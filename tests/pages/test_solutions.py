"""Solution Management (R1, R25–R27)."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Actor
from core.bootstrap import Services
from core.insight.installation_models import InstallationFilter
from core.portals.commands import StartProvisioning
from tests.pages.conftest import ADMIN, AMELIE, NADIA, OLIVER, PRIYA, OpenPage, text_of
from tests.portals.driving import remade, rezipped

JAMES = "james.whitfield@contoso.example"  # his default language is English
WAIT_S = 60


def provision(
    console: Services, portal: str, subdomain: str, audience: str = "customer", *, force: bool = False
) -> int:
    """A portal in Contoso, in French, as far as it comes."""
    request = StartProvisioning(subdomain.title(), subdomain, "contoso", 1036, AMELIE, audience, portal)
    started = console.portals.provision(request, Actor(AMELIE), accepted_terms=True, force=force)
    drain(console)
    return started.portal_id


def drain(console: Services) -> None:
    """Until every run has ended."""
    with console.engine().running() as engine:
        deadline = time.monotonic() + WAIT_S
        while not engine.is_idle():
            assert time.monotonic() < deadline
            time.sleep(0.02)  # the engine works in its own thread: only its rows tell


def states(console: Services) -> dict[str, str]:
    rows = console.installations.list(InstallationFilter(), Actor(AMELIE))
    return {row.solution: row.state for row in rows}


def keys_of(page: AppTest) -> set[str]:
    return {str(button.key) for button in page.button}


def in_dialog(page: AppTest, opener: str, button: str | None = None) -> AppTest:
    """Run with the dialog open, and its button pressed: a test's every run is of the whole page, which closes it."""
    page.button(key=opener).click()
    if button is not None:
        page.button(key=button).click()
    return page.run()


@pytest.fixture
def refused(console: Services) -> int:
    """Partner Field Service, forced into Contoso: Install Failed."""
    return provision(console, "partner-field-service", "field", "partner", force=True)


@pytest.mark.usefixtures("refused")
def test_what_failed_is_shown_with_the_platforms_error_when_the_page_opens(
    open_page: OpenPage,
) -> None:  # R25
    page = open_page("solutions", instance="contoso")
    said = text_of(page)
    assert "1 solution Install Failed" in said
    assert "PartnerPortal (9.3.2611.0) is not installed" in said
    assert "code_hex: 0x8004801D" in said
    assert "/portal?id=1" in said
    assert {"solutions-retry-all", "retry-PartnerFieldService"} <= keys_of(page)
    assert (
        page.button(key="missing-PartnerFieldService").label
        == "Install the missing PartnerPortal and FieldService"
    )


@pytest.mark.usefixtures("refused")
def test_nothing_runs_when_the_plan_says_that_it_would_fail(
    console: Services, open_page: OpenPage
) -> None:  # R25, R27
    page = open_page("solutions", instance="contoso")
    page.button(key="solutions-retry-all").click().run()
    said = text_of(page)
    assert "1 would fail as things stand now" in said
    assert "PartnerPortal and FieldService must be in Contoso first" in said
    assert page.button(key="plan-run").disabled
    # Who knows better asks all the same, and the platform answers.
    page.checkbox(key="plan-force").check()
    in_dialog(page, "solutions-retry-all")
    in_dialog(page, "solutions-retry-all", "plan-run")
    assert "Under way: 1 solution" in text_of(page)
    assert states(console) == {"PartnerFieldService": "waiting"}
    drain(console)
    assert states(console) == {"PartnerFieldService": "install-failed"}


@pytest.mark.usefixtures("refused")
def test_the_portal_is_live_when_all_is_healed_in_order(
    console: Services, open_page: OpenPage
) -> None:  # R24, R25, R27
    page = open_page("solutions", instance="contoso")
    page.multiselect(key="solutions-install-names").set_value(["FieldService"]).run()
    assert "1 would pass" in text_of(in_dialog(page, "solutions-install"))
    in_dialog(page, "solutions-install", "plan-run")
    drain(console)
    provision(console, "partner", "partner", "partner")
    page = open_page("solutions", instance="contoso")
    assert "1 would pass" in text_of(in_dialog(page, "solutions-retry-all"))
    in_dialog(page, "solutions-retry-all", "plan-run")
    drain(console)
    assert set(states(console).values()) == {"installed"}
    details = console.insight.portal(1, Actor(AMELIE))
    assert (details.portal.state, details.verdict.state) == ("provisioned", "healthy")
    assert "Install Failed" not in text_of(open_page("solutions", instance="contoso"))


@pytest.mark.usefixtures("refused")
def test_the_portals_language_is_the_fix_when_ones_own_differs(open_page: OpenPage) -> None:  # R26
    page = open_page("solutions", acts=JAMES, instance="contoso")
    page.button(key="solutions-retry-all").click().run()
    choice = page.radio(key="solutions-plan-language")
    assert choice.value == "In the portal's language"
    choice.set_value("In my default language")
    in_dialog(page, "solutions-retry-all")
    assert "It would run in English, and the portal is in French - France" in text_of(page)

    page = open_page("solutions", acts=JAMES, instance="contoso")
    page.multiselect(key="solutions-install-names").set_value(["PartnerFieldService"]).run()
    page.button(key="solutions-install").click().run()
    choice = page.radio(key="solutions-plan-language")
    assert choice.value == "In my default language"
    assert "9.3.2611.0 in English" in text_of(page)
    assert "It would run in English, and the portal is in French - France" in text_of(page)
    choice.set_value("In the portal's language: French - France")
    in_dialog(page, "solutions-install")
    assert "9.3.2611.0 in French" in text_of(page)


def test_what_needs_it_is_told_when_an_uninstall_is_asked_for(
    console: Services, open_page: OpenPage
) -> None:  # R27
    portal_id, other_id = (provision(console, "custom", name) for name in ("custom", "other"))
    page = open_page("solutions", instance="contoso", solution="MicrosoftWebForms")
    said = text_of(page)
    assert "Install Failed" not in said
    assert "2 portals" in said
    assert page.selectbox(key="solutions-one").value == "MicrosoftWebForms"
    page.button(key="uninstall-MicrosoftWebForms").click().run()
    said = text_of(page)
    assert "These portals use MicrosoftWebForms" in said
    assert "1. StarterPortal" in said
    assert page.button(key="solutions-uninstall-do").disabled

    for one in (portal_id, other_id):
        console.lifecycle.delete(one, "why", Actor(AMELIE))
    page = open_page("solutions", instance="contoso", solution="StarterPortal")
    page.button(key="uninstall-StarterPortal").click().run()
    assert "no portal" in text_of(page)
    in_dialog(page, "uninstall-StarterPortal", "solutions-uninstall-do")
    assert "StarterPortal is out of Contoso" in text_of(page)
    assert "StarterPortal" not in states(console)


def test_a_package_is_checked_and_planned_when_it_is_uploaded(console: Services, open_page: OpenPage) -> None:
    page = open_page("solutions", instance="contoso")
    unsafe = rezipped(remade(console, "FieldService", "8.9.0.0"), **{"../out": b""})
    page.file_uploader(key="solutions-upload").set_value(("field.zip", unsafe, "application/zip")).run()
    assert "This package can't be used" in text_of(page)
    assert "leads out of it" in text_of(page)
    data = remade(console, "FieldService", "8.9.0.0")
    page.file_uploader(key="solutions-upload").set_value(("field.zip", data, "application/zip")).run()
    said = text_of(page)
    assert "**FieldService** 8.9.0.0 by MicrosoftCorporation" in said
    assert "It takes the place of 8.8.139.0" in said
    in_dialog(page, "solutions-upload-plan")
    assert str(console.library.manifest("FieldService").version) == "8.8.139.0"
    in_dialog(page, "solutions-upload-plan", "plan-run")
    drain(console)
    assert console.directory.get("contoso").instance.solution("FieldService") is not None
    page = open_page("solutions", instance="contoso", solution="FieldService")
    assert "8.9.0.0 uploaded" in text_of(page)
    page.button(key="withdraw-FieldService").click().run()
    assert str(console.library.manifest("FieldService").version) == "8.8.139.0"


@pytest.mark.parametrize(
    ("how", "code_hex"),
    [("broken", "0x80048060"), ("too new", "0x80048068"), ("template", "0x8004801E")],
)
def test_it_is_install_failed_when_somebody_goes_on_with_what_will_be_refused(
    console: Services, open_page: OpenPage, how: str, code_hex: str
) -> None:  # R25
    data = remade(
        console,
        "FieldService",
        "9.9.0.0",
        made_for="9.3" if how == "too new" else None,
    )
    if how == "template":
        data = rezipped(data, **{"site/head.html": b"{% if %}"})
    page = open_page("solutions", instance="contoso")
    name = "FieldService.zip"
    upload = page.file_uploader(key="solutions-upload")
    upload.set_value((name, data[:-200] if how == "broken" else data, "application/zip")).run()
    said = text_of(page)
    assert "This package can't be installed as things stand now" in said
    assert ("This will be refused by the platform: " in said) == (how != "too new")
    assert ("solutions-upload-add" in keys_of(page)) == (how != "broken")
    in_dialog(page, "solutions-upload-plan")
    assert "1 would fail as things stand now" in text_of(page)
    assert page.button(key="plan-run").disabled
    page.checkbox(key="plan-force").check()
    in_dialog(page, "solutions-upload-plan")
    in_dialog(page, "solutions-upload-plan", "plan-run")
    drain(console)
    assert states(console) == {"FieldService": "install-failed"}
    said = text_of(open_page("solutions", instance="contoso"))
    assert "1 solution Install Failed" in said
    assert f"code_hex: {code_hex}" in said
    assert "No portal waits for it" in text_of(open_page("troubleshoot"))
    page = open_page("solutions", instance="contoso", solution="FieldService")
    page.button(key="give-up-FieldService").click().run()
    assert "No portal waits for **FieldService**" in text_of(page)
    in_dialog(page, "give-up-FieldService", "solutions-give-up-do")
    assert "FieldService is asked for no more in Contoso" in text_of(page)
    assert states(console) == {}
    assert "Given up" in text_of(open_page("troubleshoot", ever="yes"))


def test_the_library_has_it_when_an_upload_is_only_added(console: Services, open_page: OpenPage) -> None:
    page = open_page("solutions", instance="contoso")
    data = remade(console, "FieldService", "8.9.0.0")
    page.file_uploader(key="solutions-upload").set_value(("field.zip", data, "application/zip")).run()
    page.button(key="solutions-upload-add").click().run()
    assert "is in the library" in text_of(page)
    assert str(console.library.manifest("FieldService").version) == "8.9.0.0"
    assert states(console) == {}


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("actor", [PRIYA, OLIVER, NADIA, ADMIN])
def test_who_may_is_told_when_somebody_else_looks(open_page: OpenPage, actor: str) -> None:  # R1
    page = open_page("solutions", acts=actor, instance="contoso")
    said = text_of(page)
    assert "PartnerFieldService" in said
    assert "Only these can install, retry or uninstall there: Amélie Laurent" in said
    assert not keys_of(page) & {"solutions-retry-all", "retry-PartnerFieldService", "solutions-install"}


def test_only_ones_own_instances_are_offered_when_the_address_names_another(open_page: OpenPage) -> None:
    page = open_page("solutions", instance="fabrikam")
    assert page.selectbox(key="solutions-instance").options == ["Contoso"]
    assert "There is no instance 'fabrikam' that you may see" in text_of(page)
    assert "No solution stands here yet" in text_of(page)


def test_the_address_follows_when_another_instance_is_chosen(open_page: OpenPage) -> None:
    page = open_page("solutions", acts=NADIA, instance="fabrikam", solution="ProjectService")
    assert page.selectbox(key="solutions-one").value == "ProjectService"
    page.selectbox(key="solutions-instance").set_value("contoso").run()
    assert page.query_params["instance"] == "contoso"
    assert "solution" not in page.query_params


def test_the_graph_is_drawn_when_it_is_asked_for(open_page: OpenPage) -> None:
    page = open_page("solutions", acts=NADIA, instance="fabrikam")
    assert not page.get("plotly_chart")
    assert "How the 2 solutions need each other" in [expander.label for expander in page.expander]
