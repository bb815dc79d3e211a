"""`commentsvc worker`: background work outside the server."""

import signal
import threading
from types import FrameType

import click

from commentsvc.cli.failures import Misuse
from commentsvc.cli.installation import Installation, pass_installation


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@pass_installation
def worker(installation: Installation, *, once: bool) -> None:
    """Do background work until SIGTERM or Ctrl-C: score what was stored unscored, tell webhooks, and tidy up.

    For PostgreSQL without Celery: any number of them, on any machine, beside servers with worker.embedded = false. With Celery run
    `celery -A commentsvc.worker.celery_app worker` in its place.
    """
    import structlog

    from commentsvc.integrations.logs import configure_logging
    from commentsvc.worker.delivering import deliver_once
    from commentsvc.worker.loop import run_once, run_until_stopped
    from commentsvc.worker.mailing import mail_once

    settings = installation.settings()
    if settings.database.url.startswith("sqlite") and settings.worker.embedded and not once:
        raise Misuse("The server does this work itself: worker.embedded is on. Turn it off to have a worker beside the server.")
    configure_logging(as_json=settings.log.format == "json", level=settings.log.level)
    stop, has_work = threading.Event(), threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()
        has_work.set()

    if not once:
        # Before anything is opened, so that being told to stop while starting ends as well as later.
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, end)
    with installation.runtime() as runtime:
        runtime.scorer.warm()
        if once:
            done = 0
            while claimed := run_once(runtime) + deliver_once(runtime) + mail_once(runtime):
                done += claimed
            click.echo(f"{done} jobs done")
            return
        structlog.get_logger(__name__).info("worker_ready", engine=runtime.settings.scorer.engine)
        run_until_stopped(runtime, stop, has_work)
