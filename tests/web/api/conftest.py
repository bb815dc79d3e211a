"""The API over a world: real services on a temporary SQLite file, a fake scorer, a clock and a chance that stand still."""

from collections.abc import Iterator

import pytest
from flask import Flask

from commentsvc.web.context import RUNTIME_EXTENSION
from tests.support.world import World
from tests.web.api.api_client import Api, a_gazette, build_api_app
from tests.web.api.lanes import Lanes


@pytest.fixture(scope="session")
def shared_app(make_session_url) -> Iterator[Flask]:
    """Made once, since describing all routes takes longer than most tests; each test puts its own runtime in."""
    world = World(make_session_url())
    yield build_api_app(world.runtime)
    world.close()


@pytest.fixture(scope="session")
def make_session_url(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("api")
    numbers = iter(range(10_000))

    def make() -> str:
        path = folder / f"{next(numbers)}.db"
        path.write_bytes(sqlite_template.read_bytes())
        return f"sqlite:///{path}"

    return make


@pytest.fixture
def world(make_session_url) -> Iterator[World]:
    with a_gazette(make_session_url()) as world:
        yield world


@pytest.fixture
def api(shared_app: Flask, world: World) -> Api:
    shared_app.extensions[RUNTIME_EXTENSION] = world.runtime
    return Api(shared_app, world)


@pytest.fixture
def own(world: World) -> Api:
    """An application of its own, whose metrics are the world's and whose limits are real."""
    return Api(build_api_app(world.runtime), world)


@pytest.fixture
def lanes(api) -> Lanes:
    return Lanes(api.app)


@pytest.fixture
def thread(api):
    """Three roots, seven replies to the first; returns the first."""
    roots = [api.comment(f"Root {number} on the tram.")["id"] for number in range(3)]
    for number in range(7):
        api.comment(f"Reply {number} about the tram.", parent=roots[0])
    return roots[0]
