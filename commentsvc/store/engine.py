"""The database as the rest of the service sees it: write transactions, read transactions, and what to do when it is away."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from commentsvc.store.grouping import GroupFailedError, WriteGroups
from commentsvc.store.prepared import say

BUSY_TIMEOUT_MS: Final = 10_000
_JOBS: Final = "jobs_to_wake"
T = TypeVar("T")


class StorageUnavailableError(Exception):
    """The database cannot answer now: locked, full, restarting or gone. Nothing of the transaction was kept."""


class SerializationError(Exception):
    """Another transaction was faster in a way that a second try will get over. Nothing was kept."""


@dataclass(frozen=True, slots=True)
class DatabaseOptions:
    """How to connect: an SQLAlchemy URL, connections kept open, and whether SQLite waits for the disk at each commit."""

    url: str
    pool_size: int = 10
    sqlite_full_sync: bool = False


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


class _Session(Session):
    """On one connection whose transaction is its maker's. Services ask for it at each step, and asking SQLAlchemy costs a statement."""

    def __init__(self, conn: Connection) -> None:
        super().__init__(conn, autoflush=False, expire_on_commit=False)
        self._held = conn

    def connection(self, bind_arguments: dict[str, Any] | None = None, execution_options: Mapping[str, Any] | None = None) -> Connection:
        del bind_arguments, execution_options
        return self._held


class Database:
    """Gives out sessions. The edge (request, command, worker step) opens a transaction; services never commit."""

    def __init__(self, options: DatabaseOptions) -> None:
        """Make the engine; no connection is opened yet."""
        url = options.url.replace("postgresql+psycopg://", "postgresql://")
        self.is_sqlite: Final = url.startswith("sqlite")
        common: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
        if self.is_sqlite:
            # Threads share a pool of connections; SQLite itself allows one writer, and `_writer` keeps the queue for it in
            # this process, because SQLite's own waiting is a poll that starves whoever is unlucky. The connection used last is
            # taken first: what it wrote itself need not be read again.
            pooling: dict[str, Any] = {
                "max_overflow": 50,
                "pool_use_lifo": True,
                "connect_args": {"check_same_thread": False, "cached_statements": 512},
            }
        else:
            pooling = {"max_overflow": 10, "pool_pre_ping": True, "pool_timeout": 10}
        self.engine: Final = create_engine(url, pool_size=options.pool_size, **pooling, **common)
        if self.is_sqlite:
            _prepare_sqlite(self.engine, full_sync=options.sqlite_full_sync)
        self._writer = threading.Lock()
        self._groups: Final = WriteGroups(self._run_group)
        self._on_jobs: Callable[[Sequence[str]], None] | None = None

    def on_jobs(self, wake: Callable[[Sequence[str]], None]) -> None:
        """Have `wake` called with the ids of jobs once the transaction that wrote them is committed."""
        self._on_jobs = wake

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session in a write transaction: committed at the end, rolled back when anything is raised.

        Raises StorageUnavailableError when the database is away, SerializationError when a second try may succeed.
        """
        with self._writer if self.is_sqlite else contextlib.nullcontext(), _translated(), self.engine.connect() as conn:
            if self.is_sqlite:
                conn.execution_options(begin_immediate=True)
            conn.begin()
            # What is raised leaves the connection without a commit, which undoes everything.
            with contextlib.closing(_Session(conn)) as session:
                yield session
                session.flush()
            conn.commit()
        jobs = session.info.get(_JOBS)
        if jobs and self._on_jobs:
            self._on_jobs(jobs)

    def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a write transaction and return its result once that is committed; on SQLite shared with what waits beside it.

        What `work` raises undoes its own changes alone. Raises StorageUnavailableError and SerializationError as `transaction` does.
        """
        if not self.is_sqlite:
            with self.transaction() as session:
                return work(session)
        try:
            with _translated():
                return self._groups.run(work)
        except GroupFailedError as error:
            if isinstance(error.__cause__, StorageUnavailableError):
                raise error.__cause__ from error
            raise SerializationError("group") from error

    def _run_group(self, pieces: Callable[[Session], None]) -> None:
        with self.transaction() as session:
            pieces(session)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and must not write."""
        with _translated(), self.engine.connect() as conn:
            conn.begin()
            with contextlib.closing(_Session(conn)) as session:
                yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def wake_after_commit(session: Session, job_id: str) -> None:
    """Note that a job was written, so that a worker is woken once it is committed."""
    session.info.setdefault(_JOBS, []).append(job_id)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise SerializationError(type(error.orig).__name__) from error
    except (OperationalError, InterfaceError) as error:
        sqlstate = getattr(error.orig, "sqlstate", None)
        if sqlstate in {"40001", "40P01"}:
            raise SerializationError(sqlstate) from error
        raise StorageUnavailableError(type(error.orig).__name__) from error
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(error.orig, sqlite3.OperationalError):
            raise StorageUnavailableError(type(error.orig).__name__) from error
        raise
    except TimeoutError as error:
        raise StorageUnavailableError(type(error).__name__) from error


def _prepare_sqlite(engine: Engine, *, full_sync: bool) -> None:
    # The driver's own handling of transactions begins them too late and breaks savepoints; so it is turned off and BEGIN
    # is said here, IMMEDIATE for writers, so that a reader never has to become a writer and fail.
    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if full_sync else 'NORMAL'}")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-32768")
        cursor.execute("PRAGMA temp_store=MEMORY")
        # A post touches some 25 pages, most of them again by the next one: written back every 160 posts instead of every 40.
        cursor.execute("PRAGMA wal_autocheckpoint=4000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("begin_immediate")
        say(connection, "BEGIN IMMEDIATE" if immediate else "BEGIN")


def ping(session: Session) -> None:
    """Ask the database for nothing, to see that it answers."""
    session.execute(text("SELECT 1"))
