"""Policies as their pages show them: drafts, approvals, what is planned, what runs in shadow and what came of it, and old routings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from commentsvc.domain.explaining import Explanation, Routed, explain_routing
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Policy, parse_policy
from commentsvc.domain.status import Route, ScheduleState, Verdict
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.packing import unpack_scores

_VERSION = table_of(models.PolicyVersion)
_SITE = table_of(models.Site)
_DRAFT = table_of(models.PolicyDraft)
_APPROVAL = table_of(models.PolicyApproval)
_RULE = table_of(models.PolicyRule)
_PLAN = table_of(models.PolicySchedule)
_SHADOW = table_of(models.PolicyShadow)
_BESIDE = table_of(models.ShadowRouting)
_ROUTING = table_of(models.Routing)
_REVISION = table_of(models.Revision)
_SCORES = table_of(models.ScoreSet)
_DECISION = table_of(models.Decision)
EXAMPLES: Final = 10
_SHOWN_SHADOWS: Final = 20


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """Who said yes to a version; `account_id` None is the operator on the command line."""

    account_id: str | None
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An activation that waits for its time."""

    version: int
    account_id: str | None
    activate_at: datetime
    state: ScheduleState


@dataclass(frozen=True, slots=True)
class ShadowLine:
    """A version that runs, or ran, in shadow."""

    id: str
    version: int
    begun_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft."""

    id: str
    account_id: str | None
    name: str
    document: dict[str, Any]
    base_version: int
    edition: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PolicyDesk:
    """All that surrounds a site's versions. `approvals` are by the version's id; `previous` is the version one click goes back to."""

    needs_approval: bool
    off_asked_by: str | None
    approvals: Mapping[str, ApprovalLine]
    plan: PlanLine | None
    refused: PlanLine | None
    """The plan that ended last, if it was refused."""
    shadows: list[ShadowLine]
    drafts: list[DraftLine]
    previous: int | None


def wants_second_person(session: Session, site_id: str) -> bool:
    """Whether a second admin approves each version before it routes."""
    return bool(session.connection().execute(select(_RULE.c.needs_approval).where(_RULE.c.site_id == site_id)).scalar_one_or_none())


def load_policy_desk(session: Session, site_id: str) -> PolicyDesk:
    """What surrounds a site's policy versions now; of shadows the latest ones, newest first."""
    conn = session.connection()
    rule = conn.execute(select(_RULE.c.needs_approval, _RULE.c.off_asked_by).where(_RULE.c.site_id == site_id)).one_or_none()
    approvals = conn.execute(
        select(_APPROVAL.c.version_id, _APPROVAL.c.account_id, _APPROVAL.c.note, _APPROVAL.c.created_at)
        .join_from(_APPROVAL, _VERSION, _VERSION.c.id == _APPROVAL.c.version_id)
        .where(_VERSION.c.site_id == site_id)
    )
    shadows = conn.execute(
        select(_SHADOW.c.id, _VERSION.c.version, _SHADOW.c.begun_at, _SHADOW.c.ended_at)
        .join_from(_SHADOW, _VERSION, _VERSION.c.id == _SHADOW.c.version_id)
        .where(_SHADOW.c.site_id == site_id)
        .order_by(_SHADOW.c.id.desc())
        .limit(_SHOWN_SHADOWS)
    )
    plan = _find_plan(conn, site_id, ScheduleState.WAITING)
    last = _find_plan(conn, site_id, None)
    return PolicyDesk(
        needs_approval=bool(rule and rule.needs_approval),
        off_asked_by=rule.off_asked_by if rule else None,
        approvals={row.version_id: ApprovalLine(row.account_id, row.note, row.created_at) for row in approvals},
        plan=plan,
        refused=last if last is not None and last.state is ScheduleState.REFUSED else None,
        shadows=[ShadowLine(*row) for row in shadows],
        drafts=list_drafts(session, site_id),
        previous=_find_previous(conn, site_id),
    )


