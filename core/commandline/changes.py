"""The options of `instances change` as what is to be done, in the order in which they were given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any

from core.commandline.errors import MissingOption, OptionMisused
from core.platforms.port import InstanceChange

# Which field of a change takes the option's value.
_TAKES = {
    "administration_mode": "is_on",
    "install_language": "language",
    "remove_language": "language",
    "base_language": "language",
    "grant": "role",
    "revoke": "role",
    "access_mode": "mode",
    "default_language": "language",
    "hold_solution": "solution",
    "reachable": "is_on",
    "delay": "delay_s",
}
_OF_A_USER = frozenset({"grant", "revoke", "access_mode", "default_language"})
_IMPORT = "import_solution"


@dataclass(frozen=True)
class Step:
    """Changes that are done all or none, or the import of one solution."""

    changes: tuple[InstanceChange, ...] = ()
    solution: str | None = None


def steps_of(given: Mapping[str, Any], order: Sequence[str]) -> list[Step]:
    """The steps for the options given; `order` names each option as often as it came.

    Raises MissingOption where there is nothing to change or a user is missing, OptionMisused where the number
    of users is neither one nor that of the changes that concern a user.
    """
    actions = [
        (name, value) for name, value in _occurrences(given, order) if name in _TAKES or name == _IMPORT
    ]
    if not actions:
        raise MissingOption("Nothing is to be changed. Give one of the options that --help lists.")
    users = _users([name for name, _ in actions], given.get("user") or [])
    changes = [(name, value, next(users) if name in _OF_A_USER else None) for name, value in actions]
    return list(_grouped(changes))


def _occurrences(given: Mapping[str, Any], order: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Each option with the value of that occurrence; of an option that takes one value, the last counts."""
    seen: dict[str, Iterator[int]] = {}
    for position, name in enumerate(order):
        value = given.get(name)
        if isinstance(value, list):
            yield name, value[next(seen.setdefault(name, count()))]
        elif value is not None and name not in order[position + 1 :]:
            yield name, value


def _users(names: Sequence[str], users: Sequence[str]) -> Iterator[str]:
    wanted = sum(name in _OF_A_USER for name in names)
    if wanted and not users:
        raise MissingOption("The option --user is missing. Say whom the change concerns.", field="user")
    if users and (not wanted or len(users) not in {1, wanted}):
        raise OptionMisused(
            f"--user was given {len(users)} times for {wanted} changes of a user. "
            "Give it once for all, or once for each.",
            field="user",
        )
    return iter(users if len(users) == wanted else [*users] * wanted)


def _grouped(changes: Sequence[tuple[str, Any, str | None]]) -> Iterator[Step]:
    for is_import, group in groupby(changes, key=lambda change: change[0] == _IMPORT):
        if is_import:
            yield from (Step(solution=value) for _, value, _ in group)
        else:
            yield Step(changes=tuple(_change(name, value, user) for name, value, user in group))


def _change(name: str, value: Any, user: str | None) -> InstanceChange:
    action: Any = name.replace("_", "-")
    values: dict[str, Any] = {_TAKES[name]: value}
    return InstanceChange(action, user=user, **values)
