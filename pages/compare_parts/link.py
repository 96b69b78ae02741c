"""The page's choices as its address holds them, and back: a copied link restores exactly what was chosen.

Names: audience, portals, add-ons (`hide`), groups, search, show (`differences`, `common`), must, weights
(`feature:7`), explain, from, to, alike. Several values stand with commas between them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast

from core.insight.matrix import MOST_WEIGHT, Matrix, MatrixFilter, Only

_ONLY: tuple[Only, ...] = ("differences", "common")


@dataclass(frozen=True)
class Choices:
    """What is chosen on the page; `unknown` are values of the address that there are not (any more)."""

    wanted: MatrixFilter
    explain: bool = False
    source: str = ""
    target: str = ""
    alike: bool = False
    unknown: tuple[str, ...] = ()


class _Reader:
    """Takes known values out of the address, and keeps the others."""

    def __init__(self, get: Callable[[str], str]) -> None:
        self._get = get
        self.unknown: list[str] = []

    def one(self, name: str, known: Collection[str]) -> str:
        """The value if it is known, else an empty text."""
        return next(iter(self.many(name, known)[:1]), "")

    def many(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """The known values, each once, in the address's order."""
        given = [part for part in dict.fromkeys(self._get(name).split(",")) if part]
        self.unknown += [part for part in given if part not in known]
        return tuple(part for part in given if part in known)

    def weights(self, name: str, features: Collection[str]) -> tuple[tuple[str, int], ...]:
        """Features with a weight from 1 to MOST_WEIGHT."""
        found: dict[str, int] = {}
        for part in filter(None, self._get(name).split(",")):
            feature, _, weight = part.partition(":")
            if feature in features and weight in _WEIGHTS:
                found[feature] = int(weight)
            else:
                self.unknown.append(part)
        return tuple(found.items())


_WEIGHTS = tuple(str(weight) for weight in range(1, MOST_WEIGHT + 1))


def read(matrix: Matrix, get: Callable[[str], str]) -> Choices:
    """The choices of an address; `get` gives the value of a name, an empty text where there is none."""
    reader = _Reader(get)
    portals = tuple(column.slug for column in matrix.columns)
    features = tuple(row.slug for row in matrix.rows)
    chosen = reader.many("portals", portals)
    wanted = MatrixFilter(
        audience=reader.one("audience", matrix.audiences) or None,
        portals=chosen,
        add_ons=not reader.one("add-ons", ("hide",)),
        groups=reader.many("groups", matrix.groups),
        text=get("search"),
        only=cast("Only", reader.one("show", _ONLY) or "all"),
        must_haves=reader.many("must", features),
        weights=reader.weights("weights", features),
    )
    return Choices(
        wanted=wanted,
        explain=bool(reader.one("explain", ("rows",))),
        source=reader.one("from", portals),
        target=reader.one("to", portals),
        alike=bool(reader.one("alike", ("show",))),
        unknown=tuple(reader.unknown),
    )


def write(choices: Choices) -> dict[str, str]:
    """The address of the choices: only what differs from the page as it is opened."""
    wanted = choices.wanted
    values: Mapping[str, str] = {
        "audience": wanted.audience or "",
        "portals": ",".join(wanted.portals),
        "add-ons": "" if wanted.add_ons else "hide",
        "groups": ",".join(wanted.groups),
        "search": wanted.text,
        "show": "" if wanted.only == "all" else wanted.only,
        "must": ",".join(wanted.must_haves),
        "weights": weights_text(dict(wanted.weights)),
        "explain": "rows" if choices.explain else "",
        "from": choices.source,
        "to": choices.target,
        "alike": "show" if choices.alike else "",
    }
    return {name: value for name, value in values.items() if value}


def weights_text(weights: Mapping[str, int]) -> str:
    """Weights as the address holds them; those of 0 are left out."""
    return ",".join(f"{feature}:{weight}" for feature, weight in weights.items() if weight)
