"""Queues of a site's own."""

from typing import Any

from flask import Response

from commentsvc.domain.filters import NewFilter
from commentsvc.domain.principals import Role
from commentsvc.services.filters import delete_filter, save_filter
from commentsvc.store.queries.filters import SavedFilter, count_items, get_filter, list_filters
from commentsvc.web.api.access import scope_of, site_for
from commentsvc.web.api.schemas.filters import FilterOutSchema, FilterSchema, FiltersSchema, FilterWish
from commentsvc.web.api.schemas.moderation import CountsQuerySchema
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("filters", "filters", url_prefix=f"{API_PREFIX}/moderation", description="Queues of a site's own.")


@blp.route("/filters", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(CountsQuerySchema, location="query")
@blp.response(200, FiltersSchema)
def list_own_queues(query: dict[str, str | None]) -> dict[str, Any]:
    """List the queues that sites have made for themselves, with how many items wait in each."""
    now = get_runtime().clock.now()
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR, query["site"])
        found = list_filters(session, scope.site_ids)
        items = [_shown(one, count_items(session, [one.site_id], one.queues, one.wish, now)) for one in found]
    return {"items": items, "next": None}


@blp.route("/filters", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(FilterSchema)
@blp.response(201, FilterOutSchema)
def make_own_queue(wish: FilterWish) -> dict[str, Any]:
    """Save a filter as a queue for everybody who moderates the site. A name is given once; a site may have 20."""
    runtime = get_runtime()
    now = runtime.clock.now()
    with reading() as session:
        site, principal = site_for(session, wish.site, Role.MODERATOR)
    new = NewFilter(site.id, wish.name, wish.queue, wish.wish)
    filter_id = runtime.in_transaction(lambda session: save_filter(session, new, principal.account_id, now))
    with reading() as session:
        found = get_filter(session, filter_id, None)
        return _shown(found, count_items(session, [found.site_id], found.queues, found.wish, now))


@blp.route("/filters/<filter_id>", methods=["DELETE"])
@blp.doc(security=ACCOUNT)
@blp.response(204)
def delete_own_queue(filter_id: str) -> Response | None:
    """Delete a queue of a site's own: who made it may, and admins. What waits in it waits on."""
    runtime = get_runtime()
    now = runtime.clock.now()
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR)
        found = get_filter(session, filter_id, scope.limit)
    may_all = scope.principal.role_on(found.site_id) is Role.ADMIN
    runtime.in_transaction(lambda session: delete_filter(session, filter_id, scope.principal.account_id, now, may_all=may_all))
    return None


def _shown(found: SavedFilter, count: int) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("id", "site_key", "name", "queue", "wish", "account_name", "created_at")} | {
        "count": count
    }
