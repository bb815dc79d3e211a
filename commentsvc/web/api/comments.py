"""Comments one by one: posted, seen, edited, withdrawn, previewed."""

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import Response

from commentsvc.domain.admission import AdmissionFacts, size
from commentsvc.domain.commands import Appeal, EditComment, SubmitComment
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.routing import Routing
from commentsvc.domain.status import ReasonCode, Route, Standing, Status
from commentsvc.domain.wording import author_sentence
from commentsvc.services.appealing import appeal_rejection
from commentsvc.services.commenting import Submitted
from commentsvc.services.editing import withdraw_comment
from commentsvc.store.queries.history import find_reasons
from commentsvc.store.queries.readers import AppealSeen, find_appeals, find_current_grounds
from commentsvc.store.queries.sites import get_site
from commentsvc.store.queries.threads import find_comment
from commentsvc.web.api.cors import reader_blueprint, remember_origins
from commentsvc.web.api.readers import IDEMPOTENCY_HEADER, Sight, appeal_document, author_of, idempotency_key, notify_of, see_comment
from commentsvc.web.api.schemas.comments import (
    AppealedSchema,
    AppealSchema,
    CommentOutSchema,
    EditCommentSchema,
    Submission,
    SubmitCommentSchema,
    SubmittedSchema,
    TextChange,
)
from commentsvc.web.api.schemas.previews import ChallengeSchema, PreviewOutSchema, PreviewSchema, Trial
from commentsvc.web.context import address_hash, get_runtime, reading
from commentsvc.web.limits import asks_proof, throttle_act, throttle_author, throttle_comment
from commentsvc.web.pages.marks import find_marks
from commentsvc.web.pages.wording import Mark
from commentsvc.web.smorest import ANYONE, API_PREFIX, READER
from commentsvc.web.strictjson import json_response

AUTHOR: list[dict[str, list[str]]] = [{"readerJwt": []}, {"editToken": []}]
"""Security of what only a comment's author may do."""
SIGHT: list[dict[str, list[str]]] = [*AUTHOR, {}]

