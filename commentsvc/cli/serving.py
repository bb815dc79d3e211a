"""Runs the application under granian: in this very process where one is enough, in processes of its own where there are several."""

import http.client
import os
import select
import signal
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from granian.constants import Interfaces
from granian.server import MPServer

from commentsvc.app import create_app, start_worker
from commentsvc.cli.one_process import OneProcessServer, check_port_free, leave_overdue_requests
from commentsvc.cli.starting import started
from commentsvc.cli.stopping import AFTER_GRACE_S, Interrupt, end_within
from commentsvc.integrations.streams import Streams
from commentsvc.runtime import Runtime, build_runtime
from commentsvc.settings import ServerSettings, Settings, load_settings
from commentsvc.web.context import RUNTIME_EXTENSION

if TYPE_CHECKING:
    from flask import Flask

    from commentsvc.worker.embedded import EmbeddedWorker

READY_LOOKS_S: Final = 0.02
READY_WITHIN_S: Final = 60.0
PARENT_LOOKS_S: Final = 1.0
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with, not bound to


class SeveralProcessesServer(MPServer):
    """granian's server with its workers in processes of their own, forked from this one.

    Nothing else may run in this process while it forks: a lock that another thread holds at that moment, such as that of a module
    being imported, stays locked in the child for good. So the main thread itself looks whether the server is ready.
    """

    def __init__(self, *args: Any, settings: ServerSettings, on_ready: Callable[[], None], **kwargs: Any) -> None:  # noqa: ANN401 - granian's own arguments
        super().__init__(*args, **kwargs)
        self.main_loop_interrupt = Interrupt()
        self._settings = settings
        self._on_ready = on_ready
        self.ears, self._mouth = os.pipe()
        """Readable in every worker once they are to stop. A pipe bears workers that are killed while they listen."""

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:  # noqa: ANN401 - granian's own arguments
        _watch(self._settings, self.main_loop_interrupt, self._on_ready)
        super()._serve_loop(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # granian types little

    def _stop_workers(self) -> None:
        os.write(self._mouth, b"!")
        super()._stop_workers()  # type: ignore[no-untyped-call]  # the same


def serve_here(app: "Flask", runtime: Runtime, on_ready: Callable[[], None]) -> None:
    """Serve `app` until SIGTERM or SIGINT. `on_ready` is called once, from another thread, when the first request would be answered."""
    settings = runtime.settings.server
    check_port_free(settings)
    runtime.streams.open(settings.streams)
    server = OneProcessServer("commentsvc", grace_s=settings.grace_s, on_stop=runtime.streams.stop, **_options(settings))
    worker = start_worker(app, runtime)
    is_over = threading.Event()
    watch = threading.Thread(target=_watch, args=(settings, is_over, on_ready), name="ready", daemon=True)
    watch.start()
    started()
    try:
        server.serve(target_loader=lambda: app.wsgi_app, wrap_loader=False)
    finally:
        is_over.set()
        watch.join(1.0)
        _let_go(worker, runtime)
    leave_overdue_requests()


def serve_apart(settings: Settings, paths: tuple[Path, ...], workers: int, on_ready: Callable[[], None]) -> None:
    """Serve from `workers` processes until SIGTERM or SIGINT. `on_ready` is called once, when the first request would be answered."""
    check_port_free(settings.server)
    kill_after_s = max(1, round(settings.server.grace_s))
    server = SeveralProcessesServer(
        "commentsvc",
        settings=settings.server,
        on_ready=on_ready,
        workers=workers,
        workers_kill_timeout=kill_after_s,
        respawn_failed_workers=True,
        **_options(settings.server),
    )
    started()
    server.serve(target_loader=partial(_load_in_worker, paths, os.getpid(), server.ears, settings.server), wrap_loader=False)


def _load_in_worker(paths: tuple[Path, ...], parent: int, ears: int, settings: ServerSettings) -> Any:  # noqa: ANN401 - a WSGI application
    app = load_app(paths)
    streams = cast("Runtime", app.extensions[RUNTIME_EXTENSION]).streams
    streams.open(settings.streams)
    wanted = parent, ears, settings.grace_s, threading.get_ident(), streams
    threading.Thread(target=_stop_with, args=wanted, name="parent", daemon=True).start()
    return app


def _stop_with(parent: int, ears: int, grace_s: float, main: int, streams: Streams) -> None:
    """End streams and this process when the parent says so, or once it is gone: one that was killed cannot tell its workers.

    Told again and again, since until granian serves, a signal goes to the handler that was forked with this process and is lost there.
    """
    while os.getppid() == parent:
        if select.select([ears], [], [], PARENT_LOOKS_S)[0]:
            break
    streams.stop()
    end_within(grace_s + AFTER_GRACE_S)
    alone = threading.Event()
    while True:
        signal.pthread_kill(main, signal.SIGTERM)
        alone.wait(PARENT_LOOKS_S)


def load_app(paths: tuple[Path, ...] = ()) -> Any:  # noqa: ANN401 - a WSGI application
    """An application that is ready to serve, with its own scorer and worker: what each process of a server loads.

    Other servers may call it as a factory: `commentsvc.cli.serving:load_app`. Call it after forking.
    """
    runtime = build_runtime(load_settings(paths=paths))
    runtime.scorer.warm()
    app = create_app(runtime.settings, runtime)
    started()
    Finalize(None, _let_go, args=(start_worker(app, runtime), runtime), exitpriority=10)
    return app


def _let_go(worker: "EmbeddedWorker | None", runtime: Runtime) -> None:
    if worker is not None:
        worker.stop()
    runtime.close()


def _options(settings: ServerSettings) -> dict[str, Any]:
    return {
        "address": settings.host,
        "port": settings.port,
        "interface": Interfaces.WSGI,
        "blocking_threads": settings.threads + settings.streams,
        "websockets": False,
        # What there is to say we log ourselves.
        "log_enabled": False,
    }


def base_address(settings: ServerSettings) -> str:
    """The address under which this machine reaches the server."""
    host = _ANY.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _watch(settings: ServerSettings, is_over: threading.Event, on_ready: Callable[[], None]) -> None:
    looks = int(READY_WITHIN_S / READY_LOOKS_S)
    for _ in range(looks):
        if is_ready(settings):
            on_ready()
            return
        if is_over.wait(READY_LOOKS_S):
            return
    os.kill(os.getpid(), signal.SIGTERM)


def is_ready(settings: ServerSettings) -> bool:
    """Whether the server at host and port says that it is ready."""
    connection = http.client.HTTPConnection(_ANY.get(settings.host, settings.host), settings.port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
