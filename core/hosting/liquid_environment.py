"""Liquid for portals: strict, escaping everything, within limits, loading only the site's templates."""

from collections.abc import Mapping

from liquid import BoundTemplate, Environment, Mode, RenderContext
from liquid.exceptions import TemplateNotFoundError
from liquid.extra import BlockTag, ExtendsTag
from liquid.loader import BaseLoader, TemplateSource
from liquid.undefined import FalsyStrictUndefined


class LimitedEnvironment(Environment):
    """Python-liquid with an end to what one page can cost."""

    context_depth_limit = 20
    loop_iteration_limit = 20_000
    local_namespace_limit = 1_000_000  # bytes
    output_stream_limit = 2_000_000  # bytes


class SiteLoader(BaseLoader):
    """Loads a site's templates by name, each parsed once. Safe to share between threads."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates
        self._parsed: dict[str, BoundTemplate] = {}

    def load(
        self,
        env: Environment,
        name: str,
        *,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the base's name
        context: RenderContext | None = None,
        **kwargs: object,
    ) -> BoundTemplate:
        """The parsed template. Raises LiquidError where it is not there or not Liquid."""
        if name not in self._parsed:
            self._parsed[name] = super().load(env, name, globals=globals, context=context, **kwargs)
        return self._parsed[name]

    def get_source(
        self,
        env: Environment,  # noqa: ARG002 - the base's argument
        template_name: str,
        *,
        context: RenderContext | None = None,  # noqa: ARG002 - the base's argument
        **kwargs: object,  # noqa: ARG002 - the base's argument
    ) -> TemplateSource:
        """The template's text."""
        if template_name not in self._templates:
            raise TemplateNotFoundError(template_name)
        return TemplateSource(self._templates[template_name], template_name, None)


def build_environment(templates: Mapping[str, str]) -> Environment:
    """An environment over these templates: unknown names and filters are errors, every value is escaped."""
    environment = LimitedEnvironment(
        tolerance=Mode.STRICT,
        loader=SiteLoader(templates),
        undefined=FalsyStrictUndefined,
        strict_filters=True,
        autoescape=True,
    )
    environment.add_tag(ExtendsTag)
    environment.add_tag(BlockTag)
    del environment.filters["safe"]  # no template can switch the escaping off
    return environment
