from pathlib import Path

import pytest

from core.solutions.errors import OrderInvalid, XmlInvalid, XmlUnsafe
from core.solutions.order import parse_order
from tests.solutions.samples import CORPORA, needs_corpora, order_xml


def test_files_are_in_order_when_the_file_is_whole() -> None:
    found = parse_order(order_xml("b.zip", "a.zip", "c.zip").encode())
    assert (found.files, found.notes) == (("b.zip", "a.zip", "c.zip"), ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_files_are_read_when_the_encoding_is_another(encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' + order_xml("ä.zip")
    assert parse_order(declared.encode(encoding)).files == ("ä.zip",)


def test_order_is_empty_when_its_attributes_are() -> None:
    assert parse_order(order_xml("", " ").encode()).files == ()
    assert parse_order(b"<configdatastorage><solutions/></configdatastorage>").files == ()
    assert parse_order(b"<configdatastorage/>").files == ()


@pytest.mark.parametrize(
    "attribute",
    [
        "solutionpackagefilname",
        "SolutionPackageFileName",
        "solutionpackgefilename",
        "solutionpackagefilenames",
    ],
)
def test_file_is_taken_as_meant_when_its_attribute_is_misspelt(attribute: str) -> None:
    found = parse_order(order_xml("a.zip").replace("solutionpackagefilename", attribute).encode())
    assert found.files == ("a.zip",)
    assert attribute in found.notes[0]


def test_entry_is_left_out_when_no_attribute_comes_near() -> None:
    data = order_xml("a.zip", "b.zip").replace("solutionpackagefilename", "publishworkflows", 1)
    found = parse_order(data.encode())
    assert found.files == ("b.zip",)
    assert "left out" in found.notes[0]


def test_other_attributes_do_not_matter_when_they_are_misspelt() -> None:
    data = order_xml("a.zip").replace(
        "<configsolutionfile ", '<configsolutionfile overwriteunmanagedcustomisation="x" '
    )
    assert parse_order(data.encode()).files == ("a.zip",)


def test_order_is_refused_when_its_root_is_another() -> None:
    with pytest.raises(OrderInvalid, match="configdatastorage"):
        parse_order(b"<solutions/>")


def test_order_is_refused_when_it_is_not_well_formed() -> None:
    with pytest.raises(XmlInvalid) as caught:
        parse_order(order_xml("a.zip").encode()[:-5])
    assert caught.value.details["file"] == "ImportConfig.xml"


def test_order_is_refused_when_it_has_entities() -> None:
    with pytest.raises(XmlUnsafe):
        parse_order(('<!DOCTYPE c [<!ENTITY a "b">]>' + order_xml("&a;")).encode())


@needs_corpora
@pytest.mark.parametrize("path", sorted(CORPORA.glob("packages/*.xml")), ids=lambda path: path.name)
def test_order_has_every_file_when_it_is_a_real_one(path: Path) -> None:
    data = path.read_bytes()
    found = parse_order(data)
    assert len(found.files) == data.count(b"<configsolutionfile ")
    assert found.notes == ()
    assert "Issues" in found.files[0]
