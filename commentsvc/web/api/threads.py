"""Threads as readers see them. The hot path: one query for a page that has not changed, a few for one that has."""

from datetime import datetime
from functools import lru_cache
from typing import Any, Final, cast

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from commentsvc.domain.errors import FieldProblem, NotFoundError
from commentsvc.domain.principals import Reader
from commentsvc.domain.status import Status
from commentsvc.domain.wording import author_sentence
from commentsvc.store.queries.history import find_current_reasons
from commentsvc.store.queries.sites import ThreadHead, find_posting_state, get_site, get_thread_head
from commentsvc.store.queries.threads import (
    Sort,
    ThreadComment,
    ThreadPage,
    count_on_site,
    is_shown_on,
    list_replies,
    list_thread,
    list_waiting_of_author,
)
from commentsvc.web.api.cors import reader_blueprint, remember_origins
from commentsvc.web.api.page_cache import PAGES, Address, Given, PageCache, version_of
from commentsvc.web.api.readers import reader_of
from commentsvc.web.api.schemas.comments import CountQuerySchema, CountsSchema
from commentsvc.web.api.schemas.threads import Shown, ThreadQuery, ThreadQuerySchema, ThreadSchema
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.etag import apply_etag, make_etag, not_modified
from commentsvc.web.pagination import CursorValue, decode_cursor, encode_cursor
from commentsvc.web.smorest import ANYONE, READER, StrictParser
from commentsvc.web.strictjson import dumps, json_response

_REPLIES: Final = "replies"
_MAX_NUMBER: Final = 2**31 - 1
_SHOWN: Final = {Status.PUBLISHED: Shown.PUBLISHED, Status.WITHDRAWN: Shown.WITHDRAWN, Status.ERASED: Shown.WITHDRAWN}
_PARSER: Final = StrictParser()
_QUERY: Final = ThreadQuerySchema()

blp = reader_blueprint("threads", "Threads as readers see them.")


@blp.route("/sites/<site>/comments", methods=["GET"])
@blp.doc(
    security=READER,
    parameters=[
        {"in": "query", "schema": ThreadQuerySchema},
        {
            "in": "header",
            "name": "If-None-Match",
            "description": "The `ETag` of the page that is there already.",
            "schema": {"type": "string"},
        },
    ],
)
@blp.response(
    200,
    ThreadSchema,
    headers={"ETag": {"description": "Names this state of the page; absent with a reader token.", "schema": {"type": "string"}}},
)
@blp.alt_response(304, description="Nothing on the page has changed.")
def get_thread(site: str) -> Response:
    """Get a page of an article's comments.

    Replies are nested to three levels, five of each at first; `next` of any level, with `parent` where it is not the page's own, goes on.
    An article that nobody has commented on is an empty page.
    """
    query, after = _read_query(request.query_string)
    if "Authorization" in request.headers:
        return _own_page(site, query, after)
    pages: PageCache = current_app.extensions[PAGES]
    with reading() as session:
        head = get_thread_head(session, site, query.article)
        remember_origins(head.origins)
        version = version_of(head, _now())
        # Weak: an author's name may change without the article's version moving.
        etag = make_etag(f"{':'.join(map(str, version))}:{request.query_string!r}", weak=True)
        answer = not_modified(etag)
        if answer is None:
            body = pages.find(etag)
            if body is None:
                body = dumps(_document(head, query, _load(session, head, query, after), is_closed=version.is_closed))
                pages.keep(etag, body)
            answer = apply_etag(Response(body, mimetype="application/json"), etag)
    pages.keep_given(Address(request.environ["PATH_INFO"], request.environ["QUERY_STRING"]), Given(site, query.article, version, etag))
    return answer


def _own_page(site: str, query: ThreadQuery, after: tuple[Any, ...] | None) -> Response:
    with reading() as session:
        reader = reader_of(get_site(session, site))
        head = get_thread_head(session, site, query.article)
        remember_origins(head.origins)
        page = _load(session, head, query, after)
        mine = _mine(session, head, query, reader) if reader is not None else None
    document = _document(head, query, page, is_closed=version_of(head, _now()).is_closed)
    if mine is not None:
        document["mine"] = mine
    response = json_response(document)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blp.route("/sites/<site>/counts", methods=["POST"])
