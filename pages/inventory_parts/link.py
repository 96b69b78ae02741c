"""The page's choices as its address holds them, and back: a copied link restores exactly what was seen.

Names: search; state, verdict, instance, portal, audience, language, type and `not-` before each; cause, failed (`ever`,
`now`), trial (`7`, `30`: days), deleted (`show`), day (made on it); sort, columns, after (a place in the list) and page.
Several values stand with commas between them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.insight.models import PortalFilter
from pages.inventory_parts.columns import CHOSEN, COLUMNS
from pages.inventory_parts.known import FACETS, Words

NOT = "not-"
TRIAL_DAYS = ("7", "30")
FAILED = ("ever", "now")
NEWEST = "-created_at"
# What narrows the list; the rest says how it is shown.
FILTERS = (*FACETS, *(NOT + facet for facet in FACETS), "cause", "failed", "trial", "day")
PLACE: dict[str, str] = {"after": "", "page": ""}
SHOWN = ("sort", "columns", *PLACE)


@dataclass(frozen=True)
class Choices:
    """What is chosen; `unknown` are values of the address that there are not (any more)."""

    wanted: PortalFilter
    sort: str = NEWEST
    columns: tuple[str, ...] = CHOSEN
    cursor: str | None = None
    page: int = 1
    filters: int = 0  # how many there are beside the search
    unknown: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out that is not deleted."""
        return bool(self.filters or self.wanted.search.strip())


class _Reader:
    """Takes known values out of the address, and keeps the others."""

    def __init__(self, get: Callable[[str], str]) -> None:
        self._get = get
        self.unknown: list[str] = []

    def many(self, name: str, known: Mapping[str, object] | tuple[str, ...]) -> tuple[str, ...]:
        """The known values, each once, in the address's order."""
        given = [part for part in dict.fromkeys(self._get(name).split(",")) if part]
        self.unknown += [part for part in given if part not in known]
        return tuple(part for part in given if part in known)

    def one(self, name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
        """The value if it is known, else an empty text."""
        return next(iter(self.many(name, known)), "")

    def day(self, name: str) -> datetime | None:
        """The beginning of a day in UTC."""
        given = self._get(name)
        try:
            return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC) if given else None
        except ValueError:
            self.unknown.append(given)
            return None


def read(get: Callable[[str], str], words: Words) -> Choices:
    """The choices of an address; `get` gives the value of a name, an empty text where there is none."""
    reader = _Reader(get)
    chosen: dict[str, Any] = {}
    for name, facet in FACETS.items():
        chosen[facet.field] = reader.many(name, words[name])
        chosen[f"exclude_{facet.field}"] = reader.many(NOT + name, words[name])
    causes = reader.many("cause", words["cause"])
    failed, trial = reader.one("failed", FAILED), reader.one("trial", TRIAL_DAYS)
    day, shows_deleted = reader.day("day"), bool(reader.one("deleted", ("show",)))
    told = (
        *chosen.values(),
        causes,
        (failed,) if failed else (),
        (trial,) if trial else (),
        (day,) if day else (),
    )
    # What is deleted stays in the history; it is in the way of everything else.
    if not shows_deleted and "deleted" not in chosen["states"]:
        chosen["exclude_states"] += ("deleted",)
    languages = [tuple(map(int, chosen.pop(field))) for field in ("languages", "exclude_languages")]
    wanted = PortalFilter(
        **chosen,
        languages=languages[0],
        exclude_languages=languages[1],
        causes=causes,
        ever_failed=failed == "ever",
        failing=failed == "now",
        trial_ends_within=int(trial) if trial else None,
        created_after=day,
        created_before=day + timedelta(days=1) if day else None,
        search=get("search"),
    )
    page = get("page")
    return Choices(
        wanted=wanted,
        sort=reader.one("sort", tuple(SORTS)) or NEWEST,
        columns=reader.many("columns", COLUMNS) or CHOSEN,
        cursor=get("after") or None,
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,  # noqa: PLR2004 - no list has more pages
        filters=sum(bool(one) for one in told),
        unknown=tuple(reader.unknown),
    )


SORTS = dict.fromkeys(sign + column.sort for column in COLUMNS.values() if column.sort for sign in ("", "-"))


def sorted_by(sort: str, field: str) -> str:
    """The next order when a head is pressed: by it, then the other way round."""
    first = COLUMN_OF[field].first
    return first if sort != first else (first.removeprefix("-") if first.startswith("-") else f"-{first}")


COLUMN_OF = {column.sort: column for column in COLUMNS.values() if column.sort}
