"""Steps: once by key, in turn, with patience, without a thread while they wait."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from core.errors import NotFound
from core.platforms.port import Fault
from core.provisioning.steps import Steps
from core.storage.tables import InstallationPortal, Run, RunStep
from tests.provisioning.watched import Watched
from tests.provisioning.world import World, carry_out

FIRST = "install-MicrosoftCrmPortalDependencies"


async def no_pause(_seconds: float) -> None:
    """Patience that costs no time."""


def contents_of(world: World, portal_id: int) -> int:
    """How many solutions have brought the portal their content, as our rows say."""
    query = select(InstallationPortal).where(
        col(InstallationPortal.portal_id) == portal_id, col(InstallationPortal.content_at).is_not(None)
    )
    with world.services.store.reading() as session:
        return len(session.exec(query).all())


def test_effects_stand_once_when_every_step_is_repeated(world: World, watched: Watched) -> None:
    started = world.submit()
    world.drive(started.run_id)
    before = world.services.platform.instance("contoso")
    site = world.services.platform.site_version("help")
    assert site is not None
    records = world.services.platform.site_files(site.website_id, "contoso").records

    with world.services.store.writing() as session:  # as if no row had been written
        for step in session.exec(select(RunStep).where(col(RunStep.run_id) == started.run_id)).all():
            step.state, step.ended_at = "running", None
        run = session.get_one(Run, started.run_id)
        run.state, run.ended_at = "running", None
    assert world.drive(started.run_id) == ["succeeded"]

    after = world.services.platform.instance("contoso")
    assert [(s.unique_name, s.installed_at) for s in after.solutions] == [
        (s.unique_name, s.installed_at) for s in before.solutions
    ]
    again = world.services.platform.site_version("help")
    assert again is not None
    assert again.website_id == site.website_id
    assert world.services.platform.site_files(site.website_id, "contoso").records == records
    assert {step.attempts for step in world.steps(started.run_id).values()} == {1}  # none was begun anew
    assert len(watched.keys) == len(set(watched.keys)) == 15


def test_nothing_is_asked_of_the_platform_when_a_step_has_ended(world: World, watched: Watched) -> None:
    started = world.submit()
    world.drive(started.run_id)
    before = Counter(watched.calls)
    assert world.drive(started.run_id) == ["succeeded"]
    assert watched.calls == before


def test_solutions_are_installed_once_when_two_portals_share_an_instance(
    world: World, watched: Watched
) -> None:
    first, second = world.submit(), world.submit(subdomain="second")
    assert world.drive(first.run_id) == ["succeeded"]
    imports = len(watched.keys)
    assert world.drive(second.run_id) == ["succeeded"]

    assert len(watched.keys) == imports == 15
    assert {row.attempts for row in world.installations().values()} == {1}
    assert contents_of(world, first.portal_id) == contents_of(world, second.portal_id) == 15
    assert world.status_at_url("second") == 200
    links = world.services.store
    with links.reading() as session:
        asked = Counter(link.installation_id for link in session.exec(select(InstallationPortal)).all())
    assert set(asked.values()) == {2}  # each names both


def test_step_passes_when_a_lock_passes(world: World, watched: Watched) -> None:
    watched.locks = 2
    started = world.submit()

    assert world.drive(started.run_id, patience_s=600, pause=no_pause) == ["succeeded"]

    assert world.steps(started.run_id)[FIRST].attempts == 3
    assert world.steps(started.run_id)[FIRST].error is None
    assert len(set(watched.keys[:3])) == 3  # another attempt is another operation


def test_solution_is_install_failed_when_a_lock_outlasts_the_patience(world: World, watched: Watched) -> None:
    watched.locks = 1
    started = world.submit()

    assert world.drive(started.run_id) == ["failed"]

    step = world.steps(started.run_id)[FIRST]
    assert step.error is not None
    assert (step.error["kind"], step.error["code"], step.error["text"]) == (
        "refused",
        "platform-busy",
        "locked",
    )
    assert world.installations()[str(step.solution)].state == "install-failed"


def test_solution_is_install_failed_when_an_accepted_import_fails_later(world: World) -> None:
    world.change("delay", delay_s=0.05)
    started = world.submit()

    async def hold(seconds: float) -> None:
        world.change("hold-solution", solution="MicrosoftCrmPortalDependencies")
        await asyncio.sleep(seconds)
        world.change("delay", delay_s=0)

    assert world.drive(started.run_id, pause=hold) == ["failed"]

    error = world.steps(started.run_id)[FIRST].error
    assert error is not None
    assert (error["kind"], error["code"], error["code_hex"]) == ("refused", "platform-refused", "0x80048539")
    assert error["code_dec"] < 0
    assert error["text"] == error["message"]
    assert error["correlation_id"]


def test_step_passes_when_an_accepted_import_meets_a_lock(world: World, watched: Watched) -> None:
    world.change("delay", delay_s=0.05)
    watched.late_lock = Fault("0x80071151", "locked", "an-id", world.services.clock(), is_passing=True)
    started = world.submit()

    assert world.drive(started.run_id, patience_s=600) == ["succeeded"]

    assert world.steps(started.run_id)[FIRST].attempts == 2


def test_own_import_is_waited_for_when_a_process_died_during_it(world: World, watched: Watched) -> None:
    world.change("delay", delay_s=3600)
    started = world.submit()

    async def die(_seconds: float) -> None:
        raise asyncio.CancelledError

    async def let_it_end(_seconds: float) -> None:
        world.let_import_end()

    with pytest.raises(asyncio.CancelledError):
        world.drive(started.run_id, pause=die)
    assert world.steps(started.run_id)[FIRST].state == "running"
    assert len(world.slots()) == 1
    world.change("delay", delay_s=0)

    # Its own lock is no lock.
    assert world.drive(started.run_id, patience_s=0, pause=let_it_end) == ["succeeded"]

    assert watched.keys[0] == watched.keys[1]
    assert world.steps(started.run_id)[FIRST].attempts == 1
    assert world.installations()["MicrosoftCrmPortalDependencies"].attempts == 1


def test_step_is_repeated_when_the_store_was_away(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from core.provisioning import ending

    started = world.submit()
    record, failures = ending.record_done, iter([True, True, False])

    def flaky(*args: Any) -> None:
        if next(failures, False):
            raise OperationalError("UPDATE", {}, Exception("server closed the connection"))
        record(*args)

    monkeypatch.setattr(ending, "record_done", flaky)
    assert world.drive(started.run_id, pause=no_pause) == ["succeeded"]
    assert "The store does not answer (OperationalError); trying again." in caplog.messages


def test_run_ends_with_a_sentence_when_our_own_code_is_at_fault(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from core.provisioning import effects

    def faulty(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    started = world.submit()
    monkeypatch.setattr(effects, "publish", faulty)
    monkeypatch.setattr(world, "context", world.context)

    async def drive() -> str:
        steps = Steps(world.context)
        # The action was bound when the steps were made.
        steps._actions._by_kind["publish"] = steps._actions._operation(faulty)  # type: ignore[arg-type]
        try:
            return await carry_out(steps, started.run_id)
        finally:
            steps.close()

    assert asyncio.run(drive()) == "failed"
    error = world.run(started.run_id).error
    assert error is not None
    assert (error["kind"], error["step"]) == ("broken", "publish")
    assert "ZeroDivisionError" in error["message"]
    assert "secret" not in error["message"]
    assert "ZeroDivisionError: secret detail" in caplog.text
    assert world.portal(started.portal_id).state == "provisioning-failed"


def test_run_fails_when_its_package_is_not_in_the_library(world: World) -> None:
    class Empty:
        def version(self, unique_name: str) -> str:
            raise NotFound(f"There is no solution {unique_name}.")

        def zip_bytes(self, unique_name: str) -> bytes:
            raise NotFound(f"There is no solution {unique_name}.")

    started = world.submit()
    world.context = replace(world.context, packages=Empty())

    assert world.drive(started.run_id) == ["failed"]

    first = world.steps(started.run_id)["create-website"]
    assert first.state == "failed"
    assert first.error is not None
    assert first.error["code"] == "not-found"
    assert world.portal(started.portal_id).state == "provisioning-failed"


def test_late_executor_moves_nothing_back_when_its_step_was_done_elsewhere(world: World) -> None:
    from core.provisioning import ending, progress

    started = world.submit()
    store = world.services.store
    late = progress.read(store, started.run_id, 1)
    world.drive(started.run_id)
    before = (world.installations(), world.steps(started.run_id), world.run(started.run_id))

    ending.record_installing(world.context, late)
    ending.record_installed(world.context, late)
    ending.record_refused(world.context, late, {"kind": "refused"})
    ending.record_ended(world.context, late, "failed", {"kind": "broken"})
    ending.step_back(world.context, late, {"kind": "broken"})
    ending.record_done(world.context, late)

    assert (world.installations(), world.steps(started.run_id), world.run(started.run_id)) == before


def test_deleted_portal_stays_deleted_when_its_run_ends(world: World) -> None:
    started = world.submit()
    with world.services.store.writing() as session:
        portal = session.get_one(type(world.portal(started.portal_id)), started.portal_id)
        portal.state = "deleted"
    world.drive(started.run_id)
    assert world.portal(started.portal_id).state == "deleted"


def test_attempt_counts_when_the_instance_is_silent_as_its_turn_comes(world: World, watched: Watched) -> None:
    watched.silences = 2  # asked whether it needs a turn, and at the attempt itself
    started = world.submit()

    assert world.drive(started.run_id, patience_s=600, pause=no_pause) == ["succeeded"]

    assert world.steps(started.run_id)[FIRST].attempts == 2


def test_skipped_steps_stay_skipped_when_the_run_is_repeated(world: World) -> None:
    started = world.submit("partner-field-service", force=True)
    world.drive(started.run_id)
    before = world.steps(started.run_id)
    assert world.drive(started.run_id) == ["failed"]
    assert world.steps(started.run_id) == before
