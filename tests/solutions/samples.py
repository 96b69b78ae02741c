"""Small packages of the tests' own, and where the real ones are."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.solutions.manifest import Manifest, parse_manifest
from tests.paths import SHARED

CORPORA = SHARED / "corpora"
CONTENT_TYPES = (
    b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>'
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="xml" ContentType="application/octet-stream" /></Types>'
)
CUSTOMIZATIONS = (
    b"<ImportExportXml><Entities /><Languages><Language>1033</Language></Languages></ImportExportXml>"
)


def solution_xml(
    unique_name: str = "Sample",
    version: str = "1.0.0.0",
    needs: Sequence[str] = (),
    extra: str = "",
    managed: str = "<Managed>1</Managed>",
) -> str:
    """A small solution.xml; `needs` are as in Required@solution, `extra` stands inside SolutionManifest."""
    missing = "".join(
        f'<MissingDependency><Required key="{key}" type="1" schemaName="thing_{key}" displayName="Thing"'
        f' solution="{need}" /><Dependent key="d{key}" type="1" schemaName="own" /></MissingDependency>'
        for key, need in enumerate(needs)
    )
    return (
        '<ImportExportXml version="9.2.1.2" SolutionPackageVersion="9.2" languagecode="1033" '
        'generatedBy="CrmLive">'
        f"<SolutionManifest><UniqueName>{unique_name}</UniqueName>"
        f'<LocalizedNames><LocalizedName description="Of {unique_name}" languagecode="1033" />'
        '<LocalizedName description="De" languagecode="1036" /></LocalizedNames>'
        f"<Descriptions /><Version>{version}</Version>{managed}"
        "<Publisher><UniqueName>maker</UniqueName><CustomizationPrefix>mk</CustomizationPrefix></Publisher>"
        '<RootComponents><RootComponent type="1" schemaName="own" behavior="0" />'
        '<RootComponent type="29" id="{f3c11e79-ef77-ea11-a811-000d3a5631e2}" />'
        '<RootComponent type="MaskingRule" /></RootComponents>'
        f"<MissingDependencies>{missing}</MissingDependencies>{extra}"
        "</SolutionManifest></ImportExportXml>"
    )


def manifest_of(unique_name: str, version: str = "1.0.0.0", needs: Sequence[str] = ()) -> Manifest:
    """The manifest of a small solution."""
    return parse_manifest(solution_xml(unique_name, version, needs).encode())


def zip_of(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these entries, under exactly these names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return buffer.getvalue()


def package_files(
    unique_name: str = "Sample", version: str = "1.0.0.0", needs: Sequence[str] = ()
) -> dict[str, bytes]:
    """The three files that a solution's zip must have."""
    return {
        "solution.xml": solution_xml(unique_name, version, needs).encode(),
        "customizations.xml": CUSTOMIZATIONS,
        "[Content_Types].xml": CONTENT_TYPES,
    }


def package_zip(
    unique_name: str = "Sample", version: str = "1.0.0.0", more: Mapping[str, bytes] | None = None
) -> bytes:
    """A solution's zip, with further files."""
    return zip_of({**package_files(unique_name, version), **(more or {})})


def order_xml(*files: str) -> str:
    """An ImportConfig.xml that lists these files."""
    entries = "".join(f'<configsolutionfile solutionpackagefilename="{name}" />' for name in files)
    return (
        f'<configdatastorage installsampledata="false"><solutions>{entries}</solutions></configdatastorage>'
    )


def corpus(kind: str) -> list[tuple[Path, dict[str, str]]]:
    """The real files of one kind, each with its row of the index; empty where they are not there."""
    index = CORPORA / kind / "index.csv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as stream:
        return [(CORPORA / kind / row["file"], row) for row in csv.DictReader(stream)]


needs_corpora = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the real packages (../shared/corpora) are not here"
)
