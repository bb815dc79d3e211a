"""Statements of reasons: made of restrictions that stand, each once, and sent until the database has it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from commentsvc.domain.statement_rules import problems_of
from commentsvc.domain.statements import Publisher, Restriction, StatementState, state_reasons
from commentsvc.domain.webhooks import retry_delivery_at
from commentsvc.services.jobs import ClaimedJob, JobKind, claim_jobs, ensure_job_at, finish_job, put_job_back
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id
from commentsvc.store.queries.restrictions import Due, list_due_rejections, list_due_sanctions

_STATEMENT: Final = table_of(models.Statement)
LOOK_BACK: Final = timedelta(days=30)
"""Restrictions that began longer ago are history: where statements are turned on, none is made of them."""
TOGETHER: Final = 200
_LEASE: Final = timedelta(seconds=120)
_MOST_ERROR: Final = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What statements say of the publisher, how long a restriction must have stood, and whether they are sent."""

    publisher: Publisher
    delay: timedelta
    is_sent: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A statement to be sent now, under a lease; `document` is None when it is to be sent no more."""

    job: ClaimedJob
    id: str
    document: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of sending one: the status, or a code where there was none. `is_known` says that the database had it already."""

    status: int | None
    error: str | None = None
    is_known: bool = False

    @property
    def is_taken(self) -> bool:
        """Whether the database has it."""
        return self.is_known or (self.status is not None and 200 <= self.status < 300)  # noqa: PLR2004 - success, as HTTP has it

    @property
    def is_refused(self) -> bool:
        """Whether sending it again as it is would change nothing."""
        return not self.is_known and self.status in {400, 422}


def collect_statements(session: Session, site_id: str, plan: Plan, now: datetime) -> int:
    """Make statements of a site's restrictions that are due and have none; returns how many, at most `TOGETHER` at a time.

    Caller holds a transaction. Several workers may do this at once: each restriction gets one statement.
    """
    due = Due(now - LOOK_BACK - plan.delay, now - plan.delay)
    made = 0
    for text in list_due_rejections(session, site_id, due, TOGETHER):
        made += _make(
            session,
            site_id,
            f"revision:{text.revision_id}",
            Restriction(
                puid=new_id(),
                applied_on=text.applied_at.astimezone(UTC).date(),
                written_on=text.written_at.astimezone(UTC).date(),
                reason_code=text.reason_code,
                labels=text.labels,
                is_decided=text.is_decided,
                is_detected=text.is_detected,
                reported_as=text.reported_as,
                language=text.language,
            ),
            text.applied_at,
            plan,
            now,
        )
    for sanction in list_due_sanctions(session, site_id, due, TOGETHER):
        day = sanction.at.astimezone(UTC).date()
        ends_on = sanction.until.astimezone(UTC).date() if sanction.until else None
        restriction = Restriction(new_id(), day, day, standing=sanction.standing, ends_on=ends_on)
        made += _make(session, site_id, f"sanction:{sanction.no}", restriction, sanction.at, plan, now)
    return made


def _make(session: Session, site_id: str, subject: str, restriction: Restriction, applied_at: datetime, plan: Plan, now: datetime) -> int:
    document = state_reasons(restriction, plan.publisher)
    problems = problems_of(document)
    fields = " ".join(problem.pointer or "/" for problem in problems)
    state = StatementState.REFUSED if problems else StatementState.WAITING if plan.is_sent else StatementState.KEPT
    row = {"id": restriction.puid, "site_id": site_id, "subject": subject, "document": document, "state": state, "attempts": 0}
    row |= {"last_status": None, "last_error": fields[:_MOST_ERROR] or None, "applied_at": applied_at, "created_at": now, "sent_at": None}
    conn = session.connection()
    statement = insert_of(conn, _STATEMENT).values(row).on_conflict_do_nothing(index_elements=["site_id", "subject"])
    if conn.execute(statement.returning(_STATEMENT.c.id)).one_or_none() is None:
        return 0
    if state is StatementState.WAITING:
        ensure_job_at(conn, JobKind.STATEMENT, restriction.puid, now, now)
    return 1


def claim_statements(session: Session, limit: int, now: datetime) -> list[Outgoing]:
    """Take up to `limit` statements that are due, under a lease that outlasts the sending. Caller holds a transaction."""
    jobs = {job.subject_id: job for job in claim_jobs(session, JobKind.STATEMENT, limit, now, lease=_LEASE)}
    query = select(_STATEMENT.c.id, _STATEMENT.c.document).where(
        _STATEMENT.c.id.in_(list(jobs)), _STATEMENT.c.state == StatementState.WAITING
    )
    found: dict[str, dict[str, Any]] = dict(session.connection().execute(query).all())
    return [Outgoing(job, key, found.get(key)) for key, job in jobs.items()]


def record_answer(session: Session, outgoing: Outgoing, answer: Answer, now: datetime) -> bool:
    """Keep what came of sending a statement: taken, refused, to be tried again, or given up after some three days.

    False, changing nothing, when the lease was lost. Caller holds a transaction.
    """
    conn = session.connection()
    if outgoing.document is None:
        return finish_job(session, outgoing.job)
    attempts = conn.execute(select(_STATEMENT.c.attempts).where(_STATEMENT.c.id == outgoing.id)).scalar_one() + 1
    again = None if answer.is_taken or answer.is_refused else retry_delivery_at(attempts, now)
    if not (finish_job(session, outgoing.job) if again is None else put_job_back(session, outgoing.job, again)):
        return False
    ended = StatementState.SENT if answer.is_taken else StatementState.REFUSED if answer.is_refused else StatementState.GIVEN_UP
    state = StatementState.WAITING if again is not None else ended
    known = {"attempts": attempts, "last_status": answer.status, "last_error": answer.error, "state": state}
    known |= {"sent_at": now if answer.is_taken else None}
    conn.execute(update(_STATEMENT).where(_STATEMENT.c.id == outgoing.id).values(known))
    return True


def send_again(session: Session, site_id: str, now: datetime) -> int:
    """Let statements that were only kept, or given up, be sent; returns how many. Refused ones stay. Caller holds a transaction."""
    conn = session.connection()
    left = (StatementState.KEPT, StatementState.GIVEN_UP)
    query = update(_STATEMENT).where(_STATEMENT.c.site_id == site_id, _STATEMENT.c.state.in_(left))
    ids = list(conn.execute(query.values(state=StatementState.WAITING, attempts=0).returning(_STATEMENT.c.id)).scalars())
    for key in ids:
        ensure_job_at(conn, JobKind.STATEMENT, key, now, now)
    return len(ids)
