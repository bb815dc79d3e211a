"""A site's weeks in counts: made by a worker, one week at a time, and read by the page, the API and Prometheus.

Each query is bounded by a day or a week through an index on site and time, so that what it costs does not grow with the site's age.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from commentsvc.domain.drift import compare_scores
from commentsvc.domain.labels import Label
from commentsvc.domain.simulation import Scores
from commentsvc.domain.status import AlertKind, Queue, Route, Verdict
from commentsvc.domain.watching import BEFORE, WAITING_HOURS, WEEK, DriftLine, Load, Waits, WeekFigures
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.queries.history import Period
from commentsvc.store.queries.scored import load_scored
from commentsvc.store.queries.sites import list_sections

_COMMENT = table_of(models.Comment)
_ROUTING = table_of(models.Routing)
_DECISION = table_of(models.Decision)
_ITEM = table_of(models.ReviewItem)
_ARTICLE = table_of(models.Article)
_ACCOUNT = table_of(models.Account)
_WEEK = table_of(models.WatchWeek)
_RULE = table_of(models.WatchRule)
_ALERT = table_of(models.Alert)
_READER = table_of(models.AlertReader)
_SITE = table_of(models.Site)
BUSIEST: Final = 10
MOST_SECTIONS: Final = 20
_SHOWN_ALERTS: Final = 20
_P95: Final = 0.95


# -- Counting ------------------------------------------------------------------------------------------------------------------
def count_week(session: Session, site_id: str, starts_at: datetime, now: datetime) -> WeekFigures:
    """Count one week of a site as it stands now. `starts_at` is its Monday, 00:00 UTC."""
    conn = session.connection()
    until = min(starts_at + WEEK, now + timedelta(seconds=1))
    period = Period(starts_at, until)
    posted = _count_posted(conn, site_id, period)
    routed = _count_routed(conn, site_id, period)
    decided = _count_decided(conn, site_id, period)
    return WeekFigures(
        **posted, **routed, **decided, articles=_busiest(conn, site_id, period), drift=_measure_drift(session, site_id, period)
    )


def _count_posted(conn: Connection, site_id: str, period: Period) -> dict[str, Any]:
    rows = conn.execute(
        select(_COMMENT.c.status, _COMMENT.c.nudged, func.count())
        .where(_COMMENT.c.site_id == site_id, _COMMENT.c.created_at >= period.since, _COMMENT.c.created_at < period.until)
        .group_by(_COMMENT.c.status, _COMMENT.c.nudged)
    )
    statuses: Counter[str] = Counter()
    nudges: dict[str, Counter[str]] = defaultdict(Counter)
    for status, nudged, count in rows:
        statuses[status.value] += count
        if nudged is not None:
            nudges[nudged.value][status.value] += count
    return {"comments": statuses.total(), "by_status": dict(statuses), "nudges": {name: dict(one) for name, one in nudges.items()}}


def _count_routed(conn: Connection, site_id: str, period: Period) -> dict[str, Any]:
    routed: Counter[str] = Counter()
    routes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    flagged = [0, 0, 0]
    strata: dict[float, list[int]] = defaultdict(lambda: [0, 0, 0])
    left_out = 0
    day = period.since
    while day < period.until:
        rows = _routed_on(conn, site_id, day, min(day + timedelta(days=1), period.until))
        is_open = any(row.route is Route.PUBLISH and row.is_sampled and row.verdict is None for row in rows)
        for row in rows:
            finding = 0 if row.verdict is None else 1 if row.verdict is Verdict.APPROVE else 2
            is_published = row.route is Route.PUBLISH
            routed[row.route.value] += row.count
            if not is_published or row.is_sampled:
                routes[row.route.value][finding] += row.count
            if is_open or (is_published and row.rate <= 0.0):
                left_out += row.count
            elif is_published:
                # What a report brought before a moderator is not random: it counts as unseen.
                strata[row.rate][finding if row.is_sampled else 0] += row.count
            else:
                flagged[finding] += row.count
        day += timedelta(days=1)
    return {
        "routed": dict(routed),
        "routes": dict(routes),
        "flagged": flagged,
        "strata": sorted((rate, counts) for rate, counts in strata.items()),
        "left_out": left_out,
    }


def _routed_on(conn: Connection, site_id: str, since: datetime, until: datetime) -> Sequence[Any]:
    decided = _ROUTING.outerjoin(_DECISION, (_DECISION.c.revision_id == _ROUTING.c.revision_id) & _DECISION.c.is_in_force)
    rate = _ROUTING.c.sample_probability.label("rate")
    groups = (_ROUTING.c.route, rate, _ROUTING.c.is_sampled, _DECISION.c.verdict)
    query = (
        select(*groups, func.count().label("count"))
        .select_from(decided)
        .where(_ROUTING.c.site_id == site_id, _ROUTING.c.is_in_force, _ROUTING.c.created_at >= since, _ROUTING.c.created_at < until)
        .group_by(*groups)
    )
    return conn.execute(query).all()


def _count_decided(conn: Connection, site_id: str, period: Period) -> dict[str, Any]:
    rows = conn.execute(
        select(
            _DECISION.c.account_id,
            _DECISION.c.verdict,
            _DECISION.c.seconds,
            _DECISION.c.queue,
            _DECISION.c.undone_at,
            _DECISION.c.created_at,
            _ITEM.c.created_at.label("since"),
        )
        .join_from(_DECISION, _ITEM, _ITEM.c.id == _DECISION.c.item_id)
        .where(_DECISION.c.site_id == site_id, _DECISION.c.created_at >= period.since, _DECISION.c.created_at < period.until)
    ).all()
    standing = [row for row in rows if row.undone_at is None]
    verdicts = [row for row in standing if row.verdict is not Verdict.ESCALATE]
    waited = [(row.created_at - row.since).total_seconds() for row in verdicts if row.queue is not Queue.SAMPLE]
    return {
        "decisions": dict(Counter(row.verdict.value for row in standing)),
        "undone": len(rows) - len(standing),
        "waits": Waits(len(waited), _quantile(waited, 0.5), _quantile(waited, _P95)),
        "moderators": _loads(verdicts),
    }


def _loads(verdicts: Sequence[Any]) -> list[Load]:
    by_account: dict[str, list[Any]] = defaultdict(list)
    for row in verdicts:
        by_account[row.account_id].append(row)
    found = []
    for account_id, rows in by_account.items():
        found.append(Load(account_id, len(rows), float(sum(row.seconds or 0.0 for row in rows))))
    return sorted(found, key=lambda one: (-one.decisions, one.account_id))


def _quantile(values: Sequence[float], share: float) -> float | None:
    return float(np.quantile(values, share)) if values else None


def _busiest(conn: Connection, site_id: str, period: Period) -> list[tuple[str, int]]:
    count = func.count()
    query = (
        select(_COMMENT.c.article_id, count)
        .where(_COMMENT.c.site_id == site_id, _COMMENT.c.created_at >= period.since, _COMMENT.c.created_at < period.until)
        .group_by(_COMMENT.c.article_id)
        .order_by(count.desc(), _COMMENT.c.article_id)
        .limit(BUSIEST)
    )
    return [(str(article), int(number)) for article, number in conn.execute(query)]


def _measure_drift(session: Session, site_id: str, period: Period) -> list[DriftLine]:
    """The week (or the last seven days, while it runs) against the four weeks before, site-wide and by section."""
    since = period.until - WEEK
    sections = [section.key for section in list_sections(session, site_id)][:MOST_SECTIONS]
    before = _columns(session, site_id, Period(since - BEFORE, since), sections)
    after = _columns(session, site_id, Period(since, period.until), sections)
    shifts = compare_scores(before, after)
    return [
        DriftLine(section, label.value, round(shift.index, 4), round(shift.chance, 4), shift.enough, shift.drift.value)
        for (section, label), shift in shifts.items()
    ]


def _columns(session: Session, site_id: str, period: Period, sections: Sequence[str]) -> dict[tuple[str | None, Label], Scores]:
    found = load_scored(session, site_id, period).comments
    columns: dict[tuple[str | None, Label], Scores] = {}
    for place, label in enumerate(found.labels):
        scores = found.scores[:, place].astype(np.float32)
        columns[None, label] = scores
        for number, key in enumerate(found.section_keys, start=1):
            if key in sections:
                columns[key, label] = scores[found.sections == number]
    return columns


# -- Reading -------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class WeekLine:
    """A week as it was counted last."""

    starts_at: datetime
    counted_at: datetime
    figures: WeekFigures


def list_weeks(session: Session, site_id: str, since: datetime) -> list[WeekLine]:
    """The weeks of a site that begin at `since` or later, oldest first. One small row each."""
    query = select(_WEEK.c.starts_at, _WEEK.c.counted_at, _WEEK.c.figures).where(_WEEK.c.site_id == site_id, _WEEK.c.starts_at >= since)
    rows = session.connection().execute(query.order_by(_WEEK.c.starts_at))
    return [WeekLine(row.starts_at, row.counted_at, WeekFigures.from_document(row.figures)) for row in rows]


def list_site_weeks(session: Session, since: datetime) -> dict[str, list[WeekFigures]]:
    """For each site, by its key, the weeks counted that begin at `since` or later, oldest first."""
    query = (
        select(_SITE.c.key, _WEEK.c.figures)
        .join_from(_WEEK, _SITE, _SITE.c.id == _WEEK.c.site_id)
        .where(_WEEK.c.starts_at >= since)
        .order_by(_WEEK.c.starts_at)
    )
    found: dict[str, list[WeekFigures]] = defaultdict(list)
    for row in session.connection().execute(query):
        found[row.key].append(WeekFigures.from_document(row.figures))
    return dict(found)


def count_open_alerts(session: Session) -> dict[str, int]:
    """How many alerts are open, by the site's key."""
    query = select(_SITE.c.key, func.count()).join_from(_ALERT, _SITE, _SITE.c.id == _ALERT.c.site_id).where(_ALERT.c.closed_at.is_(None))
    return {str(key): int(number) for key, number in session.connection().execute(query.group_by(_SITE.c.key))}


