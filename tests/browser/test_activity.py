"""The page Activity in a real browser: live progress, a notification from its form to its arrival, no violation."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from core.notices.models import NoticeState, WantNotices
from core.storage.notice_tables import Notice
from tests.browser.audit import axe_violations, tab_stops
from tests.browser.conftest import OpenVisit
from tests.browser.console import Console, running_console
from tests.browser.lived_in import AMELIE, provision, services_of, wait_until_ended
from tests.browser.visit import NARROW, WIDE, Scheme
from tests.notices.receiver import SECRET, Receiver, receiving

SHIFT_LIMIT = 0.1
PATIENCE_MS = 30_000
PORTALS = 4


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTICO_NOTICE_HOSTS", "127.0.0.1")  # for the console and for us beside it
        with running_console(tmp_path_factory.mktemp("activity")) as running:
            yield running


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture(scope="module")
def portals(console: Console) -> list[int]:
    with services_of(console) as services:
        ids = [provision(services, f"help-{number}", AMELIE, portal="custom") for number in range(PORTALS)]
        for one in ids:
            wait_until_ended(services, one)
        return ids


def rename(console: Console, ids: list[int], pattern: str) -> int:
    with services_of(console) as services:
        preview = services.bulk.preview("rename", ids, {"pattern": pattern}, AMELIE)
        return services.bulk.start(preview, AMELIE, wanted="All portals of Contoso")


def test_a_notification_is_added_and_its_message_arrives(
    console: Console, receiver: Receiver, open_visit: OpenVisit
) -> None:
    visit = open_visit(f"{console.url}/activity")
    expect(visit.page.get_by_text("You have not acted on many portals at once yet")).to_be_visible()
    visit.act(lambda: visit.page.get_by_role("radio", name="My notifications").click())
    visit.act(visit.page.get_by_role("button", name="Add a notification").first.click)
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("On call")
    dialog.get_by_label("Address", exact=True).fill("file:///etc/passwd")
    visit.act(lambda: dialog.get_by_role("button", name="Add this notification").click())
    expect(dialog.get_by_text("Notifications can't be sent that way.")).to_be_visible()
    dialog.get_by_label("Address", exact=True).fill(receiver.address)
    assert axe_violations(visit) == []
    visit.picture("activity-add-light-1280")
    visit.page.set_viewport_size({"width": 1280, "height": 800})
    visit.act(lambda: dialog.get_by_role("button", name="Add this notification").click())
    expect(visit.page.get_by_text("json://127.0.0.1/…")).to_be_visible()
    visit.page.get_by_role("button", name="Send a test message").click()
    expect(visit.page.get_by_text("The channel took the message.")).to_be_visible(timeout=PATIENCE_MS)
    assert "Portico: a test message" in receiver.titles
    assert SECRET not in visit.page.content()
    assert "view=notifications" in visit.page.url
    visit.page.reload()
    visit.settle()
    expect(visit.page.get_by_text("json://127.0.0.1/…")).to_be_visible()
    assert visit.outside == []


def test_a_failed_run_is_told_once_when_somebody_wants_to_hear_of_it(
    console: Console, receiver: Receiver
) -> None:
    with services_of(console) as services:
        wanted = WantNotices("Ends", receiver.address, ("run-ended",))
        services.notifications.add(wanted, AMELIE)
        portal = provision(services, "told", AMELIE, portal="custom")
        wait_until_ended(services, portal)
        deadline = time.monotonic() + PATIENCE_MS / 1000
        sent: tuple[NoticeState, ...] = ("sent",)
        while not services.sent_notices.page(AMELIE, states=sent).items:
            assert time.monotonic() < deadline
            time.sleep(0.05)  # the console's process sends it: nothing tells us
    assert receiver.titles.count("Told: provisioning went through") == 1


def test_progress_is_followed_when_a_bulk_action_goes_on(
    console: Console, portals: list[int], open_visit: OpenVisit
) -> None:
    visit = open_visit(f"{console.url}/activity")
    bulk_id = rename(console, portals, "Help {number:02}")
    visit.go(f"{console.url}/activity?bulk={bulk_id}")
    expect(visit.page.get_by_text(f"{PORTALS} of {PORTALS} portals reported")).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(visit.page.get_by_role("row", name="Help 03")).to_contain_text("Renamed to “Help 03”.")
    visit.act(lambda: visit.page.get_by_role("radio", name="Refused").click())
    expect(visit.page.get_by_text("No portal of it is in this state.")).to_be_visible()
    assert "state=refused" in visit.page.url
    visit.act(visit.page.go_back)
    expect(visit.page.get_by_role("row", name="Help 03")).to_be_visible()
    visit.act(lambda: visit.page.get_by_role("button", name="All bulk actions").click())
    expect(visit.page.get_by_role("link", name=f"Rename {PORTALS} portals").first).to_be_visible()
    assert visit.outside == []


@pytest.fixture(scope="module")
def lived_in(console: Console, portals: list[int], receiver: Receiver) -> int:
    """Bulk actions that went well and not, a message that is unclear."""
    bulk_id = rename(console, portals, "{subdomain} in {instance}")
    with services_of(console) as services:
        one = services.notifications.add(
            WantNotices("Team chat", receiver.address, ("run-failed", "cause-surges"), ("contoso",), "daily"),
            AMELIE,
        )
        now = datetime.now(UTC)
        with services.store.writing() as session:
            session.add(
                Notice(
                    subscription_id=one,
                    occasion="run-failed",
                    occasion_key="unclear",
                    content={"title": "Help: provisioning failed", "text": "", "instances": ["contoso"]},
                    state="unclear",
                    problem="The process that was sending it ended meanwhile: it may have been sent or not.",
                    attempts=1,
                    created_at=now,
                    not_before=now,
                )
            )
    return bulk_id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["", "notifications", "latest", "bulk"])
def test_no_violation_and_nothing_jumps_when_it_is_lived_in(
    console: Console, lived_in: int, open_visit: OpenVisit, view: str, scheme: Scheme
) -> None:
    address = f"bulk={lived_in}" if view == "bulk" else f"view={view}"
    for size in (WIDE, NARROW):
        visit = open_visit(f"{console.url}/activity?{address}", size=size, scheme=scheme)
        assert visit.layout_shift < SHIFT_LIMIT, visit.layout_shifts
        assert [stop for stop in tab_stops(visit.page) if not stop.is_visible] == []
        assert axe_violations(visit) == []
        visit.picture(f"activity-{view or 'all'}-{scheme}-{size[0]}")
        assert visit.outside == []
