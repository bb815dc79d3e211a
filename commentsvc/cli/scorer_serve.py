"""`commentsvc scorer serve`: a scoring process that several servers share."""

import os
import signal
import socket
import stat
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from commentsvc.cli.failures import Misuse, Trouble
from commentsvc.cli.installation import Installation, pass_installation
from commentsvc.cli.starting import started, starting

if TYPE_CHECKING:
    from commentsvc.scoring.batching import BatchingScorer
    from commentsvc.scoring.remote_line import Place
    from commentsvc.settings import Settings

_SOCKET_MODE: Final = 0o660
_LOOK_EVERY_S: Final = 0.02
_READY_WITHIN_S: Final = 60.0


@click.command("serve")
@click.option("--host", help="Listen at this address.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen at this port.")
@click.option("--socket", "socket_path", type=click.Path(path_type=Path), help="Listen at this Unix socket in place of a port.")
@pass_installation
def serve_scorer(installation: Installation, host: str | None, port: int | None, socket_path: Path | None) -> None:
    """Load the scorer that the settings name, and score for servers whose scorer.engine is "remote", until SIGTERM or Ctrl-C.

    They share one model in memory. Where other machines can reach it, servers and this process must share a secret
    (scorer.secret_file), and the network between them must be one that nobody listens to: the texts travel as they are.
    """
    settings = installation.settings()
    place = _choose_place(host, port, socket_path)
    with starting():
        _serve(settings, place)


def _choose_place(host: str | None, port: int | None, socket_path: Path | None) -> "Place":
    from commentsvc.scoring.remote_line import Place, parse_place

    if socket_path is not None:
        if host is not None or port is not None:
            raise Misuse("--socket goes without --host and --port.")
        return parse_place(f"unix:{socket_path.absolute()}")
    if port is None:
        raise Misuse("Say where to listen: --port N, or --socket PATH.")
    return Place(host or "127.0.0.1", port)


def _serve(settings: "Settings", place: "Place") -> None:
    from granian.constants import HTTPModes, Interfaces

    from commentsvc.cli.one_process import OneProcessServer, leave_overdue_requests
    from commentsvc.integrations.logs import configure_logging
    from commentsvc.scoring.remote_service import ScoringService
    from commentsvc.scoring.remote_wire import read_secret

    configure_logging(as_json=settings.log.format == "json", level=settings.log.level)
    secret = read_secret(settings.scorer.secret_file)
    if secret is None and not place.is_local:
        raise Misuse(f"Other machines can reach {place}: name a file with a secret that servers share with it in scorer.secret_file.")
    _check_free(settings, place)
    scorer = _load(settings)
    threads = settings.server.threads
    service = ScoringService(scorer, shared_texts=settings.scorer.batch, threads=threads, secret=secret)
    server = OneProcessServer(
        "commentsvc-scorer",
        grace_s=settings.server.grace_s,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        blocking_threads=threads,
        websockets=False,
        log_enabled=False,
        **_where(place),
    )
    is_over = threading.Event()
    watch = threading.Thread(target=_watch, args=(place, scorer.version.id, is_over), name="ready", daemon=True)
    watch.start()
    started()
    try:
        server.serve(target_loader=lambda: service, wrap_loader=False)
    finally:
        is_over.set()
        watch.join(1.0)
        scorer.close()
    leave_overdue_requests()


def _load(settings: "Settings") -> "BatchingScorer":
    from commentsvc.scoring.batching import BatchingScorer
    from commentsvc.scoring.registry import Engine, build_configured_scorer

    if settings.scorer.engine == Engine.REMOTE:
        raise Misuse('scorer.engine is "remote": a scoring process needs one that scores itself (COMMENTSVC_SCORER_ENGINE=shipped).')
    chosen = settings.scorer
    scorer = BatchingScorer(build_configured_scorer(chosen), max_batch=chosen.batch, queue_limit=chosen.queue_limit)
    scorer.warm()
    return scorer


def _where(place: "Place") -> dict[str, Any]:
    if place.socket_path:
        return {"uds": Path(place.socket_path), "uds_permissions": _SOCKET_MODE}
    return {"address": "127.0.0.1" if place.host == "localhost" else place.host, "port": place.port}


def _check_free(settings: "Settings", place: "Place") -> None:
    from commentsvc.cli.one_process import check_port_free

    if place.socket_path:
        _make_way(Path(place.socket_path))
    else:
        check_port_free(replace(settings.server, host=place.host, port=place.port))


def _make_way(path: Path) -> None:
    """Take away the socket that a process left which was killed; end the command with words where something else is in the way."""
    if not path.parent.is_dir():
        raise Misuse(f"There is no directory {path.parent}.")
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise Misuse(f"{path} is something else than a socket.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except OSError as error:
            raise Trouble(f"{path} cannot be had: {error.strerror}.") from error
        else:
            raise Trouble(f"Another process listens at {path}.")


def _watch(place: "Place", version: str, is_over: threading.Event) -> None:
    """Say once that it is ready; end the process when it is not so in time."""
    import structlog

    for _ in range(int(_READY_WITHIN_S / _LOOK_EVERY_S)):
        if _is_ready(place):
            structlog.get_logger(__name__).info("scoring_process_ready", place=str(place), scorer=version)
            return
        if is_over.wait(_LOOK_EVERY_S):
            return
    os.kill(os.getpid(), signal.SIGTERM)


def _is_ready(place: "Place") -> bool:
    import http.client
    import time
    from http import HTTPStatus

    from commentsvc.scoring.remote_line import Line
    from commentsvc.scoring.remote_wire import HEALTH

    line = Line(_reached_at(place))
    with suppress(OSError, http.client.HTTPException):
        try:
            return line.ask(HEALTH, None, {}, time.monotonic() + 5)[0] == HTTPStatus.OK
        finally:
            line.close()
    return False


def _reached_at(place: "Place") -> "Place":
    any_to_own = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to
    return replace(place, host=any_to_own.get(place.host, place.host))
