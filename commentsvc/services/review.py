"""Moderators at work: claim an item, decide, undo. Every outcome is a compare-and-set, so two moderators never both win."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import ClaimItems, Decide
from commentsvc.domain.errors import (
    AlreadyDecidedError,
    ConflictError,
    FieldProblem,
    InvalidError,
    KeptFromError,
    LeaseHeldError,
    NotFoundError,
    StaleRevisionError,
)
from commentsvc.domain.leases import REVIEW_LEASE, is_held
from commentsvc.domain.status import STATUS_OF_VERDICT, Queue, Status, Verdict, parts_of
from commentsvc.services.appealing import APPEALED_QUEUES, is_appealed_since, reinstate, settle_appeal, unsettle_appeal
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.jobs import JobKind, ensure_job
from commentsvc.services.moderation import (
    COMMENT,
    ITEM,
    REVISION,
    ROUTING,
    WaitingRevision,
    find_comment_row,
    lock_article,
    set_status,
)
from commentsvc.services.outbox import announce
from commentsvc.services.second_opinions import ask_second, forget_second, is_second, note_second, set_aside, withdraw_second
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id
from commentsvc.store.queries.filters import conditions_of

_DECISION = table_of(models.Decision)
_LONGEST_S: Final = 1800.0


# Built once: making a statement anew takes longer than SQLite does with it.
def _free(now: Any, account_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - values, or the names of parameters
    """No colleague holds it, and it is no appeal against the account's own rejection."""
    unheld = or_(ITEM.c.leased_until.is_(None), ITEM.c.leased_until <= now, ITEM.c.leased_by == account_id)
    return and_(unheld, or_(ITEM.c.kept_from.is_(None), ITEM.c.kept_from != account_id))


_FREE: Final = _free(bindparam("now"), bindparam("account_id"))
_PLACE: Final = (
    select(COMMENT.c.id, COMMENT.c.article_id, COMMENT.c.site_id)
    .join_from(ITEM, COMMENT, COMMENT.c.id == ITEM.c.comment_id)
    .where(ITEM.c.id == bindparam("item_id"))
)
_KEPT: Final = select(ITEM.c.queue, ITEM.c.section_id, ITEM.c.leased_until, ITEM.c.leased_by).where(ITEM.c.id == bindparam("item_id"))
_WAITS_ELSEWHERE: Final = select(ITEM.c.id).where(
    ITEM.c.revision_id == bindparam("revision"), ITEM.c.is_open, ITEM.c.id != bindparam("item_id")
)
_TAKE: Final = (
    update(ITEM)
    .where(ITEM.c.id == bindparam("item_id"), ITEM.c.is_open, ITEM.c.revision_id == bindparam("revision"), _FREE)
    .values(
        is_open=bindparam("stays_open"),
        queue=bindparam("next_queue"),
        closed_at=bindparam("closes_at"),
        leased_by=None,
        leased_until=None,
    )
    .returning(ITEM.c.id)
)
_INSERT_DECISION: Final = insert(_DECISION)
_INSERT_MEMBER: Final = insert(table_of(models.BulkMember))


def _claim_statement(*, by_site: bool, narrowed: Sequence[ColumnElement[bool]] = ()) -> ReturningUpdate[str, float]:
    """The most urgent free items of some queues, of some sites or of all, taken."""
    conditions = [ITEM.c.is_open, ITEM.c.queue.in_(bindparam("queues", expanding=True)), _FREE, *narrowed]
    if by_site:
        conditions.append(ITEM.c.site_id.in_(bindparam("site_ids", expanding=True)))
    chosen = select(ITEM.c.id).where(*conditions).order_by(ITEM.c.urgency.desc(), ITEM.c.id.desc()).limit(bindparam("most"))
    return (
        update(ITEM)
        .where(ITEM.c.id.in_(chosen.with_for_update(skip_locked=True).scalar_subquery()))
        .values(leased_by=bindparam("account_id"), leased_until=bindparam("until"))
        .returning(ITEM.c.id, ITEM.c.urgency)
    )


_CLAIM_ANYWHERE: Final = _claim_statement(by_site=False)
_CLAIM_ON_SITES: Final = _claim_statement(by_site=True)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An item that is ours until `leased_until`."""

    item_id: str
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was kept, with the status it gave the comment and whether that changed anything."""

    decision_id: str
    item_id: str
    comment_id: str
    status: Status
    status_before: Status
    author_id: str


