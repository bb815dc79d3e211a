"""Wakes Celery workers. The message carries ids only, and losing it is harmless: the database is the queue of record."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from celery import Celery

TASK: Final = "commentsvc.run_jobs"
log = structlog.get_logger(__name__)


class CeleryWaker:
    """Sends a wake-up for each commit that wrote jobs."""

    def __init__(self, redis_url: str) -> None:
        """Make the sender; no connection is opened yet."""
        self._app = make_celery(redis_url)

    def wake(self, job_ids: Sequence[str]) -> None:
        """Send the ids. A broker that is away costs a log line: the workers' own look for due jobs finds them."""
        try:
            self._app.send_task(TASK, args=[list(job_ids)], ignore_result=True, retry=False)
        except Exception as error:  # noqa: BLE001 - kombu raises many kinds, and none may reach the reader whose comment is safe
            log.warning("wake_up_lost", job_count=len(job_ids), error=type(error).__name__)


def make_celery(redis_url: str) -> "Celery":
    """A Celery application on Redis or Valkey, for sending and for working alike."""
    from celery import Celery  # noqa: PLC0415 - an extra; only those who chose Celery need it

    app = Celery("commentsvc", broker=redis_url)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 60, "socket_timeout": 2, "socket_connect_timeout": 2},
        task_default_queue="commentsvc",
        worker_hijack_root_logger=False,
    )
    return app
