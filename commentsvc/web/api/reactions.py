"""What readers think of a comment: votes and reports."""

from typing import Any

from commentsvc.domain.commands import ReportComment
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.status import Status
from commentsvc.services.editing import set_vote
from commentsvc.services.reporting import report_comment
from commentsvc.web.api.cors import reader_blueprint
from commentsvc.web.api.readers import see_comment, subject_of
from commentsvc.web.api.schemas.comments import Complaint, OwnVoteSchema, ReportedSchema, ReportSchema, VoteSchema
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.limits import throttle_act
from commentsvc.web.smorest import READER

blp = reader_blueprint("reactions", "What readers think of a comment.")


@blp.route("/comments/<comment_id>/vote", methods=["PUT"])
@blp.doc(security=READER)
@blp.arguments(VoteSchema)
@blp.response(200, OwnVoteSchema)
def put_vote(vote: dict[str, int], comment_id: str) -> dict[str, int]:
    """Vote for or against a published comment. Each reader has one vote; the last one counts."""
    return _vote(comment_id, vote["value"])


@blp.route("/comments/<comment_id>/vote", methods=["DELETE"])
@blp.doc(security=READER)
@blp.response(200, OwnVoteSchema)
def delete_vote(comment_id: str) -> dict[str, int]:
    """Take one's vote back."""
    return _vote(comment_id, 0)


@blp.route("/comments/<comment_id>/reports", methods=["POST"])
@blp.doc(security=READER)
@blp.arguments(ReportSchema)
@blp.response(201, ReportedSchema, description="Kept; a moderator looks at the comment.")
@blp.alt_response(200, schema=ReportedSchema, description="This reader had reported the comment before.")
def post_report(complaint: Complaint, comment_id: str) -> tuple[dict[str, Any], int]:
    """Report a published comment. One report for each reader and comment counts."""
    throttle_act()
    command = ReportComment(comment_id, _reacting(comment_id), complaint.reason, complaint.note)
    runtime = get_runtime()
    now = runtime.clock.now()
    is_new = runtime.in_transaction(lambda session: report_comment(session, command, now))
    return {"is_new": is_new}, 201 if is_new else 200


def _vote(comment_id: str, value: int) -> dict[str, int]:
    throttle_act()
    voter = _reacting(comment_id)
    runtime = get_runtime()
    now = runtime.clock.now()
    votes = runtime.in_transaction(lambda session: set_vote(session, comment_id, voter, value, now))
    return {"up": votes.up, "down": votes.down, "value": value}


def _reacting(comment_id: str) -> str:
    """Under which name the caller reacts to a comment that everybody sees; raises NotFoundError for any other, their own too."""
    with reading() as session:
        sight = see_comment(session, comment_id)
    if sight.comment.status is not Status.PUBLISHED:
        raise NotFoundError("There is no such comment.")
    return subject_of(sight.site)
