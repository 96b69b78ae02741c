"""What must never be, refused by the database itself, whatever the code does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from core.storage.tables import Application, CustomDomain, Event, Portal, ReleasedSubdomain, Run
from tests.portals.world import World

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def portal(subdomain: str = "help", **values: Any) -> Portal:
    return Portal(
        **{
            "application_id": 1,
            "type": "production",
            "name": "Help",
            "subdomain": subdomain,
            "instance": "contoso",
            "language": 1036,
            "administrator": "a@contoso.example",
            "audience": "customer",
            "template": "custom",
            "state": "configuring",
            "created_by": "a@contoso.example",
            "created_at": AT,
            "changed_at": AT,
            "key": "k",
            **values,
        }
    )


def run(**values: Any) -> Run:
    return Run(
        **{
            "id": "r1",
            "portal_id": 1,
            "number": 1,
            "kind": "provision",
            "state": "queued",
            "requested_by": "a@contoso.example",
            "template": "custom",
            "instance": "contoso",
            "values": {},
            "created_at": AT,
            **values,
        }
    )


def add(world: World, *rows: Any) -> None:
    with world.store.writing() as session:
        for row in rows:
            session.add(row)
            session.flush()


def refused(world: World, act: Callable[[Session], object]) -> str:
    """The database refuses the act; what it says."""
    with pytest.raises(IntegrityError) as caught, world.store.writing() as session:
        act(session)
    return str(caught.value.orig)


def execute(statement: str) -> Callable[[Session], object]:
    return lambda session: session.connection().execute(sa.text(statement))


def test_second_portal_is_refused_when_subdomain_is_taken(world_on_both: World) -> None:  # R10
    add(world_on_both, portal("help"))
    assert "uq_portal_subdomain" in refused(world_on_both, lambda session: session.add(portal("help")))


@pytest.mark.parametrize("other", ["HELP", "Help", "hELp"])
def test_second_portal_is_refused_when_subdomain_differs_in_case(world_on_both: World, other: str) -> None:
    add(world_on_both, portal("help"))  # R10
    assert refused(world_on_both, lambda session: session.add(portal(other)))


def test_upper_case_is_refused_when_nobody_has_the_subdomain(world_on_both: World) -> None:  # R9
    assert "lower" in refused(world_on_both, lambda session: session.add(portal("HELP")))


def test_subdomain_can_be_had_again_when_its_portal_is_deleted(world_on_both: World) -> None:  # R10
    add(world_on_both, portal("help", state="deleted", deleted_at=AT), portal("help"))
    assert refused(world_on_both, lambda session: session.add(portal("help")))


@pytest.mark.parametrize("change", ["subdomain = 'other'", "provisioned_at = NULL"])
def test_url_stays_when_portal_is_provisioned(world_on_both: World, change: str) -> None:  # R11
    add(world_on_both, portal(state="provisioned", provisioned_at=AT))
    said = refused(world_on_both, execute(f"UPDATE portal SET {change}"))
    assert "url-immutable" in said


def test_url_changes_when_portal_was_never_provisioned(world_on_both: World) -> None:  # R11, R23
    add(world_on_both, portal(state="provisioning-failed"))
    with world_on_both.store.writing() as session:
        execute("UPDATE portal SET subdomain = 'other'")(session)
    with world_on_both.store.reading() as session:
        assert session.get_one(Portal, 1).subdomain == "other"


def test_everything_else_changes_when_portal_is_provisioned(world_on_both: World) -> None:  # R5
    add(world_on_both, portal(state="provisioned", provisioned_at=AT))
    with world_on_both.store.writing() as session:
        row = session.get_one(Portal, 1)
        row.name, row.verdict, row.state = "Hilfe", "healthy", "deleted"
        session.add(row)


@pytest.mark.parametrize("change", ["type = 'trial'", "application_id = 2", "instance = 'fabrikam'"])
def test_portal_keeps_licence_type_and_instance(world_on_both: World, change: str) -> None:  # R6, R23
    add(world_on_both, portal())
    assert "keeps its licence" in refused(world_on_both, execute(f"UPDATE portal SET {change}"))


def test_licence_keeps_its_type(world_on_both: World) -> None:  # R6
    said = refused(world_on_both, execute("UPDATE application SET type = 'trial' WHERE type = 'production'"))
    assert "keeps its type" in said


def test_licence_is_of_one_portal_only(world_on_both: World) -> None:  # R4
    add(world_on_both, portal())
    assert refused(world_on_both, execute("UPDATE application SET portal_id = 1"))


@pytest.mark.parametrize("act", ["UPDATE event SET actor = 'nobody'", "DELETE FROM event"])
def test_history_stays_when_somebody_would_change_it(world_on_both: World, act: str) -> None:
    add(world_on_both, Event(at=AT, actor="a@contoso.example", act="rename", details={}))
    assert "never changed" in refused(world_on_both, execute(act))


def test_history_stays_when_postgres_would_empty_it(world_on_both: World) -> None:
    if world_on_both.store.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    assert "never changed" in refused(world_on_both, execute("TRUNCATE event"))


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(lambda: portal(state="lost"), id="a portal's state"),
        pytest.param(lambda: run(state="lost"), id="a run's state"),
        pytest.param(lambda: run(kind="guess"), id="a run's kind"),
        pytest.param(lambda: Application(type="gift", created_at=AT), id="a licence's type"),
        pytest.param(lambda: run(portal_id=99), id="a run of no portal"),
        pytest.param(lambda: ReleasedSubdomain(subdomain="x", portal_id=99, free_at=AT), id="of no portal"),
    ],
)
def test_row_is_refused_when_a_value_is_unknown(world_on_both: World, row: Callable[[], Any]) -> None:
    add(world_on_both, portal())
    assert refused(world_on_both, lambda session: session.add(row()))


def test_second_run_is_refused_when_number_is_in_use(world_on_both: World) -> None:  # R23
    add(world_on_both, portal(), run())
    assert refused(world_on_both, lambda session: session.add(run(id="r2")))


def test_second_portal_is_refused_when_domain_is_taken(world_on_both: World) -> None:  # R11
    values: dict[str, Any] = {"domain": "help.example.com", "token": "t", "added_by": "a", "added_at": AT}
    add(world_on_both, portal("one"), portal("two"), CustomDomain(portal_id=1, **values))
    assert refused(world_on_both, lambda session: session.add(CustomDomain(portal_id=2, **values)))
