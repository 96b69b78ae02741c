"""Reruns of the inventory and of Trends over an estate, on the server alone: no browser, no socket.

In turn with an empty page's rerun, and with the bare SQL of the rows shown. Prints by case: processor and clock seconds of the
rerun, the empty page's, the SQL's; and the process's memory.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGES = Path(__file__).resolve().parent.parent / "pages"
WARM_UP = 2
SHOWN = 50


@dataclass(frozen=True)
class Reruns:
    """How many of each case; `database_url` None: SQLite under `data_dir`."""

    data_dir: str
    database_url: str | None
    count: int


@dataclass(frozen=True)
class Case:
    """What is asked for in the page's address, in turns, and what the rows shown cost in plain SQL."""

    page: str
    addresses: tuple[Mapping[str, str], ...]
    where: str


def cases(instance: str, beginning: str, after: str) -> dict[str, Case]:
    """The cases by name. `beginning`: of one portal's address, all but a letter; a broad search is six letters of it."""
    live = "state <> 'deleted'"
    one = {"state": "provisioned"}
    return {
        "default view": Case("inventory.py", ({},), live),
        "one facet": Case("inventory.py", (one,), "state = 'provisioned'"),
        "two facets": Case(
            "inventory.py",
            ({**one, "portal": "community"},),
            "state = 'provisioned' AND template = 'community'",
        ),
        "a facet changes": Case(
            "inventory.py", ({"instance": instance}, {"portal": "partner"}), "template = 'partner'"
        ),
        "search by beginning": Case("inventory.py", ({"search": beginning},), _begins(beginning)),
        "a broad search": Case("inventory.py", ({"search": beginning[:6]},), _begins(beginning[:6])),
        "a page turns": Case("inventory.py", ({"after": after, "page": "2"}, {}), live),
        "trends": Case("trends.py", ({},), live),
    }


def _begins(label: str) -> str:
    return f"subdomain >= '{label}' AND subdomain < '{label}~'"


def main() -> None:
    """Print the figures as JSON."""
    work = Reruns(**json.loads(sys.argv[1]))
    os.environ["PORTICO_DATA_DIR"] = work.data_dir
    if work.database_url:
        os.environ["PORTICO_DATABASE_URL"] = work.database_url
    page, empty = _opened("shell.py"), _empty()
    found: dict[str, Any] = {}
    for name, case in _cases().items():
        if _goes_to(page, case.page):
            found[name] = _measured(page, empty, case, work.count)
    found["memory_mb"] = _memory_mb()
    print(json.dumps(found))


def _measured(page: Any, empty: Any, case: Case, count: int) -> dict[str, list[float]]:
    told: dict[str, list[float]] = {"cpu": [], "clock": [], "empty": [], "empty_clock": [], "sql": []}
    for number in range(count + WARM_UP):
        _turn_to(page, case.addresses[number % len(case.addresses)])
        _forget()
        cpu, clock = _took(page.run)
        assert not page.exception, page.exception[0].message
        next(iter(empty.text_input)).set_value("ea"[number % 2])
        empty_cpu, empty_clock = _took(empty.run)
        sql = _took(lambda: _rows(case.where))[1]
        for key, value in zip(told, (cpu, clock, empty_cpu, empty_clock, sql), strict=True):
            told[key].append(value)
    return {key: values[WARM_UP:] for key, values in told.items()}


def _forget() -> None:
    """Nothing is remembered of an earlier look at the list, as when somebody asks for what nobody has asked before."""
    import streamlit as st

    from pages.inventory_parts import reading

    reading._read.clear()  # noqa: SLF001 - what the page itself keeps for half a minute
    st.cache_data.clear()


def _turn_to(page: Any, address: Mapping[str, str]) -> None:
    page.query_params.clear()
    for name, value in address.items():
        page.query_params[name] = value


def _took(work: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of this process, all its threads, and seconds of the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - clock


def _cases() -> dict[str, Case]:
    from core.access import Actor
    from core.insight.models import PortalFilter
    from pages.ui.services import services

    everything, who = services(), Actor("admin@portico.example")
    wanted = PortalFilter(exclude_states=("deleted",))
    first = everything.inventory.page(wanted, who)
    counts = everything.inventory.facets(wanted, who).counts["instance"]
    biggest = max(counts, key=lambda slug: counts[slug])
    beginning = max((row.subdomain for row in first.items), key=len)[:-1]
    return cases(biggest, beginning, first.next_cursor or "")


def _rows(where: str) -> object:
    import sqlalchemy as sa

    from pages.ui.services import services

    query = f"SELECT * FROM portal WHERE {where} ORDER BY created_at DESC, id DESC LIMIT {SHOWN}"
    with services().store.reading() as session:
        return session.connection().execute(sa.text(query)).all()


def _opened(script: str) -> Any:
    from streamlit.testing.v1 import AppTest

    from benchmarks.apart import ROOT

    return AppTest.from_file(str(ROOT / "pages" / script), default_timeout=300).run()


def _goes_to(page: Any, name: str) -> bool:
    from benchmarks.apart import ROOT

    if not (ROOT / "pages" / name).exists():
        return False
    _turn_to(page, {})
    page.switch_page(name).run()
    return True


def _empty() -> Any:
    from streamlit.testing.v1 import AppTest

    return AppTest.from_file(str(PAGES / "name_only.py")).run()


def _memory_mb() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss) / 1e6


if __name__ == "__main__":
    main()
