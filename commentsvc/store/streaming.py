"""Long reads, row by row as the driver gives them: SQLAlchemy's rows cost as much again, and whole results are large."""

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.exc import DBAPIError


def stream_rows(conn: Connection, query: Select[*tuple[Any, ...]], size: int) -> Generator[Sequence[tuple[Any, ...]]]:
    """Rows of a query, at most `size` at a time. Their values are the driver's own, as no column's type has read them.

    One stream at a time on a connection. Raises what SQLAlchemy raises for the driver's errors.
    """
    dialect = conn.dialect
    compiled = query.compile(dialect=dialect)
    values: dict[str, object] = {}
    for bind, name in compiled.bind_names.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        values[name] = bind.effective_value if convert is None else convert(bind.effective_value)
    if not conn.in_transaction():
        conn.begin()
    # PostgreSQL's driver would otherwise take in all rows first; and bytes come in half the size when they are not written out.
    cursor: Any = conn.connection.cursor() if dialect.name == "sqlite" else conn.connection.cursor("stream", binary=True)
    driver_error = dialect.loaded_dbapi.Error
    try:
        cursor.execute(str(compiled), [values[name] for name in compiled.positiontup or ()] if compiled.positional else values)
        while rows := cursor.fetchmany(size):
            yield rows
    except driver_error as error:
        raise DBAPIError.instance(str(compiled), None, error, driver_error, hide_parameters=True, dialect=dialect) from error
    finally:
        cursor.close()
