"""Pages of a site may call what readers need from their own origin: the origins that the site lists, and no other."""

from typing import Final

from flask import Response, g, request

from commentsvc.domain.errors import NotFoundError
from commentsvc.store.engine import StorageUnavailableError
from commentsvc.store.queries.history import find_comment_site
from commentsvc.store.queries.sites import get_site, get_site_by_id
from commentsvc.web.context import reading
from commentsvc.web.smorest import CommentBlueprint

_EXPOSED: Final = "ETag, Idempotency-Replayed, Location, Retry-After, X-Request-Id"
_METHODS: Final = "GET, POST, PUT, PATCH, DELETE"
_HEADERS: Final = "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Edit-Token, X-Request-Id"
_MAX_AGE_S: Final = "600"


def reader_blueprint(name: str, description: str) -> CommentBlueprint:
    """A blueprint under the API's prefix whose routes the pages of a site may call from their own origin."""
    blueprint = CommentBlueprint(name, name, url_prefix="/api/v1", description=description)
    blueprint.before_request(_answer_preflight)
    blueprint.after_request(_allow)
    return blueprint


def origin_headers(origin: str | None, listed: tuple[str, ...]) -> list[tuple[str, str]]:
    """What lets the pages of a listed `origin` read the answer; nothing for another origin and for none."""
    if origin is None or origin not in listed:
        return []
    return [("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", _EXPOSED)]


def remember_origins(origins: tuple[str, ...]) -> None:
    """Note the origins of the site that the running request is about, so that they are not looked up again."""
    g.site_origins = origins


def _answer_preflight() -> Response | None:
    if request.method != "OPTIONS" or "Origin" not in request.headers or "Access-Control-Request-Method" not in request.headers:
        return None
    response = Response(status=204)
    if _is_listed():
        response.headers["Access-Control-Allow-Methods"] = _METHODS
        response.headers["Access-Control-Allow-Headers"] = _HEADERS
        response.headers["Access-Control-Max-Age"] = _MAX_AGE_S
    return response


def _allow(response: Response) -> Response:
    response.headers.add("Vary", "Origin")
    if "Origin" in request.headers and _is_listed():
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    return response


def _is_listed() -> bool:
    # No credentials are allowed: readers are known by headers that a page sends by its own will, never by cookies.
    if "site_origins" not in g:
        g.site_origins = _find_origins()
    return request.headers["Origin"] in g.site_origins


def _find_origins() -> tuple[str, ...]:
    places = request.view_args or {}
    try:
        with reading() as session:
            if "site" in places:
                return get_site(session, places["site"]).origins
            site_id = find_comment_site(session, places.get("comment_id", ""))
            return get_site_by_id(session, site_id).origins if site_id else ()
    except (NotFoundError, StorageUnavailableError):
        return ()
