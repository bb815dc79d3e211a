"""Weeks kept in counts, and the alerts that follow from them: opened once, told by webhook and e-mail, closed when they are over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.alerting import alert_advice, alert_sentence, write_alert
from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.drift import Drift
from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.letters import Letter
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.domain.status import AlertKind
from commentsvc.domain.watching import WAITING_HOURS, WeekFigures
from commentsvc.domain.webhooks import retry_delivery_at
from commentsvc.services.audit import actor_of, append_audit_entry
from commentsvc.services.jobs import ClaimedJob, JobKind, claim_jobs, enqueue_job, finish_job, retry_job
from commentsvc.services.outbox import announce
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id

_WEEK = table_of(models.WatchWeek)
_RULE = table_of(models.WatchRule)
_ALERT = table_of(models.Alert)
_READER = table_of(models.AlertReader)
_LETTER = table_of(models.AlertLetter)
_ACCOUNT = table_of(models.Account)
_ROLE = table_of(models.AccountRole)
_SITE = table_of(models.Site)
MOST_HOURS: Final = 720
_LEASE: Final = timedelta(minutes=15)


def store_week(session: Session, site_id: str, starts_at: datetime, figures: WeekFigures, now: datetime) -> None:
    """Keep a week's counts in place of those from before. Caller holds a transaction."""
    conn = session.connection()
    row = {"site_id": site_id, "starts_at": starts_at, "figures": figures.as_document(), "counted_at": now}
    statement = insert_of(conn, _WEEK).values(row)
    fresh = {"figures": statement.excluded.figures, "counted_at": statement.excluded.counted_at}
    conn.execute(statement.on_conflict_do_update(index_elements=["site_id", "starts_at"], set_=fresh))


def refresh_alerts(session: Session, site_id: str, figures: WeekFigures, oldest_at: datetime | None, now: datetime) -> tuple[int, int]:
    """Open and close a site's alerts by its current week and its oldest waiting item; how many of each. Caller holds a transaction.

    Each is told of once by webhook, and by letter to those who asked. Several workers at once open an alert once.
    """
    conn = session.connection()
    wanted, kept = _wanted(conn, site_id, figures, oldest_at, now)
    query = select(_ALERT.c.id, _ALERT.c.kind, _ALERT.c.subject).where(_ALERT.c.site_id == site_id, _ALERT.c.closed_at.is_(None))
    known = {(row.kind, row.subject): row.id for row in conn.execute(query)}
    opened = sum(_open(session, site_id, key, detail, now) for key, detail in wanted.items() if key not in known)
    closed = 0
    for (kind, subject), alert_id in known.items():
        if (kind, subject) not in wanted and (kind, subject) not in kept:
            done = update(_ALERT).where(_ALERT.c.id == alert_id, _ALERT.c.closed_at.is_(None)).values(closed_at=now).returning(_ALERT.c.id)
            if conn.execute(done).one_or_none() is not None:
                announce(conn, site_id, "alert.closed", {"alert": alert_id, "kind": kind.value, "subject": subject}, now)
                closed += 1
    return opened, closed


Key = tuple[AlertKind, str]


def _wanted(
    conn: Connection, site_id: str, figures: WeekFigures, oldest_at: datetime | None, now: datetime
) -> tuple[dict[Key, dict[str, Any]], set[Key]]:
    """What is alarming now; and what is no longer, but not yet calm either, so that an alert that is open stays."""
    wanted: dict[Key, dict[str, Any]] = {}
    kept: set[Key] = set()
    for line in figures.drift:
        key = AlertKind.DRIFT, line.label if line.section is None else f"{line.label}@{line.section}"
        if line.drift == Drift.ALERT:
            wanted[key] = {"index": line.index, "chance": line.chance}
        elif line.drift == Drift.WATCH:
            kept.add(key)
    hours = conn.execute(select(_RULE.c.waiting_hours).where(_RULE.c.site_id == site_id)).scalar_one_or_none()
    hours = WAITING_HOURS if hours is None else hours
    if hours and oldest_at is not None and now - oldest_at > timedelta(hours=hours):
        wanted[AlertKind.WAITING, ""] = {"waited_s": int((now - oldest_at).total_seconds()), "hours": hours}
    return wanted, kept


def _open(session: Session, site_id: str, key: Key, detail: dict[str, Any], now: datetime) -> int:
    conn = session.connection()
    kind, subject = key
    alert_id = new_id()
    row = {"id": alert_id, "site_id": site_id, "kind": kind, "subject": subject, "detail": detail, "opened_at": now, "closed_at": None}
    made = conn.execute(insert_of(conn, _ALERT).values(row).on_conflict_do_nothing().returning(_ALERT.c.id)).first()
    if made is None:
        return 0
    announce(conn, site_id, "alert.opened", {"alert": alert_id, "kind": kind.value, "subject": subject}, now)
    for account_id in conn.execute(select(_READER.c.account_id).where(_READER.c.site_id == site_id)).scalars().all():
        letter_id = new_id()
        conn.execute(insert(_LETTER), {"id": letter_id, "alert_id": alert_id, "account_id": account_id, "created_at": now})
        enqueue_job(session, JobKind.ALERT, letter_id, now)
    return 1


