"""Sites, sections, articles and authors, looked up by the keys that callers know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from commentsvc.domain.admission import SiteLimits
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.status import ProofRule, Standing
from commentsvc.store.base import table_of
from commentsvc.store.models import Article, Author, Section, Site
from commentsvc.store.prepared import Prepared

SITE = table_of(Site)
SECTION = table_of(Section)
ARTICLE = table_of(Article)
AUTHOR = table_of(Author)
_SITE_COLUMNS: Final = (
    SITE.c.id,
    SITE.c.key,
    SITE.c.name,
    SITE.c.language,
    SITE.c.origins,
    SITE.c.jwt_secret,
    SITE.c.jwt_public_key,
    SITE.c.max_body_chars,
    SITE.c.max_depth,
    SITE.c.guests_allowed,
    SITE.c.edit_window_s,
    SITE.c.policy_version_id,
    SITE.c.created_at,
    SITE.c.close_after_days,
    SITE.c.jwks_url,
    SITE.c.proof,
    SITE.c.jwt_secret_before,
    SITE.c.jwt_secret_before_until,
)
IS_CLOSED: Final = or_(ARTICLE.c.is_closed, func.coalesce(SECTION.c.is_closed, false())).label("is_closed")
"""Whether an article takes no comments because it or its section was closed by hand. Needs both, the section by an outer join."""
_GET_SITE: Final = Prepared(select(*_SITE_COLUMNS).where(SITE.c.key == bindparam("key")))


_ANCHOR = select(bindparam("site_id", type_=String).label("site_id")).subquery()
_POSTING: Final = select(
    ARTICLE.c.id,
    ARTICLE.c.key,
    ARTICLE.c.url,
    ARTICLE.c.title,
    SECTION.c.key.label("section"),
    IS_CLOSED,
    ARTICLE.c.closes_at,
    ARTICLE.c.published_count,
    ARTICLE.c.version,
    AUTHOR.c.id.label("author_id"),
    AUTHOR.c.standing,
    AUTHOR.c.standing_until,
    AUTHOR.c.published_count.label("approved"),
).select_from(
    _ANCHOR.outerjoin(ARTICLE, and_(ARTICLE.c.site_id == _ANCHOR.c.site_id, ARTICLE.c.key == bindparam("article_key")))
    .outerjoin(SECTION, SECTION.c.id == ARTICLE.c.section_id)
    .outerjoin(AUTHOR, and_(AUTHOR.c.site_id == _ANCHOR.c.site_id, AUTHOR.c.subject == bindparam("subject")))
)
_FIND_POSTING: Final = Prepared(_POSTING)


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site as everything but its own admin page needs it."""

    id: str
    key: str
    name: str
    language: str
    origins: tuple[str, ...]
    jwt_secret: str | None
    jwt_public_key: str | None
    limits: SiteLimits
    edit_window_s: int
    policy_version_id: str | None
    created_at: datetime
    close_after_days: int = 0
    """Days after its first comment in which a new article takes comments; 0: without end."""
    jwks_url: str | None = None
    proof: ProofRule = ProofRule.BUSY
    jwt_secret_before: str | None = None
    jwt_secret_before_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SectionState:
    """A section of a site."""

    id: str
    key: str
    name: str
    is_closed: bool = False
    close_after_days: int | None = None
    """None: as the site says; 0: never."""


@dataclass(frozen=True, slots=True)
class ArticleState:
    """An article as readers and admission see it."""

    id: str
    key: str
    url: str | None
    title: str | None
    section: str | None
    is_closed: bool
    closes_at: datetime | None
    published_count: int
    version: int


@dataclass(frozen=True, slots=True)
class PostingState:
    """What is known, before a comment is stored, about its article and author; None where neither has been seen."""

    article: ArticleState | None
    author_id: str | None
    standing: Standing
    standing_until: datetime | None
    published_count: int


@dataclass(frozen=True, slots=True)
class ThreadHead:
    """What a page of a thread begins with, found in one look: the site's id, origins and limits, and the article where it is known."""

    site_id: str
    origins: tuple[str, ...]
    article_id: str | None
    title: str | None
    is_closed: bool
    closes_at: datetime | None
    published_count: int
    version: int
    limits: SiteLimits


FIND_HEAD: Final = (
    select(
        SITE.c.id,
        SITE.c.origins,
        ARTICLE.c.id,
        ARTICLE.c.title,
        IS_CLOSED,
        ARTICLE.c.closes_at,
        ARTICLE.c.published_count,
        ARTICLE.c.version,
        SITE.c.max_body_chars,
        SITE.c.max_depth,
        SITE.c.guests_allowed,
    )
    .select_from(
        SITE.outerjoin(ARTICLE, and_(ARTICLE.c.site_id == SITE.c.id, ARTICLE.c.key == bindparam("article_key"))).outerjoin(
            SECTION, SECTION.c.id == ARTICLE.c.section_id
        )
    )
    .where(SITE.c.key == bindparam("site_key"))
)
"""What `thread_head` reads: at most one row."""
_FIND_HEAD: Final = Prepared(FIND_HEAD)


