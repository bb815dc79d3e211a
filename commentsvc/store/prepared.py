"""Statements that are compiled once and handed to the driver as they are.

SQLAlchemy spends some 80 us on each execution of a statement it has compiled already: five times what SQLite then does with it.
Where a request sends a dozen, that is most of its time. So the statements of the hottest paths are still written in Core, from
the tables, for both engines, and their values and rows still pass the columns' types; only the way in between is short.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Delete, Dialect, Enum, Insert, Select, Update
from sqlalchemy.exc import DBAPIError, MultipleResultsFound
from sqlalchemy.types import TypeEngine

from commentsvc.store.base import UTCDateTime

Row = tuple[Any, ...]
Values = Mapping[str, object]
_Convert = Callable[[Any], Any] | None
_NOTHING: Final[Values] = {}


class Plan:
    """A statement as one dialect's driver takes it.

    Raises ValueError for one whose text depends on its values.
    """

    __slots__ = ("_binds", "_fixed", "_is_positional", "_readers", "_repeated", "_types", "dialect", "sql")

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update | Delete, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        if compiled.literal_execute_params or compiled.post_compile_params:
            raise ValueError("a statement whose text depends on its values cannot be prepared")
        names = compiled.bind_names
        binds: dict[str, tuple[str, _Convert]] = {}
        fixed: dict[str, object] = {}
        # Whether a column that often has the same values has times: those are the same for all columns of times.
        self._repeated = {
            name: isinstance(bind.type, UTCDateTime) for bind, name in names.items() if isinstance(bind.type, UTCDateTime | Enum)
        }
        for bind, name in names.items():
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            binds[name] = (name, convert)
            if not bind.required:
                fixed[name] = bind.effective_value
        self.dialect = dialect
        self.sql = str(compiled)
        self._is_positional = compiled.positional
        self._binds = [binds[name] for name in (compiled.positiontup or ())] if compiled.positional else list(binds.values())
        self._fixed = fixed
        self._types: list[TypeEngine[Any]] = [column.type for column in statement.exported_columns]
        self._readers: list[tuple[int, Callable[[Any], Any]]] | None = None

    def parameters(self, values: Values) -> Any:  # noqa: ANN401 - what a driver takes
        """The values as the driver takes them. Raises KeyError for one that is missing."""
        if self._fixed:
            values = {**self._fixed, **values}
        if self._is_positional:
            return [values[name] if convert is None else convert(values[name]) for name, convert in self._binds]
        return {name: values[name] if convert is None else convert(values[name]) for name, convert in self._binds}

    def many(self, rows: Sequence[Values]) -> list[Any]:
        """The same for many rows. A time or a word of a list that several rows have is converted once: that costs most of it otherwise."""
        times: dict[object, object] = {}
        columns: list[list[object]] = []
        for name, convert in self._binds:
            values = [self._fixed[name]] * len(rows) if name in self._fixed else [row[name] for row in rows]
            if convert is None:
                columns.append(values)
            elif name in self._repeated:
                known = times if self._repeated[name] else {}
                for value in values:
                    if value not in known:
                        known[value] = convert(value)
                columns.append([known[value] for value in values])
            else:
                columns.append([convert(value) for value in values])
        lines = list(zip(*columns, strict=True))
        names = [name for name, _ in self._binds]
        return lines if self._is_positional else [dict(zip(names, line, strict=True)) for line in lines]

    def read(self, rows: list[Row], description: Any) -> list[Row]:  # noqa: ANN401 - what a driver gives
        """The rows with each value as its column's type reads it."""
        if not rows:
            return rows
        readers = self._readers
        if readers is None:
            places = zip(self._types, description, strict=True)
            found = [kind.dialect_impl(self.dialect).result_processor(self.dialect, place[1]) for kind, place in places]
            readers = self._readers = [(number, read) for number, read in enumerate(found) if read is not None]
        if not readers:
            return rows
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for number, read in readers:
            columns[number] = map(read, columns[number])
        return list(zip(*columns, strict=True))


class Prepared:
    """A Core statement to be executed often. Made at import; compiled when a dialect first asks. Safe between threads.

    An INSERT names every column of its table, so its values must too: KeyError for one that is missing. Rows come as plain tuples.
    Raises what SQLAlchemy raises for the driver's errors.
    """

    __slots__ = ("_plan", "_statement")

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update | Delete) -> None:
        """Keep the statement. Of lists of values (`in_`) it may have none."""
        self._statement: Final = statement
        self._plan: Plan | None = None

    def execute(self, conn: Connection, values: Values = _NOTHING) -> None:
        """Execute a statement that gives no rows. A transaction begins if none has."""
        _send(conn, self._planned(conn), values)

    def execute_many(self, conn: Connection, rows: Sequence[Values]) -> None:
        """Execute a statement that gives no rows once for each of these, in one call of the driver; nothing for none of them."""
        if rows:
            plan = self._planned(conn)
            if not conn.in_transaction():
                conn.begin()
            _on_driver(conn, plan.sql, plan.many(rows), is_many=True)

    def rows(self, conn: Connection, values: Values = _NOTHING) -> list[Row]:
        """All rows."""
        plan = self._planned(conn)
        found, description = _send(conn, plan, values)
        return plan.read(found, description)

    def find(self, conn: Connection, values: Values = _NOTHING) -> Row | None:
        """The only row, or None; raises MultipleResultsFound for more."""
        found = self.rows(conn, values)
        if len(found) > 1:
            raise MultipleResultsFound("more than one row was found")
        return found[0] if found else None

    def _planned(self, conn: Connection) -> Plan:
        # One assignment, so that threads at worst compile twice. Several dialects in turn are for tests only.
        plan = self._plan
        if plan is None or plan.dialect is not conn.dialect:
            plan = self._plan = Plan(self._statement, conn.dialect)
        return plan


def _send(conn: Connection, plan: Plan, values: Values) -> tuple[list[Row], Any]:
    parameters = plan.parameters(values)
    if not conn.in_transaction():
        conn.begin()
    return _on_driver(conn, plan.sql, parameters)


def say(conn: Connection, sql: str) -> None:
    """Have the driver execute words without values, such as SAVEPOINT. Begins no transaction."""
    _on_driver(conn, sql, None)


def _on_driver(
    conn: Connection,
    sql: str,
    parameters: Any,  # noqa: ANN401 - what drivers take
    *,
    is_many: bool = False,
) -> tuple[list[Row], Any]:
    connection = conn.connection
    cursor: Any = connection.cursor()
    try:
        listeners = conn.engine.dispatch.before_cursor_execute
        if listeners:
            for note in listeners:
                note(conn, cursor, sql, parameters, None, is_many)  # as SQLAlchemy calls it
        if parameters is None:
            cursor.execute(sql)
        elif is_many:
            cursor.executemany(sql, parameters)
        else:
            cursor.execute(sql, parameters)
        return (cursor.fetchall() if cursor.description is not None and not is_many else []), cursor.description
    except conn.dialect.loaded_dbapi.Error as error:
        dialect = conn.dialect
        is_lost = dialect.is_disconnect(error, connection.dbapi_connection, cursor)
        if is_lost:
            conn.invalidate(error)
        kind = dialect.loaded_dbapi.Error
        raise DBAPIError.instance(
            sql, parameters, error, kind, hide_parameters=True, connection_invalidated=is_lost, dialect=dialect
        ) from error
    finally:
        cursor.close()
