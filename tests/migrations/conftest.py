"""Empty databases on each engine, and the revisions in order."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.script import Script, ScriptDirectory

from commentsvc.store.engine import Database, DatabaseOptions
from commentsvc.store.migrate import alembic_config


@pytest.fixture
def make_empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Makes an empty database on the engine named."""
    made: list[Database] = []
    names: list[str] = []

    def make(engine: str) -> Database:
        if engine == "sqlite":
            url = f"sqlite:///{tmp_path / f'empty-{len(made)}.db'}"
        else:
            server = request.getfixturevalue("postgres_server")
            names.append(server.create())
            url = server.url(names[-1])
        made.append(Database(DatabaseOptions(url)))
        return made[-1]

    yield make
    for database in made:
        database.dispose()
    for name in names:
        request.getfixturevalue("postgres_server").drop(name)


@pytest.fixture
def empty(engine_name: str, make_empty: Callable[[str], Database]) -> Database:
    return make_empty(engine_name)


@pytest.fixture(scope="session")
def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


@pytest.fixture(scope="session")
def revisions(scripts: ScriptDirectory) -> list[Script]:
    """From the first to the newest."""
    return [*scripts.walk_revisions()][::-1]