_KEY_PARAMETER = {
    "in": "header",
    "name": IDEMPOTENCY_HEADER,
    "description": "A word of your own for this comment. Sent again with the same body, it gives the same comment and makes no second one.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
_REPLAYED = {
    "description": "`true` when this comment had been made before under the same key.",
    "schema": {"type": "string", "enum": ["true"]},
}
_HEADERS = {"Location": {"description": "Where the comment is.", "schema": {"type": "string"}}, "Idempotency-Replayed": _REPLAYED}

blp = reader_blueprint("comments", "Comments of readers.")


@blp.route("/sites/<site>/comments", methods=["POST"])
@blp.doc(security=READER, parameters=[_KEY_PARAMETER])
@blp.arguments(SubmitCommentSchema)
@blp.response(201, SubmittedSchema, description="Posted. `status` says whether it is on the page.", headers=_HEADERS)
@blp.alt_response(202, schema=SubmittedSchema, description="Kept; it is scored and routed as soon as the scorer answers.", headers=_HEADERS)
def post_comment(submission: Submission, site: str) -> Response:
    """Post a comment.

    It is scored and routed before the answer, unless the scorer is late. With a reader token the site says who posts; without one, a guest
    does, and the answer holds the edit token.
    """
    throttle_comment()
    key = idempotency_key()
    runtime = get_runtime()
    with reading() as session:
        place = get_site(session, site)
        remember_origins(place.origins)
        identity = author_of(place, submission.author, submission.article.key)
        throttle_author(place, identity)
        is_asked = asks_proof(place, identity)
        command = SubmitComment(
            site=place.key,
            article=submission.article,
            identity=identity,
            body=submission.body,
            parent=submission.parent,
            idempotency_key=key,
            address_hash=address_hash(),
            nudged=submission.nudged,
            notify=notify_of(place, submission),
            asks_proof=is_asked,
            proof=runtime.proofs.read(place.id, submission.proof, runtime.clock.now()) if is_asked and submission.proof else None,
        )
        admitted = runtime.admit(session, place, command)
    submitted = runtime.submit_admitted(admitted)
    made = submitted.made
    if made is None:
        return _answer_replay(submitted)
    document = {
        "id": submitted.comment_id,
        "article": command.article.key,
        "parent": command.parent,
        "body_html": made.body_html,
        "created_at": made.created_at,
        "edit_until": made.edit_until,
    }
    return _answer(document, submitted.status, _reasons(submitted.routing), is_guest=identity.is_guest)


def _answer_replay(submitted: Submitted) -> Response:
    with reading() as session:
        comment = find_comment(session, submitted.comment_id)
        reasons = find_reasons(session, submitted.revision_id)
    if comment is None:
        raise NotFoundError("The comment made under this idempotency key is gone.")
    document = {
        "id": comment.id,
        "article": comment.article_key,
        "parent": comment.parent,
        "body_html": comment.body_html,
        "created_at": comment.created_at,
        "edit_until": comment.edit_until,
    }
    response = _answer(document, submitted.status, reasons, is_guest=comment.author_is_guest)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _answer(document: dict[str, Any], status: Status, reasons: Sequence[dict[str, Any]], *, is_guest: bool) -> Response:
    comment_id = document["id"]
    document |= {"status": status, "reasons": reasons, "message": author_sentence(status.value, reasons)}
    if is_guest:
        document["edit_token"] = get_runtime().edit_token(comment_id)
    response = json_response(document, 202 if status is Status.PENDING else 201)
    response.headers["Location"] = f"{API_PREFIX}/comments/{comment_id}"
    return response


@blp.route("/sites/<site>/challenge", methods=["GET"])
@blp.doc(security=ANYONE)
@blp.response(200, ChallengeSchema)
def give_challenge(site: str) -> Response:
    """Get a challenge: what a guest's browser has to work out before it posts, where a comment was refused with `proof-required`.

    Good for one comment, for twenty minutes. ALTCHA's own widget takes it, too.
    """
    throttle_act()
    runtime = get_runtime()
    with reading() as session:
        place = get_site(session, site)
    remember_origins(place.origins)
    response = json_response(runtime.proofs.challenge(place.id, runtime.clock.now()))
    response.headers["Cache-Control"] = "no-store"
    return response


@blp.route("/comments/<comment_id>", methods=["GET"])
@blp.doc(security=SIGHT)
@blp.response(200, CommentOutSchema)
def get_comment(comment_id: str) -> dict[str, Any]:
    """Get a published comment, or one's own.

    The author, known by the reader token or the edit token, also gets comments that wait or were rejected, with the reasons. Everybody
    else is told that those do not exist.
    """
    with reading() as session:
        sight = see_comment(session, comment_id)
        reasons = find_reasons(session, sight.comment.revision_id) if sight.is_own else []
        ground = find_current_grounds(session, [comment_id]).get(comment_id) if sight.is_own else None
        appeal = find_appeals(session, [comment_id]).get(comment_id) if sight.is_own else None
    return _seen(sight, reasons, ground, appeal)


@blp.route("/comments/<comment_id>", methods=["PATCH"])
@blp.doc(security=AUTHOR)
@blp.arguments(EditCommentSchema)
@blp.response(200, CommentOutSchema, description="Edited. `revision_status` says what became of the new text.")
@blp.alt_response(202, schema=CommentOutSchema, description="Kept; the new text is scored and routed as soon as the scorer answers.")
def edit_comment(change: TextChange, comment_id: str) -> tuple[dict[str, Any], int]:
    """Edit one's own comment while the edit window is open.

    The new text goes the same way as a new comment. Until it is routed, readers see the old one.
    """
    throttle_comment()
    with reading() as session:
        sight = see_comment(session, comment_id)
    sight.require_own()
    edited = get_runtime().edit(sight.site, EditComment(comment_id, change.body, change.revision))
    with reading() as session:
        sight = see_comment(session, comment_id)
    return _seen(sight, _reasons(edited.routing)), 202 if edited.status is Status.PENDING else 200


@blp.route("/comments/<comment_id>", methods=["DELETE"])
@blp.doc(security=AUTHOR)
@blp.response(204)
def withdraw(comment_id: str) -> None:
    """Withdraw one's own comment while the edit window is open.

    Its text is gone from every page. While replies hang on it, an empty placeholder stays.
    """
    throttle_act()
    with reading() as session:
        comment = see_comment(session, comment_id).require_own()
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: withdraw_comment(session, comment_id, f"author:{comment.author_id}", now))


