"""The states, event by event (design: R7, R11, R19, R21–R27)."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

import pytest

from core.platforms.port import SYSTEM_ADMINISTRATOR, WebsiteRequest
from core.storage.tables import RunStep
from tests.provisioning.world import CONTOSO, FABRIKAM, World

ADD_ON = "install-PartnerFieldService"


def error_of(step: RunStep) -> dict[str, Any]:
    assert step.error is not None
    return step.error


def assert_kept_whole(error: dict[str, Any], step: str) -> None:
    """Every kept failure of a platform says what, when, where and under which number."""
    assert error["code_hex"]
    assert isinstance(error["code_dec"], int)
    assert error["text"]
    assert error["message"]
    assert error["at"]
    assert (error["step"], error["attempt"]) == (step, 1)
    uuid.UUID(str(error["correlation_id"]))


def test_portal_is_live_when_the_run_succeeds(world_on_both: World) -> None:  # R19
    world = world_on_both
    started = world.submit()
    assert world.portal(started.portal_id).state == "configuring"
    assert world.status_at_url() == 404  # no website yet

    assert world.drive(started.run_id) == ["succeeded"]

    portal, run = world.portal(started.portal_id), world.run(started.run_id)
    assert (portal.state, portal.verdict) == ("provisioned", "healthy")
    assert portal.provisioned_at == run.ended_at
    assert portal.live_at is not None
    assert run.ended_at is not None
    assert portal.live_at <= run.ended_at
    assert world.status_at_url() == 200
    assert {row.state for row in world.installations().values()} == {"installed"}
    assert {step.state for step in world.steps(started.run_id).values()} == {"done"}
    assert {step.attempts for step in world.steps(started.run_id).values()} == {1}
    assert world.slots() == []


def test_solution_is_install_failed_when_its_prerequisite_is_missing(world: World) -> None:  # R16, R24, R27
    started = world.submit("partner-field-service", force=True)

    assert world.drive(started.run_id) == ["failed"]

    error = error_of(world.steps(started.run_id)[ADD_ON])
    assert_kept_whole(error, ADD_ON)
    assert error["kind"] == "refused"
    assert sorted(error["missing"]) == ["FieldService", "PartnerPortal"]
    installation = world.installations()["PartnerFieldService"]
    assert (installation.state, installation.error) == ("install-failed", error)
    assert world.run(started.run_id).error == error
    portal = world.portal(started.portal_id)
    assert (portal.state, portal.verdict, portal.live_at) == ("provisioned", "failed", None)
    assert portal.provisioned_at is not None  # R11: the URL stands
    assert world.status_at_url() == 503  # Getting set up


def test_all_that_follows_is_skipped_when_a_solution_was_refused(world: World) -> None:
    started = world.submit("partner-field-service", force=True)
    world.drive(started.run_id)
    states = {name: step.state for name, step in world.steps(started.run_id).items()}
    assert states == {
        "create-website": "done",
        ADD_ON: "failed",
        "sample-data": "skipped",
        "administrator": "skipped",
        "publish": "skipped",
        "probe": "skipped",
    }


def test_run_asks_for_every_solution_when_administration_mode_is_on(world: World) -> None:  # R25
    world.change("administration-mode", is_on=True)
    started = world.submit(force=True)

    assert world.drive(started.run_id) == ["failed"]

    steps = world.steps(started.run_id)
    asked = [step for step in steps.values() if step.kind == "install"]
    assert len(asked) == 15
    for step in asked:
        assert step.state == "failed"
        assert_kept_whole(error_of(step), step.name)
    assert steps["create-website"].state == "done"  # it stops imports, not websites
    assert world.portal(started.portal_id).state == "provisioned"
    assert {row.knock_on_of for row in world.installations().values()} == {None}


def test_failures_are_knock_ons_when_what_they_need_was_refused(world: World) -> None:  # R27
    world.change("hold-solution", solution="MicrosoftCrmPortalBase")
    started = world.submit(force=True)

    assert world.drive(started.run_id) == ["failed"]

    rows = world.installations()
    root = rows["MicrosoftCrmPortalBase"]
    assert (root.state, root.knock_on_of) == ("install-failed", None)
    hanging = [row for row in rows.values() if row.knock_on_of is not None]
    assert hanging
    assert {(row.state, row.knock_on_of) for row in hanging} == {("install-failed", root.id)}
    assert rows["StarterPortal"] in hanging
    installed = {name for name, row in rows.items() if row.state == "installed"}
    assert installed  # the run asked for those that don't need it as well
    assert len(installed) + len(hanging) + 1 == 15


def test_solution_is_install_failed_when_the_role_was_taken_away(world: World) -> None:  # R1, R25, R26
    started = world.submit()
    world.change("revoke", role=SYSTEM_ADMINISTRATOR, user=CONTOSO.email)

    assert world.drive(started.run_id) == ["failed"]

    step = next(step for step in world.steps(started.run_id).values() if step.kind == "install")
    assert_kept_whole(error_of(step), step.name)
    assert error_of(step)["code_hex"] == "0x80040220"
    assert {row.state for row in world.installations().values()} == {"install-failed"}
    assert world.portal(started.portal_id).state == "provisioned"


def test_installation_heals_when_a_later_run_installs_it(world: World) -> None:
    world.change("administration-mode", is_on=True)
    world.drive(world.submit(force=True).run_id)
    world.change("administration-mode", is_on=False)

    assert world.drive(world.submit(subdomain="again").run_id) == ["succeeded"]

    rows = world.installations().values()
    assert {(row.state, row.error is None, row.knock_on_of, row.attempts) for row in rows} == {
        ("installed", True, None, 2)
    }


@pytest.mark.parametrize("patience_s", [0, 0.5])
def test_portal_is_provisioning_failed_when_the_instance_is_silent(
    world: World, patience_s: float
) -> None:  # R21
    started = world.submit()
    world.change("reachable", is_on=False)

    assert world.drive(started.run_id, patience_s=patience_s) == ["failed"]

    step = world.steps(started.run_id)["create-website"]
    error = error_of(step)
    assert (step.state, error["kind"], error["code"]) == ("failed", "broken", "platform-unreachable")
    assert (error["step"], error["attempt"]) == ("create-website", step.attempts)
    assert step.attempts == (1 if patience_s == 0 else 2)
    portal = world.portal(started.portal_id)
    assert (portal.state, portal.verdict, portal.provisioned_at) == ("provisioning-failed", "failed", None)
    assert {row.state for row in world.installations().values()} == {"waiting"}
    assert world.slots() == []


def test_rest_waits_when_the_instance_falls_silent_between_two_solutions(world: World) -> None:
    started = world.submit()

    async def falls_silent(_seconds: float) -> None:
        world.change("reachable", is_on=False)

    world.change("delay", delay_s=3600)  # so that the first import is polled
    assert world.drive(started.run_id, pause=falls_silent) == ["failed"]

    assert {row.state for row in world.installations().values()} == {"waiting"}
    assert world.portal(started.portal_id).state == "provisioning-failed"


def test_portal_is_provisioning_failed_when_its_name_is_taken_on_the_platform(
    world: World,
) -> None:  # R10, R21
    started = world.submit()
    request = WebsiteRequest("fabrikam", "help", "Other", 1033, "custom", FABRIKAM.email)
    world.services.platform.create_website("someone-else", request)

    assert world.drive(started.run_id) == ["failed"]

    error = error_of(world.steps(started.run_id)["create-website"])
    assert_kept_whole(error, "create-website")
    assert error["kind"] == "broken"
    assert world.portal(started.portal_id).state == "provisioning-failed"


def test_run_breaks_when_the_website_is_gone(world: World) -> None:
    started = world.submit()
    deleted = False

    async def delete(_seconds: float) -> None:
        nonlocal deleted
        website_id = world.portal(started.portal_id).website_id
        if website_id is not None and not deleted:
            world.change("delay", delay_s=0)
            world.services.platform.delete_website("behind-our-back", "contoso", website_id)
            deleted = True

    world.change("delay", delay_s=0.05)
    assert world.drive(started.run_id, pause=delete) == ["failed"]

    failed = [step for step in world.steps(started.run_id).values() if step.state == "failed"]
    assert [error_of(step)["kind"] for step in failed] == ["broken"]
    first = world.installations()[str(failed[0].solution)]
    assert (first.state, first.error) == ("installed", None)  # no verdict on the solution
    assert world.portal(started.portal_id).state == "provisioning-failed"


class NotYet:
    """A portal that is not there yet, and its answer."""

    status = 503
    is_live = False

    def probe(self, _subdomain: str) -> "NotYet":
        return self


def test_run_breaks_when_the_portal_does_not_answer(world: World) -> None:
    started = world.submit()
    world.context = replace(world.context, probe=NotYet())

    assert world.drive(started.run_id) == ["failed"]

    step = world.steps(started.run_id)["probe"]
    assert (step.state, error_of(step)["kind"]) == ("failed", "broken")
    assert "503" in str(error_of(step)["message"])
    portal = world.portal(started.portal_id)
    assert (portal.state, portal.live_at) == ("provisioning-failed", None)
    assert world.installations()["StarterPortal"].state == "installed"


def test_portal_is_provisioning_failed_when_the_run_is_cancelled(world: World) -> None:
    started = world.submit()
    world.cancel(started.run_id)

    assert world.drive(started.run_id) == ["cancelled"]

    run = world.run(started.run_id)
    assert run.error is not None
    assert (run.error["kind"], run.error["message"]) == ("cancelled", f"Cancelled by {CONTOSO.email}.")
    assert world.portal(started.portal_id).state == "provisioning-failed"
    assert {row.state for row in world.installations().values()} == {"waiting"}


def test_import_in_progress_waits_again_when_the_run_is_cancelled(world: World) -> None:
    started = world.submit()

    async def cancel(_seconds: float) -> None:
        world.cancel(started.run_id)

    world.change("delay", delay_s=3600)
    assert world.drive(started.run_id, pause=cancel) == ["cancelled"]

    first = next(step for step in world.steps(started.run_id).values() if step.kind == "install")
    assert (first.state, error_of(first)["kind"], error_of(first)["attempt"]) == ("failed", "cancelled", 1)
    assert {row.state for row in world.installations().values()} == {"waiting"}
    assert world.slots() == []


@dataclass
class FallingSilent:
    """The packages; the instance falls silent when this one is taken from the shelf."""

    world: World
    solution: str

    def version(self, unique_name: str) -> str:
        return self.world.services.step_context.packages.version(unique_name)

    def zip_bytes(self, unique_name: str) -> bytes:
        if unique_name == self.solution:
            self.world.change("reachable", is_on=False)
        return self.world.services.step_context.packages.zip_bytes(unique_name)


def test_portal_is_provisioning_failed_when_a_break_follows_a_refusal(world: World) -> None:
    world.change("hold-solution", solution="MicrosoftIdentityWorkflows")
    started = world.submit(force=True)
    world.context = replace(world.context, packages=FallingSilent(world, "MicrosoftWebForms"))

    assert world.drive(started.run_id) == ["failed"]

    run = world.run(started.run_id)
    assert run.error is not None
    assert run.error["kind"] == "broken"  # what stopped it, not what was refused before
    portal = world.portal(started.portal_id)
    assert (portal.state, portal.provisioned_at) == ("provisioning-failed", None)
    assert world.installations()["MicrosoftIdentityWorkflows"].state == "install-failed"


def test_nothing_changes_when_a_run_ends_twice(world: World) -> None:
    started = world.submit()
    world.drive(started.run_id)
    before = world.portal(started.portal_id), world.run(started.run_id)

    assert world.drive(started.run_id) == ["succeeded"]

    assert (world.portal(started.portal_id), world.run(started.run_id)) == before
