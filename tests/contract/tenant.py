"""A platform under test, and how it is asked; a new one adds its factory and meets the whole suite."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from core.platforms.local import LocalPlatform
from core.platforms.port import (
    SYSTEM_ADMINISTRATOR,
    ImportRequest,
    Instance,
    InstanceAdministration,
    InstanceChange,
    Operation,
    Platform,
    User,
    WebsiteRequest,
)
from tests.contract.packages import SITE, build

ENGLISH, FRENCH, GERMAN = 1033, 1036, 1031
PURGE_S = 1800.0


class Subject(Platform, InstanceAdministration, Protocol):
    """What the suite runs against."""


class MovableClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Tenant:
    """The platform, its clock, and one instance of the suite's own with one administrator."""

    platform: Subject
    clock: MovableClock
    slug: str = "workshop"
    admin: str = "ada.moreau@workshop.example"
    _keys: "count[int]" = field(default_factory=count)

    def found(self) -> "Tenant":
        """Add the instance, English with French installed."""
        user = User(self.admin, "Ada Moreau", (SYSTEM_ADMINISTRATOR,), "read-write", ENGLISH)
        self.platform.add_instance(self.slug, "Workshop", ENGLISH, user)
        self.change(InstanceChange("install-language", language=FRENCH))
        return self

    def key(self) -> str:
        """A key that was not used before."""
        return f"key-{next(self._keys)}"

    def change(self, *changes: InstanceChange) -> Instance:
        """Change the instance."""
        return self.platform.change_instance(self.slug, changes)

    def instance(self) -> Instance:
        """The instance as it is now."""
        return self.platform.instance(self.slug)

    def request(self, package: bytes, **values: Any) -> ImportRequest:
        """A request to import, by the administrator and in English unless told otherwise."""
        given: dict[str, Any] = {"language": ENGLISH, "on_behalf_of": self.admin, **values}
        return ImportRequest(instance=self.slug, package=package, **given)

    def install(self, package: bytes, key: str | None = None, **values: Any) -> Operation:
        """Import a package."""
        return self.platform.import_solution(key or self.key(), self.request(package, **values))

    def create(self, subdomain: str = "shop", language: int = ENGLISH, key: str | None = None) -> str:
        """Create a website and give its id."""
        request = WebsiteRequest(self.slug, subdomain, "Shop", language, "customer-self-service", self.admin)
        return self.platform.create_website(key or self.key(), request).result["website_id"]

    def furnish(self, website_id: str, package: bytes | None = None, language: int = ENGLISH) -> Operation:
        """Bring site content to the website."""
        content = package or build(files=SITE)
        return self.platform.add_site_content(self.key(), self.slug, website_id, content, language)


def make_local(folder: Path) -> Tenant:
    """The embedded platform, from the project's sample directory."""
    clock = MovableClock()
    return Tenant(LocalPlatform(folder, clock=clock, name_purge_s=PURGE_S), clock)


FACTORIES: dict[str, Callable[[Path], Tenant]] = {"local": make_local}
