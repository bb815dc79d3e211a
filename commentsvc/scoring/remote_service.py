"""The scoring process's side: a WSGI application that scores for servers elsewhere. It keeps nothing, and logs no words."""

import hmac
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

import orjson
import structlog

from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.scoring.batching import BatchingScorer
from commentsvc.scoring.remote_wire import (
    HEALTH,
    MAX_REQUEST_BYTES,
    SCORE,
    SPANS,
    VERSION,
    WireError,
    read_text,
    read_texts,
    write_scores,
    write_spans,
    write_version,
)

_log: Final = structlog.get_logger(__name__)
_PATIENCE_VARIABLE: Final = "HTTP_PATIENCE_MS"
_MOST_PATIENCE_MS: Final = 600_000
_PATIENCE_MS: Final = "10000"

StartResponse = Callable[..., object]


class _RefusedError(Exception):
    """A request that is answered with a status and a sentence."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class ScoringService:
    """Answers `VERSION`, `SCORE` and `SPANS` with the scorer it is given, and `HEALTH` to anybody.

    Requests of a few texts wait in the scorer's queue, where those of all servers share model calls. Longer ones are bulk work: as
    spans do, they run beside the queue, at most one less at once than the machine has processors, so that no reader waits for them.
    """

    def __init__(self, scorer: BatchingScorer, *, shared_texts: int, threads: int, secret: str | None = None) -> None:
        """`shared_texts` is how many texts may wait in the queue together; `threads` how many requests can be answered at once."""
        self._scorer = scorer
        self._shared_texts = shared_texts
        self._secret = f"Bearer {secret}".encode() if secret else None
        self._version = write_version(scorer.version)
        self._fingerprint: str = self._version["fingerprint"]
        # What waits for bulk work holds a thread each; half of them must stay with readers.
        self._bulk_requests = threading.BoundedSemaphore(max(1, threads // 2))
        self._bulk_calls = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) - 1))
        self._routes: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], bytes]]] = {
            HEALTH: ("GET", self._tell_health),
            VERSION: ("GET", self._tell_version),
            SCORE: ("POST", self._score),
            SPANS: ("POST", self._find_spans),
        }

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> list[bytes]:
        """Answer one request, as WSGI has it."""
        try:
            status, body = HTTPStatus.OK, self._answer(environ)
        except _RefusedError as error:
            status, body = error.status, orjson.dumps({"error": error.detail})
        except WireError as error:
            status, body = HTTPStatus.BAD_REQUEST, orjson.dumps({"error": str(error)})
        except ScorerUnavailableError as error:
            _log.warning("scoring_failed", scorer=self._scorer.version.id, cause=str(error))
            status, body = HTTPStatus.SERVICE_UNAVAILABLE, orjson.dumps({"error": "The scorer failed."})
        except Exception:  # noqa: BLE001 - whatever it was, the server is told that there is no score
            _log.exception("request_failed")
            status, body = HTTPStatus.INTERNAL_SERVER_ERROR, orjson.dumps({"error": "Something went wrong."})
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def _answer(self, environ: Mapping[str, Any]) -> bytes:
        method, answer = self._routes.get(environ["PATH_INFO"], ("", None))
        if answer is None:
            raise _RefusedError(HTTPStatus.NOT_FOUND, "There is nothing here.")
        if environ["PATH_INFO"] != HEALTH:
            self._check_secret(environ)
        if environ["REQUEST_METHOD"] != method:
            raise _RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, f"Use {method}.")
        return answer(environ)

    def _check_secret(self, environ: Mapping[str, Any]) -> None:
        given = str(environ.get("HTTP_AUTHORIZATION", "")).encode("utf-8", "replace")
        if self._secret is not None and not hmac.compare_digest(given, self._secret):
            raise _RefusedError(HTTPStatus.UNAUTHORIZED, "The secret is wrong.")

    def _tell_health(self, _environ: Mapping[str, Any]) -> bytes:
        if not self._scorer.is_ready:
            raise _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "The scorer is not ready.")
        return orjson.dumps({"status": "ok"})

    def _tell_version(self, _environ: Mapping[str, Any]) -> bytes:
        return orjson.dumps(self._version)

    def _score(self, environ: Mapping[str, Any]) -> bytes:
        patience_s = _read_patience(environ)
        texts = read_texts(_read_body(environ))
        if len(texts) > self._shared_texts:
            with self._bulk_work(patience_s):
                return write_scores(self._scorer.score(texts), self._fingerprint)
        found = [one for one in self._scorer.score_each_within(texts, patience_s) if one is not None]
        if len(found) < len(texts):
            raise _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Not every text was scored in time.")
        return write_scores(found, self._fingerprint)

    def _find_spans(self, environ: Mapping[str, Any]) -> bytes:
        patience_s = _read_patience(environ)
        text = read_text(_read_body(environ))
        with self._bulk_work(patience_s):
            try:
                return write_spans(self._scorer.spans(text), self._fingerprint)
            except ScorerUnavailableError:
                raise
            except Exception as error:
                raise ScorerUnavailableError(f"spans broke down: {type(error).__name__}") from error

    @contextmanager
    def _bulk_work(self, patience_s: float) -> Iterator[None]:
        if not self._bulk_requests.acquire(blocking=False):
            raise _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Too much bulk work waits.")
        try:
            if not self._bulk_calls.acquire(timeout=patience_s):
                raise _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Bulk work before this took too long.")
            try:
                yield
            finally:
                self._bulk_calls.release()
        finally:
            self._bulk_requests.release()


def _read_body(environ: Mapping[str, Any]) -> bytes:
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.")
    length = environ.get("CONTENT_LENGTH", "")
    if not (length.isascii() and length.isdigit()):
        raise _RefusedError(HTTPStatus.LENGTH_REQUIRED, "Say how long the body is.")
    if len(length) > len(str(MAX_REQUEST_BYTES)) or int(length) > MAX_REQUEST_BYTES:
        raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MAX_REQUEST_BYTES} bytes are read.")
    raw: bytes = environ["wsgi.input"].read(int(length))
    if len(raw) != int(length):
        raise _RefusedError(HTTPStatus.BAD_REQUEST, "The body is shorter than it was said to be.")
    return raw


def _read_patience(environ: Mapping[str, Any]) -> float:
    """Seconds that the asker will wait."""
    told = environ.get(_PATIENCE_VARIABLE, _PATIENCE_MS)
    if not (told.isascii() and told.isdigit()) or len(told) > len(str(_MOST_PATIENCE_MS)):
        raise _RefusedError(HTTPStatus.BAD_REQUEST, "The patience must be a number of milliseconds.")
    return min(int(told), _MOST_PATIENCE_MS) / 1000
