"""A site's articles, authors and comments, row by row, for taking them elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from commentsvc.domain.status import Standing, Status
from commentsvc.store.base import table_of
from commentsvc.store.models import Article, Author, Comment, Revision, Section

_ARTICLE = table_of(Article)
_AUTHOR = table_of(Author)
_COMMENT = table_of(Comment)
_REVISION = table_of(Revision)
_SECTION = table_of(Section)
_PIECE: Final = 1000


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article with its section's key."""

    id: str
    key: str
    url: str | None
    title: str | None
    section: str | None
    is_closed: bool
    closes_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuthorLine:
    """An author, known by their subject."""

    subject: str
    name: str
    is_guest: bool
    is_staff: bool
    email_hash: str | None
    standing: Standing
    standing_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment with the text that readers see, or else its latest, and as HTML; the author's subject and name beside it."""

    id: str
    parent_id: str | None
    path: str
    number: int
    status: Status
    body: str
    body_html: str
    subject: str
    author_name: str
    author_is_guest: bool
    created_at: datetime
    edited_at: datetime | None
    up: int
    down: int


def hold_still(session: Session) -> None:
    """See one state of the database for as long as the reading takes. Called before anything else is read."""
    conn = session.connection()
    # SQLite does so anyway.
    if conn.dialect.name != "sqlite":
        conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def count_comments(session: Session, site_id: str) -> int:
    """How many comments a site has, of whatever status."""
    query = select(func.count()).select_from(_COMMENT).where(_COMMENT.c.site_id == site_id)
    return int(session.connection().execute(query).scalar_one())


def iterate_articles(session: Session, site_id: str) -> Iterator[ArticleLine]:
    """All articles of a site, by their keys."""
    columns = (_ARTICLE.c.id, _ARTICLE.c.key, _ARTICLE.c.url, _ARTICLE.c.title, _SECTION.c.key.label("section"))
    rest = (_ARTICLE.c.is_closed, _ARTICLE.c.closes_at, _ARTICLE.c.created_at)
    query = select(*columns, *rest).select_from(_ARTICLE.outerjoin(_SECTION, _SECTION.c.id == _ARTICLE.c.section_id))
    query = query.where(_ARTICLE.c.site_id == site_id).order_by(_ARTICLE.c.key).limit(_PIECE)
    conn, after = session.connection(), ""
    # Piece by piece, so that comments can be read in between: PostgreSQL's driver would otherwise take in all rows at once.
    while rows := conn.execute(query.where(_ARTICLE.c.key > after)).all():
        for row in rows:
            yield ArticleLine(*row)
        after = rows[-1].key


def iterate_authors(session: Session, site_id: str) -> Iterator[AuthorLine]:
    """All authors of a site, by their subjects."""
    columns = [_AUTHOR.c[name] for name in AuthorLine.__slots__]
    query = select(*columns).where(_AUTHOR.c.site_id == site_id).order_by(_AUTHOR.c.subject).limit(_PIECE)
    conn, after = session.connection(), ""
    while rows := conn.execute(query.where(_AUTHOR.c.subject > after)).all():
        for row in rows:
            yield AuthorLine(*row)
        after = rows[-1].subject


def iterate_comments(session: Session, article_id: str) -> Iterator[CommentLine]:
    """All comments of an article in reading order: each one before its answers, siblings in the order in which they were stored."""
    text_of = func.coalesce(_COMMENT.c.published_revision_id, _COMMENT.c.current_revision_id)
    columns = (
        _COMMENT.c.id,
        _COMMENT.c.parent_id,
        _COMMENT.c.path,
        _COMMENT.c.reply_no,
        _COMMENT.c.status,
        _REVISION.c.body,
        _REVISION.c.body_html,
        _AUTHOR.c.subject,
        _AUTHOR.c.name,
        _AUTHOR.c.is_guest,
        _COMMENT.c.created_at,
        _COMMENT.c.edited_at,
        _COMMENT.c.up_count,
        _COMMENT.c.down_count,
    )
    joined = _COMMENT.join(_REVISION, _REVISION.c.id == text_of).join(_AUTHOR, _AUTHOR.c.id == _COMMENT.c.author_id)
    query = select(*columns).select_from(joined).where(_COMMENT.c.article_id == article_id).order_by(_COMMENT.c.path).limit(_PIECE)
    conn, after = session.connection(), ""
    while rows := conn.execute(query.where(_COMMENT.c.path > after)).all():
        for row in rows:
            yield CommentLine(*tuple(row))
        after = rows[-1].path
