"""Importing and removing solutions. Every function works inside a transaction on the instance's file."""

import json
import sqlite3
from datetime import datetime, timedelta

from core.errors import PackageError, PlatformRefused
from core.platforms.local.checks import (
    check_access,
    check_administration_mode,
    check_lock,
    is_installed_already,
)
from core.platforms.local.directory import SampleDirectory
from core.platforms.local.faults import Refusals, fault_of
from core.platforms.local.rows import (
    column,
    drop_unused_packages,
    end_operation,
    grow_revision,
    insert_operation,
    insert_running,
    insert_solution,
    read_operation,
    read_state,
    running_import,
)
from core.platforms.local.site_check import refuse_broken_site
from core.platforms.port import ImportRequest, Operation
from core.solutions.package import Package


def begin_import(
    connection: sqlite3.Connection,
    directory: SampleDirectory,
    now: datetime,
    key: str,
    request: ImportRequest,
    package: Package | PackageError,
) -> Operation:
    """Accept the import, and do it at once where the instance knows no delay.

    Idempotent by key: the solution, its components and files, and the operation's end are one transaction.
    A refusal leaves nothing, so that the same key may be tried again. Raises PlatformRefused, PlatformBusy.
    """
    found = read_operation(connection, key)
    if found is not None:
        return found
    state = read_state(connection)
    refusals = Refusals(state["name"], now, directory)
    check_administration_mode(connection, refusals)
    check_access(connection, request.on_behalf_of, "prvImportCustomization", refusals)
    check_lock(connection, "Import", refusals)
    if isinstance(package, PackageError):
        raise refusals.bad_package(package)
    manifest = package.manifest
    result = {"unique_name": manifest.unique_name, "version": str(manifest.version)}
    if is_installed_already(connection, manifest, request, refusals):
        return insert_operation(connection, key, "import", manifest.unique_name, now, result=result)
    refuse_broken_site(package, directory.code(request.language), refusals)
    if state["delay_s"] > 0:
        ready_at = now + timedelta(seconds=state["delay_s"])
        insert_running(connection, key, manifest.unique_name, (now, ready_at), _to_json(request), package)
        return Operation(key, "running", None, result)
    _apply(connection, package, request, now)
    return insert_operation(connection, key, "import", manifest.unique_name, now, result=result)


def is_due(connection: sqlite3.Connection, now: datetime) -> bool:
    """Whether an import is ready and waits for its verdict."""
    row = running_import(connection)
    return row is not None and datetime.fromisoformat(row["ready_at"]) <= now


def settle(connection: sqlite3.Connection, directory: SampleDirectory, now: datetime) -> None:
    """Give an import that is ready its verdict, as of the time when it became ready.

    Who imports was checked when it was accepted; what the instance holds is checked again: it may differ now.
    """
    row = running_import(connection)
    if row is None or not is_due(connection, now):
        return
    at = datetime.fromisoformat(row["ready_at"])
    package = Package.from_zip_bytes(row["package"])
    request = _from_json(row["request"])
    refusals = Refusals(read_state(connection)["name"], at, directory)
    try:
        is_there = is_installed_already(connection, package.manifest, request, refusals)
    except PlatformRefused as error:
        end_operation(connection, row["key"], fault_of(error))
        return
    if not is_there:
        _apply(connection, package, request, at)
    end_operation(connection, row["key"], None)


def uninstall(
    connection: sqlite3.Connection,
    directory: SampleDirectory,
    now: datetime,
    key: str,
    unique_name: str,
    email: str,
) -> Operation:
    """Remove a solution, or a holding one (X_Upgrade), unless others need it. Idempotent by key.

    Raises PlatformRefused, PlatformBusy.
    """
    found = read_operation(connection, key)
    if found is not None:
        return found
    refusals = Refusals(read_state(connection)["name"], now, directory)
    check_access(connection, email, "prvDeleteSolution", refusals)
    check_lock(connection, "Uninstall", refusals)
    row = connection.execute("SELECT version FROM solution WHERE unique_name = ?", (unique_name,)).fetchone()
    if row is None:
        raise refusals.solution_unknown(unique_name)
    dependents = column(
        connection.execute(
            "SELECT unique_name FROM requirement WHERE required = ? ORDER BY unique_name", (unique_name,)
        ),
        "unique_name",
    )
    if dependents:
        raise refusals.dependencies_exist(unique_name, dependents)
    connection.execute("DELETE FROM solution WHERE unique_name = ?", (unique_name,))
    drop_unused_packages(connection)
    grow_revision(connection)
    result = {"unique_name": unique_name, "version": str(row["version"])}
    return insert_operation(connection, key, "uninstall", unique_name, now, result=result)


def _apply(connection: sqlite3.Connection, package: Package, request: ImportRequest, at: datetime) -> None:
    insert_solution(connection, package, request.on_behalf_of, request.language, at)
    grow_revision(connection)


def _to_json(request: ImportRequest) -> dict[str, str | int | None]:
    return {
        "instance": request.instance,
        "language": request.language,
        "on_behalf_of": request.on_behalf_of,
        "required_language": request.required_language,
    }


def _from_json(text: str) -> ImportRequest:
    return ImportRequest(package=b"", **json.loads(text))
