"""Scorers: which are on record, which is the shadow and how it differs, and stored comments scored anew."""

from typing import Any, Final

from sqlalchemy.orm import Session

from commentsvc.domain.comparing import RouteChanges
from commentsvc.domain.errors import ConflictError, NotFoundError
from commentsvc.domain.principals import Role
from commentsvc.runtime import Runtime
from commentsvc.services.rescoring import NewRescoring, compare_routes, request_rescoring
from commentsvc.services.shadow import restart_shadow
from commentsvc.store.queries.rescoring import RescoringLine, Stock, list_rescorings
from commentsvc.store.queries.scorers import ScorerLine, count_score_sets, list_scorer_versions
from commentsvc.store.queries.sites import SiteState
from commentsvc.web.api.access import admin_of_all, scope_of, site_for
from commentsvc.web.api.schemas.scorers import (
    RescoringQuerySchema,
    RescoringSchema,
    RescoringsSchema,
    RescoringWish,
    RescoringWishSchema,
    ScorerLineSchema,
    ScorersSchema,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

_COMPARED: Final = 10_000
_NOT_AT_WORK: Final = (
    "This scorer is not at work here. Which ones are stands in the settings: set scorer.engine, scorer.path and scorer.digest to it "
    "(or scorer.shadow_engine and so on), and start servers and workers again."
)

blp = CommentBlueprint("scorers", "scorers", url_prefix=f"{API_PREFIX}/admin", description="Scorers, and comments scored anew.")


@blp.route("/scorers", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, ScorersSchema)
def list_scorers() -> dict[str, Any]:
    """List the scorer versions on record, the one at work, and how the shadow beside it differs."""
    runtime = get_runtime()
    version = runtime.scorer.version
    with reading() as session:
        scope = scope_of(session, Role.ADMIN)
        lines = _lines(session, runtime, scope.limit)
        shadow = next((line for line in lines if line["is_shadow"]), None)
        compared = None if shadow is None else _compare(session, runtime, list(scope.sites.values()), shadow)
    active = {name: getattr(version, name) for name in ("name", "engine", "digest", "preparation", "languages")}
    return {
        "active": active | {"version": version.id, "labels": [label.value for label in version.labels]},
        "shadow": compared,
        "items": lines,
        "next": None,
    }


@blp.route("/scorers/<scorer>:shadow", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, ScorerLineSchema)
def shadow(scorer: str) -> dict[str, Any]:
    """Let the comparison of the shadow with the active scorer begin anew. For admins of every site.

    Which scorer is the shadow stands in the settings; for another one this is a conflict that says what to set.
    """
    runtime = get_runtime()
    with reading() as session:
        account_id = admin_of_all(session).account_id
        line = _find(session, runtime, scorer)
    if not line["is_shadow"]:
        raise ConflictError(_NOT_AT_WORK)
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: restart_shadow(session, scorer, account_id, now))
    with reading() as session:
        return _find(session, runtime, scorer)


@blp.route("/scorers/<scorer>:activate", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, ScorerLineSchema)
def activate(scorer: str) -> dict[str, Any]:
    """Make sure that a scorer is the active one. For admins of every site.

    Which scorer is active stands in the settings, and every server and worker reads them when it starts; for another one this is a
    conflict that says what to set.
    """
    with reading() as session:
        admin_of_all(session)
        line = _find(session, get_runtime(), scorer)
    if not line["is_active"]:
        raise ConflictError(_NOT_AT_WORK)
    return line


@blp.route("/rescoring", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(RescoringWishSchema)
@blp.response(202, RescoringSchema)
def rescore(wish: RescoringWish) -> dict[str, Any]:
    """Have a site's stored comments scored anew in the background, beside the scores they have. No route changes.

    Asking for the same again while it is going on gives the one that is.
    """
    runtime = get_runtime()
    with reading() as session:
        site, principal = site_for(session, wish.site, Role.ADMIN)
        known = {line.version for line in list_scorer_versions(session)}
        shadow_version = _shadow_version(session, runtime)
    name = wish.scorer or runtime.scorer.version.id
    if name == runtime.scorer.version.id:
        runtime.scorer_row(runtime.scorer.version)
    elif name not in known:
        raise NotFoundError("There is no such scorer.")
    elif name != shadow_version:
        raise ConflictError(_NOT_AT_WORK)
    now = runtime.clock.now()

    def work(session: Session) -> str:
        row = next(line.id for line in list_scorer_versions(session) if line.version == name)
        new = NewRescoring(Stock(site.id, wish.since), row, wish.limit, principal.account_id)
        return request_rescoring(session, new, now)

    key = runtime.in_transaction(work)
    with reading() as session:
        return next(_rescoring(site, line) for line in list_rescorings(session, site.id) if line.id == key)


@blp.route("/rescoring", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(RescoringQuerySchema, location="query")
@blp.response(200, RescoringsSchema)
def show_rescorings(query: dict[str, str]) -> dict[str, Any]:
    """List a site's rescorings, how far each has come, and once it is done what would change."""
    with reading() as session:
        site, _ = site_for(session, query["site"], Role.ADMIN)
        lines = list_rescorings(session, site.id)
    return {"items": [_rescoring(site, line) for line in lines], "next": None}


def _shadow_version(session: Session, runtime: Runtime) -> str | None:
    # What a worker has put on record, as long as the settings here name a shadow at all.
    if runtime.shadow is None:
        return None
    return next((line.version for line in list_scorer_versions(session) if line.shadow_since is not None), None)


def _lines(session: Session, runtime: Runtime, site_ids: frozenset[str] | None) -> list[dict[str, Any]]:
    counts = count_score_sets(session, site_ids)
    active, beside = runtime.scorer.version.id, _shadow_version(session, runtime)
    return [_line(line, active, beside) | {"score_sets": counts.get(line.version, 0)} for line in list_scorer_versions(session)]


def _line(line: ScorerLine, active: str, beside: str | None) -> dict[str, Any]:
    shown = {name: getattr(line, name) for name in ScorerLine.__slots__}
    return shown | {"is_active": line.version == active, "is_shadow": line.version == beside}


def _find(session: Session, runtime: Runtime, version: str) -> dict[str, Any]:
    found = next((line for line in _lines(session, runtime, None) if line["version"] == version), None)
    if found is None:
        raise NotFoundError("There is no such scorer.")
    return found


def _compare(session: Session, runtime: Runtime, sites: list[SiteState], line: dict[str, Any]) -> dict[str, Any]:
    active = next((one.id for one in list_scorer_versions(session) if one.version == runtime.scorer.version.id), None)
    changes = RouteChanges()
    if active is not None:
        for site in sites:
            if len(changes) >= _COMPARED:
                break
            policy, _ = runtime.policy_of(session, site)
            stock = Stock(site.id, line["shadow_since"])
            changes.merge(compare_routes(session, stock, policy, line["id"], against=active, limit=_COMPARED - len(changes)))
    return {"version": line["version"], "since": line["shadow_since"], "changes": changes.as_document()}


def _rescoring(site: SiteState, line: RescoringLine) -> dict[str, Any]:
    shown = {name: getattr(line, name) for name in ("id", "scorer", "since", "total", "scored", "failed", "changes")}
    times = {"created_at": line.created_at, "finished_at": line.finished_at}
    return shown | times | {"site": site.key, "limit": line.most, "account": line.account_id}
