"""Claims jobs, does them, and goes on. Several loops at once are safe: leases decide."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy.orm import Session

from commentsvc.domain.ports import ScorerUnavailableError, ScoreSet
from commentsvc.runtime import Runtime
from commentsvc.services.judging import Assessment, record_scores
from commentsvc.services.retention import tidy
from commentsvc.services.scoring import ScoringJob, claim_scoring_jobs, finish_scoring_job, postpone_scoring_job
from commentsvc.store.engine import SerializationError, StorageUnavailableError
from commentsvc.store.queries.sites import get_site_by_id
from commentsvc.store.queries.threads import find_comment
from commentsvc.worker.delivering import deliver_once
from commentsvc.worker.mailing import mail_once
from commentsvc.worker.planning import run_plans
from commentsvc.worker.rescoring import run_rescoring
from commentsvc.worker.shadow import run_shadow
from commentsvc.worker.statements import collect_all, send_statements
from commentsvc.worker.suggestions import score_suggestions
from commentsvc.worker.watching import Watcher

log = structlog.get_logger(__name__)
_TIDY_EVERY: Final = timedelta(hours=1)


def run_once(runtime: Runtime) -> int:
    """Do one batch of due jobs; returns how many were claimed. Nothing is lost when this process dies anywhere in here.

    Policies whose time has come are activated first, so that what is scored next is routed by them.
    When no comment waits for its scores, the work that can wait gets its turn: stored comments scored anew, the shadow, and texts
    that moderators elsewhere have judged.

    Raises StorageUnavailableError when the database is away.
    """
    run_plans(runtime)
    claimed = runtime.in_transaction(lambda session: claim_scoring_jobs(session, runtime.settings.worker.batch, runtime.clock.now()))
    if not claimed:
        return run_rescoring(runtime) + run_shadow(runtime) + score_suggestions(runtime)
    _score(runtime, claimed)
    return len(claimed)


def _score(runtime: Runtime, claimed: list[ScoringJob]) -> None:
    wanted: list[tuple[ScoringJob, str]] = []
    for item in claimed:
        if item.text is None:
            runtime.in_transaction(partial(_drop, item))
        else:
            wanted.append((item, item.text))
    for item, text, scores in _answers(runtime, wanted):
        if scores is None:
            runtime.in_transaction(partial(_postpone, runtime, item, "scorer_unavailable"))
            continue
        try:
            _record(runtime, item, text, scores)
        except StorageUnavailableError:
            raise
        except Exception:
            # Put back on its own, so that one comment that cannot be judged never stands before all that come after it.
            log.exception("routing_failed", comment_id=item.comment_id)
            runtime.in_transaction(partial(_postpone, runtime, item, "routing_failed"))


def _drop(item: ScoringJob, session: Session) -> None:
    finish_scoring_job(session, item.job)


def _postpone(runtime: Runtime, item: ScoringJob, error: str, session: Session) -> None:
    postpone_scoring_job(session, item.job, error, runtime.clock.now())


def _answers(runtime: Runtime, wanted: list[tuple[ScoringJob, str]]) -> list[tuple[ScoringJob, str, ScoreSet | None]]:
    texts = [text for _, text in wanted]
    try:
        scores: list[ScoreSet | None] = [*runtime.scorer.score(texts)]
    except ScorerUnavailableError as error:
        log.warning("scoring_postponed", job_count=len(texts), error=str(error))
        # One text that the scorer cannot bear must not hold up the others.
        scores = [_score_alone(runtime, text) for text in texts] if len(texts) > 1 else [None]
    return [(item, text, found) for (item, text), found in zip(wanted, scores, strict=True)]


def _score_alone(runtime: Runtime, text: str) -> ScoreSet | None:
    try:
        return runtime.scorer.score([text])[0]
    except ScorerUnavailableError:
        return None


def _record(runtime: Runtime, item: ScoringJob, body: str, scores: ScoreSet) -> None:
    text = runtime.make_text(body)
    with runtime.db.reading() as session:
        comment = find_comment(session, item.comment_id) if item.comment_id else None
        if comment is None:
            return
        site = get_site_by_id(session, comment.site_id)
        policy, version_id = runtime.policy_of(session, site)
        shadows = runtime.shadows_of(session, site)
    judge = runtime.judge(policy, version_id, shadows)
    assessed = Assessment(text, scores, judge, runtime.clock.now())
    judged = runtime.in_transaction(lambda session: record_scores(session, item, assessed))
    if judged is None:
        runtime.metrics.lease_lost("job")
    elif judged.routing is not None:
        runtime.metrics.comment_routed(judged.routing.route.value)
        log.info("comment_routed", comment_id=item.comment_id, route=judged.routing.route.value, policy_version=version_id)


def run_until_stopped(runtime: Runtime, stop: threading.Event, has_work: threading.Event) -> None:
    """Do jobs until `stop` is set; look again when `has_work` is, and every `worker.poll_s` seconds in case a wake-up was lost.

    Messages to webhooks, letters to readers and statements of reasons go out from threads of their own, which end with this one:
    whoever is slow to take them keeps nobody else waiting. Weeks are counted in another.
    """
    steps = (("webhooks", deliver_once), ("letters", mail_once), ("statements", send_statements), ("watching", Watcher().step))
    others = [threading.Thread(target=_tell_until_stopped, args=(runtime, stop, step), name=name, daemon=True) for name, step in steps]
    for other in others:
        other.start()
    try:
        _work_until_stopped(runtime, stop, has_work)
    finally:
        for other in others:
            other.join(runtime.settings.outward.timeout_s)


def _tell_until_stopped(runtime: Runtime, stop: threading.Event, step: Callable[[Runtime], int]) -> None:
    while not stop.is_set():
        if not _is_busy(partial(step, runtime)):
            stop.wait(runtime.settings.worker.poll_s)


def _work_until_stopped(runtime: Runtime, stop: threading.Event, has_work: threading.Event) -> None:
    tidied_at: datetime | None = None

    def work() -> int:
        nonlocal tidied_at
        done = run_once(runtime)
        now = runtime.clock.now()
        if tidied_at is None or now - tidied_at >= _TIDY_EVERY:
            runtime.in_transaction(partial(tidy, now=now))
            collect_all(runtime)
            tidied_at = now
        return done

    while not stop.is_set():
        has_work.clear()
        if not _is_busy(work) and not stop.is_set():
            has_work.wait(runtime.settings.worker.poll_s)


def _is_busy(step: Callable[[], int]) -> bool:
    """Take one step of a loop; whether it found something to do. Never raises."""
    try:
        return step() > 0
    except (StorageUnavailableError, SerializationError) as error:
        log.warning("worker_waits_for_storage", error=type(error).__name__)
    except Exception:
        # The loop must outlive whatever one job brings up; its lease runs out and it is tried again.
        log.exception("worker_step_failed")
    return False
