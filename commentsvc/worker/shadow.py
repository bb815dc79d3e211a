"""The shadow scorer's turn: after readers have their answers, and when no job waits."""

import structlog

from commentsvc.domain.errors import ConflictError
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.runtime import Runtime
from commentsvc.services.jobs import JobKind, claim_alone, finish_job
from commentsvc.services.shadow import record_shadow_scores, shadow_cursor
from commentsvc.store.engine import SerializationError, StorageUnavailableError
from commentsvc.store.queries.rescoring import FreshText, list_routed_since
from commentsvc.worker.rescoring import BulkScorer

log = structlog.get_logger(__name__)


def run_shadow(runtime: Runtime) -> int:
    """Have the shadow score some comments that were routed since it began; returns how many. 0 without a shadow or without work.

    Whatever the shadow does, nobody else notices: it is logged, and left alone for a while.
    """
    shadow = runtime.shadow
    # A reader who waits for the active scorer comes first.
    if shadow is None or shadow.is_resting(runtime.clock.now()) or runtime.scorer.waiting_count:
        return 0
    try:
        done = _score_next(runtime)
    except (StorageUnavailableError, SerializationError):
        raise
    except (ScorerUnavailableError, ConflictError) as error:
        log.warning("shadow_rests", error=str(error))
        shadow.rest(runtime.clock.now())
        return 0
    except Exception:
        log.exception("shadow_failed")
        shadow.rest(runtime.clock.now())
        return 0
    shadow.recover()
    return done


def _score_next(runtime: Runtime) -> int:
    scorer, row = runtime.open_shadow()
    now = runtime.clock.now()
    if not _fresh(runtime, row):
        return 0
    job = runtime.in_transaction(lambda session: claim_alone(session, JobKind.SHADOW, row, now))
    if job is None:
        return 0
    # Read again under the lease: another worker may have done them in between.
    texts = _fresh(runtime, row)
    try:
        found, failed = BulkScorer(scorer).score(texts)
    except BaseException:
        runtime.in_transaction(lambda session: finish_job(session, job))
        raise
    if failed:
        log.warning("shadow_cannot_bear", text_count=failed)
    if not texts:
        runtime.in_transaction(lambda session: finish_job(session, job))
        return 0
    return runtime.in_transaction(lambda session: record_shadow_scores(session, job, texts, found, runtime.clock.now()))


def _fresh(runtime: Runtime, row: str) -> list[FreshText]:
    with runtime.db.reading() as session:
        return list_routed_since(session, row, shadow_cursor(session, row), runtime.settings.worker.batch)
