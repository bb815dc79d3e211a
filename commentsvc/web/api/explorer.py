"""The page at `/api/docs`: every operation of the OpenAPI document, with a form to try it. All that it needs comes from here."""

from importlib import resources
from typing import Final

from flask import Flask, Response

from commentsvc.domain.errors import NotFoundError
from commentsvc.web.etag import apply_etag, make_etag, not_modified

_TYPES: Final = {
    "explorer.html": "text/html; charset=utf-8",
    "explorer.css": "text/css; charset=utf-8",
    "explorer.js": "text/javascript; charset=utf-8",
}


def serve_explorer(app: Flask) -> None:
    """Serve the page and its files."""
    folder = resources.files("commentsvc.web.api").joinpath("assets")
    files = {name: folder.joinpath(name).read_bytes() for name in _TYPES}

    def page() -> Response:
        return _serve(files, "explorer.html")

    def part(name: str) -> Response:
        return _serve(files, name)

    app.add_url_rule("/api/docs", "api_docs", page, methods=["GET"])
    app.add_url_rule("/api/docs/<name>", "api_docs_part", part, methods=["GET"])


def _serve(files: dict[str, bytes], name: str) -> Response:
    body = files.get(name)
    if body is None:
        raise NotFoundError("There is no such file.")
    etag = make_etag(body.decode())
    return not_modified(etag, content_type=_TYPES[name]) or apply_etag(Response(body, content_type=_TYPES[name]), etag)
