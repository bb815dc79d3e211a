"""A world on each engine, as the services' tests have it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.mail_server import Postbox, a_mail_server
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


@pytest.fixture(scope="module")
def server() -> Iterator[Postbox]:
    """A mail server, once for a module."""
    with a_mail_server() as postbox:
        yield postbox


@pytest.fixture
def postbox(server: Postbox, world: World) -> Postbox:
    """What the world's letters come into."""
    server.empty()
    settings = world.runtime.settings
    world.runtime.settings = replace(
        settings,
        server=replace(settings.server, public_url="https://comments.example/"),
        mail=replace(settings.mail, host="127.0.0.1", port=server.port, security="none", sender="The Gazette <comments@gazette.example>"),
    )
    return server
