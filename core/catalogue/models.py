"""The catalogue's records: frozen, strict, and nothing in them that they do not declare."""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
UniqueName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Words = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?-[A-Z]{2}$")]
Group = Literal["foundation", "content", "support", "community", "partner", "identity", "administration"]

# The lower ten bits of an LCID are its primary language: 0x01 Arabic, 0x0D Hebrew (R13).
_PRIMARY_LANGUAGE = 0x3FF
_UNSUPPORTED = frozenset({0x01, 0x0D})

_PLACES = {
    "page": re.compile(r"/[a-z0-9][a-z0-9./-]*"),
    "api": re.compile(r"/_[a-z]+/[a-z0-9/-]+"),
    "setting": re.compile(r"\w+(/\w+)+"),
    "mark": re.compile(r"html|body|footer"),
}


def is_unsupported_language(lcid: int) -> bool:
    """Whether the LCID is a variant of Arabic or Hebrew, which no portal has (R13)."""
    return lcid > 0 and (lcid & _PRIMARY_LANGUAGE) in _UNSUPPORTED


def slug_of(name: str) -> str:
    """A name as a slug: lower case, each run of other characters one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


class Record(BaseModel):
    """The base of every record of the catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Audience(Record):
    """Who a portal is for; its portals in the order in which they are offered (R15)."""

    slug: Slug
    name: Words
    portals: tuple[Slug, ...] = Field(min_length=1)


class PortalTemplate(Record):
    """A kind of portal that can be provisioned, and its package.

    `solutions`: unique names that the package brings, in install order. `requires`: unique names that must be
    in the instance already, in an order in which they can be imported (R16). `content_of`: the slug of the
    portal whose solutions' content the website gets as well; only an add-on has one, and no own column.
    """

    slug: Slug
    name: Words
    purpose: Words
    is_optional: bool
    requires: tuple[UniqueName, ...]
    solutions: tuple[UniqueName, ...] = Field(min_length=1)
    content_of: Slug | None = None

    @property
    def is_add_on(self) -> bool:
        """Whether it stands on another portal's package, and so has no column of its own in the matrix."""
        return self.content_of is not None


class OtherSolution(Record):
    """A solution of another product, which no package brings but a portal or a feature can need."""

    unique_name: UniqueName
    name: Words
    explanation: Words


class Delivery(Record):
    """What brings a feature; `with_solution` must be in the instance too before the feature is seen."""

    by: Literal["solution", "site-content", "platform"]
    solution: UniqueName | None = None
    with_solution: UniqueName | None = None

    @model_validator(mode="after")
    def _names_its_solution(self) -> Self:
        if (self.by == "solution") != (self.solution is not None):
            raise ValueError("a solution is named exactly where it is delivered by a solution")
        return self


class Sighting(Record):
    """How a feature is seen on a portal.

    page: the path answers 200 with `data-feature="<slug>"` in it; api: the path answers 200 with JSON;
    setting: the name of a public site setting; mark: `data-feature="<slug>"` on that element of every page.
    """

    kind: Literal["page", "setting", "api", "mark"]
    at: Words

    @model_validator(mode="after")
    def _has_a_place_of_its_kind(self) -> Self:
        if not _PLACES[self.kind].fullmatch(self.at):
            raise ValueError(f"{self.at!r} is no place for a {self.kind}")
        return self


class Feature(Record):
    """A row of the feature matrix (R17); `portals` are its dots."""

    slug: Slug
    name: Words
    order: int = Field(ge=1)
    group: Group
    explanation: Words
    delivered: Delivery
    seen: Sighting
    portals: tuple[Slug, ...] = Field(min_length=1)


class Language(Record):
    """A language that a portal can have; `code` is a BCP 47 tag, as an HTML page's `lang` takes it."""

    lcid: int = Field(ge=1)
    code: LanguageCode
    name: Words
    native_name: Words
    direction: Literal["ltr", "rtl"]

    @model_validator(mode="after")
    def _is_supported(self) -> Self:
        if is_unsupported_language(self.lcid) or self.code.split("-")[0] in {"ar", "he"}:
            raise ValueError("Arabic and Hebrew are not supported (R13)")
        return self


class Terms(Record):
    """The Terms of Service; `text` is Markdown. Who accepts them accepts this version (R18)."""

    version: Words
    title: Words
    text: str = Field(min_length=1)
