"""When it goes wrong, through the pages: the rules of failing, one after the other (R21–R27)."""

from streamlit.testing.v1 import AppTest

from core.access import Actor
from core.bootstrap import Services
from core.portals.commands import StartProvisioning
from tests.pages.conftest import ADMIN, AMELIE, OpenPage, text_of
from tests.pages.test_solutions import drain, in_dialog, provision, states
from tests.portals.driving import break_while_installing

FORM = {"name": "Help", "subdomain": "help", "language": "1036", "audience": "customer", "portal": "custom"}


def submit(page: AppTest, *, is_forced: bool) -> None:
    """Submit what the form holds, and accept the terms."""
    if is_forced:
        page.checkbox(key="provision-force").check().run()
    page.button(key="provision-submit").click().run()
    page.button(key="provision-submit").click()
    page.button(key="provision-accept").click().run()


def press(page: AppTest, start: str) -> None:
    """Press the first button whose label begins so."""
    next(button for button in page.button if button.label.startswith(start)).click()


def test_what_was_done_counts_when_provisioning_is_restarted(console: Services, open_page: OpenPage) -> None:
    # R21: the package installation process broke: the step, the cause and what to do; R22: from there on.
    request = StartProvisioning("Help", "help", "contoso", 1036, AMELIE, "customer", "custom")
    portal = console.portals.provision(request, Actor(AMELIE), accepted_terms=True).portal_id
    break_while_installing(console, portal)
    broken = open_page("portal", id=str(portal))
    said = text_of(broken)
    assert broken.title[0].value == r"Help\-Provisioning Failed"
    assert "install the solutions (" in said
    assert "Contoso does not answer" in said
    assert "What to do:" in said
    assert {"portal-restart", "portal-change"} <= {str(button.key) for button in broken.button}
    done = {
        step.name
        for step in console.insight.portal(portal, Actor(AMELIE)).runs[0].steps
        if step.state == "done"
    }
    broken.button(key="portal-restart").click().run()
    drain(console)
    first, second = console.insight.portal(portal, Actor(AMELIE)).runs[::-1]
    assert (first.state, second.state, second.kind) == ("failed", "succeeded", "restart")
    assert {step.name for step in second.steps if step.started_at is None} == done
    assert first.values == second.values
    said = text_of(open_page("portal", id=str(portal)))
    assert "by an earlier attempt" in said
    assert "Visitors see the portal." in said


def test_another_portal_and_language_come_when_values_are_changed(
    console: Services, open_page: OpenPage
) -> None:
    # R21: the URL could not be created; R23: some of the values change, type and licence do not.
    page = open_page("provision", **FORM, instance="contoso")
    unreachable = open_page("instances", acts=ADMIN, instance="contoso")
    unreachable.toggle(key="instances-reachable").set_value(False).run()
    page.run()
    assert "Blocked:" in text_of(page)
    submit(page, is_forced=True)
    drain(console)
    open_page("instances", acts=ADMIN, instance="contoso").toggle(key="instances-reachable").set_value(
        True
    ).run()
    page = open_page("portal", id="1")
    assert "create the website" in text_of(page)
    page.button(key="portal-change").click().run()
    page.button(key="portal-change").click()
    page.selectbox(key="change-1-1-language").set_value(1033)
    page.selectbox(key="change-1-1-portal-customer").set_value("community").run()
    said = text_of(page)
    assert "From then on" in said
    assert "<strong>Community Portal</strong>" in said
    page.button(key="portal-change").click()
    page.button(key="portal-change-do").click().run()
    drain(console)
    details = console.insight.portal(1, Actor(AMELIE))
    assert (details.portal.language, details.portal.portal, details.portal.type) == (
        1033,
        "community",
        "production",
    )
    assert details.verdict.state == "healthy"
    assert [run.values["portal"] for run in details.runs] == ["community", "custom"]


def test_each_check_is_an_import_that_really_fails_when_it_is_passed_over(
    console: Services, open_page: OpenPage
) -> None:
    # R26: shown on the form, a cause that an installation fails for, mended on the instance's page; R24, R25.
    page = open_page("instances", acts=ADMIN, instance="contoso", user=AMELIE)
    page.selectbox(key=f"instances-mode-contoso-{AMELIE}").set_value("read")
    page.button(key="instances-mode-do").click().run()
    page = open_page("provision", **FORM, instance="contoso")
    said = text_of(page)
    assert "<strong>Blocked:</strong>" in said
    assert "Read-Write" in said
    submit(page, is_forced=True)
    drain(console)
    assert set(states(console).values()) == {"install-failed"}
    assert "Getting set up" in text_of(open_page("portal", id="1"))
    page = open_page("troubleshoot")
    assert "access mode" in text_of(page).lower()
    page = open_page("instances", acts=ADMIN, instance="contoso", user=AMELIE)
    page.selectbox(key=f"instances-mode-contoso-{AMELIE}").set_value("read-write")
    page.button(key="instances-mode-do").click().run()
    page = open_page("troubleshoot")
    press(page, "Retry all")
    page.run()
    press(page, "Retry all")
    page.button(key="plan-run").click().run()
    drain(console)
    assert set(states(console).values()) == {"installed"}
    assert "Visitors see the portal." in text_of(open_page("portal", id="1"))


def test_the_language_is_a_check_and_a_cause_when_it_leaves_the_instance(
    console: Services, open_page: OpenPage
) -> None:
    # R26, R12: gone between the submit and the import, the installation fails and names the language.
    page = open_page("provision", **FORM, instance="contoso")
    assert "French is installed in Contoso" in text_of(page)
    submit(page, is_forced=False)
    page = open_page("instances", instance="contoso")
    page.selectbox(key="instances-remove-language").set_value(1036)
    page.button(key="instances-remove-do").click().run()
    drain(console)
    assert set(states(console).values()) == {"install-failed"}
    assert "French" in text_of(open_page("troubleshoot"))
    page = open_page("solutions", instance="contoso")
    assert "is not installed in Contoso: install it" in text_of(in_dialog(page, "solutions-retry-all"))
    page = open_page("instances", instance="contoso")
    page.selectbox(key="instances-install-language").set_value(1036)
    page.button(key="instances-install-do").click().run()
    page = open_page("solutions", instance="contoso")
    assert "15 would pass" in text_of(in_dialog(page, "solutions-retry-all"))
    in_dialog(page, "solutions-retry-all", "plan-run")
    drain(console)
    assert set(states(console).values()) == {"installed"}


def test_a_knock_on_stands_under_its_root_when_one_solution_was_refused(
    console: Services, open_page: OpenPage
) -> None:
    # R27: what failed only because another did is shown as its knock-on; R25: each is Install Failed.
    page = open_page("instances", instance="contoso")
    page.selectbox(key="instances-hold").set_value("MicrosoftCrmPortalBase")
    page.button(key="instances-hold-do").click().run()
    provision(console, "custom", "help", force=True)
    failed = [name for name, state in states(console).items() if state == "install-failed"]
    assert "MicrosoftCrmPortalBase" in failed
    assert len(failed) > 1
    said = text_of(open_page("solutions", instance="contoso", solution="StarterPortal"))
    assert "It failed only because another did" in said
    said = text_of(open_page("troubleshoot"))
    assert "1 cause behind" in said
    assert f"Fix this one: {len(failed) - 1} of {len(failed) - 1} knock-on" in said
