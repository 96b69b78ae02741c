"""A process that dies while it sends: no message comes twice by itself, and none is lost without a word."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.access import Actor
from core.notices.models import WantNotices
from core.settings import Settings
from core.storage.tables import Event
from tests.faults import processes
from tests.faults.processes import KILLED
from tests.faults.test_bulk import add_broken
from tests.notices.receiver import Receiver, receiving
from tests.provisioning.world import CONTOSO, World, copy_data, opened

AMELIE = Actor(CONTOSO.email)


@pytest.mark.parametrize(("moment", "arrived"), [("begun", 0), ("effect", 1)])
def test_a_notice_is_unclear_and_not_sent_again_when_its_process_is_killed_on_the_way(
    settings_on_both: Settings, made_data: Path, moment: str, arrived: int
) -> None:
    settings = settings_on_both.model_copy(update={"notice_hosts": "127.0.0.1"})
    copy_data(made_data, settings.data_dir)
    with opened(settings) as world, receiving() as receiver:
        subscribe(world, receiver)
        fail_one(world)
        assert processes.run(processes.serve, settings, crash_point=f"notice:{moment}") == KILLED
        assert len(receiver.messages) == arrived
        assert processes.run(processes.drain, settings) == 0
        assert len(receiver.messages) == arrived
        (notice,) = world.services.sent_notices.page(AMELIE).items
        assert notice.state == "unclear"
        assert "may have been sent or not" in (notice.problem or "")

        world.services.notifications.send_again(notice.id, AMELIE)
        assert processes.run(processes.drain, settings) == 0
        assert len(receiver.messages) == arrived + 1
        (notice,) = world.services.sent_notices.page(AMELIE).items
        assert (notice.state, notice.problem) == ("sent", None)


def test_a_run_goes_through_when_nothing_can_be_told_of_it(world: World) -> None:
    settings = world.settings.model_copy(update={"notice_hosts": "127.0.0.1"})
    with opened(settings) as ours, receiving() as receiver:
        receiver.status = 500
        subscribe(ours, receiver)
        run_id = ours.submit().run_id
        assert processes.run(processes.drain, settings) == 0
        assert ours.run(run_id).state == "succeeded"
        assert [one.state for one in ours.services.sent_notices.page(AMELIE).items] == ["waiting"]
        assert len(receiver.messages) == 1


def subscribe(world: World, receiver: Receiver) -> None:
    world.services.notifications.add(WantNotices("Hook", receiver.address, ("run-ended",)), AMELIE)


def fail_one(world: World) -> None:
    (portal_id,) = add_broken(world, 1)
    with world.services.store.writing() as session:
        session.add(
            Event(
                at=datetime.now(UTC),
                actor="portico",
                act="run-failed",
                portal_id=portal_id,
                run_id=f"{portal_id}-1",
                instance=CONTOSO.instance,
                details={},
            )
        )
