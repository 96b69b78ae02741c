"""The library as an installation meets it."""

from pathlib import Path

from core.solutions.highest import HighestPackages
from core.solutions.library import PackageLibrary
from tests.contract.packages import build


def test_packages_are_those_of_the_library(tmp_path: Path) -> None:
    library = PackageLibrary(tmp_path / "own", tmp_path / "uploads")
    library.add(build("Base", version="2.0.0.0"))
    library.add(build("Onto", version="3.1.0.0", needs=["Base (2.0.0.0)", "Loose"]))
    packages = HighestPackages(library)
    assert packages.version("Onto") == "3.1.0.0"
    assert packages.zip_bytes("Onto")[:2] == b"PK"
    assert packages.needs("Onto") == (("Base", "2.0.0.0"), ("Loose", None))
