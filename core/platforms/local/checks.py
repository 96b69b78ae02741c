"""What the platform checks before it imports, in its own order; each refusal is final but the lock."""

import sqlite3

from core.platforms.local.faults import Refusals
from core.platforms.local.rows import read_languages, read_state, read_user, read_user_id, running_import
from core.platforms.port import SYSTEM_ADMINISTRATOR, ImportRequest
from core.solutions.manifest import UNMANAGED, Manifest, Requirement
from core.solutions.version import Version

HOLDING = "{}_Upgrade"


def check_access(connection: sqlite3.Connection, email: str, privilege: str, refusals: Refusals) -> None:
    """This person may import and remove: a System Administrator with Read-Write access (R1, R26)."""
    user = read_user(connection, email)
    if user is None:
        raise refusals.not_a_member(email)
    if user.access_mode != "read-write" or not user.has(SYSTEM_ADMINISTRATOR):
        raise refusals.missing_privilege(user, read_user_id(connection, email), privilege)


def check_administration_mode(connection: sqlite3.Connection, refusals: Refusals) -> None:
    """Administration mode stops imports."""
    if read_state(connection)["is_in_administration_mode"]:
        raise refusals.administration_mode()


def check_lock(connection: sqlite3.Connection, operation: str, refusals: Refusals) -> None:
    """Nothing else is imported at the moment; raises PlatformBusy."""
    running = running_import(connection)
    if running is not None:
        raise refusals.locked(operation, running["subject"])


def is_installed_already(
    connection: sqlite3.Connection, manifest: Manifest, request: ImportRequest, refusals: Refusals
) -> bool:
    """Whether the solution stands there in this version or a higher one; False: it may be imported now.

    Raises PlatformRefused where it may not.
    """
    _check_version(connection, manifest, refusals)
    _check_language(connection, manifest, request, refusals)
    there = connection.execute(
        "SELECT * FROM solution WHERE unique_name = ? AND NOT is_holding", (manifest.unique_name,)
    ).fetchone()
    if there is not None:
        _check_kind(there, manifest, refusals)
        if Version.parse(there["version"]) >= manifest.version:
            return True
    _check_holding(connection, manifest, refusals)
    _check_requirements(connection, manifest, refusals)
    return False


def _check_version(connection: sqlite3.Connection, manifest: Manifest, refusals: Refusals) -> None:
    highest = Version.parse(read_state(connection)["version"]).parts[:2]
    if manifest.package_version is not None and manifest.package_version.parts[:2] > highest:
        raise refusals.too_new(manifest, ".".join(str(part) for part in highest))


def _check_language(
    connection: sqlite3.Connection, manifest: Manifest, request: ImportRequest, refusals: Refusals
) -> None:
    installed = read_languages(connection)
    for language in (request.required_language, request.language):
        if language is not None and language not in installed:
            raise refusals.language_not_installed(manifest, language)
    if request.required_language not in (None, request.language):
        raise refusals.language_differs(manifest, request.language, request.required_language or 0)


def _check_kind(there: sqlite3.Row, manifest: Manifest, refusals: Refusals) -> None:
    is_managed = manifest.managed != UNMANAGED
    if is_managed != bool(there["is_managed"]):
        raise refusals.managed_mismatch(manifest, is_managed=is_managed)
    if is_managed and there["publisher"] != manifest.publisher:
        raise refusals.wrong_publisher(manifest, there["publisher"])


def _check_holding(connection: sqlite3.Connection, manifest: Manifest, refusals: Refusals) -> None:
    name = HOLDING.format(manifest.unique_name)
    if connection.execute("SELECT 1 FROM solution WHERE unique_name = ? AND is_holding", (name,)).fetchone():
        raise refusals.holding_solution(manifest.unique_name)


def _check_requirements(connection: sqlite3.Connection, manifest: Manifest, refusals: Refusals) -> None:
    rows = connection.execute("SELECT unique_name, version FROM solution WHERE NOT is_holding")
    installed = {row["unique_name"]: Version.parse(row["version"]) for row in rows}
    lacking = [(r, installed.get(r.solution)) for r in manifest.requires if not _is_met(r, installed)]
    if lacking:
        raise refusals.missing_dependencies(manifest, lacking)


def _is_met(requirement: Requirement, installed: dict[str, Version]) -> bool:
    found = installed.get(requirement.solution)
    return found is not None and (requirement.version is None or found >= requirement.version)
