"""Files as the platform will meet them: sound, broken and for which solution, or unsafe."""

import pytest

from core.errors import PackageError
from core.solutions.inspection import inspect
from core.solutions.version import MAX_PART, Version


@pytest.mark.parametrize(
    ("file_name", "name", "version"),
    [
        ("MicrosoftForums_9_3_2611_0_managed.zip", "MicrosoftForums", "9.3.2611.0"),
        ("MicrosoftForums_9_3_unmanaged.zip", "MicrosoftForums", "9.3.0.0"),
        ("msdyn_Field_Service_8_8_139_0.zip", "msdyn_Field_Service", "8.8.139.0"),
        ("My package 1.2.3.zip", "My_package", "1.2.3.0"),
        ("Forums (1).zip", "Forums_1", "7.0"),
        ("C:\\files\\Forums.zip", "C_files_Forums", "7.0"),
        ("Forums", "Forums", "7.0"),
        (f"{'a' * 300}.zip", "a" * 100, "7.0"),
    ],
)
def test_the_files_name_stands_for_the_manifest_when_it_cannot_be_read(
    file_name: str, name: str, version: str
) -> None:
    found = inspect(b"no zip", file_name, lambda _: Version.parse("7.0"))
    assert found.is_named_by_file
    assert found.package is None
    assert found.error is not None
    assert (found.manifest.unique_name, str(found.manifest.version)) == (name, version)


@pytest.mark.parametrize("file_name", ["", "壊れた.zip", "___.zip", "../..", "\x00"])
def test_the_fault_is_told_when_nothing_says_which_solution_it_is(file_name: str) -> None:
    with pytest.raises(PackageError):
        inspect(b"no zip", file_name, lambda _: Version.parse("7.0"))


@pytest.mark.parametrize(
    ("version", "following"),
    [("1.2.3.4", "1.2.3.5"), ("1.2", "1.2.0.1"), (f"1.0.0.{MAX_PART}", f"1.0.0.{MAX_PART}")],
)
def test_the_following_version_is_the_next(version: str, following: str) -> None:
    assert str(Version.parse(version).following) == following
