"""A database's schema as values that can be compared."""

import re
from typing import Any

from sqlalchemy import Connection, inspect

Schema = dict[str, dict[str, Any]]
VERSION_TABLE = "alembic_version"


def read_schema(connection: Connection) -> Schema:
    """Tables with columns, keys, indexes and CHECKs, each in an order of its own, so that the order of their making does not count."""
    inspector = inspect(connection)
    tables = [name for name in inspector.get_table_names() if name != VERSION_TABLE]
    return {name: _table(inspector, name) for name in sorted(tables)}


def _table(inspector: Any, name: str) -> dict[str, Any]:
    return {
        "columns": [
            (column["name"], str(column["type"]), getattr(column["type"], "collation", None), column["nullable"], column["default"])
            for column in inspector.get_columns(name)
        ],
        "comments": {column["name"]: column.get("comment") for column in inspector.get_columns(name)},
        "primary key": _key(inspector.get_pk_constraint(name), "constrained_columns"),
        "foreign keys": sorted(
            (key["name"], key["constrained_columns"], key["referred_table"], key["referred_columns"], sorted(key["options"].items()))
            for key in inspector.get_foreign_keys(name)
        ),
        "unique": sorted(_key(key, "column_names") for key in inspector.get_unique_constraints(name)),
        "checks": sorted((key["name"], normalised(key["sqltext"])) for key in inspector.get_check_constraints(name)),
        "indexes": sorted(
            (index["name"], index["column_names"], bool(index["unique"]), _predicate(index)) for index in inspector.get_indexes(name)
        ),
    }


def _key(key: dict[str, Any], columns: str) -> tuple[str | None, list[str]]:
    return key["name"], key[columns]


def _predicate(index: dict[str, Any]) -> str | None:
    options = index.get("dialect_options", {})
    found = options.get("sqlite_where", options.get("postgresql_where"))
    return None if found is None else normalised(str(found))


def normalised(condition: str) -> str:
    """A condition without what engines add or leave out when they show it: casts, brackets, quotes of names, space, capitals of words."""
    parts = re.split(r"('(?:[^']|'')*')", condition)
    kept = []
    for place, part in enumerate(parts):
        if place % 2:
            kept.append(part)
        else:
            bare = re.sub(r"::(?:character varying|double precision|text|[a-z]+)(?:\(\d+\))?(?:\[\])?", "", part)
            kept.append(re.sub(r"[\s()\"]+", " ", bare).strip().lower())
    return " ".join(part for part in kept if part)
