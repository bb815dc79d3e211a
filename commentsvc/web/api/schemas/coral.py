"""What Coral's moderators made of comments that were routed here, as admins get it."""

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.status import Route
from commentsvc.web.api.schemas.parts import Refusing, number, told, when, word_out
from commentsvc.web.fields import QueryInteger

MOST_DAYS = 3650


class PhaseQuerySchema(Refusing):
    """Which texts, and whose decisions."""

    source = fields.String(
        load_default="coral",
        validate=validate.Length(1, 100),
        metadata={"description": "The name of the key with which that Coral sends decisions.", "pattern": r"^[^\x00]*$"},
    )
    days = QueryInteger(
        load_default=30, validate=validate.Range(1, MOST_DAYS), metadata={"description": f"Texts of so many days, 1 to {MOST_DAYS}."}
    )


class PhaseLineSchema(ma.Schema):
    """Texts of one route."""

    route = word_out(Route, "Where they were routed.", required=True)
    texts = number("How many there were; the same text counts once.", required=True)
    approved = number("How many of them moderators approved.", required=True)
    rejected = number("How many of them moderators rejected.", required=True)


class PhaseSchema(ma.Schema):
    """What became of comments that were routed for Coral."""

    source = told("Whose decisions these are.", required=True)
    since = when("From when on.", required=True)
    lines = fields.List(fields.Nested(PhaseLineSchema), required=True, metadata={"description": "By route, from mild to strict."})
