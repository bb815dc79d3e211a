"""Waiting for a condition, and ports that nobody has."""

import socket
import threading
import time
from collections.abc import Callable

LIMIT_S = 60.0
_pause = threading.Event()


def wait_until(what: str, condition: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Look until `condition` holds; an error that says what was waited for when it does not come true."""
    ends_at = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < ends_at, f"waited {limit_s:.0f} s for {what}"
        _pause.wait(0.02)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
