"""Catalogues of any size, made from a seed: what the matrix would be with many more portals."""

import random
from typing import get_args

from core.catalogue import (
    Audience,
    Catalogue,
    Delivery,
    Feature,
    OtherSolution,
    PortalTemplate,
    Sighting,
    load_catalogue,
)
from core.catalogue.models import Group

ADD_ON_EVERY = 10


def generated_catalogue(features: int, portals: int, seed: int = 7) -> Catalogue:
    """So many features and portals; each tenth portal is an add-on of the one before it, in every second dot."""
    chance = random.Random(seed)
    own = load_catalogue()
    templates = [_portal(number) for number in range(portals)]
    columns = [template.slug for template in templates if not template.is_add_on]
    return Catalogue(
        audiences=_audiences(templates),
        portals=tuple(templates),
        features=tuple(_feature(number, columns, chance) for number in range(1, features + 1)),
        languages=own.languages,
        other_solutions=(OtherSolution(unique_name="Extra", name="The Extra", explanation="More."),),
        terms=own.terms,
    )


def _portal(number: int) -> PortalTemplate:
    is_add_on = number % ADD_ON_EVERY == ADD_ON_EVERY - 1
    return PortalTemplate(
        slug=f"portal-{number}",
        name=f"Number {number} Portal",
        purpose=f"For purpose {number}.",
        is_optional=is_add_on,
        requires=("Extra",) if is_add_on else (),
        solutions=(f"Portal{number}",),
        content_of=f"portal-{number - 1}" if is_add_on else None,
    )


def _audiences(templates: list[PortalTemplate]) -> tuple[Audience, ...]:
    slugs = [template.slug for template in templates]
    return (
        Audience(slug="customer", name="Customer", portals=tuple(slugs)),
        Audience(slug="partner", name="Partner", portals=tuple(slugs[: max(1, len(slugs) // 4)])),
    )


def _feature(number: int, columns: list[str], chance: random.Random) -> Feature:
    groups = get_args(Group)
    having = [slug for slug in columns if chance.random() < 1 / 2] or columns[:1]
    return Feature(
        slug=f"feature-{number}",
        name=f"Feature {number}",
        order=number,
        group=groups[number % len(groups)],
        explanation=f"What feature {number} is, who needs it, and why it is there.",
        delivered=Delivery(by="site-content", with_solution="Extra" if number % 25 == 0 else None),
        seen=Sighting(kind="page", at=f"/feature-{number}"),
        portals=tuple(having),
    )
