"""What surrounds policy versions: approvals, plans, the way back, shadows, and which thresholds hold where."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.explaining import effective_bands
from commentsvc.domain.policy import Band, parse_policy
from commentsvc.domain.principals import Role
from commentsvc.domain.status import ROUTES
from commentsvc.services.policies import go_back
from commentsvc.services.policy_approval import approve_version, do_without_approval, want_approval
from commentsvc.services.policy_schedule import cancel_activation, schedule_activation
from commentsvc.services.policy_shadow import begin_policy_shadow, end_policy_shadow
from commentsvc.store.queries.history import find_policy_version, list_policy_versions
from commentsvc.store.queries.policies import PolicyDesk, ShadowLine, explain_comment, load_policy_desk, load_shadow_outcome
from commentsvc.store.queries.sites import SiteState, get_site, list_sections
from commentsvc.web.api.access import principal_for_comment, site_for
from commentsvc.web.api.schemas.policy_steps import (
    BackSchema,
    EffectiveSchema,
    ExplanationsSchema,
    PlanWishSchema,
    PolicyShadowOutcomeSchema,
    PolicyStateSchema,
    RuleWishSchema,
    StepNoteSchema,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("policy_steps", "policies", url_prefix=API_PREFIX, description="Policies.")
_ONE = "/admin/sites/<site>/policies/<int(max=2147483647):version>"


def _act(site: str, work: Callable[[Session, str, str, datetime], object]) -> dict[str, Any]:
    """Do something to a site's policies in a transaction, as its admin; what surrounds them then."""
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: work(session, found.id, principal.account_id, now))
    return _state(site)


def _state(site: str) -> dict[str, Any]:
    with reading() as session:
        found = get_site(session, site)
        desk = load_policy_desk(session, found.id)
        lines = list_policy_versions(session, found.id, limit=100_000)
    return _desk(desk, found, {line.id: line.version for line in lines})


def _desk(desk: PolicyDesk, site: SiteState, numbers: dict[str, int]) -> dict[str, Any]:
    plan = desk.plan
    approvals = [
        {"version": numbers[version_id], "account": line.account_id, "note": line.note, "created_at": line.created_at}
        for version_id, line in desk.approvals.items()
    ]
    return {
        "active": numbers.get(site.policy_version_id or ""),
        "previous": desk.previous,
        "needs_approval": desk.needs_approval,
        "off_asked_by": desk.off_asked_by,
        "plan": plan and {"version": plan.version, "account": plan.account_id, "activate_at": plan.activate_at},
        "approvals": sorted(approvals, key=lambda line: -int(line["version"])),
        "shadows": desk.shadows,
    }


@blp.route("/admin/sites/<site>/policies:state", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PolicyStateSchema)
def show_state(site: str) -> dict[str, Any]:
    """Tell what surrounds a site's versions: which is active, what is planned, approved and in shadow."""
    with reading() as session:
        site_for(session, site, Role.ADMIN)
    return _state(site)


