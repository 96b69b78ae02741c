"""What is printed."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.commandline.output import iso, print_json, print_json_line


def test_a_time_is_in_utc_when_printed() -> None:
    at = datetime(2026, 3, 1, 12, 0, 0, 1999, tzinfo=timezone(timedelta(hours=2)))
    assert iso(at) == "2026-03-01T10:00:00.001Z"
    assert iso(None) is None


def test_every_value_has_a_form_when_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    document = {"at": datetime(2026, 3, 1, tzinfo=UTC), "words": "Ωmega", "path": timedelta(seconds=1)}
    print_json(document)
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"at": "2026-03-01T00:00:00.000Z", "words": "Ωmega", "path": "0:00:01"}
    assert "Ωmega" in printed
    print_json_line({"a": [1, 2]})
    assert capsys.readouterr().out == '{"a":[1,2]}\n'
