"""Authors who object to a rejection, and what becomes of it: another moderator looks again."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import Appeal
from commentsvc.domain.errors import ConflictError, NotFoundError
from commentsvc.domain.principals import ALL_SITES
from commentsvc.domain.status import AppealOutcome, Queue, Status, Verdict
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.moderation import ARTICLE, COMMENT, ITEM, WaitingRevision, find_comment_row, lock_article, open_item
from commentsvc.services.outbox import announce
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id

_APPEAL: Final = table_of(models.Appeal)
_DECISION: Final = table_of(models.Decision)
_ACCOUNT: Final = table_of(models.Account)
_ROLE: Final = table_of(models.AccountRole)
_SECOND: Final = table_of(models.SecondOpinion)

APPEAL_HARM: Final = 0.4
"""Expected harm in [0, 1] by which an appeal is ordered: between a first report and a clear case, so that none waits for days."""
APPEALED_QUEUES: Final = frozenset({Queue.APPEALS, Queue.ESCALATED})
"""From which a decision about an appeal may be taken."""


def appeal_rejection(session: Session, command: Appeal, now: datetime) -> bool:
    """Put a rejected comment before another moderator than the one who rejected it. False when this text was appealed before.

    Where nobody else may moderate the site, the same moderator looks again. Raises NotFoundError, ConflictError for a comment that
    is not rejected. Caller holds a transaction and knows that the comment is the caller's own.
    """
    conn = session.connection()
    found = conn.execute(select(COMMENT.c.article_id).where(COMMENT.c.id == command.comment_id)).one_or_none()
    comment = None
    if found is not None:
        lock_article(conn, found.article_id)
        comment = find_comment_row(conn, command.comment_id)
    if comment is None or comment.status in {Status.WITHDRAWN, Status.ERASED}:
        msg = "There is no such comment."
        raise NotFoundError(msg)
    revision_id = comment.current_revision_id
    if conn.execute(select(_APPEAL.c.id).where(_APPEAL.c.revision_id == revision_id)).first():
        return False
    if comment.status is not Status.REJECTED:
        msg = "Only a rejected comment can be appealed."
        raise ConflictError(msg)
    section_id = conn.execute(select(ARTICLE.c.section_id).where(ARTICLE.c.id == comment.article_id)).scalar_one()
    waiting = WaitingRevision(comment.site_id, section_id, comment.id, revision_id)
    item_id = open_item(conn, waiting, Queue.APPEALS, APPEAL_HARM, now)
    conn.execute(update(ITEM).where(ITEM.c.id == item_id).values(kept_from=_judge_before(conn, comment.site_id, revision_id)))
    appeal_id = new_id()
    conn.execute(
        insert(_APPEAL),
        {
            "id": appeal_id,
            "site_id": comment.site_id,
            "comment_id": comment.id,
            "revision_id": revision_id,
            "item_id": item_id,
            "body": command.body,
            "created_at": now,
            "outcome": None,
            "decided_at": None,
        },
    )
    announce(conn, comment.site_id, "appeal.opened", {"comment": comment.id, "appeal": appeal_id}, now)
    append_audit_entry(
        session,
        comment.site_id,
        AuditFact(
            actor=f"author:{comment.author_id}",
            action="appeal_opened",
            subject=f"comment:{comment.id}",
            after={"appeal": appeal_id, "revision": revision_id},
            at=now,
        ),
    )
    return True


def settle_appeal(conn: Connection, revision_id: str, verdict: Verdict, now: datetime) -> None:
    """Note what a decision makes of the open appeal about a text, if there is one; the decision before is no longer in force."""
    outcome = AppealOutcome.OVERTURNED if verdict is Verdict.APPROVE else AppealOutcome.UPHELD
    settled = conn.execute(
        update(_APPEAL)
        .where(_APPEAL.c.revision_id == revision_id, _APPEAL.c.outcome.is_(None))
        .values(outcome=outcome, decided_at=now)
        .returning(_APPEAL.c.id, _APPEAL.c.site_id, _APPEAL.c.comment_id)
    ).one_or_none()
    if settled is None:
        return
    conn.execute(update(_DECISION).where(_DECISION.c.revision_id == revision_id, _DECISION.c.is_in_force).values(is_in_force=False))
    announce(conn, settled.site_id, f"appeal.{outcome.value}", {"comment": settled.comment_id, "appeal": settled.id}, now)


def unsettle_appeal(conn: Connection, revision_id: str, undone_id: str) -> bool:
    """Let the appeal wait again after the decision about it was undone; the decision before that, if any, is in force again.

    False when that decision was about no appeal, or when nobody had decided before.
    """
    opened = conn.execute(
        update(_APPEAL)
        .where(_APPEAL.c.revision_id == revision_id, _APPEAL.c.outcome.is_not(None))
        .values(outcome=None, decided_at=None)
        .returning(_APPEAL.c.id)
    ).one_or_none()
    if opened is None:
        return False
    return reinstate(conn, revision_id, undone_id)


def reinstate(conn: Connection, revision_id: str, undone_id: str) -> bool:
    """Put the verdict that stood before an undone decision in force again. False where none did. Second opinions never stood."""
    before = (
        select(_DECISION.c.id)
        .where(
            _DECISION.c.revision_id == revision_id,
            _DECISION.c.id < undone_id,
            _DECISION.c.undone_at.is_(None),
            _DECISION.c.verdict != Verdict.ESCALATE,
            _DECISION.c.id.not_in(select(_SECOND.c.decision_id).where(_SECOND.c.decision_id.is_not(None))),
        )
        .order_by(_DECISION.c.id.desc())
        .limit(1)
    )
    again = update(_DECISION).where(_DECISION.c.id == before.scalar_subquery()).values(is_in_force=True).returning(_DECISION.c.id)
    return conn.execute(again).one_or_none() is not None


def is_appealed_since(conn: Connection, revision_id: str, item_id: str) -> bool:
    """Whether what was decided on an item has been appealed, so that another item is the place to decide."""
    query = select(_APPEAL.c.id).where(_APPEAL.c.revision_id == revision_id, _APPEAL.c.item_id != item_id)
    return conn.execute(query).first() is not None


def free_appeals(conn: Connection) -> None:
    """Let whoever is left decide about appeals that nobody else could any more: after an account was closed or lost a role."""
    others = (
        select(_ACCOUNT.c.id)
        .join(_ROLE, _ROLE.c.account_id == _ACCOUNT.c.id)
        .where(
            _ACCOUNT.c.is_active, _ACCOUNT.c.id != ITEM.c.kept_from, or_(_ROLE.c.site_id == ITEM.c.site_id, _ROLE.c.site_id == ALL_SITES)
        )
        .correlate(ITEM)
    )
    conn.execute(update(ITEM).where(ITEM.c.is_open, ITEM.c.kept_from.is_not(None), ~others.exists()).values(kept_from=None))


def _judge_before(conn: Connection, site_id: str, revision_id: str) -> str | None:
    """The account whose rejection is in force, provided that somebody else could judge."""
    judge = select(_DECISION.c.account_id).where(_DECISION.c.revision_id == revision_id, _DECISION.c.is_in_force)
    account_id: str | None = conn.execute(judge).scalar_one_or_none()
    if account_id is None:
        return None
    return account_id if someone_else(conn, site_id, account_id) else None


def someone_else(conn: Connection, site_id: str, account_id: str) -> bool:
    """Whether anybody but this account may moderate the site."""
    others = (
        select(_ACCOUNT.c.id)
        .join(_ROLE, _ROLE.c.account_id == _ACCOUNT.c.id)
        .where(_ACCOUNT.c.is_active, _ACCOUNT.c.id != account_id, _ROLE.c.site_id.in_((site_id, ALL_SITES)))
    )
    return conn.execute(others.limit(1)).first() is not None
