"""Whether a package's web templates render: parsed strictly, and every filter known."""

from collections.abc import Iterator, Mapping
from functools import cache

from liquid import Environment
from liquid.exceptions import LiquidError
from liquid.extra import add_inheritance_tags

from core.platforms.local.faults import Refusals

SITE = "site/"
TEMPLATE_ENDING = ".html"


def refuse_broken_templates(files: Mapping[str, bytes], unique_name: str, refusals: Refusals) -> None:
    """Raise PlatformRefused for the first template below site/ that does not render."""
    for path in sorted(files):
        if path.startswith(SITE) and path.endswith(TEMPLATE_ENDING):
            for fault in faults_of(files[path]):
                raise refusals.template_broken(unique_name, path.removeprefix(SITE), fault)


def faults_of(source: bytes) -> Iterator[str]:
    """What is wrong with a template, if anything is."""
    environment = _environment()
    try:
        template = environment.from_string(source.decode("utf-8"))
        filters = template.analyze(include_partials=False).filters
    except UnicodeDecodeError:
        yield "it is not UTF-8"
    except LiquidError as error:
        yield " ".join(str(error).split())
    else:
        yield from (f"unknown filter '{name}'" for name in filters if name not in environment.filters)


@cache
def _environment() -> Environment:
    environment = Environment()
    add_inheritance_tags(environment)
    return environment