@blp.route("/comments/<comment_id>/appeals", methods=["POST"])
@blp.doc(security=AUTHOR)
@blp.arguments(AppealSchema)
@blp.response(201, AppealedSchema, description="Kept; a moderator who did not reject the comment looks at it again.")
@blp.alt_response(200, schema=AppealedSchema, description="This text had been appealed before.")
def post_appeal(objection: dict[str, str], comment_id: str) -> tuple[dict[str, Any], int]:
    """Ask that one's own rejected comment be looked at again. Once for each text."""
    throttle_act()
    with reading() as session:
        see_comment(session, comment_id).require_own()
    runtime = get_runtime()
    now = runtime.clock.now()
    command = Appeal(comment_id, objection["body"].strip())
    is_new = runtime.in_transaction(lambda session: appeal_rejection(session, command, now))
    return {"is_new": is_new}, 201 if is_new else 200


@blp.route("/sites/<site>/comments:preview", methods=["POST"])
@blp.doc(security=READER)
@blp.arguments(PreviewSchema)
@blp.response(200, PreviewOutSchema)
def preview_comment(trial: Trial, site: str) -> dict[str, Any]:
    """See how a text would look, and whether its words would be flagged. Stores nothing."""
    throttle_act()
    with reading() as session:
        place = get_site(session, site)
    remember_origins(place.origins)
    size(place.limits, _of_size(trial.body))
    preview = get_runtime().preview(place, trial.body, trial.section)
    reasons = _reasons(preview.routing)
    return {
        "body_html": preview.html,
        "route": preview.routing.route if preview.routing else None,
        "nudge": _nudge(preview.routing, reasons),
        "reasons": reasons,
        "marks": [{"begin": mark.begin, "end": mark.end, "label": mark.label} for mark in _marks(trial.body, reasons)],
    }


def _marks(body: str, reasons: list[dict[str, Any]]) -> list[Mark]:
    return find_marks(f"text:{hashlib.sha256(body.encode()).hexdigest()}", body, reasons) if reasons else []


def _of_size(body: str) -> AdmissionFacts:
    return AdmissionFacts(body, False, 0, False, None, Standing.NORMAL, None, False)  # noqa: FBT003 - of these only the body is looked at


def _nudge(routing: Routing | None, reasons: list[dict[str, Any]]) -> str | None:
    if routing is None or routing.route is Route.PUBLISH:
        return None
    because = author_sentence(Status.HELD.value, reasons).partition(" because ")[2]
    return f"This may be looked at by a moderator because {because}" if because else "This may be looked at by a moderator."


def _reasons(routing: Routing | None) -> list[dict[str, Any]]:
    return [dict(reason.as_document()) for reason in routing.reasons] if routing else []


def _seen(
    sight: Sight, reasons: list[dict[str, Any]], ground: ReasonCode | None = None, appeal: AppealSeen | None = None
) -> dict[str, Any]:
    comment = sight.comment
    document: dict[str, Any] = {
        "id": comment.id,
        "article": comment.article_key,
        "parent": comment.parent,
        "status": comment.status,
        "author": {
            "id": comment.author_id,
            "name": comment.author_name,
            "is_staff": comment.author_is_staff,
            "is_article_author": comment.is_by_article_author,
        },
        "body_html": comment.body_html if sight.is_own else comment.published_html,
        "up": comment.up,
        "down": comment.down,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
    }
    if sight.is_own:
        document |= {
            "body": comment.body,
            "revision": comment.revision_no,
            "revision_status": comment.revision_status,
            "reasons": reasons,
            "ground": ground,
            "appeal": appeal_document(appeal),
            "message": author_sentence(comment.revision_status.value, reasons, ground),
            "edit_until": comment.edit_until,
        }
    return document
