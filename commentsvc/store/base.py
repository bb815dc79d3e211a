"""The declarative base, the naming convention and the column types that every model shares."""

import enum
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import CheckConstraint, Connection, DateTime, Dialect, Enum, MetaData, String, Table, TypeDecorator
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every mapped table."""

    metadata = MetaData(naming_convention=NAMING)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware time in UTC. A naive value is refused, since nobody can say what it meant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a time without a time zone cannot be stored"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC; SQLite keeps no zone, so it is put back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Read what SQLite keeps, a text without a zone, in one step: a page of comments holds a hundred times."""
        return _read_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _read_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


Id = String(36)
"""A UUIDv7."""

PathText = String(255).with_variant(String(255, collation="C"), "postgresql")
"""A path, ordered by bytes on both engines."""


def stored_enum(kind: type[enum.Enum]) -> Enum:
    """A column that keeps the enum's value as text. The CHECK that goes with it is `one_of`."""
    return Enum(kind, values_callable=_values, native_enum=False, create_constraint=False, length=32, validate_strings=True)


def one_of(column: str, kind: type[enum.Enum]) -> CheckConstraint:
    """A named CHECK that `column` holds a value of `kind`."""
    listed = ", ".join(f"'{value}'" for value in _values(kind))
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _values(kind: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in kind]


Json = dict[str, Any]
"""What a JSON column holds; only services and queries see it, and they parse it into values."""


def insert_of(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert in the words of the connection's database, which says what to do where a row is there already (`on_conflict_...`)."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def table_of(model: type[Base]) -> Table:
    """The Core table of a model: hot paths speak to it without the cost of mapped objects."""
    return cast("Table", model.__table__)
