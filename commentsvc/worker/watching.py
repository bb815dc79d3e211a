"""Counting sites' weeks. A loop of its own: it reads much and hurries nobody."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from commentsvc.domain.watching import BEFORE, MOST_WEEKS, WEEK, WeekFigures, week_of
from commentsvc.runtime import Runtime
from commentsvc.services.jobs import ClaimedJob, JobKind, claim_alone, finish_job
from commentsvc.services.watching import refresh_alerts, store_week
from commentsvc.store.queries.sites import list_sites
from commentsvc.store.queries.watching import count_week, counted_weeks, find_waiting, first_comment_at

log = structlog.get_logger(__name__)
NOW_EVERY: Final = timedelta(minutes=10)
"""How often the current week is counted anew."""
LATE_EVERY: Final = timedelta(hours=6)
"""The same for weeks that late decisions and edits may still change."""
_CHANGES_FOR: Final = BEFORE + WEEK
_LOOK_EVERY: Final = timedelta(minutes=1)


class Watcher:
    """One process's turn at counting. When nothing was due it does not look again for a while."""

    def __init__(self) -> None:
        """Look at the first step."""
        self._rested_at: datetime | None = None

    def step(self, runtime: Runtime) -> int:
        """Count one week that is due; 0 where none is."""
        now = runtime.clock.now()
        if self._rested_at is not None and now - self._rested_at < _LOOK_EVERY:
            return 0
        done = watch_once(runtime)
        self._rested_at = None if done else now
        return done


def watch_once(runtime: Runtime) -> int:
    """Count one week of one site that is due, and tell what is alarming; returns how many. Several workers at once share the sites."""
    now = runtime.clock.now()
    with runtime.db.reading() as session:
        due = [(site.id, week) for site in list_sites(session, None) if (week := find_due_week(session, site.id, now)) is not None]
    for site_id, week in due:
        job = _claim(runtime, site_id, now)
        if job is not None:
            _count(runtime, job, week, now)
            return 1
    return 0


def find_due_week(session: Session, site_id: str, now: datetime) -> datetime | None:
    """The latest week of a site that is to be counted now: never counted, or counted too long ago for one that still changes."""
    current = week_of(now)
    first = first_comment_at(session, site_id)
    if first is None or first > now:
        return None
    week, oldest = current, max(week_of(first), current - (MOST_WEEKS - 1) * WEEK)
    counted = counted_weeks(session, site_id, oldest)
    while week >= oldest:
        at = counted.get(week)
        if at is None or (week == current and now - at >= NOW_EVERY) or (now - week < _CHANGES_FOR + WEEK and now - at >= LATE_EVERY):
            return week
        week -= WEEK
    return None


def _claim(runtime: Runtime, site_id: str, now: datetime) -> ClaimedJob | None:
    return runtime.in_transaction(lambda session: claim_alone(session, JobKind.WATCH, site_id, now))


def _count(runtime: Runtime, job: ClaimedJob, week: datetime, now: datetime) -> None:
    with runtime.db.reading() as session:
        figures = count_week(session, job.subject_id, week, now)
        oldest_at = find_waiting(session, job.subject_id).oldest_at

    def keep(session: Session) -> tuple[int, int]:
        # Whoever lost the lease leaves the word to whoever has it.
        if not finish_job(session, job):
            return 0, 0
        store_week(session, job.subject_id, week, figures, now)
        return refresh_alerts(session, job.subject_id, figures, oldest_at, now) if week == week_of(now) else (0, 0)

    opened, closed = runtime.in_transaction(keep)
    _tell(job.subject_id, week, figures, opened, closed)


def _tell(site_id: str, week: datetime, figures: WeekFigures, opened: int, closed: int) -> None:
    log.info("week_counted", site=site_id, week=week.date().isoformat(), comment_count=figures.comments)
    if opened or closed:
        log.warning("alerts_changed", site=site_id, opened=opened, closed=closed)