def claim_review_items(session: Session, command: ClaimItems, now: datetime) -> list[Claimed]:
    """Take the most urgent items that nobody holds, or that we hold already. Fewer than asked, or none, when fewer wait.

    Caller holds a transaction. Several servers may claim at once: each item goes to one of them.
    """
    until = now + REVIEW_LEASE
    queues = command.queues or parts_of(command.queue)
    asked: dict[str, object] = {"queues": list(queues), "now": now, "account_id": command.account_id, "until": until}
    asked["most"] = command.limit
    if command.site_ids is not None:
        asked["site_ids"] = list(command.site_ids)
    statement = _CLAIM_ANYWHERE if command.site_ids is None else _CLAIM_ON_SITES
    if command.wish is not None:
        statement = _claim_statement(by_site=command.site_ids is not None, narrowed=conditions_of(command.wish, now))
    rows = session.connection().execute(statement, asked).all()
    return [Claimed(row.id, until) for row in sorted(rows, key=lambda row: (-row.urgency, row.id))]


def claim_review_item(session: Session, item_id: str, account_id: str, site_ids: frozenset[str] | None, now: datetime) -> Claimed:
    """Take one item, or renew the lease on it. Raises NotFoundError, AlreadyDecidedError, LeaseHeldError. Caller holds a transaction."""
    conn = session.connection()
    until = now + REVIEW_LEASE
    conditions = [ITEM.c.id == item_id, ITEM.c.is_open, _free(now, account_id)]
    if site_ids is not None:
        conditions.append(ITEM.c.site_id.in_(site_ids))
    taken = conn.execute(
        update(ITEM).where(*conditions).values(leased_by=account_id, leased_until=until).returning(ITEM.c.id)
    ).one_or_none()
    if taken is None:
        raise _why_not(conn, item_id, site_ids, now, account_id)
    return Claimed(item_id, until)


def release_review_item(session: Session, item_id: str, account_id: str, until: datetime | None = None) -> None:
    """Give a lease back; nothing happens when it is not ours (any more). Caller holds a transaction.

    With `until`, only the lease that ends then: one that has been renewed since is in use somewhere else.
    """
    mine = [ITEM.c.id == item_id, ITEM.c.leased_by == account_id, ITEM.c.is_open]
    if until is not None:
        mine.append(ITEM.c.leased_until == until)
    session.connection().execute(update(ITEM).where(*mine).values(leased_by=None, leased_until=None))


def _why_not(conn: Connection, item_id: str, site_ids: frozenset[str] | None, now: datetime, account_id: str) -> Exception:
    row = conn.execute(select(ITEM).where(ITEM.c.id == item_id)).one_or_none()
    if row is None or (site_ids is not None and row.site_id not in site_ids):
        return NotFoundError("There is no such item.")
    if not row.is_open:
        return AlreadyDecidedError("This item has been decided already.")
    if row.kept_from == account_id:
        return KeptFromError("You rejected this comment. A colleague decides about the appeal.")
    if is_held(row.leased_until, now) and row.leased_by != account_id:
        return LeaseHeldError("A colleague is working on this item.")
    return ConflictError("The item has changed meanwhile. Load it again.")


