"""Root causes and their knock-ons (R27), and messages that are alike."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import InvalidValue
from core.insight.failures import Failure, FailureGroup, grouped
from core.insight.failures.drafting import draft, said_in, shared_phrase, try_record
from core.insight.failures.grouping import NOW_THERE
from core.insight.foresight import clears

AT = datetime(2026, 11, 1, tzinfo=UTC)


def failure(number: int, solution: str, cause: str = "missing-dependency", **values: Any) -> Failure:
    error = {
        "message": f"{solution} failed.",
        "missing": values.pop("missing", ()),
        **values.pop("error", {}),
    }
    return Failure(
        **{
            "kind": "installation",
            "key": str(number),
            "instance": "contoso",
            "solution": solution,
            "template": "custom",
            "language": 1036,
            "version": "1.0.0.0",
            "cause": cause,
            "error": error,
            "failed_at": AT,
            "last_at": AT,
            "attempts": 1,
            "installations": (number,),
            **values,
        }
    )


def test_a_knock_on_stands_under_its_root_however_far_down() -> None:
    # R27
    base = failure(1, "Base", "invalid-package")
    middle = failure(2, "Middle", missing=("Base",), knock_on_of=1)
    top = failure(3, "Top", missing=("Middle", "Base"), knock_on_of=1)
    late = failure(4, "Late", missing=("Top",))  # tried before Top was known to fail
    (group,) = grouped([top, late, middle, base])
    assert group.roots == (base,)
    assert {one.solution for one in group.knock_ons} == {"Middle", "Top", "Late"}
    assert clears(group, {}) == 3


def test_a_knock_on_does_not_clear_when_it_lacks_more_than_its_root() -> None:
    base = failure(1, "Base", "invalid-package")
    top = failure(2, "Top", missing=("Base", "Elsewhere"), knock_on_of=1)
    (group,) = grouped([base, top])
    assert clears(group, {}) == 0
    assert clears(group, {"contoso": frozenset({"Elsewhere"})}) == 1


def test_what_is_there_now_is_a_group_of_its_own() -> None:
    waiting = failure(1, "Top", missing=("Base",))
    (group,) = grouped([waiting], {"contoso": frozenset({"Base"})})
    assert group.subject == NOW_THERE
    (group,) = grouped([waiting], {"contoso": frozenset()})
    assert (group.subject, group.missing) == ("Top", ("Base",))


def test_the_grouping_ends_when_two_wait_for_each_other() -> None:
    one = failure(1, "One", missing=("Two",))
    two = failure(2, "Two", missing=("One",))
    assert sum(len(group.failures) for group in grouped([one, two])) == 2


def test_two_broken_packages_are_two_causes_and_a_mode_is_one() -> None:
    found = [failure(1, "One", "invalid-package"), failure(2, "Two", "invalid-package")]
    found += [failure(n, f"S{n}", "administration-mode") for n in range(3, 9)]
    assert [len(group.failures) for group in grouped(found)] == [6, 1, 1]


def test_messages_that_are_alike_are_one_cluster_when_no_rule_explains_them() -> None:
    def unknown(number: int, text: str) -> Failure:
        error = {"text": text, "fingerprint": f"f{number}"}
        return failure(number, f"S{number}", "unknown", error=error)

    found = [
        unknown(
            1, "Solution import failed: the flux capacitor of 'Base' overheated at step 12 while importing"
        ),
        unknown(
            2, "Solution import failed: the flux capacitor of 'Extra' overheated at step 4 while importing it"
        ),
        unknown(3, "Nobody answered the door"),
    ]
    groups = grouped(found)
    assert [len(group.failures) for group in groups] == [2, 1]
    made = draft(said_in(groups[0]))
    assert "flux capacitor" in made.text
    trial = try_record(made.name, made.text, said_in(groups[0]))
    assert (trial.explains, trial.unexplained, trial.is_harmless, trial.moved) == (2, 2, True, ())
    assert trial.tried > 100


def test_the_messages_that_move_are_named_when_a_record_is_too_broad() -> None:
    phrase = "the flux capacitor overheated again"
    broad = draft(said_in(groups_of(phrase)[0])).text.replace(phrase, "import failed")
    trial = try_record("too-broad", broad, ())
    assert not trial.is_harmless
    assert {one.after for one in trial.takes} == {"too-broad"}
    assert all(one.before != "too-broad" for one in trial.takes)


@pytest.mark.parametrize(
    ("name", "text", "field", "said"),
    [
        ("Not a slug", "title: x", "name", "Correct it"),
        ("a-cause", "title: x", "record", "explanation"),
        ("a-cause", "- 1", "record", "named fields"),
        ("a-cause", "{", "record", "is not YAML"),
        ("a-cause", "a: &a [1]\nb: *a", "record", "alias"),
        ("a-cause", "x" * 20_001, "record", "Shorten"),
        ("a-cause", "", "record", "named fields"),
    ],
)
def test_the_reason_is_told_when_a_record_is_none(name: str, text: str, field: str, said: str) -> None:
    good = draft(said_in(groups_of("the flux capacitor overheated again")[0])).text
    with pytest.raises(InvalidValue, match=said) as raised:
        try_record(name, good if field == "name" else text, ())
    assert raised.value.field == field


def groups_of(*texts: str) -> tuple[FailureGroup, ...]:
    return grouped(
        [
            failure(number, f"S{number}", "unknown", error={"text": text, "fingerprint": f"f{number}"})
            for number, text in enumerate(texts)
        ]
    )


def test_no_phrase_is_drafted_when_messages_share_none() -> None:
    assert shared_phrase(["a b"]) == ""
