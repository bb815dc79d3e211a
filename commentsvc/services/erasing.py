"""A reader's right to be forgotten: their texts, names and addresses go, and what others said stays."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.status import Standing, Status
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.moderation import AUTHOR, COMMENT, REVISION, ROUTING, find_comment_row, lock_article, take_away
from commentsvc.services.subscribing import forget_author
from commentsvc.store import models
from commentsvc.store.base import table_of

_VOTE: Final = table_of(models.Vote)
_REPORT: Final = table_of(models.Report)
_APPEAL: Final = table_of(models.Appeal)
_NOTE: Final = table_of(models.AuthorNote)
_PROPOSAL: Final = table_of(models.BanProposal)
_KEY: Final = table_of(models.IdempotencyKey)
NAMELESS: Final = "Erased reader"
"""What stands for the name of an author who was erased."""


def erase_author(session: Session, site_id: str, subject: str, now: datetime) -> int:
    """Erase all that a reader wrote on a site, and who they are; returns how many comments went. Caller holds a transaction.

    Their comments become placeholders where replies hang on them; their votes and reports count on, without their name. Who is not
    in normal standing stays known by their `subject` alone, or every ban could be shaken off. Said again it finds nothing more to take.
    """
    conn = session.connection()
    # Locked, so that nothing they post meanwhile is left over: posting locks its author, too.
    known = select(AUTHOR).where(AUTHOR.c.site_id == site_id, AUTHOR.c.subject == subject).with_for_update()
    author = conn.execute(known).one_or_none()
    voted = select(_VOTE.c.comment_id).join(COMMENT, COMMENT.c.id == _VOTE.c.comment_id).where(COMMENT.c.site_id == site_id)
    reported = select(_REPORT.c.comment_id).join(COMMENT, COMMENT.c.id == _REPORT.c.comment_id).where(COMMENT.c.site_id == site_id)
    has_reacted = any(
        conn.execute(query.limit(1)).first()
        for query in (voted.where(_VOTE.c.voter == subject), reported.where(_REPORT.c.reporter == subject))
    )
    if author is None and not has_reacted:
        return 0
    count = 0
    if author is not None:
        mine = select(COMMENT.c.id, COMMENT.c.article_id).where(COMMENT.c.author_id == author.id, COMMENT.c.status != Status.ERASED)
        # In one order for everybody, so that no two who are erased wait for each other.
        for comment_id, article_id in conn.execute(mine.order_by(COMMENT.c.article_id, COMMENT.c.id)).all():
            lock_article(conn, article_id)
            comment = find_comment_row(conn, comment_id)
            if comment is not None:
                take_away(conn, comment, Status.ERASED, now)
                _audit(session, site_id, author.id, f"comment:{comment_id}", {"status": comment.status.value}, {"status": "erased"}, now)
                count += 1
        texts = {"body": "", "body_html": "", "text_hash": "", "language": None, "likeness": None}
        own = select(COMMENT.c.id).where(COMMENT.c.author_id == author.id)
        conn.execute(update(REVISION).where(REVISION.c.comment_id.in_(own)).values(texts))
        _take_out_quotes(conn, author.id)
        forget_author(session, author.id)
        conn.execute(delete(_NOTE).where(_NOTE.c.author_id == author.id))
        conn.execute(delete(_PROPOSAL).where(_PROPOSAL.c.author_id == author.id))
        conn.execute(update(COMMENT).where(COMMENT.c.author_id == author.id).values(address_hash=None))
        conn.execute(update(_APPEAL).where(_APPEAL.c.comment_id.in_(own)).values(body=""))
        kept = subject if author.standing is not Standing.NORMAL else f"erased:{author.id}"
        conn.execute(update(AUTHOR).where(AUTHOR.c.id == author.id).values(subject=kept, name=NAMELESS, email_hash=None, is_staff=False))
    nobody = f"erased:{author.id}" if author is not None else "erased"
    conn.execute(update(_VOTE).where(_VOTE.c.voter == subject, _VOTE.c.comment_id.in_(voted)).values(voter=nobody))
    conn.execute(update(_REPORT).where(_REPORT.c.reporter == subject, _REPORT.c.comment_id.in_(reported)).values(reporter=nobody, note=""))
    conn.execute(delete(_KEY).where(_KEY.c.scope == f"{site_id}:{subject}"))
    author_id = None if author is None else author.id
    _audit(session, site_id, author_id, f"author:{author_id}" if author_id else f"site:{site_id}", None, {"comments": count}, now)
    return count


def _take_out_quotes(conn: Connection, author_id: str) -> None:
    """Reasons quote what a word list found."""
    mine = (
        select(ROUTING.c.id, ROUTING.c.reasons).join(COMMENT, COMMENT.c.id == ROUTING.c.comment_id).where(COMMENT.c.author_id == author_id)
    )
    for routing_id, reasons in conn.execute(mine).all():
        if any("match" in reason for reason in reasons):
            bare = [{name: value for name, value in reason.items() if name not in {"match", "begin", "end"}} for reason in reasons]
            conn.execute(update(ROUTING).where(ROUTING.c.id == routing_id).values(reasons=bare))


def _audit(
    session: Session,
    site_id: str,
    author_id: str | None,
    subject: str,
    before: dict[str, object] | None,
    after: dict[str, object],
    now: datetime,
) -> None:
    action = "comment_erased" if before else "author_erased"
    actor = f"author:{author_id}" if author_id else "reader"
    append_audit_entry(session, site_id, AuditFact(actor=actor, action=action, subject=subject, before=before, after=after, at=now))
