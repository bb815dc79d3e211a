"""A scorer that another process runs: several servers, on several machines too, share one model in memory."""

import http.client
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog

from commentsvc.domain.ports import ScorerUnavailableError, ScorerVersion, ScoreSet, Span
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.remote_line import Line, left, parse_place
from commentsvc.scoring.remote_wire import (
    MAX_TEXTS,
    PATIENCE,
    SCORE,
    SPANS,
    VERSION,
    read_answer,
    read_scores,
    read_secret,
    read_spans,
    read_version,
    write_request,
)

_log: Final = structlog.get_logger(__name__)

_LINES: Final = 8
"""Connections at most."""
_LINES_FOR_BULK: Final = _LINES - 2
"""Bulk work and spans leave the rest to readers' comments."""
_GREETING_S: Final = 2.0
_LOOK_EVERY_S: Final = 1.0
_MAX_CHUNK_CHARS: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class RemoteOptions:
    """Where the scoring process listens, and what is expected of it.

    `timeout_s` is for one call of it; `shared_texts` the number of texts from which a call is bulk work; `digest`, if given, the
    SHA-256 that its model must have.
    """

    url: str
    secret_file: str = ""
    timeout_s: float = 30.0
    shared_texts: int = 8
    digest: str | None = None


class RemoteScorer:
    """A `Scorer` that asks a scoring process, over connections that are kept. Any number of threads may call it.

    It is the scorer that it was when it was first asked. When the process comes back with another one, every call fails until it
    has the first one again or this one is built anew: thresholds that people chose for one scorer must not judge another's scores.
    Build it after forking.
    """

    def __init__(self, options: RemoteOptions) -> None:
        """Nothing is asked yet. Raises ScorerFileError for options that cannot be right."""
        self._options = options
        self._place = parse_place(options.url)
        secret = read_secret(options.secret_file)
        if secret is None and not self._place.is_local:
            raise ScorerFileError(f"{self._place} is reached over a network: name a file with the shared secret in scorer.secret_file")
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._lock = threading.Lock()
        self._idle: deque[Line] = deque()
        self._lines = threading.BoundedSemaphore(_LINES)
        self._bulk = threading.BoundedSemaphore(_LINES_FOR_BULK)
        self._is_closed = False
        self._known: tuple[ScorerVersion, str] | None = None
        self._refused = ""
        self._looking = threading.Lock()
        self._looked_at = -_LOOK_EVERY_S
        self._is_reachable = False

    @property
    def version(self) -> ScorerVersion:
        """The version of the scorer there, as it was at first. Raises ScorerUnavailableError while nothing has been heard of it."""
        if self._known is None:
            line = Line(self._place)
            try:
                with self._plain_trouble():
                    self._greet(line, time.monotonic() + _GREETING_S)
            finally:
                line.close()
        return self._expected()[0]

    def score(self, texts: Sequence[str]) -> list[ScoreSet]:
        """N texts to n checked score sets, same order."""
        found: list[ScoreSet] = []
        for chunk in _chunks(texts):
            answer = self._ask(SCORE, write_request(chunk), is_bulk=len(texts) > self._options.shared_texts)
            found += read_scores(answer, len(chunk), self._expected()[0])
        return found

    def spans(self, text: str) -> list[Span]:
        """The spans that the scorer there finds."""
        answer = self._ask(SPANS, write_request(text), is_bulk=True)
        return read_spans(answer, text, self._expected()[0])

    def is_reachable(self) -> bool:
        """Whether it answers now, and is still the same scorer. Looks at most once a second, over a connection of its own."""
        with self._looking:
            if time.monotonic() - self._looked_at >= _LOOK_EVERY_S:
                line = Line(self._place)
                try:
                    with self._plain_trouble():
                        self._greet(line, time.monotonic() + _GREETING_S)
                    self._is_reachable = True
                except ScorerUnavailableError:
                    self._is_reachable = False
                finally:
                    line.close()
                self._looked_at = time.monotonic()
            return self._is_reachable and not self._is_closed

    def close(self) -> None:
        """Give the connections back. Calls that run end in their own time; later ones fail."""
        with self._lock:
            self._is_closed = True
            idle = list(self._idle)
            self._idle.clear()
        for line in idle:
            line.close()

    # -- One call ----------------------------------------------------------------------------------------------------------------
    def _ask(self, path: str, body: bytes, *, is_bulk: bool) -> Mapping[str, object]:
        """The answer to a request, from the scorer that is expected. Raises ScorerUnavailableError."""
        ends_at = time.monotonic() + self._options.timeout_s
        with self._plain_trouble(), _one_of(self._bulk, ends_at) if is_bulk else nullcontext(), _one_of(self._lines, ends_at):
            line = self._take()
            is_sound = False
            try:
                status, raw = self._exchange(line, path, body, ends_at)
                is_sound = status != HTTPStatus.OK
                answer = self._read(status, raw)
                is_sound = True
            finally:
                self._put_back(line, is_sound=is_sound)
        return answer

    def _exchange(self, line: Line, path: str, body: bytes, ends_at: float) -> tuple[int, bytes]:
        if line.is_open:
            try:
                return line.ask(path, body, self._headers_for(ends_at), ends_at)
            except TimeoutError:
                raise
            except (OSError, http.client.HTTPException):
                # It was hung up between two requests. Scoring a text again does no harm.
                pass
        line.close()
        # Whoever listens there now may be another one than before.
        self._greet(line, min(ends_at, time.monotonic() + _GREETING_S))
        return line.ask(path, body, self._headers_for(ends_at), ends_at)

    def _headers_for(self, ends_at: float) -> dict[str, str]:
        return self._headers | {"Content-Type": "application/json", PATIENCE: str(round(left(ends_at) * 1000))}

    def _read(self, status: int, raw: bytes) -> Mapping[str, object]:
        self._check_status(status)
        answer = read_answer(raw)
        if answer.get("fingerprint") != self._expected()[1]:
            self._refuse("unknown", str(answer.get("fingerprint")))
        return answer

    def _check_status(self, status: int) -> None:
        if status == HTTPStatus.OK:
            return
        if status == HTTPStatus.UNAUTHORIZED:
            raise ScorerUnavailableError(f"{self._place} refuses the secret that scorer.secret_file holds")
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise ScorerUnavailableError(f"{self._place} could not score in time")
        raise ScorerUnavailableError(f"{self._place} answered with status {status}")

    @contextmanager
    def _plain_trouble(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise ScorerUnavailableError(f"{self._place} did not answer in time") from error
        except (OSError, http.client.HTTPException) as error:
            raise ScorerUnavailableError(f"{self._place} does not answer: {type(error).__name__}") from error

    # -- Who is there ------------------------------------------------------------------------------------------------------------
    def _greet(self, line: Line, ends_at: float) -> None:
        """Learn which scorer is at the other end; raises ScorerUnavailableError unless it is the one that was there at first."""
        status, raw = line.ask(VERSION, None, self._headers, ends_at)
        self._check_status(status)
        found = read_version(read_answer(raw))
        version, fingerprint = found
        if self._options.digest is not None and version.digest != self._options.digest.lower():
            raise ScorerUnavailableError(
                f"the settings ask for a model with the SHA-256 {self._options.digest}, {self._place} has {version.id}"
            )
        with self._lock:
            if self._known is None:
                self._known = found
        if fingerprint != self._expected()[1]:
            self._refuse(version.id, fingerprint)
        self._refused = ""

    def _expected(self) -> tuple[ScorerVersion, str]:
        if self._known is None:
            raise ScorerUnavailableError(f"{self._place} has not answered yet")
        return self._known

    def _refuse(self, found: str, fingerprint: str) -> None:
        """Say once for each other scorer that it is not the one; then, every time, raise."""
        expected = self._expected()[0].id
        with self._lock:
            is_news = self._refused != fingerprint
            self._refused = fingerprint
        if is_news:
            _log.error("remote_scorer_changed", expected=expected, found=found, fingerprint=fingerprint[:12])
        raise ScorerUnavailableError(
            f"{self._place} has another scorer than at the start, {found} in place of {expected}: restart to take it"
        )

    # -- Connections -------------------------------------------------------------------------------------------------------------
    def _take(self) -> Line:
        with self._lock:
            if self._is_closed:
                raise ScorerUnavailableError(f"the connections to {self._place} are closed")
            # The one used last: those that are not needed stay idle.
            return self._idle.pop() if self._idle else Line(self._place)

    def _put_back(self, line: Line, *, is_sound: bool) -> None:
        with self._lock:
            if is_sound and line.sock is not None and not self._is_closed:
                self._idle.append(line)
                return
        line.close()


@contextmanager
def _one_of(places: threading.BoundedSemaphore, ends_at: float) -> Iterator[None]:
    """Hold one of a number of places; raises TimeoutError when none becomes free in time."""
    if not places.acquire(timeout=left(ends_at)):
        raise TimeoutError
    try:
        yield
    finally:
        places.release()


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    """As many texts at a time as one request may hold, in order; a text that is too long for any company goes alone."""
    chunk: list[str] = []
    length = 0
    for text in texts:
        if chunk and (len(chunk) == MAX_TEXTS or length + len(text) > _MAX_CHUNK_CHARS):
            yield chunk
            chunk, length = [], 0
        chunk.append(text)
        length += len(text)
    if chunk:
        yield chunk
