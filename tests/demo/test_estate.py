"""A demo is what the console itself would have left: every rule holds for every row."""

import json
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import col, select

from core.bootstrap import Services
from core.demo.causes import Words, load_troubles
from core.demo.names import Labels, base36, load_tongues
from core.diagnosis import load_diagnoser
from core.insight.trends import sums
from core.portals.names import check_name, check_subdomain
from core.provisioning.diagnosing import make_diagnose
from core.provisioning.kept_steps import steps_of
from core.provisioning.queries import open_runs
from core.storage.failure_tables import Failure
from core.storage.search_text import fold, search_text
from core.storage.tables import (
    Application,
    CustomDomain,
    Event,
    Installation,
    InstallationPortal,
    Portal,
    Run,
    RunStep,
    TermsAcceptance,
)
from tests.demo.made import NOW
from tests.demo.made import select as ask


def rows(services: Services, table: Any) -> list[Any]:
    with services.store.reading() as session:
        return list(session.exec(select(table)).all())


@pytest.fixture(scope="module")
def runs_of(services: Services) -> dict[int, list[Run]]:
    found: dict[int, list[Run]] = defaultdict(list)
    for run in sorted(rows(services, Run), key=lambda run: run.number):
        if run.portal_id is not None:
            found[run.portal_id].append(run)
    return found


def test_every_portal_stands_as_its_runs_say(services: Services, runs_of: dict[int, list[Run]]) -> None:
    for portal in rows(services, Portal):
        runs = runs_of[portal.id]
        last, ends = runs[-1], [run for run in runs if (run.error or {}).get("kind", "refused") == "refused"]
        assert portal.provisioned_at == (ends[0].ended_at if ends else None)
        succeeded = [run for run in runs if run.state == "succeeded"]
        assert (portal.live_at is None) == (not succeeded)
        assert (portal.package_version is None) == (not succeeded)
        assert portal.last_run_at == last.ended_at
        failed = [run for run in runs if run.state == "failed"]
        assert portal.has_failed == bool(failed)
        error = (failed[-1].error or {}) if failed else {}
        assert portal.last_cause == error.get("cause")
        assert portal.last_error == (error["message"][:300] if failed else None)
        if portal.state == "deleted":
            assert portal.verdict is None
            assert portal.deleted_at is not None
            continue
        assert portal.verdict == ("healthy" if last.state == "succeeded" else "failed")
        assert portal.state == ("provisioned" if portal.provisioned_at else "provisioning-failed")


def test_runs_follow_one_another(services: Services, runs_of: dict[int, list[Run]]) -> None:
    assert len(runs_of) == len(rows(services, Portal))
    for runs in runs_of.values():
        assert [run.number for run in runs] == [*range(1, len(runs) + 1)]
        assert runs[0].kind == "provision"
        assert all(run.kind in {"restart", "change", "heal"} for run in runs[1:])
        for before, after in pairwise(runs):
            assert after.based_on == before.id
            assert before.state in {"failed", "cancelled"}
            assert before.ended_at is not None
            assert before.ended_at <= after.created_at
            refused = (before.error or {"kind": ""})["kind"] == "refused"
            assert (after.kind == "heal") == refused
    for run in rows(services, Run):
        assert run.created_at <= run.started_at <= run.ended_at <= NOW  # no run is open
        assert (run.error is None) == (run.state == "succeeded")
    assert not open_runs(services.store)


def test_steps_say_what_the_run_says(services: Services, runs_of: dict[int, list[Run]]) -> None:
    every = rows(services, Run)
    with services.store.reading() as session:
        steps = steps_of(session, [run.id for run in every])
    assert rows(services, RunStep) == []
    for run in every:
        found = steps[run.id]
        assert found
        failed = [step for step in found if step.state == "failed"]
        assert {step.state for step in found[: run.from_position]} <= {"done"}
        if run.state == "succeeded":
            assert {step.state for step in found} == {"done"}
        else:
            assert failed[0].error == run.error
            assert failed[0].name == (run.error or {})["step"]
        timed = [step for step in found if step.started_at]
        assert timed[0].started_at == run.started_at
        assert timed[-1].ended_at == run.ended_at
        for before, after in pairwise(timed):
            assert before.ended_at is not None
            assert after.started_at is not None
            assert before.ended_at <= after.started_at
    longest = {run.template: run for runs in runs_of.values() for run in runs if run.from_position == 0}
    for template, run in longest.items():
        solutions = [step.solution for step in steps[run.id] if step.solution]
        assert tuple(solutions) == services.catalogue.portal(template).solutions


