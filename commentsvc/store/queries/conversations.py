"""One comment in its conversation, and what was published last: what permalinks and feeds show. Only published text leaves here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, literal, select
from sqlalchemy.orm import Session

from commentsvc.domain.threads import ancestors
from commentsvc.store.base import table_of
from commentsvc.store.models import Article, Author, Comment, Revision, Section
from commentsvc.store.queries.sites import IS_CLOSED
from commentsvc.store.queries.threads import ThreadComment, find_shown

_C = table_of(Comment)
_R = table_of(Revision)
_A = table_of(Author)
_ARTICLE = table_of(Article)
_SECTION = table_of(Section)
_LATEST_OF_AUTHOR: Final = 500
_LATEST: Final = 5_000
"""Of how many of a site's latest comments a section's feed is chosen: sections have no order of their own."""


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """The article of a conversation."""

    site_id: str
    key: str
    title: str | None
    url: str | None
    is_closed: bool
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A comment with its first replies, and those above it, root first, without theirs."""

    article: ArticleHead
    above: list[ThreadComment]
    comment: ThreadComment


def find_conversation(session: Session, comment_id: str) -> Conversation | None:
    """A comment that has a place on its page, in its conversation; None where readers see nothing of it."""
    place = (
        select(_C.c.path, _C.c.article_id, _ARTICLE.c.site_id, _ARTICLE.c.key, _ARTICLE.c.title, _ARTICLE.c.url)
        .add_columns(IS_CLOSED, _ARTICLE.c.closes_at)
        .select_from(_C.join(_ARTICLE, _ARTICLE.c.id == _C.c.article_id).outerjoin(_SECTION, _SECTION.c.id == _ARTICLE.c.section_id))
        .where(_C.c.id == comment_id, _C.c.is_shown)
    )
    found = session.connection().execute(place).one_or_none()
    if found is None:
        return None
    path, article_id, *head = found
    *above, comment = find_shown(session, article_id, [*ancestors(path), path])
    return Conversation(ArticleHead(*head), above, comment)


def is_shown_on_site(session: Session, site_id: str, comment_id: str) -> bool:
    """Whether a comment has a place on one of the site's pages."""
    query = select(_C.c.id).where(_C.c.id == comment_id, _C.c.site_id == site_id, _C.c.is_shown)
    return session.connection().execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A published comment as a feed shows it."""

    id: str
    parent: str | None
    author_name: str
    body_html: str
    published_at: datetime
    edited_at: datetime | None
    article_key: str
    article_title: str | None
    article_url: str | None


_ENTRY_COLUMNS: Final = (
    _C.c.id,
    _C.c.parent_id,
    _A.c.name,
    _R.c.body_html,
    _C.c.published_at,
    _C.c.edited_at,
    _ARTICLE.c.key,
    _ARTICLE.c.title,
    _ARTICLE.c.url,
)


def _entries() -> Select[*tuple[Any, ...]]:
    # The join goes by the published revision: a comment without one has no text to give away.
    return (
        select(*_ENTRY_COLUMNS)
        .select_from(
            _C.join(_R, _R.c.id == _C.c.published_revision_id)
            .join(_A, _A.c.id == _C.c.author_id)
            .join(_ARTICLE, _ARTICLE.c.id == _C.c.article_id)
        )
        .where(_C.c.is_shown)
        .order_by(_C.c.created_at.desc(), _C.c.id.desc())
        .limit(bindparam("most"))
    )


def _site_entries(section: str | None) -> Select[*tuple[Any, ...]]:
    query = _entries().where(_C.c.site_id == bindparam("site_id"))
    if section is None:
        return query
    latest = select(_C.c.id).where(_C.c.site_id == bindparam("site_id")).order_by(_C.c.created_at.desc()).limit(literal(_LATEST))
    sections = select(_SECTION.c.id).where(_SECTION.c.site_id == bindparam("site_id"), _SECTION.c.key == bindparam("section"))
    return query.where(_C.c.id.in_(latest.scalar_subquery()), _ARTICLE.c.section_id.in_(sections.scalar_subquery()))


def list_latest_on_site(session: Session, site_id: str, *, section: str | None = None, most: int = 50) -> list[FeedEntry]:
    """A site's published comments, newest first; with `section` those of its latest 5,000 comments that belong there."""
    values: dict[str, object] = {"site_id": site_id, "most": most}
    if section is not None:
        values["section"] = section
    return _read(session, _site_entries(section), values)


def list_latest_on_article(session: Session, site_id: str, article_key: str, *, most: int = 50) -> list[FeedEntry]:
    """An article's published comments on every level, newest first."""
    article = select(_ARTICLE.c.id).where(_ARTICLE.c.site_id == bindparam("site_id"), _ARTICLE.c.key == bindparam("key")).scalar_subquery()
    return _read(session, _entries().where(_C.c.article_id == article), {"site_id": site_id, "key": article_key, "most": most})


def list_latest_replies(session: Session, comment_id: str, *, most: int = 50) -> list[FeedEntry]:
    """The published replies to one comment, newest first."""
    return _read(session, _entries().where(_C.c.parent_id == bindparam("parent")), {"parent": comment_id, "most": most})


def list_latest_replies_to_author(session: Session, site_id: str, author_id: str, *, most: int = 50) -> list[FeedEntry]:
    """The published replies of others to the latest 500 comments of an author on a site, newest first; of nobody's there are none."""
    mine = (
        select(_C.c.id)
        .where(_C.c.author_id == bindparam("author"), _C.c.site_id == bindparam("site_id"))
        .order_by(_C.c.created_at.desc())
        .limit(literal(_LATEST_OF_AUTHOR))
    )
    query = _entries().where(_C.c.parent_id.in_(mine.scalar_subquery()), _C.c.author_id != bindparam("author"))
    return _read(session, query, {"site_id": site_id, "author": author_id, "most": most})


def _read(session: Session, query: Select[*tuple[Any, ...]], values: dict[str, object]) -> list[FeedEntry]:
    rows: Sequence[Any] = session.connection().execute(query, values).all()
    return [FeedEntry(*row) for row in rows]
