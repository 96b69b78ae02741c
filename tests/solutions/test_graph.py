import itertools

from hypothesis import given
from hypothesis import strategies as st

from core.solutions.graph import plan
from core.solutions.manifest import Manifest
from tests.solutions.samples import manifest_of

NAMES = "ABCDEFG"


def test_order_puts_requirements_first_when_they_come_last() -> None:
    found = plan([manifest_of("C", needs=["B (1.0)"]), manifest_of("B", needs=["A (1.0)"]), manifest_of("A")])
    assert (found.order, found.missing, found.cycles) == (("A", "B", "C"), (), ())


def test_order_is_the_given_one_when_nothing_speaks_against_it() -> None:
    found = plan([manifest_of("C"), manifest_of("A"), manifest_of("D", needs=["B"]), manifest_of("B")])
    assert found.order == ("C", "A", "B", "D")


def test_missing_is_told_when_a_solution_is_absent_or_too_low() -> None:
    top = manifest_of("Top", needs=["Base (2.0)", "Gone (1.0)", "Any", "Fine (1.0)"])
    found = plan([top, manifest_of("Base", "1.9.0.0"), manifest_of("Fine", "1.0")]).as_dict()
    assert found["missing"] == [
        {"solution": "Base", "version": "2.0", "required_by": "Top", "found": "1.9.0.0"},
        {"solution": "Gone", "version": "1.0", "required_by": "Top", "found": None},
        {"solution": "Any", "version": None, "required_by": "Top", "found": None},
    ]
    assert found["order"] == ["Base", "Fine", "Top"]
    assert set(found) == {"order", "missing", "cycles"}


def test_needs_do_not_count_when_they_are_ones_own_or_the_active_layer() -> None:
    found = plan([manifest_of("A", needs=["A (9.0)", "Active"])])
    assert (found.order, found.missing, found.cycles) == (("A",), (), ())


def test_cycles_are_told_when_solutions_need_each_other() -> None:
    needs = {"X": ["B"], "A": ["B"], "B": ["C"], "C": ["A"], "D": ["E"], "E": ["D"], "F": ["A"]}
    found = plan(manifest_of(name, needs=required) for name, required in needs.items())
    assert found.cycles == (("A", "B", "C"), ("D", "E"))
    assert found.order == ("A", "B", "C", "X", "D", "E", "F")


def test_highest_version_counts_when_a_solution_is_there_twice() -> None:
    found = plan(
        [manifest_of("A", "1.0"), manifest_of("B", needs=["A (1.5)"]), manifest_of("A", "2.0", ["C"])]
    )
    assert found.order == ("A", "B")
    assert [gap.solution for gap in found.missing] == ["C"]
    assert found.as_dict()["superseded"] == [{"solution": "A", "version": "1.0", "kept": "2.0"}]


def test_plan_is_made_when_the_chain_is_longer_than_any_recursion() -> None:
    manifests = [manifest_of(f"S{number}", needs=[f"S{number + 1}"]) for number in range(3000)]
    assert plan(manifests).order == tuple(f"S{number}" for number in reversed(range(3000)))


def test_plan_is_empty_when_nothing_is_given() -> None:
    assert plan([]).as_dict() == {"order": [], "missing": [], "cycles": []}


@given(
    st.permutations(NAMES), st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=14)
)
def test_order_and_cycles_are_right_when_needs_are_arbitrary(
    names: list[str], edges: set[tuple[str, str]]
) -> None:
    def made(name: str) -> Manifest:
        return manifest_of(name, needs=sorted(need for who, need in edges if who == name))

    found = plan(made(name) for name in names)
    reach = _closure(edges)
    together = {frozenset(pair) for pair in itertools.permutations(NAMES, 2) if {pair, pair[::-1]} <= reach}
    assert sorted(found.order) == sorted(names)
    assert {
        frozenset(pair) for cycle in found.cycles for pair in itertools.combinations(cycle, 2)
    } == together
    for who, need in edges:
        if who != need and frozenset((who, need)) not in together:
            assert found.order.index(need) < found.order.index(who)
    if not edges:
        assert list(found.order) == names


def _closure(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    reach = set(edges)
    for middle, start, end in itertools.product(NAMES, repeat=3):
        if (start, middle) in reach and (middle, end) in reach:
            reach.add((start, end))
    return reach
