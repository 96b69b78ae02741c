import re
from pathlib import Path

import pytest

from core.errors import PackageError
from core.solutions.errors import ManifestInvalid, VersionInvalid, XmlInvalid, XmlUnsafe
from core.solutions.manifest import Manifest, parse_manifest
from tests.solutions.samples import corpus, needs_corpora, solution_xml


def needs_of(manifest: Manifest) -> list[tuple[str, str | None]]:
    return [
        (need.solution, None if need.version is None else str(need.version)) for need in manifest.requires
    ]


def test_everything_is_read_when_the_manifest_is_whole() -> None:
    found = parse_manifest(solution_xml("Sample_1", "01.2.3", ["Base (2.0)"]).encode())
    assert (found.unique_name, str(found.version), found.managed) == ("Sample_1", "01.2.3", 1)
    assert (found.display_name, dict(found.names)) == ("Of Sample_1", {1033: "Of Sample_1", 1036: "De"})
    assert (found.publisher, found.publisher_prefix, found.language) == ("maker", "mk", 1033)
    assert (str(found.package_version), found.generated_by_version) == ("9.2", "9.2.1.2")
    assert [(part.type, part.schema_name, part.behavior) for part in found.components] == [
        ("1", "own", 0),
        ("29", None, None),
        ("MaskingRule", None, None),
    ]
    assert found.missing[0].required_name == "thing_0"
    assert found.missing[0].dependent_name == "own"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: ('<?xml version="1.0" encoding="utf-8"?>' + text).encode(),
        lambda text: text.encode("utf-16"),
        lambda text: ('<?xml version="1.0" encoding="utf-16"?>' + text).encode("utf-16"),
        lambda text: ('<?xml version="1.0" encoding="windows-1252"?>' + text).encode("windows-1252"),
    ],
    ids=["plain", "mark", "declaration", "utf-16", "utf-16 declared", "windows-1252"],
)
def test_names_are_read_when_the_encoding_is_another(encode: object) -> None:
    assert callable(encode)
    text = solution_xml().replace('description="De"', 'description="Démo"')
    assert parse_manifest(encode(text)).names[1036] == "Démo"


def test_requirements_are_merged_when_several_components_need_one_solution() -> None:
    needs = ["B (1.0)", "A (1.2)", "B (1.10)", "Active", "B", "Sample (9.9)", "A (1.1)"]
    assert needs_of(parse_manifest(solution_xml(needs=needs).encode())) == [("B", "1.10"), ("A", "1.2")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Base solution", ("Base solution", None)),
        ("Base solution (2.5)", ("Base solution", "2.5")),
        ("Name (Beta) (1.0.0.3)", ("Name (Beta)", "1.0.0.3")),
        ("Name (Beta)", ("Name (Beta)", None)),
        ("Tight(3.0)", ("Tight", "3.0")),
        ("  Wide   ( 4.0 )  ", ("Wide", "4.0")),
        ("Nothing ()", ("Nothing", None)),
    ],
)
def test_name_and_version_are_told_apart_when_the_name_is_unusual(
    written: str, expected: tuple[str, str | None]
) -> None:
    assert needs_of(parse_manifest(solution_xml(needs=[written]).encode())) == [expected]


def test_requirement_is_absent_when_no_solution_is_named() -> None:
    text = solution_xml(needs=["X"]).replace(' solution="X"', "")
    found = parse_manifest(text.encode())
    assert found.requires == ()
    assert len(found.missing) == 1


def test_installable_app_is_read_when_a_package_names_it() -> None:
    package = '<package appName="App" version="2.5">App (2.5)</package>'
    extra = f'<Required type="61" solution="Web (2.5)">{package}</Required>'
    text = re.sub(r"<Required .*? />", extra, solution_xml(needs=["X"]))
    assert parse_manifest(text.encode()).missing[0].package == "App (2.5)"


