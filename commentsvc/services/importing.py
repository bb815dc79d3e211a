"""What a history brings in many at a time, where one call for each would be waste."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from commentsvc.domain.status import Status
from commentsvc.domain.threads import best_score
from commentsvc.services.moderation import ARTICLE, COMMENT, find_comment_row
from commentsvc.store import models
from commentsvc.store.base import table_of

_VOTE = table_of(models.Vote)


@dataclass(frozen=True, slots=True)
class PastVotes:
    """How many readers, of whom nothing else is known, voted for and against a comment."""

    up: int
    down: int


def cast_past_votes(session: Session, comment_id: str, votes: PastVotes, at: datetime) -> bool:
    """Give a published comment without votes the votes of a history. False, changing nothing, for any other. Caller holds a transaction."""
    conn = session.connection()
    comment = find_comment_row(conn, comment_id)
    if comment is None or comment.status is not Status.PUBLISHED or comment.up_count or comment.down_count or votes.up + votes.down == 0:
        return False
    values = [1] * votes.up + [-1] * votes.down
    rows = [{"comment_id": comment_id, "voter": f"past:{place}", "value": value, "created_at": at} for place, value in enumerate(values)]
    conn.execute(insert(_VOTE), rows)
    counted = {"up_count": votes.up, "down_count": votes.down, "best_score": best_score(votes.up, votes.down)}
    conn.execute(update(COMMENT).where(COMMENT.c.id == comment_id).values(counted))
    conn.execute(update(ARTICLE).where(ARTICLE.c.id == comment.article_id).values(version=ARTICLE.c.version + 1))
    return True
