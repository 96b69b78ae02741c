import os
from pathlib import Path

import pytest

from core.solutions.errors import FileNotUsable, FilesMissing, XmlInvalid, XmlUnsafe, ZipUnsafe
from core.solutions.package import Package, pack_folder
from tests.solutions.samples import CORPORA, corpus, needs_corpora, package_files, package_zip, zip_of


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_package_opens_when_its_three_files_are_there() -> None:
    data = package_zip(more={"site/a.txt": b"1"})
    package = Package.from_zip_bytes(data)
    assert package.manifest.unique_name == "Sample"
    assert package.files["site/a.txt"] == b"1"
    assert package.to_zip_bytes() == data


def test_package_opens_when_its_files_names_are_in_another_case() -> None:
    files = {name.upper(): content for name, content in package_files().items()}
    assert Package.from_zip_bytes(zip_of(files)).manifest.unique_name == "Sample"


@pytest.mark.parametrize("absent", ["solution.xml", "customizations.xml", "[Content_Types].xml"])
def test_package_is_refused_with_the_platforms_words_when_a_file_is_missing(absent: str) -> None:
    files = package_files()
    files["folder/" + absent] = files.pop(absent)
    with pytest.raises(FilesMissing) as caught:
        Package.from_zip_bytes(zip_of(files))
    assert absent in caught.value.message.split(" missing ")[0]
    assert caught.value.code == "missing-files"
    assert caught.value.details["code_hex"] == "0x80048060"
    assert caught.value.details["code_dec"] == int("80048060", 16) - 2**32
    assert "must contain the following files at its root" in caught.value.details["text"]


@pytest.mark.parametrize("name", ["customizations.xml", "[Content_Types].xml"])
def test_package_is_refused_when_another_file_of_its_root_is_broken(name: str) -> None:
    with pytest.raises(XmlInvalid) as caught:
        Package.from_zip_bytes(zip_of({**package_files(), name: b"<a>"}))
    assert caught.value.details["file"] == name
    with pytest.raises(XmlUnsafe):
        Package.from_zip_bytes(zip_of({**package_files(), name: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}))


def test_zip_of_a_folder_is_the_same_when_times_and_order_differ(tmp_path: Path) -> None:
    files = {**package_files(), "site/b.txt": b"2", "site/a.txt": b"1", ".hidden": b"x", ".git/config": b"x"}
    one = written(tmp_path / "one", files)
    other = written(tmp_path / "other", dict(reversed(files.items())))
    os.utime(other / "solution.xml", (1, 1))
    assert pack_folder(one) == pack_folder(other)
    package = Package.from_folder(one)
    assert package.digest == Package.from_folder(other).digest
    assert sorted(package.files) == sorted([*package_files(), "site/a.txt", "site/b.txt"])


def test_package_is_refused_when_its_folder_holds_a_link(tmp_path: Path) -> None:
    folder = written(tmp_path / "one", package_files())
    (folder / "passwords").symlink_to("/etc/passwd")
    with pytest.raises(ZipUnsafe, match="link"):
        Package.from_folder(folder)


def test_package_is_refused_when_its_folder_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable, match="no folder"):
        Package.from_folder(tmp_path / "nowhere")


@needs_corpora
@pytest.mark.parametrize("path", sorted(CORPORA.glob("zips/*.zip")), ids=lambda path: path.name)
def test_package_agrees_with_the_index_when_it_is_a_real_one(path: Path) -> None:
    row = dict(corpus("zips"))[path]
    package = Package.from_zip_bytes(path.read_bytes())
    assert package.digest == row["sha256"]
    assert len(package.files) == int(row["entries"])
    assert package.manifest.unique_name.isidentifier()
    assert all(len(content) for content in package.files.values())
