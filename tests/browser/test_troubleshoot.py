"""Issue 4's story in a real browser: blocked, forced, Install Failed, healed by *Retry all*, live. Nothing sleeps."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.platforms.port import InstanceChange
from core.portals.commands import StartProvisioning
from tests.browser.audit import axe_violations, tab_stops
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console, running_console
from tests.browser.lived_in import AMELIE, change, provision, services_of, wait_until_ended
from tests.browser.visit import NARROW, WIDE, Scheme, Visit

PATIENCE_MS = 60_000
SHIFT_LIMIT = 0.1


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with running_console(tmp_path_factory.mktemp("troubleshoot")) as running:
        yield running


def _press(visit: Visit, name: str) -> None:
    visit.act(lambda: visit.page.get_by_role("button", name=name).click())


def _provision_although_blocked(console: Console, visit: Visit) -> None:
    visit.go(
        f"{console.url}/?name=Field+Portal&subdomain=field&instance=contoso&language=1036"
        "&administrator=amelie.laurent@contoso.example&audience=partner&portal=partner-field-service"
    )
    # R16, R27: blocked, with the reason.
    expect(visit.page.get_by_text("needs PartnerPortal and FieldService").first).to_be_visible()
    visit.act(lambda: visit.page.get_by_text("Go on although it is blocked").click())
    _press(visit, "Submit")
    visit.page.get_by_role("button", name="Accept and provision").click()


def test_partner_field_service_goes_live_when_what_it_needs_was_installed_and_all_is_retried(
    console: Console, open_visit: OpenVisit
) -> None:
    visit = open_visit(console.url)
    _provision_although_blocked(console, visit)
    # R24: the administration page opens without any issue; the URL shows "Getting set up".
    expect(visit.page.get_by_text("Visitors see “Getting set up”.")).to_be_visible(timeout=PATIENCE_MS)
    expect(visit.page.get_by_text("Install Failed").first).to_be_visible()
    visit.page.get_by_text("What the platform said").click()
    expect(visit.page.get_by_text("0x8004801D")).to_be_visible()
    portal_page = visit.page.url

    visit.go(f"{console.url}/troubleshoot")
    heading = visit.page.get_by_role("heading", name="PartnerPortal and FieldService are missing in Contoso")
    expect(heading).to_be_visible()
    expect(visit.page.get_by_text("0 of 1 would pass")).to_be_visible()
    _press(visit, "Retry all 1")
    expect(visit.page.get_by_role("button", name="Run this plan")).to_be_disabled()
    visit.page.keyboard.press("Escape")

    # The ordinary actions: a Partner portal brings Partner Portal; Field Service is imported.
    with services_of(console) as services:
        wanted = StartProvisioning("Partner", "partner", "contoso", 1036, AMELIE.email, "partner", "partner")
        partner = services.portals.provision(wanted, AMELIE, accepted_terms=True)
        wait_until_ended(services, partner.portal_id)
        services.instances.import_solution("contoso", "FieldService", AMELIE)

    visit.go(f"{console.url}/troubleshoot")
    expect(visit.page.get_by_text("nothing stands in the way any more")).to_be_visible()
    _press(visit, "Retry all 1")
    plan = visit.page.get_by_role("dialog")
    expect(plan.get_by_role("row", name="PartnerFieldService")).to_contain_text("Would pass")
    visit.act(lambda: plan.get_by_role("button", name="Run this plan").click())
    # R25: and the portal goes live by itself.
    expect(visit.page.get_by_text("Nothing is broken.")).to_be_visible(timeout=PATIENCE_MS)
    visit.go(portal_page)
    expect(visit.page.get_by_text("Visitors see the portal.")).to_be_visible(timeout=PATIENCE_MS)
    answer = visit.page.goto(console.portal_url("field"))
    assert answer is not None
    assert answer.status == 200
    assert visit.outside == []


@pytest.fixture(scope="module")
def broken(console: Console) -> None:
    """A refused portal of 25 solutions, in an instance that is mended since."""
    with services_of(console) as services:
        change(services, "contoso", AMELIE, InstanceChange("administration-mode", is_on=True))
        portal = provision(services, "refused", AMELIE, portal="community", force=True)
        wait_until_ended(services, portal)
        change(services, "contoso", AMELIE, InstanceChange("administration-mode", is_on=False))


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_and_nothing_jumps_when_something_is_broken(
    console: Console, open_visit: OpenVisit, scheme: Scheme
) -> None:
    for size in (WIDE, NARROW):
        visit = open_visit(f"{console.url}/troubleshoot", size=size, scheme=scheme)
        assert visit.layout_shift < SHIFT_LIMIT, visit.layout_shifts
        assert [stop for stop in tab_stops(visit.page) if not stop.is_visible] == []
        for summary in visit.page.locator("summary").all()[:2]:
            visit.act(summary.click)
        assert axe_violations(visit) == []
        visit.picture(f"troubleshoot-{scheme}-{size[0]}")
        visit.page.set_viewport_size({"width": size[0], "height": size[1]})
        _press(visit, "Retry all")
        assert axe_violations(visit) == []
        visit.picture(f"troubleshoot-plan-{scheme}-{size[0]}")
        assert visit.outside == []


@pytest.mark.usefixtures("broken")
def test_no_violation_when_an_error_is_pasted(console: Console, open_visit: OpenVisit) -> None:
    visit = open_visit(f"{console.url}/troubleshoot")
    _press(visit, "Paste an error")
    visit.page.get_by_role("textbox", name="The error").fill(
        "The following solution cannot be imported: Foo. Some dependencies are missing."
    )
    _press(visit, "Say what it means")
    expect(visit.page.get_by_text("Sure, ")).to_be_visible()
    assert axe_violations(visit) == []
    visit.picture("troubleshoot-pasted-light-1280")
