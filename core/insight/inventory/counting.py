"""How many match, in all and by value: by the counts where these can tell, else by the rows, as far as it is quick."""

from collections import Counter
from dataclasses import replace
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func

from core.insight.inventory import searching
from core.insight.inventory.cube import View
from core.insight.inventory.predicate import FACETS, NOTHING, Predicate
from core.storage.tables import Portal

COUNTED_EXACTLY = 10_000
SAMPLED = 1000  # of more than that, for the facets


def total(session: Session, wanted: Predicate, view: View) -> tuple[int, bool]:
    """How many match, and whether it is exact: of more than 10,000 that only rows can tell, it is not."""
    if wanted.is_counted:
        return view.total(wanted), True
    if searching.is_common(wanted) and _is_nothing_else(wanted):
        return COUNTED_EXACTLY, False
    if wanted.text and wanted.ids is not None and _is_nothing_else(wanted):
        return len(wanted.ids), True
    some = sa.select(sa.literal(1)).where(*_clauses(wanted, view)).limit(COUNTED_EXACTLY + 1)
    number = session.connection().execute(sa.select(func.count()).select_from(some.subquery())).scalar_one()
    return min(number, COUNTED_EXACTLY), number <= COUNTED_EXACTLY


def facets(
    session: Session, wanted: Predicate, view: View, most: int | None = COUNTED_EXACTLY
) -> tuple[dict[str, dict[str, int]], bool]:
    """By facet and value, each facet by the other filters; and whether it is exact. `most`: rows that are read for it."""
    if wanted.is_counted:
        return {facet: as_text(view.counts(wanted.but(facet), facet)) for facet in FACETS}, True
    rows, is_exact = _rows(session, wanted, most)
    given = [(number, wanted.choice(facet)) for number, facet in enumerate(FACETS)]
    given = [(number, choice) for number, choice in given if not choice.is_all]
    counted: list[Counter[Any]] = [Counter() for _ in FACETS]
    for values, portals in rows.items():
        against = [number for number, choice in given if not choice.has(values[number])]
        # What only one facet's filter is against still counts in that facet.
        for number in range(len(FACETS)) if not against else against if len(against) == 1 else ():
            counted[number][values[number]] += portals
    return {facet: as_text(found) for facet, found in zip(FACETS, counted, strict=True)}, is_exact


def by_value(
    session: Session, wanted: Predicate, view: View, names: tuple[str, ...]
) -> dict[str, dict[str, int]]:
    """By facet and value, how many of those that match; exact, however many there are."""
    if wanted.is_counted:
        return {name: as_text(view.counts(wanted, name)) for name in names}
    rows, _ = _rows(session, wanted, None, is_every_facet=True)
    found: dict[str, Counter[Any]] = {name: Counter() for name in names}
    for values, portals in rows.items():
        for name, value in zip(FACETS, values, strict=True):
            if name in found:
                found[name][value] += portals
    return {name: as_text(counted) for name, counted in found.items()}


def as_text(found: dict[Any, int]) -> dict[str, int]:
    """The counts under their values as text, the most first."""
    return {str(value): number for value, number in sorted(found.items(), key=itemgetter(1), reverse=True)}


def _rows(
    session: Session, wanted: Predicate, most: int | None, *, is_every_facet: bool = False
) -> tuple[Counter[tuple[Any, ...]], bool]:
    """The tuples of values that the portals have which match but for the facets, and whether that is all of them."""
    columns = [col(column) for _, _, column in FACETS.values()]
    bare = wanted if is_every_facet else replace(wanted, choices={})
    if most is not None and wanted.some is not None:
        bare = bare.found(wanted.some[:SAMPLED])  # of very many those that were found first
    query = sa.select(col(Portal.id), *columns).where(*bare.clauses(None if bare.ids is None else ()))
    rows = session.connection().execute(query if most is None else query.limit(most + 1)).all()
    place = list(FACETS).index("verdict")
    found: Counter[tuple[Any, ...]] = Counter()
    for portal_id, *values in rows[:most]:
        paced = wanted.paced.get(portal_id)
        values[place] = (values[place] or "") if paced is None else paced.verdict
        found[tuple(values)] += 1
    return found, most is None or (len(rows) <= most and wanted.some is None)


def _is_nothing_else(wanted: Predicate) -> bool:
    """Whether only a text is looked for, in everything."""
    bare = replace(wanted, ids=None, search="", text="", some=None, paced={})
    return bare == NOTHING and (wanted.ids is None or bool(wanted.text))


def _clauses(wanted: Predicate, view: View) -> list[Any]:
    """Driven by the facet whose values the fewest portals have, if any is chosen."""
    if wanted.ids is not None:
        return wanted.clauses(())
    chosen = [facet for facet in FACETS if not wanted.choice(facet).is_all]
    if wanted.rest or not chosen:
        return wanted.clauses(None)
    everything = replace(NOTHING, paced=wanted.paced)

    def there(facet: str) -> int:
        counts = view.counts(everything, facet)
        return sum(number for value, number in counts.items() if wanted.choice(facet).has(value))

    return wanted.clauses({min(chosen, key=there)})
