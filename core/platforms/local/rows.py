"""Rows of an instance's file, to and from what the port speaks of. Functions work in a transaction."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from core.platforms.local.faults import fault_from_json, fault_to_json
from core.platforms.port import (
    AccessMode,
    Fault,
    InstalledSolution,
    Instance,
    Operation,
    OperationState,
    User,
)
from core.solutions.manifest import UNMANAGED
from core.solutions.package import Package

Row = sqlite3.Row


def read_state(connection: sqlite3.Connection) -> Row:
    """The instance's one row of settings."""
    return cast("Row", connection.execute("SELECT * FROM state").fetchone())


def read_languages(connection: sqlite3.Connection) -> tuple[int, ...]:
    """The installed languages, in the order of installation."""
    return tuple(
        int(row["lcid"]) for row in connection.execute("SELECT lcid FROM language ORDER BY position")
    )


def read_users(connection: sqlite3.Connection) -> tuple[User, ...]:
    """Every user with the roles assigned directly."""
    roles: dict[str, list[str]] = {}
    for row in connection.execute("SELECT email_key, role FROM user_role ORDER BY position"):
        roles.setdefault(row["email_key"], []).append(row["role"])
    return tuple(
        User(
            row["email"],
            row["name"],
            tuple(roles.get(row["email_key"], ())),
            cast("AccessMode", row["access_mode"]),
            int(row["default_language"]),
        )
        for row in connection.execute("SELECT * FROM user ORDER BY position")
    )


def read_user(connection: sqlite3.Connection, email: str) -> User | None:
    """The user with this e-mail, without regard to case."""
    key = email.casefold()
    return next((user for user in read_users(connection) if user.email.casefold() == key), None)


def read_user_id(connection: sqlite3.Connection, email: str) -> str:
    """The platform's own id of a user that is there."""
    row = connection.execute("SELECT id FROM user WHERE email_key = ?", (email.casefold(),)).fetchone()
    return str(row["id"])


def read_solutions(connection: sqlite3.Connection) -> tuple[InstalledSolution, ...]:
    """Every solution that stands in the instance, in the order of installation."""
    return tuple(
        InstalledSolution(
            row["unique_name"],
            row["version"],
            bool(row["is_managed"]),
            datetime.fromisoformat(row["installed_at"]),
            row["installed_by"],
            int(row["language"]),
            bool(row["is_holding"]),
        )
        for row in connection.execute("SELECT * FROM solution ORDER BY position")
    )


def read_instance(connection: sqlite3.Connection) -> Instance:
    """The instance as it stands."""
    state = read_state(connection)
    running = running_import(connection)
    return Instance(
        slug=state["slug"],
        name=state["name"],
        url=state["url"],
        base_language=int(state["base_language"]),
        languages=read_languages(connection),
        administration_mode=bool(state["is_in_administration_mode"]),
        version=state["version"],
        users=read_users(connection),
        solutions=read_solutions(connection),
        import_running=None if running is None else str(running["subject"]),
    )


def running_import(connection: sqlite3.Connection) -> Row | None:
    """The operation that is under way, if there is one."""
    return cast(
        "Row | None", connection.execute("SELECT * FROM operation WHERE state = 'running'").fetchone()
    )


def insert_solution(
    connection: sqlite3.Connection, package: Package, installed_by: str, language: int, at: datetime
) -> None:
    """The solution with its components, requirements and files; one of that name is replaced in its place."""
    manifest = package.manifest
    keep_package(connection, package)
    connection.execute(
        "INSERT INTO solution (unique_name, version, is_managed, publisher, installed_at, installed_by, "
        "language, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (unique_name) DO UPDATE SET version "
        "= excluded.version, is_managed = excluded.is_managed, publisher = excluded.publisher, "
        "installed_at = excluded.installed_at, installed_by = excluded.installed_by, language = "
        "excluded.language, digest = excluded.digest",
        (
            manifest.unique_name,
            str(manifest.version),
            manifest.managed != UNMANAGED,
            manifest.publisher,
            at.isoformat(),
            installed_by,
            language,
            package.digest,
        ),
    )
    for table in ("component", "requirement"):
        connection.execute(f"DELETE FROM {table} WHERE unique_name = ?", (manifest.unique_name,))  # noqa: S608 - two words above
    connection.executemany(
        "INSERT INTO component (unique_name, type, name) VALUES (?, ?, ?)",
        [(manifest.unique_name, c.type, c.schema_name or c.id or "") for c in manifest.components],
    )
    connection.executemany(
        "INSERT INTO requirement (unique_name, required, version) VALUES (?, ?, ?)",
        [
            (manifest.unique_name, r.solution, str(r.version) if r.version else None)
            for r in manifest.requires
        ],
    )
    drop_unused_packages(connection)


