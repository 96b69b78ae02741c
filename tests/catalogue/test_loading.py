"""Every wrong record is refused, with its file, its key and the reason."""

from pathlib import Path

import pytest

from core.catalogue import load_catalogue
from core.errors import DataError
from tests.catalogue.wrong_records import WRONG, Spoil


@pytest.mark.parametrize(("spoil", "file", "key", "reason"), WRONG.values(), ids=WRONG.keys())
def test_record_is_refused_with_file_key_and_reason_when_wrong(
    folder: Path, spoil: Spoil, file: str, key: str, reason: str
) -> None:
    spoil(folder)
    with pytest.raises(DataError) as refused:
        load_catalogue(folder)
    details = refused.value.details
    assert (details["file"], details["key"]) == (f"catalogue/{file}", key)
    assert reason in details["reason"]
    assert refused.value.message == f"catalogue/{file}: {key}: {details['reason']}"


def test_copy_equals_the_projects_own_when_nothing_is_spoilt(folder: Path) -> None:
    (folder / "features" / ".forums.yaml.swp").touch()
    copy = load_catalogue(folder)
    assert copy == load_catalogue()
    assert copy is not load_catalogue()


def test_records_stay_as_they_are_when_somebody_assigns(folder: Path) -> None:
    portal = load_catalogue(folder).portals[0]
    with pytest.raises(ValueError, match="frozen"):
        portal.name = "Another"  # type: ignore[misc]  # what is tried is what must fail
