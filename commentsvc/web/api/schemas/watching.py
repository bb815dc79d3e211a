"""What an admin watches."""

from typing import Final

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.drift import Drift
from commentsvc.domain.labels import Label
from commentsvc.domain.status import AlertKind, Nudged, Route
from commentsvc.domain.watching import MOST_WEEKS
from commentsvc.services.watching import MOST_HOURS
from commentsvc.web.api.schemas.parts import Refusing, flag, number, told, when, word_out
from commentsvc.web.fields import Id, JsonBoolean, JsonInteger, QueryInteger

USUAL_WEEKS: Final = 12


class WatchQuery(Refusing):
    """How far back."""

    weeks = QueryInteger(
        load_default=USUAL_WEEKS,
        validate=validate.Range(1, MOST_WEEKS),
        metadata={"description": f"Weeks, this one among them, 1 to {MOST_WEEKS}."},
    )


class WatchWishSchema(Refusing):
    """What the caller wants to be alerted to."""

    waiting_hours = JsonInteger(
        required=True,
        validate=validate.Range(0, MOST_HOURS),
        metadata={"description": "How long the oldest comment may wait, in hours; 0 for as long as it likes."},
    )
    by_mail = JsonBoolean(load_default=None, metadata={"description": "Whether the caller gets alerts by e-mail; as it was when left out."})


class FigureSchema(ma.Schema):
    """A share with its 95 % interval, which is told however wide it is."""

    value = fields.Float(required=True, allow_none=True, metadata={"description": "The estimate, 0 to 1; null with too little to say."})
    low = fields.Float(required=True, metadata={"description": "Lower end of the interval."})
    high = fields.Float(required=True, metadata={"description": "Upper end of the interval."})
    more = number("How many more decisions would probably be enough; null where none are needed, or none would be.", allow_none=True)


class WatchLoadSchema(ma.Schema):
    """One moderator's week."""

    account = Id(required=True, metadata={"description": "Who."})
    decisions = number("Decisions that stand.", required=True)
    total_s = fields.Float(required=True, metadata={"description": "Seconds that all took."})


class WatchDriftSchema(ma.Schema):
    """How far a label's scores have moved."""

    section = told("The section's key; null for the whole site.", required=True, allow_none=True)
    label = word_out(Label, "The label.", required=True)
    index = fields.Float(required=True, metadata={"description": "Population stability index."})
    chance = fields.Float(required=True, metadata={"description": "What it is at most by chance."})
    drift = word_out(Drift, "What that means.", required=True)


class WatchNudgeSchema(ma.Schema):
    """What became of comments after a nudge."""

    nudged = word_out(Nudged, "What the author did.", required=True)
    comments = number("Comments.", required=True)
    published = number("Of these, those that are published now.", required=True)
    rejected = number("Of these, those that are rejected now.", required=True)


class WatchRouteSchema(ma.Schema):
    """What moderators made of one route."""

    route = word_out(Route, "The route; of `publish` the sample alone.", required=True)
    unseen = number("Not decided.", required=True)
    approved = number("Approved.", required=True)
    rejected = number("Rejected.", required=True)


class WatchArticleSchema(ma.Schema):
    """A busy article."""

    article = told("Its key; null when it is gone.", required=True, allow_none=True)
    comments = number("Comments of the week.", required=True)


class WatchWeekSchema(ma.Schema):
    """A week in figures."""

    starts_at = when("Its Monday, 00:00 UTC.", required=True)
    counted_at = when("When it was counted.", required=True)
    comments = number("Comments posted.", required=True)
    flagged = number("Texts flagged.", required=True)
    decisions = number("Decisions that stand, escalations left out.", required=True)
    undone = number("Decisions taken back.", required=True)
    wait_median_s = fields.Float(required=True, allow_none=True, metadata={"description": "Median wait of what was decided, in seconds."})
    wait_p95_s = fields.Float(required=True, allow_none=True, metadata={"description": "What 95 of 100 waited less than, in seconds."})
    precision = fields.Nested(FigureSchema, required=True, metadata={"description": "Of what was flagged, the harmful share."})
    recall = fields.Nested(FigureSchema, required=True, metadata={"description": "Of all that is harmful, the flagged share."})
    routes = fields.List(fields.Nested(WatchRouteSchema), required=True, metadata={"description": "What moderators made of each route."})
    nudges = fields.List(fields.Nested(WatchNudgeSchema), required=True, metadata={"description": "Nudges and what came of them."})
    moderators = fields.List(fields.Nested(WatchLoadSchema), required=True, metadata={"description": "Who decided how much."})
    articles = fields.List(fields.Nested(WatchArticleSchema), required=True, metadata={"description": "The busiest articles."})
    drift = fields.List(fields.Nested(WatchDriftSchema), required=True, metadata={"description": "Whether scores fall as before."})


class AlertSchema(ma.Schema):
    """An alert."""

    id = Id(required=True, metadata={"description": "The alert's id."})
    kind = word_out(AlertKind, "What it is about.", required=True)
    subject = told("A label, with `@section` where it is of one; empty for the site.", required=True)
    sentence = told("What it says.", required=True)
    opened_at = when("Since when.", required=True)
    closed_at = when("Until when; null while it is open.", required=True, allow_none=True)


class WatchSchema(ma.Schema):
    """What an admin watches."""

    waiting = number("Items that wait now, the sample left out.", required=True)
    oldest_at = when("Since when the oldest waits.", required=True, allow_none=True)
    waiting_hours = number("How long one may wait before it is an alert; 0 for as long as it likes.", required=True)
    by_mail = flag("The caller gets alerts by e-mail.", required=True)
    precision = fields.Nested(FigureSchema, required=True, metadata={"description": "Over all these weeks."})
    recall = fields.Nested(FigureSchema, required=True, metadata={"description": "Over all these weeks."})
    weeks = fields.List(fields.Nested(WatchWeekSchema), required=True, metadata={"description": "The weeks counted, oldest first."})
    alerts = fields.List(fields.Nested(AlertSchema), required=True, metadata={"description": "The latest 20 alerts, newest first."})
