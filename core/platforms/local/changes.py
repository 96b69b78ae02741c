"""What an administrator does on the platform itself: ordinary actions, all of a call's or none."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, get_args

from core.errors import InvalidValue, NotFound
from core.platforms.local.checks import HOLDING
from core.platforms.local.directory import EMAIL, SLUG, SampleDirectory
from core.platforms.local.rows import Row, read_languages, read_state
from core.platforms.port import SYSTEM_ADMINISTRATOR, AccessMode, InstanceChange, User

MAX_DELAY_S = 24 * 3600
MAX_SLUG = 60
MAX_NAME = 100
T = TypeVar("T")
UNIQUE_NAME = re.compile(r"[A-Za-z0-9_]{1,100}", re.ASCII)


def apply_changes(
    connection: sqlite3.Connection,
    changes: tuple[InstanceChange, ...],
    directory: SampleDirectory,
    now: datetime,
) -> None:
    """Apply the changes in their order; the caller's transaction makes it all or none.

    Raises InvalidValue or NotFound, whose field is the command line's option.
    """
    worker = _Changes(connection, directory, now)
    for change in changes:
        worker.apply(change)


def check_new_instance(
    slug: str, name: str, base_language: int, administrator: User, directory: SampleDirectory
) -> None:
    """Raise InvalidValue unless an instance can be added like that."""
    if not re.fullmatch(SLUG, slug) or len(slug) > MAX_SLUG:
        raise InvalidValue(
            f"'{slug[:80]}' can't be an instance's slug. Use lower-case letters, digits and single hyphens.",
            field="slug",
        )
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise InvalidValue("An instance needs a name of up to 100 printable characters.", field="name")
    _check_known_language(base_language, directory, "base-language")
    _check_known_language(administrator.default_language, directory, "default-language")
    if not re.fullmatch(EMAIL, administrator.email) or not administrator.has(SYSTEM_ADMINISTRATOR):
        raise InvalidValue(
            f"'{administrator.email[:80]}' can't administer an instance: give a user with an e-mail address "
            f"and the {SYSTEM_ADMINISTRATOR} role.",
            field="as",
        )


def _check_known_language(lcid: int, directory: SampleDirectory, field: str) -> None:
    if lcid not in directory.language_by_lcid:
        raise InvalidValue(
            f"There is no language {lcid}. Give an LCID that instances know, such as 1033.",
            field=field,
            details={"language": lcid},
        )


@dataclass(frozen=True)
class _Changes:
    """Applies one change after another inside the transaction."""

    connection: sqlite3.Connection
    directory: SampleDirectory
    now: datetime

    def apply(self, change: InstanceChange) -> None:
        actions: dict[str, Callable[[InstanceChange], None]] = {
            "administration-mode": self._administration_mode,
            "install-language": self._install_language,
            "remove-language": self._remove_language,
            "base-language": self._base_language,
            "grant": self._grant,
            "revoke": self._revoke,
            "access-mode": self._access_mode,
            "default-language": self._default_language,
            "hold-solution": self._hold_solution,
            "reachable": self._reachable,
            "delay": self._delay,
        }
        actions[change.action](change)

    def _administration_mode(self, change: InstanceChange) -> None:
        self._set("is_in_administration_mode", int(_given(change.is_on, "administration-mode")))

    def _reachable(self, change: InstanceChange) -> None:
        self._set("is_reachable", int(_given(change.is_on, "reachable")))

    def _delay(self, change: InstanceChange) -> None:
        delay_s = _given(change.delay_s, "delay")
        if not 0 <= delay_s <= MAX_DELAY_S:
            raise InvalidValue(
                f"A delay is between 0 and {MAX_DELAY_S} seconds. Give such a number.", field="delay"
            )
        self._set("delay_s", delay_s)

    def _install_language(self, change: InstanceChange) -> None:
        lcid = _given(change.language, "install-language")
        _check_known_language(lcid, self.directory, "install-language")
        self.connection.execute("INSERT INTO language (lcid) VALUES (?) ON CONFLICT DO NOTHING", (lcid,))

    def _remove_language(self, change: InstanceChange) -> None:
        lcid = _given(change.language, "remove-language")
        self._check_installed(lcid, "remove-language")
        state = read_state(self.connection)
        if lcid == state["base_language"]:
            raise InvalidValue(
                f"{self.directory.language_name(lcid)} is the base language of {state['name']}, which "
                "always stays. Make another the base language first.",
                field="remove-language",
                details={"language": lcid},
            )
        self.connection.execute("DELETE FROM language WHERE lcid = ?", (lcid,))

    def _base_language(self, change: InstanceChange) -> None:
        lcid = _given(change.language, "base-language")
        _check_known_language(lcid, self.directory, "base-language")
        self._check_installed(lcid, "base-language")
        self._set("base_language", lcid)

    def _grant(self, change: InstanceChange) -> None:
        role, user = self._role(change, "grant"), self._user(change)
        self.connection.execute(
            "INSERT INTO user_role (email_key, role) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (user["email_key"], role),
        )

    def _revoke(self, change: InstanceChange) -> None:
        role, user = self._role(change, "revoke"), self._user(change)
        self.connection.execute(
            "DELETE FROM user_role WHERE email_key = ? AND role = ?", (user["email_key"], role)
        )

    def _access_mode(self, change: InstanceChange) -> None:
        mode = _given(change.mode, "access-mode")
        modes = get_args(AccessMode)
        if mode not in modes:
            raise InvalidValue(
                f"'{mode}' is no access mode. Give one of {', '.join(modes)}.", field="access-mode"
            )
        self._set_user(self._user(change), "access_mode", mode)

    def _default_language(self, change: InstanceChange) -> None:
        lcid = _given(change.language, "default-language")
        self._check_installed(lcid, "default-language")
        self._set_user(self._user(change), "default_language", lcid)

    def _hold_solution(self, change: InstanceChange) -> None:
        """An upgrade that was begun and not finished: X_Upgrade stands beside X."""
        name = _given(change.solution, "hold-solution")
        if not UNIQUE_NAME.fullmatch(name):
            raise InvalidValue(
                f"'{name[:80]}' is no solution's unique name. Use letters, digits and underscores.",
                field="hold-solution",
            )
        there = self.connection.execute("SELECT * FROM solution WHERE unique_name = ?", (name,)).fetchone()
        self.connection.execute(
            "INSERT INTO solution (unique_name, version, is_managed, publisher, installed_at, "
            "installed_by, language, is_holding) VALUES (?, ?, 1, ?, ?, 'SYSTEM', ?, 1) ON CONFLICT DO "
            "NOTHING",
            (
                HOLDING.format(name),
                there["version"] if there else "1.0.0.0",
                there["publisher"] if there else "",
                self.now.isoformat(),
                read_state(self.connection)["base_language"],
            ),
        )

    def _role(self, change: InstanceChange, field: str) -> str:
        role = _given(change.role, field)
        if role not in self.directory.role_names:
            raise InvalidValue(
                f"There is no role '{role[:80]}'. Give one of {', '.join(self.directory.role_names)}.",
                field=field,
            )
        return role

    def _user(self, change: InstanceChange) -> Row:
        email = _given(change.user, "user")
        row: Row | None = self.connection.execute(
            "SELECT * FROM user WHERE email_key = ?", (email.casefold(),)
        ).fetchone()
        if row is None:
            name = read_state(self.connection)["name"]
            raise NotFound(
                f"{email[:100]} is no user of {name}. Give the e-mail of one of its users.",
                field="user",
                details={"user": email},
            )
        return row

    def _check_installed(self, lcid: int, field: str) -> None:
        if lcid not in read_languages(self.connection):
            name = read_state(self.connection)["name"]
            raise InvalidValue(
                f"{self.directory.language_name(lcid)} is not installed in {name}. Install it first.",
                field=field,
                details={"language": lcid},
            )

    def _set(self, column: str, value: float) -> None:
        self.connection.execute(f"UPDATE state SET {column} = ?", (value,))  # noqa: S608 - named in this file

    def _set_user(self, user: Row, column: str, value: str | int) -> None:
        self.connection.execute(
            f"UPDATE user SET {column} = ? WHERE email_key = ?",  # noqa: S608 - named in this file
            (value, user["email_key"]),
        )


def _given(value: T | None, field: str) -> T:
    if value is None:
        raise InvalidValue(f"--{field} lacks its value. Give one.", field=field)
    return value
