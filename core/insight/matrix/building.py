"""The matrix from the catalogue's records: nothing in it is written a second time (R15–R17)."""

from typing import get_args

from core.catalogue import Catalogue, Feature, PortalTemplate
from core.catalogue.models import Group
from core.insight.matrix.models import AddOnGain, Column, Matrix, Row


def matrix_of(catalogue: Catalogue) -> Matrix:
    """Every feature and portal; an add-on's column is that of the portal it stands on, its own integration always there."""
    dots = {
        portal.slug: frozenset(f.slug for f in catalogue.features_of(portal.slug))
        for portal in catalogue.portals
    }
    return Matrix(
        columns=tuple(_column(catalogue, portal) for portal in catalogue.portals),
        rows=tuple(_row(catalogue, feature, dots) for feature in catalogue.features),
        groups=get_args(Group),
        audiences={audience.slug: audience.name for audience in catalogue.audiences},
        solution_names={
            **{portal.solutions[-1]: portal.name for portal in catalogue.portals},
            **{other.unique_name: other.name for other in catalogue.other_solutions},
        },
    )


def gains(matrix: Matrix) -> tuple[AddOnGain, ...]:
    """What each add-on adds to the portal that it stands on (R16)."""
    return tuple(
        AddOnGain(column, matrix.column(column.base), _gain(matrix, column, column.base))
        for column in matrix.columns
        if column.base is not None
    )


def _gain(matrix: Matrix, add_on: Column, base: str) -> tuple[Row, ...]:
    return tuple(
        row
        for row in matrix.rows
        if row.cell(add_on.slug).has
        and row.cell(add_on.slug) != row.cell(base)
        and add_on.slug not in row.conditions
    )


def _column(catalogue: Catalogue, portal: PortalTemplate) -> Column:
    audiences = [audience for audience in catalogue.audiences if portal.slug in audience.portals]
    return Column(
        slug=portal.slug,
        name=portal.name,
        purpose=portal.purpose,
        base=portal.content_of,
        requires=portal.requires,
        audiences=tuple(audience.slug for audience in audiences),
        audience_names=tuple(audience.name for audience in audiences),
    )


def _row(catalogue: Catalogue, feature: Feature, dots: dict[str, frozenset[str]]) -> Row:
    portals = frozenset(slug for slug, features in dots.items() if feature.slug in features)
    return Row(
        slug=feature.slug,
        name=feature.name,
        group=feature.group,
        explanation=feature.explanation,
        delivered=feature.delivered,
        dots=portals,
        conditions=_conditions(catalogue, feature, portals),
    )


def _conditions(catalogue: Catalogue, feature: Feature, portals: frozenset[str]) -> dict[str, str]:
    if feature.delivered.with_solution is None:
        return {}
    found = {slug: catalogue.condition_of(feature.slug, slug) for slug in portals}
    return {slug: solution for slug, solution in found.items() if solution is not None}
