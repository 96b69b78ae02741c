"""The project's diagnoser, its corpus, and small records for the rooms' own tests."""

from typing import Any

from core.diagnosis import Diagnoser, Record

SETTING = {
    "platform": ["dataverse"],
    "nearby": ["environment"],
    "foreign": ["kubectl"],
    "own_faults": ["unknown option"],
    "wrappers": ["it failed"],
    "elsewhere": ["compiler"],
    "installing": ["install failed"],
}


def make_record(name: str, **changes: Any) -> Record:
    """A record that is valid, but for the changes."""
    raw: dict[str, Any] = {
        "id": name,
        "title": "A title",
        "explanation": "What it means.",
        "remedy": ("Do something.",),
        "retry": "after-fix",
    }
    return Record.model_validate(raw | changes, strict=False)


def make_diagnoser(*records: Record) -> Diagnoser:
    """A diagnoser of these records and one for what is unknown."""
    return Diagnoser((*records, make_record("unknown", setting=SETTING)), "test")


def recognised(name: str, **rules: Any) -> Record:
    """A record with these rules."""
    return make_record(name, recognise=rules)