def counted_weeks(session: Session, site_id: str, since: datetime) -> dict[datetime, datetime]:
    """When each week that begins at `since` or later was counted last."""
    query = select(_WEEK.c.starts_at, _WEEK.c.counted_at).where(_WEEK.c.site_id == site_id, _WEEK.c.starts_at >= since)
    return {row.starts_at: row.counted_at for row in session.connection().execute(query)}


def first_comment_at(session: Session, site_id: str) -> datetime | None:
    """When the first comment of a site was posted, from the index; None where there is none."""
    found: datetime | None = (
        session.connection().execute(select(func.min(_COMMENT.c.created_at)).where(_COMMENT.c.site_id == site_id)).scalar()
    )
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits on a site now, by queue, and since when the oldest does; the sample is left out."""

    by_queue: Mapping[Queue, int]
    oldest_at: datetime | None


def find_waiting(session: Session, site_id: str) -> Waiting:
    """What waits on a site now."""
    query = (
        select(_ITEM.c.queue, func.count(), func.min(_ITEM.c.created_at))
        .where(_ITEM.c.site_id == site_id, _ITEM.c.is_open)
        .group_by(_ITEM.c.queue)
    )
    rows = [row for row in session.connection().execute(query) if row[0] is not Queue.SAMPLE]
    return Waiting({row[0]: int(row[1]) for row in rows}, min((row[2] for row in rows), default=None))


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert; open while `closed_at` is None."""

    id: str
    kind: AlertKind
    subject: str
    detail: dict[str, Any]
    opened_at: datetime
    closed_at: datetime | None


