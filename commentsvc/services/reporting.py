"""Readers' complaints."""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import ReportComment
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.status import Queue, Status
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.moderation import ARTICLE, COMMENT, WaitingRevision, find_comment_row, lock_article, open_item
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id

_REPORT = table_of(models.Report)
_DECISION = table_of(models.Decision)
REPORT_HARM = 0.3
"""Expected harm in [0, 1] of a comment that a reader has reported and no band has spoken about; each further report adds 0.1."""


def report_comment(session: Session, command: ReportComment, now: datetime) -> bool:
    """Keep a report and put the comment before moderators. False when this reader has reported it before.

    A revision that a moderator has approved already is not opened again by further reports: they are counted and shown.
    Raises NotFoundError for a comment that is not published. Caller holds a transaction.
    """
    conn = session.connection()
    found = conn.execute(select(COMMENT.c.article_id).where(COMMENT.c.id == command.comment_id)).one_or_none()
    comment = None
    if found is not None:
        lock_article(conn, found.article_id)
        comment = find_comment_row(conn, command.comment_id)
    if comment is None or comment.status is not Status.PUBLISHED:
        msg = "There is no such comment."
        raise NotFoundError(msg)
    mine = select(_REPORT.c.id).where(_REPORT.c.comment_id == comment.id, _REPORT.c.reporter == command.reporter)
    if conn.execute(mine).first():
        return False
    conn.execute(
        insert(_REPORT),
        {
            "id": new_id(),
            "comment_id": comment.id,
            "revision_id": comment.published_revision_id,
            "reporter": command.reporter,
            "reason": command.reason,
            "note": command.note,
            "created_at": now,
        },
    )
    conn.execute(update(COMMENT).where(COMMENT.c.id == comment.id).values(report_count=COMMENT.c.report_count + 1))
    approved = select(_DECISION.c.id).where(_DECISION.c.revision_id == comment.current_revision_id, _DECISION.c.is_in_force)
    if not conn.execute(approved).first():
        section_id = conn.execute(select(ARTICLE.c.section_id).where(ARTICLE.c.id == comment.article_id)).scalar_one()
        revision = WaitingRevision(comment.site_id, section_id, comment.id, comment.current_revision_id)
        count = conn.execute(select(func.count()).select_from(_REPORT).where(_REPORT.c.comment_id == comment.id)).scalar_one()
        open_item(conn, revision, Queue.REPORTED, min(1.0, REPORT_HARM + 0.1 * (count - 1)), now)
    append_audit_entry(
        session,
        comment.site_id,
        AuditFact(
            actor="reader", action="comment_reported", subject=f"comment:{comment.id}", after={"reason": command.reason.value}, at=now
        ),
    )
    return True
