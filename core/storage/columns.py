"""Column types and functions that both databases have alike."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator

# SQLite's own lower() knows ASCII only; this is Python's, lent to each connection.
FOLD = "portico_fold"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite keeps it without its zone, PostgreSQL with it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: refuses a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone can't be stored")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - TypeDecorator's
        """From the database: always aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class folded(GenericFunction[str]):  # noqa: N801 - an SQL function, called as one
    """The text in lower case, in every script."""

    type = String()
    inherit_cache = True


@compiles(folded)
def _folded(element: folded, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(folded, "sqlite")
def _folded_on_sqlite(element: folded, compiler: Any, **options: Any) -> str:
    return f"{FOLD}({compiler.process(element.clauses, **options)})"
