"""What happens is told to whoever wants to hear it and may, once."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core.access import Actor
from core.errors import Conflict, InvalidValue, NotFound
from core.notices.delivery import BACKOFF_S
from core.notices.finding import before
from core.notices.models import NoticeSummary, WantNotices
from core.storage.failure_tables import Failure
from core.storage.notice_tables import Notice, Subscription
from core.storage.tables import Portal
from tests.insight.rows import add_history, add_portal, add_run
from tests.notices.conftest import CONSOLE, end_run, later, subscribe, work_off, worker_of
from tests.notices.receiver import SECRET, Receiver
from tests.portals.world import ADMIN, AMELIE, CONTOSO, FABRIKAM, NADIA, OLIVER, STRANGER, World

GONE = Actor("gone@contoso.example")
HIDDEN = "In an instance that you may not see any more"


def notices(world: World, actor: Actor = AMELIE) -> list[NoticeSummary]:
    return list(world.services.sent_notices.page(actor, limit=100).items)


def states(world: World, actor: Actor = AMELIE) -> list[str]:
    return [one.state for one in notices(world, actor)]


def fail(world: World, cause: str, number: int, *, hours_ago: float = 1, instance: str = CONTOSO) -> None:
    at = world.clock.now - timedelta(hours=hours_ago)
    rows: list[dict[str, Any]] = [
        {"kind": "run", "key": f"{cause}-{hours_ago}-{n}", "run_id": f"{cause}-{n}", "instance": instance}
        | {"cause": cause, "failed_at": at, "last_at": at, "fingerprint": "", "attempts": 1}
        for n in range(number)
    ]
    with world.store.writing() as session:
        session.connection().execute(sa.insert(Failure), rows)


def test_a_failed_run_is_told_once_when_both_its_occasions_are_wanted(
    world_on_both: World, receiver: Receiver
) -> None:
    world = world_on_both
    end_run(world, "before")
    later(world, seconds=1)
    subscribe(world, receiver, "run-failed", "run-ended")
    end_run(world, "broken")
    end_run(world, "fine", "succeeded")
    for _ in range(3):
        work_off(world)
        later(world, minutes=5)
    assert receiver.titles == ["The broken: provisioning failed", "The fine: provisioning went through"]
    assert "The website could not be created." in receiver.messages[0]["message"]
    assert f"{CONSOLE}/portal?id=" in receiver.messages[0]["message"]
    assert states(world) == ["sent", "sent"]


def test_only_failures_are_told_when_only_these_are_wanted(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "run-failed")
    for state in ("succeeded", "failed", "cancelled"):
        end_run(world, state, state)
    work_off(world)
    assert receiver.titles == ["The failed: provisioning failed"]


def test_nobody_hears_of_an_instance_that_they_do_not_see(world_on_both: World, receiver: Receiver) -> None:
    world = world_on_both
    for actor in (AMELIE, NADIA, ADMIN, STRANGER):
        subscribe(world, receiver, "run-ended", actor=actor, name=actor.email)
    subscribe(world, receiver, "run-ended", actor=NADIA, instances=(CONTOSO,))
    end_run(world, "there", instance=FABRIKAM)
    work_off(world)
    assert len(receiver.messages) == 2  # Nadia's and the console administrator's
    assert [len(notices(world, actor)) for actor in (AMELIE, NADIA, ADMIN, STRANGER)] == [0, 1, 1, 0]


def test_nothing_is_sent_when_the_owner_lost_sight_of_the_instance_meanwhile(
    world: World, receiver: Receiver
) -> None:
    subscribe(world, receiver, "run-ended", actor=OLIVER)
    subscribe(world, receiver, "run-ended", actor=OLIVER, rhythm="daily")
    end_run(world, "help")
    worker_of(world)._look.at_ended_runs()
    worker_of(world)._look.at_ended_runs()
    assert states(world, OLIVER) == ["waiting", "waiting"]
    _forget(world)
    later(world, days=1)
    work_off(world)
    assert receiver.messages == []
    assert set(states(world, GONE)) == {"failed"}
    assert {one.title for one in notices(world, GONE)} == {HIDDEN, "1 messages"}


def _forget(world: World) -> None:
    """The notifications are of somebody who is no user of any instance."""
    with world.store.writing() as session:
        session.connection().execute(sa.update(Subscription).values(owner=GONE.email))


def test_it_is_tried_again_later_and_later_when_the_channel_refuses_it(
    world_on_both: World, receiver: Receiver
) -> None:
    world = world_on_both
    subscribe(world, receiver, "run-ended")
    end_run(world, "help")
    receiver.status = 503
    work_off(world)
    (one,) = notices(world)
    assert (one.state, one.attempts) == ("waiting", 1)
    assert "503" in (one.problem or "")
    assert SECRET not in (one.problem or "")
    for wait_s in BACKOFF_S:
        later(world, seconds=wait_s - 1)
        work_off(world)
        tried = len(receiver.messages)
        later(world, seconds=2)
        work_off(world)
        assert len(receiver.messages) == tried + 1
    (one,) = notices(world)
    assert (one.state, one.attempts) == ("failed", 6)
    later(world, days=9)
    work_off(world)
    assert len(receiver.messages) == 6

    receiver.status = 200
    world.services.notifications.send_again(one.id, AMELIE)
    work_off(world)
    assert (len(receiver.messages), states(world)) == (7, ["sent"])
    with pytest.raises(Conflict):
        world.services.notifications.send_again(one.id, AMELIE)


def test_it_is_not_sent_again_by_itself_when_its_end_is_unclear(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "run-ended")
    end_run(world, "help")
    receiver.is_rude = True
    work_off(world)
    later(world, days=3)
    work_off(world)
    assert (len(receiver.messages), states(world)) == (1, ["unclear"])


def test_many_are_told_in_one_message_when_they_come_together(
    world_on_both: World, receiver: Receiver
) -> None:
    world = world_on_both
    subscribe(world, receiver, "run-ended")
    for number in range(40):
        end_run(world, f"help-{number}", "succeeded")
    work_off(world)
    assert receiver.titles == ["Portico: 40 messages"]
    lines = receiver.messages[0]["message"].splitlines()
    assert lines[0] == "- The help-0: provisioning went through"
    assert lines[-1] == "… and 10 more; the page Activity lists them all."
    assert [(one.occasion, one.state) for one in notices(world)] == [("digest", "sent")]
    with world.store.reading() as session:
        assert set(session.exec(select(Notice.state)).all()) == {"sent"}


def test_they_are_told_once_a_day_when_that_was_chosen(world_on_both: World, receiver: Receiver) -> None:
    world = world_on_both  # it is nine o'clock there
    subscribe(world, receiver, "run-ended", rhythm="daily")
    end_run(world, "a")
    work_off(world)
    later(world, hours=2)
    end_run(world, "b", "succeeded")
    work_off(world)
    assert receiver.messages == []
    later(world, hours=20)  # seven o'clock
    work_off(world)
    assert receiver.titles == ["Portico: 2 messages"]
    later(world, days=1)
    work_off(world)
    assert len(receiver.messages) == 1


def test_a_slow_run_is_told_once_when_its_like_were_quicker(world_on_both: World, receiver: Receiver) -> None:
    world = world_on_both
    subscribe(world, receiver, "run-slow")
    add_history(world, [60.0] * 6)
    slow = add_portal(world, "slow")
    add_run(world, slow, state="running", began_s=600, done=1)
    quick = add_portal(world, "quick")
    add_run(world, quick, state="running", began_s=20, done=1)
    for _ in range(2):
        work_off(world, around=True)
        later(world, seconds=1)
    assert receiver.titles == ["The slow: slower than usual"]
    assert receiver.messages[0]["message"].endswith(f"{CONSOLE}/portal?id={slow}")


def test_a_trial_is_told_twice_when_it_comes_to_its_end(world_on_both: World, receiver: Receiver) -> None:
    world = world_on_both
    subscribe(world, receiver, "trial-ends")
    for subdomain, kind, state in (
        ("trial", "trial", "provisioned"),
        ("bought", "production", "provisioned"),
        ("gone", "trial", "deleted"),
    ):
        add_portal(world, subdomain, type=kind, state=state)
    told = []
    for _ in range(32):
        work_off(world, around=True)
        told.append(len(receiver.messages))
        later(world, days=1)
    assert [day for day in range(1, 32) if told[day] > told[day - 1]] == [23, 29]
    assert receiver.titles == [
        "The trial: the trial ends within 7 days",
        "The trial: the trial ends within 1 day",
    ]
    assert f"{CONSOLE}/portal?id=" in receiver.messages[0]["message"]


def test_a_cause_is_told_once_a_day_when_it_surges(world_on_both: World, receiver: Receiver) -> None:
    world = world_on_both
    subscribe(world, receiver, "cause-surges")
    fail(world, "language-missing", 6)
    fail(world, "usual", 6)
    for day in range(1, 7):
        fail(
            world, "usual", 10, hours_ago=24 * day
        )  # 60 a week: 2.1 in six hours; six are not three times that
    fail(world, "few", 4)
    fail(world, "elsewhere", 9, instance=FABRIKAM)
    for _ in range(2):
        work_off(world, around=True)
        later(world, minutes=2)
    assert receiver.titles == ["language-missing: 6 failures in 6 hours"]
    since = (world.clock.now - timedelta(hours=6)).date()
    link = f"{CONSOLE}/troubleshoot?ever=yes&cause=language-missing&from={since}"
    assert receiver.messages[0]["message"].endswith(link)


def test_nothing_is_told_of_the_time_when_it_was_paused(world: World, receiver: Receiver) -> None:
    one = subscribe(world, receiver, "run-ended")
    end_run(world, "a")
    worker_of(world)._look.at_ended_runs()
    worker_of(world)._look.at_ended_runs()
    world.services.notifications.pause(one, AMELIE)
    later(world, minutes=1)
    end_run(world, "b")
    work_off(world)
    later(world, minutes=1)
    world.services.notifications.pause(one, AMELIE, is_paused=False)
    later(world, seconds=1)
    end_run(world, "c")
    work_off(world)
    assert receiver.titles == ["The c: provisioning failed"]
    assert [one.problem for one in notices(world)][-1] == "Not sent: the notification was paused."


def test_a_person_sees_and_changes_only_their_own(world_on_both: World, receiver: Receiver) -> None:
    world = world_on_both
    service = world.services.notifications
    one = subscribe(world, receiver, "run-ended")
    end_run(world, "help")
    receiver.status = 500
    work_off(world)
    (notice,) = notices(world)
    (found,) = service.list(AMELIE)
    assert SECRET not in repr(found)
    assert found.address == "json://127.0.0.1/…"
    wanted = WantNotices("New name", None, ("run-failed",), (CONTOSO,), "daily")
    for other in (NADIA, ADMIN):
        assert service.list(other) == ()
        for act in (
            lambda other=other: service.change(one, wanted, other),
            lambda other=other: service.pause(one, other),
            lambda other=other: service.delete(one, other),
            lambda other=other: service.test(one, other),
            lambda other=other: service.send_again(notice.id, other),
        ):
            with pytest.raises(NotFound):
                act()
    service.change(one, wanted, AMELIE)
    (changed,) = service.list(AMELIE)
    assert (changed.name, changed.rhythm, changed.instances) == ("New name", "daily", (CONTOSO,))
    with world.store.reading() as session:
        assert session.exec(select(Subscription.address)).one() == receiver.address
    service.delete(one, AMELIE)
    assert (service.list(AMELIE), notices(world)) == ((), [])


def test_a_test_message_is_sent_now_when_it_is_asked_for(world: World, receiver: Receiver) -> None:
    one = subscribe(world, receiver, "run-ended")
    assert world.services.notifications.test(one, AMELIE).answer == "sent"
    assert receiver.titles == ["Portico: a test message"]
    receiver.status = 404
    handed = world.services.notifications.test(one, AMELIE)
    assert (handed.answer, SECRET in (handed.problem or "")) == ("failed", False)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"occasions": ()}, "occasion"),
        ({"occasions": ("odd",)}, "occasion"),
        ({"rhythm": "hourly"}, "rhythm"),
        ({"address": None}, "address"),
        ({"address": "json://192.0.2.1/x"}, "address"),
        ({"instances": (FABRIKAM,)}, "instance"),
        ({"instances": ("odd",)}, "instance"),
    ],
)
def test_it_is_refused_with_the_field_when_it_is_wanted_wrongly(
    world: World, receiver: Receiver, changed: dict[str, Any], field: str
) -> None:
    values: dict[str, Any] = {"name": "Hook", "address": receiver.address, "occasions": ("run-ended",)}
    with pytest.raises((InvalidValue, NotFound)) as caught:
        world.services.notifications.add(WantNotices(**(values | changed)), AMELIE)
    assert caught.value.field == field
    assert SECRET not in repr(WantNotices(**(values | changed)))


def test_twenty_are_the_most_for_a_person(world: World, receiver: Receiver) -> None:
    for _ in range(20):
        subscribe(world, receiver, "run-ended")
    with pytest.raises(Conflict):
        subscribe(world, receiver, "run-ended")
    subscribe(world, receiver, "run-ended", actor=NADIA)


def test_nothing_is_written_twice_when_two_processes_look(world_on_both: World, receiver: Receiver) -> None:
    world = world_on_both
    subscribe(world, receiver, "run-ended")
    end_run(world, "help")
    for _ in range(2):
        for look in (worker_of(world)._look, worker_of(world)._look):  # each remembers nothing of the other
            look.at_ended_runs()
    with world.store.reading() as session:
        assert session.exec(select(sa.func.count()).select_from(Notice)).one() == 1
        assert session.exec(select(Portal)).one().name == "The help"


def test_the_place_to_begin_is_found_when_many_events_were_before(world_on_both: World) -> None:
    world = world_on_both
    times = []
    for number in range(9):
        end_run(world, f"help-{number}")
        times.append(world.clock.now)
        later(world, minutes=10)
    with world.store.reading() as session:
        assert [before(session, at + timedelta(minutes=2)) for at in times] == list(range(1, 10))
        assert before(session, times[0]) == 0
