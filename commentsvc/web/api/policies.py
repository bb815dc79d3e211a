"""Policies: kept in versions, activated, and tried on the site's own history."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.policy import Band, Policy, parse_policy
from commentsvc.domain.principals import Role
from commentsvc.domain.quality import Figure, TooLittle
from commentsvc.services.laboratory import Figures, Scope
from commentsvc.services.policies import activate_policy, create_policy_version
from commentsvc.services.simulation import simulate_draft
from commentsvc.store.queries.history import Period, PolicyLine, ScoredText, find_policy_version, list_policy_versions, list_scored_texts
from commentsvc.store.queries.sites import SiteState, get_site
from commentsvc.web.api.access import site_for
from commentsvc.web.api.schemas.policies import (
    MAX_VERSION,
    Draft,
    DraftSchema,
    PoliciesSchema,
    PolicySchema,
    SimulatedSchema,
    SimulationSchema,
    SimulationWish,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

_USUAL: Final = timedelta(days=30)
_CHANGES_SHOWN: Final = 20
_ABOVE_ALL: Final = 1.1

blp = CommentBlueprint("policies", "policies", url_prefix=f"{API_PREFIX}/admin", description="Policies.")


@contextmanager
def of_document(pointer: str) -> Iterator[None]:
    """Let problems of a policy point at where in the request's body its document stands."""
    try:
        yield
    except InvalidError as error:
        if error.detail != "The policy does not fit.":
            raise
        fields = tuple(FieldProblem(pointer + problem.pointer, problem.detail) for problem in error.fields)
        raise InvalidError(error.detail, fields=fields) from None


@blp.route("/sites/<site>/policies", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PoliciesSchema)
def list_versions(site: str) -> dict[str, Any]:
    """List the versions of a site's policy, newest first."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        lines = list_policy_versions(session, found.id)
    return {"items": [_policy(line, found) for line in lines], "next": None}


@blp.route("/sites/<site>/policies", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(DraftSchema)
@blp.response(201, PolicySchema)
def make_version(draft: Draft, site: str) -> dict[str, Any]:
    """Keep a policy as the site's next version. It routes nothing before it is activated."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    new = NewPolicyVersion(found.id, principal.account_id, draft.document, draft.note)
    with of_document("/document"):
        _, version = runtime.in_transaction(lambda session: create_policy_version(session, new, now))
    return show_policy(site, version)


@blp.route("/sites/<site>/policies/<int(max=2147483647):version>", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PolicySchema)
def show_version(site: str, version: int) -> dict[str, Any]:
    """Get one version of a site's policy."""
    with reading() as session:
        site_for(session, site, Role.ADMIN)
    return show_policy(site, version)


