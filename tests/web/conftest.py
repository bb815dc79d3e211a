"""What tests of all faces use."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog


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
