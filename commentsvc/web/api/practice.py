"""How a site's moderators work, and what everybody may know of it."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from commentsvc.domain.practice import Practice
from commentsvc.domain.principals import Role
from commentsvc.services.practice import change_practice
from commentsvc.store.queries.figures import WorkFigures, compare_moderators, count_work
from commentsvc.store.queries.practice import get_practice
from commentsvc.web.api.access import scope_of, site_for
from commentsvc.web.api.schemas.practice import (
    DaysSchema,
    PracticeChangeSchema,
    PracticeSchema,
    PublicLogSchema,
    SiteWorkSchema,
    WorkSchema,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.public_log import public_log_of
from commentsvc.web.smorest import ACCOUNT, ANYONE, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("practice", "practice", url_prefix=API_PREFIX, description="How a site's moderators work.")


@blp.route("/admin/sites/<site>/practice", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, PracticeSchema)
def show_practice(site: str) -> Practice:
    """Get how a site's moderators work."""
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        return get_practice(session, found.id)


@blp.route("/admin/sites/<site>/practice", methods=["PATCH"])
@blp.doc(security=ACCOUNT)
@blp.arguments(PracticeChangeSchema)
@blp.response(200, PracticeSchema)
def set_practice(change: dict[str, Any], site: str) -> Practice:
    """Change how a site's moderators work, from now on."""
    runtime = get_runtime()
    now = runtime.clock.now()
    with reading() as session:
        found, principal = site_for(session, site, Role.ADMIN)
        wanted = replace(get_practice(session, found.id), **change)
    runtime.in_transaction(lambda session: change_practice(session, found.id, wanted, principal.account_id, now))
    return wanted


@blp.route("/moderation/figures", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(DaysSchema, location="query")
@blp.response(200, WorkSchema)
def show_own_work(query: dict[str, int]) -> WorkFigures:
    """Get the caller's own figures. Nobody else gets them."""
    since = get_runtime().clock.now() - timedelta(days=query["days"])
    with reading() as session:
        return count_work(session, since, account_id=scope_of(session, Role.MODERATOR).principal.account_id)


@blp.route("/admin/sites/<site>/moderation-figures", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(DaysSchema, location="query")
@blp.response(200, SiteWorkSchema)
def show_all_work(query: dict[str, int], site: str) -> dict[str, Any]:
    """Get what a site's moderators decided in total, and how far they agree where two judged the same comment."""
    since = get_runtime().clock.now() - timedelta(days=query["days"])
    with reading() as session:
        found, _ = site_for(session, site, Role.ADMIN)
        work = count_work(session, since, site_ids=[found.id])
        twice = compare_moderators(session, found.id, since)
    names = ("decided_count", "approved_count", "rejected_count", "escalated_count", "median_s", "moderator_count")
    more = ("overturned_count", "undone_count", "own_undone_count")
    measured = twice.agreement
    return {name: getattr(work, name) for name in (*names, *more)} | {
        "pair_count": twice.pair_count,
        "differed_count": twice.differed,
        "waiting_count": twice.waiting_count,
        "agreement": None
        if measured is None
        else {"kappa": measured.kappa.value, "low": measured.kappa.low, "high": measured.kappa.high, "alike": measured.alike},
    }


@blp.route("/sites/<site>/moderation-log", methods=["GET"])
@blp.doc(security=ANYONE)
@blp.response(200, PublicLogSchema)
def show_public_log(site: str) -> dict[str, Any]:
    """Get how a site moderates, where its admin shows that: figures of 90 days and the latest statements of reasons.

    It holds nobody's words, names or ids, and is read anew every quarter of an hour.
    """
    _, log = public_log_of(site)
    return {
        **{name: getattr(log, name) for name in ("since", "until", "approved_count", "reported_count", "suspended_count", "banned_count")},
        "routed": {route.value: count for route, count in log.routed.items()},
        "rejected": {code.value: count for code, count in log.rejected.items()},
        "appeals": log.appeals,
        "statements": [{**asdict(one), "is_automated": one.ground is None} for one in log.statements],
    }
