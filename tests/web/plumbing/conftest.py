"""The small application and a client of it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from commentsvc.web.context import WebConfig
from tests.web.plumbing.small_app import build_app

CONFIG = WebConfig(secret=b"secret", max_body_bytes=64 * 1024)


@pytest.fixture
def app() -> Flask:
    """A fresh one, for tests that count or change something of it."""
    return build_app(CONFIG)


@pytest.fixture(scope="session")
def shared_app() -> Flask:
    return build_app(CONFIG)


@pytest.fixture
def client(shared_app: Flask) -> FlaskClient:
    """A client without cookies of an application that no test changes."""
    return shared_app.test_client()
