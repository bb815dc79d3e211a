"""The laboratory: what is known of a site's history, one threshold tried in every place, and thresholds for a stated goal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.advising import Goal
from commentsvc.domain.histograms import BINS
from commentsvc.domain.labels import Label
from commentsvc.domain.recommending import RefusalKind
from commentsvc.domain.simulation import STEPS
from commentsvc.services.laboratory import PLACES
from commentsvc.services.simulation import Wish
from commentsvc.web.api.schemas.parts import Refusing, flag, line, number, told, when, word, word_out
from commentsvc.web.api.schemas.policies import HistorySchema, OutcomeSchema, PolicyDocument
from commentsvc.web.fields import JsonNumber, Time

_MOST_ITEMS = 1_000_000.0


@dataclass(frozen=True, slots=True)
class EvidenceQuery:
    """Which part of a site's history."""

    since: datetime | None
    until: datetime | None
    section: str | None
    language: str | None


class _PartSchema(Refusing):
    since = Time(load_default=None, metadata={"description": "From when on; 30 days before `until` when left out."})
    until = Time(load_default=None, metadata={"description": "Until when; now when left out."})
    section = line("The key of one section.", at_most=100, load_default=None)
    language = line("The code of one language.", at_most=8, load_default=None)


def _part(data: dict[str, Any]) -> EvidenceQuery:
    return EvidenceQuery(*(data.pop(name) for name in ("since", "until", "section", "language")))


class EvidenceQuerySchema(_PartSchema):
    """Which part of a site's history."""

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> EvidenceQuery:
        return _part(data)


@dataclass(frozen=True, slots=True)
class SweepWish:
    """A draft and the threshold to be moved in it."""

    part: EvidenceQuery
    document: dict[str, object]
    label: Label
    step: str


class SweepSchema(_PartSchema):
    """A draft and the threshold to be moved in it. With a `section` it is the section's own threshold."""

    document = PolicyDocument("The draft.", required=True)
    label = word(Label, "The label whose threshold is moved.", required=True)
    step = fields.String(required=True, validate=validate.OneOf(STEPS), metadata={"description": "Which of its thresholds."})

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> SweepWish:
        return SweepWish(_part(data), **data)


@dataclass(frozen=True, slots=True)
class RecommendWish:
    """A goal for a part of the history."""

    part: EvidenceQuery
    wish: Wish


class RecommendSchema(_PartSchema):
    """A goal, and on which part of the history it is to be kept."""

    goal = word(Goal, "`items`: the most caught; `missed`: little missed; `rejecting`: little rejected wrongly.", required=True)
    limit = JsonNumber(
        required=True,
        validate=validate.Range(0, _MOST_ITEMS, min_inclusive=False),
        metadata={"description": "Items a day at most, or the share: of the harmful missed at most, of the rejected harmful at least."},
    )
    most_items_a_day = JsonNumber(
        load_default=_MOST_ITEMS,
        validate=validate.Range(0, _MOST_ITEMS, min_inclusive=False),
        metadata={"description": "For `missed`: how many items a day it may cost at most."},
    )

    @ma.validates_schema
    def _is_share(self, data: dict[str, Any], **_: object) -> None:
        if data.get("goal") not in {None, Goal.ITEMS} and not 0 < data.get("limit", 0.5) < 1:
            raise ma.ValidationError("Must be a share above 0 and below 1.", "limit")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> RecommendWish:
        return RecommendWish(_part(data), Wish(**data))


# -- Answers -------------------------------------------------------------------------------------------------------------------
class SpreadSchema(ma.Schema):
    """A label's comments by score, in bins of equal width from 0 to 1, and by what moderators said of them."""

    label = word_out(Label, "The label.", required=True)
    rejected = fields.List(fields.Integer(), required=True, metadata={"description": f"Rejected ones in each of {BINS} bins."})
    undecided = fields.List(fields.Integer(), required=True, metadata={"description": "Undecided ones."})
    approved = fields.List(fields.Integer(), required=True, metadata={"description": "Approved ones."})


class OverlapSchema(ma.Schema):
    """How far a label flags the same comments as the others, by the thresholds in force."""

    label = word_out(Label, "The label.", required=True)
    flagged = number("Comments that it flags.", required=True)
    alone = number("Those of them that no other label flags.", required=True)
    shared = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": "By other label, those that it flags too."}
    )


class EvidenceSchema(HistorySchema):
    """What is known of a part of a site's history."""

    seconds = fields.Float(required=True, metadata={"description": "Seconds that a decision takes; measured, or else assumed."})
    is_measured = flag("Whether those seconds are the site's own.", required=True)
    sections = fields.List(fields.String(), required=True, metadata={"description": "Keys of sections that comments were in."})
    languages = fields.List(fields.String(), required=True, metadata={"description": "Codes of their languages."})
    labels = fields.List(fields.Nested(SpreadSchema), required=True, metadata={"description": "Each label that was measured."})
    overlaps = fields.List(fields.Nested(OverlapSchema), required=True, metadata={"description": "Each label that flags anything."})
    today = fields.Nested(OutcomeSchema, required=True, metadata={"description": "What today's policy does with these comments."})


class PlaceSchema(ma.Schema):
    """The draft with the threshold in one place."""

    at = fields.Float(required=True, metadata={"description": "The threshold."})
    stricter = number("Comments treated more strictly than by today's policy.", required=True)
    milder = number("Comments treated more mildly.", required=True)
    outcome = fields.Nested(OutcomeSchema, required=True, metadata={"description": "What the draft does with it there."})


class SweptSchema(ma.Schema):
    """One threshold in every place."""

    items = fields.List(fields.Nested(PlaceSchema), required=True, metadata={"description": f"{len(PLACES)} places, rising."})


class PromiseSchema(ma.Schema):
    """What is guaranteed: that a share stays on the right side of `limit`, with a `confidence`."""

    limit = fields.Float(required=True, metadata={"description": "The limit asked for."})
    confidence = fields.Float(required=True, metadata={"description": "How sure that is."})
    bound = fields.Float(required=True, metadata={"description": "How far the data go."})


class AdvisedSchema(ma.Schema):
    """Thresholds for a goal beside today's, or why there are none."""

    since = when("Begin of the period.", required=True)
    until = when("End of the period.", required=True)
    document = fields.Dict(
        keys=fields.String(), required=True, allow_none=True, metadata={"description": "The policy recommended; null when refused."}
    )
    now = fields.Nested(OutcomeSchema, required=True, allow_none=True, metadata={"description": "What today's policy does."})
    draft = fields.Nested(OutcomeSchema, required=True, allow_none=True, metadata={"description": "What the draft does."})
    promise = fields.Nested(
        PromiseSchema, required=True, allow_none=True, metadata={"description": "What is guaranteed; null for `items`, where nothing is."}
    )
    refusal = word_out(RefusalKind, "Why nothing is recommended; null when something is.", required=True, allow_none=True)
    more = number("About how many more decisions would be enough, where those are missing.", required=True, allow_none=True)
    detail = told("The same in words.", required=True)