def test_what_a_portal_asks_for_can_be_had(services: Services) -> None:
    instances = {known.slug: known.instance for known in services.directory.all()}
    taken: dict[str, int] = {}
    domains: dict[int, list[str]] = defaultdict(list)
    for domain in rows(services, CustomDomain):
        if domain.verified_at:
            domains[domain.portal_id].append(domain.domain)
    for portal in rows(services, Portal):
        instance = instances[portal.instance]
        assert portal.language in instance.languages
        assert services.catalogue.is_supported(portal.language)
        for email in (portal.administrator, portal.created_by):
            user = instance.user(email)
            assert user is not None
            assert user.has("System Administrator")
        assert portal.template in services.catalogue.audience(portal.audience).portals
        assert check_subdomain(portal.subdomain) == portal.subdomain
        assert check_name(portal.name) == portal.name
        assert portal.name_folded == fold(portal.name)
        texts = (portal.name, portal.subdomain, portal.administrator, *domains[portal.id])
        assert portal.search_text == search_text(texts)
        if portal.state != "deleted":
            assert taken.setdefault(portal.subdomain, portal.id) == portal.id


def test_every_portal_has_its_licence_and_terms(services: Services) -> None:
    licences = {row.id: row for row in rows(services, Application)}
    accepted = {row.portal_id: row for row in rows(services, TermsAcceptance)}
    for portal in rows(services, Portal):
        licence = licences[portal.application_id]
        assert licence.type == portal.type
        assert licence.portal_id == (None if portal.state == "deleted" else portal.id)
        assert accepted[portal.id].version == services.catalogue.terms.version
        assert accepted[portal.id].accepted_by == portal.created_by


def test_the_history_tells_every_run_in_order(services: Services, runs_of: dict[int, list[Run]]) -> None:
    told: dict[int, list[Event]] = defaultdict(list)
    for event in sorted(rows(services, Event), key=lambda event: event.id):
        if event.portal_id is not None:
            told[event.portal_id].append(event)
    for portal_id, runs in runs_of.items():
        acts = [event for event in told[portal_id] if event.act.startswith("run-")]
        assert [(event.run_id, event.act) for event in acts] == [(run.id, f"run-{run.state}") for run in runs]
        assert told[portal_id][0].act == "provision"
        assert told[portal_id][0].details["portal"] == runs[0].template
        times = [event.at for event in told[portal_id] if event.act != "rename"]
        assert [event.at for event in acts] == sorted(event.at for event in acts)
        assert max(times) <= NOW


def test_failures_are_those_of_the_runs(services: Services, runs_of: dict[int, list[Run]]) -> None:
    failures = rows(services, Failure)
    broken = {
        run.id: run for runs in runs_of.values() for run in runs if (run.error or {}).get("kind") == "broken"
    }
    of_runs = {one.run_id: one for one in failures if one.kind == "run"}
    assert of_runs.keys() == broken.keys()
    for run_id, failure in of_runs.items():
        run = broken[run_id]
        assert failure.error == run.error
        assert (failure.failed_at, failure.portal_id) == (run.ended_at, run.portal_id)
        later = [one for one in runs_of[run.portal_id or 0] if one.number > run.number]
        good = [one for one in later if (one.error or {"kind": "refused"})["kind"] == "refused"]
        assert failure.healed_at == (good[0].ended_at if good else None)
        if good:
            expected = "first-retry" if good[0].number == run.number + 1 else failure.healed_by
            assert failure.healed_by == expected
    for one in failures:
        assert one.failed_at <= one.last_at <= (one.healed_at or NOW)
        assert (one.healed_at is None) == (one.healed_by is None)
        assert one.cause == one.error["cause"]


