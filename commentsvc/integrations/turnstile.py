"""Lets requests use the interpreter one after another where several at once would only take it from each other.

SQLite gives Python's lock up at every row it reads, and whoever waits takes it and may keep it for 5 ms. Eight requests at once
then cost three times the processor time of the same eight in a row. So a request passes the turnstile first, and steps aside
where it waits for something else: the scorer, a password's hash.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

PATIENCE_S: Final = 0.05
"""How long a request waits for those before it. Then it goes on beside them: one that takes long must not hold up the others."""

Application = Callable[..., Iterable[bytes]]


class Turnstile:
    """One thread is inside at a time. Stepping aside and out is only ever needed by who is inside; for others it does nothing."""

    def __init__(self, *, is_open: bool = False, patience_s: float = PATIENCE_S) -> None:
        """`is_open` lets everybody through: where the database is another process, waiting for it is what takes the time."""
        self._is_open = is_open
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Pass, and leave at the end of the block. Not to be entered twice by one thread."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others in during a wait that does not need Python; whoever was inside is so again at the end of the block."""
        was_inside = self._is_inside
        self._leave()
        try:
            yield
        finally:
            if was_inside:
                self._enter()

    def around(self, application: Application) -> Application:
        """The WSGI application with each of its requests inside. What it returns is sent to the client outside."""

        def turned(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            with self.inside():
                return application(environ, start_response)

        return application if self._is_open else turned

    @property
    def _is_inside(self) -> bool:
        return getattr(self._mine, "is_inside", False)

    def _enter(self) -> None:
        self._mine.is_inside = not self._is_open and self._lock.acquire(timeout=self._patience_s)

    def _leave(self) -> None:
        if self._is_inside:
            self._mine.is_inside = False
            self._lock.release()
