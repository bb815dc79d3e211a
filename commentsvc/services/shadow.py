"""The shadow: a second scorer that scores new comments beside the active one, after the answer, and routes none."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import ConflictError
from commentsvc.domain.ports import ScorerVersion, ScoreSet
from commentsvc.services.audit import INSTALLATION, append_audit_entry
from commentsvc.services.jobs import ClaimedJob, finish_job
from commentsvc.services.rescoring import store_score_sets
from commentsvc.services.scoring import check_calibration, ensure_scorer_version
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.queries.rescoring import FreshText, last_routing_id

_SCORER = table_of(models.ScorerVersion)
_ROUTING = table_of(models.Routing)
LOOK_BACK: Final = timedelta(seconds=60)
"""Routings may become visible in another order than their ids have; after so long none is still on its way."""


def begin_shadow(session: Session, version: ScorerVersion, now: datetime) -> str:
    """Make a scorer the shadow, from the next comment on, unless it is already; returns its version's row. Caller holds a transaction.

    Raises ConflictError for a scorer whose version is on record with another calibration.
    """
    check_calibration(session, version)
    row = ensure_scorer_version(session, version, now)
    conn = session.connection()
    conn.execute(update(_SCORER).where(_SCORER.c.id != row, _SCORER.c.shadow_since.is_not(None)).values(shadow_since=None))
    begun = {"shadow_since": now, "shadow_cursor": last_routing_id(session)}
    conn.execute(update(_SCORER).where(_SCORER.c.id == row, _SCORER.c.shadow_since.is_(None)).values(begun))
    return row


def shadow_cursor(session: Session, scorer_row: str) -> str:
    """The routing up to which the shadow has scored everything; an empty text for none."""
    return session.connection().execute(select(_SCORER.c.shadow_cursor).where(_SCORER.c.id == scorer_row)).scalar_one() or ""


def record_shadow_scores(
    session: Session, job: ClaimedJob, texts: Sequence[FreshText], scored: Mapping[str, ScoreSet], now: datetime
) -> int:
    """Keep the shadow's scores of some texts, given in order; returns how many are new. Caller holds a transaction.

    0, changing nothing, when the lease was lost.
    """
    if not finish_job(session, job):
        return 0
    conn = session.connection()
    stored = store_score_sets(session, job.subject_id, scored, now)
    settled = select(func.max(_ROUTING.c.id)).where(
        _ROUTING.c.id > shadow_cursor(session, job.subject_id),
        _ROUTING.c.id <= texts[-1].routing_id,
        _ROUTING.c.created_at <= now - LOOK_BACK,
    )
    reached = conn.execute(settled).scalar()
    if reached is not None:
        conn.execute(update(_SCORER).where(_SCORER.c.id == job.subject_id).values(shadow_cursor=reached))
    return stored


def restart_shadow(session: Session, version: str, account_id: str | None, now: datetime) -> None:
    """Let the comparison with the active scorer begin anew. Caller holds a transaction. Raises ConflictError for one that is no shadow."""
    changed = session.connection().execute(
        update(_SCORER)
        .where(_SCORER.c.version == version, _SCORER.c.shadow_since.is_not(None))
        .values(shadow_since=now)
        .returning(_SCORER.c.id)
    )
    row = changed.scalar_one_or_none()
    if row is None:
        raise ConflictError(
            "The settings name another shadow scorer, or none: set scorer.shadow_engine, scorer.shadow_path and scorer.shadow_digest "
            "to this one, and start servers and workers again."
        )
    actor = f"account:{account_id}" if account_id else "system"
    fact = AuditFact(actor=actor, action="shadow_restarted", subject=f"scorer_version:{row}", after={"version": version}, at=now)
    append_audit_entry(session, INSTALLATION, fact)
