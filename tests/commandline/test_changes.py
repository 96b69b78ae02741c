"""The options of `instances change` in their order."""

from typing import Any

import pytest

from core.commandline.changes import Step, steps_of
from core.commandline.errors import MissingOption, OptionMisused
from core.platforms.port import InstanceChange


def test_changes_stand_in_the_order_of_their_options_when_several_are_given() -> None:
    given = {"install_language": [1043, 1044], "reachable": True, "base_language": 1043}
    order = ["slug", "install_language", "base_language", "install_language", "reachable"]
    assert steps_of(given, order) == [
        Step(
            changes=(
                InstanceChange("install-language", language=1043),
                InstanceChange("base-language", language=1043),
                InstanceChange("install-language", language=1044),
                InstanceChange("reachable", is_on=True),
            )
        )
    ]


def test_an_import_is_a_step_of_its_own_when_it_stands_between_changes() -> None:
    given = {"administration_mode": False, "import_solution": ["A", "B"], "delay": 0.5}
    order = ["administration_mode", "import_solution", "import_solution", "delay"]
    assert steps_of(given, order) == [
        Step(changes=(InstanceChange("administration-mode", is_on=False),)),
        Step(solution="A"),
        Step(solution="B"),
        Step(changes=(InstanceChange("delay", delay_s=0.5),)),
    ]


def test_the_last_value_counts_when_an_option_of_one_value_is_repeated() -> None:
    assert steps_of({"delay": 2.0}, ["delay", "delay"]) == [Step((InstanceChange("delay", delay_s=2.0),))]


@pytest.mark.parametrize(
    ("users", "expected"), [(["x@a.com"], ["x@a.com"] * 2), (["x@a.com", "y@a.com"], ["x@a.com", "y@a.com"])]
)
def test_users_are_matched_when_given_once_for_all_or_once_for_each(
    users: list[str], expected: list[str]
) -> None:
    given = {"grant": ["Delegate"], "access_mode": ["read"], "hold_solution": ["X"], "user": users}
    (step,) = steps_of(given, ["grant", "hold_solution", "user", "access_mode", "user"][: 3 + len(users)])
    assert [change.user for change in step.changes] == [expected[0], None, expected[1]]


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({}, MissingOption, None),
        ({"user": ["x@a.example"]}, MissingOption, None),
        ({"grant": ["Delegate"]}, MissingOption, "user"),
        ({"grant": ["Delegate"], "user": ["x@a.example", "y@a.example"]}, OptionMisused, "user"),
        ({"delay": 1.0, "user": ["x@a.example"]}, OptionMisused, "user"),
    ],
)
def test_the_option_is_named_when_users_and_changes_do_not_match(
    given: dict[str, Any], error: type[Exception], field: str | None
) -> None:
    with pytest.raises(error) as caught:
        steps_of(
            given,
            [name for name, values in given.items() for _ in (values if isinstance(values, list) else [0])],
        )
    assert getattr(caught.value, "field", None) == field
