"""What mends a portal, in a browser: its attempts side by side, and a package that will be refused."""

from collections.abc import Iterator

import pytest

from core.platforms.port import InstanceChange
from core.portals.commands import StartProvisioning
from tests.browser.audit import axe_violations, tab_stops
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console, running_console
from tests.browser.lived_in import AMELIE, change, provision, services_of, wait_until_ended
from tests.browser.visit import NARROW, WIDE, Scheme, Visit
from tests.portals.driving import remade

NO_PATIENCE = {"PORTICO_PLATFORM_PATIENCE_S": "0"}


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A portal that came to stand in its second attempt, with other values and another package."""
    with running_console(tmp_path_factory.mktemp("mending"), environment=NO_PATIENCE) as running:
        with services_of(running) as services:
            services.directory.all()  # seen once: an instance that answers nobody is known
            change(services, "contoso", AMELIE, InstanceChange("reachable", is_on=False))
            portal = provision(services, "help", AMELIE, portal="custom", force=True)
            wait_until_ended(services, portal)
            change(services, "contoso", AMELIE, InstanceChange("reachable", is_on=True))
            services.uploads.add("contoso", remade(services, "StarterPortal", "9.9.0.0"), AMELIE)
            wanted = StartProvisioning("Aide", "aide", "contoso", 1033, AMELIE.email, "customer", "custom")
            services.lifecycle.change_and_restart(portal, wanted, AMELIE)
            wait_until_ended(services, portal)
        yield running


def open_attempts(visit: Visit) -> None:
    visit.page.get_by_role("tab", name="History").click()  # in the browser alone: nothing runs
    visit.page.get_by_role("region", name="Attempts side by side").wait_for()


def upload_broken(visit: Visit) -> None:
    """A package whose zip is cut off."""
    file = {
        "name": "FieldService_9_9_0_0.zip",
        "mimeType": "application/zip",
        "buffer": b"PK\x03\x04 cut off",
    }
    visit.act(lambda: visit.page.locator("input[type=file]").set_input_files(file))  # type: ignore[arg-type]  # as the browser takes it
    visit.page.get_by_text("This will be refused by the platform").first.wait_for()


STATES = {
    "portal-attempts": ("/portal?id=1", open_attempts),
    "solutions-upload-refused": ("/solutions?instance=contoso", upload_broken),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_no_violation_when_it_is_shown(
    console: Console, open_visit: OpenVisit, state: str, scheme: Scheme
) -> None:
    address, act = STATES[state]
    visit = open_visit(console.url + address, scheme=scheme)
    act(visit)
    for size in (WIDE, NARROW):
        visit.page.set_viewport_size({"width": size[0], "height": size[1]})
        visit.settle()
        assert axe_violations(visit) == [], size
        visit.picture(f"{state}-{scheme}-{size[0]}")
    assert [stop for stop in tab_stops(visit.page) if not stop.is_visible] == []
    assert visit.outside == []
