"""What readers see. Only published text leaves here; a comment that is not published is at most an empty placeholder."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import Integer, Select, and_, bindparam, literal_column, select, tuple_
from sqlalchemy.orm import Session

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.status import Status
from commentsvc.store.base import table_of
from commentsvc.store.models import Article, Author, Comment, Revision, Site
from commentsvc.store.prepared import Prepared

_C = table_of(Comment)
_R = table_of(Revision)
_A = table_of(Author)
_ARTICLE = table_of(Article)
_SITE = table_of(Site)
REPLIES_SHOWN: Final = 5
LEVELS_SHOWN: Final = 3
NESTED_AT_MOST: Final = 200


class Sort(StrEnum):
    """The order of a page's top level. Replies always come oldest first, as a conversation is read."""

    NEWEST = "newest"
    OLDEST = "oldest"
    BEST = "best"


@dataclass(slots=True)
class ThreadComment:
    """A comment as readers see it; `body_html` and the author are None for a placeholder.

    `replies` are the first ones, oldest first; `next_reply_no` is where to go on, None when all are here.
    """

    id: str
    parent: str | None
    depth: int
    reply_no: int
    status: Status
    author_id: str | None
    author_name: str | None
    author_is_staff: bool
    body_html: str | None
    up: int
    down: int
    best_score: float
    reply_count: int
    created_at: datetime
    edited_at: datetime | None
    is_by_article_author: bool
    replies: list["ThreadComment"] = field(default_factory=list)
    next_reply_no: int | None = None


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A page of a thread: its top level in the order asked for, and the key after which the next page begins (None: the end)."""

    comments: list[ThreadComment]
    next_after: tuple[float, int] | tuple[int] | None


_COLUMNS: Final = (
    _C.c.id,
    _C.c.parent_id,
    _C.c.depth,
    _C.c.reply_no,
    _C.c.status,
    _C.c.author_id,
    _A.c.name,
    _A.c.is_staff,
    _R.c.body_html,
    _C.c.up_count,
    _C.c.down_count,
    _C.c.best_score,
    _C.c.shown_reply_count,
    _C.c.created_at,
    _C.c.edited_at,
    _C.c.is_by_article_author,
)


def _select_shown() -> Select[*tuple[Any, ...]]:
    # The join goes by the published revision: a comment without one has no text to give away.
    return (
        select(*_COLUMNS)
        .select_from(_C.join(_A, _A.c.id == _C.c.author_id).outerjoin(_R, _R.c.id == _C.c.published_revision_id))
        .where(_C.c.is_shown)
    )


def _select_roots(sort: Sort, *, goes_on: bool) -> Prepared:
    query = _select_shown().where(_C.c.article_id == bindparam("article_id"), _C.c.depth == literal_column("0"))
    if sort is Sort.BEST:
        if goes_on:
            query = query.where(tuple_(_C.c.best_score, _C.c.reply_no) < tuple_(bindparam("score"), bindparam("no")))
        query = query.order_by(_C.c.best_score.desc(), _C.c.reply_no.desc())
    elif sort is Sort.NEWEST:
        query = query.where(_C.c.reply_no < bindparam("no")) if goes_on else query
        query = query.order_by(_C.c.reply_no.desc())
    else:
        query = query.where(_C.c.reply_no > bindparam("no")) if goes_on else query
        query = query.order_by(_C.c.reply_no)
    return Prepared(query.limit(bindparam("rows", type_=Integer)))


# Built once, as putting one together costs ten times as much as running it.
_ROOTS: Final = {(sort, goes_on): _select_roots(sort, goes_on=goes_on) for sort in Sort for goes_on in (False, True)}
_REPLIES: Final = Prepared(
    _select_shown()
    .where(_C.c.parent_id == bindparam("parent_id"), _C.c.reply_no > bindparam("no"))
    .order_by(_C.c.reply_no)
    .limit(bindparam("rows", type_=Integer))
)
_FIRST_REPLIES: Final = (
    _select_shown()
    .where(_C.c.parent_id.in_(bindparam("parent_ids", expanding=True)), _C.c.reply_no <= REPLIES_SHOWN)
    .order_by(_C.c.parent_id, _C.c.reply_no)
    .limit(bindparam("rows", type_=Integer))
)


def _comment(row: Sequence[Any]) -> ThreadComment:
    comment = ThreadComment(*row)
    if comment.status is not Status.PUBLISHED:
        comment.author_id = comment.author_name = comment.body_html = comment.edited_at = None
        comment.author_is_staff = comment.is_by_article_author = False
        comment.up = comment.down = 0
    return comment


def list_thread(
    session: Session, article_id: str, sort: Sort, *, after: tuple[float, int] | tuple[int] | None = None, limit: int = 50
) -> ThreadPage:
    """A page of root comments with their first replies, to three levels. `after` is the `next_after` of the page before."""
    values: dict[str, object] = {"article_id": article_id, "rows": limit + 1}
    if after is not None:
        values |= {"score": after[0], "no": after[-1]}
    found = [_comment(row) for row in _ROOTS[sort, after is not None].rows(session.connection(), values)]
    page = found[:limit]
    next_after: tuple[float, int] | tuple[int] | None = None
    if len(found) > limit:
        last = page[-1]
        next_after = (last.best_score, last.reply_no) if sort is Sort.BEST else (last.reply_no,)
    _add_replies(session, page)
    return ThreadPage(page, next_after)


def list_replies(session: Session, parent_id: str, *, after: int = 0, limit: int = 50) -> ThreadPage:
    """A page of the replies to one comment, oldest first, with their own first replies."""
    values = {"parent_id": parent_id, "no": after, "rows": limit + 1}
    found = [_comment(row) for row in _REPLIES.rows(session.connection(), values)]
    page = found[:limit]
    _add_replies(session, page)
    return ThreadPage(page, (page[-1].reply_no,) if len(found) > limit else None)


def _add_replies(session: Session, page: list[ThreadComment]) -> None:
    # Level by level, so that the work is bounded by what is shown, however many replies there are.
    level, budget = page, NESTED_AT_MOST
    for _ in range(LEVELS_SHOWN):
        parents = {comment.id: comment for comment in level if comment.reply_count > 0}
        for comment in parents.values():
            comment.next_reply_no = 0
        if not parents or budget <= 0:
            return
        rows = session.connection().execute(_FIRST_REPLIES, {"parent_ids": list(parents), "rows": budget})
        level = [_comment(row) for row in rows]
        budget -= len(level)
        for reply in level:
            parent = parents[str(reply.parent)]
            parent.replies.append(reply)
            parent.next_reply_no = reply.reply_no
        for comment in parents.values():
            if len(comment.replies) >= comment.reply_count:
                comment.next_reply_no = None


_ON_PATHS: Final = (
    _select_shown()
    .where(_C.c.article_id == bindparam("article_id"), _C.c.path.in_(bindparam("paths", expanding=True)))
    .order_by(_C.c.depth)
)


def find_shown(session: Session, article_id: str, paths: Sequence[str]) -> list[ThreadComment]:
    """What has a place on the page among the comments at `paths`, root first; the last one with its first replies."""
    rows = session.connection().execute(_ON_PATHS, {"article_id": article_id, "paths": list(paths)})
    found = [_comment(row) for row in rows]
    _add_replies(session, found[-1:])
    return found


def is_shown_on(session: Session, article_id: str, comment_id: str) -> bool:
    """Whether the comment has a place on the article's page, as itself or as a placeholder."""
    query = select(_C.c.id).where(_C.c.id == comment_id, _C.c.article_id == article_id, _C.c.is_shown)
    return session.connection().execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class OwnedComment:
    """A comment with everything that its author may know: the current text even where readers do not see it."""

    id: str
    site_id: str
    article_key: str
    parent: str | None
    author_id: str
    author_subject: str
    author_name: str
    author_is_guest: bool
    author_is_staff: bool
    status: Status
    revision_id: str
    revision_no: int
    revision_status: Status
    body: str
    body_html: str
    published_html: str | None
    up: int
    down: int
    created_at: datetime
    edited_at: datetime | None
    edit_until: datetime
    path: str
    article_id: str
    is_by_article_author: bool


