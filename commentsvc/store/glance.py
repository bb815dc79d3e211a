"""Queries for one look at the database, without what a transaction costs: the driver is asked, and that is all.

A session, its transaction and its connection cost ten times what SQLite spends on finding a row. Where a request needs one row to
learn that nothing has changed, that is most of its time.
"""

from contextlib import closing
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy.exc import SQLAlchemyError

from commentsvc.store.engine import Database, StorageUnavailableError
from commentsvc.store.prepared import Plan, Row, Values


class Glance:
    """A Core query that is compiled once. It sees what is committed when it is asked, by whichever process. Safe between threads."""

    __slots__ = ("_plan", "_statement")

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        """Keep the query. Of lists of values (`in_`) it may have none."""
        self._statement: Final = statement
        self._plan: Plan | None = None

    def rows(self, db: Database, values: Values) -> list[Row]:
        """All rows. Raises StorageUnavailableError when the database cannot answer."""
        dialect = db.engine.dialect
        plan = self._plan
        if plan is None or plan.dialect is not dialect:
            # One assignment, so that threads at worst compile twice.
            plan = self._plan = Plan(self._statement, dialect)
        try:
            with closing(db.engine.raw_connection()) as connection:
                return _ask(db, connection, plan, values)
        except (dialect.loaded_dbapi.Error, SQLAlchemyError) as error:
            raise StorageUnavailableError(type(error).__name__) from error


def _ask(db: Database, connection: Any, plan: Plan, values: Values) -> list[Row]:  # noqa: ANN401 - whatever the pool gives
    given = plan.parameters(values)
    cursor = connection.cursor()
    try:
        for note in db.engine.dispatch.before_cursor_execute:
            note(None, cursor, plan.sql, given, None, False)  # noqa: FBT003 - as SQLAlchemy calls it
        cursor.execute(plan.sql, given)
        return plan.read(cursor.fetchall(), cursor.description)
    except db.engine.dialect.loaded_dbapi.Error:
        # It may have been cut off; the next one is new.
        connection.invalidate()
        raise
    finally:
        cursor.close()
