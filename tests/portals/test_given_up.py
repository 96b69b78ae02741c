"""A solution that was asked for in vain is given up: its row goes, its failure stays in the history (R25)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.access import Actor
from core.errors import Conflict, NotFound, NotSystemAdministrator
from core.insight.failures import FailureFilter
from core.insight.trends import TrendFilter
from core.settings import Settings
from core.storage.failure_tables import GIVEN_UP, Failure
from core.storage.tables import Event
from tests.portals.driving import ADMIN, AMELIE, NADIA, PRIYA, found, refused_field_service, remade, solutions
from tests.provisioning.world import World, copy_data, opened


@pytest.fixture
def on_both(settings_on_both: Settings, made_console: Path) -> Iterator[World]:
    copy_data(made_console, settings_on_both.data_dir)
    with opened(settings_on_both) as world:
        yield world


def refused_upload(world: World, version: str = "1.0.0.0") -> int:
    """A package too new for the instance, which nobody needs, is refused there; its installation's number."""
    services = world.services
    data = remade(services, "MicrosoftForums", version, renamed="Forums", made_for="9.9")
    plan = services.uploads.plan("contoso", data, AMELIE)
    services.uploads.add("contoso", data, AMELIE)
    started = services.installations.start(plan.import_plan, AMELIE, kind="install", force=True)
    assert world.drive(*started.run_ids) == ["failed"]
    return found(world)["Forums"].id


def test_nothing_is_open_when_a_refused_upload_is_given_up(on_both: World) -> None:
    services = on_both.services
    number = refused_upload(on_both)
    services.uploads.withdraw("contoso", "Forums", "1.0.0.0", AMELIE)
    assert solutions(on_both)["Forums"].can_be_given_up
    assert [one.solution for one in services.failures.find(FailureFilter(), AMELIE).items] == ["Forums"]

    services.installations.give_up((number,), AMELIE)

    assert "Forums" not in found(on_both)
    assert "Forums" not in solutions(on_both)
    assert services.failures.find(FailureFilter(), AMELIE).items == ()
    (ever,) = services.failures.find(FailureFilter(is_ever=True), AMELIE).items
    assert (ever.cause, ever.is_given_up, ever.closed_at) == ("package-too-new", True, ever.closed_at)
    (tally,) = services.failures.tally("cause", AMELIE)
    assert (tally.failures, tally.healed) == (1, 0)
    trends = services.trends.read(TrendFilter(), AMELIE)
    assert (trends.healing.given_up, trends.healing.open, trends.healing.failures) == (1, 0, 1)
    assert trends.open == 0
    assert trends.recovery is not None
    assert trends.recovery.median_s is None, "it took no time to recover: it did not"
    assert services.trends.check() == ()
    services.trends.rebuild()
    assert services.trends.read(TrendFilter(), AMELIE).healing == trends.healing
    with services.store.reading() as session:
        (event,) = session.exec(select(Event).where(col(Event.act) == "give-up")).all()
    assert (event.actor, event.instance, event.details) == (
        AMELIE.email,
        "contoso",
        {"solution": "Forums", "version": "1.0.0.0"},
    )


def test_a_new_failure_begins_when_it_is_refused_again_after_it_was_given_up(driven: World) -> None:
    driven.services.installations.give_up((refused_upload(driven),), AMELIE)
    refused_upload(driven, "2.0.0.0")
    with driven.services.store.reading() as session:
        rows = session.exec(select(Failure).order_by(col(Failure.id))).all()
    assert [(row.healed_by, row.attempts) for row in rows] == [(GIVEN_UP, 1), (None, 1)]


