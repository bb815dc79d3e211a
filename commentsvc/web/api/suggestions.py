"""What moderators elsewhere said of texts, through the Perspective API's protocol. It belongs to no site: for admins of all."""

from dataclasses import asdict
from typing import Any, Final

from commentsvc.domain.suggestions import judge_cut_offs
from commentsvc.scoring.scales import scales_for
from commentsvc.services.suggesting import Forgetting, forget_suggestions
from commentsvc.store.queries.suggestions import iterate_judged, list_sources, list_suggestions
from commentsvc.web.api.access import admin_of_all
from commentsvc.web.api.schemas.suggestions import (
    CutOffsSchema,
    ForgettingSchema,
    ForgottenSchema,
    QualityQuerySchema,
    SuggestionsQuerySchema,
    SuggestionsSchema,
)
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.pagination import decode_cursor, encode_cursor
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

_LIST: Final = "suggestions"

blp = CommentBlueprint("suggestions", "suggestions", url_prefix=f"{API_PREFIX}/admin", description="What moderators elsewhere decided.")


@blp.route("/suggestions", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(SuggestionsQuerySchema, location="query")
@blp.response(200, SuggestionsSchema)
def show_suggestions(query: dict[str, Any]) -> dict[str, Any]:
    """List texts that clients of the Perspective protocol have sent with a judgement. For admins of every site."""
    position = decode_cursor(query["cursor"], _LIST, (str,))
    with reading() as session:
        admin_of_all(session)
        before = None if position is None else str(position[0])
        lines = list_suggestions(session, query["source"], before=before, limit=query["limit"] + 1)
        sources = list_sources(session)
    page = lines[: query["limit"]]
    following = encode_cursor(_LIST, (page[-1].id,)) if len(lines) > len(page) else None
    return {"sources": sources, "items": page, "next": following}


@blp.route("/suggestions:quality", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(QualityQuerySchema, location="query")
@blp.response(200, CutOffsSchema)
def show_quality(query: dict[str, Any]) -> dict[str, Any]:
    """Tell what each cut-off does: the shares of rejected and of approved texts above it. For admins of every site."""
    runtime = get_runtime()
    version = runtime.scorer.version
    with reading() as session:
        admin_of_all(session)
        found = judge_cut_offs(iterate_judged(session, query["source"], version.id), scales_for(runtime.settings, version.digest))
    return {"scorer": version.id, **asdict(found)}


@blp.route("/suggestions:forget", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(ForgettingSchema)
@blp.response(200, ForgottenSchema)
def forget(wish: dict[str, Any]) -> dict[str, int]:
    """Delete texts and judgements: all of a key, or those about one text. For admins of every site."""
    with reading() as session:
        account_id = admin_of_all(session).account_id
    runtime = get_runtime()
    now = runtime.clock.now()
    which = Forgetting(wish["source"], wish["client_token"])
    return {"count": runtime.in_transaction(lambda session: forget_suggestions(session, which, account_id, now))}
