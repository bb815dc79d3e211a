"""The queue as moderators work through it: listed, counted, taken under a lease."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

import structlog
from flask import Response

from commentsvc.domain.commands import ClaimItems
from commentsvc.domain.errors import ForbiddenError
from commentsvc.domain.filters import ItemFilter
from commentsvc.domain.leases import is_held
from commentsvc.domain.principals import Principal, Role
from commentsvc.domain.status import Queue, parts_of
from commentsvc.services.review import claim_review_item, claim_review_items, release_review_item
from commentsvc.store.queries.filters import SavedFilter, get_filter
from commentsvc.store.queries.queue import QueueItem, count_queues, list_queue, load_items
from commentsvc.web.api.access import Scope, principal_for_item, scope_of
from commentsvc.web.api.schemas.moderation import (
    ClaimedSchema,
    ClaimSchema,
    ClaimWish,
    CountsQuerySchema,
    ItemSchema,
    ItemsQuery,
    ItemsQuerySchema,
    ItemsSchema,
    QueueCountsSchema,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.pagination import decode_cursor, encode_cursor
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint
from commentsvc.web.strictjson import json_response

log = structlog.get_logger(__name__)

_SPANS_WITHIN_S: Final = 1.0
"""How long marking the words of claimed items may hold up the answer; the rest is given unmarked."""

blp = CommentBlueprint("moderation", "moderation", url_prefix=f"{API_PREFIX}/moderation", description="The queue, and what moderators do.")


@blp.route("/items", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(ItemsQuerySchema, location="query")
@blp.response(200, ItemsSchema)
def list_items(query: ItemsQuery) -> Response:
    """List a queue, riskiest first.

    The order weighs how much harm a comment may do against how long it has waited, so that nothing waits for ever.
    """
    kind = f"{query.filter or query.queue.value}-{query.sort.value}"
    after = decode_cursor(query.cursor, kind, (float, str))
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR, query.site)
        now = get_runtime().clock.now()
        queues, wish = parts_of(query.queue), ItemFilter(section=query.section)
        if query.filter is not None:
            own = get_filter(session, query.filter, scope.limit)
            queues, site_ids, wish = own.queues, [own.site_id], own.wish
        else:
            site_ids = _sample_sites(scope) if query.queue is Queue.SAMPLE else scope.site_ids
        place = cast("tuple[float, str] | None", after)
        page = list_queue(session, queues, site_ids, sort=query.sort, after=place, limit=query.limit, wish=(wish, now))
    following = None if page.next_after is None else encode_cursor(kind, page.next_after)
    is_marked = query.queue is Queue.SAMPLE and query.filter is None
    return json_response({"items": [_item(item, scope.principal, is_marked=is_marked) for item in page.items], "next": following})


def _sample_sites(scope: Scope) -> list[str]:
    """The sites whose sample the caller may see by itself. Who decides about it should not know that it is one."""
    sites = [site_id for site_id in scope.site_ids if scope.principal.role_on(site_id) is Role.ADMIN]
    if not sites:
        raise ForbiddenError("The sample by itself is for admins; it waits in the queue `review`.")
    return sites


@blp.route("/items/<item_id>", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, ItemSchema)
def get_item(item_id: str) -> Response:
    """Get one item, with the words marked that made its scores."""
    with reading() as session:
        principal = principal_for_item(session, item_id)
        (item,) = load_items(session, [item_id])
    return json_response(_item(item, principal, spans=_find_spans([item])[item.id]))


@blp.route("/counts", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(CountsQuerySchema, location="query")
@blp.response(200, QueueCountsSchema)
def count_items(query: Mapping[str, str | None]) -> dict[str, Any]:
    """Count what waits, queue by queue. The sample is counted among `review`."""
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR, query["site"])
        counted = count_queues(session, scope.site_ids)
    shown = [queue for queue in Queue if queue is not Queue.SAMPLE]
    return {
        "counts": {queue.value: sum(counted.counts[part] for part in parts_of(queue)) for queue in shown},
        "oldest_at": counted.oldest_at,
    }


@blp.route("/claims", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(ClaimSchema)
@blp.response(200, ClaimedSchema)
def claim_items(wish: ClaimWish) -> Response:
    """Take items under a lease of five minutes, so that nobody else works on them.

    With `queue` or `filter`, the most urgent ones that are free or the caller's already; with `item`, that one, or its lease is renewed.
    """
    runtime = get_runtime()
    now = runtime.clock.now()
    own: SavedFilter | None = None
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR, wish.site)
        if wish.queue is Queue.SAMPLE:
            _sample_sites(scope)
        if wish.filter is not None:
            own = get_filter(session, wish.filter, scope.limit)
    account_id = scope.principal.account_id
    if wish.item is not None:
        item_id = wish.item
        taken = [runtime.in_transaction(lambda session: claim_review_item(session, item_id, account_id, scope.limit, now))]
    else:
        sites = None if scope.limit is None else tuple(sorted(scope.limit))
        command = ClaimItems(account_id, wish.queue or Queue.HELD, sites, wish.limit)
        if own is not None:
            command = ClaimItems(account_id, own.queue or Queue.HELD, (own.site_id,), wish.limit, own.queues, own.wish)
        taken = runtime.in_transaction(lambda session: claim_review_items(session, command, now))
    with reading() as session:
        items = load_items(session, [claimed.item_id for claimed in taken])
    spans = _find_spans(items)
    return json_response({"items": [_item(item, scope.principal, spans=spans[item.id]) for item in items]})


@blp.route("/claims/<item_id>", methods=["DELETE"])
@blp.doc(security=ACCOUNT)
@blp.response(204)
def release_item(item_id: str) -> None:
    """Give an item back. Nothing happens when it is not the caller's any more."""
    with reading() as session:
        account_id = principal_for_item(session, item_id).account_id
    get_runtime().in_transaction(lambda session: release_review_item(session, item_id, account_id))


