"""The API over a world: real services on a temporary SQLite file, a fake scorer, a clock and a chance that stand still."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from commentsvc.services.sites import NewSite
from commentsvc.web.context import RUNTIME_EXTENSION
from tests.support.world import World
from tests.web.api.api_client import SECRET, Api, build_api_app


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
    """Two sites: the Gazette, whose readers the tests are about, and the Courier, which has nothing to do with it."""
    gazette = NewSite("gazette", "The Gazette", origins=("https://gazette.example",), jwt_secret=SECRET)
    world = World(make_session_url(), new_site=gazette)
    settings = world.runtime.settings
    # Limits have tests of their own.
    world.runtime.settings = replace(settings, limits=replace(settings.limits, comments_burst=100_000, acts_burst=100_000))
    world.make_site(NewSite("courier", "The Courier", origins=("https://courier.example",), jwt_secret=SECRET), {"sample_rate": 0.0})
    yield world
    world.check()
    world.close()


@pytest.fixture
def api(shared_app: Flask, world: World) -> Api:
    shared_app.extensions[RUNTIME_EXTENSION] = world.runtime
    return Api(shared_app, world)