@blp.route("/admin/sites/<site>/policies:rule", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(RuleWishSchema)
@blp.response(200, PolicyStateSchema)
def set_rule(wish: dict[str, Any], site: str) -> dict[str, Any]:
    """Have versions approved by a second person, or do without. Doing without takes two admins: the first call asks, another's agrees."""
    wants = want_approval if wish["needs_approval"] else do_without_approval
    return _act(site, wants)


@blp.route("/admin/sites/<site>/policies:back", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(BackSchema)
@blp.response(200, PolicyStateSchema)
def step_back(wish: dict[str, Any], site: str) -> dict[str, Any]:
    """Activate the version that was active before this one. It needs no approval."""
    return _act(site, lambda session, site_id, account, now: go_back(session, site_id, account, now, expected=wish["expected"]))


@blp.route("/admin/sites/<site>/policies:cancel-plan", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PolicyStateSchema)
def cancel_plan(site: str) -> dict[str, Any]:
    """Drop the activation that waits for its time."""
    return _act(site, cancel_activation)


@blp.route(f"{_ONE}:approve", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(StepNoteSchema)
@blp.response(200, PolicyStateSchema)
def approve(wish: dict[str, Any], site: str, version: int) -> dict[str, Any]:
    """Approve a version that somebody else made."""
    return _act(site, lambda session, site_id, account, now: approve_version(session, site_id, version, account, wish["note"], now))


@blp.route(f"{_ONE}:plan", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(PlanWishSchema)
@blp.response(200, PolicyStateSchema)
def plan_activation(wish: dict[str, Any], site: str, version: int) -> dict[str, Any]:
    """Have a version activated at a time, by a worker. A plan that waits already is replaced."""
    return _act(site, lambda session, site_id, account, now: schedule_activation(session, site_id, version, wish["at"], account, now))


@blp.route(f"{_ONE}:shadow", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PolicyStateSchema)
def begin_shadow(site: str, version: int) -> dict[str, Any]:
    """Let a version route every new comment beside the active one, without effect, and count what it would have done."""
    return _act(site, lambda session, site_id, account, now: begin_policy_shadow(session, site_id, version, account, now))


@blp.route(f"{_ONE}:end-shadow", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PolicyStateSchema)
def end_shadow(site: str, version: int) -> dict[str, Any]:
    """Let a version run in shadow no longer. What it counted stays."""
    return _act(site, lambda session, site_id, account, now: end_policy_shadow(session, site_id, version, account, now))


@blp.route(f"{_ONE}/shadow", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PolicyShadowOutcomeSchema)
def show_shadow(site: str, version: int) -> dict[str, Any]:
    """Tell what came of a version's latest run in shadow."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        shadow = next((line for line in load_policy_desk(session, found.id).shadows if line.version == version), None)
        if shadow is None:
            raise NotFoundError("This version has not run in shadow.")
        outcome = load_shadow_outcome(session, shadow.id)
    routes = [{"route": route, "active": outcome.sent(route)[0], "shadow": outcome.sent(route)[1]} for route in ROUTES]
    told = {name: getattr(shadow, name) for name in ShadowLine.__slots__}
    return told | {"total": outcome.total, "routes": routes, "differing": outcome.differing}


@blp.route(f"{_ONE}/effective", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, EffectiveSchema)
def show_effective(site: str, version: int) -> dict[str, Any]:
    """Tell which thresholds a version puts where: on the site, and in each section with what it has from the site."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        line = find_policy_version(session, found.id, version)
        if line is None:
            raise NotFoundError("There is no such policy version.")
        keys = {section.key for section in list_sections(session, found.id)}
    policy = parse_policy(line.document)
    places: list[str | None] = [None, *sorted(keys | set(policy.section_bands))]
    items = [{"section": place, "bands": [_band(one) for one in effective_bands(policy, place)]} for place in places]
    return {"version": version, "items": items, "next": None}


@blp.route("/moderation/comments/<comment_id>/routings", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, ExplanationsSchema)
def explain(comment_id: str) -> dict[str, Any]:
    """Tell why a comment went where it went: every routing, from the policy version that made it."""
    with reading() as session:
        principal_for_comment(session, comment_id)
        found = explain_comment(session, comment_id)
    items = []
    for one in found:
        told = {name: getattr(one, name) for name in type(one).__slots__}
        explanation = one.explanation
        told |= {name: getattr(explanation, name) for name in ("band_route", "rule_route", "is_reproduced")}
        items.append(told | {"labels": [_band(line) | {"score": line.score, "route": line.route} for line in explanation.labels]})
    return {"items": items, "next": None}


def _band(line: Any) -> dict[str, Any]:  # noqa: ANN401 - anything that has a label with its band
    band: Band = line.band
    return {
        "label": line.label,
        "review_at": band.review_at,
        "hold_at": band.hold_at,
        "reject_at": band.reject_at,
        "is_inherited": line.is_inherited,
    }
