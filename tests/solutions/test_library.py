import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import Conflict, NotFound
from core.solutions.errors import ZipInvalid
from core.solutions.library import PackageLibrary
from core.solutions.package import Package
from tests.solutions.samples import package_files, package_zip


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    for name in ("First", "Second"):
        folder = tmp_path / "own" / name
        folder.mkdir(parents=True)
        for file, content in package_files(name, "2.0.0.0").items():
            (folder / file).write_bytes(content)
    return tmp_path / "own"


@pytest.fixture
def library(own_folder: Path, tmp_path: Path) -> PackageLibrary:
    return PackageLibrary(own_folder, tmp_path / "uploads")


def test_solutions_are_there_when_the_folder_has_them(library: PackageLibrary) -> None:
    assert library.names() == ("First", "Second")
    assert str(library.manifest("First").version) == "2.0.0.0"
    assert library.get("First").files["solution.xml"] == package_files("First", "2.0.0.0")["solution.xml"]


def test_package_is_opened_once_when_it_is_asked_for_often(library: PackageLibrary) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: library.get("First").digest, range(20)))
    assert len(set(found)) == 1
    assert library.get("First") is library.get("First")


def test_not_found_says_so_when_name_or_version_is_absent(library: PackageLibrary) -> None:
    with pytest.raises(NotFound, match="no solution 'Third'"):
        library.get("Third")
    with pytest.raises(NotFound, match=r"no version 1\.0"):
        library.get("First", "1.0")


def test_highest_version_is_meant_when_none_is_named(library: PackageLibrary) -> None:
    library.add(package_zip("First", "10.0"))
    library.add(package_zip("First", "9.0"))
    assert [str(version) for version in library.versions("First")] == ["10.0", "9.0", "2.0.0.0"]
    assert str(library.get("First").manifest.version) == "10.0"
    assert str(library.get("First", "9").manifest.version) == "9.0"
    assert str(library.get("First", library.versions("First")[2]).manifest.version) == "2.0.0.0"


def test_upload_is_seen_when_another_library_made_it(
    library: PackageLibrary, own_folder: Path, tmp_path: Path
) -> None:
    assert library.names() == ("First", "Second")
    PackageLibrary(own_folder, tmp_path / "uploads").add(package_zip("Third"))
    assert library.names() == ("First", "Second", "Third")


def test_later_upload_takes_the_place_when_the_version_is_the_same(library: PackageLibrary) -> None:
    for content in (b"1", b"2", b"2"):
        data = package_zip("First", "3.0", {"a.txt": content})
        library.add(data)
        assert library.get("First").files["a.txt"] == content
        assert library.get("First").digest == Package.from_zip_bytes(data).digest
    assert len(library.versions("First")) == 2


def test_uploaded_one_is_meant_when_its_version_is_that_of_ones_own(library: PackageLibrary) -> None:
    library.add(package_zip("First", "2.0", {"a.txt": b"uploaded"}))
    assert library.get("First").files["a.txt"] == b"uploaded"


def test_nothing_is_kept_when_an_upload_is_broken(library: PackageLibrary, tmp_path: Path) -> None:
    with pytest.raises(ZipInvalid):
        library.add(package_zip()[:-10])
    assert not (tmp_path / "uploads").exists()


def test_others_stay_when_a_kept_upload_was_damaged(
    library: PackageLibrary, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library.add(package_zip("Third"))
    kept = next((tmp_path / "uploads").iterdir())
    kept.write_bytes(b"damaged")
    with caplog.at_level(logging.WARNING):
        assert library.names() == ("First", "Second")
    assert kept.name in caplog.text


def test_upload_is_refused_when_there_is_no_folder_for_it(own_folder: Path) -> None:
    with pytest.raises(Conflict):
        PackageLibrary(own_folder).add(package_zip())
