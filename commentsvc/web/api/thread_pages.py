"""Pages of threads as everybody sees them: what is asked, and what is given. Knows nothing of Flask, so that reading can do without it."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import marshmallow as ma
from sqlalchemy.orm import Session

from commentsvc.domain.errors import DomainError, FieldProblem, NotFoundError
from commentsvc.domain.status import Status
from commentsvc.store.engine import Database
from commentsvc.store.queries.glances import glance_at_thread_head
from commentsvc.store.queries.sites import ThreadHead, get_thread_head
from commentsvc.store.queries.threads import Sort, ThreadComment, ThreadPage, is_shown_on, list_replies, list_thread
from commentsvc.web.api.page_cache import Address, Given, PageCache, version_of
from commentsvc.web.api.schemas.threads import Shown, ThreadQuery, ThreadQuerySchema
from commentsvc.web.etag import is_named, make_etag
from commentsvc.web.pagination import CursorValue, decode_cursor, encode_cursor
from commentsvc.web.strictjson import dumps

_REPLIES: Final = "replies"
_MAX_NUMBER: Final = 2**31 - 1
_SHOWN: Final = dict.fromkeys(Status, Shown.HIDDEN.value) | {
    Status.PUBLISHED: Shown.PUBLISHED.value,
    Status.WITHDRAWN: Shown.WITHDRAWN.value,
    Status.ERASED: Shown.WITHDRAWN.value,
}
_NO_REPLIES: Final[dict[str, Any]] = {"items": [], "next": None}
_QUERY: Final = ThreadQuerySchema()

After = tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of which site; `raw` is the query as it was sent. `takes_mail` is the service's own, the same for all its pages."""

    site: str
    raw: bytes
    query: ThreadQuery
    after: After
    takes_mail: bool = False


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """A page under its tag, without its body where the caller has that already."""

    etag: str
    body: bytes | None
    origins: tuple[str, ...]


@lru_cache(maxsize=2048)
def read_query(raw: bytes) -> tuple[ThreadQuery, After] | None:
    """Which page of a site's threads a query asks for, and what that begins after; None for one that does not fit."""
    # The same few queries come again and again; reading one costs as much as finding the article.
    try:
        given = parse_qsl(raw.decode(), keep_blank_values=True, errors="werkzeug.url_quote")
        values = dict(given)
        if len(values) != len(given):
            return None
        query = cast("ThreadQuery", _QUERY.load(values))
        return query, read_cursor(query)
    except (ma.ValidationError, DomainError, ValueError):
        return None


def read_cursor(query: ThreadQuery) -> After:
    """What the page begins after. Raises InvalidError for what is no cursor, and NotFoundError for one that its list did not give."""
    shape: tuple[type, ...] = (float, int) if query.sort is Sort.BEST and query.parent is None else (int,)
    after = decode_cursor(query.cursor, _kind(query), shape)
    if after is not None and not 0 <= cast("int", after[-1]) <= _MAX_NUMBER:
        raise NotFoundError(
            "There is no such page.", fields=(FieldProblem("?cursor", "This list did not give this cursor; begin without one."),)
        )
    return after


def look_again(db: Database, pages: PageCache, asked: Asked, now: datetime, if_none_match: str | None) -> PageAnswer | None:
    """The page that the same address gave last, where it still holds and is still kept: in one look at the database.

    None where it is to be made. Raises NotFoundError for an unknown site, and StorageUnavailableError.
    """
    given = pages.find_given(Address(asked.site, asked.raw))
    if given is None:
        return None
    body = None
    if not is_named(given.etag, if_none_match):
        body = pages.find(given.etag)
        if body is None:
            return None
    head = glance_at_thread_head(db, asked.site, asked.query.article)
    return PageAnswer(given.etag, body, head.origins) if version_of(head, now) == given.version else None


def give_page(session: Session, pages: PageCache, asked: Asked, now: datetime, if_none_match: str | None) -> PageAnswer:
    """The page as it is now. Raises NotFoundError for an unknown site, and where `parent` has no place on the page."""
    head = get_thread_head(session, asked.site, asked.query.article)
    version = version_of(head, now)
    # Weak: an author's name may change without the article's version moving.
    etag = make_etag(f"{':'.join(map(str, version))}:{asked.raw!r}", weak=True)
    body = None
    if not is_named(etag, if_none_match):
        body = pages.find(etag)
        if body is None:
            body = dumps(
                document(
                    head,
                    asked.query,
                    load(session, head, asked.query, asked.after),
                    is_closed=version.is_closed,
                    takes_mail=asked.takes_mail,
                )
            )
            pages.keep(etag, body)
    pages.keep_given(Address(asked.site, asked.raw), Given(version, etag))
    return PageAnswer(etag, body, head.origins)


def _kind(query: ThreadQuery) -> str:
    return _REPLIES if query.parent is not None else query.sort.value


def load(session: Session, head: ThreadHead, query: ThreadQuery, after: After) -> ThreadPage:
    """The comments of a page. Raises NotFoundError where `parent` has no place on it."""
    if query.parent is not None:
        if head.article_id is None or not is_shown_on(session, head.article_id, query.parent):
            raise NotFoundError("There is no such comment.", fields=(FieldProblem("?parent", "Is not a comment on this page."),))
        return list_replies(session, query.parent, after=after[0] if after else 0, limit=query.limit)
    if head.article_id is None:
        return ThreadPage([], None)
    return list_thread(session, head.article_id, query.sort, after=cast("tuple[int] | None", after), limit=query.limit)


def document(head: ThreadHead, query: ThreadQuery, page: ThreadPage, *, is_closed: bool, takes_mail: bool) -> dict[str, Any]:
    """A page as the API gives it."""
    return {
        "article": {"key": query.article, "title": head.title, "is_closed": is_closed},
        "rules": {
            "guests_allowed": head.limits.guests_allowed,
            "max_body_chars": head.limits.max_body_chars,
            "max_depth": head.limits.max_depth,
            "mail": takes_mail,
        },
        "total": head.published_count,
        "items": [comment_document(comment) for comment in page.comments],
        "next": encode_cursor(_kind(query), cast("tuple[CursorValue, ...]", page.next_after)) if page.next_after is not None else None,
    }


def comment_document(comment: ThreadComment) -> dict[str, Any]:
    """A comment, or the placeholder of one, with its first replies."""
    next_no = comment.next_reply_no
    return {
        "id": comment.id,
        "parent": comment.parent,
        "depth": comment.depth,
        "status": _SHOWN[comment.status],
        "author": None
        if comment.author_name is None
        else {
            "id": comment.author_id,
            "name": comment.author_name,
            "is_staff": comment.author_is_staff,
            "is_article_author": comment.is_by_article_author,
        },
        "body_html": comment.body_html,
        "up": comment.up,
        "down": comment.down,
        "reply_count": comment.reply_count,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "replies": _NO_REPLIES if next_no is None and not comment.replies else _replies(comment, next_no),
    }


def _replies(comment: ThreadComment, next_no: int | None) -> dict[str, Any]:
    return {
        "items": [comment_document(reply) for reply in comment.replies],
        "next": None if next_no is None else encode_cursor(_REPLIES, (next_no,)),
    }
