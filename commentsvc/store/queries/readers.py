"""What pages know of one reader: their own votes, which comments of theirs stand on an article, and why some do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commentsvc.domain.status import AppealOutcome, ReasonCode, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Appeal, Comment, Decision, Vote

_C = table_of(Comment)
_VOTE = table_of(Vote)
_DECISION = table_of(Decision)
_APPEAL = table_of(Appeal)


def find_votes(session: Session, voter: str, comment_ids: Sequence[str]) -> dict[str, int]:
    """Votes of one reader (1 or -1) by comment, for those of the given comments that they have voted on."""
    if not comment_ids:
        return {}
    query = select(_VOTE.c.comment_id, _VOTE.c.value).where(_VOTE.c.voter == voter, _VOTE.c.comment_id.in_(comment_ids))
    votes: dict[str, int] = dict(session.connection().execute(query).all())
    return votes


def keep_article_comments(session: Session, article_id: str, comment_ids: Sequence[str]) -> list[str]:
    """Those of the given ids that are comments of the article, oldest first."""
    if not comment_ids:
        return []
    query = select(_C.c.id).where(_C.c.article_id == article_id, _C.c.id.in_(comment_ids)).order_by(_C.c.id)
    return list(session.connection().execute(query).scalars())


@dataclass(frozen=True, slots=True)
class AppealSeen:
    """An appeal as its author sees it; `outcome` is None while it waits."""

    created_at: datetime
    outcome: AppealOutcome | None
    decided_at: datetime | None


def find_appeals(session: Session, comment_ids: Sequence[str]) -> dict[str, AppealSeen]:
    """Appeals against the rejection of the latest text, by comment, for those of the given ones where there is one."""
    if not comment_ids:
        return {}
    query = (
        select(_APPEAL.c.comment_id, _APPEAL.c.created_at, _APPEAL.c.outcome, _APPEAL.c.decided_at)
        .join_from(_APPEAL, _C, _C.c.current_revision_id == _APPEAL.c.revision_id)
        .where(_APPEAL.c.comment_id.in_(comment_ids))
    )
    return {comment_id: AppealSeen(*seen) for comment_id, *seen in session.connection().execute(query)}


def find_current_grounds(session: Session, comment_ids: Sequence[str]) -> dict[str, ReasonCode]:
    """On which ground a moderator rejected the latest text, by comment, for those of the given ones where that decision stands."""
    if not comment_ids:
        return {}
    query = (
        select(_DECISION.c.comment_id, _DECISION.c.reason_code)
        .join_from(_DECISION, _C, _C.c.current_revision_id == _DECISION.c.revision_id)
        .where(_DECISION.c.comment_id.in_(comment_ids), _DECISION.c.is_in_force, _DECISION.c.verdict == Verdict.REJECT)
    )
    return {comment_id: ReasonCode(ground) for comment_id, ground in session.connection().execute(query)}
