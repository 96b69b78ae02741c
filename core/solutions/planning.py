"""A plan from files, as `packages plan` is given them."""

from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

from core.solutions.check import CheckedFile, check
from core.solutions.errors import NotASolution
from core.solutions.graph import Plan, plan


def plan_files(paths: Sequence[Path]) -> Plan:
    """The plan for solutions in zips, solution.xml files or unpacked folders.

    An ImportConfig.xml among them only breaks ties: where requirements leave the order open, solutions whose
    files it names come first, in its order.
    Raises PackageError for a file that can't be read, and NotASolution for one of another kind.
    """
    checked = [check(path) for path in paths]
    for found in checked:
        if found.error is not None:
            raise found.error
        if found.kind == "unknown":
            raise NotASolution(f"{found.file} is neither a solution nor an ImportConfig.xml. Leave it out.")
    ranks = _ranks(checked)
    solutions = [found for found in checked if found.manifest is not None]
    solutions.sort(key=lambda found: ranks.get(_file_key(found.file), len(ranks)))
    return plan(found.manifest for found in solutions if found.manifest is not None)


def _ranks(checked: Sequence[CheckedFile]) -> dict[str, int]:
    listed = [name for found in checked if found.order is not None for name in found.order.files]
    return {_file_key(name): rank for rank, name in reversed(list(enumerate(listed)))}


def _file_key(name: str) -> str:
    return PureWindowsPath(name).name.casefold()
