"""What a site holds about one reader, for that reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from commentsvc.domain.status import Status
from commentsvc.store.base import table_of
from commentsvc.store.models import Appeal, Article, Author, AuthorNote, Comment, Report, Revision, Subscription, Vote

_A: Final = table_of(Author)
_C: Final = table_of(Comment)
_R: Final = table_of(Revision)
_ARTICLE: Final = table_of(Article)
_VOTE: Final = table_of(Vote)
_REPORT: Final = table_of(Report)
_APPEAL: Final = table_of(Appeal)
_SUBSCRIPTION: Final = table_of(Subscription)
_NOTE: Final = table_of(AuthorNote)
_GONE: Final = (Status.WITHDRAWN, Status.ERASED)


@dataclass(frozen=True, slots=True)
class OwnComment:
    """A comment of the reader's own, with its latest text."""

    id: str
    article: str
    article_title: str | None
    parent: str | None
    status: Status
    body_html: str
    up: int
    down: int
    created_at: datetime


def list_own_comments(
    session: Session, site_id: str, subject: str, *, before: tuple[datetime, str] | None = None, limit: int = 50
) -> list[OwnComment]:
    """A reader's comments on a site that were not withdrawn, newest first; before the one made at that time with that id."""
    query = (
        select(
            _C.c.id,
            _ARTICLE.c.key,
            _ARTICLE.c.title,
            _C.c.parent_id,
            _C.c.status,
            _R.c.body_html,
            _C.c.up_count,
            _C.c.down_count,
            _C.c.created_at,
        )
        .select_from(
            _C.join(_A, _A.c.id == _C.c.author_id)
            .join(_ARTICLE, _ARTICLE.c.id == _C.c.article_id)
            .join(_R, _R.c.id == _C.c.current_revision_id)
        )
        .where(_A.c.site_id == site_id, _A.c.subject == subject, _C.c.status.not_in(_GONE))
        .order_by(_C.c.created_at.desc(), _C.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(tuple_(_C.c.created_at, _C.c.id) < tuple_(*before))
    return [OwnComment(*row) for row in session.connection().execute(query)]


def collect_own_data(session: Session, site_id: str, subject: str) -> dict[str, Any]:
    """All that a site holds about a reader: themselves, every text of every comment, votes, reports, appeals, subscriptions; oldest first.

    Addresses are given sealed, as they are kept.
    """
    conn = session.connection()
    author = conn.execute(select(_A).where(_A.c.site_id == site_id, _A.c.subject == subject)).one_or_none()
    here = _C.c.site_id == site_id
    votes = select(_VOTE.c.comment_id, _VOTE.c.value, _VOTE.c.created_at).join(_C, _C.c.id == _VOTE.c.comment_id)
    reports = select(_REPORT.c.comment_id, _REPORT.c.reason, _REPORT.c.note, _REPORT.c.created_at).join(_C, _C.c.id == _REPORT.c.comment_id)
    subscriptions = select(
        _SUBSCRIPTION.c.email_sealed,
        _SUBSCRIPTION.c.pace,
        _SUBSCRIPTION.c.language,
        _SUBSCRIPTION.c.confirmed_at,
        _SUBSCRIPTION.c.created_at,
    ).order_by(_SUBSCRIPTION.c.id)
    notes = select(_NOTE.c.body, _NOTE.c.created_at).order_by(_NOTE.c.id)
    return {
        "author": None
        if author is None
        else {
            "id": author.id,
            "subject": author.subject,
            "name": author.name,
            "is_staff": author.is_staff,
            "email_hash": author.email_hash,
            "standing": author.standing,
            "standing_until": author.standing_until,
            "first_seen_at": author.created_at,
        },
        "comments": [] if author is None else list(_texts(session, author.id)),
        "votes": _lines(session, votes.where(here, _VOTE.c.voter == subject).order_by(_VOTE.c.created_at, _VOTE.c.comment_id)),
        "reports": _lines(session, reports.where(here, _REPORT.c.reporter == subject).order_by(_REPORT.c.created_at, _REPORT.c.id)),
        "appeals": []
        if author is None
        else _lines(
            session,
            select(_APPEAL.c.comment_id, _APPEAL.c.body, _APPEAL.c.outcome, _APPEAL.c.created_at, _APPEAL.c.decided_at)
            .join(_C, _C.c.id == _APPEAL.c.comment_id)
            .where(_C.c.author_id == author.id)
            .order_by(_APPEAL.c.id),
        ),
        "notes": [] if author is None else _lines(session, notes.where(_NOTE.c.author_id == author.id)),
        "subscriptions": [] if author is None else _lines(session, subscriptions.where(_SUBSCRIPTION.c.author_id == author.id)),
    }


def _lines(session: Session, query: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any select
    return [dict(row) for row in session.connection().execute(query).mappings()]


def _texts(session: Session, author_id: str) -> Iterator[dict[str, Any]]:
    query = (
        select(
            _C.c.id, _ARTICLE.c.key, _C.c.parent_id, _C.c.status, _C.c.created_at, _C.c.address_hash, _R.c.no, _R.c.body, _R.c.created_at
        )
        .select_from(_C.join(_ARTICLE, _ARTICLE.c.id == _C.c.article_id).join(_R, _R.c.comment_id == _C.c.id))
        .where(_C.c.author_id == author_id)
        .order_by(_C.c.id, _R.c.no)
    )
    found: dict[str, Any] | None = None
    for comment_id, article, parent, status, created_at, address_hash, no, body, written_at in session.connection().execute(query):
        if found is None or found["id"] != comment_id:
            if found is not None:
                yield found
            found = {"id": comment_id, "article": article, "parent": parent, "status": status, "created_at": created_at}
            found |= {"address_hash": address_hash, "texts": []}
        found["texts"].append({"revision": no, "body": body, "written_at": written_at})
    if found is not None:
        yield found
