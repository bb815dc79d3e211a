"""Policies: kept in versions, activated, and tried on the site's own history."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.policy import Band, Policy, parse_policy
from commentsvc.domain.principals import Role
from commentsvc.services.policies import activate_policy, create_policy_version
from commentsvc.services.simulation import simulate_policy
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

    The other rules keep the outcome they had. Counts are exact; shares come with a 95 % interval, or as null with too few decisions.
    """
    runtime = get_runtime()
    period = _period(wish, runtime.clock.now())
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        draft = _draft(session, found, wish)
        active, _ = runtime.policy_of(session, found)
        with runtime.turnstile.aside():
            simulated = simulate_policy(session, found.id, draft, period)
            changes = _changes(session, found.id, period, active, draft)
    shown = {name: getattr(simulated, name) for name in type(simulated).__slots__}
    return shown | {"since": period.since, "until": period.until, "changes": changes}


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
def _period(wish: SimulationWish, now: datetime) -> Period:
    until = wish.until or now
    try:
        since = wish.since or until - _USUAL
    except OverflowError:
        since = until
    if since >= until:
        problem = FieldProblem("/since", "Must lie before `until`.")
        raise InvalidError("The period is empty.", fields=(problem,))
    return Period(since, until, wish.section)


def _draft(session: Session, site: SiteState, wish: SimulationWish) -> Policy:
    if wish.document is not None:
        with of_document("/document"):
            return parse_policy(wish.document)
    line = find_policy_version(session, site.id, min(wish.version or 0, MAX_VERSION))
    if line is None:
        problem = FieldProblem("/version", "There is no such version.")
        raise NotFoundError("There is no such policy version.", fields=(problem,))
    return parse_policy(line.document)


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
