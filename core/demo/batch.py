"""Rows on their way to the store: a list a table, each row in the order of its columns."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

Row = tuple[Any, ...]

COLUMNS: Mapping[str, Sequence[str]] = {
    "portal": (
        "id", "application_id", "type", "name", "subdomain", "instance", "language", "administrator", "audience",
        "template", "state", "verdict", "created_by", "created_at", "changed_at", "provisioned_at", "live_at",
        "deleted_at", "key", "package_version", "has_failed", "last_run_at", "last_cause", "last_error", "name_folded", "search_text",
    ),
    "application": ("id", "type", "created_at", "portal_id"),
    "run": (
        "id", "portal_id", "number", "kind", "state", "requested_by", "template", "instance", "values", "based_on",
        "from_position", "created_at", "started_at", "ended_at", "moved_at", "cancel_requested_at", "error", "steps_kept",
    ),
    "terms_acceptance": ("portal_id", "run_id", "version", "accepted_by", "accepted_at"),
    "event": ("at", "actor", "act", "portal_id", "run_id", "instance", "details"),
    "custom_domain": ("portal_id", "domain", "token", "added_by", "added_at", "verified_at", "verified_by"),
    "released_subdomain": ("subdomain", "portal_id", "free_at"),
    "failure": (
        "kind", "key", "run_id", "portal_id", "instance", "solution", "template", "language", "version", "cause",
        "fingerprint", "attempts", "failed_at", "last_at", "healed_at", "healed_by", "error",
    ),
    "installation": (
        "id", "instance", "solution", "version", "state", "language", "requested_by", "run_id", "attempts", "created_at",
        "started_at", "ended_at", "error", "cause", "knock_on_of",
    ),
    "trend_day": ("instance", "cut", "measure", "day", "key", "bucket", "number", "total_s"),
    "installation_portal": ("installation_id", "portal_id", "asked_at", "content_at"),
}  # fmt: skip


@dataclass
class Batch:
    """The rows of one transaction, tables in an order in which each finds what it refers to."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def add(self, table: str, *values: Any) -> None:
        """One row."""
        self.rows[table].append(values)

    def __iter__(self) -> Iterator[tuple[str, list[Row]]]:
        """The tables that get rows, in their order."""
        return ((name, rows) for name, rows in self.rows.items() if rows)

    def counted(self) -> Counter[str]:
        """How many rows each table gets."""
        return Counter({name: len(rows) for name, rows in self})


def new_run_id(at_ms: int, rng: Random) -> str:
    """An id of version 7: those of later runs are greater, so that an index grows at its end."""
    head, tail = f"{at_ms:012x}", f"{rng.getrandbits(74):019x}"
    return f"{head[:8]}-{head[8:]}-7{tail[:3]}-{8 + int(tail[3], 16) % 4:x}{tail[4:7]}-{tail[7:19]}"
