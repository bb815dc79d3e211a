"""Scores for texts that moderators elsewhere have judged: when nothing else waits, so that clients' calls stay short."""

import structlog

from commentsvc.domain.ports import ScorerUnavailableError, ScoreSet
from commentsvc.runtime import Runtime
from commentsvc.services.suggesting import record_suggestion_scores
from commentsvc.store.queries.suggestions import UnscoredText, list_unscored

log = structlog.get_logger(__name__)


def score_suggestions(runtime: Runtime) -> int:
    """Score some texts; returns how many. 0 without work, or while the scorer is away. Doing a text twice does no harm."""
    if runtime.scorer.waiting_count:
        return 0
    with runtime.db.reading() as session:
        texts = list_unscored(session, runtime.settings.worker.batch)
    if not texts:
        return 0
    found, unbearable = _score(runtime, texts)
    if not found:
        # Whether it is the scorer or every single one of these texts cannot be told.
        log.warning("suggestions_wait_for_scorer", text_count=len(texts))
        return 0
    row = runtime.scorer_row(runtime.scorer.version)
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: record_suggestion_scores(session, found, unbearable, row, now))
    return len(texts)


def _score(runtime: Runtime, texts: list[UnscoredText]) -> tuple[dict[str, ScoreSet], list[str]]:
    try:
        scores = runtime.scorer.score([text.body for text in texts])
    except ScorerUnavailableError:
        found: dict[str, ScoreSet] = {}
        for text in texts:
            try:
                found[text.id] = runtime.scorer.score([text.body])[0]
            except ScorerUnavailableError:
                continue
        return found, [text.id for text in texts if text.id not in found]
    return {text.id: one for text, one in zip(texts, scores, strict=True)}, []
