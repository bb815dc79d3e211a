"""A server in this very process, without the application that it serves: the scoring process takes it too, and loads no more."""

import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from granian.server import MTServer

from commentsvc.cli.failures import Misuse, Trouble
from commentsvc.cli.stopping import AFTER_GRACE_S, Interrupt, end_within
from commentsvc.settings import ServerSettings

_NOTHING: Final[Callable[[], None]] = lambda: None  # noqa: E731 - what a server does that has nothing to end


class OneProcessServer(MTServer):
    """granian's server with its worker in a thread of this process.

    Made for Pythons without the lock, and as good with it: requests are answered by granian's blocking threads either way. One
    process in place of two halves memory and start. Stopping waits for running requests, at most `grace_s` seconds;
    `on_stop` is called before.
    """

    def __init__(self, *args: Any, grace_s: float, on_stop: Callable[[], None] = _NOTHING, **kwargs: Any) -> None:  # noqa: ANN401 - granian's own arguments
        super().__init__(*args, **kwargs)
        self._grace_s = grace_s
        self._on_stop = on_stop
        self.main_loop_interrupt = Interrupt()

    def _check_gil(self) -> None:
        """The lock may be there."""

    def _stop_workers(self) -> None:
        end_within(self._grace_s + AFTER_GRACE_S)
        self._on_stop()
        for worker in self.wrks:
            worker.terminate()  # type: ignore[no-untyped-call]  # granian types little
        for worker in self.wrks:
            worker.join(self._grace_s)  # type: ignore[no-untyped-call]  # the same
        self.wrks.clear()


def leave_overdue_requests() -> None:
    """End this process where a request has outlived its grace, which must not keep it: its thread is no daemon."""
    if any(thread.name == "granian-worker" for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def check_port_free(settings: ServerSettings) -> None:
    """End the command with words when nobody can listen at host and port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except PermissionError as error:
            raise Misuse(f"This user may not listen at port {settings.port}; choose one above 1023") from error
        except socket.gaierror as error:
            raise Misuse(f"server.host: {settings.host} is no address of this machine") from error
        except OSError as error:
            raise Trouble(f"Port {settings.port} at {settings.host} cannot be had: {error.strerror}. Choose another port.") from error