def test_it_is_refused_while_a_portal_waits_and_goes_with_the_portal(driven: World) -> None:
    driven.change("hold-solution", solution="MicrosoftForums")
    portal = driven.submit("community", force=True)
    assert driven.drive(portal.run_id) == ["failed"]
    failed = {name: row for name, row in found(driven).items() if row.state == "install-failed"}
    root = next(row for row in failed.values() if row.knock_on_of is None)
    assert any(row.knock_on_of == root.id for row in failed.values())
    with pytest.raises(Conflict, match="can't do without") as raised:
        driven.services.installations.give_up((root.id,), AMELIE)
    assert raised.value.details == {"portals": ["Help"]}
    assert not solutions(driven)[root.solution].can_be_given_up

    driven.services.lifecycle.delete(portal.portal_id, "why", AMELIE)
    driven.services.installations.give_up((root.id,), AMELIE)
    assert {row.knock_on_of for row in found(driven).values()} == {None}
    del failed[root.solution]
    driven.services.installations.give_up([row.id for row in failed.values()], AMELIE)
    assert not {*failed} & {*found(driven)}
    assert driven.services.failures.find(FailureFilter(), AMELIE).items == ()


def test_all_stay_when_one_of_them_cannot_be_given_up(driven: World) -> None:
    number = refused_upload(driven)
    driven.drive(driven.submit("custom").run_id)
    standing = found(driven)["StarterPortal"].id
    give_up = driven.services.installations.give_up
    with pytest.raises(Conflict, match="is installed"):
        give_up((number, standing), AMELIE)
    with pytest.raises(NotFound):
        give_up((number, 4711), AMELIE)
    for actor in (PRIYA, NADIA, ADMIN):
        with pytest.raises(NotSystemAdministrator):
            give_up((number,), actor)
    assert found(driven)["Forums"].state == "install-failed"


def test_it_is_refused_while_it_is_being_tried(driven: World) -> None:
    services = driven.services
    number = refused_upload(driven)
    plan = services.installations.plan_retry([number], AMELIE)
    services.installations.start(plan, AMELIE, kind="retry", force=True)
    assert not solutions(driven)["Forums"].can_be_given_up
    with pytest.raises(Conflict, match="just now"):
        services.installations.give_up((number,), AMELIE)


def test_it_is_closed_when_it_is_uninstalled_after_a_refused_update(driven: World) -> None:
    services = driven.services
    services.installations.start(
        services.installations.plan_install("contoso", ["FieldService"], AMELIE), AMELIE, kind="install"
    )
    driven.drive(*services.installation_insight.under_way(["contoso"]))
    data = remade(services, "FieldService", "9.0.0.0", made_for="9.9")
    update = services.uploads.plan("contoso", data, AMELIE).import_plan
    services.uploads.add("contoso", data, AMELIE)
    driven.drive(*services.installations.start(update, AMELIE, kind="install", force=True).run_ids)
    assert [one.solution for one in services.failures.find(FailureFilter(), AMELIE).items] == ["FieldService"]
    services.installations.uninstall("contoso", "FieldService", AMELIE)
    with services.store.reading() as session:
        assert session.exec(select(Failure.healed_by)).all() == [GIVEN_UP]


def test_the_portal_has_its_rows_whoever_comes_first(on_both: World) -> None:
    """A portal begins to ask for what somebody gives up at that moment."""
    portal = refused_field_service(on_both)
    on_both.services.lifecycle.delete(portal, "why", AMELIE)
    numbers = [row.id for row in found(on_both).values() if row.state == "install-failed"]
    again = on_both.submit("partner-field-service", subdomain="pfs-two", force=True)

    def give_up(actor: Actor) -> str:
        try:
            on_both.services.installations.give_up(numbers, actor)
        except Conflict:
            return "the portal was first"
        return "given up"

    with ThreadPoolExecutor(1) as other:
        said = other.submit(give_up, AMELIE)
        assert on_both.drive(again.run_id) == ["failed"]
        assert said.result() in ("the portal was first", "given up")
    asked = [row for row in found(on_both).values() if row.state == "install-failed"]
    assert asked
    assert all(row.portals[-1:] == (again.portal_id,) for row in asked)