def list_alerts(session: Session, site_id: str) -> list[AlertLine]:
    """The latest alerts of a site, newest first."""
    query = select(*[_ALERT.c[name] for name in AlertLine.__slots__]).where(_ALERT.c.site_id == site_id)
    return [AlertLine(*row) for row in session.connection().execute(query.order_by(_ALERT.c.id.desc()).limit(_SHOWN_ALERTS))]


def waiting_hours(session: Session, site_id: str) -> int:
    """How long the oldest item may wait on a site before it is an alert; 0 for as long as it likes."""
    found = session.connection().execute(select(_RULE.c.waiting_hours).where(_RULE.c.site_id == site_id)).scalar_one_or_none()
    return WAITING_HOURS if found is None else int(found)


def is_alert_reader(session: Session, site_id: str, account_id: str) -> bool:
    """Whether an account gets a site's alerts by e-mail."""
    mine = _READER.c.site_id == site_id, _READER.c.account_id == account_id
    return session.connection().execute(select(_READER.c.site_id).where(*mine)).first() is not None


def article_titles(session: Session, article_ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """The name (title or key) and address of articles by their ids."""
    query = select(_ARTICLE.c.id, _ARTICLE.c.title, _ARTICLE.c.key, _ARTICLE.c.url).where(_ARTICLE.c.id.in_(article_ids))
    return {row.id: (row.title or row.key, row.url) for row in session.connection().execute(query)} if article_ids else {}


def article_keys(session: Session, article_ids: Sequence[str]) -> dict[str, str]:
    """The publisher's keys of articles by their ids."""
    query = select(_ARTICLE.c.id, _ARTICLE.c.key).where(_ARTICLE.c.id.in_(article_ids))
    return {row.id: row.key for row in session.connection().execute(query)} if article_ids else {}
