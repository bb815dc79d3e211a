"""A reader's own data as answers give it."""

import marshmallow as ma
from marshmallow import fields

from commentsvc.domain.status import AppealOutcome, Pace, ReasonCode, Standing, Status
from commentsvc.web.api.schemas.comments import AppealOutSchema
from commentsvc.web.api.schemas.parts import cursor_out, flag, number, told, when, word_out
from commentsvc.web.fields import Id


class OwnCommentSchema(ma.Schema):
    """A comment of the caller's own."""

    id = Id(required=True, metadata={"description": "The comment's id."})
    article = told("The article's key.", required=True)
    article_title = told("Its headline, where it is known.", required=True, allow_none=True)
    parent = Id(required=True, allow_none=True, metadata={"description": "The comment that it answers; null for a root comment."})
    status = word_out(Status, "`pending`, `published`, `held` or `rejected`.", required=True)
    body_html = told("The latest text as HTML that is safe to show.", required=True)
    up = number("Votes for it.", required=True)
    down = number("Votes against it.", required=True)
    created_at = when("When it was posted.", required=True)
    ground = word_out(ReasonCode, "On which ground a moderator rejected it; null where none did.", required=True, allow_none=True)
    appeal = fields.Nested(AppealOutSchema, required=True, allow_none=True, metadata={"description": "The appeal against that, if any."})


class OwnCommentsSchema(ma.Schema):
    """A page of one's own comments."""

    items = fields.List(fields.Nested(OwnCommentSchema), required=True, metadata={"description": "The comments, newest first."})
    next = cursor_out()


class OwnAuthorSchema(ma.Schema):
    """What the site knows of the caller as an author."""

    id = Id(required=True, metadata={"description": "The author's id on this site."})
    subject = told("Who the site says they are.", required=True)
    name = told("The name to show.", required=True)
    is_staff = flag("The site says that they belong to it.", required=True)
    email_hash = told("A keyed hash of their address, for matching only.", required=True, allow_none=True)
    standing = word_out(Standing, "Their standing.", required=True)
    standing_until = when("Until when that holds; null without an end.", required=True, allow_none=True)
    first_seen_at = when("When they first commented.", required=True)


class OwnTextSchema(ma.Schema):
    """One text of a comment."""

    revision = number("Its number, from 1.", required=True)
    body = told("The text as it was written.", required=True)
    written_at = when("When it was written.", required=True)


class OwnCommentDataSchema(ma.Schema):
    """A comment with every text it ever had."""

    id = Id(required=True, metadata={"description": "The comment's id."})
    article = told("The article's key.", required=True)
    parent = Id(required=True, allow_none=True, metadata={"description": "The comment that it answers; null for a root comment."})
    status = word_out(Status, "What became of it.", required=True)
    created_at = when("When it was posted.", required=True)
    address_hash = told("A keyed hash of the network it came from.", required=True, allow_none=True)
    texts = fields.List(fields.Nested(OwnTextSchema), required=True, metadata={"description": "Its texts, oldest first."})


class OwnVoteLineSchema(ma.Schema):
    """A vote."""

    comment_id = Id(required=True, metadata={"description": "The comment voted on."})
    value = number("1 for, -1 against.", required=True)
    created_at = when("When.", required=True)


class OwnReportLineSchema(ma.Schema):
    """A report."""

    comment_id = Id(required=True, metadata={"description": "The comment reported."})
    reason = word_out(ReasonCode, "What was wrong with it.", required=True)
    note = told("In their own words.", required=True)
    created_at = when("When.", required=True)


class OwnAppealLineSchema(ma.Schema):
    """An appeal."""

    comment_id = Id(required=True, metadata={"description": "The comment it is about."})
    body = told("In their own words.", required=True)
    outcome = word_out(AppealOutcome, "What became of it; null while it waits.", required=True, allow_none=True)
    created_at = when("When it was made.", required=True)
    decided_at = when("When it was decided.", required=True, allow_none=True)


class OwnNoteSchema(ma.Schema):
    """What a moderator noted."""

    body = told("The note.", required=True)
    created_at = when("When it was left.", required=True)


class OwnSubscriptionSchema(ma.Schema):
    """An address that is told of replies."""

    email = told("The address; null where it cannot be read any more.", required=True, allow_none=True)
    pace = word_out(Pace, "How often.", required=True)
    language = told("The language of the letters.", required=True)
    confirmed_at = when("When it was confirmed; null until then.", required=True, allow_none=True)
    created_at = when("When it was asked for.", required=True)


class OwnDataSchema(ma.Schema):
    """All that a site holds about a reader."""

    site = told("The site's key.", required=True)
    author = fields.Nested(
        OwnAuthorSchema, required=True, allow_none=True, metadata={"description": "The reader; null if they never wrote."}
    )
    comments = fields.List(fields.Nested(OwnCommentDataSchema), required=True, metadata={"description": "Their comments, oldest first."})
    votes = fields.List(fields.Nested(OwnVoteLineSchema), required=True, metadata={"description": "Their votes."})
    reports = fields.List(fields.Nested(OwnReportLineSchema), required=True, metadata={"description": "Their reports."})
    appeals = fields.List(fields.Nested(OwnAppealLineSchema), required=True, metadata={"description": "Their appeals."})
    notes = fields.List(
        fields.Nested(OwnNoteSchema), required=True, metadata={"description": "What moderators noted about them, without who did."}
    )
    subscriptions = fields.List(
        fields.Nested(OwnSubscriptionSchema), required=True, metadata={"description": "Where they are told of replies by e-mail."}
    )