@pytest.mark.parametrize(
    ("managed", "expected"),
    [("<Managed>0</Managed>", 0), ("<Managed> 2 </Managed>", 2), ("", None)],
)
def test_managed_is_the_number_when_it_is_said(managed: str, expected: int | None) -> None:
    assert parse_manifest(solution_xml(managed=managed).encode()).managed == expected


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("<UniqueName>Sample</UniqueName>", "", "no UniqueName"),
        (
            "<UniqueName>Sample</UniqueName>",
            "<UniqueName> </UniqueName>",
            "UniqueName in SolutionManifest is empty",
        ),
        ("<UniqueName>Sample</UniqueName>", "<UniqueName>a-b</UniqueName>", "letters, digits"),
        ("<UniqueName>Sample</UniqueName>", "<UniqueName>../x</UniqueName>", "letters, digits"),
        ("<UniqueName>Sample</UniqueName>", "<UniqueName>Größe</UniqueName>", "letters, digits"),
        ("<UniqueName>Sample</UniqueName>", f"<UniqueName>{'x' * 101}</UniqueName>", "letters, digits"),
        ("<Version>1.0.0.0</Version>", "", "no Version"),
        ("<Version>1.0.0.0</Version>", "<Version>1.0</Version><Version>2.0</Version>", "2 Version"),
        ("<Managed>1</Managed>", "<Managed>yes</Managed>", "must be 0, 1 or 2"),
        ("<Managed>1</Managed>", "<Managed />", "Managed in SolutionManifest is empty"),
        ('languagecode="1033" g', 'languagecode="en" g', "languagecode"),
        ("<Required ", "<Wanted ", "no Required"),
        ('solution="X"', 'solution="(1.0)"', "no name"),
        ("SolutionManifest>", "Manifest>", "no SolutionManifest"),
        ("ImportExportXml", "Import", "where ImportExportXml belongs"),
    ],
)
def test_manifest_is_refused_when_it_breaks_the_format(old: str, new: str, reason: str) -> None:
    text = solution_xml(needs=["X"])
    assert old in text
    with pytest.raises(ManifestInvalid, match=reason) as caught:
        parse_manifest(text.replace(old, new).encode())
    assert caught.value.details["file"] == "solution.xml"


@pytest.mark.parametrize("version", ["1", "1.x", "one", "1.2.3.4.5"])
def test_manifest_is_refused_when_its_version_is_malformed(version: str) -> None:
    with pytest.raises(VersionInvalid):
        parse_manifest(solution_xml(version=version).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<a>",
        b"<a></b>",
        b"\xff\xfe<\0a",
        b'<?xml version="1.0" encoding="utf-99"?><a/>',
        b"<a/>\0",
    ],
)
def test_bytes_are_refused_when_they_are_not_well_formed(data: bytes) -> None:
    with pytest.raises(XmlInvalid) as caught:
        parse_manifest(data)
    assert caught.value.code == "invalid-xml"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd">',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    ],
    ids=["expansion", "outside type", "outside entity", "parameter entity"],
)
def test_manifest_is_refused_when_it_has_entities(doctype: str) -> None:
    with pytest.raises(XmlUnsafe) as caught:
        parse_manifest((doctype + solution_xml()).encode())
    assert caught.value.code == "unsafe-xml"


@pytest.mark.parametrize(
    "data", [b"<a>" * 100_000, b"<a>" + b"<b/>" * 200_001 + b"</a>", b" " * (17 * 1024 * 1024)]
)
def test_manifest_is_refused_when_it_is_deeper_or_longer_than_any_real_one(data: bytes) -> None:
    with pytest.raises(PackageError, match=r"deep|more than|larger than"):
        parse_manifest(data)


@needs_corpora
@pytest.mark.parametrize(
    ("path", "row"), corpus("solutions"), ids=[path.name for path, _ in corpus("solutions")]
)
def test_manifest_agrees_with_the_index_when_it_is_a_real_one(path: Path, row: dict[str, str]) -> None:
    found = parse_manifest(path.read_bytes())
    assert found.unique_name == row["unique_name"]
    assert str(found.version) == row["version"]
    assert str(found.managed) == row["managed"]
    assert found.publisher == row["publisher"]
    assert found.generated_by_version == row["generated_by_version"]
    assert len(found.components) == int(row["root_components"])
    assert len(found.missing) == int(row["missing_dependencies"])
    listed = {need.rpartition(" x")[0] for need in row["requires"].split("; ") if need} - {"Active"}
    assert {f"{name} ({version})" for name, version in needs_of(found)} == listed
