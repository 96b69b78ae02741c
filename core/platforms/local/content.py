"""What a website shows: site content and sample records of solutions. Functions work in a transaction."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml

from core.platforms.local.directory import SampleDirectory
from core.platforms.local.rows import Row, drop_unused_packages, insert_operation, keep_package
from core.platforms.port import Operation
from core.solutions.package import Package
from core.solutions.source_yaml import read_yaml
from core.solutions.version import Version

SITE = "site/"
SNIPPETS, SNIPPETS_ENDING = "content-snippets/", ".contentsnippet.yml"
SETTINGS = "sitesetting.yml"
FALLBACK_LANGUAGE = "en-US"
WIDTH = 10**6  # of a line of YAML: nothing is folded


def add_content(
    connection: sqlite3.Connection, key: str, website_id: str, package: Package, language: int, now: datetime
) -> Operation:
    """The package's site content for the website, once a website, solution, version and language.

    A newer version of a solution takes the place of the older one; an older never comes back over a newer.
    """
    manifest = package.manifest
    keep_package(connection, package)
    there = connection.execute(
        "SELECT version FROM website_content WHERE website_id = ? AND unique_name = ? AND language = ?",
        (website_id, manifest.unique_name, language),
    ).fetchone()
    if there is None or Version.parse(there["version"]) < manifest.version:
        connection.execute(
            "INSERT INTO website_content (website_id, unique_name, version, language, digest) VALUES (?, "
            "?, ?, ?, ?) ON CONFLICT (website_id, unique_name, language) DO UPDATE SET version = "
            "excluded.version, digest = excluded.digest",
            (website_id, manifest.unique_name, str(manifest.version), language, package.digest),
        )
        _grow(connection, website_id)
    drop_unused_packages(connection)
    return insert_operation(connection, key, "add-site-content", website_id, now)


def add_records(
    connection: sqlite3.Connection,
    key: str,
    website: Row,
    language: int,
    now: datetime,
    directory: SampleDirectory,
) -> Operation:
    """The sample records in this language of the solutions whose content the website has, once (R14)."""
    path = f"sample-data/{directory.code(language)}.yml"
    rows = connection.execute(
        "SELECT c.unique_name, f.content FROM website_content c JOIN package_file f ON f.digest = c.digest"
        " WHERE c.website_id = ? AND f.path = ? ORDER BY c.position",
        (website["id"], path),
    ).fetchall()
    for row in rows:
        tables = read_yaml({path: row["content"]}, path) or {}
        _insert_records(connection, website["id"], row["unique_name"], language, tables)
    _grow(connection, website["id"])
    return insert_operation(connection, key, "add-sample-data", website["id"], now)


def read_files(
    connection: sqlite3.Connection, website: Row, directory: SampleDirectory
) -> tuple[dict[str, bytes], dict[str, str]]:
    """Path below site/ → bytes, and → the solution that it comes from; later solutions win.

    Snippets (of the website's language) and site settings are records, not files: a later solution's
    replaces the earlier one of its name, and the rest stays.
    """
    files: dict[str, bytes] = {}
    origins: dict[str, str] = {}
    records: dict[str, dict[str, dict[str, Any]]] = {}
    for content in _content(connection, website["id"]):
        code = directory.code(content["language"])
        for path, data in _shown(_files_below_site(connection, content["digest"]), code).items():
            origins[path] = content["unique_name"]
            if path == SETTINGS or path.startswith(SNIPPETS):
                records.setdefault(path, {}).update(_named(data, path))
            else:
                files[path] = data
    for path, named in records.items():
        files[path] = yaml.safe_dump(
            list(named.values()), allow_unicode=True, sort_keys=False, width=WIDTH
        ).encode()
    return files, origins


def read_records(connection: sqlite3.Connection, website_id: str) -> dict[str, tuple[Mapping[str, str], ...]]:
    """Table → rows, in the order in which they came."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in connection.execute(
        "SELECT record_table, content FROM website_record WHERE website_id = ? ORDER BY position",
        (website_id,),
    ):
        found.setdefault(row["record_table"], []).append(json.loads(row["content"]))
    return {table: tuple(rows) for table, rows in found.items()}


def content_solutions(connection: sqlite3.Connection, website_id: str) -> frozenset[str]:
    """The solutions whose content the website has."""
    return frozenset(row["unique_name"] for row in _content(connection, website_id))


def _content(connection: sqlite3.Connection, website_id: str) -> list[Row]:
    return connection.execute(
        "SELECT * FROM website_content WHERE website_id = ? ORDER BY position", (website_id,)
    ).fetchall()


def _files_below_site(connection: sqlite3.Connection, digest: str) -> dict[str, bytes]:
    rows = connection.execute(
        "SELECT path, content FROM package_file WHERE digest = ? AND substr(path, 1, ?) = ? ORDER BY path",
        (digest, len(SITE), SITE),
    )
    return {row["path"].removeprefix(SITE): row["content"] for row in rows}


def _shown(files: dict[str, bytes], code: str) -> dict[str, bytes]:
    """The files without other languages' snippets; English stands in where the package lacks the language."""
    own, fallback = (f"{SNIPPETS}{c}{SNIPPETS_ENDING}" for c in (code, FALLBACK_LANGUAGE))
    shown = {path: data for path, data in files.items() if not path.startswith(SNIPPETS)}
    snippets = files.get(own, files.get(fallback))
    return shown if snippets is None else shown | {own: snippets}


def _named(data: bytes, path: str) -> dict[str, dict[str, Any]]:
    return {str(record["adx_name"]): record for record in read_yaml({path: data}, path) or []}


def _insert_records(
    connection: sqlite3.Connection,
    website_id: str,
    solution: str,
    language: int,
    tables: Mapping[str, list[dict[str, str]]],
) -> None:
    connection.executemany(
        "INSERT INTO website_record (website_id, solution, language, record_table, number, content)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (website_id, solution, language, table, number, json.dumps(record, ensure_ascii=False))
            for table, records in tables.items()
            for number, record in enumerate(records)
        ],
    )


def _grow(connection: sqlite3.Connection, website_id: str) -> None:
    connection.execute("UPDATE website SET revision = revision + 1 WHERE id = ?", (website_id,))
