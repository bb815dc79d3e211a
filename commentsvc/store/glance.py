"""Queries for one look at the database, without what a transaction costs: the driver is asked, and that is all.

A session, its transaction and a compiled statement cost ten times what SQLite spends on finding a row. Where a request needs one row to
learn that nothing has changed, that is most of its time.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, Final

from sqlalchemy import Dialect, Select
from sqlalchemy.exc import SQLAlchemyError

from commentsvc.store.engine import Database, StorageUnavailableError

Row = tuple[Any, ...]


class Glance:
    """A Core query that is compiled once. It sees what is committed when it is asked, by whichever process.

    Its values are texts, and its text does not depend on them (no `in_` of a list). Safe between threads.
    """

    __slots__ = ("_plan", "_statement")

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement: Final = statement
        self._plan: _Plan | None = None

    def rows(self, db: Database, values: Mapping[str, str]) -> list[Row]:
        """All rows. Raises StorageUnavailableError when the database cannot answer."""
        dialect = db.engine.dialect
        plan = self._plan
        if plan is None or plan.dialect is not dialect:
            # One assignment, so that threads at worst compile twice.
            plan = self._plan = _Plan(self._statement, dialect)
        try:
            with closing(db.engine.raw_connection()) as connection:
                return plan.ask(db, connection, values)
        except (dialect.loaded_dbapi.Error, SQLAlchemyError) as error:
            raise StorageUnavailableError(type(error).__name__) from error


class _Plan:
    """The query as one dialect's driver takes it."""

    __slots__ = ("_names", "_readers", "_sql", "_types", "dialect")

    def __init__(self, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.dialect = dialect
        self._sql = str(compiled)
        self._names = compiled.positiontup if compiled.positional else None
        self._types = [column.type for column in statement.exported_columns]
        self._readers: list[tuple[int, Callable[[Any], Any]]] | None = None

    def ask(self, db: Database, connection: Any, values: Mapping[str, str]) -> list[Row]:  # noqa: ANN401 - whatever the pool gives
        given = dict(values) if self._names is None else [values[name] for name in self._names]
        cursor = connection.cursor()
        try:
            for note in db.engine.dispatch.before_cursor_execute:
                note(None, cursor, self._sql, given, None, False)  # noqa: FBT003 - as SQLAlchemy calls it
            cursor.execute(self._sql, given)
            found: list[Row] = cursor.fetchall()
            description = cursor.description
        except self.dialect.loaded_dbapi.Error:
            # It may have been cut off; the next one is new.
            connection.invalidate()
            raise
        finally:
            cursor.close()
        return self._read(found, description)

    def _read(self, rows: list[Row], description: Any) -> list[Row]:  # noqa: ANN401 - what a driver gives
        if not rows:
            return rows
        readers = self._readers
        if readers is None:
            kinds = enumerate(zip(self._types, description, strict=True))
            found = [(place, kind.dialect_impl(self.dialect).result_processor(self.dialect, told[1])) for place, (kind, told) in kinds]
            readers = self._readers = [(place, read) for place, read in found if read is not None]
        for number, row in enumerate(rows):
            cells = list(row)
            for place, read in readers:
                cells[place] = read(cells[place])
            rows[number] = tuple(cells)
        return rows
