"""The small application and a client of it."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog
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


@pytest.fixture
def log_stream() -> Iterator[io.StringIO]:
    """Where a test may send the log; logging is as before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