def _find_plan(conn: Connection, site_id: str, state: ScheduleState | None) -> PlanLine | None:
    query = (
        select(_VERSION.c.version, _PLAN.c.account_id, _PLAN.c.activate_at, _PLAN.c.state)
        .join_from(_PLAN, _VERSION, _VERSION.c.id == _PLAN.c.version_id)
        .where(_PLAN.c.site_id == site_id)
        .order_by(_PLAN.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query if state is None else query.where(_PLAN.c.state == state)).one_or_none()
    return PlanLine(*row) if row is not None else None


def _find_previous(conn: Connection, site_id: str) -> int | None:
    query = (
        select(_VERSION.c.version)
        .join_from(_VERSION, _SITE, _SITE.c.id == _VERSION.c.site_id)
        .where(_VERSION.c.site_id == site_id, _VERSION.c.id != _SITE.c.policy_version_id, _VERSION.c.activated_at.is_not(None))
        .order_by(_VERSION.c.activated_at.desc(), _VERSION.c.version.desc())
        .limit(1)
    )
    found: int | None = conn.execute(query).scalar_one_or_none()
    return found


def list_drafts(session: Session, site_id: str) -> list[DraftLine]:
    """A site's drafts, the one changed last first."""
    query = select(*[_DRAFT.c[name] for name in DraftLine.__slots__]).where(_DRAFT.c.site_id == site_id)
    return [DraftLine(*row) for row in session.connection().execute(query.order_by(_DRAFT.c.changed_at.desc(), _DRAFT.c.id))]


def find_draft(session: Session, site_id: str, draft_id: str) -> DraftLine | None:
    """One of a site's drafts, or None."""
    query = select(*[_DRAFT.c[name] for name in DraftLine.__slots__]).where(_DRAFT.c.site_id == site_id, _DRAFT.c.id == draft_id)
    row = session.connection().execute(query).one_or_none()
    return DraftLine(*row) if row is not None else None


# -- What came of a shadow -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Differing:
    """Revisions that a shadow would have sent another way, by what moderators made of them."""

    before: Route
    after: Route
    count: int
    approved: int
    rejected: int
    examples: list[str]
    """Ids of the latest comments."""


@dataclass(frozen=True, slots=True)
class ShadowOutcome:
    """Revisions by where the active policy and the shadow sent them, and those that differ."""

    counts: Mapping[tuple[Route, Route], int]
    differing: list[Differing]

    @property
    def total(self) -> int:
        """Revisions routed by both."""
        return sum(self.counts.values())

    def sent(self, route: Route) -> tuple[int, int]:
        """How many the active policy and the shadow sent this way."""
        active = sum(count for (before, _), count in self.counts.items() if before is route)
        return active, sum(count for (_, after), count in self.counts.items() if after is route)


def load_shadow_outcome(session: Session, shadow_id: str) -> ShadowOutcome:
    """What came of a shadow so far; the counts from an index alone, decisions and examples for what differs."""
    conn = session.connection()
    rows = conn.execute(
        select(_BESIDE.c.active_route, _BESIDE.c.route, func.count())
        .where(_BESIDE.c.shadow_id == shadow_id)
        .group_by(_BESIDE.c.active_route, _BESIDE.c.route)
    )
    counts = {(Route(row[0]), Route(row[1])): int(row[2]) for row in rows}
    ways = sorted((way for way in counts if way[0] is not way[1]), key=lambda way: (way[0].severity, way[1].severity))
    return ShadowOutcome(counts, [_differing(conn, shadow_id, way, counts[way]) for way in ways])


def _differing(conn: Connection, shadow_id: str, way: tuple[Route, Route], count: int) -> Differing:
    mine = _BESIDE.c.shadow_id == shadow_id, _BESIDE.c.active_route == way[0], _BESIDE.c.route == way[1]
    joined = _BESIDE.join(_ROUTING, _ROUTING.c.id == _BESIDE.c.routing_id)
    decided = joined.join(_DECISION, (_DECISION.c.revision_id == _ROUTING.c.revision_id) & _DECISION.c.is_in_force)
    verdicts = conn.execute(select(_DECISION.c.verdict, func.count()).select_from(decided).where(*mine).group_by(_DECISION.c.verdict))
    known = {Verdict(row[0]): int(row[1]) for row in verdicts}
    latest = select(_ROUTING.c.comment_id).select_from(joined).where(*mine).order_by(_BESIDE.c.routing_id.desc()).limit(EXAMPLES)
    examples = list(dict.fromkeys(conn.execute(latest).scalars()))
    return Differing(way[0], way[1], count, known.get(Verdict.APPROVE, 0), known.get(Verdict.REJECT, 0), examples)


# -- Why a comment went where it went ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ExplainedRouting:
    """A routing with the version that made it and what that version says about it."""

    id: str
    revision_no: int
    route: Route
    section: str | None
    reasons: list[dict[str, Any]]
    version: int
    version_note: str
    version_account_id: str | None
    is_version_active: bool
    is_in_force: bool
    created_at: datetime
    is_scored: bool
    explanation: Explanation


def explain_comment(session: Session, comment_id: str) -> list[ExplainedRouting]:
    """Every routing of a comment, newest first, each told from the version that made it."""
    columns = [_SCORES.c[label.value] for label in ALL_LABELS]
    query = (
        select(
            _ROUTING,
            _REVISION.c.no,
            _VERSION.c.version,
            _VERSION.c.note,
            _VERSION.c.account_id,
            _VERSION.c.document,
            (_SITE.c.policy_version_id == _VERSION.c.id).label("is_active"),
            *columns,
        )
        .join_from(_ROUTING, _REVISION, _REVISION.c.id == _ROUTING.c.revision_id)
        .join(_VERSION, _VERSION.c.id == _ROUTING.c.policy_version_id)
        .join(_SITE, _SITE.c.id == _ROUTING.c.site_id)
        .outerjoin(_SCORES, _SCORES.c.id == _ROUTING.c.score_set_id)
        .where(_ROUTING.c.comment_id == comment_id)
        .order_by(_ROUTING.c.id.desc())
    )
    policies: dict[str, Policy] = {}
    found: list[ExplainedRouting] = []
    for row in session.connection().execute(query):
        policy = policies.setdefault(row.policy_version_id, parse_policy(row.document))
        scores = _scores_of(row)
        routed = Routed(row.section_key, scores, row.reasons, row.route, row.rule_route)
        found.append(
            ExplainedRouting(
                id=row.id,
                revision_no=row.no,
                route=row.route,
                section=row.section_key,
                reasons=list(row.reasons),
                version=row.version,
                version_note=row.note,
                version_account_id=row.account_id,
                is_version_active=bool(row.is_active),
                is_in_force=row.is_in_force,
                created_at=row.created_at,
                is_scored=scores is not None,
                explanation=explain_routing(policy, routed),
            )
        )
    return found


def _scores_of(row: Any) -> dict[Label, float] | None:  # noqa: ANN401 - a row
    if row.packed is not None:
        # As they were when it was routed, whatever was measured since.
        return unpack_scores(row.packed)
    if row.score_set_id is None:
        return None
    known = {label: getattr(row, label.value) for label in ALL_LABELS}
    return {label: score for label, score in known.items() if score is not None}
