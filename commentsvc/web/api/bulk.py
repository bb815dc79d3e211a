"""One verdict on many items, with a preview of what it hits and one undo for the whole."""

from typing import Any

from commentsvc.domain.commands import DecideMany
from commentsvc.domain.filters import check_filter
from commentsvc.domain.principals import Role
from commentsvc.domain.status import Queue, parts_of
from commentsvc.store.queries.bulk import get_bulk
from commentsvc.store.queries.filters import OF_ANY, count_items
from commentsvc.store.queries.queue import list_queue
from commentsvc.web.api.access import Scope, scope_of
from commentsvc.web.api.decisions import decided_document
from commentsvc.web.api.schemas.filters import (
    BulkOutSchema,
    BulkPreviewOutSchema,
    BulkPreviewSchema,
    BulkSchema,
    BulkStateSchema,
    BulkWish,
    PreviewWish,
)
from commentsvc.web.bulk import MAX_BULK, BulkResult, Refusal, decide_many, obstacle_to, undo_many
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.problems import PROBLEMS, Problem
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("bulk", "bulk", url_prefix=f"{API_PREFIX}/moderation", description="Decisions made many at a time.")


@blp.route("/bulk:preview", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(BulkPreviewSchema)
@blp.response(200, BulkPreviewOutSchema)
def preview_bulk(wish: PreviewWish) -> dict[str, Any]:
    """Tell what a bulk decision would be about. Nothing is claimed or changed; send the items that you mean to `/moderation/bulk`."""
    check_filter(wish.wish)
    now = get_runtime().clock.now()
    queues = OF_ANY if wish.queue is None else parts_of(wish.queue)
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR, wish.site)
        count = count_items(session, scope.site_ids, queues, wish.wish, now)
        found = list_queue(session, queues, scope.site_ids, limit=MAX_BULK, wish=(wish.wish, now)).items
    lines = [
        {
            "item": item.id,
            "revision": item.revision_id,
            "comment": item.comment_id,
            "queue": Queue.REVIEW if item.queue is Queue.SAMPLE else item.queue,
            "status": item.comment_status,
            "author_name": item.author.name,
            "body": item.body,
            "obstacle": obstacle_to(item, scope.principal.account_id),
        }
        for item in found
    ]
    return {"count": count, "free_count": sum(not line["obstacle"] for line in lines), "items": lines}


@blp.route("/bulk", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(BulkSchema)
@blp.response(200, BulkOutSchema)
def decide_bulk(wish: BulkWish) -> dict[str, Any]:
    """Decide about the named items, each kept or refused by itself as by `decision`; what a colleague holds is left alone.

    The answer's `id` undoes the whole. Items that have come since the preview are not touched.
    """
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR)
    command = DecideMany(scope.principal.account_id, wish.decision, wish.reason_code, wish.note)
    return _result(decide_many(command, wish.pairs, scope.limit))


@blp.route("/bulk/<bulk_id>", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, BulkStateSchema)
def show_bulk(bulk_id: str) -> dict[str, Any]:
    """Get decisions that were made together, and how many of them stand."""
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR)
        found = get_bulk(session, bulk_id, scope.principal.account_id, scope.limit)
    names = ("id", "account_name", "verdict", "reason_code", "note", "asked_count", "standing_count", "created_at", "undone_at")
    return {name: getattr(found, name) for name in names} | {
        "decided_count": len(found.members),
        "is_undone": bool(found.members) and not found.standing_count,
    }


@blp.route("/bulk/<bulk_id>/undo", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, BulkOutSchema)
def undo_bulk(bulk_id: str) -> dict[str, Any]:
    """Undo what still stands of it, and leave the items for whoever comes. What has moved on since is told and left as it is."""
    with reading() as session:
        scope: Scope = scope_of(session, Role.MODERATOR)
        found = get_bulk(session, bulk_id, scope.principal.account_id, scope.limit)
    return _result(undo_many(found, scope.principal.account_id, scope.limit))


def _result(result: BulkResult) -> dict[str, Any]:
    lines = [{"item": one.item_id, "outcome": decided_document(one)} for one in result.decided]
    lines += [{"item": one.item_id, "problem": _problem(one)} for one in result.refused]
    return {"id": result.id, "decided_count": len(result.decided), "refused_count": len(result.refused), "items": lines}


def _problem(refusal: Refusal) -> dict[str, Any]:
    return Problem(refusal.code if refusal.code in PROBLEMS else "refused", refusal.detail).document()
