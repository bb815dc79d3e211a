"""What readers do with comments that are there: edit, withdraw, vote."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.admission import AdmissionFacts, banned_author, size
from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import EditComment
from commentsvc.domain.errors import EditWindowClosedError, NotFoundError, StaleRevisionError
from commentsvc.domain.routing import Routing
from commentsvc.domain.status import Standing, Status
from commentsvc.domain.threads import best_score
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.judging import Assessment, NewRevision, audit_judgement, insert_revision, judge_revision
from commentsvc.services.moderation import (
    ARTICLE,
    AUTHOR,
    COMMENT,
    close_items,
    find_comment_row,
    lock_article,
    take_away,
)
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id
from commentsvc.store.queries.sites import SiteState

_VOTE = table_of(models.Vote)
_GONE = frozenset({Status.WITHDRAWN, Status.ERASED})


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of an edit: the status of the new revision, and its routing (None while it waits for a score)."""

    comment_id: str
    revision_id: str
    status: Status
    routing: Routing | None


def _locked(conn: Connection, comment_id: str) -> Row[Any]:
    found = conn.execute(select(COMMENT.c.article_id).where(COMMENT.c.id == comment_id)).one_or_none()
    if found is not None:
        lock_article(conn, found.article_id)
        comment = find_comment_row(conn, comment_id)
        if comment is not None and comment.status not in _GONE:
            return comment
    msg = "There is no such comment."
    raise NotFoundError(msg)


def _check_window(comment: Row[Any], now: datetime) -> None:
    if comment.edit_until <= now:
        msg = "The time in which you could change this comment is over."
        raise EditWindowClosedError(msg)


def edit_comment(session: Session, site: SiteState, command: EditComment, assessed: Assessment) -> Edited:
    """Store a new revision and let it go the way of a new comment. The caller has checked that the author is asking.

    Raises NotFoundError, EditWindowClosedError, StaleRevisionError and the refusals of admission. Caller holds a transaction.
    """
    conn = session.connection()
    text, now = assessed.text, assessed.now
    comment = _locked(conn, command.comment_id)
    if comment.status is Status.REJECTED:
        msg = "A comment that was rejected cannot be edited."
        raise EditWindowClosedError(msg)
    _check_window(comment, now)
    if command.base_revision_no is not None and command.base_revision_no != comment.revision_count:
        msg = "The comment has been changed meanwhile. Load it again before you edit it."
        raise StaleRevisionError(msg)
    author = conn.execute(
        select(AUTHOR.c.standing, AUTHOR.c.standing_until, AUTHOR.c.is_guest).where(AUTHOR.c.id == comment.author_id)
    ).one()
    facts = AdmissionFacts(
        body=text.body,
        is_guest=author.is_guest,
        depth=comment.depth,
        is_article_closed=False,
        article_closes_at=None,
        standing=Standing(author.standing),
        standing_until=author.standing_until,
        is_repeat=False,
    )
    banned_author(facts, now)
    size(site.limits, facts)
    number, revision_id = comment.revision_count + 1, new_id()
    insert_revision(conn, NewRevision(site.id, comment.id, revision_id, number, Status.PENDING), text, now)
    conn.execute(
        update(COMMENT).where(COMMENT.c.id == comment.id).values(current_revision_id=revision_id, revision_count=number, edited_at=now)
    )
    # Whatever waited for a moderator was about a text that is no longer current.
    close_items(conn, comment.id, now)
    current = find_comment_row(conn, comment.id)
    if current is None:
        msg = "There is no such comment."
        raise NotFoundError(msg)
    judged = judge_revision(session, current, assessed)
    audit_judgement(session, judged, f"author:{comment.author_id}", "comment_edited", assessed)
    return Edited(comment.id, revision_id, judged.after if judged.routing else Status.PENDING, judged.routing)


def withdraw_comment(session: Session, comment_id: str, actor: str, now: datetime, *, ignore_window: bool = False) -> None:
    """Take a comment back. Its text is gone from every page; a placeholder stays while replies hang on it.

    Raises NotFoundError, EditWindowClosedError. Caller holds a transaction.
    """
    conn = session.connection()
    comment = _locked(conn, comment_id)
    if not ignore_window:
        _check_window(comment, now)
    before = Status(comment.status)
    take_away(conn, comment, Status.WITHDRAWN, now)
    append_audit_entry(
        session,
        comment.site_id,
        AuditFact(
            actor=actor,
            action="comment_withdrawn",
            subject=f"comment:{comment_id}",
            before={"status": before.value},
            after={"status": Status.WITHDRAWN.value},
            at=now,
        ),
    )


@dataclass(frozen=True, slots=True)
class VoteCount:
    """The votes of a comment after a change."""

    up: int
    down: int


def set_vote(session: Session, comment_id: str, voter: str, value: int, now: datetime) -> VoteCount:
    """Give a reader's vote the value 1 (up), -1 (down) or 0 (none). Saying it twice changes nothing.

    Raises NotFoundError for a comment that is not published. Caller holds a transaction.
    """
    conn = session.connection()
    comment = _locked(conn, comment_id)
    if comment.status is not Status.PUBLISHED:
        msg = "There is no such comment."
        raise NotFoundError(msg)
    conn.execute(delete(_VOTE).where(_VOTE.c.comment_id == comment_id, _VOTE.c.voter == voter))
    if value:
        conn.execute(insert(_VOTE), {"comment_id": comment_id, "voter": voter, "value": value, "created_at": now})
    counted: dict[int, int] = dict(
        conn.execute(select(_VOTE.c.value, func.count()).where(_VOTE.c.comment_id == comment_id).group_by(_VOTE.c.value)).all()
    )
    votes = VoteCount(up=counted.get(1, 0), down=counted.get(-1, 0))
    if (votes.up, votes.down) != (comment.up_count, comment.down_count):
        conn.execute(
            update(COMMENT)
            .where(COMMENT.c.id == comment_id)
            .values(up_count=votes.up, down_count=votes.down, best_score=best_score(votes.up, votes.down))
        )
        conn.execute(update(ARTICLE).where(ARTICLE.c.id == comment.article_id).values(version=ARTICLE.c.version + 1))
    return votes
