"""The instances of a demo: few big ones and many small ones, slow and quick, each with its people and languages."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from core.demo.names import Tongue, Word
from core.demo.rhythm import DAY_MS

FEWEST, MOST = 4, 200
SPEEDS = (0.8, 0.9, 1.0, 1.15, 1.4, 2.1)  # how long a step takes, of the usual; an instance has one of them
_DIALECTS = {1033: (1033,), 1031: (1031, 1033, 1036, 1040), 1041: (1041, 1033), 1036: (1036, 1033, 1043)}


@dataclass(frozen=True)
class Tenant:
    """An instance that a demo makes up. `people`: (e-mail, name) of its System Administrators, the first its founder."""

    slug: str
    name: str
    company: Word
    tongue: Tongue
    languages: tuple[int, ...]  # the base language first
    people: tuple[Word, ...]
    weight: float  # how many portals it has, of all
    speed: int  # of SPEEDS
    roughness: float  # how often runs break in it, of the usual
    born_ms: int


def number_of(portals: int) -> int:
    """How many instances an estate of so many portals has."""
    return max(FEWEST, min(MOST, round(math.sqrt(portals) * 0.8)))


def make_tenants(
    portals: int, tongues: Sequence[Tongue], first_ms: int, days: int, rng: Random
) -> tuple[Tenant, ...]:
    """The instances, the oldest first; the weights add up to 1."""
    number = number_of(portals)
    shares = [1 / (rank + 2) ** 1.1 for rank in range(number)]
    rng.shuffle(shares)
    # The second has much to tell of: it is one of the bigger.
    bigger = sorted(range(number), key=lambda place: -shares[place])[2]
    shares[1], shares[bigger] = shares[bigger], shares[1]
    # The first four are there from the beginning, so that there is somebody to begin with.
    born = [first_ms - 30 * DAY_MS] * 4
    born += sorted(first_ms + int(rng.random() ** 2 * 0.7 * days * DAY_MS) for _ in range(number - 4))
    slugs: set[str] = set()
    found: list[Tenant] = []
    for share, born_ms in zip(shares, born, strict=True):
        tenant = _tenant(_tongue(tongues, rng, len(found)), share / sum(shares), born_ms, slugs, rng)
        slugs.add(tenant.slug)
        found.append(tenant)
    return tuple(found)


def _tongue(tongues: Sequence[Tongue], rng: Random, position: int) -> Tongue:
    """Every estate has somebody who writes Latin and somebody who does not."""
    early = {0: 1033, 1: 1041, 2: 1031, 3: 1036}
    if position in early:
        return next(one for one in tongues if one.lcid == early[position])
    return tongues[min(int(rng.expovariate(1 / 6)), len(tongues) - 1)]


def _tenant(tongue: Tongue, weight: float, born_ms: int, taken: set[str], rng: Random) -> Tenant:
    company = tongue.company(rng)
    slug = company[1]
    while slug in taken:
        place = rng.choice(tongue.places)
        company = f"{company[0]} {place[0]}", f"{company[1]}-{place[1]}"
        slug = company[1] if len(company[1]) <= 40 else f"{tongue.company(rng)[1]}-{rng.randrange(2, 99)}"  # noqa: PLR2004 - a slug's length
    people: dict[str, str] = {}
    while len(people) < 2 + (weight > 0.01) * 3:  # noqa: PLR2004 - one in a hundred portals is many
        name, mail = tongue.person(rng)
        people.setdefault(f"{mail}@{slug}.example", name)
    more = _DIALECTS.get(tongue.lcid, (tongue.lcid, 1033))
    others = [lcid for lcid in more if lcid != tongue.lcid]
    languages = (tongue.lcid, *others[: rng.randint(1, 3)])
    return Tenant(
        slug=slug,
        name=company[0],
        company=company,
        tongue=tongue,
        languages=languages,
        people=tuple(people.items()),
        weight=weight,
        speed=min(int(rng.gammavariate(2.2, 1.0)), len(SPEEDS) - 1),
        roughness=rng.lognormvariate(0, 0.45),
        born_ms=born_ms,
    )
