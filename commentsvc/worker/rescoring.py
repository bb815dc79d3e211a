"""Scoring stored comments in bulk: for `commentsvc rescore`, and piece by piece in the background."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Final, Protocol, Self

import structlog

from commentsvc.domain.ports import Scorer, ScorerUnavailableError, ScoreSet
from commentsvc.runtime import Runtime
from commentsvc.services.jobs import JobKind, has_due_job
from commentsvc.services.rescoring import (
    ClaimedRescoring,
    Piece,
    claim_rescoring,
    compare_routes,
    finish_rescoring,
    postpone_rescoring,
    record_rescored,
    store_score_sets,
)
from commentsvc.store.queries.rescoring import Mark, Stock, StoredText, list_unscored
from commentsvc.store.queries.sites import get_site_by_id

log = structlog.get_logger(__name__)
PAGE: Final = 256
"""Comments read, scored and stored at a time: a transaction of some milliseconds after seconds of scoring."""
TOGETHER: Final = 32
"""Texts in one call of the model: the most that still gains by it."""
_PLAIN: Final = "Good morning. The tram is on time today."
Advance = Callable[[int], None]


class HasText(Protocol):
    """A stored text and the revision it belongs to."""

    @property
    def revision_id(self) -> str:
        """The revision."""
        ...

    @property
    def body(self) -> str:
        """Its text."""
        ...


class BulkScorer:
    """Scores many texts in threads of its own, until told to stop. Use it in a `with` block."""

    def __init__(self, scorer: Scorer, threads: int = 1, stop: threading.Event | None = None) -> None:
        """One thread uses one core; with a single one everything happens in the caller's."""
        self._scorer = scorer
        self._stop = stop or threading.Event()
        self._pool = ThreadPoolExecutor(threads, "rescoring") if threads > 1 else None

    def __enter__(self) -> Self:
        """Nothing more to prepare."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    @property
    def is_stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def score(self, texts: Sequence[HasText]) -> tuple[dict[str, ScoreSet], int]:
        """Score texts, those of like length together; returns score sets by revision, and how many texts the scorer could not bear.

        Told to stop, it returns what it has; those texts that it did not come to are in neither number. Raises
        ScorerUnavailableError when the scorer does not answer to the plainest text either.
        """
        by_length = sorted(texts, key=lambda text: len(text.body))
        groups = [by_length[begin : begin + TOGETHER] for begin in range(0, len(by_length), TOGETHER)]
        found: dict[str, ScoreSet] = {}
        failed = 0
        for answered in (map if self._pool is None else self._pool.map)(self._group, groups):
            failed += sum(scores is None for scores in answered.values())
            found |= {revision: scores for revision, scores in answered.items() if scores is not None}
        return found, failed

    def _group(self, texts: Sequence[HasText]) -> Mapping[str, ScoreSet | None]:
        if self._stop.is_set():
            return {}
        try:
            scores = self._scorer.score([text.body for text in texts])
        except ScorerUnavailableError:
            # Down, or one text that it cannot bear: then the others must not suffer for it.
            self._scorer.score([_PLAIN])
            return {text.revision_id: self._alone(text) for text in texts}
        return {text.revision_id: one for text, one in zip(texts, scores, strict=True)}

    def _alone(self, text: HasText) -> ScoreSet | None:
        try:
            return self._scorer.score([text.body])[0]
        except ScorerUnavailableError:
            return None


@dataclass(frozen=True, slots=True)
class Rescored:
    """How many comments were scored, and how many the scorer could not bear."""

    scored: int
    failed: int


def rescore_stock(runtime: Runtime, bulk: BulkScorer, scorer_row: str, stock: Stock, *, limit: int | None, advance: Advance) -> Rescored:
    """Score a site's comments that a scorer has not scored yet, latest first, at most `limit`.

    Each page is stored before the next is read: whenever this ends, what was told to `advance` is kept, and another run goes on
    from there. Raises ScorerUnavailableError.
    """
    scored = failed = 0
    for page in _pages(runtime, scorer_row, stock, limit):
        found, troubles = bulk.score(page)
        runtime.in_transaction(partial(store_score_sets, scorer_row=scorer_row, scored=found, now=runtime.clock.now()))
        scored, failed = scored + len(found), failed + troubles
        advance(len(found) + troubles)
        if bulk.is_stopped:
            break
    return Rescored(scored, failed)


def _pages(runtime: Runtime, scorer_row: str, stock: Stock, limit: int | None) -> Iterator[list[StoredText]]:
    mark: Mark | None = None
    left = limit
    while left is None or left > 0:
        with runtime.db.reading() as session:
            page = list_unscored(session, stock, scorer_row, mark, PAGE if left is None else min(PAGE, left))
        if not page:
            return
        yield page
        mark = page[-1].mark
        left = None if left is None else left - len(page)


# -- In the background ---------------------------------------------------------------------------------------------------------
def run_rescoring(runtime: Runtime) -> int:
    """Do the next piece of a rescoring that was asked for; returns 1, or 0 when there is none for a scorer of this installation."""
    now = runtime.clock.now()
    with runtime.db.reading() as session:
        if not has_due_job(session, JobKind.RESCORE, now):
            return 0
    scorers: dict[str, Scorer] = {runtime.scorer.version.id: runtime.scorer}
    if runtime.shadow is not None:
        with suppress(ScorerUnavailableError):
            shadow = runtime.shadow.get()
            scorers[shadow.version.id] = shadow
    claimed = runtime.in_transaction(lambda session: claim_rescoring(session, now, list(scorers)))
    if claimed is None:
        return 0
    try:
        _do_piece(runtime, claimed, BulkScorer(scorers[claimed.scorer_version]))
    except ScorerUnavailableError as error:
        log.warning("rescoring_postponed", rescoring_id=claimed.id, error=str(error))
        runtime.in_transaction(lambda session: postpone_rescoring(session, claimed, runtime.clock.now()))
    return 1


def _do_piece(runtime: Runtime, claimed: ClaimedRescoring, bulk: BulkScorer) -> None:
    size = runtime.settings.worker.batch if claimed.left is None else min(runtime.settings.worker.batch, claimed.left)
    with runtime.db.reading() as session:
        page = list_unscored(session, claimed.stock, claimed.scorer_row, claimed.reached, size) if size else []
        if not page:
            policy, _ = runtime.policy_of(session, get_site_by_id(session, claimed.stock.site_id))
            changes = compare_routes(session, claimed.stock, policy, claimed.scorer_row)
    if not page:
        runtime.in_transaction(lambda session: finish_rescoring(session, claimed, changes, runtime.clock.now()))
        log.info("rescoring_finished", rescoring_id=claimed.id, stricter=changes.stricter, milder=changes.milder)
        return
    found, failed = bulk.score(page)
    piece = Piece(found, failed, page[-1].mark)
    if not runtime.in_transaction(lambda session: record_rescored(session, claimed, piece, runtime.clock.now())):
        runtime.metrics.lease_lost("job")
