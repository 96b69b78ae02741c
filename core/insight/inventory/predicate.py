"""The one predicate: which portals are shown, counted, exported and acted on.

A filter becomes sets of values, one a facet, and a rest that only SQL can judge. Both halves are read from here: as
clauses of a query, and as the values that a count has to have.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import col

from core.insight.inventory.models import TRIAL_DAYS
from core.insight.models import PortalFilter, VerdictState
from core.insight.verdicts import Paced
from core.storage.columns import among, holds, unindexed
from core.storage.store import LARGEST_KEY
from core.storage.tables import Portal

# By facet: the filter's fields, and the column.
FACETS: Mapping[str, tuple[str, str, Any]] = {
    "state": ("states", "exclude_states", Portal.state),
    "verdict": ("verdicts", "exclude_verdicts", Portal.verdict),
    "instance": ("instances", "exclude_instances", Portal.instance),
    "portal": ("portals", "exclude_portals", Portal.template),
    "audience": ("audiences", "exclude_audiences", Portal.audience),
    "language": ("languages", "exclude_languages", Portal.language),
    "type": ("types", "exclude_types", Portal.type),
}
_ANY: frozenset[Any] = frozenset()


@dataclass(frozen=True)
class Choice:
    """The values of a facet that match: those chosen (None for all) but those excluded."""

    chosen: frozenset[Any] | None = None
    excluded: frozenset[Any] = _ANY

    @property
    def is_all(self) -> bool:
        """Whether every value matches."""
        return self.chosen is None and not self.excluded

    def has(self, value: Any) -> bool:
        """Whether the value matches."""
        return value not in self.excluded and (self.chosen is None or value in self.chosen)

    def of(self, values: Iterable[Any]) -> list[Any]:
        """Those of the values that match."""
        return [value for value in values if self.has(value)]

    def narrowed(self, values: Iterable[Any]) -> "Choice":
        """Of these values only."""
        these = frozenset(values)
        return replace(self, chosen=these if self.chosen is None else self.chosen & these)


EVERY = Choice()


@dataclass(frozen=True)
class Predicate:
    """What a portal has to be. `paced`: the portals whose verdict is not as their row keeps it."""

    choices: Mapping[str, Choice]
    seen: frozenset[str] | None  # the instances that the actor sees; None for all
    is_ever_failed: bool
    rest: tuple[Any, ...]  # clauses that the counts know nothing of
    ids: tuple[int, ...] | None  # of these portals only: those selected, or all that hold the text
    search: str  # folded; '' for none
    paced: Mapping[int, Paced] = field(repr=False)
    text: str = ""  # what the ids were found by, and nothing else
    some: tuple[int, ...] | None = field(
        default=None, repr=False
    )  # of very many that hold the text, the first found

    def choice(self, facet: str) -> Choice:
        """The values of the facet that match and that the actor may see."""
        found = self.choices.get(facet, EVERY)
        return found if facet != "instance" or self.seen is None else found.narrowed(self.seen)

    @property
    def is_counted(self) -> bool:
        """Whether the counts kept beside the portals can tell how many match."""
        return not self.rest and not self.search and self.ids is None

    def but(self, facet: str) -> "Predicate":
        """The same without the facet's own filter."""
        return replace(self, choices={k: v for k, v in self.choices.items() if k != facet})

    def only(self, facet: str, *values: Any) -> "Predicate":
        """The same with these values of the facet alone."""
        return replace(self, choices={**self.choices, facet: self.choice(facet).narrowed(values)})

    def found(self, ids: Iterable[int]) -> "Predicate":
        """The same, where the text is known to stand in these portals and in no others."""
        these = tuple(ids) if self.ids is None else tuple(sorted(frozenset(ids) & frozenset(self.ids)))
        return replace(self, ids=these, search="", text=self.search if self.ids is None else "")

    def looked_for(self) -> "Predicate":
        """The same as before its portals were found: each is asked whether it holds the text."""
        return replace(self, ids=None, search=self.text, text="") if self.text else self

    def clauses(self, driven_by: Collection[str] | None = None) -> list[Any]:
        """Every clause must hold. `driven_by`: the facets whose index may be used; None leaves it to the database."""
        found = list(self.rest)
        if self.ids is not None:
            found.append(among(col(Portal.id), self.ids))
        for facet in FACETS:
            choice = self.choice(facet)
            if not choice.is_all:
                found.append(self._clause(facet, choice, driven_by is None or facet in driven_by))
        if self.is_ever_failed:
            found.append(col(Portal.has_failed).is_(sa.true()))
        if self.search:
            found.append(holds(col(Portal.search_text), self.search))
        return found

    def verdict_of(self, row: Portal) -> VerdictState | None:
        """The portal's verdict now."""
        found = self.paced.get(row.id or 0)
        return cast("VerdictState | None", row.verdict) if found is None else found.verdict

    def _clause(self, facet: str, choice: Choice, is_indexed: bool) -> Any:
        column = col(FACETS[facet][2])
        kept = _values(column if is_indexed else unindexed(column), choice)
        if facet != "verdict" or not self.paced:
            return kept
        # A row that keeps another verdict than it has now: in, though its row says out, or the other way round.
        is_in = [p.id for p in self.paced.values() if choice.has(p.verdict) and not choice.has(p.kept or "")]
        is_out = [p.id for p in self.paced.values() if not choice.has(p.verdict) and choice.has(p.kept or "")]
        if choice.chosen is not None and choice.chosen <= {"slow", "stuck"}:
            return among(col(Portal.id), is_in)  # no row keeps these
        stays = kept if not is_out else kept & ~among(col(Portal.id), is_out)
        return stays if not is_in else sa.or_(stays, among(col(Portal.id), is_in))


