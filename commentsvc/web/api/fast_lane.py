"""Reading without Flask: pages of threads, and counts of comments.

Most requests are such, and Flask takes ten times as long for them as the database does. Whatever is not certain here is left to Flask,
whose views answer it, and every refusal and failure; where the fast lane answers, it does so in the same bytes. Nothing is believed
without asking the database: it alone knows what other threads and processes have changed.
"""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from flask import Flask

from commentsvc.runtime import Runtime
from commentsvc.store.queries.glances import count_at_a_glance
from commentsvc.web import strictjson
from commentsvc.web.api.cors import origin_headers
from commentsvc.web.api.page_cache import PAGES, PageCache
from commentsvc.web.api.schemas.comments import MAX_COUNTED, MAX_KEY
from commentsvc.web.api.thread_pages import Asked, give_page, look_again, read_query
from commentsvc.web.context import RUNTIME_EXTENSION, Ahead, Environ, answer_ahead
from commentsvc.web.refusals import MalformedJsonError

COMMENTS_ROUTE: Final = "/api/v1/sites/<site>/comments"
COUNTS_ROUTE: Final = "/api/v1/sites/<site>/counts"
_COMMENTS: Final = re.compile(r"/api/v1/sites/([a-z0-9-]{1,63})/comments")
_COUNTS: Final = re.compile(r"/api/v1/sites/([a-z0-9-]{1,63})/counts")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,255}(?::[0-9]{1,5})?")
_LENGTH: Final = re.compile(r"[1-9][0-9]{0,5}")
_TYPE: Final = ("Content-Type", "application/json")
_VARY: Final = ("Vary", "Origin")

Application = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class FastLane:
    """Stands before an application's WSGI entry."""

    app: Flask

    def around(self, application: Application) -> Application:
        """`application`, asked only for what has no answer here."""

        def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            find = self._way_of(environ)
            answered = None if find is None else answer_ahead(self.app, environ, start_response, find)
            return application(environ, start_response) if answered is None else answered

        return answer

    def _way_of(self, environ: Environ) -> Callable[[], Ahead | None] | None:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if method == "GET" and path.endswith("/comments"):
            find = self._find_page
        elif method == "POST" and path.endswith("/counts") and not environ.get("QUERY_STRING"):
            find = self._count
        else:
            return None
        # Who shows a token may be given something else, and what is odd about a request is for Flask to judge.
        if "HTTP_AUTHORIZATION" in environ or environ.get("SCRIPT_NAME") or not _HOST.fullmatch(environ.get("HTTP_HOST", "")):
            return None
        return partial(find, environ)

    def _find_page(self, environ: Environ) -> Ahead | None:
        place, raw = _COMMENTS.fullmatch(environ["PATH_INFO"]), environ.get("QUERY_STRING", "").encode("latin-1")
        found = None if place is None else read_query(raw)
        if place is None or found is None:
            return None
        pages: PageCache = self.app.extensions[PAGES]
        runtime, named = self._runtime, environ.get("HTTP_IF_NONE_MATCH")
        asked = Asked(place[1], raw, *found, runtime.takes_mail)
        now = runtime.clock.now()
        page = look_again(runtime.db, pages, asked, now, named)
        if page is None:
            with runtime.db.reading() as session:
                page = give_page(session, pages, asked, now, named)
        told = [("ETag", page.etag), ("Cache-Control", "no-cache"), _VARY, *origin_headers(environ.get("HTTP_ORIGIN"), page.origins)]
        if page.body is None:
            return Ahead(COMMENTS_ROUTE, 304, told)
        return Ahead(COMMENTS_ROUTE, 200, [_TYPE, ("Content-Length", str(len(page.body))), *told], page.body)

    def _count(self, environ: Environ) -> Ahead | None:
        asked = _COUNTS.fullmatch(environ["PATH_INFO"])
        articles = None if asked is None else self._read_articles(environ)
        if asked is None or articles is None:
            return None
        origins, counts = count_at_a_glance(self._runtime.db, asked[1], articles)
        body = strictjson.dumps({"counts": counts})
        told = [_TYPE, ("Content-Length", str(len(body))), _VARY, *origin_headers(environ.get("HTTP_ORIGIN"), origins)]
        return Ahead(COUNTS_ROUTE, 200, told, body)

    def _read_articles(self, environ: Environ) -> list[str] | None:
        length = environ.get("CONTENT_LENGTH", "")
        if (
            environ.get("CONTENT_TYPE") != "application/json"
            or "HTTP_CONTENT_ENCODING" in environ
            or "HTTP_TRANSFER_ENCODING" in environ
            or not _LENGTH.fullmatch(length)
            or int(length) > self.app.config["MAX_CONTENT_LENGTH"]
        ):
            return None
        raw = environ["wsgi.input"].read(int(length))
        # Whoever reads it next finds it whole.
        environ["wsgi.input"] = io.BytesIO(raw)
        if len(raw) != int(length):
            return None
        try:
            value = strictjson.loads(raw)
        except MalformedJsonError:
            return None
        articles = value["articles"] if isinstance(value, dict) and value.keys() == {"articles"} else None
        return articles if _are_articles(articles) else None

    @property
    def _runtime(self) -> Runtime:
        return cast("Runtime", self.app.extensions[RUNTIME_EXTENSION])


def _are_articles(value: object) -> bool:
    return (
        isinstance(value, list)
        and 1 <= len(value) <= MAX_COUNTED
        and all(isinstance(key, str) and 1 <= len(key) <= MAX_KEY for key in value)
    )
