"""What is on record of routings and policies: single comments with their scores, versions, reasons. Whole histories: see `scored`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Select, case, func, select
from sqlalchemy.orm import Session

from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.status import ROUTES, Route, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Comment, Decision, PolicyVersion, Revision, Routing, ScoreSet, Site
from commentsvc.store.packing import NUMBER_BYTES, first_byte_of, pack_score, unpack_scores

_ROUTING = table_of(Routing)
_SCORES = table_of(ScoreSet)
_DECISION = table_of(Decision)
_REVISION = table_of(Revision)
_COMMENT = table_of(Comment)
_POLICY = table_of(PolicyVersion)
_SITE = table_of(Site)
_S_IN_A_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Period:
    """Which part of a site's history: times (UTC, half-open) and, if given, one section by its key."""

    since: datetime
    until: datetime
    section: str | None = None

    @property
    def days(self) -> float:
        """Its length in days."""
        return (self.until - self.since).total_seconds() / _S_IN_A_DAY


def severity_of(column: ColumnElement[Route]) -> ColumnElement[int]:
    """The severity, 0 to 3, of a route as a column."""
    return case(*[(column == route, route.severity) for route in ROUTES], else_=0)


def in_period(query: Select[*tuple[Any, ...]], site_id: str, period: Period) -> Select[*tuple[Any, ...]]:
    """A query of a site's routings, of those that are in force and in the period alone."""
    query = query.where(_ROUTING.c.site_id == site_id, _ROUTING.c.is_in_force)
    query = query.where(_ROUTING.c.created_at >= period.since, _ROUTING.c.created_at < period.until)
    return query.where(_ROUTING.c.section_key == period.section) if period.section is not None else query


# -- Not packed yet: what servers of the release before route beside those of this one -----------------------------------------
def _unpacked(query: Select[*tuple[Any, ...]], site_id: str, period: Period) -> Select[*tuple[Any, ...]]:
    joined = _ROUTING.join(_SCORES, _SCORES.c.id == _ROUTING.c.score_set_id).outerjoin(
        _DECISION, (_DECISION.c.revision_id == _ROUTING.c.revision_id) & _DECISION.c.is_in_force
    )
    query = query.select_from(joined).add_columns(*[_SCORES.c[label.value] for label in ALL_LABELS])
    return in_period(query, site_id, period).where(_ROUTING.c.packed.is_(None), _ROUTING.c.score_set_id.is_not(None))


def measured(scores: Sequence[float | None]) -> dict[Label, float]:
    """Scores in the order of the labels, without those that were not measured."""
    return {label: score for label, score in zip(ALL_LABELS, scores, strict=True) if score is not None}


# -- Single comments -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ScoredText:
    """One comment of the history with its text, for showing which ones change sides."""

    comment_id: str
    body_html: str
    route: Route
    verdict: Verdict | None
    scores: dict[Label, float]
    created_at: datetime


def list_scored_texts(
    session: Session, site_id: str, period: Period, label: Label, low: float, high: float, *, limit: int = 20
) -> list[ScoredText]:
    """Comments whose score for `label` lies in [`low`, `high`), nearest to `high` first: those that moving a threshold moves."""
    conn = session.connection()
    columns = (_ROUTING.c.comment_id, _REVISION.c.body_html, _ROUTING.c.route, _DECISION.c.verdict, _ROUTING.c.created_at)
    score = func.substr(_ROUTING.c.packed, first_byte_of(label), NUMBER_BYTES, type_=LargeBinary)
    bounds = (score >= pack_score(low), score < pack_score(high))
    # First the scores of those nearest, from the index alone; then the rows that have these.
    nearest = in_period(select(score.label("score")), site_id, period).where(*bounds).order_by(score.desc()).limit(limit).subquery()
    least = select(nearest.c.score).order_by(nearest.c.score).limit(1).scalar_subquery()
    query = (
        in_period(select(*columns, _ROUTING.c.packed), site_id, period)
        .join_from(_ROUTING, _REVISION, _REVISION.c.id == _ROUTING.c.revision_id)
        .outerjoin(_DECISION, (_DECISION.c.revision_id == _ROUTING.c.revision_id) & _DECISION.c.is_in_force)
        .where(score >= least, score < pack_score(high))
        .order_by(score.desc())
        .limit(limit)
    )
    found = [_scored_text(row[:5], unpack_scores(row.packed)) for row in conn.execute(query)]
    plain = _SCORES.c[label.value]
    query = _unpacked(select(*columns), site_id, period).join(_REVISION, _REVISION.c.id == _ROUTING.c.revision_id)
    query = query.where(plain >= low, plain < high).order_by(plain.desc()).limit(limit)
    found += [_scored_text(row[:5], measured(row[5:])) for row in conn.execute(query)]
    return sorted(found, key=lambda text: -text.scores[label])[:limit]


