"""A scorer that is loaded when it is first needed, and left alone for a while after trouble."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from commentsvc.scoring.batching import BatchingScorer

_REST_S: Final = 2.0
_LONGEST_REST_S: Final = 300.0


class LaterScorer:
    """Builds its scorer at the first `get`. Safe between threads.

    `rest` says that it had trouble: from then on `is_resting` is true for a time that doubles until `recover`.
    """

    def __init__(self, build: Callable[[], BatchingScorer]) -> None:
        """Nothing is loaded yet."""
        self._build = build
        self._scorer: BatchingScorer | None = None
        self._lock = threading.Lock()
        self._troubles = 0
        self._rests_until: datetime | None = None

    def get(self) -> BatchingScorer:
        """The scorer. Raises ScorerUnavailableError when it cannot be loaded."""
        with self._lock:
            if self._scorer is None:
                self._scorer = self._build()
            return self._scorer

    def is_resting(self, now: datetime) -> bool:
        """Whether it is to be left alone at this time."""
        return self._rests_until is not None and now < self._rests_until

    def rest(self, now: datetime) -> None:
        """Leave it alone: 2 s after a first trouble, twice as long after each further one, 5 minutes at most."""
        self._rests_until = now + timedelta(seconds=min(_LONGEST_REST_S, _REST_S * 2**self._troubles))
        self._troubles = min(self._troubles + 1, 30)

    def recover(self) -> None:
        """Forget the troubles it had."""
        self._troubles, self._rests_until = 0, None

    def close(self) -> None:
        """Let go of the scorer, if it was loaded."""
        with self._lock:
            if self._scorer is not None:
                self._scorer.close()