def keep_package(connection: sqlite3.Connection, package: Package) -> None:
    """The package's files, unless they are kept already."""
    added = connection.execute(
        "INSERT INTO package (digest, unique_name, version) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (package.digest, package.manifest.unique_name, str(package.manifest.version)),
    )
    if added.rowcount:
        connection.executemany(
            "INSERT INTO package_file (digest, path, content) VALUES (?, ?, ?)",
            ((package.digest, path, package.files[path]) for path in package.files),
        )


def drop_unused_packages(connection: sqlite3.Connection) -> None:
    """Forget the packages that neither a solution nor a website has any more."""
    connection.execute(
        "DELETE FROM package WHERE digest NOT IN (SELECT digest FROM solution WHERE digest IS NOT NULL)"
        " AND digest NOT IN (SELECT digest FROM website_content)"
    )


def grow_revision(connection: sqlite3.Connection) -> None:
    """Something changed that every website of the instance can show."""
    connection.execute("UPDATE state SET revision = revision + 1")


def read_operation(connection: sqlite3.Connection, key: str) -> Operation | None:
    """The operation of this key, if there is one."""
    row = connection.execute("SELECT * FROM operation WHERE key = ?", (key,)).fetchone()
    return None if row is None else to_operation(row)


def to_operation(row: Row) -> Operation:
    """A row of operations as the port has it."""
    fault: Fault | None = fault_from_json(json.loads(row["fault"])) if row["fault"] else None
    return Operation(row["key"], cast("OperationState", row["state"]), fault, json.loads(row["result"]))


def insert_operation(
    connection: sqlite3.Connection,
    key: str,
    kind: str,
    subject: str,
    at: datetime,
    *,
    result: Mapping[str, str] | None = None,
) -> Operation:
    """An operation that was done in this transaction."""
    connection.execute(
        "INSERT INTO operation (key, kind, subject, state, begun_at, ready_at, result)"
        " VALUES (?, ?, ?, 'succeeded', ?, ?, ?)",
        (key, kind, subject, at.isoformat(), at.isoformat(), json.dumps(dict(result or {}))),
    )
    return Operation(key, "succeeded", None, dict(result or {}))


def insert_running(
    connection: sqlite3.Connection,
    key: str,
    subject: str,
    times: tuple[datetime, datetime],
    request: Mapping[str, Any],
    package: Package,
) -> None:
    """An import that has begun; `times` are its beginning and when it will be ready."""
    connection.execute(
        "INSERT INTO operation (key, kind, subject, state, begun_at, ready_at, request, package, result)"
        " VALUES (?, 'import', ?, 'running', ?, ?, ?, ?, ?)",
        (
            key,
            subject,
            times[0].isoformat(),
            times[1].isoformat(),
            json.dumps(dict(request)),
            package.to_zip_bytes(),
            json.dumps({"unique_name": subject, "version": str(package.manifest.version)}),
        ),
    )


def end_operation(connection: sqlite3.Connection, key: str, fault: Fault | None) -> None:
    """The running operation has its verdict."""
    connection.execute(
        "UPDATE operation SET state = ?, fault = ?, package = NULL WHERE key = ? AND state = 'running'",
        ("failed" if fault else "succeeded", json.dumps(fault_to_json(fault)) if fault else None, key),
    )


def has_role(connection: sqlite3.Connection, email: str, role: str) -> bool:
    """Whether the role is assigned directly to the user with this e-mail."""
    found = connection.execute(
        "SELECT 1 FROM user_role WHERE email_key = ? AND role = ?", (email.casefold(), role)
    ).fetchone()
    return found is not None


def column(rows: Iterable[Row], name: str) -> list[str]:
    """One text column of the rows."""
    return [str(row[name]) for row in rows]
