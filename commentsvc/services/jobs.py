"""Stored background work: written with the change that needs it, claimed under a lease, deleted with the work it did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.leases import JOB_LEASE, is_dead, retry_at
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.engine import wake_after_commit
from commentsvc.store.ids import new_id
from commentsvc.store.models import Job
from commentsvc.store.models.operation import JobState

_JOB = table_of(Job)


class JobKind(StrEnum):
    """What a worker knows to do."""

    SCORE = "score"
    RESCORE = "rescore"
    SHADOW = "shadow"
    DELIVER = "deliver"
    CONFIRM = "confirm"
    MAIL = "mail"
    WATCH = "watch"
    ALERT = "alert"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that we hold until its lease ends; `lease_token` proves that it is still ours."""

    id: str
    kind: JobKind
    subject_id: str
    lease_token: str
    attempts: int


def enqueue_job(session: Session, kind: JobKind, subject_id: str, now: datetime, *, delay: timedelta = timedelta()) -> str:
    """Write a job, and have a worker woken once the caller's transaction is committed. Returns the job's id."""
    job_id = new_id()
    row = {"id": job_id, "kind": kind.value, "subject_id": subject_id, "state": JobState.WAITING, "attempts": 0}
    session.connection().execute(insert(_JOB), row | {"run_at": now + delay, "created_at": now})
    wake_after_commit(session, job_id)
    return job_id


def ensure_job(session: Session, kind: JobKind, subject_id: str, now: datetime) -> None:
    """Write a job unless one of this kind about this subject is there already."""
    known = select(_JOB.c.id).where(_JOB.c.kind == kind.value, _JOB.c.subject_id == subject_id)
    if not session.connection().execute(known).first():
        enqueue_job(session, kind, subject_id, now)


def ensure_job_at(conn: Connection, kind: JobKind, subject_id: str, run_at: datetime, now: datetime) -> None:
    """Write a job for later unless one of this kind about this subject is there; one that had been given up begins anew.

    Wakes nobody: workers look by themselves. Caller holds a transaction.
    """
    row = {"id": new_id(), "kind": kind.value, "subject_id": subject_id, "state": JobState.WAITING, "attempts": 0}
    fresh = {"state": JobState.WAITING, "attempts": 0, "run_at": run_at, "lease_token": None, "leased_until": None}
    statement = insert_of(conn, _JOB).values(row | {"run_at": run_at, "created_at": now})
    conn.execute(statement.on_conflict_do_update(index_elements=["kind", "subject_id"], set_=fresh, where=_JOB.c.state == JobState.DEAD))


def claim_jobs(session: Session, kind: JobKind, limit: int, now: datetime, *, lease: timedelta = JOB_LEASE) -> list[ClaimedJob]:
    """Take up to `limit` due jobs of a kind, oldest first, including those whose lease has run out. The work comes after the commit."""
    due = or_(
        (_JOB.c.state == JobState.WAITING) & (_JOB.c.run_at <= now),
        (_JOB.c.state == JobState.LEASED) & (_JOB.c.leased_until <= now),
    )
    chosen = select(_JOB.c.id).where(_JOB.c.kind == kind.value, due).order_by(_JOB.c.run_at, _JOB.c.id).limit(limit)
    token = new_id()
    claimed = session.connection().execute(
        update(_JOB)
        .where(_JOB.c.id.in_(chosen.with_for_update(skip_locked=True).scalar_subquery()))
        .values(state=JobState.LEASED, lease_token=token, leased_until=now + lease, attempts=_JOB.c.attempts + 1)
        .returning(_JOB.c.id, _JOB.c.kind, _JOB.c.subject_id, _JOB.c.attempts)
    )
    return sorted((ClaimedJob(row.id, JobKind(row.kind), row.subject_id, token, row.attempts) for row in claimed), key=lambda job: job.id)


def has_due_job(session: Session, kind: JobKind, now: datetime) -> bool:
    """Whether a job of a kind may be claimed now: a look that needs no write transaction."""
    due = or_((_JOB.c.state == JobState.WAITING) & (_JOB.c.run_at <= now), (_JOB.c.state == JobState.LEASED) & (_JOB.c.leased_until <= now))
    return session.connection().execute(select(_JOB.c.id).where(_JOB.c.kind == kind.value, due).limit(1)).first() is not None