def test_what_is_refused_now_stands_as_install_failed(services: Services) -> None:
    failures = [one for one in rows(services, Failure) if one.kind == "installation" and not one.healed_at]
    installations = {row.id: row for row in rows(services, Installation)}
    failed = {row.id: row for row in installations.values() if row.state == "install-failed"}
    assert {int(one.key) for one in failures} == failed.keys()
    assert failed
    known = {found.slug: found.instance for found in services.directory.all()}
    for failure in failures:
        row = failed[int(failure.key)]
        assert (row.instance, row.solution, row.cause) == (failure.instance, failure.solution, failure.cause)
        assert known[row.instance].solution(row.solution) is None
        assert (row.knock_on_of is not None) == (row.cause == "missing-dependency")
    for row in installations.values():
        if row.state == "installed":
            there = known[row.instance].solution(row.solution)
            assert there is None or there.version == row.version
    waiting = {
        row.id for row in rows(services, Portal) if (row.state, row.verdict) == ("provisioned", "failed")
    }
    asked = {row.portal_id for row in rows(services, InstallationPortal) if row.installation_id in failed}
    assert waiting <= asked


def test_counts_and_sums_are_those_of_the_rows(services: Services) -> None:
    cut = "state, coalesce(verdict, ''), instance, template, audience, language, type, has_failed"
    kept = "state, verdict, instance, template, audience, language, type, has_failed"
    counted = ask(services, f"SELECT {cut}, count(*) FROM portal GROUP BY 1, 2, 3, 4, 5, 6, 7, 8")
    assert sorted(ask(services, f"SELECT {kept}, portals FROM portal_count")) == sorted(counted)
    assert ask(services, "SELECT count(*) FROM portal_count_change") == [(0,)]
    assert sums.check(services.store) == ()
    with services.store.reading() as session:
        assert sums.is_made(session)


def test_a_search_finds_what_was_made_up(services: Services) -> None:
    portal = rows(services, Portal)[0]
    part = portal.search_text[:6]
    found = ask(
        services,
        "SELECT count(*) FROM portal_search WHERE portal_search MATCH '\"" + part.replace("'", "''") + "\"'",
    )
    assert found[0][0] >= 1


def test_many_scripts_and_states_are_there(services: Services) -> None:
    names = "".join(portal.name for portal in rows(services, Portal))
    assert any("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" for letter in names)
    assert {portal.template for portal in rows(services, Portal)} >= {
        "customer-self-service",
        "partner",
        "custom",
    }
    assert {portal.type for portal in rows(services, Portal)} == {"trial", "production"}
    assert {portal.state for portal in rows(services, Portal)} >= {"provisioned", "deleted"}
    young = [p for p in rows(services, Portal) if p.created_at > NOW - timedelta(days=30)]
    assert len(young) > len(rows(services, Portal)) * 0.45  # more and more of them


def test_every_trouble_has_the_cause_that_its_words_have() -> None:
    words = Words(make_diagnose(load_diagnoser))
    names = {
        "instance": "Contoso",
        "solution": "CustomerPortal",
        "missing": "KnowledgeManagement",
        "user": "amelie.laurent@contoso.example",
        "language": "Japanese - Japan",
        "subdomain": "contoso-help",
    }
    troubles = load_troubles()
    for one in (*troubles.breaks, *troubles.refusals):
        error = words.error(one, "broken", 1_700_000_000_000, "install-CustomerPortal", 1, "c", names)
        assert error["cause"] == one.cause, one.id
        assert json.loads(json.dumps(error)) == error


def test_names_are_fit_for_addresses() -> None:
    for tongue in load_tongues():
        for words in (tongue.companies, tongue.trades, tongue.places, tongue.purposes):
            for written, label in words:
                check_subdomain(f"{label}-x")
                assert check_name(written) == written


def test_a_label_is_given_once() -> None:
    labels = Labels()
    given = [labels.unique("a-b") for _ in range(80)] + [labels.unique("x" * 90) for _ in range(3)]
    assert len(set(given)) == len(given)
    assert all(check_subdomain(label) == label for label in given)
    assert [base36(n) for n in (1, 35, 36, 1000)] == ["1", "0z", "10", "0rs"]


def test_a_portal_is_shown_with_its_steps(services: Services) -> None:
    from core.access import Actor

    query = select(Portal.id).where(col(Portal.state) == "provisioned").limit(1)
    with services.store.reading() as session:
        portal_id = session.exec(query).one()
    found = services.insight.portal(portal_id or 0, Actor("admin@portico.example"))
    assert found.runs[-1].steps
    assert found.estimate is not None
    assert found.runs[-1].steps[0].typical_s is not None


def test_a_changed_address_is_no_other_portals_when_names_are_long() -> None:
    labels = Labels()
    long = "long-" * 12
    given = [labels.unique(long) for _ in range(40)]
    given += [labels.unique(f"{label[:45]}-portal") for label in list(given)]
    assert len(set(given)) == len(given)
