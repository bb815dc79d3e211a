"""What waits for humans, over all sites: for operators' gauges."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commentsvc.domain.status import Queue
from commentsvc.store.base import table_of
from commentsvc.store.models import ReviewItem

_I = table_of(ReviewItem)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many items of a queue wait, and since when the oldest does (None: nothing waits)."""

    count: int
    oldest_at: datetime | None


def count_all_queues(session: Session) -> dict[Queue, Backlog]:
    """What waits in each queue, over all sites."""
    query = select(_I.c.queue, func.count(), func.min(_I.c.created_at)).where(_I.c.is_open).group_by(_I.c.queue)
    rows = session.connection().execute(query)
    found = {Queue(queue): Backlog(count, oldest_at) for queue, count, oldest_at in rows}
    return {queue: found.get(queue, Backlog(0, None)) for queue in Queue}
