"""Small solutions of the tests' own, built in memory."""

import io
import zipfile
from collections.abc import Mapping, Sequence

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/octet-stream" /></Types>'
)
CUSTOMIZATIONS = (
    "<ImportExportXml><Entities /><Languages><Language>1033</Language></Languages></ImportExportXml>"
)
SITE = {
    "site/web-pages/home/home.webpage.yml": (
        "adx_name: Home\nadx_partialurl: /\nadx_title: welcome\nadx_pagetemplate: Page\n"
    ),
    "site/web-pages/home/home.webpage.copy.html": "<p>{{ title | upcase }}</p>",
    "site/web-templates/page/page.webtemplate.yml": "adx_name: Page\n",
    "site/web-templates/page/page.webtemplate.source.html": "{% if title %}<h1>{{ title }}</h1>{% endif %}",
    "site/content-snippets/en-US.contentsnippet.yml": "- adx_name: welcome\n  adx_value: Welcome\n",
    "site/content-snippets/fr-FR.contentsnippet.yml": "- adx_name: welcome\n  adx_value: Bienvenue\n",
    "site/sitesetting.yml": "- adx_name: Site/Mood\n  adx_value: calm\n  portico_public: true\n",
    "sample-data/en-US.yml": "news:\n- title: Hello\n  body: A first word.\n",
    "sample-data/fr-FR.yml": "news:\n- title: Bonjour\n  body: Un premier mot.\n",
}


def solution_xml(
    unique_name: str,
    version: str,
    needs: Sequence[str],
    managed: int,
    package_version: str,
    publisher: str,
) -> str:
    """A small solution.xml; `needs` as in Required@solution."""
    missing = "".join(
        f'<MissingDependency><Required key="{key}" type="1" schemaName="thing_{key}" solution="{need}" />'
        f'<Dependent key="d{key}" type="1" schemaName="own" /></MissingDependency>'
        for key, need in enumerate(needs)
    )
    return (
        f'<ImportExportXml version="9.2.1.2" SolutionPackageVersion="{package_version}" languagecode="1033">'
        f"<SolutionManifest><UniqueName>{unique_name}</UniqueName>"
        f'<LocalizedNames><LocalizedName description="Of {unique_name}" languagecode="1033" />'
        f"</LocalizedNames><Descriptions /><Version>{version}</Version><Managed>{managed}</Managed>"
        f"<Publisher><UniqueName>{publisher}</UniqueName></Publisher>"
        '<RootComponents><RootComponent type="1" schemaName="own" behavior="0" /></RootComponents>'
        f"<MissingDependencies>{missing}</MissingDependencies></SolutionManifest></ImportExportXml>"
    )


def build(
    unique_name: str = "Sample",
    version: str = "1.0.0.0",
    *,
    needs: Sequence[str] = (),
    managed: int = 1,
    package_version: str = "9.2",
    publisher: str = "maker",
    files: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
) -> bytes:
    """The zip of a small solution with these further files, and without some that it should have."""
    entries = {
        "solution.xml": solution_xml(unique_name, version, needs, managed, package_version, publisher),
        "customizations.xml": CUSTOMIZATIONS,
        "[Content_Types].xml": CONTENT_TYPES,
        **(files or {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            if name not in without:
                archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
