import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.solutions.check import CheckedFile, check
from tests.solutions.samples import (
    CORPORA,
    CUSTOMIZATIONS,
    needs_corpora,
    order_xml,
    package_files,
    package_zip,
    solution_xml,
    zip_of,
)

SOLUTION = package_zip("Sample", "1.2")
DEPLOYER = zip_of(
    {"PkgFolder\\ImportConfig.xml": order_xml("a.zip", "b.zip").encode(), "[Content_Types].xml": b"<T/>"}
)


def checked(tmp_path: Path, name: str, data: bytes) -> CheckedFile:
    path = tmp_path / name
    path.write_bytes(data)
    return check(path)


def code_of(found: CheckedFile) -> str:
    assert found.error is not None
    return found.error.code


def test_document_is_as_promised_when_the_file_is_a_solution(tmp_path: Path) -> None:
    path = tmp_path / "solution.xml"
    path.write_text(solution_xml("Sample", "1.02", ["Base (2.0)", "Other"]), encoding="utf-8")
    assert check(path).as_dict() == {
        "file": str(path),
        "kind": "solution",
        "unique_name": "Sample",
        "version": "1.02",
        "managed": 1,
        "publisher": "maker",
        "language": 1033,
        "components": 3,
        "requires": [{"solution": "Base", "version": "2.0"}, {"solution": "Other", "version": None}],
    }


@pytest.mark.parametrize("name", ["a.zip", "solution.xml", "a.bin", "README"])
def test_kind_follows_the_content_when_the_name_says_otherwise(tmp_path: Path, name: str) -> None:
    assert checked(tmp_path, name, SOLUTION).kind == "solution"
    assert checked(tmp_path, name, DEPLOYER).kind == "order"
    if name != "a.zip":
        assert checked(tmp_path, name, order_xml("a.zip").encode("utf-16")).kind == "order"
        assert checked(tmp_path, name, b"\xef\xbb\xbf\n" + solution_xml().encode()).kind == "solution"


def test_solutions_are_listed_when_the_zip_is_a_package_deployers(tmp_path: Path) -> None:
    found = checked(tmp_path, "Package.zip", DEPLOYER).as_dict()
    assert found == {"file": str(tmp_path / "Package.zip"), "kind": "order", "solutions": ["a.zip", "b.zip"]}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("other.xml", b"<note/>"),
        ("customizations.xml", CUSTOMIZATIONS),
        ("[Content_Types].xml", b"<Types/>"),
        ("notes.txt", b"just text"),
        ("picture.png", b"\x89PNG\r\n"),
        ("other.zip", zip_of({"readme.txt": b"x"})),
        ("nothing.zip", zip_of({})),
        ("document.docx", zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})),
    ],
)
def test_kind_is_unknown_when_the_file_is_something_else(tmp_path: Path, name: str, data: bytes) -> None:
    found = checked(tmp_path, name, data)
    assert found.as_dict() == {"file": str(tmp_path / name), "kind": "unknown"}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.zip", SOLUTION[:-40], "invalid-zip"),
        ("a.zip", b"text", "invalid-zip"),
        ("a.xml", b"text", "invalid-xml"),
        ("a.xml", b"", "invalid-xml"),
        ("a.txt", b"", "file-not-usable"),
        ("a.txt", b"<half", "invalid-xml"),
        ("solution.xml", solution_xml(version="x").encode(), "invalid-version"),
        ("solution.xml", b'<ImportExportXml SolutionPackageVersion="9.2"/>', "invalid-manifest"),
        ("ImportConfig.xml", order_xml("a.zip").encode()[:-3], "invalid-xml"),
        ("a.zip", zip_of({**package_files(), "../x": b""}), "unsafe-zip"),
        (
            "a.zip",
            zip_of({f"Sample/{name}": data for name, data in package_files().items()}),
            "missing-files",
        ),
        ("a.zip", zip_of({"solution.xml": solution_xml().encode()}), "missing-files"),
        (
            "a.zip",
            zip_of({"customizations.xml": CUSTOMIZATIONS, "[Content_Types].xml": b"<T/>"}),
            "missing-files",
        ),
        ("a.zip", zip_of({"Pkg/ImportConfig.xml": b"<configdata"}), "invalid-xml"),
    ],
)
def test_error_is_told_when_the_file_is_broken(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    found = checked(tmp_path, name, data)
    assert code_of(found) == code
    document = found.as_dict()
    assert set(document) == {"file", "error"}
    assert set(document["error"]) == {"code", "message"}


@pytest.mark.parametrize("name", ["missing.zip", "a\0b", "x" * 5000, "."])
def test_error_is_told_when_there_is_no_such_file(tmp_path: Path, name: str) -> None:
    assert check(tmp_path / name).kind == "error"


def test_error_is_told_when_the_path_is_a_device() -> None:
    assert code_of(check(Path("/dev/zero"))) == "file-not-usable"


@pytest.mark.parametrize("place", ["solution.xml", "Other/Solution.xml", "src/Other/Solution.xml"])
def test_folder_is_a_solution_when_it_is_unpacked(tmp_path: Path, place: str) -> None:
    files = package_files() if place == "solution.xml" else {place: solution_xml(managed="").encode()}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert check(tmp_path).kind == "solution"


def test_errors_as_documents_are_json_when_names_are_unusual(tmp_path: Path) -> None:
    found = checked(tmp_path, "naïve \u2028.zip", b"PK\x03\x04\xff")
    assert json.loads(json.dumps(found.as_dict()))["error"]["code"] == "invalid-zip"


SEEDS = [SOLUTION, DEPLOYER, solution_xml(needs=["A (1.0)"]).encode(), order_xml("a.zip").encode("utf-16")]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.sampled_from(SEEDS),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 8)), max_size=6),
    cut=st.floats(0, 1),
)
def test_answer_is_a_document_when_bytes_were_changed_anywhere(
    tmp_path: Path, seed: bytes, edits: list[tuple[float, bytes, int]], cut: float
) -> None:
    data = seed
    for place, inserted, removed in edits:
        at = int(place * len(data))
        data = data[:at] + inserted + data[at + removed :]
    if cut > 0.5:
        data = data[: int(cut * len(data))]
    document = checked(tmp_path, "any", data).as_dict()
    assert ("kind" in document) != ("error" in document)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=400),
    name=st.sampled_from(["a.zip", "a.xml", "a"]),
    head=st.sampled_from([b"", b"PK\x03\x04", b"<"]),
)
def test_answer_is_a_document_when_bytes_are_arbitrary(
    tmp_path: Path, data: bytes, name: str, head: bytes
) -> None:
    document = checked(tmp_path, name, head + data).as_dict()
    assert ("kind" in document) != ("error" in document)


@needs_corpora
def test_every_real_file_is_told_when_it_is_checked() -> None:
    kinds = {
        kind: {check(path).kind for path in (CORPORA / folder).glob(pattern)}
        for kind, folder, pattern in [
            ("manifests", "solutions", "*.xml"),
            ("zips", "zips", "*.zip"),
            ("orders", "packages", "*.xml"),
            ("others", ".", "*/index.csv"),
        ]
    }
    assert kinds == {
        "manifests": {"solution"},
        "zips": {"solution"},
        "orders": {"order"},
        "others": {"unknown"},
    }
