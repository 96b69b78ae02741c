"""Whether a package's site content can be shown: its records readable, its web templates parsed strictly."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from core.solutions.errors import SiteInvalid
from core.solutions.package import Package
from core.solutions.site import SITE, read_site

if TYPE_CHECKING:
    from liquid import Environment

TEMPLATE_ENDING = ".html"


@dataclass(frozen=True)
class SiteFault:
    """What can't be shown, and why; `path` below `site/` is a web template's, None for any other file."""

    path: str | None
    reason: str

    @property
    def sentence(self) -> str:
        """It in words."""
        if self.path is None:
            return f"its site content can't be used: {self.reason}"
        return f"the web template {self.path} does not render ({self.reason})."


def site_fault(package: Package, code: str) -> SiteFault | None:
    """The first file of the site content that can't be shown in this language, such as fr-FR; None: all can."""
    try:
        site = read_site(package)
        site.snippets(code)
        site.sample_data(code)
    except SiteInvalid as error:
        return SiteFault(None, error.message)
    for path in sorted(package.files):
        if path.startswith(SITE) and path.endswith(TEMPLATE_ENDING):
            for fault in faults_of(package.files[path]):
                return SiteFault(path.removeprefix(SITE), fault)
    return None


@lru_cache(maxsize=512)
def faults_of(source: bytes) -> tuple[str, ...]:
    """What is wrong with a web template, if anything: it does not parse, or uses an unknown filter."""
    return tuple(template_faults(source, environment(), include_partials=False))


def template_faults(source: bytes, among: "Environment", *, include_partials: bool) -> Iterator[str]:
    """What is wrong with a web template among those that it may include."""
    from liquid.exceptions import LiquidError

    try:
        template = among.from_string(source.decode("utf-8-sig"))
        filters = template.analyze(include_partials=include_partials).filters
    except UnicodeDecodeError:
        yield "it is not UTF-8"
    except LiquidError as error:
        yield " ".join(str(error).split())
    else:
        yield from (f"unknown filter '{name}'" for name in filters if name not in among.filters)


@lru_cache(maxsize=16)
def environment(templates: frozenset[tuple[str, str]] = frozenset()) -> "Environment":
    """Liquid as portals render it, with these web templates by name."""
    # Imported here: it takes longer than most commands that read.
    from liquid import DictLoader, Environment
    from liquid.extra import BlockTag, ExtendsTag

    made = Environment(autoescape=True, loader=DictLoader(dict(templates)))
    del made.filters["safe"]  # values are always escaped
    made.add_tag(BlockTag)
    made.add_tag(ExtendsTag)
    return made
