"""The file of `provision --file`."""

from pathlib import Path

import pytest

from core.commandline.requests_file import Row, read
from core.errors import PorticoError
from core.portals.commands import StartProvisioning

HEADER = "name,subdomain,instance,language,administrator,audience,portal"
LINE = "Aide,aide,contoso,1036,a@x.example,customer,custom"
TURNED = (
    "portal,application,audience,administrator,language,instance,subdomain,name\n"
    "custom,,customer,a@x.example,1036,contoso,aide,Aide\n"
)
REQUEST = StartProvisioning("Aide", "aide", "contoso", 1036, "a@x.example", "customer", "custom")


def _file(tmp_path: Path, content: str | bytes) -> Path:
    file = tmp_path / "requests.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{LINE}\n",
        f"\ufeff{HEADER}\r\n{LINE}\r\n",
        f"{HEADER}\n\n , ,\n{LINE}",
        f"{HEADER}\n{LINE}\n".replace(",", ";"),
        f"{HEADER}\n{LINE}\n".replace("Aide,", '"Aide",').replace("name", " Name "),
        TURNED,
    ],
)
def test_the_request_is_read_when_the_file_is_a_csv_of_some_kind(tmp_path: Path, content: str) -> None:
    assert read(_file(tmp_path, content)) == (Row(1, REQUEST),)


def test_cells_keep_what_stands_in_quotes_when_it_looks_like_the_format(tmp_path: Path) -> None:
    line = LINE.replace("Aide,", '"Aide, ""la""\nsuite",')
    (row,) = read(_file(tmp_path, f"{HEADER}\n{line}\n"))
    assert row.request is not None
    assert row.request.name == 'Aide, "la"\nsuite'


def test_empty_cells_are_not_chosen_when_the_row_is_read(tmp_path: Path) -> None:
    (row,) = read(_file(tmp_path, f"{HEADER},application\nx,,,,,,,7\n"))
    assert row.request == StartProvisioning(name="x", application=7)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (LINE.replace("1036", "french"), "language"),
        (LINE.replace("1036", "-1"), "language"),
        (LINE + ",seven", "file"),
        ("Aide", "file"),
    ],
)
def test_the_row_alone_is_wrong_when_it_can_not_be_read(tmp_path: Path, line: str, field: str) -> None:
    first, second = read(_file(tmp_path, f"{HEADER}\n{line}\n{LINE}\n"))
    assert (first.number, first.request) == (1, None)
    assert first.error is not None
    assert first.error.field == field
    assert second == Row(2, REQUEST)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "missing: 'name', 'subdomain'"),
        (HEADER.replace("portal", "colour"), "missing: 'portal'; unknown: 'colour'"),
        (HEADER + ",name", "there twice: 'name'"),
        (HEADER.encode() + b"\n\xff", "is no UTF-8 (byte "),
        (f'{HEADER}\n"Aide', "is no CSV"),
    ],
)
def test_the_file_is_refused_when_it_is_not_usable(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(PorticoError) as caught:
        read(_file(tmp_path, content))
    assert caught.value.field == "file"
    assert words in caught.value.message


def test_the_file_is_named_when_it_is_not_there_or_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PorticoError, match=r"There is no file .*nowhere\.csv") as caught:
        read(tmp_path / "nowhere.csv")
    assert (caught.value.code, caught.value.field) == ("not-found", "file")
    with pytest.raises(PorticoError, match="can't be read"):
        read(tmp_path)
    monkeypatch.setattr("core.commandline.requests_file.MAX_BYTES", 4)
    with pytest.raises(PorticoError, match="is larger than"):
        read(_file(tmp_path, HEADER))
