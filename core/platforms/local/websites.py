"""Websites: created, given an administrator, published, deleted. Functions work inside a transaction."""

import re
import sqlite3
from datetime import datetime

from core.platforms.local.content import read_files
from core.platforms.local.directory import SampleDirectory
from core.platforms.local.faults import Refusals
from core.platforms.local.rows import (
    Row,
    drop_unused_packages,
    has_role,
    insert_operation,
    read_operation,
    read_state,
)
from core.platforms.local.site_check import refuse_broken_website
from core.platforms.port import SYSTEM_ADMINISTRATOR, Operation, SiteVersion, Website, WebsiteRequest

SUBDOMAIN = re.compile(r"(?!..--)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def check_request(request: WebsiteRequest, directory: SampleDirectory, refusals: Refusals) -> str:
    """The subdomain in lower case; refused where it is no DNS label (R9), or the language no portal's."""
    subdomain = request.subdomain.lower()
    if not SUBDOMAIN.fullmatch(subdomain):
        raise refusals.name_invalid(request.subdomain)
    check_known_language(request.language, directory, refusals)
    return subdomain


def check_known_language(language: int, directory: SampleDirectory, refusals: Refusals) -> None:
    """A website is in a language that portals are offered in; raises PlatformRefused for another."""
    if not directory.code(language):
        raise refusals.language_unknown(language)


def check_language(website: Row, language: int, refusals: Refusals) -> None:
    """Content and sample data are in the website's one language (R14); raises PlatformRefused for another."""
    if language != website["language"]:
        raise refusals.other_language(language, int(website["language"]))


def insert_website(
    connection: sqlite3.Connection,
    key: str,
    website_id: str,
    subdomain: str,
    request: WebsiteRequest,
    now: datetime,
) -> Operation:
    """The website whose name is reserved: empty and unpublished."""
    connection.execute(
        "INSERT INTO website (id, subdomain, name, template, language, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        (website_id, subdomain, request.name, request.template, request.language, now.isoformat()),
    )
    return insert_operation(
        connection, key, "create-website", website_id, now, result={"website_id": website_id}
    )


def find(connection: sqlite3.Connection, website_id: str) -> Row | None:
    """The website, if it is there."""
    row: Row | None = connection.execute("SELECT * FROM website WHERE id = ?", (website_id,)).fetchone()
    return row


def every(connection: sqlite3.Connection) -> tuple[Website, ...]:
    """Every website, by subdomain."""
    rows = connection.execute("SELECT id, subdomain, name FROM website ORDER BY subdomain").fetchall()
    return tuple(Website(row["id"], row["subdomain"], row["name"]) for row in rows)


def find_website(connection: sqlite3.Connection, website_id: str, refusals: Refusals) -> Row:
    """The website; raises PlatformRefused."""
    row = find(connection, website_id)
    if row is None:
        raise refusals.website_unknown(website_id)
    return row


def assign_administrator(
    connection: sqlite3.Connection, key: str, website_id: str, email: str, now: datetime, refusals: Refusals
) -> Operation:
    """Make a System Administrator of the instance the website's administrator (R3). Idempotent by key."""
    found = read_operation(connection, key)
    if found is not None:
        return found
    find_website(connection, website_id, refusals)
    if not has_role(connection, email, SYSTEM_ADMINISTRATOR):
        raise refusals.administrator_not_eligible(email)
    connection.execute(
        "UPDATE website SET administrator = (SELECT email FROM user WHERE email_key = ?), revision = "
        "revision + 1 WHERE id = ?",
        (email.casefold(), website_id),
    )
    return insert_operation(connection, key, "assign-administrator", website_id, now)


def publish(
    connection: sqlite3.Connection,
    key: str,
    website_id: str,
    now: datetime,
    refusals: Refusals,
    directory: SampleDirectory,
) -> Operation:
    """Let the website answer; refused where a web template of it does not render. Idempotent by key."""
    found = read_operation(connection, key)
    if found is not None:
        return found
    files, origins = read_files(connection, find_website(connection, website_id, refusals), directory)
    refuse_broken_website(files, origins, refusals)
    connection.execute(
        "UPDATE website SET is_published = 1, revision = revision + 1 WHERE id = ?", (website_id,)
    )
    return insert_operation(connection, key, "publish-website", website_id, now)


def clear(
    connection: sqlite3.Connection, key: str, website_id: str, language: int, template: str, now: datetime
) -> Operation:
    """The website as it was when it was created, in this language and of this template."""
    connection.execute("DELETE FROM website_content WHERE website_id = ?", (website_id,))
    connection.execute("DELETE FROM website_record WHERE website_id = ?", (website_id,))
    connection.execute(
        "UPDATE website SET is_published = 0, administrator = NULL, language = ?, template = ?, "
        "revision = revision + 1 WHERE id = ?",
        (language, template, website_id),
    )
    drop_unused_packages(connection)
    return insert_operation(connection, key, "clear-website", website_id, now)


def delete(connection: sqlite3.Connection, key: str, website_id: str, now: datetime) -> Operation:
    """Delete the website and its content; one that is gone already is done. Idempotent by key."""
    connection.execute("DELETE FROM website WHERE id = ?", (website_id,))
    drop_unused_packages(connection)
    return insert_operation(connection, key, "delete-website", website_id, now)


def site_version(connection: sqlite3.Connection, website: Row) -> SiteVersion:
    """The website as it stands; `version` grows with everything that a visitor can see."""
    state = read_state(connection)
    return SiteVersion(
        website_id=website["id"],
        instance=state["slug"],
        subdomain=website["subdomain"],
        name=website["name"],
        template=website["template"],
        language=int(website["language"]),
        is_published=bool(website["is_published"]),
        version=f"{website['id'][:8]}-{website['revision']}-{state['revision']}",
    )
