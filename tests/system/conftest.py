"""Databases, wake-ups and installations for tests with real processes."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.databases import PostgresServer
from tests.system.harness import Installation
from tests.system.servers import DurablePostgres, Valkey

MakeInstallation = Callable[..., Installation]


@pytest.fixture
def installations(tmp_path: Path) -> Iterator[list[Installation]]:
    made: list[Installation] = []
    yield made
    for installation in reversed(made):
        installation.close()


@pytest.fixture
def on_sqlite(tmp_path: Path, sqlite_template: Path, installations: list[Installation]) -> MakeInstallation:
    """Makes an installation on an SQLite file; keywords are settings (`scorer_budget_ms="0"`)."""

    def make(**changes: str) -> Installation:
        path = tmp_path / f"installation-{len(installations)}.db"
        shutil.copyfile(sqlite_template, path)
        installations.append(Installation(tmp_path, f"sqlite:///{path}", _variables(changes)))
        return installations[-1]

    return make


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_server: PostgresServer, installations: list[Installation]) -> Iterator[MakeInstallation]:
    """The same on a database of the PostgreSQL that all tests share."""
    names: list[str] = []

    def make(**changes: str) -> Installation:
        names.append(postgres_server.take_migrated())
        installations.append(Installation(tmp_path, postgres_server.url(names[-1]), _variables(changes)))
        return installations[-1]

    yield make
    for installation in reversed(installations):
        installation.close()
    for name in names:
        postgres_server.give_back(name)


@pytest.fixture
def durable_postgres() -> Iterator[DurablePostgres]:
    """A PostgreSQL of the test's own, which may be killed: it keeps what it has acknowledged."""
    server = DurablePostgres()
    yield server
    server.stop()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    yield server
    server.stop()


def _variables(changes: dict[str, str]) -> dict[str, str]:
    return {f"COMMENTSVC_{name.upper()}": value for name, value in changes.items()}