def _find_spans(items: Sequence[QueueItem]) -> dict[str, list[dict[str, Any]]]:
    """The marked words of each item. They are a help and no more: whatever goes wrong, the item is given without."""
    runtime = get_runtime()
    found: dict[str, list[dict[str, Any]]] = {item.id: [] for item in items}
    started = time.perf_counter()
    for item in items:
        if time.perf_counter() - started > _SPANS_WITHIN_S:
            break
        try:
            with runtime.turnstile.aside():
                spans = runtime.scorer.spans(item.body)
            found[item.id] = [{"begin": span.begin, "end": span.end, "label": span.label.value, "score": span.score} for span in spans]
        except Exception as error:  # noqa: BLE001 - a scorer may fail in any way
            log.warning("spans_failed", item_id=item.id, exc_type=type(error).__name__)
    return found


def _item(item: QueueItem, principal: Principal, *, spans: list[dict[str, Any]] | None = None, is_marked: bool = False) -> dict[str, Any]:
    author, parent = item.author, item.parent
    return {
        "id": item.id,
        "queue": Queue.REVIEW.value if item.queue is Queue.SAMPLE and not is_marked else item.queue.value,
        "site": item.site_key,
        "section": item.section,
        "is_open": item.is_open,
        "comment": item.comment_id,
        "status": item.comment_status.value,
        "revision": item.revision_id,
        "revision_no": item.revision_no,
        "body": item.body,
        "body_html": item.body_html,
        "language": item.language,
        "spans": spans or [],
        "scores": {label.value: score for label, score in item.scores.items()},
        "reasons": item.reasons,
        "reports": item.reports,
        "appeal": item.appeal,
        "article": {"key": item.article_key, "title": item.article_title, "url": item.article_url},
        "parent": parent,
        "author": author,
        "lease": _lease(item, principal, get_runtime().clock.now()),
        "created_at": item.created_at,
        "waiting_since": item.waiting_since,
    }


def _lease(item: QueueItem, principal: Principal, now: datetime) -> dict[str, Any] | None:
    if item.leased_by is None or not is_held(item.leased_until, now):
        return None
    return {
        "account": item.leased_by,
        "name": item.leased_by_name,
        "until": item.leased_until,
        "is_mine": item.leased_by == principal.account_id,
    }
