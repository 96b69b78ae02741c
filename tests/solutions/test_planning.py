from pathlib import Path

import pytest

from core.solutions.errors import NotASolution, XmlInvalid
from core.solutions.order import parse_order
from core.solutions.planning import plan_files
from tests.solutions.samples import CORPORA, needs_corpora, order_xml, package_zip, solution_xml, zip_of


def made(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_plan_is_made_when_files_are_of_several_forms(tmp_path: Path) -> None:
    paths = [
        made(tmp_path, "b.xml", solution_xml("B", needs=["A (1.0)"])),
        made(tmp_path, "a.zip", package_zip("A")),
    ]
    assert plan_files(paths).order == ("A", "B")


def test_import_config_breaks_ties_when_it_is_among_the_files(tmp_path: Path) -> None:
    paths = [
        made(tmp_path, "a.zip", package_zip("A")),
        made(tmp_path, "unlisted.zip", package_zip("Z")),
        made(tmp_path, "ImportConfig.xml", order_xml("C.zip", "folder\\b.zip", "a.zip")),
        made(tmp_path, "b.zip", package_zip("B")),
        made(tmp_path, "c.zip", package_zip("C")),
    ]
    assert plan_files(paths).order == ("C", "B", "A", "Z")


def test_solutions_inside_are_planned_when_the_zip_is_a_package_deployers(tmp_path: Path) -> None:
    inside = {
        "PkgFolder\\ImportConfig.xml": order_xml("B.zip", "a.zip", "elsewhere.zip").encode(),
        "PkgFolder\\a.zip": package_zip("A"),
        "PkgFolder\\b.zip": package_zip("B"),
        "PkgFolder\\data.zip": b"no solution, and not in the order",
    }
    assert plan_files([made(tmp_path, "Package.zip", zip_of(inside))]).order == ("B", "A")


def test_plan_is_refused_when_a_file_is_no_solution(tmp_path: Path) -> None:
    with pytest.raises(NotASolution):
        plan_files([made(tmp_path, "notes.txt", "text")])


def test_plan_is_refused_when_a_file_is_broken(tmp_path: Path) -> None:
    with pytest.raises(XmlInvalid):
        plan_files([made(tmp_path, "a.xml", "<a>")])


def development_hub(name: str) -> Path:
    return CORPORA / "solutions" / f"development-hub__devhub_DevelopmentHub_{name}_src.xml"


@needs_corpora
def test_plan_is_the_makers_own_order_when_solutions_are_the_development_hubs() -> None:
    order = parse_order((CORPORA / "packages" / "01_development-hub_ImportConfig.xml").read_bytes())
    found = plan_files([development_hub(f"{name}_0.2.22") for name in ("AzureDevOps", "Develop", "Issues")])
    assert [f"{name}.zip" for name in found.order] == list(order.files)
    assert found.cycles == ()
    assert [(gap.solution, gap.found) for gap in found.missing] == [
        ("EnvironmentVariables", None),
        ("CustomControlsCore", None),
    ]


@needs_corpora
def test_plan_says_what_was_found_when_a_real_requirement_is_too_low() -> None:
    found = plan_files([development_hub("Issues_0.2.22"), development_hub("Develop_0.3.0")])
    gap = found.as_dict()["missing"][0]
    assert gap == {
        "solution": "devhub_DevelopmentHub_Issues",
        "version": "0.2.22.1",
        "required_by": "devhub_DevelopmentHub_Develop",
        "found": "0.2.22",
    }
