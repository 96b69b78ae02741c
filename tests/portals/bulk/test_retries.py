"""The refused solutions behind many portals, retried together: each once, in dependency order (R25, R27)."""

from sqlmodel import col, select

from core.insight.activity import BulkItemReport
from core.portals.bulk.worker import BulkWorker
from core.storage.tables import Event, Run, RunStep
from tests.portals.driving import ADMIN, AMELIE, NADIA, driven
from tests.provisioning.world import CONTOSO, FABRIKAM, Place, World

__all__ = ["driven"]  # a fixture


def refused(world: World, template: str, place: Place, subdomain: str) -> int:
    """A portal whose solutions were refused."""
    world.change("administration-mode", place, is_on=True)
    started = world.submit(template, place, subdomain, force=True)
    assert world.drive(started.run_id) == ["failed"]
    world.change("administration-mode", place, is_on=False)
    return started.portal_id


def work_off(world: World) -> None:
    (worker,) = (one for one in world.services.errands() if isinstance(one, BulkWorker))
    while worker.work("us", lambda: False):
        pass


def reports(world: World, bulk_id: int) -> list[BulkItemReport]:
    return list(world.services.bulk_insight.items(bulk_id, ADMIN, limit=None).items)


def test_each_solution_is_retried_once_in_order_when_several_portals_wait_for_it(driven: World) -> None:
    ids = [refused(driven, "custom", CONTOSO, "a"), refused(driven, "custom", CONTOSO, "b")]
    other = refused(driven, "custom", FABRIKAM, "c")
    theirs = driven.services.bulk.preview("retry", [ids[0], other], {}, NADIA)
    assert [item.outlook for item in theirs.items] == ["refused", "happens"]
    preview = driven.services.bulk.preview("retry", ids, {}, AMELIE)
    assert [item.outlook for item in preview.items] == ["happens", "happens"]
    assert preview.imports is not None
    ordered = [item.wanted.solution for item in preview.imports.items]
    assert preview.items[0].what == f"Retry {', '.join(ordered)}, in this order."
    bulk_id = driven.services.bulk.start(preview, AMELIE, wanted="what waits in Contoso")

    work_off(driven)

    found = reports(driven, bulk_id)
    assert [one.state for one in found] == ["done", "done"]
    (run_id,) = {one.run_id for one in found}
    with driven.services.store.reading() as session:
        steps = select(RunStep.solution).where(col(RunStep.run_id) == run_id).order_by(col(RunStep.position))
        assert list(session.exec(steps).all()) == ordered
        told = session.exec(select(Event).where(col(Event.act) == "retry")).all()
        assert sorted(event.portal_id for event in told if event.portal_id) == ids
        assert {event.details["bulk"] for event in told} == {bulk_id}
    assert driven.drive(str(run_id)) == ["succeeded"]
    heals = [run.id for run in _runs(driven, "heal")]
    assert driven.drive(*heals) == ["succeeded", "succeeded"]
    assert [driven.status_at_url(one) for one in ("a", "b", "c")] == [200, 200, 503]


def test_items_are_left_to_others_when_what_was_refused_is_in_hand_by_then(driven: World) -> None:
    portal_id = refused(driven, "custom", CONTOSO, "a")
    preview = driven.services.bulk.preview("retry", [portal_id], {}, AMELIE)
    bulk_id = driven.services.bulk.start(preview, AMELIE)
    plan = driven.services.installations.plan_retry(None, AMELIE)
    driven.services.installations.start(plan, AMELIE, kind="retry")
    assert driven.services.bulk.preview("retry", [portal_id], {}, AMELIE).items[0].outlook == "skipped"

    work_off(driven)

    (found,) = reports(driven, bulk_id)
    assert (found.state, found.run_id) == ("skipped", None)
    assert len(_runs(driven, "retry")) == 1


def test_items_are_refused_when_they_could_not_pass_by_then(driven: World) -> None:
    portal_id = refused(driven, "custom", CONTOSO, "a")
    preview = driven.services.bulk.preview("retry", [portal_id], {}, AMELIE)
    bulk_id = driven.services.bulk.start(preview, AMELIE)
    driven.change("administration-mode", is_on=True)
    again = driven.services.bulk.preview("retry", [portal_id], {}, AMELIE).items[0]
    assert (again.outlook, "would fail again" in (again.reason or "")) == ("refused", True)

    work_off(driven)

    (found,) = reports(driven, bulk_id)
    assert (found.state, "would fail again" in (found.outcome or "")) == ("refused", True)
    assert _runs(driven, "retry") == []


def _runs(world: World, kind: str) -> list[Run]:
    with world.services.store.reading() as session:
        return list(session.exec(select(Run).where(col(Run.kind) == kind)).all())