def decide(session: Session, command: Decide, site_ids: frozenset[str] | None, now: datetime) -> Decided:
    """Keep a moderator's decision on one revision. Without a lease, deciding takes the item.

    `site_ids` are the sites the moderator works on (None: all). Raises InvalidError for a rejection without a reason code,
    NotFoundError, AlreadyDecidedError, LeaseHeldError, StaleRevisionError. Caller holds a transaction.
    """
    if command.verdict is Verdict.REJECT and command.reason_code is None:
        msg = "Say why the comment is rejected."
        raise InvalidError(msg, fields=(FieldProblem("/reason_code", "Is required when rejecting."),))
    conn = session.connection()
    comment = _lock_comment_of(conn, command.item_id, site_ids)
    if command.revision_id != comment.current_revision_id:
        msg = "The author has edited the comment meanwhile. Load it again."
        raise StaleRevisionError(msg)
    # What the decision was taken from is kept with it: the queue, and since when the moderator held the item.
    kept = conn.execute(_KEPT, {"item_id": command.item_id}).one()
    escalates = command.verdict is Verdict.ESCALATE
    taken = conn.execute(
        _TAKE,
        {
            "item_id": command.item_id,
            "revision": command.revision_id,
            "now": now,
            "account_id": command.account_id,
            "stays_open": escalates,
            "next_queue": Queue.ESCALATED if escalates else kept.queue,
            "closes_at": None if escalates else now,
        },
    ).one_or_none()
    if taken is None:
        raise _why_not(conn, command.item_id, site_ids, now, command.account_id)
    before = Status(comment.status)
    # What a second moderator says about a decided sample changes nothing: it is asked for to see how far moderators agree.
    stands = not escalates and not is_second(conn, command.item_id, kept.queue)
    after = STATUS_OF_VERDICT[command.verdict] if stands else before
    # While an edit waits for its scores, the status is that of the text before it: approving the edit must still bring it out.
    brings_out = after is Status.PUBLISHED and comment.published_revision_id != command.revision_id and stands
    changes = after is not before or brings_out
    if changes and set_status(conn, comment, command.revision_id, after, now) is None:
        msg = "The comment has changed meanwhile. Load it again."
        raise StaleRevisionError(msg)
    if not escalates and kept.queue in APPEALED_QUEUES:
        settle_appeal(conn, command.revision_id, command.verdict, now)
        set_aside(conn, command.revision_id)
    decision_id = new_id()
    ours = kept.leased_by == command.account_id and is_held(kept.leased_until, now)
    seconds = (now - (kept.leased_until - REVIEW_LEASE)).total_seconds() if ours else None
    conn.execute(
        _INSERT_DECISION,
        {
            "id": decision_id,
            "site_id": comment.site_id,
            "item_id": command.item_id,
            "comment_id": comment.id,
            "revision_id": command.revision_id,
            "account_id": command.account_id,
            "verdict": command.verdict,
            "reason_code": command.reason_code,
            "note": command.note,
            "queue": kept.queue,
            "status_before": before,
            "status_after": after,
            "seconds": min(seconds, _LONGEST_S) if seconds is not None else None,
            "created_at": now,
            "is_in_force": stands,
        },
    )
    if command.bulk_id is not None:
        conn.execute(_INSERT_MEMBER, {"decision_id": decision_id, "bulk_id": command.bulk_id})
    if not stands and not escalates:
        note_second(conn, command.item_id, decision_id)
    else:
        payload = {"comment": comment.id, "decision": decision_id, "verdict": command.verdict.value}
        announce(conn, comment.site_id, "decision.made", payload, now)
        if stands and kept.queue is Queue.SAMPLE:
            waiting = WaitingRevision(comment.site_id, kept.section_id, comment.id, command.revision_id)
            ask_second(session, waiting, decision_id, command.account_id, now)
    append_audit_entry(
        session,
        comment.site_id,
        AuditFact(
            actor=f"account:{command.account_id}",
            action=f"decision_{command.verdict.value}" if stands or escalates else f"second_opinion_{command.verdict.value}",
            subject=f"comment:{comment.id}",
            before={"status": before.value},
            after={
                "status": after.value,
                "revision": command.revision_id,
                "decision": decision_id,
                "reason_code": command.reason_code.value if command.reason_code else None,
                **({"bulk": command.bulk_id} if command.bulk_id is not None else {}),
            },
            at=now,
        ),
    )
    return Decided(decision_id, command.item_id, comment.id, after, before, comment.author_id)


def _lock_comment_of(conn: Connection, item_id: str, site_ids: frozenset[str] | None) -> Row[Any]:
    place = conn.execute(_PLACE, {"item_id": item_id}).one_or_none()
    if place is not None and (site_ids is None or place.site_id in site_ids):
        lock_article(conn, place.article_id)
        comment = find_comment_row(conn, place.id)
        if comment is not None:
            return comment
    msg = "There is no such item."
    raise NotFoundError(msg)


