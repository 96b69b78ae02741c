"""Of many submits at one moment each licence and each subdomain is had once, on both databases (R4, R10)."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import Session

from core.access import Actor
from core.errors import DomainTaken, PorticoError, SeveralErrors
from core.insight.models import PortalFilter
from core.portals.commands import StartProvisioning
from core.storage.tables import CustomDomain, Portal
from tests.portals.world import ADMIN, AMELIE, GOOD, World, request
from tests.storage.racing import race

SUBMITS = 50
SUBMIT_ALL = """
import json, sys
from pathlib import Path
from core.access import Actor
from core.bootstrap import build_services
from core.errors import PorticoError
from core.insight.models import PortalFilter
from core.portals.commands import StartProvisioning
from core.settings import Settings

def body(number):
    values, email, database = json.loads(sys.argv[2]), sys.argv[3], sys.argv[4] or None
    services = build_services(Settings(data_dir=Path(sys.argv[1]), database_url=database))
    for turn in range(10):
        subdomain = values["subdomain"].format(number * 10 + turn)
        request = StartProvisioning(**values | {"subdomain": subdomain})
        try:
            services.portals.provision(request, Actor(email), accepted_terms=True)
            said = "won"
        except PorticoError as error:
            said = error.as_dict()["code"]
        sys.stdout.write(said + "\\n")  # one write: print makes two, and others write in between
        sys.stdout.flush()
    services.close()
"""


def by_threads(world: World, requests: list[StartProvisioning], actor: Actor = AMELIE) -> Counter[str]:
    barrier = Barrier(len(requests))

    def submit(one: StartProvisioning) -> str:
        barrier.wait()
        try:
            world.portals.provision(one, actor, accepted_terms=True)
        except SeveralErrors as several:
            return several.errors[0].code
        except PorticoError as error:
            return error.code
        return "won"

    with ThreadPoolExecutor(len(requests)) as pool:
        return Counter(pool.map(submit, requests))


def by_processes(world: World, subdomain: str) -> Counter[str]:
    values = json.dumps(vars(GOOD) | {"subdomain": subdomain})
    settings = world.settings
    return Counter(
        race(
            SUBMIT_ALL, str(settings.data_dir), values, AMELIE.email, settings.database_url or "", processes=5
        )
    )


def configured(world: World) -> int:
    return sum(one.state == "configured" for one in world.insight.applications(ADMIN))


def test_one_thread_wins_when_fifty_submit_one_subdomain(world_on_both: World) -> None:  # R10
    world_on_both.services.applications.add("production", SUBMITS - 13, ADMIN)
    cases = ("help", "HELP", "Help", "hElP", "helP")
    won = by_threads(world_on_both, [request(subdomain=cases[n % 5]) for n in range(SUBMITS)])
    assert won == {"won": 1, "subdomain-taken": SUBMITS - 1}
    assert world_on_both.insight.counts(ADMIN) == {"configuring": 1, "total": 1}
    assert configured(world_on_both) == 1  # 49 licences are untouched


def test_one_thread_wins_when_there_is_a_licence_for_few(world_on_both: World) -> None:  # R4, R10
    for number in range(12):
        world_on_both.submit(subdomain=f"help-{number}")
    won = by_threads(world_on_both, [request(subdomain="last")] * SUBMITS)
    # Nobody is told that licences lack who lost the race for the name.
    assert won == {"won": 1, "subdomain-taken": SUBMITS - 1}
    assert configured(world_on_both) == 13


def test_as_many_threads_win_as_there_are_licences(world_on_both: World) -> None:  # R4
    won = by_threads(world_on_both, [request(subdomain=f"help-{number}") for number in range(SUBMITS)])
    assert won == {"won": 13, "no-free-application": SUBMITS - 13}
    assert configured(world_on_both) == 13
    by_type = world_on_both.insight.facets(PortalFilter(), ADMIN)["type"]
    assert by_type == {"production": 10, "trial": 3}


def test_one_thread_wins_when_twenty_want_one_licence(world_on_both: World) -> None:  # R4
    requests = [request(subdomain=f"help-{number}", application=7) for number in range(20)]
    assert by_threads(world_on_both, requests) == {"won": 1, "no-free-application": 19}
    assert configured(world_on_both) == 1


def add_by_hand(world: World, *rows: Any) -> Callable[[], None]:
    """Rows that stand in a transaction of somebody who asked nobody; what is given back commits it."""
    session = Session(world.store.engine)
    session.add_all(rows)
    session.flush()

    def commit() -> None:
        session.commit()
        session.close()

    return commit


def test_index_decides_when_somebody_else_queued_for_nothing(world_on_both: World) -> None:  # R10
    world = world_on_both
    world.submit(subdomain="other")
    with world.store.reading() as session:
        values = session.get_one(Portal, 1).model_dump(exclude={"id"})
    commit = add_by_hand(world, Portal(**values | {"subdomain": "help"}))
    with ThreadPoolExecutor(1) as pool:
        submitted = pool.submit(world.codes, subdomain="help")
        with pytest.raises(TimeoutError):
            submitted.result(0.5)  # it waits for whoever holds the name
        commit()
        assert submitted.result() == ["subdomain-taken"]
    assert configured(world) == 1


def test_one_portal_has_the_domain_when_two_add_it_at_once(world_on_both: World) -> None:  # R11
    world = world_on_both
    one, two = (world.submit(subdomain=name).portal_id for name in ("one", "two"))
    domain = CustomDomain(
        portal_id=one, domain="help.contoso.com", token="t", added_by="a", added_at=world.clock.now
    )
    commit = add_by_hand(world, domain)
    with ThreadPoolExecutor(1) as pool:
        added = pool.submit(world.portals.add_domain, two, "help.contoso.com", AMELIE)
        with pytest.raises(TimeoutError):
            added.result(0.5)
        commit()
        with pytest.raises(DomainTaken):
            added.result()


def test_one_process_wins_when_fifty_submits_want_one_subdomain(world_on_both: World) -> None:  # R10
    world_on_both.services.applications.add("production", SUBMITS - 13, ADMIN)
    assert by_processes(world_on_both, "help") == {"won": 1, "subdomain-taken": SUBMITS - 1}
    assert configured(world_on_both) == 1


def test_as_many_submits_win_as_there_are_licences_when_processes_race(world_on_both: World) -> None:
    assert by_processes(world_on_both, "help-{}") == {"won": 13, "no-free-application": SUBMITS - 13}
    assert configured(world_on_both) == 13  # R4
