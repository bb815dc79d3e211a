"""Threads as readers see them: pages for everybody, what else is there for one reader, and counts."""

from datetime import datetime
from typing import Any, Final

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from commentsvc.domain.principals import Reader
from commentsvc.domain.wording import author_sentence
from commentsvc.store.queries.history import find_current_reasons
from commentsvc.store.queries.readers import find_appeals, find_current_grounds
from commentsvc.store.queries.sites import ThreadHead, find_posting_state, get_site, get_thread_head
from commentsvc.store.queries.threads import (
    count_on_site,
    list_waiting_of_author,
)
from commentsvc.web.api.cors import reader_blueprint, remember_origins
from commentsvc.web.api.page_cache import PAGES, PageCache, version_of
from commentsvc.web.api.readers import STAFF, appeal_document, reader_of
from commentsvc.web.api.schemas.comments import CountQuerySchema, CountsSchema
from commentsvc.web.api.schemas.threads import ThreadQuery, ThreadQuerySchema, ThreadSchema
from commentsvc.web.api.thread_pages import After, Asked, document, give_page, load, read_cursor, read_query
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.etag import apply_etag
from commentsvc.web.smorest import ANYONE, READER, StrictParser
from commentsvc.web.strictjson import json_response

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
    query, after = _read_query()
    if "Authorization" in request.headers:
        return _own_page(site, query, after)
    asked = Asked(site, request.query_string, query, after, get_runtime().takes_mail)
    pages: PageCache = current_app.extensions[PAGES]
    with reading() as session:
        page = give_page(session, pages, asked, _now(), request.headers.get("If-None-Match"))
    remember_origins(page.origins)
    return apply_etag(Response(page.body, 304 if page.body is None else 200, mimetype="application/json"), page.etag)


def _own_page(site: str, query: ThreadQuery, after: After) -> Response:
    with reading() as session:
        reader = reader_of(get_site(session, site))
        head = get_thread_head(session, site, query.article)
        remember_origins(head.origins)
        page = load(session, head, query, after)
        author_id = _author_id(session, head, query, reader) if reader is not None else None
        mine = _mine(session, head, author_id)
    answer = document(head, query, page, is_closed=version_of(head, _now()).is_closed, takes_mail=get_runtime().takes_mail)
    if reader is not None:
        answer["reader"] = {"id": author_id, "name": reader.name, "is_staff": STAFF in reader.roles, "has_email": reader.email is not None}
        answer["mine"] = mine
    response = json_response(answer)
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


def _read_query() -> tuple[ThreadQuery, After]:
    found = read_query(request.query_string)
    if found is None:
        # Whose refusal says what is wrong.
        query: ThreadQuery = _PARSER.parse(_QUERY, request, location="query")
        found = query, read_cursor(query)
    return found


def _now() -> datetime:
    return get_runtime().clock.now()


def _author_id(session: Session, head: ThreadHead, query: ThreadQuery, reader: Reader) -> str | None:
    return find_posting_state(session, head.site_id, query.article, f"sso:{reader.subject}").author_id


def _mine(session: Session, head: ThreadHead, author_id: str | None) -> list[dict[str, Any]]:
    if head.article_id is None or author_id is None:
        return []
    waiting = list_waiting_of_author(session, head.article_id, author_id)
    ids = [comment.id for comment in waiting]
    told, grounds, appeals = find_current_reasons(session, ids), find_current_grounds(session, ids), find_appeals(session, ids)
    found = []
    for comment in waiting:
        reasons, ground = told.get(comment.id, []), grounds.get(comment.id)
        found.append(
            {
                "id": comment.id,
                "parent": comment.parent,
                "status": comment.status,
                "body_html": comment.body_html,
                "reasons": reasons,
                "ground": ground,
                "appeal": appeal_document(appeals.get(comment.id)),
                "message": author_sentence(comment.status.value, reasons, ground),
                "created_at": comment.created_at,
            }
        )
    return found
