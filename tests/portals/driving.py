"""A console whose runs a test drives itself, and packages made from Portico's own."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.access import Actor
from core.bootstrap import Services
from core.settings import Settings
from tests.provisioning.world import CONTOSO, World, copy_data, opened

AMELIE = Actor(CONTOSO.email)


@pytest.fixture
def driven(settings: Settings, made_console: Path) -> Iterator[World]:
    """A fresh console; `drive` carries its runs out."""
    copy_data(made_console, settings.data_dir)
    with opened(settings) as world:
        yield world


def remade(
    services: Services,
    name: str,
    version: str,
    *,
    made_for: str | None = None,
    renamed: str | None = None,
    is_template_broken: bool = False,
) -> bytes:
    """Portico's own package in another version.

    Under another name, made for another platform version, or with a web template that does not parse.
    """
    lowest = services.library.versions(name)[-1]
    source = zipfile.ZipFile(io.BytesIO(services.library.get(name, lowest).to_zip_bytes()))
    files = {entry: source.read(entry) for entry in source.namelist()}
    text = files["solution.xml"].decode("utf-8-sig").replace(f"<Version>{lowest}<", f"<Version>{version}<")
    if renamed is not None:
        text = text.replace(f"<UniqueName>{name}<", f"<UniqueName>{renamed}<")
    if made_for is not None:
        text = text.replace('SolutionPackageVersion="9.2"', f'SolutionPackageVersion="{made_for}"')
    files["solution.xml"] = text.encode()
    if is_template_broken:
        template = next(path for path in sorted(files) if path.endswith(".webtemplate.source.html"))
        files[template] += b"{% if %}"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return made.getvalue()
