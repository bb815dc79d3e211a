"""What a Celery worker runs: `celery -A commentsvc.worker.celery_app worker`. The messages carry ids; the database is the queue."""

from functools import lru_cache
from typing import Final

from celery.schedules import schedule
from celery.signals import worker_process_init

from commentsvc.integrations.celery_waker import TASK, make_celery
from commentsvc.integrations.logs import configure_logging
from commentsvc.runtime import Runtime, build_runtime
from commentsvc.services.retention import tidy
from commentsvc.settings import load_settings
from commentsvc.worker.delivering import deliver_once
from commentsvc.worker.loop import run_once
from commentsvc.worker.mailing import mail_once
from commentsvc.worker.statements import collect_all, send_statements
from commentsvc.worker.watching import watch_once

_TIDY_S: Final = 3600.0
_WATCH_S: Final = 60.0


settings = load_settings()
app = make_celery(settings.redis.url)
app.conf.beat_schedule = {
    # A wake-up can be lost; this look cannot. It needs `celery beat`, or workers started with `-B`.
    "due": {"task": TASK, "schedule": schedule(settings.worker.poll_s), "args": [[]]},
    "deliver": {"task": "commentsvc.deliver", "schedule": schedule(settings.worker.poll_s)},
    "watch": {"task": "commentsvc.watch", "schedule": schedule(_WATCH_S)},
    "tidy": {"task": "commentsvc.tidy", "schedule": schedule(_TIDY_S)},
}


@lru_cache(maxsize=1)
def runtime() -> Runtime:
    """The parts of this process, put together at the first task: after Celery has forked, since connections and threads do not fork."""
    built = build_runtime(settings)
    built.scorer.warm()
    return built


@worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery carries no types
def _prepare(**_: object) -> None:
    configure_logging(as_json=settings.log.format == "json", level=settings.log.level)


@app.task(name=TASK)  # type: ignore[untyped-decorator]  # the same
def run_jobs(job_ids: list[str]) -> int:
    """Do everything that is due, whoever's wake-up this is; returns how many jobs were claimed."""
    del job_ids
    done = 0
    while claimed := run_once(runtime()):
        done += claimed
    return done


@app.task(name="commentsvc.deliver")  # type: ignore[untyped-decorator]  # the same
def run_deliveries() -> int:
    """Send what is due to webhooks, readers and the EU's database; returns how much was handled."""
    done = 0
    while handled := deliver_once(runtime()) + mail_once(runtime()) + send_statements(runtime()):
        done += handled
    return done


@app.task(name="commentsvc.watch")  # type: ignore[untyped-decorator]  # the same
def run_watching() -> int:
    """Count the weeks that are due; returns how many."""
    done = 0
    while counted := watch_once(runtime()):
        done += counted
    return done


@app.task(name="commentsvc.tidy")  # type: ignore[untyped-decorator]  # the same
def run_tidy() -> int:
    """Delete what is past its time, and make the statements of reasons that are due."""
    now = runtime().clock.now()
    collect_all(runtime())
    return runtime().in_transaction(lambda session: tidy(session, now))
