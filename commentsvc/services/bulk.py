"""One verdict on many items: begun, carried out item by item, told to the audit log, undone as a whole.

Each decision is a transaction of its own (`review.decide` with the `bulk_id`), so that a long list locks nobody out and what a colleague
holds is left alone. What holds them together is a row of its own: whatever was kept before a crash can be undone with the rest.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import DecideMany
from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.status import Verdict
from commentsvc.services.audit import append_audit_entry
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id

_BULK: Final = table_of(models.BulkDecision)
_MEMBER: Final = table_of(models.BulkMember)
_DECISION: Final = table_of(models.Decision)


def begin_bulk(session: Session, command: DecideMany, asked_count: int, now: datetime) -> str:
    """Make the row that holds the decisions together; returns its id. Raises InvalidError for a rejection without a reason code."""
    if command.verdict is Verdict.REJECT and command.reason_code is None:
        msg = "Say why the comments are rejected."
        raise InvalidError(msg, fields=(FieldProblem("/reason_code", "Is required when rejecting."),))
    bulk_id = new_id()
    session.connection().execute(
        insert(_BULK),
        {
            "id": bulk_id,
            "account_id": command.account_id,
            "verdict": command.verdict,
            "reason_code": command.reason_code,
            "note": command.note,
            "asked_count": asked_count,
            "created_at": now,
            "undone_at": None,
            "undone_by": None,
        },
    )
    return bulk_id


def tell_bulk(session: Session, bulk_id: str, now: datetime) -> None:
    """Put it into the audit log of each site that it touched, with how many decisions were kept there. Caller holds a transaction."""
    bulk = session.connection().execute(select(_BULK).where(_BULK.c.id == bulk_id)).one()
    after = {"verdict": bulk.verdict.value, "reason_code": bulk.reason_code.value if bulk.reason_code else None}
    _tell(session, bulk_id, bulk.account_id, "bulk_decided", after, now)


def mark_bulk_undone(session: Session, bulk_id: str, account_id: str, undone_count: int, now: datetime) -> None:
    """Note that the whole was taken back, with how many decisions that was; who was first stays named. Caller holds a transaction."""
    conn = session.connection()
    conn.execute(update(_BULK).where(_BULK.c.id == bulk_id, _BULK.c.undone_at.is_(None)).values(undone_at=now, undone_by=account_id))
    _tell(session, bulk_id, account_id, "bulk_undone", {"undone": undone_count}, now)


def _tell(session: Session, bulk_id: str, account_id: str, action: str, after: dict[str, object], now: datetime) -> None:
    query = (
        select(_DECISION.c.site_id)
        .join_from(_MEMBER, _DECISION, _DECISION.c.id == _MEMBER.c.decision_id)
        .where(_MEMBER.c.bulk_id == bulk_id)
    )
    counted = Counter(session.connection().execute(query).scalars())
    # In one order for everybody, so that no two who end theirs at once wait for each other.
    for site_id, count in sorted(counted.items()):
        fact = AuditFact(
            actor=f"account:{account_id}", action=action, subject=f"bulk:{bulk_id}", after={**after, "decisions": count}, at=now
        )
        append_audit_entry(session, site_id, fact)
