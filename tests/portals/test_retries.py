"""Plans of imports: an order that never fails on a prerequisite that the plan itself brings (R27)."""

from hypothesis import given
from hypothesis import strategies as st

from core.portals.retries import ImportPlan, ImportPlans, PlannedItem, Wanted
from core.solutions import graph
from tests.provisioning.world import CONTOSO, World
from tests.solutions.samples import manifest_of


def wanted(solution: str, instance: str = "contoso", **values: object) -> Wanted:
    return Wanted(instance, solution, 1033, None, **values)  # type: ignore[arg-type]  # a few of its fields


def plan_of(world: World, *solutions: str, email: str = CONTOSO.email) -> ImportPlan:
    plans = ImportPlans(world.services.directory, world.services.library)
    return plans.plan([wanted(name) for name in solutions], email)


def test_requirements_come_first_when_they_are_given_last(driven: World) -> None:
    order = driven.services.catalogue.portal("community").solutions
    plan = plan_of(driven, *reversed(order))
    assert {item.outlook for item in plan.items} == {"passes"}
    brought: set[str] = set()
    for item in plan.items:
        needs = {need.solution for need in driven.services.library.manifest(item.wanted.solution).requires}
        assert needs <= brought
        brought.add(item.wanted.solution)


def test_what_follows_fails_when_what_it_needs_fails(driven: World) -> None:
    driven.change("hold-solution", solution="MicrosoftCrmPortalBase")
    order = driven.services.catalogue.portal("custom").solutions
    plan = plan_of(driven, *order)
    causes = {item.wanted.solution: item.cause for item in plan.items}
    assert causes["MicrosoftCrmPortalBase"] == "holding-solution"
    assert causes["StarterPortal"] == "missing-dependency"
    assert causes[order[0]] is None
    assert {*plan.passing, *plan.failing} == set(plan.items)


def test_nobody_elses_import_passes_when_they_have_no_role(driven: World) -> None:  # R1
    plan = plan_of(driven, "FieldService", email="priya.sharma@contoso.example")
    assert [item.cause for item in plan.items] == ["missing-privilege"]


def test_instances_stand_side_by_side_when_time_is_told() -> None:
    def item(instance: str, seconds: float | None, outlook: str = "passes") -> PlannedItem:
        one = wanted(f"S{instance}{seconds}", instance, typical_s=seconds)
        return PlannedItem(one, "1.0", outlook)  # type: ignore[arg-type]  # one of the outlooks

    plan = ImportPlan((item("a", 2), item("a", 3), item("b", 4), item("b", None), item("b", 9, "fails")))
    assert plan.typical_s == 5
    assert ImportPlan(()).typical_s is None
    assert [len(items) for items in plan.by_instance().values()] == [2, 3]


@given(st.lists(st.sets(st.integers(0, 11), max_size=4), min_size=1, max_size=12))
def test_the_reverse_order_frees_each_when_all_are_uninstalled(
    needs: list[set[int]],
) -> None:  # R27 backwards
    # Only needs of earlier ones: no circles.
    manifests = [
        manifest_of(f"S{number}", needs=[f"S{other} (1.0)" for other in sorted(wanted_) if other < number])
        for number, wanted_ in enumerate(needs)
    ]
    order = [*reversed(graph.plan(manifests).order)]
    for manifest in manifests:
        for need in manifest.requires:
            assert order.index(manifest.unique_name) < order.index(need.solution)
