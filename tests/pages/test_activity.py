"""The page Activity: bulk actions, my notifications, and the latest events."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from core.access import Actor
from core.bootstrap import Services
from core.notices.models import WantNotices
from core.platforms.port import InstanceChange
from core.portals.bulk.worker import BulkWorker
from core.portals.commands import StartProvisioning
from core.storage.notice_tables import Notice
from tests.notices.receiver import SECRET, Receiver, receiving
from tests.pages.conftest import ADMIN, AMELIE, NADIA, OLIVER, OpenPage, text_of

FRENCH = 1036
WHO = Actor(AMELIE)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("PORTICO_NOTICE_HOSTS", "127.0.0.1")
    with receiving() as one:
        yield one


def submit(console: Services, subdomain: str) -> int:
    request = StartProvisioning(subdomain.title(), subdomain, "contoso", FRENCH, AMELIE, "customer", "custom")
    return console.portals.provision(request, WHO, accepted_terms=True).portal_id


def rename(console: Services, ids: list[int], pattern: str = "Help {number}") -> int:
    preview = console.bulk.preview("rename", ids, {"pattern": pattern}, WHO)
    return console.bulk.start(preview, WHO, wanted="All that are French")


def work_off(console: Services) -> None:
    (worker,) = (one for one in console.errands() if isinstance(one, BulkWorker))
    while worker.work("us", lambda: False):
        pass


def test_it_says_where_to_begin_when_nothing_goes_on(open_page: OpenPage) -> None:
    assert "You have not acted on many portals at once yet" in text_of(open_page("activity"))
    assert "You are told nothing yet" in text_of(open_page("activity", view="notifications"))
    assert "Nothing has happened yet" in text_of(open_page("activity", view="latest"))
    assert "There is no such bulk action" in text_of(open_page("activity", bulk="99"))
    assert "There is no such bulk action" in text_of(open_page("activity", bulk="x" * 50))


def test_each_portal_is_reported_when_a_bulk_action_is_opened(console: Services, open_page: OpenPage) -> None:
    ids = [submit(console, "one"), submit(console, "two")]
    bulk_id = rename(console, ids)
    listed = text_of(open_page("activity"))
    assert "Rename 2 portals" in listed
    assert "All that are French" in listed
    assert "0 of 2" in listed
    page = open_page("activity", bulk=str(bulk_id))
    assert "To be renamed to “Help 2”." in text_of(page)
    work_off(console)
    page.run()
    text = text_of(page)
    assert "Renamed to “Help 1”." in text
    assert "Pattern: Help {number}" in text
    assert not [button for button in page.button if button.key == "activity-bulk-cancel"]
    refused = text_of(open_page("activity", bulk=str(bulk_id), state="refused"))
    assert "No portal of it is in this state." in refused
    assert "There is no such bulk action" in text_of(open_page("activity", acts=NADIA, bulk=str(bulk_id)))
    assert "Rename 2 portals" in text_of(open_page("activity", acts=ADMIN))


def test_it_says_how_many_were_refused_when_a_bulk_action_ended(
    console: Services, open_page: OpenPage
) -> None:
    ids = [submit(console, "one"), submit(console, "two")]
    rename(console, ids)
    console.portals.rename(ids[0], "Another was faster", WHO)
    work_off(console)
    assert "2 of 2 reported, 1 refused" in text_of(open_page("activity"))


def test_the_rest_is_skipped_when_it_is_cancelled(console: Services, open_page: OpenPage) -> None:
    bulk_id = rename(console, [submit(console, "one")])
    page = open_page("activity", bulk=str(bulk_id))
    page.button(key="activity-bulk-cancel").click().run()
    assert not page.exception
    assert "the rest is skipped" in text_of(page)
    assert console.bulk_insight.one(bulk_id, WHO).state == "cancelled"


def test_a_notification_is_added_tried_paused_and_deleted(
    receiver: Receiver, console: Services, open_page: OpenPage
) -> None:
    page = open_page("activity", view="notifications")
    page.button(key="notification-add").click().run()
    page.text_input(key="notification-form-new-name").set_value("On call")
    page.text_input(key="notification-form-new-address").set_value(receiver.address)
    page.button(key="notification-add").click()
    next(b for b in page.button if b.label == "Add this notification").click().run()
    assert not page.exception
    (one,) = console.notifications.list(WHO)
    assert (one.name, one.occasions, one.rhythm) == ("On call", ("run-failed",), "at-once")

    page = open_page("activity", view="notifications")
    assert "json://127.0.0.1/…" in text_of(page)
    assert SECRET not in text_of(page)
    page.button(key=f"notification-test-{one.id}").click().run()
    assert "The channel took the message." in text_of(page)
    assert receiver.titles == ["Portico: a test message"]
    receiver.status = 403
    page.button(key=f"notification-test-{one.id}").click().run()
    assert "It was not sent." in text_of(page)
    page.button(key=f"notification-pause-{one.id}").click().run()
    assert "On call is paused" in text_of(page)
    assert console.notifications.list(WHO)[0].is_paused
    assert "You are told nothing yet" in text_of(open_page("activity", acts=ADMIN, view="notifications"))

    page.button(key=f"notification-delete-{one.id}").click()
    page.run()
    page.button(key=f"notification-delete-{one.id}").click()
    page.button(key="notification-delete-do").click().run()
    assert console.notifications.list(WHO) == ()


def test_an_unclear_message_waits_for_a_person(
    receiver: Receiver, console: Services, open_page: OpenPage
) -> None:
    wanted = WantNotices("Hook", receiver.address, ("run-ended",))
    one = console.notifications.add(wanted, WHO)
    now = datetime.now(UTC)
    with console.store.writing() as session:
        session.add(
            Notice(
                subscription_id=one,
                occasion="run-ended",
                occasion_key="x",
                content={"title": "Help: it failed", "text": "", "instances": ["contoso"]},
                state="unclear",
                problem="The process ended.",
                attempts=1,
                created_at=now,
                not_before=now,
            )
        )
    page = open_page("activity", view="notifications")
    text = text_of(page)
    assert "Not sent, or unclear" in text or "Unclear" in text
    assert "Help: it failed" in text
    page.button(key="notice-again-1").click().run()
    assert "is sent once more" in text_of(page)
    assert console.sent_notices.page(WHO).items[0].state == "waiting"
    shown = text_of(open_page("activity", view="notifications", notice_state="sent"))
    assert "No message is in this state." in shown


def test_events_are_shown_and_filtered_where_one_may_see_them(console: Services, open_page: OpenPage) -> None:
    portal_id = submit(console, "one")
    for number in range(60):
        console.portals.rename(portal_id, f"Name <b>{number}</b>", WHO)
    page = open_page("activity", view="latest")
    text = text_of(page)
    assert "Name &lt;b&gt;58&lt;/b&gt; → Name &lt;b&gt;59&lt;/b&gt;" in text
    assert "Asked for the portal" not in text
    page.button(key="activity-older").click().run()
    assert "Asked for the portal" in text_of(page)
    assert "Renamed" not in text_of(open_page("activity", view="latest", act="provision"))
    assert "Nothing matches" in text_of(open_page("activity", view="latest", person=NADIA))
    assert "Nothing has happened yet" in text_of(
        open_page("activity", acts="layla.mansour@adventure-works.example", view="latest")
    )
    assert "Asked for the portal" in text_of(
        open_page("activity", acts=OLIVER, view="latest", act="provision")
    )


def test_what_was_done_to_an_instance_is_said_in_words_when_it_was_changed(
    console: Services, open_page: OpenPage
) -> None:
    console.instances.change("contoso", (InstanceChange("administration-mode", is_on=True),), WHO)
    console.feature_notes.write("forums", "Ask Priya first.", WHO)
    text = text_of(open_page("activity", view="latest"))
    assert "Changed the instance" in text
    assert "Noted on a feature" in text


def test_a_portals_history_names_the_bulk_action_when_it_was_one_of_many(
    console: Services, open_page: OpenPage
) -> None:
    portal_id = submit(console, "one")
    bulk_id = rename(console, [portal_id])
    work_off(console)
    assert f"in bulk action {bulk_id}" in text_of(open_page("portal", id=str(portal_id)))
    assert f"/activity?bulk={bulk_id}" in text_of(open_page("activity", view="latest"))
