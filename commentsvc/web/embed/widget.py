"""The reader's widget with the words of the language it is asked in, what it loads later, other languages' words; the typed client."""

import gzip
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import orjson
from flask import Blueprint, Response, request

from commentsvc.domain.errors import NotFoundError
from commentsvc.web.embed.words import DEFAULT, MORE, PLAIN, all_words
from commentsvc.web.etag import apply_etag, make_etag, not_modified

_KEPT: Final = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes
    etag: str
    kind: str


def add_widget(embed: Blueprint) -> None:
    """Serve the widget and its words, and the client of the API."""
    embed.add_url_rule("/embed.js", "widget", _script, methods=["GET"])
    embed.add_url_rule("/embed-more.js", "widget_more", _more, methods=["GET"])
    embed.add_url_rule("/client.js", "client", _client, methods=["GET"])
    embed.add_url_rule("/client.d.ts", "client_types", _client_types, methods=["GET"])
    embed.add_url_rule("/embed/words/<lang>.json", "words", _words, methods=["GET"])


@cache
def catalogues() -> dict[str, dict[str, object]]:
    """Every catalogue of the script's words by its language (ISO 639-1), from the package."""
    return {lang: {key: word for key, word in words.items() if key not in {MORE, PLAIN}} for lang, words in all_words().items()}


@cache
def more_catalogues() -> dict[str, dict[str, object]]:
    """The words of what the script loads later, by language."""
    return {lang: words[MORE] for lang, words in all_words().items()}


@cache
def _script_in(lang: str) -> _File:
    built = resources.files("commentsvc.web.embed").joinpath("built", "embed.js").read_text("utf-8")
    words, langs = _compact(catalogues()[lang]), _compact(sorted(catalogues()))
    return _file(f"(()=>{{const COMMENTS_WORDS={words},COMMENTS_LANGS={langs};\n{built}}})();\n", "text/javascript; charset=utf-8")


@cache
def _more_in(lang: str) -> _File:
    built = resources.files("commentsvc.web.embed").joinpath("built", "embed-more.js").read_text("utf-8")
    return _file(f"export const WORDS={_compact(more_catalogues()[lang])};\n{built}", "text/javascript; charset=utf-8")


@cache
def _built(name: str, kind: str) -> _File:
    return _file(resources.files("commentsvc.web.embed").joinpath("built", name).read_text("utf-8"), kind)


@cache
def _words_in(lang: str) -> _File:
    return _file(_compact(catalogues()[lang]), "application/json")


def _compact(value: object) -> str:
    return orjson.dumps(value).decode()


def _file(text: str, kind: str) -> _File:
    body = text.encode()
    return _File(body, gzip.compress(body, 9, mtime=0), make_etag(text, weak=True), kind)


def _script() -> Response:
    return _answer(_script_in(_lang()))


def _more() -> Response:
    return _answer(_more_in(_lang()))


def _lang() -> str:
    lang = request.args.get("lang", DEFAULT).lower().partition("-")[0]
    return lang if lang in catalogues() else DEFAULT


def _client() -> Response:
    return _answer(_built("client.js", "text/javascript; charset=utf-8"))


def _client_types() -> Response:
    return _answer(_built("client.d.ts", "text/plain; charset=utf-8"))


def _words(lang: str) -> Response:
    if lang not in catalogues():
        raise NotFoundError("There are no words in this language.")
    return _answer(_words_in(lang))


def _answer(file: _File) -> Response:
    response = not_modified(file.etag, cache_control=_KEPT, content_type=file.kind)
    if response is None:
        is_packed = request.accept_encodings.quality("gzip") > 0
        made = Response(file.packed if is_packed else file.body, content_type=file.kind)
        response = apply_etag(made, file.etag, cache_control=_KEPT)
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    # Any page may show the thread; whose pages may post is for the site's origins to say.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
