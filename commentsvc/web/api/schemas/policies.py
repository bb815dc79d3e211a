"""Policies: versions, drafts, and what a draft would do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.labels import Label
from commentsvc.domain.policy import MAX_WORD_LENGTH, MAX_WORDS
from commentsvc.domain.status import Route, Verdict
from commentsvc.web.api.schemas.parts import Refusing, cursor_out, flag, free, line, number, told, when, word_out
from commentsvc.web.fields import Id, JsonInteger, Time

MAX_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy to be kept as the next version."""

    document: dict[str, object]
    note: str


@dataclass(frozen=True, slots=True)
class SimulationWish:
    """What to try on which part of the history. `document` or `version` is there."""

    document: dict[str, object] | None
    version: int | None
    since: datetime | None
    until: datetime | None
    section: str | None
    language: str | None


def _object(about: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "description": about, "properties": properties, "additionalProperties": False}


_ROUTE = {"type": "string", "enum": [route.value for route in Route]}
_THRESHOLD = {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 1}
_BAND = _object(
    "Thresholds, reached at or above; none lies below a milder one.", dict.fromkeys(("review_at", "hold_at", "reject_at"), _THRESHOLD)
)
_BANDS = _object("Thresholds by label.", {label.value: _BAND for label in Label})
_WORDS = {"type": "array", "maxItems": MAX_WORDS, "items": {"type": "string", "minLength": 1, "maxLength": MAX_WORD_LENGTH}}
_POLICY: Final = {
    "bands": _BANDS,
    "sections": {
        "type": "object",
        "description": "Thresholds of a section, by its key; they replace the site's, label by label.",
        "additionalProperties": _object("What differs in the section.", {"bands": _BANDS}),
    },
    "words": _object("Lists of words and phrases.", {"suspect": _WORDS, "banned": _WORDS, "suspect_route": _ROUTE, "banned_route": _ROUTE}),
    "first_comments": _object("An author's first comments.", {"count": {"type": "integer", "minimum": 0, "maximum": 100}, "route": _ROUTE}),
    "links": _object("More links than `max`.", {"max": {"type": "integer", "minimum": 0, "maximum": 100}, "route": _ROUTE}),
    "repeats": _object(
        "The same text `count` times within a day.", {"count": {"type": "integer", "minimum": 0, "maximum": 1000}, "route": _ROUTE}
    ),
    "language": _object("A text in a language that the scorer does not know.", {"unknown_route": _ROUTE}),
    "premoderation": {"type": "boolean", "description": "Nothing is visible before a moderator has decided."},
    "publish_unscored": {"type": "boolean", "description": "Publish, for review, what the scorer has not judged in time."},
    "sample_rate": {"type": "number", "minimum": 0, "maximum": 1, "description": "The share of published comments that is sampled."},
}


class PolicyDocument(fields.Dict):
    """A policy as it is sent. The domain reads it and names every problem; here it is only described."""

    def __init__(self, description: str, **kwargs: Any) -> None:  # noqa: ANN401 - passed on to marshmallow
        """Describe the document's members."""
        super().__init__(keys=fields.String(), metadata={"description": description, "properties": _POLICY}, **kwargs)


class DraftSchema(Refusing):
    """A policy to be kept as the next version."""

    document = PolicyDocument("The policy; see docs/policies.md.", required=True)
    note = free("Why.", at_least=0, at_most=1000, load_default="")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> Draft:
        return Draft(**data)


class SimulationSchema(Refusing):
    """What to try on which part of the history."""

    document = PolicyDocument("A draft; or name a `version`.", load_default=None)
    version = JsonInteger(load_default=None, validate=validate.Range(1, MAX_VERSION), metadata={"description": "A version on record."})
    since = Time(load_default=None, metadata={"description": "From when on; 30 days before `until` when left out."})
    until = Time(load_default=None, metadata={"description": "Until when; now when left out."})
    section = line("The key of one section.", at_most=100, load_default=None)
    language = line("The code of one language.", at_most=8, load_default=None)

    @ma.validates_schema
    def _either(self, data: dict[str, Any], **_: object) -> None:
        if (data.get("document") is None) == (data.get("version") is None):
            raise ma.ValidationError("Give a document or a version.", "document")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> SimulationWish:
        return SimulationWish(**data)