def _site(row: Sequence[Any]) -> SiteState:
    (
        site_id,
        key,
        name,
        language,
        origins,
        secret,
        public_key,
        chars,
        depth,
        guests,
        edit_window_s,
        version_id,
        created_at,
        close_after,
        jwks_url,
        proof,
        secret_before,
        secret_before_until,
    ) = row
    return SiteState(
        id=site_id,
        key=key,
        name=name,
        language=language,
        origins=tuple(origins.split()),
        jwt_secret=secret,
        jwt_public_key=public_key,
        limits=SiteLimits(chars, depth, guests),
        edit_window_s=edit_window_s,
        policy_version_id=version_id,
        created_at=created_at,
        close_after_days=close_after or 0,
        jwks_url=jwks_url,
        proof=proof,
        jwt_secret_before=secret_before,
        jwt_secret_before_until=secret_before_until,
    )


def get_site(session: Session, key: str) -> SiteState:
    """The site with this key. Raises NotFoundError."""
    row = _GET_SITE.find(session.connection(), {"key": key})
    if row is None:
        msg = "There is no such site."
        raise NotFoundError(msg)
    return _site(row)


def get_site_by_id(session: Session, site_id: str) -> SiteState:
    """The site with this id. Raises NotFoundError."""
    row = session.connection().execute(select(*_SITE_COLUMNS).where(SITE.c.id == site_id)).one_or_none()
    if row is None:
        msg = "There is no such site."
        raise NotFoundError(msg)
    return _site(row)


def list_sites(session: Session, site_ids: frozenset[str] | None = None) -> list[SiteState]:
    """Sites by key; all of them, or those with the given ids."""
    query = select(*_SITE_COLUMNS).order_by(SITE.c.key)
    if site_ids is not None:
        query = query.where(SITE.c.id.in_(site_ids))
    return [_site(row) for row in session.connection().execute(query)]


def list_sections(session: Session, site_id: str) -> list[SectionState]:
    """A site's sections by key."""
    columns = SECTION.c.id, SECTION.c.key, SECTION.c.name, SECTION.c.is_closed, SECTION.c.close_after_days
    query = select(*columns).where(SECTION.c.site_id == site_id).order_by(SECTION.c.key)
    return [SectionState(*row) for row in session.connection().execute(query)]


def _article_query(is_closed: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(
        ARTICLE.c.id,
        ARTICLE.c.key,
        ARTICLE.c.url,
        ARTICLE.c.title,
        SECTION.c.key.label("section"),
        is_closed,
        ARTICLE.c.closes_at,
        ARTICLE.c.published_count,
        ARTICLE.c.version,
    ).select_from(ARTICLE.outerjoin(SECTION, SECTION.c.id == ARTICLE.c.section_id))


def find_article(session: Session, site_id: str, key: str) -> ArticleState | None:
    """The article with the publisher's key, or None when nobody has commented on it yet."""
    query = _article_query(IS_CLOSED).where(ARTICLE.c.site_id == site_id, ARTICLE.c.key == key)
    row = session.connection().execute(query).one_or_none()
    return ArticleState(*row) if row else None


def list_articles(session: Session, site_id: str, *, limit: int = 50) -> list[ArticleState]:
    """A site's articles, latest first. `is_closed` tells of the article alone, not of its section."""
    query = _article_query(ARTICLE.c.is_closed).where(ARTICLE.c.site_id == site_id).order_by(ARTICLE.c.id.desc()).limit(limit)
    return [ArticleState(*row) for row in session.connection().execute(query)]


def find_posting_state(session: Session, site_id: str, article_key: str, subject: str) -> PostingState:
    """Article and author in one look, for admission."""
    keys = {"site_id": site_id, "article_key": article_key, "subject": subject}
    ((*article, author_id, standing, standing_until, approved),) = _FIND_POSTING.rows(session.connection(), keys)
    return PostingState(
        article=ArticleState(*article) if article[0] else None,
        author_id=author_id,
        standing=standing or Standing.NORMAL,
        standing_until=standing_until,
        published_count=approved or 0,
    )


def get_thread_head(session: Session, site_key: str, article_key: str) -> ThreadHead:
    """Site and article by their keys, in one query. Raises NotFoundError for an unknown site; an unknown article is an empty one."""
    return thread_head(_FIND_HEAD.rows(session.connection(), {"site_key": site_key, "article_key": article_key}))


def thread_head(rows: Sequence[Sequence[Any]]) -> ThreadHead:
    """The head that FIND_HEAD has found. Raises NotFoundError where it has found nothing."""
    if not rows:
        msg = "There is no such site."
        raise NotFoundError(msg)
    site_id, origins, article_id, title, is_closed, closes_at, published_count, version, chars, depth, guests = rows[0]
    return ThreadHead(
        site_id,
        tuple(origins.split()),
        article_id,
        title,
        bool(is_closed),
        closes_at,
        published_count or 0,
        version or 0,
        SiteLimits(chars, depth, bool(guests)),
    )
