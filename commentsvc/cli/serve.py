"""`commentsvc serve`: the service."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from commentsvc.cli.failures import Misuse
from commentsvc.cli.installation import Installation, check_schema, pass_installation, upgrade_schema
from commentsvc.cli.starting import starting

if TYPE_CHECKING:
    from commentsvc.settings import Settings


@click.command()
@click.option("--host", help="Listen at this address in place of server.host.")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen at this port in place of server.port.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes; more than one needs PostgreSQL.")
@click.option("--migrate", is_flag=True, help="Bring the database to this release's schema first. Make a backup before.")
@pass_installation
def serve(installation: Installation, host: str | None, port: int | None, workers: int, *, migrate: bool) -> None:
    """Serve the API, the consoles and the widget until SIGTERM or Ctrl-C.

    Starts only on a database that is at this release's schema. Running requests are answered before it ends.
    """
    settings = _with_address(installation.settings(), host, port)
    with starting():
        _serve(installation, settings, workers, migrate=migrate)


def _serve(installation: Installation, settings: "Settings", workers: int, *, migrate: bool) -> None:
    from commentsvc.integrations.logs import configure_logging

    configure_logging(as_json=settings.log.format == "json", level=settings.log.level)
    if workers > 1 and settings.database.url.startswith("sqlite"):
        raise Misuse("SQLite serves one process best, and this service uses it so. Several workers need PostgreSQL (database.url).")
    if workers > 1:
        _serve_apart(installation, settings, workers, migrate=migrate)
    else:
        _serve_here(settings, migrate=migrate)


def _with_address(settings: "Settings", host: str | None, port: int | None) -> "Settings":
    server = replace(settings.server, host=host or settings.server.host, port=port or settings.server.port)
    return replace(settings, server=server)


def _serve_here(settings: "Settings", *, migrate: bool) -> None:
    from commentsvc.app import create_app
    from commentsvc.cli.one_process import check_port_free
    from commentsvc.cli.serving import serve_here
    from commentsvc.runtime import build_runtime

    check_port_free(settings.server)
    runtime = build_runtime(settings)
    if migrate:
        upgrade_schema(runtime.db)
    check_schema(runtime.db)
    runtime.scorer.warm()
    serve_here(create_app(settings, runtime), runtime, lambda: _say_ready(settings))


def _serve_apart(installation: Installation, settings: "Settings", workers: int, *, migrate: bool) -> None:
    from commentsvc.cli.serving import serve_apart

    with installation.any_database() as db:
        if migrate:
            upgrade_schema(db)
        check_schema(db)
    serve_apart(settings, installation.paths, workers, lambda: _say_ready(settings))


def _say_ready(settings: "Settings") -> None:
    import structlog

    structlog.get_logger(__name__).info("server_ready", host=settings.server.host, port=settings.server.port)
