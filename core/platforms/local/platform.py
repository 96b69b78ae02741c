"""The port, implemented on this machine. Nothing here sleeps and nothing runs in the background.

An installation that takes time has a moment at which it is ready; whoever calls next about the instance
settles it. Every effect is one transaction on the instance's file, together with the operation that tells of
it, so a call that was killed and is repeated with its key does it once. Creating and deleting a website also
touches the tenant's file: always inside the instance's transaction and before it ends, and each repeatable.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from core.clock import Clock, utc_now
from core.errors import NotFound, PackageError, PlatformUnreachable
from core.platforms.local import content, imports, websites
from core.platforms.local.changes import apply_changes, check_new_instance
from core.platforms.local.database import Databases
from core.platforms.local.faults import Refusals
from core.platforms.local.founding import NewInstance
from core.platforms.local.rows import Row, read_instance, read_operation, read_solutions, read_state
from core.platforms.local.site_check import refuse_broken_site
from core.platforms.local.tenant import Tenant
from core.platforms.port import (
    Furnishing,
    ImportRequest,
    Instance,
    InstanceChange,
    NameAvailability,
    Operation,
    SiteFiles,
    SiteVersion,
    User,
    Website,
    WebsiteRequest,
)
from core.settings import ROOT
from core.solutions.package import Package

DIRECTORY = ROOT / "data" / "directory"
SOLUTIONS = ROOT / "data" / "solutions"
SMALL_BYTES = 1024 * 1024


class LocalPlatform:
    """Platform and InstanceAdministration (core.platforms.port); threads may share it, processes its files.

    `directory` is the sample directory that a new platform begins with, `solutions` the source of the
    solutions that stand in its instances from the beginning. A deleted website's name is free again after
    `name_purge_s` seconds.
    """

    def __init__(
        self,
        data_dir: Path,
        directory: Path = DIRECTORY,
        *,
        clock: Clock = utc_now,
        name_purge_s: float = 1800,
        solutions: Path = SOLUTIONS,
    ) -> None:
        self._clock = clock
        self._name_purge_s = name_purge_s
        self._databases = Databases()
        self._tenant = Tenant(data_dir / "local", directory, solutions, self._databases, clock)

    @property
    def name(self) -> str:
        """The platform's name, for people."""
        return "This machine"

    def close(self) -> None:
        """Close the files; the next call opens them again."""
        self._databases.close()

    def instance_slugs(self) -> tuple[str, ...]:
        """The instances, in the order in which they came."""
        return self._tenant.slugs()

    def instance(self, slug: str) -> Instance:
        """One instance as it is now. Raises NotFound, PlatformUnreachable."""
        with self._asking(slug) as connection:
            return read_instance(connection)

    def import_solution(self, key: str, request: ImportRequest) -> Operation:
        """Begin to import a solution, or do it where the instance knows no delay. Idempotent by key."""
        with self._asking(request.instance) as connection:
            found = read_operation(connection, key)
        if found is not None:
            return found
        package = _open(request.package)  # outside the transaction: it can be large
        with self._changing(request.instance) as connection:
            return imports.begin_import(
                connection, self._tenant.directory, self._clock(), key, request, package
            )

    def uninstall_solution(self, key: str, instance: str, unique_name: str, on_behalf_of: str) -> Operation:
        """Remove a solution, or a holding one (X_Upgrade), unless others need it. Idempotent by key."""
        with self._changing(instance) as connection:
            return imports.uninstall(
                connection, self._tenant.directory, self._clock(), key, unique_name, on_behalf_of
            )

    def operation(self, instance: str, key: str) -> Operation:
        """The operation of this key. Raises NotFound."""
        with self._asking(instance) as connection:
            found = read_operation(connection, key)
        if found is None:
            raise NotFound(
                f"{instance} knows no operation '{key[:80]}'. Begin it again.",
                details={"instance": instance, "key": key},
            )
        return found

    def name_availability(self, subdomain: str) -> NameAvailability:
        """Whether a website could be created under the subdomain now (R10)."""
        holder = self._tenant.holder(subdomain)
        if holder is None or self._forget_if_orphaned(holder):
            return NameAvailability("free")
        if holder["free_at"] is None:
            return NameAvailability("taken")
        return NameAvailability("purging", datetime.fromisoformat(holder["free_at"]))

    def create_website(self, key: str, request: WebsiteRequest) -> Operation:
        """Create an empty, unpublished website; result: website_id. Idempotent by key.

        The name is reserved first; its website follows in the instance's transaction, open meanwhile: a
        reservation without a website, and without that transaction, was left by a process that died.
        """
        website_id = str(uuid5(NAMESPACE_URL, f"{request.instance}/{key}"))
        while True:
            with self._changing(request.instance) as connection:
                found = read_operation(connection, key)
                if found is not None:
                    return found
                refusals = self._refusals(connection)
                subdomain = websites.check_request(request, self._tenant.directory, refusals)
                holder = self._tenant.reserve(subdomain, website_id, request.instance)
                if holder is None:
                    return websites.insert_website(
                        connection, key, website_id, subdomain, request, self._clock()
                    )
            if not self._forget_if_orphaned(holder):
                raise refusals.name_taken(subdomain, _free_at(holder))

    def add_site_content(
        self, key: str, instance: str, website_id: str, package: bytes, language: int
    ) -> Operation:
        """Bring a package's site content to a website, once a website, solution, version and language."""
        opened = _open(package)
        with self._changing(instance) as connection:
            found = read_operation(connection, key)
            if found is not None:
                return found
            refusals = self._refusals(connection)
            website = websites.find_website(connection, website_id, refusals)
            websites.check_language(website, language, refusals)
            if isinstance(opened, PackageError):
                raise refusals.bad_package(opened)
            refuse_broken_site(opened, self._tenant.directory.code(language), refusals)
            return content.add_content(connection, key, website_id, opened, language, self._clock())

    def add_sample_data(self, key: str, instance: str, website_id: str, language: int) -> Operation:
        """Fill the website with the sample records in this language of its content's solutions (R14)."""
        with self._changing(instance) as connection:
            found = read_operation(connection, key)
            if found is not None:
                return found
            refusals = self._refusals(connection)
            website = websites.find_website(connection, website_id, refusals)
            websites.check_language(website, language, refusals)
            return content.add_records(
                connection, key, website, language, self._clock(), self._tenant.directory
            )

    def assign_administrator(self, key: str, instance: str, website_id: str, email: str) -> Operation:
        """Make a System Administrator of the instance the website's administrator (R3)."""
        with self._changing(instance) as connection:
            refusals = self._refusals(connection)
            return websites.assign_administrator(connection, key, website_id, email, self._clock(), refusals)

    def publish_website(self, key: str, instance: str, website_id: str) -> Operation:
        """Let the website answer its visitors. Refused where a web template does not render."""
        with self._changing(instance) as connection:
            refusals = self._refusals(connection)
            return websites.publish(
                connection, key, website_id, self._clock(), refusals, self._tenant.directory
            )

    def clear_website(
        self, key: str, instance: str, website_id: str, language: int, template: str
    ) -> Operation:
        """Take content, records, administrator and publication away; its id and its name stay (R23)."""
        with self._changing(instance) as connection:
            found = read_operation(connection, key)
            if found is not None:
                return found
            refusals = self._refusals(connection)
            websites.find_website(connection, website_id, refusals)
            websites.check_known_language(language, self._tenant.directory, refusals)
            return websites.clear(connection, key, website_id, language, template, self._clock())

    def delete_website(self, key: str, instance: str, website_id: str) -> Operation:
        """Delete a website and its content, also one that is gone; its name is free after the purge time."""
        with self._changing(instance) as connection:
            found = read_operation(connection, key)
            if found is not None:
                return found
            self._tenant.release(website_id, self._name_purge_s)
            return websites.delete(connection, key, website_id, self._clock())

    def site_version(self, subdomain: str) -> SiteVersion | None:
        """The website that answers to the subdomain; None where there is none."""
        holder = self._tenant.holder(subdomain)
        if holder is None or holder["free_at"] is not None:
            return None
        with self._asking(holder["instance"]) as connection:
            website = websites.find(connection, holder["website_id"])
            return None if website is None else websites.site_version(connection, website)

    def websites(self, instance: str) -> tuple[Website, ...]:
        """Every website of the instance, by subdomain. Raises NotFound."""
        with self._asking(instance) as connection:
            return websites.every(connection)

    def site_files(self, website_id: str, instance: str) -> SiteFiles:
        """What the website shows. Raises NotFound."""
        with self._asking(instance) as connection:
            website = websites.find(connection, website_id)
            if website is None:
                raise NotFound(
                    f"{instance} has no website '{website_id[:60]}'. Restart the provisioning of its portal.",
                    details={"website_id": website_id},
                )
            files, origins = content.read_files(connection, website, self._tenant.directory)
            return SiteFiles(
                version=websites.site_version(connection, website),
                files=files,
                origins=origins,
                records=content.read_records(connection, website_id),
                solutions=frozenset(s.unique_name for s in read_solutions(connection) if not s.is_holding),
                content_of=content.content_solutions(connection, website_id),
                administrator=website["administrator"],
            )

    def add_instance(
        self,
        slug: str,
        name: str,
        base_language: int,
        administrator: User,
        furnishing: Furnishing = Furnishing(),  # noqa: B008 - frozen and empty
    ) -> Instance:
        """Add an instance. Raises Conflict where the slug is in use, InvalidValue for a bad one."""
        check_new_instance(slug, name, base_language, administrator, self._tenant.directory)
        url = f"https://{slug}.crm.dynamics.com"
        users = (administrator, *furnishing.users)
        spoken = (base_language, administrator.default_language, *furnishing.languages)
        languages = tuple(dict.fromkeys(spoken))
        self._tenant.add(NewInstance(slug, name, url, base_language, languages, users, furnishing.packages))
        with self._databases.reading(self._tenant.instance_file(slug)) as connection:
            return read_instance(connection)

    def languages(self) -> Mapping[int, str]:
        """The languages that an instance can have, by LCID, with their names."""
        return {lcid: one.name for lcid, one in self._tenant.directory.language_by_lcid.items()}

    def roles(self) -> tuple[str, ...]:
        """The roles that can be assigned."""
        return self._tenant.directory.role_names

    def change_instance(self, slug: str, changes: tuple[InstanceChange, ...]) -> Instance:
        """Apply the changes, all or none, and return the instance afterwards. Not limited by `reachable`."""
        now = self._clock()
        with self._databases.writing(self._tenant.instance_file(slug)) as connection:
            imports.settle(connection, self._tenant.directory, now)
            apply_changes(connection, changes, self._tenant.directory, now)
            return read_instance(connection)

    @contextmanager
    def _asking(self, slug: str) -> Iterator[sqlite3.Connection]:
        """A reading transaction on an instance that answers, with what was due settled before."""
        file = self._tenant.instance_file(slug)
        with self._databases.reading(file) as connection:
            _refuse_unreachable(connection)
            is_due = imports.is_due(connection, self._clock())
            if not is_due:
                yield connection
        if is_due:
            with self._changing(slug) as connection:
                yield connection

    @contextmanager
    def _changing(self, slug: str) -> Iterator[sqlite3.Connection]:
        """A writing transaction on an instance that answers, with what was due settled before."""
        file = self._tenant.instance_file(slug)
        with self._databases.writing(file) as connection:
            _refuse_unreachable(connection)
            due = imports.is_due(connection, self._clock())
            if not due:
                yield connection
        if due:
            # On its own, so that a refusal of the call itself does not undo it.
            with self._databases.writing(file) as connection:
                imports.settle(connection, self._tenant.directory, self._clock())
            with self._databases.writing(file) as connection:
                _refuse_unreachable(connection)
                yield connection

    def _refusals(self, connection: sqlite3.Connection) -> Refusals:
        return Refusals(read_state(connection)["name"], self._clock(), self._tenant.directory)

    def _forget_if_orphaned(self, holder: Row) -> bool:
        """Free a name whose website was never made: the process that reserved it died before it could."""
        if holder["free_at"] is not None:
            return False
        file = self._tenant.instance_file(holder["instance"])
        with self._databases.reading(file) as connection:
            if websites.find(connection, holder["website_id"]) is not None:
                return False
        # Whoever is about to make the website holds this lock until it is there.
        with self._databases.writing(file) as connection:
            if websites.find(connection, holder["website_id"]) is not None:
                return False
            self._tenant.forget(holder["website_id"])
        return True


def _refuse_unreachable(connection: sqlite3.Connection) -> None:
    state = read_state(connection)
    if not state["is_reachable"]:
        raise PlatformUnreachable(
            f"{state['name']} does not answer. Try again when it is reachable.",
            details={"instance": state["slug"]},
        )


def _open(data: bytes) -> Package | PackageError:
    try:
        return _open_small(data) if len(data) <= SMALL_BYTES else Package.from_zip_bytes(data)
    except PackageError as error:
        return error


@lru_cache(maxsize=64)
def _open_small(data: bytes) -> Package:
    # The same few packages come again for every portal.
    return Package.from_zip_bytes(data)


def _free_at(holder: Row) -> datetime | None:
    return datetime.fromisoformat(holder["free_at"]) if holder["free_at"] else None
