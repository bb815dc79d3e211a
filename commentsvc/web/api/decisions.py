"""Decisions: made, undone, made by the batch, looked up."""

from typing import Any

from flask import Response

from commentsvc.domain.commands import Decide
from commentsvc.domain.errors import DomainError
from commentsvc.domain.principals import Role
from commentsvc.services.review import Decided, decide, undo_decision
from commentsvc.store.engine import SerializationError, StorageUnavailableError
from commentsvc.store.queries.queue import list_decisions
from commentsvc.web.api.access import Scope, principal_for_item, scope_of
from commentsvc.web.api.schemas.moderation import (
    BatchOutSchema,
    BatchSchema,
    DecidedSchema,
    DecisionSchema,
    DecisionsSchema,
    LogQuery,
    LogQuerySchema,
    Verdicted,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.pagination import decode_moment, encode_cursor
from commentsvc.web.problems import PROBLEMS, Problem
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint
from commentsvc.web.strictjson import json_response

_LOG = "decisions"

blp = CommentBlueprint("decisions", "decisions", url_prefix=f"{API_PREFIX}/moderation", description="What moderators decide.")


@blp.route("/items/<item_id>/decision", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(DecisionSchema)
@blp.response(200, DecidedSchema)
def decide_item(wanted: Verdicted, item_id: str) -> Response:
    """Decide about an item: approve, reject with a reason code, or escalate.

    It holds only for the revision that is named; when the author has edited the comment, or somebody else holds the item or has decided,
    the answer is 409. Nobody needs to have claimed the item before.
    """
    with reading() as session:
        principal_for_item(session, item_id)
        scope = scope_of(session, Role.MODERATOR)
    return json_response(decided_document(_decide(scope, item_id, wanted)))


@blp.route("/items/<item_id>/undo", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, DecidedSchema)
def undo_item(item_id: str) -> Response:
    """Undo the latest decision on an item: the comment is what it was before, and the item waits again, in the caller's hands."""
    with reading() as session:
        principal_for_item(session, item_id)
        scope = scope_of(session, Role.MODERATOR)
    runtime = get_runtime()
    now = runtime.clock.now()
    undone = runtime.in_transaction(lambda session: undo_decision(session, item_id, scope.principal.account_id, scope.limit, now))
    return json_response(decided_document(undone))


@blp.route("/decisions:batch", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(BatchSchema)
@blp.response(200, BatchOutSchema)
def decide_batch(batch: dict[str, list[Verdicted]]) -> Response:
    """Make up to 100 decisions, each kept or refused by itself."""
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR)
    return json_response({"items": [_decide_one(scope, wanted) for wanted in batch["decisions"]]})


@blp.route("/decisions", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(LogQuerySchema, location="query")
@blp.response(200, DecisionsSchema)
def list_log(query: LogQuery) -> dict[str, Any]:
    """List decisions, newest first, undone ones too."""
    before = decode_moment(query.cursor, _LOG)
    with reading() as session:
        scope = scope_of(session, Role.MODERATOR, query.site)
        account_id = scope.principal.account_id if query.is_mine else None
        lines = list_decisions(session, scope.site_ids, account_id=account_id, before=before, limit=query.limit + 1)
    page = lines[: query.limit]
    following = None
    if len(lines) > query.limit:
        following = encode_cursor(_LOG, (page[-1].created_at.isoformat(), page[-1].id))
    return {"items": page, "next": following}


def _decide(scope: Scope, item_id: str, wanted: Verdicted) -> Decided:
    command = Decide(item_id, scope.principal.account_id, wanted.decision, wanted.revision, wanted.reason_code, wanted.note)
    runtime = get_runtime()
    now = runtime.clock.now()
    return runtime.in_transaction(lambda session: decide(session, command, scope.limit, now))


def _decide_one(scope: Scope, wanted: Verdicted) -> dict[str, Any]:
    try:
        return {"item": wanted.item, "outcome": decided_document(_decide(scope, wanted.item, wanted))}
    except DomainError as error:
        code = error.code if error.code in PROBLEMS else "refused"
        return {"item": wanted.item, "problem": Problem(code, error.detail, error.fields).document()}
    except (StorageUnavailableError, SerializationError):
        return {"item": wanted.item, "problem": Problem("storage-unavailable").document()}


def decided_document(decided: Decided) -> dict[str, Any]:
    """A decision as the API gives it."""
    return {
        "id": decided.decision_id,
        "item": decided.item_id,
        "comment": decided.comment_id,
        "status": decided.status.value,
        "status_before": decided.status_before.value,
    }
