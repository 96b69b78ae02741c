"""Every error that a person can meet says what happened, then what to do; wherever in the core it is raised."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import core
from core import errors
from core.errors import PorticoError
from tests.paths import ROOT

# What a person can do, as the last sentence says it; or that nothing has to be done.
_DOES = re.compile(
    r"(?i)\b(accept|add|ask|assign|begin|cancel|change|check|choose|close|correct|create|delete|enter|export|fill|free|get|give|install|"
    r"leave|let it|look|make|mend|migrate|move|name|narrow|open|pick|provision|put|raise|read|remove|repair|report|restart|restore|retry|run|save|say|see|select|send|set|"
    r"show|shows|shorten|split|start|stop|submit|switch|take|tell|trim|try|turn|type|uninstall|update|upload|use|verify|wait|write|lists?|must|needs?|"
    r"nothing is left to do|zip|can be|should|stays|goes on|keep|only)\b"
)
_NO_SENTENCE = {
    "SeveralErrors",
    "DataError",
}  # the first of several; file, key and reason for who mends the data


# What else makes a sentence for people, and which of its arguments that is: the platform's no, and what a plan foretells.
_MAKES_ONE = {"_refused": 2, "Obstacle": 1}


def _tree(root: type[PorticoError] = PorticoError) -> Iterator[type[PorticoError]]:
    for child in root.__subclasses__():
        yield child
        yield from _tree(child)


def _import_everything() -> None:
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:
            importlib.import_module(module.name)


def _sentences(path: Path, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each error's text with its names left open, and where it is."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = 0 if called in names else _MAKES_ONE.get(called, len(node.args))
        if place < len(node.args):
            text = _text(node.args[place])
            if text:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)  # type: ignore[misc]  # a constant of an f-string is a text
    return ""


@pytest.fixture(scope="module")
def every_error() -> frozenset[str]:
    _import_everything()
    return frozenset(one.__name__ for one in _tree()) - _NO_SENTENCE


def test_every_error_has_a_code_and_a_place_in_the_tree(every_error: frozenset[str]) -> None:
    assert len(every_error) > len(vars(errors)) / 3
    for one in _tree():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.code), one
        assert one.__doc__, one


def test_every_sentence_says_what_to_do_wherever_it_is_raised(every_error: frozenset[str]) -> None:
    found = [pair for path in sorted((ROOT / "core").rglob("*.py")) for pair in _sentences(path, every_error)]
    assert len(found) > 200
    # Where another error's own sentence ends it, that one is judged.
    own = [(where, text) for where, text in found if not text.endswith(": …")]
    assert len(found) - len(own) < 5
    silent = [f"{where}: {text}" for where, text in own if not _DOES.search(_last(text))]
    unended = [f"{where}: {text}" for where, text in found if text.rstrip()[-1] not in ".…"]
    assert silent == []
    assert unended == []


def _last(text: str) -> str:
    """The last sentence; where there is only one, that."""
    return re.split(r"(?<=[.!?])\s", text.rstrip())[-1]
