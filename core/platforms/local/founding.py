"""How the platform's files come to be: whole or not at all, once however many processes start."""

import fcntl
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from core.platforms.local.database import make_database
from core.platforms.local.directory import SampleDirectory
from core.platforms.local.rows import insert_solution
from core.platforms.local.schema import INSTANCE, TENANT
from core.platforms.port import SYSTEM_ADMINISTRATOR, User
from core.solutions.package import Package

PLATFORM_VERSION = "9.2.26111.0"


@dataclass(frozen=True)
class Places:
    """Where the platform's files lie."""

    folder: Path

    @property
    def tenant(self) -> Path:
        """The file that all instances share."""
        return self.folder / "tenant.sqlite"

    def instance(self, slug: str) -> Path:
        """An instance's own file."""
        return self.folder / "instances" / f"{slug}.sqlite"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process at a time makes files; the system lifts the lock of one that dies."""
        (self.folder / "instances").mkdir(parents=True, exist_ok=True)
        with (self.folder / "founding.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True)
class NewInstance:
    """An instance to be made."""

    slug: str
    name: str
    url: str
    base_language: int
    languages: tuple[int, ...]
    users: tuple[User, ...]
    packages: tuple[Package, ...] = ()


def found_tenant(places: Places, directory: SampleDirectory, solutions: Path, at: datetime) -> None:
    """Make the tenant's file and the sample instances' unless they are there.

    The tenant's comes last and appears whole: a process that is killed before it leaves nothing that counts.
    """
    with places.locked():
        if places.tenant.exists():
            return
        for sample in directory.instances:
            packages = tuple(Package.from_folder(solutions / name) for name in sample.solutions)
            users = directory.users_of(sample)
            make_instance(
                places,
                NewInstance(
                    sample.slug,
                    sample.name,
                    sample.url,
                    sample.base_language,
                    (sample.base_language, *sample.languages),
                    users,
                    packages,
                ),
                at,
            )
        making = places.tenant.with_suffix(".making")
        with closing(make_database(making, TENANT)) as connection:
            connection.executemany(
                "INSERT INTO instance (slug, name) VALUES (?, ?)",
                [(s.slug, s.name) for s in directory.instances],
            )
        making.replace(places.tenant)


def make_instance(places: Places, new: NewInstance, at: datetime) -> None:
    """Make an instance's file; it counts once the tenant's names it. Called under the lock."""
    with closing(make_database(places.instance(new.slug), INSTANCE)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO state (id, slug, name, url, version, base_language) VALUES (1, ?, ?, ?, ?, ?)",
            (new.slug, new.name, new.url, PLATFORM_VERSION, new.base_language),
        )
        connection.executemany("INSERT INTO language (lcid) VALUES (?)", [(lcid,) for lcid in new.languages])
        _insert_users(connection, new.users)
        installer = next((u.email for u in new.users if u.has(SYSTEM_ADMINISTRATOR)), new.users[0].email)
        for package in new.packages:
            insert_solution(connection, package, installer, new.base_language, at)
        connection.execute("COMMIT")


def _insert_users(connection: sqlite3.Connection, users: Sequence[User]) -> None:
    for user in users:
        key = user.email.casefold()
        connection.execute(
            "INSERT INTO user (email_key, id, email, name, access_mode, default_language) VALUES (?, ?, ?, "
            "?, ?, ?)",
            (key, str(uuid4()), user.email, user.name, user.access_mode, user.default_language),
        )
        connection.executemany(
            "INSERT INTO user_role (email_key, role) VALUES (?, ?)",
            [(key, role) for role in dict.fromkeys(user.roles)],
        )
