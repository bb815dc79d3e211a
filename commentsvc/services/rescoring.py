"""Stored comments scored anew by another scorer, beside the scores they have. No routing is changed by it.

The texts are scored outside of any transaction, by whoever runs a rescoring; here is what is written before and after.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.comparing import RouteChanges
from commentsvc.domain.estimation import band_routes
from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.policy import Policy
from commentsvc.domain.ports import ScoreSet
from commentsvc.domain.status import Status
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.jobs import ClaimedJob, JobKind, claim_jobs, enqueue_job, fail_job, finish_job, put_job_back
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id
from commentsvc.store.queries.rescoring import Mark, Stock, count_unscored, iterate_scored_twice

_COMMENT = table_of(models.Comment)
_REVISION = table_of(models.Revision)
_SCORES = table_of(models.ScoreSet)
_RESCORING = table_of(models.Rescoring)
_GONE: Final = (Status.WITHDRAWN, Status.ERASED)
_OTHER_WORKER: Final = timedelta(seconds=30)


def store_score_sets(session: Session, scorer_row: str, scored: Mapping[str, ScoreSet], now: datetime) -> int:
    """Keep score sets by revision, each beside those of other scorers; returns how many are new. Caller holds a transaction.

    A score set that is there already stays as it is. A revision that was deleted meanwhile, or whose comment was withdrawn, is
    left out.
    """
    if not scored:
        return 0
    conn = session.connection()
    # On PostgreSQL the lock keeps the revisions there until the score sets that point to them are.
    wanted = (
        select(_REVISION.c.id)
        .join(_COMMENT, _COMMENT.c.id == _REVISION.c.comment_id)
        .where(_REVISION.c.id.in_(list(scored)), _COMMENT.c.status.not_in(_GONE))
        .order_by(_REVISION.c.id)
        .with_for_update(read=True, key_share=True, of=_REVISION)
    )
    known = select(_SCORES.c.revision_id).where(_SCORES.c.scorer_version_id == scorer_row, _SCORES.c.revision_id.in_(list(scored)))
    there = set(conn.execute(known).scalars())
    rows = [
        {label.value: scored[key].values.get(label) for label in ALL_LABELS}
        | {"id": new_id(), "revision_id": key, "scorer_version_id": scorer_row, "created_at": now}
        for key in conn.execute(wanted).scalars()
        if key not in there
    ]
    if rows:
        conn.execute(insert_of(conn, _SCORES).on_conflict_do_nothing(index_elements=["revision_id", "scorer_version_id"]), rows)
    return len(rows)


def compare_routes(
    session: Session, stock: Stock, policy: Policy, scorer_row: str, *, against: str | None = None, limit: int | None = None
) -> RouteChanges:
    """Tell where a policy would send comments by the scores they were routed with, and by those of another scorer (its version's row).

    The other rules keep the outcome they had, on both sides. `against` takes the scores of that scorer in place of those they were
    routed with; `limit` keeps the latest. Comments without both scores are left out. Memory does not grow with their number.
    """
    own = tuple(policy.section_bands)
    changes = RouteChanges()
    for piece in iterate_scored_twice(session, stock, scorer_row, against=against, sections=own, limit=limit):
        routes = []
        for history in (piece.routed, piece.other):
            found = band_routes(history, policy.bands_for(None))
            for place, key in enumerate(own, start=1):
                inside = history.sections == place
                found[inside] = band_routes(history, policy.bands_for(key), rows=inside)
            routes.append(found)
        changes.add(piece.ids, routes[0], routes[1], piece.routed.verdicts)
    return changes


# -- In the background ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class NewRescoring:
    """What to score anew: a site's comments by a scorer (its version's row), at most `most` of them, and who asked for it."""

    stock: Stock
    scorer_row: str
    most: int | None
    account_id: str | None


def request_rescoring(session: Session, new: NewRescoring, now: datetime) -> str:
    """Have a worker score comments anew; returns the rescoring's id. Caller holds a transaction.

    Where the same scorer is at work on the site for the same time already, that one's id is returned.
    """
    conn = session.connection()
    running = select(_RESCORING.c.id).where(
        _RESCORING.c.site_id == new.stock.site_id,
        _RESCORING.c.scorer_version_id == new.scorer_row,
        _RESCORING.c.finished_at.is_(None),
        _RESCORING.c.since.is_(None) if new.stock.since is None else _RESCORING.c.since == new.stock.since,
        _RESCORING.c.most.is_(None) if new.most is None else _RESCORING.c.most == new.most,
    )
    found = conn.execute(running.limit(1)).scalar_one_or_none()
    if found is not None:
        return str(found)
    total = count_unscored(session, new.stock, new.scorer_row)
    key = new_id()
    row = {
        "id": key,
        "site_id": new.stock.site_id,
        "scorer_version_id": new.scorer_row,
        "account_id": new.account_id,
        "since": new.stock.since,
        "most": new.most,
        "total": total if new.most is None else min(total, new.most),
        "scored": 0,
        "failed": 0,
        "created_at": now,
    }
    conn.execute(insert(_RESCORING), row)
    enqueue_job(session, JobKind.RESCORE, key, now)
    after = {"scorer_version": new.scorer_row, "total": row["total"]}
    actor = f"account:{new.account_id}" if new.account_id else "system"
    fact = AuditFact(actor=actor, action="rescoring_requested", subject=f"rescoring:{key}", after=after, at=now)
    append_audit_entry(session, new.stock.site_id, fact)
    return key


@dataclass(frozen=True, slots=True)
class ClaimedRescoring:
    """A rescoring that we hold, and how far it has come; `left` is how many more comments it may look at, None for all."""

    job: ClaimedJob
    id: str
    stock: Stock
    scorer_row: str
    scorer_version: str
    left: int | None
    reached: Mark | None


@dataclass(frozen=True, slots=True)
class Piece:
    """What came of some comments: scores by revision, how many the scorer could not bear, and the last comment of them."""

    scored: Mapping[str, ScoreSet]
    failed: int
    reached: Mark


def claim_rescoring(session: Session, now: datetime, versions: Sequence[str]) -> ClaimedRescoring | None:
    """Take one rescoring that is due, by one of these scorer versions, under a lease. Caller commits before it scores."""
    conn = session.connection()
    scorer = table_of(models.ScorerVersion)
    for job in claim_jobs(session, JobKind.RESCORE, 1, now):
        query = select(_RESCORING, scorer.c.version).join(scorer, scorer.c.id == _RESCORING.c.scorer_version_id)
        row = conn.execute(query.where(_RESCORING.c.id == job.subject_id)).one_or_none()
        if row is None:
            finish_job(session, job)
        elif row.version not in versions:
            # Another worker may have the files of that scorer; this one must not stand in its way.
            put_job_back(session, job, now + _OTHER_WORKER)
        else:
            left = None if row.most is None else max(0, row.most - row.scored - row.failed)
            reached = None if row.reached_id is None else Mark(row.reached_at, row.reached_id)
            stock = Stock(row.site_id, row.since)
            return ClaimedRescoring(job, row.id, stock, row.scorer_version_id, row.version, left, reached)
    return None


def record_rescored(session: Session, claimed: ClaimedRescoring, piece: Piece, now: datetime) -> bool:
    """Keep what came of a piece and let the rescoring go on. Caller holds a transaction.

    False, changing nothing, when the lease was lost.
    """
    if not put_job_back(session, claimed.job, now):
        return False
    scored = store_score_sets(session, claimed.scorer_row, piece.scored, now)
    session.connection().execute(
        update(_RESCORING)
        .where(_RESCORING.c.id == claimed.id)
        .values(
            scored=_RESCORING.c.scored + scored,
            failed=_RESCORING.c.failed + piece.failed,
            reached_at=piece.reached.created_at,
            reached_id=piece.reached.comment_id,
        )
    )
    return True


def postpone_rescoring(session: Session, claimed: ClaimedRescoring, now: datetime) -> None:
    """Put a rescoring back for later, since its scorer does not answer now. It never dies. Caller holds a transaction."""
    fail_job(session, claimed.job, "scorer_unavailable", now, may_die=False)


def finish_rescoring(session: Session, claimed: ClaimedRescoring, changes: RouteChanges, now: datetime) -> bool:
    """Close a rescoring with what would change. False, changing nothing, when the lease was lost. Caller holds a transaction."""
    if not finish_job(session, claimed.job):
        return False
    values = {"changes": changes.as_document(), "finished_at": now}
    session.connection().execute(update(_RESCORING).where(_RESCORING.c.id == claimed.id).values(values))
    return True
