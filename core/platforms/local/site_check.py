"""The platform's no to site content that can't be shown."""

from collections.abc import Mapping

from core.platforms.local.faults import Refusals
from core.solutions.package import Package
from core.solutions.source_yaml import Record, read_yaml
from core.solutions.templates import TEMPLATE_ENDING, environment, site_fault, template_faults

PAGE_ENDING = ".webpage.yml"


def refuse_broken_site(package: Package, code: str, refusals: Refusals) -> None:
    """Raise PlatformRefused for the first file of the site content that can't be shown in this language."""
    fault = site_fault(package, code)
    if fault is None:
        return
    name = package.manifest.unique_name
    if fault.path is None:
        raise refusals.site_broken(name, fault.reason)
    raise refusals.template_broken(name, fault.path, fault.reason)


def refuse_broken_website(files: Mapping[str, bytes], origins: Mapping[str, str], refusals: Refusals) -> None:
    """Raise PlatformRefused for the first page or template of a whole website that does not render.

    Beside what each package was checked for: the templates that pages name and templates include are there.
    """
    templates = _templates(files)
    among = environment(frozenset(templates.items()))
    for path in sorted(files):
        if path.endswith(TEMPLATE_ENDING):
            for fault in template_faults(files[path], among, include_partials=True):
                raise refusals.template_broken(origins[path], path, fault)
        elif path.endswith(PAGE_ENDING):
            named = Record(read_yaml(files, path), path).text("adx_pagetemplate")
            if named not in templates:
                raise refusals.template_broken(origins[path], path, f"no web template '{named}'")


def _templates(files: Mapping[str, bytes]) -> dict[str, str]:
    """Each web template's text by its name."""
    return {
        Record(read_yaml(files, path), path).text("adx_name"): files[
            path.removesuffix(".yml") + ".source.html"
        ].decode("utf-8-sig")
        for path in files
        if path.endswith(".webtemplate.yml")
    }
