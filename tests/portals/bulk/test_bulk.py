"""Many portals at once: what was previewed is what runs, and each is reported once."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import Conflict, InvalidValue, NotFound, NotPermitted
from core.insight.activity import BulkItemReport, BulkSummary
from core.portals.bulk import BulkPreview
from core.portals.bulk.reports import ReportedAlready, report
from core.provisioning import leases
from core.storage.tables import Event, Portal, Run, RunStep
from tests.insight.rows import add_portal, add_run
from tests.portals.bulk.conftest import (
    REFUSED,
    broken_portal,
    healthy_portal,
    work_off,
    worker_of,
)
from tests.portals.world import ADMIN, AMELIE, FABRIKAM, NADIA, PRIYA, STRANGER, World


def preview(world: World, act: Any, ids: list[int], actor: Any = AMELIE, **arguments: Any) -> BulkPreview:
    return world.services.bulk.preview(act, ids, arguments, actor)


def start(world: World, act: Any, ids: list[int], **arguments: Any) -> int:
    return world.services.bulk.start(preview(world, act, ids, **arguments), AMELIE)


def reports(world: World, bulk_id: int) -> list[BulkItemReport]:
    return list(world.services.bulk_insight.items(bulk_id, ADMIN, limit=None).items)


def summary(world: World, bulk_id: int) -> BulkSummary:
    return world.services.bulk_insight.one(bulk_id, ADMIN)


def states(world: World, bulk_id: int) -> list[str]:
    return [one.state for one in reports(world, bulk_id)]


def events(world: World, act: str) -> list[Event]:
    with world.store.reading() as session:
        return list(session.exec(select(Event).where(col(Event.act) == act).order_by(col(Event.id))).all())


def names(world: World, ids: list[int]) -> list[str]:
    with world.store.reading() as session:
        return [session.get_one(Portal, one).name for one in ids]


def runs(world: World, portal_id: int) -> list[Run]:
    with world.store.reading() as session:
        query = select(Run).where(col(Run.portal_id) == portal_id).order_by(col(Run.number))
        return list(session.exec(query).all())


def test_each_portal_says_what_would_become_of_it_when_a_restart_is_previewed(
    world_on_both: World,
) -> None:  # R1, R22
    world = world_on_both
    broken, healthy = broken_portal(world, "broken"), healthy_portal(world, "healthy")
    under_way = add_portal(world, "under-way")
    add_run(world, under_way, state="running")
    refused = healthy_portal(world, "refused", instance=FABRIKAM)
    elsewhere = broken_portal(world, "elsewhere", instance=FABRIKAM)

    ids = [broken, healthy, under_way, refused, elsewhere, broken]
    found = preview(world, "restart", ids, actor=NADIA)

    assert [item.portal_id for item in found.items] == ids[:-1]
    assert [item.outlook for item in found.items] == ["refused"] * 4 + ["happens"]
    reasons = [item.reason or "" for item in found.items]
    assert "no System Administrator of Contoso" in reasons[0]
    assert "nothing to restart" in reasons[3]
    assert found.counts == {"happens": 1, "refused": 4, "skipped": 0}
    mine = preview(world, "restart", ids[:3])
    assert [item.outlook for item in mine.items] == ["happens", "refused", "refused"]
    assert "under way" in (mine.items[2].reason or "")


def test_a_run_begins_for_each_when_a_restart_is_carried_out(world_on_both: World) -> None:  # R22
    world = world_on_both
    ids = [broken_portal(world, f"broken-{n}") for n in range(3)]
    healthy = healthy_portal(world, "healthy")
    bulk_id = start(world, "restart", [*ids[:2], healthy, ids[2]])
    assert states(world, bulk_id) == ["waiting", "waiting", "refused", "waiting"]

    work_off(world)

    found = reports(world, bulk_id)
    assert [one.state for one in found] == ["done", "done", "refused", "done"]
    for one in (found[0], found[1], found[3]):
        first, second = runs(world, one.portal_id)
        assert (second.id, second.based_on, second.kind) == (one.run_id, first.id, "restart")
        assert (second.requested_by, one.run_state) == (AMELIE.email, "queued")
    assert [event.details["bulk"] for event in events(world, "restart")] == [bulk_id] * 3
    whole = summary(world, bulk_id)
    assert (whole.state, whole.total, whole.reported, whole.runs) == ("ended", 4, 4, {"queued": 3})
    assert whole.is_open  # its runs are under way
    assert whole.has_gone_wrong


def test_names_before_and_after_are_shown_when_a_rename_is_previewed(world_on_both: World) -> None:  # R5
    world = world_on_both
    ids = [healthy_portal(world, f"help-{n}", name=name) for n, name in enumerate(["A", "B", "Help 03", "D"])]
    found = preview(world, "rename", ids, pattern="Help {number:02}")
    assert [(item.before, item.after, item.outlook) for item in found.items] == [
        ("A", "Help 01", "happens"),
        ("B", "Help 02", "happens"),
        ("Help 03", "Help 03", "skipped"),
        ("D", "Help 04", "happens"),
    ]
    told = preview(world, "rename", ids[:1], pattern="{subdomain} · {instance} · {language}").items[0].after
    assert told == "help-0 · Contoso · French - France"
    long = preview(world, "rename", ids[:1], pattern="x" * 101)
    assert long.items[0].outlook == "refused"
    assert "101 characters" in (long.items[0].reason or "")


def test_each_gets_the_name_that_was_previewed_when_a_rename_is_carried_out(
    world_on_both: World,
) -> None:  # R5
    world = world_on_both
    ids = [healthy_portal(world, f"help-{n}", name=f"Old {n}") for n in range(4)]
    bulk_id = start(world, "rename", ids, pattern="{name} ({number})")
    world.portals.rename(ids[1], "Another name", AMELIE)
    with world.store.writing() as session:
        session.get_one(Portal, ids[2]).state = "deleted"

    work_off(world)

    assert states(world, bulk_id) == ["done", "refused", "refused", "done"]
    assert names(world, ids) == ["Old 0 (1)", "Another name", "Old 2", "Old 3 (4)"]
    assert "meanwhile" in (reports(world, bulk_id)[1].outcome or "")
    told = [event.details for event in events(world, "rename") if "bulk" in event.details]
    assert [(one["from"], one["to"], one["bulk"]) for one in told] == [
        ("Old 0", "Old 0 (1)", bulk_id),
        ("Old 3", "Old 3 (4)", bulk_id),
    ]


def test_an_item_is_refused_when_the_role_was_taken_away_before_its_turn(world_on_both: World) -> None:  # R1
    world = world_on_both
    ids = [broken_portal(world, "contoso-1"), broken_portal(world, "contoso-2")]
    bulk_id = start(world, "restart", ids)
    world.change("revoke", role="System Administrator", user=AMELIE.email)
    work_off(world)
    assert states(world, bulk_id) == ["refused", "refused"]
    assert "does not hold the System Administrator role" in (reports(world, bulk_id)[0].outcome or "")
    assert [len(runs(world, one)) for one in ids] == [1, 1]


def test_the_rest_is_skipped_when_it_is_cancelled_in_the_middle(world_on_both: World) -> None:
    world = world_on_both
    ids = [healthy_portal(world, f"help-{n}") for n in range(5)]
    bulk_id = start(world, "rename", ids, pattern="New {number}")
    looks: list[int] = []

    def cancel_before_the_third() -> bool:
        looks.append(1)
        if len(looks) == 3:
            world.services.bulk.cancel(bulk_id, AMELIE)
        return False

    work_off(world, pause=cancel_before_the_third)

    assert states(world, bulk_id) == ["done", "done", "skipped", "skipped", "skipped"]
    assert summary(world, bulk_id).state == "cancelled"
    assert names(world, ids)[1:3] == ["New 2", "The help-2"]
    assert worker_of(world).is_idle()
    world.services.bulk.cancel(bulk_id, AMELIE)  # idempotent


def test_only_who_asked_and_the_console_administrator_can_see_or_cancel_it(world_on_both: World) -> None:
    world = world_on_both
    bulk_id = start(world, "rename", [healthy_portal(world, "help")], pattern="New")
    for other in (NADIA, STRANGER):
        with pytest.raises(NotPermitted):
            world.services.bulk.cancel(bulk_id, other)
        with pytest.raises(NotFound):
            world.services.bulk_insight.one(bulk_id, other)
        with pytest.raises(NotFound):
            world.services.bulk_insight.items(bulk_id, other)
        assert world.services.bulk_insight.latest(other) == ()
    assert [one.id for one in world.services.bulk_insight.latest(AMELIE)] == [bulk_id]
    world.services.bulk.cancel(bulk_id, ADMIN)
    with pytest.raises(NotFound):
        world.services.bulk.cancel(2**40, ADMIN)


def test_nothing_is_to_be_cancelled_when_it_has_ended(world: World) -> None:
    bulk_id = start(world, "rename", [healthy_portal(world, "help")], pattern="New")
    work_off(world)
    with pytest.raises(Conflict):
        world.services.bulk.cancel(bulk_id, AMELIE)


def test_an_effect_is_undone_when_its_item_was_reported_by_another(world_on_both: World) -> None:
    world = world_on_both
    portal_id = healthy_portal(world, "help")
    bulk_id = start(world, "rename", [portal_id], pattern="New")
    with world.store.writing() as session:
        report(world.store, session, bulk_id, [1], "done", "by another")
    with pytest.raises(ReportedAlready), world.store.writing() as session:
        report(world.store, session, bulk_id, [1], "failed", "again")
    work_off(world)
    assert names(world, [portal_id]) == ["The help"]
    assert reports(world, bulk_id)[0].outcome == "by another"


def test_a_live_executor_keeps_its_bulk_action_when_another_looks(
    world_on_both: World, second: World
) -> None:
    world = world_on_both
    ids = [healthy_portal(world, f"help-{n}") for n in range(3)]
    bulk_id = start(world, "rename", ids, pattern="New {number}")
    ours, theirs = leases.register(world.store), leases.register(world.store)
    looks: list[int] = []

    def stop_before_the_second() -> bool:
        looks.append(1)
        return len(looks) == 2

    worker_of(world).work(ours, stop_before_the_second)
    assert states(world, bulk_id) == ["done", "waiting", "waiting"]
    work_off(second, theirs)
    assert states(world, bulk_id) == ["done", "waiting", "waiting"]
    leases.end(world.store, ours)
    work_off(second, theirs)
    assert states(world, bulk_id) == ["done", "done", "done"]


def test_preview_is_refused_when_a_portal_can_not_be_seen_or_the_list_is_odd(world: World) -> None:
    portal_id = healthy_portal(world, "help")
    with pytest.raises(NotFound):
        preview(world, "restart", [portal_id, 999])
    with pytest.raises(NotFound):
        preview(world, "restart", [portal_id, 2**40])
    with pytest.raises(NotFound):
        preview(world, "restart", [portal_id], actor=STRANGER)
    for wrong in ([], list(range(1, 100_002))):
        with pytest.raises(InvalidValue):
            preview(world, "restart", wrong)
    with pytest.raises(InvalidValue):
        preview(world, "delete", [portal_id])
    with pytest.raises(InvalidValue):
        preview(world, "rename", [portal_id])


def test_start_is_refused_when_nothing_would_happen_or_another_previewed_it(world: World) -> None:
    healthy, broken = healthy_portal(world, "healthy"), broken_portal(world, "broken")
    with pytest.raises(Conflict) as caught:
        start(world, "restart", [healthy])
    assert "nothing to restart" in caught.value.message
    with pytest.raises(Conflict):
        world.services.bulk.start(preview(world, "restart", [broken], actor=PRIYA), PRIYA)
    with pytest.raises(NotPermitted):
        world.services.bulk.start(preview(world, "restart", [broken]), NADIA)


def test_a_portal_without_a_refused_solution_is_refused_when_a_retry_is_previewed(
    world: World,
) -> None:  # R25
    found = preview(world, "retry", [healthy_portal(world, "healthy")])
    assert found.items[0].outlook == "refused"
    assert "nothing to retry" in (found.items[0].reason or "")


def test_one_broken_item_stops_no_other_when_it_is_carried_out(world: World) -> None:
    ids = [broken_portal(world, f"help-{n}") for n in range(3)]
    bulk_id = start(world, "restart", ids)
    with world.store.writing() as session:  # a store that somebody has meddled with
        session.connection().execute(sa.delete(RunStep).where(col(RunStep.run_id) == f"{ids[1]}-1"))
        session.connection().execute(sa.delete(Run).where(col(Run.portal_id) == ids[1]))
    work_off(world)
    assert states(world, bulk_id) == ["done", "failed", "done"]
    assert "broke unexpectedly" in (reports(world, bulk_id)[1].outcome or "")


def test_a_page_of_reports_counts_all_when_it_is_filtered(world: World) -> None:
    ids = [healthy_portal(world, f"help-{n}") for n in range(7)]
    bulk_id = start(world, "rename", [*ids, broken_portal(world, "x")], pattern="New {number}")
    work_off(world)
    page = world.services.bulk_insight.items(bulk_id, AMELIE, states=["done"], limit=3, offset=6)
    assert (page.total, [one.position for one in page.items]) == (8, [7, 8])
    assert REFUSED["kind"] == "refused"
