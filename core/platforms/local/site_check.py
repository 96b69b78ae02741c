"""Whether a package's site content can be shown: its records readable, its web templates parsed strictly."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from core.platforms.local.faults import Refusals
from core.solutions.errors import SiteInvalid
from core.solutions.package import Package
from core.solutions.site import read_site
from core.solutions.source_yaml import Record, read_yaml

if TYPE_CHECKING:
    from liquid import Environment

SITE = "site/"
TEMPLATE_ENDING, PAGE_ENDING = ".html", ".webpage.yml"


def refuse_broken_site(package: Package, code: str, refusals: Refusals) -> None:
    """Raise PlatformRefused for the first file of the site content that can't be shown in this language."""
    name = package.manifest.unique_name
    try:
        site = read_site(package)
        site.snippets(code)
        site.sample_data(code)
    except SiteInvalid as error:
        raise refusals.site_broken(name, error.message) from error
    for path in sorted(package.files):
        if path.startswith(SITE) and path.endswith(TEMPLATE_ENDING):
            for fault in faults_of(package.files[path]):
                raise refusals.template_broken(name, path.removeprefix(SITE), fault)


def refuse_broken_website(files: Mapping[str, bytes], origins: Mapping[str, str], refusals: Refusals) -> None:
    """Raise PlatformRefused for the first page or template of a whole website that does not render.

    Beside what each package was checked for: the templates that pages name and templates include are there.
    """
    templates = _templates(files)
    environment = _environment(frozenset(templates.items()))
    for path in sorted(files):
        if path.endswith(TEMPLATE_ENDING):
            for fault in _faults(files[path], environment, include_partials=True):
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


@lru_cache(maxsize=512)
def faults_of(source: bytes) -> tuple[str, ...]:
    """What is wrong with a web template, if anything: it does not parse, or uses an unknown filter."""
    return tuple(_faults(source, _environment(), include_partials=False))


def _faults(source: bytes, environment: "Environment", *, include_partials: bool) -> Iterator[str]:
    from liquid.exceptions import LiquidError

    try:
        template = environment.from_string(source.decode("utf-8-sig"))
        filters = template.analyze(include_partials=include_partials).filters
    except UnicodeDecodeError:
        yield "it is not UTF-8"
    except LiquidError as error:
        yield " ".join(str(error).split())
    else:
        yield from (f"unknown filter '{name}'" for name in filters if name not in environment.filters)


@lru_cache(maxsize=16)
def _environment(templates: frozenset[tuple[str, str]] = frozenset()) -> "Environment":
    # Imported here: it takes longer than most commands that read.
    from liquid import DictLoader, Environment
    from liquid.extra import BlockTag, ExtendsTag

    environment = Environment(autoescape=True, loader=DictLoader(dict(templates)))
    del environment.filters["safe"]  # values are always escaped
    environment.add_tag(BlockTag)
    environment.add_tag(ExtendsTag)
    return environment