def find_scored_texts(session: Session, revision_ids: Sequence[str]) -> dict[str, ScoredText]:
    """Scored revisions whose routing is in force by their ids; those that are gone are left out."""
    columns = (_ROUTING.c.comment_id, _REVISION.c.body_html, _ROUTING.c.route, _DECISION.c.verdict, _ROUTING.c.created_at)
    query = (
        select(*columns, _ROUTING.c.revision_id, _ROUTING.c.packed)
        .join_from(_ROUTING, _REVISION, _REVISION.c.id == _ROUTING.c.revision_id)
        .outerjoin(_DECISION, (_DECISION.c.revision_id == _ROUTING.c.revision_id) & _DECISION.c.is_in_force)
        .where(_ROUTING.c.revision_id.in_(revision_ids), _ROUTING.c.is_in_force)
    )
    rows = session.connection().execute(query).all() if revision_ids else []
    return {row.revision_id: _scored_text(row[:5], unpack_scores(row.packed) if row.packed else {}) for row in rows}


def _scored_text(row: Sequence[Any], scores: dict[Label, float]) -> ScoredText:
    comment_id, body_html, route, verdict, created_at = row
    return ScoredText(comment_id, body_html, route, verdict, scores, created_at)


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy version in a site's list."""

    id: str
    version: int
    document: dict[str, Any]
    note: str
    account_id: str | None
    created_at: datetime
    activated_at: datetime | None


_POLICY_LINE: Final = tuple(_POLICY.c[name] for name in PolicyLine.__slots__)


def list_policy_versions(session: Session, site_id: str, *, limit: int = 100) -> list[PolicyLine]:
    """A site's policy versions, newest first."""
    query = select(*_POLICY_LINE).where(_POLICY.c.site_id == site_id).order_by(_POLICY.c.version.desc()).limit(limit)
    return [PolicyLine(*row) for row in session.connection().execute(query)]


def find_policy_version(session: Session, site_id: str, version: int) -> PolicyLine | None:
    """One version of a site's policy by its number, or None."""
    query = select(*_POLICY_LINE).where(_POLICY.c.site_id == site_id, _POLICY.c.version == version)
    row = session.connection().execute(query).one_or_none()
    return PolicyLine(*row) if row is not None else None


def find_active_version(session: Session, site_id: str) -> PolicyLine | None:
    """The version that routes on a site, or None."""
    query = select(*_POLICY_LINE).join(_SITE, _SITE.c.policy_version_id == _POLICY.c.id).where(_SITE.c.id == site_id)
    row = session.connection().execute(query).one_or_none()
    return PolicyLine(*row) if row is not None else None


def find_reasons(session: Session, revision_id: str) -> list[dict[str, Any]]:
    """The reasons of the routing in force for a revision; empty when there is none."""
    query = select(_ROUTING.c.reasons).where(_ROUTING.c.revision_id == revision_id, _ROUTING.c.is_in_force)
    found = session.connection().execute(query).scalar_one_or_none()
    return list(found) if found else []


def find_current_reasons(session: Session, comment_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """For each of these comments the reasons of the routing in force for its latest text; those not yet routed are left out."""
    query = (
        select(_ROUTING.c.comment_id, _ROUTING.c.reasons)
        .join_from(_ROUTING, _COMMENT, _COMMENT.c.current_revision_id == _ROUTING.c.revision_id)
        .where(_ROUTING.c.comment_id.in_(comment_ids), _ROUTING.c.is_in_force)
    )
    return {row.comment_id: list(row.reasons) for row in session.connection().execute(query)} if comment_ids else {}


def find_comment_site(session: Session, comment_id: str) -> str | None:
    """The id of the site a comment belongs to, or None."""
    found: str | None = session.connection().execute(select(_COMMENT.c.site_id).where(_COMMENT.c.id == comment_id)).scalar_one_or_none()
    return found
