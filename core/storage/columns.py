"""Column types and functions that both databases have alike."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, DateTime, Dialect, Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement, GenericFunction
from sqlalchemy.types import TypeDecorator

# SQLite's own lower() knows ASCII only; this is Python's, lent to each connection.
FOLD = "portico_fold"


# Text that is compared by code points: as SQLite does by itself, PostgreSQL where it is told to.
CodePoints = String().with_variant(String(collation="C"), "postgresql")


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


class unindexed(FunctionElement[Any]):  # noqa: N801 - an SQL function, called as one
    """The column; SQLite, which has no statistics, uses no index for it: another one is better."""

    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(unindexed)
def _plain(element: unindexed, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(unindexed, "sqlite")
def _plain_on_sqlite(element: unindexed, compiler: Any, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


class holds(GenericFunction[bool]):  # noqa: N801 - an SQL function, called as one
    """Whether the first text holds the second, letter for letter."""

    type = Boolean()
    inherit_cache = True


@compiles(holds)
def _holds(element: holds, compiler: Any, **options: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **options)}) > 0)"


@compiles(holds, "sqlite")
def _holds_on_sqlite(element: holds, compiler: Any, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


class numbers_of(FunctionElement[int]):  # noqa: N801 - an SQL function, called as one
    """The rows of a list of numbers, however long it is: one parameter."""

    inherit_cache = True
    type = Integer()


@compiles(numbers_of)
def _numbers_of(element: numbers_of, compiler: Any, **options: Any) -> str:
    listed = compiler.process(element.clauses, **options)
    return f"(SELECT CAST(value AS INTEGER) FROM json_array_elements_text({listed}) AS listed (value))"  # noqa: S608 - a parameter


@compiles(numbers_of, "sqlite")
def _numbers_of_on_sqlite(element: numbers_of, compiler: Any, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608 - a parameter


def among(column: Any, numbers: Iterable[int]) -> Any:
    """Whether the column is one of the numbers, however many there are."""
    return column.op("IN", is_comparison=True)(numbers_of(sa.literal(list(numbers), sa.JSON())))
