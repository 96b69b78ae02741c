"""One record a cause: how it is recognised, what it means, what helps; strict, and nothing undeclared."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from core.diagnosis.codes import normalise_code
from core.diagnosis.phrases import PhraseError, phrase_of

UNKNOWN = "unknown"
Retry = Literal["now", "after-wait", "after-fix", "never"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$")]
Words = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$", strip_whitespace=True)]

# What a remedy can name; `{solutions|the solutions}` says what stands there where the message names none.
PLACEHOLDERS = frozenset(
    {
        "solutions",
        "missing",
        "versions",
        "privileges",
        "roles",
        "users",
        "components",
        "connections",
        "languages",
        "urls",
    }
)
PLACEHOLDER = re.compile(r"\{([^{}|]*)\|([^{}]*)\}")


def _check_sentence(value: str) -> str:
    for name, _ in PLACEHOLDER.findall(value):
        if name not in PLACEHOLDERS:
            raise ValueError(f"{{{name}|…}} is no placeholder; there are {', '.join(sorted(PLACEHOLDERS))}")
    if re.search(r"[{}]", PLACEHOLDER.sub("", value)):
        raise ValueError("a placeholder is written {name|what stands there where the message names none}")
    return value


def _check_phrase(value: str) -> str:
    try:
        phrase_of(value)
    except PhraseError as error:
        raise ValueError(str(error)) from error
    return value


def _check_code(value: str) -> str:
    code = normalise_code(value)
    if code is None:
        raise ValueError("a code is written 0x8004801D")
    return code


Sentence = Annotated[Words, AfterValidator(_check_sentence)]
PhraseWords = Annotated[str, AfterValidator(_check_phrase)]
Code = Annotated[str, AfterValidator(_check_code)]
Host = Annotated[str, StringConstraints(pattern=r"^\.[a-z0-9.-]+$")]
Url = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Codes(_Strict):
    """Codes by how much they say: this cause and no other, most often this one, this one among others."""

    decide: tuple[Code, ...] = ()
    likely: tuple[Code, ...] = ()
    hint: tuple[Code, ...] = ()


class Evidence(_Strict):
    """Phrases by how much they say; `common` and `in_context` ones only in a message that is the platform's.

    `common` decide there and are likely near it: every product words them so, and elsewhere they say next to nothing.
    """

    decide: tuple[PhraseWords, ...] = ()
    common: tuple[PhraseWords, ...] = ()
    likely: tuple[PhraseWords, ...] = ()
    in_context: tuple[PhraseWords, ...] = ()
    hint: tuple[PhraseWords, ...] = ()


class Recognise(_Strict):
    """How a cause is recognised; `not_with` are phrases that look alike and mean something else."""

    codes: Codes = Codes()
    words: Evidence = Evidence()
    not_with: tuple[PhraseWords, ...] = ()
    yields_to: tuple[Slug | Literal["*"], ...] = ()


class Setting(_Strict):
    """What is no cause: wrappers, marks of the platform (and words that it shares), of others, of a tool's own faults.

    `hollow` sentences say nothing whatever stands around them: no cause is looked for in them.

    `hosts` are the ends of host names that are not another product's; without them no host is.
    """

    platform: tuple[PhraseWords, ...] = Field(min_length=1)
    nearby: tuple[PhraseWords, ...] = Field(min_length=1)
    foreign: tuple[PhraseWords, ...] = Field(min_length=1)
    own_faults: tuple[PhraseWords, ...] = Field(min_length=1)
    wrappers: tuple[PhraseWords, ...] = Field(min_length=1)
    hollow: tuple[PhraseWords, ...] = ()
    elsewhere: tuple[PhraseWords, ...] = ()
    installing: tuple[PhraseWords, ...] = ()
    hosts: tuple[Host, ...] = ()


class Record(_Strict):
    """A cause. Only `unknown` has a `setting`, and it alone is not recognised by anything."""

    id: Slug
    title: Words
    explanation: Sentence
    remedy: tuple[Sentence, ...] = Field(min_length=1)
    retry: Retry
    sources: tuple[Url, ...] = ()
    recognise: Recognise = Recognise()
    setting: Setting | None = None
