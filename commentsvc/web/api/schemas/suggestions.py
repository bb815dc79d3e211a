"""What moderators elsewhere said of texts, as admins get it."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.web.api.schemas.parts import PageQuery, Refusing, cursor_out, flag, number, told, when
from commentsvc.web.fields import Id

MOST_SOURCE: int = 100
MOST_TOKEN: int = 255


def _source(**kwargs: Any) -> fields.String:  # noqa: ANN401 - passed on to marshmallow
    return fields.String(
        validate=validate.Length(1, MOST_SOURCE),
        metadata={"description": "The name of the key that they came with.", "pattern": r"^[^\x00]*$"},
        **kwargs,
    )


class SuggestionsQuerySchema(PageQuery):
    """Which judgements, and which page of them."""

    source = _source(load_default=None)


class QualityQuerySchema(Refusing):
    """Whose judgements."""

    source = _source(required=True)


class ForgettingSchema(Refusing):
    """Which judgements are to go."""

    source = _source(required=True)
    client_token = fields.String(
        load_default=None,
        validate=validate.Length(1, MOST_TOKEN),
        metadata={"description": "Only the text that the client calls so, such as `comment:<id>` of Coral.", "pattern": r"^[^\x00]*$"},
    )


class SuggestionSchema(ma.Schema):
    """One text and what moderators made of it."""

    id = Id(required=True, metadata={"description": "The judgement's id."})
    source = told("The name of the key that it came with.", required=True)
    body = told("The text.", required=True)
    is_rejected = flag("Rejected, for whatever reason.", required=True)
    attributes = fields.Dict(
        keys=fields.String(), values=fields.Float(), required=True, metadata={"description": "What each attribute should score."}
    )
    language = told("The language that the client named.", required=True, allow_none=True)
    client_token = told("The client's own id of the text.", required=True, allow_none=True)
    times = number("How often the text was judged; the latest counts.", required=True)
    created_at = when("When it was first judged.", required=True)
    updated_at = when("When it was last judged.", required=True)
    scorer = told("The scorer version that scored it; null until a worker has.", required=True, allow_none=True)
    scores = fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        required=True,
        allow_none=True,
        metadata={"description": "The scores by label, as the scorer gives them."},
    )


class SourceSchema(ma.Schema):
    """What there is of one key."""

    source = told("The name of the key.", required=True)
    texts = number("Texts.", required=True)
    rejected = number("Texts that were rejected.", required=True)
    scored = number("Texts that have their scores.", required=True)


class SuggestionsSchema(ma.Schema):
    """Judgements."""

    sources = fields.List(fields.Nested(SourceSchema), required=True, metadata={"description": "The keys that have said something."})
    items = fields.List(fields.Nested(SuggestionSchema), required=True, metadata={"description": "Those that came last first."})
    next = cursor_out()


class JudgedShareSchema(ma.Schema):
    """A share with its exact interval of 95 %."""

    value = fields.Float(required=True, metadata={"description": "The share, 0 to 1."})
    low = fields.Float(required=True, metadata={"description": "The interval's lower end."})
    high = fields.Float(required=True, metadata={"description": "Its upper end."})


class CutOffLineSchema(ma.Schema):
    """What one cut-off of one attribute does."""

    attribute = told("The attribute, as clients call it.", required=True)
    cut_off = fields.Float(required=True, metadata={"description": "The cut-off, on the scale that clients see."})
    caught = fields.Nested(JudgedShareSchema, required=True, metadata={"description": "The share of rejected texts above it."})
    wrongly = fields.Nested(JudgedShareSchema, required=True, metadata={"description": "The share of approved texts above it."})


class CutOffsSchema(ma.Schema):
    """What cut-offs do, by what moderators decided."""

    scorer = told("The scorer version at work.", required=True)
    rejected = number("Rejected texts that it has scored.", required=True)
    approved = number("Approved texts that it has scored.", required=True)
    lines = fields.List(fields.Nested(CutOffLineSchema), required=True, metadata={"description": "By attribute and cut-off."})


class ForgottenSchema(ma.Schema):
    """What was deleted."""

    count = number("How many texts.", required=True)
