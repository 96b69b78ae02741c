"""The packages under data/solutions: their needs by the rule, their plan, their site content."""

import json

import pytest

from core.catalogue.loading import load_catalogue
from core.solutions.graph import plan
from core.solutions.library import PackageLibrary
from core.solutions.site import read_site
from tests.paths import DATA, SHARED

LIBRARY = PackageLibrary(DATA / "solutions")
ORDERS_FILE = SHARED / "facts" / "install_orders.json"
ADD_ONS = {
    "PartnerProjectService": {"PartnerPortal", "ProjectService"},
    "PartnerFieldService": {"PartnerPortal", "FieldService"},
}
STANDING_ALONE = {"FieldService", "ProjectService"}


def packages() -> list[tuple[str, ...]]:
    """The portals' packages; the add-ons bring but themselves."""
    return [portal.solutions for portal in load_catalogue().portals if len(portal.solutions) > 1]


def rule_for(name: str) -> set[str]:
    """What stands before the solution in every package that has it."""
    before = [set(package[: package.index(name)]) for package in packages() if name in package]
    return set.intersection(*before) if before else set()


def needs_of(name: str) -> set[str]:
    return {need.solution for need in LIBRARY.manifest(name).requires}


@pytest.mark.parametrize("name", sorted(set().union(*packages())))
def test_manifest_needs_what_stands_before_it_when_it_is_in_a_package(name: str) -> None:  # R27
    assert needs_of(name) == rule_for(name)


@pytest.mark.parametrize(
    ("name", "needs"), [*ADD_ONS.items(), *((name, set[str]()) for name in sorted(STANDING_ALONE))]
)
def test_manifest_needs_just_the_named_ones_when_it_is_in_no_package(
    name: str, needs: set[str]
) -> None:  # R16
    assert needs_of(name) == needs


@pytest.mark.skipif(
    not ORDERS_FILE.is_file(), reason="the published install orders (../shared/facts) are not here"
)
def test_every_published_order_can_be_installed_when_it_is_followed() -> None:
    for order in json.loads(ORDERS_FILE.read_text(encoding="utf-8"))["order"].values():
        found = plan(LIBRARY.manifest(name) for name in order)
        assert (found.order, found.missing, found.cycles) == (tuple(order), (), ())


def test_base_portal_needs_its_whole_order_when_it_is_in_no_portal() -> None:
    own = needs_of("BasePortal")
    assert own == needs_of("CommunityPortal")
    assert len(own) == 24


@pytest.mark.parametrize("package", packages(), ids=lambda package: package[-1])
def test_plan_is_the_packages_own_order_when_it_is_whole(package: tuple[str, ...]) -> None:
    found = plan(LIBRARY.manifest(name) for name in package)
    assert (found.order, found.missing, found.cycles) == (package, (), ())


def test_plan_has_every_solution_when_all_are_given() -> None:
    found = plan(LIBRARY.manifest(name) for name in LIBRARY.names())
    assert sorted(found.order) == list(LIBRARY.names())
    assert (found.missing, found.cycles, found.superseded) == ((), (), ())


def test_requirements_name_the_version_that_is_there_when_it_is_ones_own() -> None:
    for name in LIBRARY.names():
        for need in LIBRARY.manifest(name).requires:
            assert str(need.version) == str(LIBRARY.manifest(need.solution).version), (name, need)


@pytest.mark.parametrize("name", LIBRARY.names())
def test_package_and_its_site_are_valid_when_they_are_ones_own(name: str) -> None:
    package = LIBRARY.get(name)
    manifest = package.manifest
    assert (manifest.unique_name, manifest.managed, manifest.publisher) == (name, 1, "MicrosoftCorporation")
    site = read_site(package)
    for code in site.snippet_codes:
        assert site.snippets(code)
    for code in site.sample_codes:
        assert site.sample_data(code)
