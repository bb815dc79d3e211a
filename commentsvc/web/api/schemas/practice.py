"""How a site's moderators work, as admins send and get it, and what everybody may know of it."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.status import ReasonCode
from commentsvc.store.queries.public_log import MOST_STATEMENTS, FoundBy
from commentsvc.web.api.schemas.parts import Refusing, flag, number, told, when, word_out
from commentsvc.web.fields import JsonBoolean, JsonNumber, QueryInteger


class PracticeChangeSchema(Refusing):
    """What to change; what is not said stays as it is."""

    has_public_log = JsonBoolean(metadata={"description": "Show everybody how the site moderates."})
    two_for_bans = JsonBoolean(metadata={"description": "One moderator proposes a ban, another confirms it."})
    second_share = JsonNumber(
        validate=validate.Range(0, 1), metadata={"description": "The share of the decided sample that a second moderator judges, 0 to 1."}
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        return data


class PracticeSchema(ma.Schema):
    """How a site's moderators work."""

    has_public_log = flag("Everybody may see how the site moderates.", required=True)
    two_for_bans = flag("One moderator proposes a ban, another confirms it.", required=True)
    second_share = fields.Float(
        required=True, metadata={"description": "The share of the decided sample that a second moderator judges, 0 to 1."}
    )


class DaysSchema(Refusing):
    """How far back to look."""

    days = QueryInteger(load_default=30, validate=validate.Range(1, 365), metadata={"description": "Days up to now, 1 to 365."})


class WorkSchema(ma.Schema):
    """What was decided, and what became of it. What was taken back counts in nothing but the figures about that."""

    decided_count = number("Approvals and rejections.", required=True)
    approved_count = number("Approvals.", required=True)
    rejected_count = number("Rejections.", required=True)
    escalated_count = number("Escalations.", required=True)
    median_s = fields.Float(
        required=True, allow_none=True, metadata={"description": "Median of the seconds from claim to decision; null when not known."}
    )
    overturned_count = number("Rejections that an appeal overturned.", required=True)
    undone_count = number("Decisions that a colleague took back.", required=True)
    own_undone_count = number("Decisions that who made them took back.", required=True)


class AgreementSchema(ma.Schema):
    """How far moderators agree about comments that two judged: Cohen's kappa with its 95 % interval."""

    kappa = fields.Float(required=True, metadata={"description": "0 is what chance would bring, 1 is full agreement."})
    low = fields.Float(required=True, metadata={"description": "Lower end of the interval."})
    high = fields.Float(required=True, metadata={"description": "Upper end of the interval."})
    alike = fields.Float(required=True, metadata={"description": "The share judged alike, 0 to 1."})


class SiteWorkSchema(WorkSchema):
    """What a site's moderators decided in total, and how far they agree."""

    moderator_count = number("Moderators who decided anything.", required=True)
    pair_count = number("Comments of the sample that two judged.", required=True)
    differed_count = number("Those that they judged differently.", required=True)
    waiting_count = number("Those that wait for the second.", required=True)
    agreement = fields.Nested(
        AgreementSchema, required=True, allow_none=True, metadata={"description": "Null where there are too few to say, or no variety."}
    )


def _counts(description: str) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": description})


class LogStatementSchema(ma.Schema):
    """Why one comment is not shown."""

    date = fields.Date(required=True, attribute="on", metadata={"description": "The day (UTC) on which it was decided."})
    ground = word_out(ReasonCode, "A moderator's ground; null where software decided.", required=True, allow_none=True)
    rules = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What the software saw: labels whose bands were reached, and kinds of rules."},
    )
    found_by = word_out(FoundBy, "Who brought it before the site.", required=True)
    is_automated = flag("Whether software decided alone.", required=True)
    language = told("The language of the text, where it could be told.", required=True, allow_none=True)
    appeal = fields.String(
        required=True,
        validate=validate.OneOf(["", "open", "upheld", "overturned"]),
        metadata={"description": "'' where nobody appealed."},
    )


class PublicLogSchema(ma.Schema):
    """How a site moderates: figures and statements of reasons, with nobody's words, names or ids."""

    since = when("Where the period begins.", required=True)
    until = when("When this was read; up to a quarter of an hour ago.", required=True)
    routed = _counts("Texts by what software did with them first.")
    approved_count = number("Texts that moderators approved.", required=True)
    rejected = _counts("Texts that moderators rejected, by ground.")
    reported_count = number("Decisions about comments that readers had reported.", required=True)
    appeals = _counts("Appeals by outcome.")
    suspended_count = number("Authors who may not comment for a while.", required=True)
    banned_count = number("Authors who may not comment any more.", required=True)
    statements = fields.List(
        fields.Nested(LogStatementSchema), required=True, metadata={"description": f"The latest, up to {MOST_STATEMENTS}, newest first."}
    )
