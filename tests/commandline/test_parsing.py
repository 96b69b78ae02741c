"""How a command line is read."""

import typer

from core.commandline.parsing import as_usage_problem, wants_json


def test_json_is_wanted_when_it_stands_among_the_options() -> None:
    assert wants_json(["portals", "list", "--json"])
    assert not wants_json(["portals", "list"])
    assert not wants_json(["portals", "rename", "1", "--", "--json"])


def test_the_parsers_words_stay_when_nothing_more_is_known_of_them() -> None:
    problem = as_usage_problem(typer.TyperException("Something is  odd."))
    assert (problem.code, problem.field, problem.message) == (
        "usage",
        None,
        "Something is odd. See --help for what the command takes.",
    )