@blp.route("/sites/<site>/policies/<int(max=2147483647):version>:activate", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PolicySchema)
def activate_version(site: str, version: int) -> dict[str, Any]:
    """Let a version route comments from the next one on; also the way back to an older version."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: activate_policy(session, found.id, version, principal.account_id, now))
    return show_policy(site, version)


@blp.route("/sites/<site>/policies:simulate", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(SimulationSchema)
@blp.response(200, SimulatedSchema)
def simulate(wish: SimulationWish, site: str) -> dict[str, Any]:
    """See what a policy's thresholds would have done with the comments on record. Changes nothing.

    The other rules keep the outcome they had. Counts are exact; estimates come with a 95 % interval, and shares as null with too few
    decisions.
    """
    runtime = get_runtime()
    period = period_of(wish.since, wish.until, runtime.clock.now())
    now = runtime.clock.now()
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        draft = draft_of(session, found, wish.document, wish.version)
        active, _ = runtime.policy_of(session, found)
        with runtime.turnstile.aside():
            view = runtime.laboratory.open(session, found.id, period, Scope(wish.section, wish.language), None, now)
            simulated = simulate_draft(view, draft)
            changes = _changes(session, found.id, replace(period, section=wish.section), active, draft)
    counts = {name: getattr(simulated, name) for name in ("comments", "decided", "sampled", "is_cut", "stricter", "milder")}
    outcomes = {"now": outcome_of(simulated.now), "draft": outcome_of(simulated.draft)}
    return counts | outcomes | {"since": period.since, "until": period.until, "changes": changes}


def show_policy(site: str, version: int) -> dict[str, Any]:
    """A version as `PolicySchema` writes it. The caller may see the site. Raises NotFoundError."""
    with reading() as session:
        found = get_site(session, site)
        line = find_policy_version(session, found.id, version)
    if line is None:
        raise NotFoundError("There is no such policy version.")
    return _policy(line, found)


def _policy(line: PolicyLine, site: SiteState) -> dict[str, Any]:
    return {
        "version": line.version,
        "is_active": line.id == site.policy_version_id,
        "document": line.document,
        "note": line.note,
        "account": line.account_id,
        "created_at": line.created_at,
        "activated_at": line.activated_at,
    }


# -- Simulation ----------------------------------------------------------------------------------------------------------------
def period_of(since: datetime | None, until: datetime | None, now: datetime) -> Period:
    """The period asked for: 30 days until now where nothing is said. Raises InvalidError for one that is empty."""
    until = until or now
    try:
        since = since or until - _USUAL
    except OverflowError:
        since = until
    if since >= until:
        problem = FieldProblem("/since", "Must lie before `until`.")
        raise InvalidError("The period is empty.", fields=(problem,))
    return Period(since, until)


def draft_of(session: Session, site: SiteState, document: dict[str, object] | None, version: int | None) -> Policy:
    """The policy that is sent, or the version that is named. Raises InvalidError, NotFoundError."""
    if document is not None:
        with of_document("/document"):
            return parse_policy(document)
    line = find_policy_version(session, site.id, min(version or 0, MAX_VERSION))
    if line is None:
        problem = FieldProblem("/version", "There is no such version.")
        raise NotFoundError("There is no such policy version.", fields=(problem,))
    return parse_policy(line.document)


def outcome_of(figures: Figures) -> dict[str, Any]:
    """Figures as they are given out."""
    shown: dict[str, Any] = {name: getattr(figures, name) for name in ("by_route", "flagged", "items_a_day", "hours_a_day")}
    shown |= {"wrongly_held": figures.wrongly_held, "missed": figures.missed}
    return shown | {"precision": _estimate(figures.precision), "recall": _estimate(figures.recall)}


def _estimate(figure: Figure) -> dict[str, Any]:
    if isinstance(figure, TooLittle):
        return {"value": None, "low": figure.interval.low, "high": figure.interval.high, "more": figure.more}
    return {"value": figure.value, "low": figure.low, "high": figure.high, "more": None}


def _changes(session: Session, site_id: str, period: Period, active: Policy, draft: Policy) -> list[dict[str, Any]]:
    """Comments that a moved threshold moves across the line between simply published and flagged, nearest to the new one first."""
    before, after = active.bands_for(period.section), draft.bands_for(period.section)
    found: dict[str, tuple[float, dict[str, Any]]] = {}
    for label in {**before, **after}:
        old, new = _flags_from(before.get(label)), _flags_from(after.get(label))
        if old == new:
            continue
        low, high = min(old, new), max(old, new)
        for scored in list_scored_texts(session, site_id, period, label, low, high, limit=_CHANGES_SHOWN):
            distance = abs(scored.scores[label] - new)
            if scored.comment_id not in found or distance < found[scored.comment_id][0]:
                threshold = new if new < _ABOVE_ALL else None
                found[scored.comment_id] = (
                    distance,
                    _change(scored) | {"label": label, "score": scored.scores[label], "threshold": threshold},
                )
    return [change for _, change in sorted(found.values(), key=lambda one: one[0])][:_CHANGES_SHOWN]


def _flags_from(band: Band | None) -> float:
    thresholds = (band.review_at, band.hold_at, band.reject_at) if band is not None else ()
    return min((threshold for threshold in thresholds if threshold is not None), default=_ABOVE_ALL)


def _change(scored: ScoredText) -> dict[str, Any]:
    return {
        "comment": scored.comment_id,
        "body_html": scored.body_html,
        "route": scored.route,
        "verdict": scored.verdict,
        "created_at": scored.created_at,
    }