NOTHING = Predicate({}, None, is_ever_failed=False, rest=(), ids=None, search="", paced={})  # is asked for


def _values(column: Any, choice: Choice) -> Any:
    """The column has a value that matches; '' stands for none."""
    clauses: list[Any] = []
    if choice.chosen is not None:
        wanted = choice.chosen - choice.excluded
        named = sorted(wanted - {""})
        some = column == named[0] if len(named) == 1 else column.in_(named)
        clauses.append(sa.or_(some, column.is_(None)) if "" in wanted else some)
    elif choice.excluded:
        none = sa.func.coalesce(column, "").not_in if "" in choice.excluded else column.not_in
        some = none(sorted(choice.excluded))
        clauses.append(some if "" in choice.excluded else sa.or_(some, column.is_(None)))
    return sa.and_(*clauses)


def predicate(
    wanted: PortalFilter, seen: frozenset[str] | None, paced: Mapping[int, Paced], now: datetime
) -> Predicate:
    """The predicate of a filter, for who sees these instances (None: all), now."""
    choices: dict[str, Choice] = {}
    for facet, (chosen, excluded, _) in FACETS.items():
        values = getattr(wanted, chosen)
        choices[facet] = Choice(frozenset(values) if values else None, frozenset(getattr(wanted, excluded)))
    if wanted.failing:
        choices["verdict"] = choices["verdict"].narrowed(["failed"])
    rest: list[Any] = []
    if wanted.trial_ends_within is not None:
        began = now - timedelta(days=TRIAL_DAYS)
        choices["type"] = choices["type"].narrowed(["trial"])
        choices["state"] = replace(choices["state"], excluded=choices["state"].excluded | {"deleted"})
        rest += [col(Portal.created_at) > began]
        rest += [col(Portal.created_at) <= began + timedelta(days=min(wanted.trial_ends_within, TRIAL_DAYS))]
    rest += [col(Portal.created_at) >= wanted.created_after] if wanted.created_after else []
    rest += [col(Portal.created_at) < wanted.created_before] if wanted.created_before else []
    rest += [col(Portal.last_cause).in_(sorted(set(wanted.causes)))] if wanted.causes else []
    given = {facet: choice for facet, choice in choices.items() if not choice.is_all}
    ids = None if wanted.ids is None else tuple(one for one in wanted.ids if 0 < one <= LARGEST_KEY)
    return Predicate(given, seen, wanted.ever_failed, tuple(rest), ids, searched(wanted.search), paced)


def searched(text: str) -> str:
    """The text as it is looked for: folded, composed as names are, without what no database keeps."""
    plain = unicodedata.normalize("NFC", text.strip()).encode("utf-8", "replace").decode()
    return plain.replace("\0", "\ufffd").lower()
