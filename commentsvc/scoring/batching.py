"""Lets concurrent requests share model calls, and gives each an answer in its time or none at all."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

import structlog

from commentsvc.domain.ports import Scorer, ScorerUnavailableError, ScorerVersion, ScoreSet, Span
from commentsvc.scoring.checks import check_score_sets

_log: Final = structlog.get_logger(__name__)
_WARM_UP: Final = ("Warm up.", "A somewhat longer text, so that the second shape is known as well before the first reader comes.")


class ScoringEvent(StrEnum):
    """What happened to requests (all but `batch`), or a call of the model (`batch`)."""

    SCORED = "scored"
    LATE = "late"
    FULL = "full"
    FAILED = "failed"
    CLOSED = "closed"
    BATCH = "batch"


Observer = Callable[[ScoringEvent, int, float], None]


@runtime_checkable
class Distant(Protocol):
    """What a scorer has besides that runs elsewhere: it can be away, and holds connections."""

    def is_reachable(self) -> bool:
        """Whether it would answer now."""
        ...

    def close(self) -> None:
        """Give its connections back."""
        ...


def ignore_event(event: ScoringEvent, count: int, seconds: float) -> None:
    """The observer of those who count nothing."""


class _Request:
    __slots__ = ("answer", "is_abandoned", "is_answered", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.answer: ScoreSet | None = None
        self.is_answered = threading.Event()
        self.is_abandoned = False


class BatchingScorer:
    """A `Scorer` around another one, for many threads.

    `score_within` puts a text into a bounded queue that one daemon thread empties in batches. `score` and `spans`
    are for bulk work and call the model in the caller's thread, so that they hold up no reader's request.
    """

    def __init__(self, scorer: Scorer, *, max_batch: int = 8, queue_limit: int = 64, observe: Observer = ignore_event) -> None:
        """`observe(event, count, seconds)` is called from several threads; `seconds` is a wait, or for a batch the model's time."""
        self._scorer = scorer
        self._distant = scorer if isinstance(scorer, Distant) else None
        self._max_batch = max_batch
        self._queue_limit = queue_limit
        self._observe = observe
        self._waiting: deque[_Request] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_warm = False
        self._is_closed = False

    @property
    def version(self) -> ScorerVersion:
        """The version of the scorer inside."""
        return self._scorer.version

    @property
    def is_ready(self) -> bool:
        """True once a first answer has come, until `close`; of a scorer that runs elsewhere only while it is to be reached."""
        return self._is_warm and not self._is_closed and (self._distant is None or self._distant.is_reachable())

    @property
    def waiting_count(self) -> int:
        """How many texts wait for a model call now."""
        return len(self._waiting)

    def warm(self) -> None:
        """Have the model answer once, so that the first reader does not wait for it; raises ScorerUnavailableError if it cannot."""
        self.score(_WARM_UP)
        with self._changed:
            self._ensure_thread()
        self._is_warm = True

    def score(self, texts: Sequence[str]) -> list[ScoreSet]:
        """N texts to n checked score sets, same order; any trouble of the model is a ScorerUnavailableError."""
        if not texts:
            return []
        started = time.perf_counter()
        try:
            answers = self._scorer.score(texts)
        except ScorerUnavailableError:
            raise
        except Exception as error:
            message = f"{self.version.id} broke down: {type(error).__name__}"
            raise ScorerUnavailableError(message) from error
        self._observe(ScoringEvent.BATCH, len(texts), time.perf_counter() - started)
        return check_score_sets(answers, len(texts), self.version)

    def spans(self, text: str) -> list[Span]:
        """The scorer's own spans."""
        return self._scorer.spans(text)

    def score_within(self, text: str, budget_s: float) -> ScoreSet | None:
        """The scores of `text`, or None when they are not there after `budget_s` seconds, for whatever reason. Never raises."""
        return self.score_each_within([text], budget_s)[0]

    def score_each_within(self, texts: Sequence[str], budget_s: float) -> list[ScoreSet | None]:
        """As `score_within`, for several texts that one caller waits for together."""
        started = time.perf_counter()
        requests = [_Request(text) for text in texts]
        refusals = [self._enqueue(request) for request in requests]
        return [self._wait(request, refused, started, budget_s) for request, refused in zip(requests, refusals, strict=True)]

    def _wait(self, request: _Request, refused: ScoringEvent | None, started: float, budget_s: float) -> ScoreSet | None:
        if refused is None:
            request.is_answered.wait(max(0.0, started + budget_s - time.perf_counter()))
        with self._changed:
            request.is_abandoned = True
            answer = request.answer
        if answer is not None:
            event = ScoringEvent.SCORED
        else:
            event = refused or (ScoringEvent.FAILED if request.is_answered.is_set() else ScoringEvent.LATE)
        self._observe(event, 1, time.perf_counter() - started)
        return answer

    def close(self) -> None:
        """Answer nothing any more. Requests that wait get None; the thread ends after its call."""
        with self._changed:
            self._is_closed = True
            abandoned = list(self._waiting)
            self._waiting.clear()
            self._changed.notify_all()
        for request in abandoned:
            request.is_answered.set()
        if self._distant is not None:
            self._distant.close()

    def _enqueue(self, request: _Request) -> ScoringEvent | None:
        with self._changed:
            if self._is_closed:
                return ScoringEvent.CLOSED
            if len(self._waiting) >= self._queue_limit:
                return ScoringEvent.FULL
            try:
                self._ensure_thread()
            except RuntimeError:
                # The machine has no thread left to give.
                return ScoringEvent.FAILED
            self._waiting.append(request)
            self._changed.notify()
        return None

    def _ensure_thread(self) -> None:
        """Start the thread at first use, and again in a forked child, where it does not live on. Caller holds the lock."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="scorer", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._is_closed:
                    self._changed.wait()
                if self._is_closed:
                    return
                batch = self._take_batch()
            if batch:
                self._answer(batch)

    def _take_batch(self) -> list[_Request]:
        batch: list[_Request] = []
        while self._waiting and len(batch) < self._max_batch:
            request = self._waiting.popleft()
            if not request.is_abandoned:
                batch.append(request)
        return batch

    def _answer(self, batch: list[_Request]) -> None:
        try:
            answers: list[ScoreSet | None] = [*self.score([request.text for request in batch])]
        except ScorerUnavailableError as error:
            _log.warning("scoring_failed", scorer=self.version.id, text_count=len(batch), cause=str(error))
            # One text that the model cannot bear must not take the others down with it.
            answers = [self._score_alone(request) for request in batch] if len(batch) > 1 else [None]
        for request, answer in zip(batch, answers, strict=True):
            request.answer = answer
            request.is_answered.set()

    def _score_alone(self, request: _Request) -> ScoreSet | None:
        if request.is_abandoned:
            return None
        try:
            return self.score([request.text])[0]
        except ScorerUnavailableError:
            return None
