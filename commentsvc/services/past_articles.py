"""Articles and authors that a history brings in: made when they are new, and otherwise left as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.status import Standing
from commentsvc.services.moderation import ARTICLE, AUTHOR
from commentsvc.services.sites import ensure_section
from commentsvc.store.base import insert_of
from commentsvc.store.ids import new_id
from commentsvc.store.padding import padded


@dataclass(frozen=True, slots=True)
class PastArticle:
    """An article as another system knew it."""

    key: str
    created_at: datetime
    url: str | None = None
    title: str | None = None
    section: str | None = None
    is_closed: bool = False
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastAuthor:
    """An author as another system knew them."""

    subject: str
    name: str
    created_at: datetime
    is_guest: bool = True
    is_staff: bool = False
    email_hash: str | None = None
    standing: Standing = Standing.NORMAL
    standing_until: datetime | None = None


def ensure_articles(session: Session, site_id: str, articles: Mapping[str, PastArticle]) -> dict[str, str]:
    """The ids of these articles (by key), made where they are new. Caller holds a transaction.

    One that is there keeps what it has; it learns a title and an address where it has none.
    """
    conn = session.connection()
    query = select(ARTICLE.c.key, ARTICLE.c.id, ARTICLE.c.title, ARTICLE.c.url).where(ARTICLE.c.site_id == site_id)
    known = {row.key: row for row in conn.execute(query.where(ARTICLE.c.key.in_(padded(articles))))}
    for key, there in known.items():
        told = articles[key]
        learned = {name: value for name, value in (("title", told.title), ("url", told.url)) if value and getattr(there, name) is None}
        if learned:
            conn.execute(update(ARTICLE).where(ARTICLE.c.id == there.id).values(**learned))
    sections = {one.section: "" for key, one in articles.items() if key not in known and one.section}
    for section in sections:
        sections[section] = ensure_section(session, site_id, section)
    rows: list[dict[str, object]] = []
    for key, one in articles.items():
        if key not in known:
            row: dict[str, object] = {"id": new_id(), "site_id": site_id, "key": key, "url": one.url, "title": one.title}
            row |= {"section_id": sections[one.section] if one.section else None, "is_closed": one.is_closed, "closes_at": one.closes_at}
            rows.append(row | {"root_count": 0, "published_count": 0, "version": 0, "created_at": one.created_at})

    def find(keys: Sequence[str]) -> dict[str, str]:
        return {row.key: row.id for row in conn.execute(query.where(ARTICLE.c.key.in_(padded(keys))))}

    return {key: there.id for key, there in known.items()} | _make(conn, ARTICLE, rows, "key", find)


def ensure_authors(session: Session, site_id: str, authors: Mapping[str, PastAuthor]) -> dict[str, str]:
    """The ids of these authors (by subject), made where they are new. Caller holds a transaction."""
    conn = session.connection()

    def find(subjects: Sequence[str]) -> dict[str, str]:
        query = select(AUTHOR.c.subject, AUTHOR.c.id).where(AUTHOR.c.site_id == site_id, AUTHOR.c.subject.in_(padded(subjects)))
        return {row.subject: row.id for row in conn.execute(query)}

    known = find(list(authors))
    rows: list[dict[str, object]] = []
    for subject, one in authors.items():
        if subject not in known:
            row: dict[str, object] = {"id": new_id(), "site_id": site_id, "subject": subject, "name": one.name, "is_guest": one.is_guest}
            row |= {"is_staff": one.is_staff, "email_hash": one.email_hash, "standing": one.standing, "standing_until": one.standing_until}
            rows.append(row | {"comment_count": 0, "published_count": 0, "rejected_count": 0, "created_at": one.created_at})
    return known | _make(conn, AUTHOR, rows, "subject", find)


def _make(
    conn: Connection,
    table: Table,
    rows: list[dict[str, object]],
    name: str,
    find: Callable[[Sequence[str]], dict[str, str]],
) -> dict[str, str]:
    if not rows:
        return {}
    conn.execute(insert_of(conn, table).on_conflict_do_nothing(), rows)
    # Read again, since somebody who posts meanwhile may have been faster.
    return find([str(row[name]) for row in rows])
