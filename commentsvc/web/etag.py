"""Entity tags: an unchanged page costs no body, and a change based on an old version is refused."""

import hashlib

from flask import Response, request
from werkzeug.http import parse_etags

from commentsvc.web.refusals import PreconditionFailedError

_DIGITS = 32


def make_etag(version: str, *, weak: bool = False) -> str:
    """Make a tag, quotes included, of whatever names the version of a page (ids, counters, times).

    Weak where two answers of the same tag may differ in bytes.
    """
    tag = f'"{hashlib.sha256(version.encode()).hexdigest()[:_DIGITS]}"'
    return f"W/{tag}" if weak else tag


def not_modified(etag: str, *, cache_control: str = "no-cache", content_type: str = "application/json") -> Response | None:
    """Give the 304 to answer with when `If-None-Match` names `etag` (weakly compared) or `*`; None when the page must be written.

    A cache takes over its headers, so they are those of the page, whose type is `content_type`.
    """
    if request.method not in {"GET", "HEAD"} or not is_named(etag, request.headers.get("If-None-Match")):
        return None
    return apply_etag(Response(status=304, content_type=content_type), etag, cache_control=cache_control)


def is_named(etag: str, if_none_match: str | None) -> bool:
    """Whether that header, where it was sent, names `etag` (weakly compared) or `*`."""
    if if_none_match is None:
        return False
    if if_none_match == etag:
        return True
    asked = parse_etags(if_none_match)
    return asked.star_tag or asked.contains_weak(_opaque(etag))


def apply_etag(response: Response, etag: str, *, cache_control: str = "no-cache") -> Response:
    """Put the tag on `response`. `no-cache` lets caches keep it, and has them ask each time."""
    response.headers["ETag"] = etag
    response.headers.setdefault("Cache-Control", cache_control)
    return response


def require_match(etag: str) -> None:
    """Return when there is no `If-Match`, or it names `etag` (strongly compared) or `*`; raises PreconditionFailedError."""
    if "If-Match" not in request.headers:
        return
    asked = request.if_match
    if asked.star_tag or (not etag.startswith("W/") and asked.contains(_opaque(etag))):
        return
    raise PreconditionFailedError("It has changed since you read it: fetch it again.")


def _opaque(etag: str) -> str:
    return etag.removeprefix("W/").strip('"')
