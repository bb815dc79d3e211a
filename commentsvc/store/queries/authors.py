"""An author as moderators know them: in figures, and by what they wrote."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commentsvc.domain.status import ReasonCode, Status, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Article, Author, Comment, Decision, Revision
from commentsvc.store.queries.queue import AuthorFigures

_A = table_of(Author)
_C = table_of(Comment)
_R = table_of(Revision)
_ARTICLE = table_of(Article)
_DECISION = table_of(Decision)


@dataclass(frozen=True, slots=True)
class AuthorComment:
    """A comment in an author's history, with what was made of it."""

    id: str
    status: Status
    body_html: str
    article_title: str | None
    article_key: str
    created_at: datetime
    verdict: Verdict | None
    reason_code: ReasonCode | None


def get_author(session: Session, author_id: str) -> tuple[AuthorFigures, str, datetime | None] | None:
    """An author in figures, the id of their site, and until when their standing holds; None when unknown."""
    row = session.connection().execute(select(_A).where(_A.c.id == author_id)).one_or_none()
    if row is None:
        return None
    figures = AuthorFigures(
        row.id, row.name, row.is_guest, row.standing, row.comment_count, row.published_count, row.rejected_count, row.created_at
    )
    return figures, row.site_id, row.standing_until


def list_author_comments(session: Session, author_id: str, *, limit: int = 50) -> list[AuthorComment]:
    """An author's latest comments with the decisions in force about them."""
    query = (
        select(
            _C.c.id,
            _C.c.status,
            _R.c.body_html,
            _ARTICLE.c.title,
            _ARTICLE.c.key,
            _C.c.created_at,
            _DECISION.c.verdict,
            _DECISION.c.reason_code,
        )
        .select_from(
            _C.join(_R, _R.c.id == _C.c.current_revision_id)
            .join(_ARTICLE, _ARTICLE.c.id == _C.c.article_id)
            .outerjoin(_DECISION, (_DECISION.c.revision_id == _R.c.id) & _DECISION.c.is_in_force)
        )
        .where(_C.c.author_id == author_id)
        .order_by(_C.c.created_at.desc())
        .limit(limit)
    )
    return [AuthorComment(*row) for row in session.connection().execute(query)]
