"""A world on each engine, and what imports need of it."""

from collections.abc import Iterator

import pytest

from commentsvc.transfer.intake import Intake
from tests.support.world import World, a_world


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with a_world(database_url) as world:
        yield world


@pytest.fixture
def sqlite_world(make_database_url) -> Iterator[World]:
    with a_world(make_database_url("sqlite")) as world:
        yield world


def intake_of(world: World) -> Intake:
    runtime = world.runtime
    return Intake(runtime.scorer, runtime.scorer_row(runtime.scorer.version), runtime.make_text)
