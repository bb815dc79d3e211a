"""Scorers: which have judged comments, which do now, and how two of them differ."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.status import Route
from commentsvc.web.api.schemas.comments import MAX_KEY
from commentsvc.web.api.schemas.parts import Refusing, cursor_out, flag, line, number, told, when, word_out
from commentsvc.web.api.schemas.policies import ShareSchema
from commentsvc.web.fields import Id, JsonInteger, Time

_MAX_VERSION_CHARS = 200
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class RescoringWish:
    """Which comments to score anew, and by which scorer; the active one for None."""

    site: str
    scorer: str | None
    since: datetime | None
    limit: int | None


class RescoringWishSchema(Refusing):
    """Which comments to score anew."""

    site = line("The site's key.", at_most=MAX_KEY, required=True)
    scorer = line(
        "The version of the active scorer or of the shadow; the active one when left out.", at_most=_MAX_VERSION_CHARS, load_default=None
    )
    since = Time(load_default=None, metadata={"description": "Comments posted from then on; all when left out."})
    limit = JsonInteger(
        load_default=None, validate=validate.Range(1, _MOST), metadata={"description": "So many comments at most, latest first."}
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> RescoringWish:
        return RescoringWish(**data)


class RescoringQuerySchema(Refusing):
    """Whose rescorings to list."""

    site = line("The site's key.", at_most=MAX_KEY, required=True)


# -- Answers -------------------------------------------------------------------------------------------------------------------
class ScorerSchema(ma.Schema):
    """A scorer version."""

    version = told("One word that names it.", required=True)
    name = told("The scorer's name.", required=True)
    engine = told("What runs it.", required=True)
    digest = told("SHA-256 of its weights.", required=True)
    preparation = told("The version of the text preparation it was trained with.", required=True)
    labels = fields.List(fields.String(), required=True, metadata={"description": "What it measures."})
    languages = fields.List(fields.String(), required=True, metadata={"description": "ISO 639-1 codes it was trained on; empty: any."})


class CurveSchema(ma.Schema):
    """Straight lines from what a network says to the score that is given."""

    raw = fields.List(fields.Float(), required=True, metadata={"description": "What the network says, rising."})
    score = fields.List(fields.Float(), required=True, metadata={"description": "The score given for each, rising."})


class ScorerLineSchema(ScorerSchema):
    """A scorer version on record."""

    calibration = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(CurveSchema),
        required=True,
        allow_none=True,
        metadata={"description": "By label, how its scores are made; a label without an entry is not calibrated. Null: not on record."},
    )
    created_at = when("When it was first seen here.", required=True)
    score_sets = number("Texts that it has scored, on the sites that the caller is an admin of.", required=True)
    is_active = flag("It scores new comments, which are routed by it.", required=True)
    is_shadow = flag("It scores new comments beside the active one and routes none.", required=True)


class WaySchema(ma.Schema):
    """Comments that go from one route to another."""

    before = word_out(Route, "Where the scores before send them.", required=True)
    after = word_out(Route, "Where the other scores send them.", required=True)
    count = number("How many.", required=True)
    examples = fields.List(Id(), required=True, metadata={"description": "Ids of up to 5 of them, if their route changes."})


class ChangesSchema(ma.Schema):
    """Where a site's active policy sends comments by the scores of two scorers. The other rules keep the outcome they had."""

    comments = number("Comments that both have scored.", required=True)
    unchanged = number("Those that keep their route.", required=True)
    stricter = number("Those that would be treated more strictly.", required=True)
    milder = number("Those that would be treated more mildly.", required=True)
    share = fields.Nested(ShareSchema, required=True, metadata={"description": "The share whose route would change."})
    stricter_approved = number("Of the stricter ones, those that a human approved.", required=True)
    milder_rejected = number("Of the milder ones, those that a human rejected.", required=True)
    routes = fields.List(fields.Nested(WaySchema), required=True, metadata={"description": "From which route to which."})


class ShadowSchema(ma.Schema):
    """The scorer that runs beside the active one, and how the two differ."""

    version = told("One word that names it.", required=True)
    since = when("Since when it is compared.", required=True)
    changes = fields.Nested(
        ChangesSchema,
        required=True,
        metadata={"description": "The active scorer against it, over the latest 10,000 comments posted since on the caller's sites."},
    )


class ScorersSchema(ma.Schema):
    """The scorers of this installation."""

    active = fields.Nested(ScorerSchema, required=True, metadata={"description": "The one that scores now."})
    shadow = fields.Nested(
        ShadowSchema, required=True, allow_none=True, metadata={"description": "The shadow, once it is at work; null without one."}
    )
    items = fields.List(fields.Nested(ScorerLineSchema), required=True, metadata={"description": "All on record, latest first."})
    next = cursor_out()


class RescoringSchema(ma.Schema):
    """Stored comments that are scored anew. Their routes stay."""

    id = Id(required=True, metadata={"description": "The rescoring's id."})
    site = told("The site's key.", required=True)
    scorer = told("The scorer's version.", required=True)
    since = when("Comments posted from then on; null for all.", required=True, allow_none=True)
    limit = fields.Integer(required=True, allow_none=True, metadata={"description": "How many comments at most; null for all."})
    total = number("Comments to be scored when it was asked for.", required=True)
    scored = number("Comments scored so far.", required=True)
    failed = number("Comments that the scorer could not bear.", required=True)
    changes = fields.Nested(
        ChangesSchema, required=True, allow_none=True, metadata={"description": "What would change; null before the end."}
    )
    account = Id(required=True, allow_none=True, metadata={"description": "Who asked for it."})
    created_at = when("When it was asked for.", required=True)
    finished_at = when("When it was done; null before.", required=True, allow_none=True)


class RescoringsSchema(ma.Schema):
    """A site's rescorings."""

    items = fields.List(fields.Nested(RescoringSchema), required=True, metadata={"description": "The latest 100, latest first."})
    next = cursor_out()
