"""How a server is told to stop, and made sure that it does."""

import faulthandler
import select
import socket
import threading
import time
from contextlib import suppress
from typing import Final

LOOK_EVERY_S: Final = 0.5
AFTER_GRACE_S: Final = 20.0
"""What the worker's last job and the closing of files may take after the grace of running requests."""


class Interrupt(threading.Event):
    """What an ordinary Event is to a server's main thread, safe to set from a signal handler that runs in that very thread.

    Waiting looks up now and then: a signal that the system gave to another thread is handled only when the main one wakes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_set = False
        self._ears, self._mouth = socket.socketpair()
        self._ears.settimeout(0)
        self._mouth.settimeout(0)

    def set(self) -> None:
        """Wake whoever waits."""
        self._is_set = True
        # Full means that a wake-up is on its way already, closed that whoever waited has gone on.
        with suppress(OSError):
            self._mouth.send(b"\0")

    def clear(self) -> None:
        """Begin anew."""
        self._is_set = False

    def is_set(self) -> bool:
        """Whether it was set since it was last cleared."""
        return self._is_set

    def wait(self, timeout: float | None = None) -> bool:
        """Return once it is set, or after `timeout` seconds; tells which."""
        ends_at = None if timeout is None else time.monotonic() + timeout
        while not self._is_set and (ends_at is None or time.monotonic() < ends_at):
            select.select([self._ears], [], [], LOOK_EVERY_S if timeout is None else min(LOOK_EVERY_S, timeout))
            with suppress(BlockingIOError):
                self._ears.recv(4096)
        return self._is_set

    def close(self) -> None:
        """Give its sockets back."""
        self._ears.close()
        self._mouth.close()


def end_within(seconds: float) -> None:
    """Have this process end after so many seconds whatever holds it up, with status 1 and a word about where every thread stands."""
    faulthandler.dump_traceback_later(seconds, exit=True)
