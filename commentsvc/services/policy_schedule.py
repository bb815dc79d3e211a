"""Activating a version at a time: written down now, done by a worker then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import ConflictError, FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.status import ScheduleState
from commentsvc.services.audit import actor_of, append_audit_entry
from commentsvc.services.policies import activate_policy
from commentsvc.services.policy_approval import check_approval, lock_site
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id

_VERSION = table_of(models.PolicyVersion)
_SCHEDULE = table_of(models.PolicySchedule)
LONGEST: Final = timedelta(days=366)


def schedule_activation(session: Session, site_id: str, version: int, at: datetime, account_id: str | None, now: datetime) -> str:
    """Have a version activated at a time; returns the plan's id. A plan that waits already on the site is replaced.

    Raises InvalidError for a time that is past or more than `LONGEST` away, NotFoundError, and ConflictError where an approval is missing.
    Caller holds a transaction.
    """
    if not now < at <= now + LONGEST:
        problem = FieldProblem("/at", f"Must lie in the future, and within {LONGEST.days} days.")
        raise InvalidError("This time does not fit.", fields=(problem,))
    conn = session.connection()
    lock_site(conn, site_id)
    line = conn.execute(select(_VERSION.c.id).where(_VERSION.c.site_id == site_id, _VERSION.c.version == version)).one_or_none()
    if line is None:
        raise NotFoundError("There is no such policy version.")
    check_approval(conn, site_id, line.id)
    replaced = _end_waiting(conn, site_id, ScheduleState.CANCELLED, now)
    schedule_id = new_id()
    row = {"id": schedule_id, "site_id": site_id, "version_id": line.id, "account_id": account_id, "activate_at": at}
    conn.execute(insert(_SCHEDULE), row | {"state": ScheduleState.WAITING, "created_at": now, "ended_at": None})
    before = _plan(conn, replaced) if replaced is not None else None
    after = {"version": version, "activate_at": at.isoformat()}
    fact = AuditFact(actor_of(account_id), "policy_scheduled", f"policy_version:{line.id}", now, before, after)
    append_audit_entry(session, site_id, fact)
    return schedule_id


def cancel_activation(session: Session, site_id: str, account_id: str | None, now: datetime) -> None:
    """Drop the plan that waits on a site. Caller holds a transaction.

    Raises ConflictError where none does, perhaps because its time has come.
    """
    conn = session.connection()
    lock_site(conn, site_id)
    ended = _end_waiting(conn, site_id, ScheduleState.CANCELLED, now)
    if ended is None:
        raise ConflictError("No activation is planned any more.")
    subject = f"policy_version:{ended.version_id}"
    fact = AuditFact(actor_of(account_id), "policy_schedule_cancelled", subject, now, _plan(conn, ended), None)
    append_audit_entry(session, site_id, fact)


def has_due_activation(session: Session, now: datetime) -> bool:
    """Whether a planned activation's time has come: a look that needs no write transaction."""
    due = _SCHEDULE.c.state == ScheduleState.WAITING.value, _SCHEDULE.c.activate_at <= now
    return session.connection().execute(select(_SCHEDULE.c.id).where(*due).limit(1)).first() is not None


def activate_due(session: Session, now: datetime) -> list[tuple[str, int, ScheduleState]]:
    """Do what was planned and is due, and tell of each plan its site, its version and what became of it. Caller holds a transaction.

    The plan ends in the transaction that activates its version: several workers at once do it once, and one that dies has done nothing.
    A version that lost its permission meanwhile is refused, and that is written down.
    """
    conn = session.connection()
    due = (
        select(_SCHEDULE.c.id, _SCHEDULE.c.site_id, _SCHEDULE.c.version_id, _SCHEDULE.c.account_id, _VERSION.c.version)
        .join_from(_SCHEDULE, _VERSION, _VERSION.c.id == _SCHEDULE.c.version_id)
        .where(_SCHEDULE.c.state == ScheduleState.WAITING.value, _SCHEDULE.c.activate_at <= now)
        .order_by(_SCHEDULE.c.activate_at, _SCHEDULE.c.site_id)
    )
    done: list[tuple[str, int, ScheduleState]] = []
    for plan in conn.execute(due).all():
        # The site's row first, as everywhere: whoever waited for it here finds below that the plan has ended.
        lock_site(conn, plan.site_id)
        is_waiting = _SCHEDULE.c.id == plan.id, _SCHEDULE.c.state == ScheduleState.WAITING.value
        taken = conn.execute(update(_SCHEDULE).where(*is_waiting).values(state=ScheduleState.DONE, ended_at=now).returning(_SCHEDULE.c.id))
        if taken.one_or_none() is None:
            continue
        try:
            activate_policy(session, plan.site_id, plan.version, plan.account_id, now)
        except ConflictError:
            conn.execute(update(_SCHEDULE).where(_SCHEDULE.c.id == plan.id).values(state=ScheduleState.REFUSED))
            subject = f"policy_version:{plan.version_id}"
            fact = AuditFact("system", "policy_schedule_refused", subject, now, None, {"version": plan.version})
            append_audit_entry(session, plan.site_id, fact)
            done.append((plan.site_id, plan.version, ScheduleState.REFUSED))
        else:
            done.append((plan.site_id, plan.version, ScheduleState.DONE))
    return done


@dataclass(frozen=True, slots=True)
class _Ended:
    """A plan that waits no longer."""

    version_id: str
    activate_at: datetime


def _end_waiting(conn: Connection, site_id: str, state: ScheduleState, now: datetime) -> _Ended | None:
    ended = conn.execute(
        update(_SCHEDULE)
        .where(_SCHEDULE.c.site_id == site_id, _SCHEDULE.c.state == ScheduleState.WAITING.value)
        .values(state=state, ended_at=now)
        .returning(_SCHEDULE.c.version_id, _SCHEDULE.c.activate_at)
    )
    row = ended.one_or_none()
    return _Ended(*row) if row is not None else None


def _plan(conn: Connection, ended: _Ended) -> dict[str, object]:
    number = conn.execute(select(_VERSION.c.version).where(_VERSION.c.id == ended.version_id)).scalar_one()
    return {"version": number, "activate_at": ended.activate_at.isoformat()}