def claim_alone(session: Session, kind: JobKind, subject_id: str, now: datetime) -> ClaimedJob | None:
    """Take the one job of a kind about a subject under a lease, writing it first if need be; None while somebody else holds it.

    For work that is due whenever there is some, and is to be done by one worker at a time: finish the job after each piece of it.
    """
    conn = session.connection()
    row = {"id": new_id(), "kind": kind.value, "subject_id": subject_id, "state": JobState.WAITING, "attempts": 0}
    conn.execute(insert_of(conn, _JOB).values(row | {"run_at": now, "created_at": now}).on_conflict_do_nothing())
    token = new_id()
    free = or_(_JOB.c.state != JobState.LEASED, _JOB.c.leased_until <= now)
    claimed = conn.execute(
        update(_JOB)
        .where(_JOB.c.kind == kind.value, _JOB.c.subject_id == subject_id, free)
        .values(state=JobState.LEASED, lease_token=token, leased_until=now + JOB_LEASE, attempts=_JOB.c.attempts + 1)
        .returning(_JOB.c.id, _JOB.c.attempts)
    ).one_or_none()
    return None if claimed is None else ClaimedJob(claimed.id, kind, subject_id, token, claimed.attempts)


def put_job_back(session: Session, job: ClaimedJob, run_at: datetime) -> bool:
    """Let a job that we still hold go on at `run_at`, as if nothing had been tried yet. False when the lease was lost."""
    done = session.connection().execute(
        update(_JOB)
        .where(_JOB.c.id == job.id, _JOB.c.lease_token == job.lease_token)
        .values(state=JobState.WAITING, run_at=run_at, attempts=0, lease_token=None, leased_until=None)
        .returning(_JOB.c.id)
    )
    return done.one_or_none() is not None


def finish_job(session: Session, job: ClaimedJob) -> bool:
    """Delete a job that we still hold. False when the lease was lost: then the caller must leave everything as it is."""
    done = session.connection().execute(delete(_JOB).where(_JOB.c.id == job.id, _JOB.c.lease_token == job.lease_token).returning(_JOB.c.id))
    return done.one_or_none() is not None


def fail_job(session: Session, job: ClaimedJob, error: str, now: datetime, *, may_die: bool) -> None:
    """Put a job back for a later try, with `error` (a code, never text), or mark it dead when its attempts are used up."""
    retry_job(session, job, error, None if may_die and is_dead(job.attempts) else retry_at(job.attempts, now))


def retry_job(session: Session, job: ClaimedJob, error: str, run_at: datetime | None) -> bool:
    """Put a job that we still hold back for a try at `run_at`, or mark it dead where that is None. False when the lease was lost."""
    values: dict[str, object] = {"state": JobState.DEAD} if run_at is None else {"state": JobState.WAITING, "run_at": run_at}
    done = session.connection().execute(
        update(_JOB)
        .where(_JOB.c.id == job.id, _JOB.c.lease_token == job.lease_token)
        .values(**values, lease_token=None, leased_until=None, last_error=error[:200])
        .returning(_JOB.c.id)
    )
    return done.one_or_none() is not None


# A message to a receiver that is away waits for days, and that is nothing an operator can or need mend: it would hide a backlog that is.
# Letters that are still to be written are in no hurry either: most wait for their hour or their day.
# That a site is being counted is no backlog at all.
_NOT_OURS = (JobKind.DELIVER, JobKind.CONFIRM, JobKind.MAIL, JobKind.ALERT, JobKind.WATCH, JobKind.STATEMENT)
_OURS = _JOB.c.kind.not_in([kind.value for kind in _NOT_OURS])


def count_jobs(session: Session) -> dict[str, int]:
    """How many jobs there are by state (waiting, leased, dead), messages to webhooks and letters left out."""
    rows = session.execute(select(_JOB.c.state, func.count()).where(_OURS).group_by(_JOB.c.state))
    counted = {JobState(state).value: int(count) for state, count in rows}
    return {state.value: counted.get(state.value, 0) for state in JobState}


def oldest_waiting_at(session: Session) -> datetime | None:
    """When the oldest job that is not dead was written, or None when nothing waits; messages to webhooks and letters are left out."""
    oldest: datetime | None = session.execute(select(func.min(_JOB.c.created_at)).where(_OURS, _JOB.c.state != JobState.DEAD)).scalar()
    return oldest