def _select_owned() -> Select[*tuple[Any, ...]]:
    current, published = _R.alias(), _R.alias()
    return (
        select(
            _C.c.id,
            _C.c.site_id,
            _ARTICLE.c.key,
            _C.c.parent_id,
            _C.c.author_id,
            _A.c.subject,
            _A.c.name,
            _A.c.is_guest,
            _A.c.is_staff,
            _C.c.status,
            current.c.id,
            current.c.no,
            current.c.status,
            current.c.body,
            current.c.body_html,
            published.c.body_html,
            _C.c.up_count,
            _C.c.down_count,
            _C.c.created_at,
            _C.c.edited_at,
            _C.c.edit_until,
            _C.c.path,
            _C.c.article_id,
            _C.c.is_by_article_author,
        )
        .select_from(
            _C.join(_A, _A.c.id == _C.c.author_id)
            .join(_ARTICLE, _ARTICLE.c.id == _C.c.article_id)
            .join(current, current.c.id == _C.c.current_revision_id)
            .outerjoin(published, published.c.id == _C.c.published_revision_id)
        )
        .where(_C.c.id == bindparam("comment_id"))
    )


# Built once: putting it together costs ten times as much as running it.
_FIND_OWNED: Final = _select_owned()


def find_comment(session: Session, comment_id: str) -> OwnedComment | None:
    """One comment with its current revision, or None. The caller decides who may see what of it."""
    row = session.connection().execute(_FIND_OWNED, {"comment_id": comment_id}).one_or_none()
    return OwnedComment(*cast("tuple[Any, ...]", row)) if row else None


