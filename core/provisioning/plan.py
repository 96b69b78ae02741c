"""What a run does, in order: planned once at the submit and kept with the run."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from core.catalogue import Catalogue

StepKind = Literal[
    "clear-website",
    "delete-website",
    "create-website",
    "install",
    "sample-data",
    "administrator",
    "publish",
    "probe",
]
WebsiteFirst = Literal["clear-website", "delete-website"]
STEP_KINDS: tuple[str, ...] = get_args(StepKind)


@dataclass(frozen=True)
class PlannedStep:
    """A step of a run; `solution` for an installation."""

    position: int
    name: str
    kind: StepKind
    solution: str | None = None


def plan_steps(
    catalogue: Catalogue, template: str, website_first: WebsiteFirst | None = None
) -> tuple[PlannedStep, ...]:
    """The steps of a run for this portal: the website, one step a solution, and what follows them.

    `website_first`: what becomes of the website of an earlier attempt before anything else (R23).
    """
    kinds: list[tuple[StepKind, str | None]] = [] if website_first is None else [(website_first, None)]
    kinds.append(("create-website", None))
    kinds += [("install", solution) for solution in catalogue.portal(template).solutions]
    kinds += [("sample-data", None), ("administrator", None), ("publish", None), ("probe", None)]
    return _numbered(kinds)


def plan_imports(solutions: Iterable[str]) -> tuple[PlannedStep, ...]:
    """The steps of a run that only installs solutions, in this order."""
    return _numbered([("install", solution) for solution in solutions])


def _numbered(kinds: list[tuple[StepKind, str | None]]) -> tuple[PlannedStep, ...]:
    return tuple(
        PlannedStep(position, kind if solution is None else f"install-{solution}", kind, solution)
        for position, (kind, solution) in enumerate(kinds)
    )
