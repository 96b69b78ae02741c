"""The port: what Portico asks of a platform, and what a platform may answer.

Every call that changes something is idempotent by its operation key: the same key never does an effect
twice and gets the same operation back. A call may answer at once (a finished operation) or later: the
operation is then asked for again with `operation`. Calls are short; nobody waits inside one.

Raises, from any call: PlatformUnreachable (no answer came). From calls that change something also
PlatformRefused (a final answer, with the platform's code) and PlatformBusy (passes by itself). An import
that was accepted and fails later says so in its operation's `fault`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from core.solutions.package import Package

AccessMode = Literal["read-write", "administrative", "read", "non-interactive"]
SYSTEM_ADMINISTRATOR = "System Administrator"
SYSTEM_CUSTOMIZER = "System Customizer"


@dataclass(frozen=True)
class User:
    """A user of an instance; `roles` are those assigned directly."""

    email: str
    name: str
    roles: tuple[str, ...]
    access_mode: AccessMode
    default_language: int

    def has(self, role: str) -> bool:
        """Whether the role is assigned directly."""
        return role in self.roles


@dataclass(frozen=True)
class InstalledSolution:
    """A solution that stands in an instance; `is_holding` marks an upgrade left over (X_Upgrade)."""

    unique_name: str
    version: str
    is_managed: bool
    installed_at: datetime
    installed_by: str
    language: int
    is_holding: bool = False


@dataclass(frozen=True)
class Instance:
    """What a platform says of an instance."""

    slug: str
    name: str
    url: str
    base_language: int
    languages: tuple[int, ...]
    administration_mode: bool
    version: str
    users: tuple[User, ...]
    solutions: tuple[InstalledSolution, ...]
    import_running: str | None = None  # what runs there now: the solution's name

    def user(self, email: str) -> User | None:
        """The user with this e-mail, without regard to case."""
        wanted = email.casefold()
        return next((user for user in self.users if user.email.casefold() == wanted), None)

    def solution(self, unique_name: str) -> InstalledSolution | None:
        """The installed solution of this name (a holding one doesn't count)."""
        return next((s for s in self.solutions if s.unique_name == unique_name and not s.is_holding), None)

    def administrators(self) -> tuple[User, ...]:
        """Those with the System Administrator role, by name (R3)."""
        return tuple(sorted((u for u in self.users if u.has(SYSTEM_ADMINISTRATOR)), key=lambda u: u.name))


@dataclass(frozen=True)
class Fault:
    """What the platform said when it refused; `text` in its own words."""

    code_hex: str
    text: str
    correlation_id: str
    at: datetime
    is_passing: bool = False  # a lock or a throttle: passes by itself
    missing: tuple[str, ...] = ()  # unique names of the solutions that it names as missing

    @property
    def code_dec(self) -> int:
        """The code as the signed 32-bit number that logs show."""
        number = int(self.code_hex, 16)
        return number - (1 << 32) if number >= 1 << 31 else number


OperationState = Literal["running", "succeeded", "failed"]


@dataclass(frozen=True)
class Operation:
    """Something that a platform does for us, to be asked for again until it has ended."""

    key: str
    state: OperationState
    fault: Fault | None = None
    result: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether there is a verdict."""
        return self.state != "running"


@dataclass(frozen=True)
class WebsiteRequest:
    """A website to create: the URL."""

    instance: str
    subdomain: str
    name: str
    language: int
    template: str
    on_behalf_of: str


@dataclass(frozen=True)
class ImportRequest:
    """A solution to import into an instance, as the bytes of its zip.

    `language` is the one that the installation runs in. `required_language` is the portal's: the import fails
    where they differ, or where the instance lacks it (R26); None compares nothing.
    """

    instance: str
    package: bytes
    language: int
    on_behalf_of: str
    required_language: int | None = None


Availability = Literal["free", "taken", "purging"]


@dataclass(frozen=True)
class NameAvailability:
    """Whether a website can have the subdomain; `free_at` tells when a deleted one's name is free again."""

    state: Availability
    free_at: datetime | None = None


@dataclass(frozen=True)
class SiteVersion:
    """A website as it stands; `version` changes whenever anything that a visitor can see changes."""

    website_id: str
    instance: str
    subdomain: str
    name: str
    template: str
    language: int
    is_published: bool
    version: str


@dataclass(frozen=True)
class Website:
    """A website as a list of them names it."""

    website_id: str
    subdomain: str
    name: str


@dataclass(frozen=True)
class SiteFiles:
    """The content of a website.

    `files`: path below `site/` → its bytes, merged in the order of installation (later wins), each
    `<solution>/<path>` apart in `origins`. `records`: table → rows {title, body}. `solutions`: unique names
    installed in the instance.
    """

    version: SiteVersion
    files: Mapping[str, bytes]
    origins: Mapping[str, str]
    records: Mapping[str, tuple[Mapping[str, str], ...]]
    solutions: frozenset[str]
    content_of: frozenset[str]  # the solutions whose content the website has
    administrator: str | None


class Platform(Protocol):
    """A platform that owns instances, installs solutions and creates websites."""

    @property
    def name(self) -> str:
        """The platform's name, for people."""

    def instance_slugs(self) -> tuple[str, ...]:
        """The instances, in the platform's order."""

    def instance(self, slug: str) -> Instance:
        """One instance as it is now. Raises NotFound, PlatformUnreachable."""

    def name_availability(self, subdomain: str) -> NameAvailability:
        """Whether a website could be created under the subdomain now."""

    def create_website(self, key: str, request: WebsiteRequest) -> Operation:
        """Create an empty, unpublished website; result: website_id. Idempotent by key."""

    def import_solution(self, key: str, request: ImportRequest) -> Operation:
        """Begin to import a solution; result: unique_name, version. Idempotent by key.

        A solution that stands there in the same or a higher version is a success that changes nothing.
        Raises PlatformBusy while another import runs in the instance.
        """

    def uninstall_solution(self, key: str, instance: str, unique_name: str, on_behalf_of: str) -> Operation:
        """Remove a solution; fails while others need it. Idempotent by key."""

    def operation(self, instance: str, key: str) -> Operation:
        """The operation of this key. Raises NotFound."""

    def add_site_content(
        self, key: str, instance: str, website_id: str, package: bytes, language: int
    ) -> Operation:
        """Bring a package's site content to a website, once a website, solution, version and language."""

    def add_sample_data(self, key: str, instance: str, website_id: str, language: int) -> Operation:
        """Fill in the sample records, in this language, of every solution whose content is there (R14)."""

    def assign_administrator(self, key: str, instance: str, website_id: str, email: str) -> Operation:
        """Make a System Administrator of the instance the website's administrator (R3)."""

    def publish_website(self, key: str, instance: str, website_id: str) -> Operation:
        """Let the website answer its visitors. Fails where a web template does not render."""

    def clear_website(
        self, key: str, instance: str, website_id: str, language: int, template: str
    ) -> Operation:
        """Take content, records, administrator and publication away; set language and template (R23).

        The website keeps its id and its name. Idempotent by key.
        """

    def delete_website(self, key: str, instance: str, website_id: str) -> Operation:
        """Delete a website and its content; its name is free again after the purge time."""

    def site_version(self, subdomain: str) -> SiteVersion | None:
        """The website that answers to the subdomain; None where there is none."""

    def websites(self, instance: str) -> tuple[Website, ...]:
        """Every website of the instance, by subdomain. Raises NotFound."""

    def site_files(self, website_id: str, instance: str) -> SiteFiles:
        """What the website shows. Raises NotFound."""


@dataclass(frozen=True)
class InstanceChange:
    """One ordinary administrative action on an instance of a platform that lets Portico act (`local`).

    `action` and the fields it takes: administration-mode (is_on), install-language, remove-language,
    base-language (language), grant, revoke (role, user), access-mode (mode, user),
    default-language (language, user), hold-solution (solution), reachable (is_on), delay (delay_s).
    """

    action: Literal[
        "administration-mode",
        "install-language",
        "remove-language",
        "base-language",
        "grant",
        "revoke",
        "access-mode",
        "default-language",
        "hold-solution",
        "reachable",
        "delay",
    ]
    is_on: bool | None = None
    language: int | None = None
    role: str | None = None
    user: str | None = None
    mode: AccessMode | None = None
    solution: str | None = None
    delay_s: float | None = None


@dataclass(frozen=True)
class Furnishing:
    """What a new instance has from its beginning, beside its base language and its administrator."""

    languages: tuple[int, ...] = ()
    users: tuple[User, ...] = ()
    packages: tuple[Package, ...] = ()  # installed, in this order


class InstanceAdministration(Protocol):
    """What an administrator does on the platform itself; only `local` offers it, `reachable` or not."""

    def languages(self) -> Mapping[int, str]:
        """The languages that an instance can have, by LCID, with their names."""

    def roles(self) -> tuple[str, ...]:
        """The roles that can be assigned."""

    def add_instance(
        self,
        slug: str,
        name: str,
        base_language: int,
        administrator: User,
        furnishing: Furnishing = Furnishing(),
    ) -> Instance:
        """Add an instance. Raises Conflict where the slug is in use, InvalidValue for a bad one."""

    def change_instance(self, slug: str, changes: tuple[InstanceChange, ...]) -> Instance:
        """Apply the changes, all or none, and return the instance afterwards."""
