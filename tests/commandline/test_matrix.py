"""matrix: the same as on the Compare page (R15–R17)."""

import csv
import io
import subprocess
import sys

import pytest

from tests.catalogue.seed import seed_table
from tests.catalogue.test_matrix import COLUMNS, MATRIX
from tests.commandline.conftest import Cli
from tests.paths import ROOT

ALL_SEVEN = [*(slug for slug, _ in COLUMNS), "partner-project-service", "partner-field-service"]


def _csv(cli: Cli, *arguments: str) -> tuple[list[str], dict[str, list[str]]]:
    answer = cli("matrix", "--format", "csv", *arguments)
    assert (answer.code, answer.err) == (0, "")
    head, *rows = csv.reader(io.StringIO(answer.out))
    return head, {row[0]: row[1:] for row in rows}


def test_csv_is_the_table_when_nothing_is_chosen(cli: Cli) -> None:
    # R17
    head, rows = _csv(cli)
    assert head == ["Feature", *(name for _, name in COLUMNS)]
    assert rows == {name: [dot.replace("·", "") for dot in dots] for name, dots in MATRIX.items()}


def test_csv_is_the_seeds_table_when_it_is_at_hand(cli: Cli) -> None:
    # R17
    portals, seeds = seed_table()
    head, rows = _csv(cli)
    assert head == ["Feature", *portals]
    assert {name: [cell == "•" for cell in cells] for name, cells in rows.items()} == seeds


def test_the_document_has_the_contracts_shape_when_asked_as_json(cli: Cli) -> None:
    for way in (("--format", "json"), ("--json",), ("--format=json",)):
        document = cli("matrix", *way).document
        assert set(document) == {"portals", "features"}
        assert document["portals"] == [slug for slug, _ in COLUMNS]
        assert {frozenset(feature) for feature in document["features"]} == {
            frozenset({"name", "group", "portals"})
        }
        assert sum(len(feature["portals"]) for feature in document["features"]) == 88


@pytest.mark.parametrize(
    "feature", ["Support/Case Management", "support-case-management", "support/CASE management"]
)
def test_portals_are_ranked_when_a_must_have_is_named_by_name_or_slug(cli: Cli, feature: str) -> None:
    document = cli("matrix", "--must-have", feature, "--must-have", "blogs", "--format", "json").document
    assert document["ranking"] == [
        {"portal": "community", "missing": []},
        {"portal": "customer-self-service", "missing": ["Blogs"]},
        {"portal": "employee-self-service", "missing": ["Blogs"]},
        {"portal": "partner", "missing": ["Support/Case Management", "Blogs"]},
        {"portal": "custom", "missing": ["Support/Case Management", "Blogs"]},
    ]
    assert len(document["features"]) == 26


def test_only_chosen_rows_and_columns_are_there_when_filtered(cli: Cli) -> None:
    head, rows = _csv(
        cli, "--portal", "community", "--portal", "partner", "--differences", "--search", "partner"
    )
    assert head == ["Feature", "Partner Portal", "Community Portal"]
    assert rows == {
        "Project Service Automation Integration": ["•", ""],
        "Field Service Integration": ["•", ""],
        "Partner Onboarding": ["•", ""],
    }
    head, rows = _csv(cli, "--audience", "customer", "--common")
    assert head == ["Feature", "Customer Self-Service Portal", "Community Portal", "Custom Portal"]
    assert len(rows) == 12
    assert all(cells == ["•"] * 3 for cells in rows.values())


def test_all_seven_are_there_when_add_ons_are_asked_for(cli: Cli) -> None:
    # R16
    document = cli("matrix", "--add-ons", "--format", "json").document
    assert document["portals"] == ALL_SEVEN
    (field,) = (f for f in document["features"] if f["name"] == "Field Service Integration")
    assert field["portals"] == ["partner", "partner-project-service", "partner-field-service"]


def test_markdown_is_a_table_when_asked_for(cli: Cli) -> None:
    out = cli("matrix", "--format", "markdown", "--portal", "partner").out
    assert out.startswith("| Feature | Partner Portal |\n| --- | :-: |\n| World Ready | • |\n")


def test_people_see_the_table_and_the_answer_when_nothing_else_is_asked(cli: Cli) -> None:
    out = cli("matrix", "--must-have", "Ideas", "--must-have", "Faceted Search").out
    for words in (
        "Employee Self-Service Portal",
        "•",
        "No portal meets both; Customer Self-Service, without Ideas, comes closest.",
        "Together, Customer Self-Service and Community have both.",
        "With the solution Field Service only",
    ):
        assert words in out


def test_nothing_is_left_and_it_is_said_when_no_portal_is_on_offer(cli: Cli) -> None:
    answer = cli("matrix", "--audience", "employee", "--portal", "partner", "--format", "csv")
    assert (answer.code, answer.out) == (0, "Feature\n")
    assert "No portal is left" in answer.err


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code", "field"),
    [
        (("--must-have", "Telepathy"), 1, "not-found", "must-have"),
        (("--portal", "telepathic"), 1, "not-found", "portal"),
        (("--audience", "ghosts"), 1, "not-found", "audience"),
        (("--differences", "--common"), 2, "option-misused", "common"),
        (("--bogus",), 2, "unknown-option", "bogus"),
    ],
)
def test_it_is_refused_when_there_is_no_such_thing(
    cli: Cli, arguments: tuple[str, ...], exit_code: int, code: str, field: str
) -> None:
    answer = cli("matrix", *arguments, "--format", "json")
    assert answer.code == exit_code
    assert (answer.error["code"], answer.error["field"]) == (code, field)


def test_an_unknown_format_is_refused_when_named(cli: Cli) -> None:
    answer = cli("matrix", "--format", "pdf", "--json")
    assert (answer.code, answer.error["field"]) == (1, "format")


def test_nothing_heavy_is_loaded_when_the_matrix_is_printed() -> None:
    script = (
        "import sys\nfrom core.commandline.program import run\ncode = run(['matrix', '--format', 'csv'])\n"
        "heavy = ('streamlit', 'pandas', 'numpy', 'plotly', 'dbos', 'xlsxwriter')\n"
        "sys.exit(str([n for n in heavy if n in sys.modules]) if code or any(n in sys.modules for n in heavy) else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