def count_published(session: Session, site_id: str, article_keys: list[str]) -> dict[str, int]:
    """Published comments by article key; 0 for articles that nobody has commented on."""
    query = select(_ARTICLE.c.key, _ARTICLE.c.published_count).where(_ARTICLE.c.site_id == site_id, _ARTICLE.c.key.in_(article_keys))
    counted: dict[str, int] = {row.key: row.published_count for row in session.connection().execute(query)}
    return {key: counted.get(key, 0) for key in article_keys}


_COUNT: Final = (
    select(_SITE.c.origins, _ARTICLE.c.key, _ARTICLE.c.published_count)
    .select_from(_SITE.outerjoin(_ARTICLE, and_(_ARTICLE.c.site_id == _SITE.c.id, _ARTICLE.c.key.in_(bindparam("keys", expanding=True)))))
    .where(_SITE.c.key == bindparam("site_key"))
)


def count_on_site(session: Session, site_key: str, article_keys: list[str]) -> tuple[tuple[str, ...], dict[str, int]]:
    """The site's origins, and published comments by article key: 0 for articles that nobody has commented on. One query.

    Raises NotFoundError for an unknown site.
    """
    rows = session.connection().execute(_COUNT, {"site_key": site_key, "keys": article_keys}).all()
    if not rows:
        msg = "There is no such site."
        raise NotFoundError(msg)
    return tuple(rows[0][0].split()), dict.fromkeys(article_keys, 0) | {key: count for _, key, count in rows if key is not None}


def list_waiting_of_author(session: Session, article_id: str, author_id: str, *, limit: int = 20) -> list[ThreadComment]:
    """An author's own comments on an article that readers do not see (pending, held, rejected), newest first, with their text."""
    query = (
        select(*_COLUMNS)
        .select_from(_C.join(_A, _A.c.id == _C.c.author_id).join(_R, _R.c.id == _C.c.current_revision_id))
        .where(_C.c.author_id == author_id, _C.c.article_id == article_id)
        .where(_C.c.status.in_((Status.PENDING, Status.HELD, Status.REJECTED)))
        .order_by(_C.c.created_at.desc())
        .limit(limit)
    )
    return [ThreadComment(*cast("tuple[Any, ...]", row)) for row in session.connection().execute(query)]