# -- Answers -------------------------------------------------------------------------------------------------------------------
class PolicySchema(ma.Schema):
    """A version of a site's policy. Versions never change."""

    version = number("Its number, from 1.", required=True)
    is_active = flag("It routes comments now.", required=True)
    document = fields.Dict(keys=fields.String(), required=True, metadata={"description": "The policy."})
    note = told("Why it was made.", required=True)
    account = Id(required=True, allow_none=True, metadata={"description": "Who made it; null when it came with the site."})
    created_at = when("When it was made.", required=True)
    activated_at = when("When it was last activated, if ever.", required=True, allow_none=True)


class PoliciesSchema(ma.Schema):
    """A site's policy versions."""

    items = fields.List(fields.Nested(PolicySchema), required=True, metadata={"description": "The latest 100 versions, newest first."})
    next = cursor_out()


class ShareSchema(ma.Schema):
    """A share with its 95 % interval; all null when there is too little to say."""

    value = fields.Float(required=True, allow_none=True, metadata={"description": "The estimate, 0 to 1."})
    low = fields.Float(required=True, allow_none=True, metadata={"description": "Lower end of the interval."})
    high = fields.Float(required=True, allow_none=True, metadata={"description": "Upper end of the interval."})


class IntervalSchema(ma.Schema):
    """A number with how low and how high it may be."""

    value = fields.Float(required=True, metadata={"description": "The estimate."})
    low = fields.Float(required=True, metadata={"description": "Lower end."})
    high = fields.Float(required=True, metadata={"description": "Upper end."})


class EstimateSchema(ma.Schema):
    """A share with its 95 % interval."""

    value = fields.Float(required=True, allow_none=True, metadata={"description": "The estimate, 0 to 1; null: too little to say."})
    low = fields.Float(required=True, metadata={"description": "Lower end of the interval."})
    high = fields.Float(required=True, metadata={"description": "Upper end of the interval."})
    more = number(
        "With too little to say, about how many more decisions would be enough, if any number would.", required=True, allow_none=True
    )


class OutcomeSchema(ma.Schema):
    """What one set of thresholds does with a history."""

    by_route = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": "Comments by route."})
    flagged = number("Comments that came, or would come, before moderators, or were rejected.", required=True)
    items_a_day = fields.Nested(
        IntervalSchema,
        required=True,
        metadata={"description": "Items for moderators, the sample too: the mean, and the range over the week."},
    )
    hours_a_day = fields.Nested(
        IntervalSchema, required=True, metadata={"description": "Hours of moderating, at the site's own seconds for a decision."}
    )
    precision = fields.Nested(EstimateSchema, required=True, metadata={"description": "Of the flagged ones, the share that is harmful."})
    recall = fields.Nested(
        EstimateSchema, required=True, metadata={"description": "Of all harmful ones, the share flagged; told from the sample."}
    )
    wrongly_held = fields.Nested(IntervalSchema, required=True, metadata={"description": "Held or rejected, and yet civil."})
    missed = fields.Nested(
        IntervalSchema, required=True, allow_none=True, metadata={"description": "Published, and yet harmful; null with no sample."}
    )


class ChangeSchema(ma.Schema):
    """A comment whose score lies between an old and a new threshold."""

    comment = Id(required=True, metadata={"description": "The comment's id."})
    body_html = told("Its text.", required=True)
    label = word_out(Label, "The label whose threshold moves.", required=True)
    score = fields.Float(required=True, metadata={"description": "Its score."})
    threshold = fields.Float(required=True, allow_none=True, metadata={"description": "Where the draft begins to flag; null for never."})
    route = word_out(Route, "How it was routed.", required=True)
    verdict = word_out(Verdict, "What a moderator decided, if anybody did.", required=True, allow_none=True)
    created_at = when("When it was routed.", required=True)


class HistorySchema(ma.Schema):
    """Which part of a site's history was looked at."""

    since = when("Begin of the period.", required=True)
    until = when("End of the period.", required=True)
    comments = number("Scored comments in it.", required=True)
    decided = number("Those that a human has decided about.", required=True)
    sampled = number("Decided ones that chance had picked among the published.", required=True)
    is_cut = flag("Only the latest of the period's comments were read.", required=True)


class SimulatedSchema(HistorySchema):
    """What was done, and what the draft would have done."""

    now = fields.Nested(OutcomeSchema, required=True, metadata={"description": "As it was routed."})
    draft = fields.Nested(OutcomeSchema, required=True, metadata={"description": "As the draft would have routed it."})
    stricter = number("Comments that the draft routes more strictly.", required=True)
    milder = number("Comments that the draft routes more mildly.", required=True)
    changes = fields.List(
        fields.Nested(ChangeSchema),
        required=True,
        metadata={"description": "Up to 20 comments between old and new thresholds, nearest first."},
    )