def undo_decision(
    session: Session, item_id: str, account_id: str, site_ids: frozenset[str] | None, now: datetime, *, only: str | None = None
) -> Decided:
    """Take back the latest decision on an item: the comment gets its status back and the item waits again, leased to who undoes.

    With `only`, the decision of that id and no other, and the item is left for whoever comes: so are many undone together. Raises
    NotFoundError when nothing is there to undo, StaleRevisionError when the comment or its item has moved on since. Caller holds a
    transaction.
    """
    conn = session.connection()
    comment = _lock_comment_of(conn, item_id, site_ids)
    row = conn.execute(
        select(_DECISION).where(_DECISION.c.item_id == item_id, _DECISION.c.undone_at.is_(None)).order_by(_DECISION.c.id.desc()).limit(1)
    ).one_or_none()
    if row is None:
        msg = "There is no decision to undo."
        raise NotFoundError(msg)
    if only is not None and row.id != only:
        msg = "Somebody has decided again since, so it cannot be undone."
        raise StaleRevisionError(msg)
    if comment.current_revision_id != row.revision_id or comment.status is not row.status_after:
        msg = "The comment has changed since that decision, so it cannot be undone."
        raise StaleRevisionError(msg)
    if is_appealed_since(conn, row.revision_id, item_id):
        msg = "The author has appealed since: what becomes of the appeal decides."
        raise StaleRevisionError(msg)
    undone = conn.execute(
        update(_DECISION)
        .where(_DECISION.c.id == row.id, _DECISION.c.undone_at.is_(None))
        .values(undone_at=now, undone_by=account_id, is_in_force=False)
        .returning(_DECISION.c.id)
    ).one_or_none()
    if undone is None:
        msg = "The decision has been undone already."
        raise ConflictError(msg)
    is_second_opinion = forget_second(conn, row.id)
    if not is_second_opinion:
        withdraw_second(conn, row.id, now)
    if conn.execute(_WAITS_ELSEWHERE, {"item_id": item_id, "revision": row.revision_id}).first():
        msg = "The comment waits for a moderator again already."
        raise StaleRevisionError(msg)
    if row.verdict is not Verdict.ESCALATE and not is_second_opinion:
        _unjudge(session, comment, row, now)
    conn.execute(
        update(ITEM)
        .where(ITEM.c.id == item_id)
        .values(
            is_open=True,
            queue=row.queue,
            closed_at=None,
            leased_by=account_id if only is None else None,
            leased_until=now + REVIEW_LEASE if only is None else None,
        )
    )
    if not is_second_opinion:
        announce(conn, comment.site_id, "decision.undone", {"comment": comment.id, "decision": row.id, "verdict": row.verdict.value}, now)
    append_audit_entry(
        session,
        comment.site_id,
        AuditFact(
            actor=f"account:{account_id}",
            action="decision_undone",
            subject=f"comment:{comment.id}",
            before={"status": row.status_after.value},
            after={"status": row.status_before.value, "decision": row.id},
            at=now,
        ),
    )
    return Decided(row.id, item_id, comment.id, Status(row.status_before), Status(row.status_after), comment.author_id)


def _unjudge(session: Session, comment: Row[Any], decision: Row[Any], now: datetime) -> None:
    """Give a comment back what stood before a decision that is undone. Raises StaleRevisionError when it has moved on since."""
    conn = session.connection()
    # The rejection that was appealed is in force again, whether the text has its scores by now or not.
    is_judged_again = decision.queue in APPEALED_QUEUES and (
        unsettle_appeal(conn, decision.revision_id, decision.id) or reinstate(conn, decision.revision_id, decision.id)
    )
    if not (_put_back(conn, comment, decision, now) if is_judged_again else _restore(session, comment, decision, now)):
        msg = "The comment has changed since that decision, so it cannot be undone."
        raise StaleRevisionError(msg)


def _put_back(conn: Connection, comment: Row[Any], decision: Row[Any], now: datetime) -> bool:
    """Give a comment the status that it had before a decision. False when it has moved on since."""
    status = decision.status_before
    return status is decision.status_after or set_status(conn, comment, decision.revision_id, status, now) is not None


def _restore(session: Session, comment: Row[Any], decision: Row[Any], now: datetime) -> bool:
    """Give a comment the status and the text that it had before a decision. False when it has moved on since."""
    conn = session.connection()
    revision_id, status = decision.revision_id, decision.status_before
    if conn.execute(select(ROUTING.c.id).where(ROUTING.c.revision_id == revision_id, ROUTING.c.is_in_force)).first():
        return _put_back(conn, comment, decision, now)
    # Decided before it was scored: readers see the text before it again, and this one waits for its scores.
    if set_status(conn, comment, revision_id, status, now) is None:
        return False
    conn.execute(update(REVISION).where(REVISION.c.id == revision_id).values(status=Status.PENDING))
    if status is Status.PUBLISHED:
        shown = select(REVISION.c.id).where(REVISION.c.comment_id == comment.id, REVISION.c.status == Status.PUBLISHED)
        text_before = shown.order_by(REVISION.c.no.desc()).limit(1).scalar_subquery()
        conn.execute(update(COMMENT).where(COMMENT.c.id == comment.id).values(published_revision_id=text_before))
    ensure_job(session, JobKind.SCORE, revision_id, now)
    return True
