"""Decisions that were made together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.status import ReasonCode, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Account, BulkDecision, BulkMember, Decision

_BULK = table_of(BulkDecision)
_MEMBER = table_of(BulkMember)
_DECISION = table_of(Decision)
_ACCOUNT = table_of(Account)


@dataclass(frozen=True, slots=True)
class BulkMemberLine:
    """One of the decisions, and whether it has been taken back."""

    decision_id: str
    item_id: str
    site_id: str
    is_undone: bool


@dataclass(frozen=True, slots=True)
class BulkState:
    """Decisions that were made together, with who made them. `asked_count` may be more than there are: some were refused."""

    id: str
    account_id: str
    account_name: str
    verdict: Verdict
    reason_code: ReasonCode | None
    note: str
    asked_count: int
    created_at: datetime
    undone_at: datetime | None
    members: list[BulkMemberLine]

    @property
    def standing_count(self) -> int:
        """Decisions that nobody has taken back."""
        return sum(not member.is_undone for member in self.members)


_SELECT: Final = select(
    _BULK.c.id,
    _BULK.c.account_id,
    _ACCOUNT.c.name,
    _BULK.c.verdict,
    _BULK.c.reason_code,
    _BULK.c.note,
    _BULK.c.asked_count,
    _BULK.c.created_at,
    _BULK.c.undone_at,
).join_from(_BULK, _ACCOUNT, _ACCOUNT.c.id == _BULK.c.account_id)


def get_bulk(session: Session, bulk_id: str, account_id: str, site_ids: frozenset[str] | None) -> BulkState:
    """One of them with its decisions. Raises NotFoundError unless every site that it touched is among `site_ids` (None: all).

    One that touched nothing is its maker's alone.
    """
    conn = session.connection()
    row = conn.execute(_SELECT.where(_BULK.c.id == bulk_id)).one_or_none()
    columns = (_DECISION.c.id, _DECISION.c.item_id, _DECISION.c.site_id, _DECISION.c.undone_at.is_not(None))
    query = (
        select(*columns)
        .join_from(_MEMBER, _DECISION, _DECISION.c.id == _MEMBER.c.decision_id)
        .where(_MEMBER.c.bulk_id == bulk_id)
        .order_by(_DECISION.c.id)
    )
    members = [BulkMemberLine(*found) for found in conn.execute(query)]
    is_theirs = row is not None and (row.account_id == account_id or bool(members))
    if row is None or not is_theirs or (site_ids is not None and any(member.site_id not in site_ids for member in members)):
        raise NotFoundError("There are no such decisions.")
    return BulkState(
        row.id,
        row.account_id,
        row.name,
        row.verdict,
        row.reason_code,
        row.note,
        row.asked_count,
        row.created_at,
        row.undone_at,
        members,
    )


@dataclass(frozen=True, slots=True)
class BulkLine:
    """Decisions that were made together, in figures: how many there are on the given sites, and how many stand."""

    id: str
    account_name: str
    verdict: Verdict
    reason_code: ReasonCode | None
    created_at: datetime
    decided_count: int
    standing_count: int


def list_bulk(session: Session, site_ids: list[str], *, limit: int = 50) -> list[BulkLine]:
    """The latest of them that touched the given sites, newest first."""
    decided = func.count(_DECISION.c.id)
    query = (
        select(
            _BULK.c.id,
            _ACCOUNT.c.name,
            _BULK.c.verdict,
            _BULK.c.reason_code,
            _BULK.c.created_at,
            decided,
            decided - func.count(_DECISION.c.undone_at),
        )
        .join_from(_BULK, _ACCOUNT, _ACCOUNT.c.id == _BULK.c.account_id)
        .join(_MEMBER, _MEMBER.c.bulk_id == _BULK.c.id)
        .join(_DECISION, _DECISION.c.id == _MEMBER.c.decision_id)
        .where(_DECISION.c.site_id.in_(site_ids))
        .group_by(_BULK.c.id, _ACCOUNT.c.name, _BULK.c.verdict, _BULK.c.reason_code, _BULK.c.created_at)
        .order_by(_BULK.c.id.desc())
        .limit(limit)
    )
    return [BulkLine(*row) for row in session.connection().execute(query)]
