"""Whether a package's site content can be shown: its records readable, its web templates parsed strictly."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from core.platforms.local.faults import Refusals
from core.solutions.errors import SiteInvalid
from core.solutions.package import Package
from core.solutions.site import read_site

if TYPE_CHECKING:
    from liquid import Environment

SITE = "site/"
TEMPLATE_ENDING = ".html"


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


@lru_cache(maxsize=512)
def faults_of(source: bytes) -> tuple[str, ...]:
    """What is wrong with a web template, if anything: it does not parse, or uses an unknown filter."""
    return tuple(_faults(source))


def _faults(source: bytes) -> Iterator[str]:
    from liquid.exceptions import LiquidError

    environment = _environment()
    try:
        template = environment.from_string(source.decode("utf-8-sig"))
        filters = template.analyze(include_partials=False).filters
    except UnicodeDecodeError:
        yield "it is not UTF-8"
    except LiquidError as error:
        yield " ".join(str(error).split())
    else:
        yield from (f"unknown filter '{name}'" for name in filters if name not in environment.filters)


@cache
def _environment() -> "Environment":
    # Imported here: it takes longer than most commands that read.
    from liquid import Environment
    from liquid.extra import BlockTag, ExtendsTag

    environment = Environment(autoescape=True)
    del environment.filters["safe"]  # values are always escaped
    environment.add_tag(BlockTag)
    environment.add_tag(ExtendsTag)
    return environment
