"""What tests of the engine look at and meddle with."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlmodel import select

from core.storage.tables import Executor as ExecutorRow
from tests.provisioning.world import World


def executors(world: World) -> dict[str, ExecutorRow]:
    with world.services.store.reading() as session:
        return {row.id: row for row in session.exec(select(ExecutorRow)).all()}


def alter(world: World, statement: Any) -> None:
    with world.services.store.writing() as session:
        session.connection().execute(statement)


def is_importing(world: World, run_id: str) -> Callable[[], bool]:
    return lambda: any(
        step.kind == "install" and step.state == "running" for step in world.steps(run_id).values()
    )


def away(*_: object) -> Any:
    raise OperationalError("SELECT", {}, Exception("the server closed the connection"))
