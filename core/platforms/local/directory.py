"""The sample directory: what data/directory/ says of people, roles, languages and instances, checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.catalogue import Language, load_catalogue
from core.catalogue.reading import read_list, refuse_doubled
from core.errors import DataError
from core.platforms.port import AccessMode, User

# A slug is part of a file's name and of a URL.
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
EMAIL = r"^[^@\s\x00-\x1f\x7f]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
PEOPLE, INSTANCES, ROLES, LANGUAGES = "people.yaml", "instances.yaml", "roles.yaml", "languages.yaml"

Words = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$", max_length=100)]
Email = Annotated[str, StringConstraints(pattern=EMAIL, max_length=254)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Person(_Record):
    """Somebody, known by e-mail."""

    email: Email
    name: Words


class Role(_Record):
    """A role that can be assigned."""

    name: Words
    explanation: Words


class InstanceLanguage(_Record):
    """A language that an instance can have; `code` names its files in a package, where there are any."""

    lcid: int = Field(ge=1)
    name: Words
    code: str = ""


class InstanceUser(_Record):
    """A person as a user of an instance."""

    email: Email
    roles: tuple[Words, ...]
    access_mode: AccessMode
    default_language: int


class SampleInstance(_Record):
    """An instance to begin with."""

    slug: Annotated[str, StringConstraints(pattern=SLUG, max_length=60)]
    name: Words
    url: Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9.-]+$")]
    base_language: int
    languages: tuple[int, ...]
    solutions: tuple[str, ...]
    users: tuple[InstanceUser, ...] = Field(min_length=1)


@dataclass(frozen=True)
class SampleDirectory:
    """What a new local platform begins with, and what it knows."""

    people: tuple[Person, ...]
    roles: tuple[Role, ...]
    languages: tuple[InstanceLanguage, ...]
    instances: tuple[SampleInstance, ...]

    @cached_property
    def language_by_lcid(self) -> dict[int, InstanceLanguage]:
        """Every language that an instance can have."""
        return {language.lcid: language for language in self.languages}

    @cached_property
    def role_names(self) -> tuple[str, ...]:
        """Every role that can be assigned."""
        return tuple(role.name for role in self.roles)

    def language_name(self, lcid: int) -> str:
        """The language as the platform writes it: its name and LCID."""
        known = self.language_by_lcid.get(lcid)
        return f"{known.name} ({lcid})" if known else str(lcid)

    def code(self, lcid: int) -> str:
        """The code that names the language's files in a package; empty for a language that no portal has."""
        known = self.language_by_lcid.get(lcid)
        return known.code if known else ""

    def users_of(self, instance: SampleInstance) -> tuple[User, ...]:
        """The instance's users, with their names."""
        names = {person.email: person.name for person in self.people}
        return tuple(
            User(u.email, names[u.email], u.roles, u.access_mode, u.default_language) for u in instance.users
        )


def load_directory(folder: Path) -> SampleDirectory:
    """The directory in that folder; raises DataError (file, key, reason) for the first wrong record."""
    portal_languages = [_of_catalogue(language) for language in load_catalogue().languages]
    directory = SampleDirectory(
        people=read_list(folder / PEOPLE, folder, Person, "email"),
        roles=read_list(folder / ROLES, folder, Role, "name"),
        languages=(*portal_languages, *read_list(folder / LANGUAGES, folder, InstanceLanguage, "lcid")),
        instances=read_list(folder / INSTANCES, folder, SampleInstance, "slug"),
    )
    refuse_doubled([language.lcid for language in directory.languages], f"{folder.name}/{LANGUAGES}", "lcid")
    for instance in directory.instances:
        _check(instance, directory, f"{folder.name}/{INSTANCES}")
    return directory


def _of_catalogue(language: Language) -> InstanceLanguage:
    return InstanceLanguage(lcid=language.lcid, name=language.name, code=language.code)


def _check(instance: SampleInstance, directory: SampleDirectory, file: str) -> None:
    """Every name in the instance's record is one that the directory knows."""
    installed = (instance.base_language, *instance.languages)
    _refuse_unknown(installed, directory.language_by_lcid, file, f"{instance.slug}.languages")
    refuse_doubled(list(installed), file, f"{instance.slug}.languages")
    refuse_doubled([user.email.casefold() for user in instance.users], file, f"{instance.slug}.users")
    people = {person.email for person in directory.people}
    for user in instance.users:
        key = f"{instance.slug}.users.{user.email}"
        _refuse_unknown([user.email], people, file, key)
        _refuse_unknown(user.roles, directory.role_names, file, f"{key}.roles")
        _refuse_unknown([user.default_language], installed, file, f"{key}.default_language")


def _refuse_unknown(values: Iterable[object], known: Iterable[object], file: str, key: str) -> None:
    allowed = set(known)
    for value in values:
        if value not in allowed:
            raise DataError(file, key, f"{value} is not known there")