@blp.doc(security=ANYONE)
@blp.arguments(CountQuerySchema)
@blp.response(200, CountsSchema)
def count_comments(wanted: dict[str, list[str]], site: str) -> Response:
    """Count the published comments of up to 500 articles."""
    with reading() as session:
        origins, counts = count_on_site(session, site, wanted["articles"])
    remember_origins(origins)
    return json_response({"counts": counts})


@lru_cache(maxsize=2048)
def _read_query(raw: bytes) -> tuple[ThreadQuery, tuple[Any, ...] | None]:
    # The same few queries come again and again; reading one costs as much as finding the article. Refusals are not kept.
    del raw
    query: ThreadQuery = _PARSER.parse(_QUERY, request, location="query")
    shape: tuple[type, ...] = (float, int) if query.sort is Sort.BEST and query.parent is None else (int,)
    after = decode_cursor(query.cursor, _kind(query), shape)
    if after is not None and not 0 <= cast("int", after[-1]) <= _MAX_NUMBER:
        raise NotFoundError(
            "There is no such page.", fields=(FieldProblem("?cursor", "This list did not give this cursor; begin without one."),)
        )
    return query, after


def _kind(query: ThreadQuery) -> str:
    return _REPLIES if query.parent is not None else query.sort.value


def _now() -> datetime:
    return get_runtime().clock.now()


def _load(session: Session, head: ThreadHead, query: ThreadQuery, after: tuple[Any, ...] | None) -> ThreadPage:
    if query.parent is not None:
        if head.article_id is None or not is_shown_on(session, head.article_id, query.parent):
            raise NotFoundError("There is no such comment.", fields=(FieldProblem("?parent", "Is not a comment on this page."),))
        return list_replies(session, query.parent, after=after[0] if after else 0, limit=query.limit)
    if head.article_id is None:
        return ThreadPage([], None)
    return list_thread(session, head.article_id, query.sort, after=cast("tuple[int] | None", after), limit=query.limit)


def _document(head: ThreadHead, query: ThreadQuery, page: ThreadPage, *, is_closed: bool) -> dict[str, Any]:
    return {
        "article": {"key": query.article, "title": head.title, "is_closed": is_closed},
        "total": head.published_count,
        "items": [_comment(comment) for comment in page.comments],
        "next": encode_cursor(_kind(query), cast("tuple[CursorValue, ...]", page.next_after)) if page.next_after is not None else None,
    }


def _comment(comment: ThreadComment) -> dict[str, Any]:
    next_no = comment.next_reply_no
    return {
        "id": comment.id,
        "parent": comment.parent,
        "depth": comment.depth,
        "status": _SHOWN.get(comment.status, Shown.HIDDEN).value,
        "author": None if comment.author_name is None else {"name": comment.author_name, "is_staff": comment.author_is_staff},
        "body_html": comment.body_html,
        "up": comment.up,
        "down": comment.down,
        "reply_count": comment.reply_count,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "replies": {
            "items": [_comment(reply) for reply in comment.replies],
            "next": None if next_no is None else encode_cursor(_REPLIES, (next_no,)),
        },
    }


def _mine(session: Session, head: ThreadHead, query: ThreadQuery, reader: Reader) -> list[dict[str, Any]]:
    if head.article_id is None:
        return []
    known = find_posting_state(session, head.site_id, query.article, f"sso:{reader.subject}")
    if known.author_id is None:
        return []
    waiting = list_waiting_of_author(session, head.article_id, known.author_id)
    told = find_current_reasons(session, [comment.id for comment in waiting])
    found = []
    for comment in waiting:
        reasons = told.get(comment.id, [])
        found.append(
            {
                "id": comment.id,
                "parent": comment.parent,
                "status": comment.status,
                "body_html": comment.body_html,
                "reasons": reasons,
                "message": author_sentence(comment.status.value, reasons),
                "created_at": comment.created_at,
            }
        )
    return found
