"""The seed's own text, taken apart: its feature table and its list of audiences."""

import re

import pytest

from tests.paths import SHARED

_MACROS = {"pn-azure-shortest": "Azure", "cc-microsoft": "Microsoft"}


def read_seed() -> str:
    """The seed document with its macros expanded; skips the test where it is not at hand."""
    paths = sorted((SHARED / "seed").glob("*.txt"))
    if not paths:
        pytest.skip("the seed document is not beside the project")
    text = paths[0].read_text(encoding="utf-8")
    return re.sub(r"\[!INCLUDE\[([\w-]+)\]\([^)]*\)\]", lambda macro: _MACROS.get(macro[1], macro[0]), text)


def seed_table() -> tuple[list[str], dict[str, list[bool]]]:
    """The portals of the seed's table, and each feature's cells: whether there is a dot."""
    rows = [line for line in read_seed().splitlines() if line.startswith("|") and line.strip("|- ")]
    header, *body = [[cell.strip() for cell in row.strip().split("|")[1:-1]] for row in rows]
    return header[1:], {name: [cell == "•" for cell in row] for name, *row in body}


def seed_audiences() -> dict[str, list[str]]:
    """The audiences of the seed's list, each with its portals in order, as they are written there."""
    section = read_seed().split("**Portal Audience**", 1)[1].split("The table below", 1)[0]
    found: dict[str, list[str]] = {}
    for indent, name in re.findall(r"^( +)- +(.+?) *$", section, flags=re.MULTILINE):
        if len(indent) == 4:
            found[name] = []
        else:
            found[list(found)[-1]].append(name)
    return found
