"""What can be provisioned, and the questions that the other rooms ask about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from core.catalogue.models import (
    Audience,
    Feature,
    Language,
    OtherSolution,
    PortalTemplate,
    Terms,
    is_unsupported_language,
)
from core.errors import LanguageNotSupported, NotFound

_R = TypeVar("_R", Audience, Feature, PortalTemplate)


@dataclass(frozen=True)
class Catalogue:
    """Every record; audiences, portals and languages in their file's order, features in the matrix's."""

    audiences: tuple[Audience, ...]
    portals: tuple[PortalTemplate, ...]
    features: tuple[Feature, ...]
    languages: tuple[Language, ...]
    other_solutions: tuple[OtherSolution, ...]
    terms: Terms

    @cached_property
    def columns(self) -> tuple[PortalTemplate, ...]:
        """The portals that have a column of their own in the matrix (R17): all but the add-ons."""
        return tuple(portal for portal in self.portals if not portal.is_add_on)

    def portal(self, slug: str) -> PortalTemplate:
        """The portal of that slug; raises NotFound with field `portal`."""
        return _find(self._portals, slug, "portal")

    def audience(self, slug: str) -> Audience:
        """The audience of that slug; raises NotFound with field `audience`."""
        return _find(self._audiences, slug, "audience")

    def feature(self, slug: str) -> Feature:
        """The feature of that slug; raises NotFound with field `feature`."""
        return _find(self._features, slug, "feature")

    def language(self, lcid: int) -> Language:
        """The language of that LCID; raises LanguageNotSupported for Arabic and Hebrew (R13), else NotFound.

        Both have the field `language`. Whether an instance has the language (R12) is not asked here.
        """
        if is_unsupported_language(lcid):
            raise LanguageNotSupported(
                f"A portal can't be in {lcid}: Arabic and Hebrew are not supported. Choose another language.",
                details={"language": lcid},
            )
        if lcid not in self._languages:
            raise NotFound(
                f"There is no portal language {lcid}. Choose one of the {len(self.languages)} on offer.",
                field="language",
                details={"language": lcid},
            )
        return self._languages[lcid]

    def is_supported(self, lcid: int) -> bool:
        """Whether a portal can be in that language (R13)."""
        return lcid in self._languages

    def language_name(self, lcid: int) -> str:
        """A language as people call it; one that no portal has by its number."""
        return self.language(lcid).name if self.is_supported(lcid) else f"the language {lcid}"

    def language_code(self, lcid: int) -> str:
        """A language as a package's site content has it, such as fr-FR; of one that no portal has an empty text."""
        return self.language(lcid).code if self.is_supported(lcid) else ""

    def offered(self, audience: str) -> tuple[PortalTemplate, ...]:
        """The portals on offer to that audience, in the seed's order (R15); raises NotFound."""
        return tuple(self.portal(slug) for slug in self.audience(audience).portals)

    def features_of(self, portal: str) -> tuple[Feature, ...]:
        """The portal's dots, in the matrix's order (R17); raises NotFound.

        An add-on's are those of the portal that it stands on, with its own integration always among them.
        """
        template = self.portal(portal)
        column = template.content_of or template.slug
        return tuple(
            feature
            for feature in self.features
            if column in feature.portals or feature.delivered.with_solution in template.requires
        )

    def condition_of(self, feature: str, portal: str) -> str | None:
        """The solution that must be in the instance too before this portal shows the feature; None: none.

        An add-on requires the solution of its own integration, so that one is always there. Raises NotFound.
        """
        solution = self.feature(feature).delivered.with_solution
        return None if solution in self.portal(portal).requires else solution

    def packages(self) -> Mapping[str, tuple[str, ...]]:
        """Each portal's package by the portal's slug: unique names in install order."""
        return MappingProxyType({portal.slug: portal.solutions for portal in self.portals})

    def solutions(self) -> tuple[str, ...]:
        """Every solution that some package brings, once, in the order of first appearance."""
        return tuple(dict.fromkeys(solution for portal in self.portals for solution in portal.solutions))

    def content_solutions(self, portal: str) -> tuple[str, ...]:
        """The solutions whose site content the website gets, in order: those an add-on stands on first.

        Raises NotFound.
        """
        template = self.portal(portal)
        base = () if template.content_of is None else self.portal(template.content_of).solutions
        return (*base, *template.solutions)

    def needs(self, solution: str) -> tuple[str, ...]:
        """What the solution's manifest needs, in order: all before it in every package that has it.

        What a portal requires stands before its package. Another product's solution needs nothing of ours.
        Raises NotFound (field `solution`) for one that the catalogue does not know.
        """
        before = [
            (*portal.requires, *portal.solutions[: portal.solutions.index(solution)])
            for portal in self.portals
            if solution in portal.solutions
        ]
        if not before and all(other.unique_name != solution for other in self.other_solutions):
            raise NotFound(
                f"There is no solution {solution!r} in the catalogue. Name it by its unique name.",
                field="solution",
                details={"solution": solution},
            )
        return tuple(
            name for name in (before[0] if before else ()) if all(name in others for others in before)
        )

    def describe(self) -> dict[str, Any]:
        """The catalogue as `catalogue --json` prints it: plain values, made anew at each call."""
        return {
            "audiences": [
                {"slug": a.slug, "name": a.name, "portals": list(a.portals)} for a in self.audiences
            ],
            "portals": [self._describe_portal(portal) for portal in self.portals],
            "features": [
                {"name": f.name, "group": f.group, "explanation": f.explanation} for f in self.features
            ],
            "languages": [
                {"lcid": x.lcid, "name": x.name, "native_name": x.native_name} for x in self.languages
            ],
        }

    def _describe_portal(self, portal: PortalTemplate) -> dict[str, Any]:
        return {
            "slug": portal.slug,
            "name": portal.name,
            "optional": portal.is_optional,
            "requires": list(portal.requires),
            "solutions": list(portal.solutions),
            "features": [feature.name for feature in self.features_of(portal.slug)],
        }

    @cached_property
    def _portals(self) -> dict[str, PortalTemplate]:
        return {portal.slug: portal for portal in self.portals}

    @cached_property
    def _audiences(self) -> dict[str, Audience]:
        return {audience.slug: audience for audience in self.audiences}

    @cached_property
    def _features(self) -> dict[str, Feature]:
        return {feature.slug: feature for feature in self.features}

    @cached_property
    def _languages(self) -> dict[int, Language]:
        return {language.lcid: language for language in self.languages}


def _find(records: Mapping[str, _R], slug: str, kind: str) -> _R:
    """The record of that slug; raises NotFound that lists what there is."""
    if slug not in records:
        raise NotFound(
            f"There is no {kind} {slug!r}. Choose one of: {', '.join(records)}.",
            field=kind,
            details={kind: slug},
        )
    return records[slug]
