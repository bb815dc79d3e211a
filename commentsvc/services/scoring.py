"""Scorer versions on record, and the way of a comment that was stored before it could be scored."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from commentsvc.domain.errors import ConflictError
from commentsvc.domain.ports import ScorerVersion
from commentsvc.domain.status import Status
from commentsvc.services.jobs import ClaimedJob, JobKind, claim_jobs, fail_job, finish_job
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id

_SCORER = table_of(models.ScorerVersion)
_REVISION = table_of(models.Revision)
_COMMENT = table_of(models.Comment)


def ensure_scorer_version(session: Session, version: ScorerVersion, now: datetime) -> str:
    """Put a scorer version on record if it is new; returns its row's id. Caller holds a transaction."""
    conn = session.connection()
    calibration = _document(version)
    query = select(_SCORER.c.id, _SCORER.c.calibration.is_(None).label("is_bare")).where(_SCORER.c.version == version.id)
    found = conn.execute(query).one_or_none()
    if found is None:
        row = {
            "id": new_id(),
            "version": version.id,
            "name": version.name,
            "engine": version.engine,
            "digest": version.digest,
            "preparation": version.preparation,
            "labels": [label.value for label in version.labels],
            "languages": list(version.languages),
            "calibration": calibration,
            "created_at": now,
        }
        conn.execute(insert_of(conn, _SCORER).values(**row).on_conflict_do_nothing())
        found = conn.execute(query).one()
    elif found.is_bare:
        # Put on record by a release that did not keep it.
        conn.execute(update(_SCORER).where(_SCORER.c.id == found.id, _SCORER.c.calibration.is_(None)).values(calibration=calibration))
    return str(found.id)


def check_calibration(session: Session, version: ScorerVersion) -> None:
    """Raise ConflictError when a scorer of this version is on record whose scores were made with another calibration.

    The version does not name the calibration, so that the two would be taken for one and their scores mixed up.
    """
    query = select(_SCORER.c.calibration).where(_SCORER.c.version == version.id, _SCORER.c.calibration.is_not(None))
    known = session.connection().execute(query).scalar_one_or_none()
    if known is not None and known != _document(version):
        raise ConflictError(
            f"{version.id} is on record with another calibration: its scores would be mixed up with those. Give it a name of its own."
        )


def _document(version: ScorerVersion) -> dict[str, dict[str, list[float]]]:
    return {label.value: {"raw": list(raw), "score": list(score)} for label, (raw, score) in version.calibration.items()}


@dataclass(frozen=True, slots=True)
class ScoringJob:
    """A claimed job with the text it is about; `text` is None when the revision needs no score any more."""

    job: ClaimedJob
    revision_id: str
    comment_id: str | None
    text: str | None


def claim_scoring_jobs(session: Session, limit: int, now: datetime) -> list[ScoringJob]:
    """Take up to `limit` scoring jobs under a lease, with their texts. Caller commits before it scores."""
    jobs = claim_jobs(session, JobKind.SCORE, limit, now)
    if not jobs:
        return []
    rows = session.connection().execute(
        select(_REVISION.c.id, _REVISION.c.comment_id, _REVISION.c.body, _COMMENT.c.current_revision_id, _COMMENT.c.status)
        .join_from(_REVISION, _COMMENT, _COMMENT.c.id == _REVISION.c.comment_id)
        .where(_REVISION.c.id.in_([job.subject_id for job in jobs]))
    )
    found = {row.id: row for row in rows}
    claimed: list[ScoringJob] = []
    for job in jobs:
        row = found.get(job.subject_id)
        needed = row is not None and row.current_revision_id == row.id and row.status not in {Status.WITHDRAWN, Status.ERASED}
        claimed.append(ScoringJob(job, job.subject_id, row.comment_id if row else None, row.body if row and needed else None))
    return claimed


def finish_scoring_job(session: Session, job: ClaimedJob) -> bool:
    """Take away a job that is done, or whose revision needs no score. False when the lease was lost."""
    return finish_job(session, job)


def postpone_scoring_job(session: Session, job: ClaimedJob, error: str, now: datetime) -> None:
    """Put a scoring job back for later. It never dies: its comment would be lost."""
    fail_job(session, job, error, now, may_die=False)
