"""What a run does, in order: planned once at the submit and kept with the run."""

from dataclasses import dataclass
from typing import Literal, get_args

from core.catalogue import Catalogue

StepKind = Literal["create-website", "install", "sample-data", "administrator", "publish", "probe"]
STEP_KINDS: tuple[str, ...] = get_args(StepKind)


@dataclass(frozen=True)
class PlannedStep:
    """A step of a run; `solution` for an installation."""

    position: int
    name: str
    kind: StepKind
    solution: str | None = None


def plan_steps(catalogue: Catalogue, template: str) -> tuple[PlannedStep, ...]:
    """The steps of a run for this portal: the website, one step a solution, and what follows them."""
    kinds: list[tuple[StepKind, str | None]] = [("create-website", None)]
    kinds += [("install", solution) for solution in catalogue.portal(template).solutions]
    kinds += [("sample-data", None), ("administrator", None), ("publish", None), ("probe", None)]
    return tuple(
        PlannedStep(position, kind if solution is None else f"install-{solution}", kind, solution)
        for position, (kind, solution) in enumerate(kinds)
    )
