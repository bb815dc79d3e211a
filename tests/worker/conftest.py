"""A world on each engine, as the services' tests have it."""

from collections.abc import Iterator

import pytest

from tests.support.world import World, a_world


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with a_world(database_url) as world:
        yield world


@pytest.fixture
def sqlite_world(make_database_url) -> Iterator[World]:
    """For what does not depend on the engine."""
    with a_world(make_database_url("sqlite")) as world:
        yield world