# -- What a site wants ---------------------------------------------------------------------------------------------------------
def set_waiting_hours(session: Session, site_id: str, hours: int, account_id: str | None, now: datetime) -> None:
    """Say how long the oldest item may wait before it is an alert, in hours; 0 for as long as it likes. Caller holds a transaction.

    Raises InvalidError for more than `MOST_HOURS`.
    """
    if not 0 <= hours <= MOST_HOURS:
        problem = FieldProblem("/waiting_hours", f"Must be a whole number from 0 to {MOST_HOURS}.")
        raise InvalidError("This time does not fit.", fields=(problem,))
    conn = session.connection()
    # The site's row is locked so that two changes at once are told of in the order in which they were made.
    conn.execute(select(_SITE.c.id).where(_SITE.c.id == site_id).with_for_update())
    before = conn.execute(select(_RULE.c.waiting_hours).where(_RULE.c.site_id == site_id)).scalar_one_or_none()
    if hours == (WAITING_HOURS if before is None else before):
        return
    statement = insert_of(conn, _RULE).values(site_id=site_id, waiting_hours=hours)
    conn.execute(statement.on_conflict_do_update(index_elements=["site_id"], set_={"waiting_hours": statement.excluded.waiting_hours}))
    was = {"waiting_hours": WAITING_HOURS if before is None else before}
    fact = AuditFact(actor_of(account_id), "watch_rule_changed", f"site:{site_id}", now, was, {"waiting_hours": hours})
    append_audit_entry(session, site_id, fact)


def set_alert_reader(session: Session, site_id: str, account_id: str, now: datetime, *, is_reader: bool) -> None:
    """Have an admin told of a site's alerts by e-mail, or not. Caller holds a transaction and knows that they are one."""
    conn = session.connection()
    if is_reader:
        row = {"site_id": site_id, "account_id": account_id, "created_at": now}
        changed = conn.execute(insert_of(conn, _READER).values(row).on_conflict_do_nothing().returning(_READER.c.site_id)).first()
    else:
        mine = _READER.c.site_id == site_id, _READER.c.account_id == account_id
        changed = conn.execute(delete(_READER).where(*mine).returning(_READER.c.site_id)).first()
    if changed is None:
        return
    before, after = {"by_mail": not is_reader}, {"by_mail": is_reader}
    append_audit_entry(
        session, site_id, AuditFact(actor_of(account_id), "alert_reader_changed", f"account:{account_id}", now, before, after)
    )


# -- Letters -------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AlertPost:
    """A letter about an alert, to be sent now under a lease; `letter` is None where nobody wants it any more."""

    job: ClaimedJob
    to: str
    letter: Letter | None


def claim_alert_posts(session: Session, limit: int, now: datetime, public_url: str) -> list[AlertPost]:
    """Take up to `limit` letters about alerts that are due, under a lease that outlasts the sending.

    Who is no admin of the site any more, or has stopped the alerts, gets none.
    """
    jobs = claim_jobs(session, JobKind.ALERT, limit, now, lease=_LEASE)
    return [_write(session.connection(), job, public_url) for job in jobs]


def _write(conn: Connection, job: ClaimedJob, public_url: str) -> AlertPost:
    query = (
        select(_ACCOUNT.c.email, _SITE.c.name, _SITE.c.key, _ALERT.c.kind, _ALERT.c.subject, _ALERT.c.detail)
        .select_from(
            _LETTER.join(_ALERT, _ALERT.c.id == _LETTER.c.alert_id)
            .join(_SITE, _SITE.c.id == _ALERT.c.site_id)
            .join(_ACCOUNT, _ACCOUNT.c.id == _LETTER.c.account_id)
            .join(_READER, (_READER.c.site_id == _SITE.c.id) & (_READER.c.account_id == _ACCOUNT.c.id))
            .join(_ROLE, (_ROLE.c.account_id == _ACCOUNT.c.id) & or_(_ROLE.c.site_id == _SITE.c.id, _ROLE.c.site_id == ALL_SITES))
        )
        .where(_LETTER.c.id == job.subject_id, _ACCOUNT.c.is_active, _ROLE.c.role == Role.ADMIN)
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        return AlertPost(job, "", None)
    page = f"{public_url}/admin/sites/{row.key}/watch"
    return AlertPost(job, row.email, write_alert(row.name, alert_sentence(row.kind, row.subject, row.detail), alert_advice(row.kind), page))


def record_alert_post(session: Session, post: AlertPost, error: str | None, now: datetime, *, is_gone: bool = False) -> bool:
    """Keep what came of a letter: sent, or to be tried again (`error` is a code) unless the address takes none.

    False, changing nothing, when the lease was lost. Caller holds a transaction.
    """
    if error is not None and not is_gone:
        again = retry_delivery_at(post.job.attempts, now)
        if again is not None:
            return retry_job(session, post.job, error, again)
    if not finish_job(session, post.job):
        return False
    session.connection().execute(delete(_LETTER).where(_LETTER.c.id == post.job.subject_id))
    return True
