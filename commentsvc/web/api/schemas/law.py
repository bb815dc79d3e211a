"""Statements of reasons and the transparency report, as admins get them."""

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.statements import StatementState
from commentsvc.web.api.schemas.parts import PageQuery, Refusing, cursor_out, number, told, when, word_out
from commentsvc.web.fields import Id, QueryInteger, Time

FIRST_YEAR, LAST_YEAR = 2000, 2100


class StatementsQuerySchema(PageQuery):
    """Which statements, and which page of them."""

    since = Time(load_default=None, metadata={"description": "Only about restrictions from this time on."})
    until = Time(load_default=None, metadata={"description": "Only about restrictions before this time."})


class StatementSchema(ma.Schema):
    """A statement of reasons and where it is."""

    id = Id(required=True, metadata={"description": "Its name, in the EU's database, too (`puid`)."})
    state = word_out(StatementState, "Where it is.", required=True)
    document = fields.Dict(keys=fields.String(), required=True, metadata={"description": "As it is sent. It holds no personal data."})
    attempts = number("How often it was sent.", required=True)
    last_status = number("The HTTP status of the last answer; null where there was none.", required=True, allow_none=True)
    last_error = told("Why there was none, or the fields that did not fit.", required=True, allow_none=True)
    applied_at = when("When the restriction began.", required=True)
    created_at = when("When the statement was made.", required=True)
    sent_at = when("When the database took it.", required=True, allow_none=True)


class StatementsSchema(ma.Schema):
    """Statements of reasons."""

    items = fields.List(fields.Nested(StatementSchema), required=True, metadata={"description": "The statements, latest first."})
    next = cursor_out()


class ReportQuerySchema(Refusing):
    """Which year."""

    year = QueryInteger(
        required=True,
        validate=validate.Range(FIRST_YEAR, LAST_YEAR),
        metadata={"description": f"The calendar year in UTC, {FIRST_YEAR} to {LAST_YEAR}."},
    )


class ReportFigureSchema(ma.Schema):
    """One figure of a report."""

    part = told("Which part of the report it belongs to.", required=True)
    what = told("What it counts.", required=True)
    value = fields.Float(required=True, allow_none=True, metadata={"description": "A count, hours, or a share; null of nothing."})
    low = fields.Float(required=True, allow_none=True, metadata={"description": "Of a share: the lower end of its interval of 95 %."})
    high = fields.Float(required=True, allow_none=True, metadata={"description": "Of a share: the upper end."})


class TransparencyReportSchema(ma.Schema):
    """A year of a site, as Articles 15 and 24 of the DSA ask for it."""

    year = number("The calendar year, in UTC.", required=True)
    figures = fields.List(fields.Nested(ReportFigureSchema), required=True, metadata={"description": "Its figures, in the report's order."})
