"""What moderators send and get."""

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.labels import Label
from commentsvc.domain.status import Queue, ReasonCode, Standing, Status, Verdict
from commentsvc.store.queries.queue import QueueSort
from commentsvc.web.api.schemas.notes import BanProposalSchema, KinSchema, NoteSchema
from commentsvc.web.api.schemas.parts import (
    PageQuery,
    ReasonSchema,
    Refusing,
    cursor_out,
    flag,
    free,
    line,
    number,
    told,
    when,
    word,
    word_out,
)
from commentsvc.web.fields import Id, JsonInteger, QueryBoolean, Time

MAX_CLAIMED = 50
MAX_DECIDED = 100
MAX_SITE_KEY = 63


@dataclass(frozen=True, slots=True)
class ItemsQuery:
    """Which page of which queue."""

    queue: Queue
    site: str | None
    section: str | None
    sort: QueueSort
    cursor: str | None
    limit: int
    filter: str | None


@dataclass(frozen=True, slots=True)
class ClaimWish:
    """What to take: the most urgent items of a queue, of a site's own queue, or one item by its id."""

    queue: Queue | None
    item: str | None
    site: str | None
    limit: int
    filter: str | None


@dataclass(frozen=True, slots=True)
class Verdicted:
    """A decision as it was sent; `item` only where it comes in a batch."""

    decision: Verdict
    revision: str
    reason_code: ReasonCode | None
    note: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which page of the log of decisions."""

    site: str | None
    is_mine: bool
    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class SanctionWish:
    """What shall become of an author."""

    standing: Standing
    reason: str
    until: Any


def _site_key(**kwargs: Any) -> fields.String:  # noqa: ANN401 - passed on to marshmallow
    return line("The key of one site; without it, all that the caller works on.", at_most=MAX_SITE_KEY, load_default=None, **kwargs)


class ItemsQuerySchema(PageQuery):
    """Which page of which queue."""

    queue = word(Queue, "The queue. `sample` by itself is for admins; moderators get it among `review`, unmarked.", load_default=Queue.HELD)
    site = _site_key()
    section = line("The key of one section.", at_most=100, load_default=None)
    sort = word(QueueSort, "The order.", load_default=QueueSort.RISKIEST)
    filter = Id(load_default=None, metadata={"description": "The id of a site's own queue, in place of `queue`, `site` and `section`."})

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> ItemsQuery:
        return ItemsQuery(**data)


class CountsQuerySchema(Refusing):
    """Which queues to count."""

    site = _site_key()


class ClaimSchema(Refusing):
    """What to take under a lease: `queue`, `filter` or `item`."""

    queue = word(Queue, "Take the most urgent items of this queue that nobody holds.", load_default=None)
    item = Id(load_default=None, metadata={"description": "Take this item, or renew the lease on it."})
    filter = Id(load_default=None, metadata={"description": "Take the most urgent items of this queue of a site's own."})
    site = _site_key()
    limit = JsonInteger(load_default=1, validate=validate.Range(1, MAX_CLAIMED), metadata={"description": f"How many, 1 to {MAX_CLAIMED}."})

    @ma.validates_schema
    def _either(self, data: dict[str, Any], **_: object) -> None:
        if [data.get(name) for name in ("queue", "filter", "item")].count(None) != 2:  # noqa: PLR2004 - all but one
            raise ma.ValidationError("Name a queue, a queue of a site's own, or an item.", "queue")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> ClaimWish:
        return ClaimWish(**data)


class DecisionSchema(Refusing):
    """A decision on one revision."""

    decision = word(Verdict, "What shall become of the comment.", required=True)
    revision = Id(required=True, metadata={"description": "The item's `revision`: the text that was looked at."})
    reason_code = word(ReasonCode, "Why; required when rejecting.", load_default=None, allow_none=True)
    note = free("For colleagues.", at_least=0, at_most=2000, load_default="")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> Verdicted:
        return Verdicted(**data)


class BatchedDecisionSchema(DecisionSchema):
    """One decision of a batch."""

    item = Id(required=True, metadata={"description": "The item."})


class BatchSchema(Refusing):
    """Several decisions, each kept or refused by itself."""

    decisions = fields.List(
        fields.Nested(BatchedDecisionSchema),
        required=True,
        validate=validate.Length(1, MAX_DECIDED),
        metadata={"description": f"1 to {MAX_DECIDED} decisions."},
    )


class LogQuerySchema(PageQuery):
    """Which page of the log of decisions."""

    site = _site_key()
    mine = QueryBoolean(load_default=False, metadata={"description": "Only the caller's own."})

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> LogQuery:
        return LogQuery(data["site"], data["mine"], data["cursor"], data["limit"])


class SanctionSchema(Refusing):
    """A change of an author's standing."""

    standing = word(Standing, "The new standing.", required=True)
    reason = free("Why, for colleagues and the audit log.", at_most=1000, required=True)
    until = Time(load_default=None, metadata={"description": "Until when it holds; required for a suspension."})

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> SanctionWish:
        return SanctionWish(**data)


# -- Answers -------------------------------------------------------------------------------------------------------------------
class ItemArticleSchema(ma.Schema):
    """The article of an item."""

    key = told("The publisher's own key.", required=True)
    title = told("Its headline.", required=True, allow_none=True)
    url = told("Where it is.", required=True, allow_none=True)


class ParentSchema(ma.Schema):
    """The comment that an item answers, as readers see it."""

    id = Id(required=True, metadata={"description": "The comment's id."})
    author_name = told("Who wrote it.", required=True)
    body_html = told("Its text; null when it is not published.", required=True, allow_none=True)


class AuthorFiguresSchema(ma.Schema):
    """An author in figures."""

    id = Id(required=True, metadata={"description": "The author's id."})
    name = told("The name they go by.", required=True)
    is_guest = flag("Nobody vouches for who they are.", required=True)
    standing = word_out(Standing, "How far the site trusts them.", required=True)
    comment_count = number("Comments posted.", required=True)
    published_count = number("Comments published now.", required=True)
    rejected_count = number("Comments rejected now.", required=True)
    created_at = when("When they first wrote here.", required=True)


class ReportLineSchema(ma.Schema):
    """A reader's report."""

    reason = word_out(ReasonCode, "What the reader finds wrong.", required=True)
    note = told("In their own words.", required=True)
    created_at = when("When it came.", required=True)


class SpanSchema(ma.Schema):
    """Characters of `body` that made a score."""

    begin = number("First character.", required=True)
    end = number("One past the last character.", required=True)
    label = word_out(Label, "The label whose score they made.", required=True)
    score = fields.Float(required=True, metadata={"description": "The share in [0, 1] that they carry."})


class LeaseSchema(ma.Schema):
    """Who works on an item."""

    account = Id(required=True, metadata={"description": "The account that holds it."})
    name = told("Its name.", required=True, allow_none=True)
    until = when("When the lease ends.", required=True)
    is_mine = flag("The caller holds it.", required=True)


class ItemSchema(ma.Schema):
    """One revision that waits for a human, with all that a decision needs."""

    id = Id(required=True, metadata={"description": "The item's id."})
    queue = word_out(Queue, "Why it waits.", required=True)
    site = told("The site's key.", required=True)
    section = told("The section's key.", required=True, allow_none=True)
    is_open = flag("It still waits for a decision.", required=True)
    comment = Id(required=True, metadata={"description": "The comment's id."})
    status = word_out(Status, "The comment's status now.", required=True)
    revision = Id(required=True, metadata={"description": "The id of the text that waits; a decision names it."})
    revision_no = number("Its number, from 1.", required=True)
    body = told("The text as it was written.", required=True)
    body_html = told("The text as HTML that is safe to show.", required=True)
    language = told("Its language (ISO 639-1), where it could be told.", required=True, allow_none=True)
    spans = fields.List(
        fields.Nested(SpanSchema),
        required=True,
        metadata={"description": "The words that made the scores; empty in lists, where they are not computed."},
    )
    scores = fields.Dict(keys=fields.String(), values=fields.Float(), required=True, metadata={"description": "Scores by label."})
    reasons = fields.List(fields.Nested(ReasonSchema), required=True, metadata={"description": "Why it was flagged, strictest first."})
    appeal = told("What the author says against its rejection, '' when nothing; null where nobody appeals.", required=True, allow_none=True)
    reports = fields.List(fields.Nested(ReportLineSchema), required=True, metadata={"description": "Readers' reports, oldest first."})
    article = fields.Nested(ItemArticleSchema, required=True, metadata={"description": "Where it was posted."})
    parent = fields.Nested(ParentSchema, required=True, allow_none=True, metadata={"description": "The comment that it answers."})
    author = fields.Nested(AuthorFiguresSchema, required=True, metadata={"description": "Who wrote it, in figures."})
    lease = fields.Nested(LeaseSchema, required=True, allow_none=True, metadata={"description": "Who works on it; null when nobody does."})
    created_at = when("When the comment was posted.", required=True)
    waiting_since = when("When the item was opened.", required=True)


class ItemsSchema(ma.Schema):
    """A page of a queue."""

    items = fields.List(fields.Nested(ItemSchema), required=True, metadata={"description": "Items in the order asked for."})
    next = cursor_out()


class ClaimedSchema(ma.Schema):
    """What was taken, most urgent first."""

    items = fields.List(
        fields.Nested(ItemSchema), required=True, metadata={"description": "The caller's until `lease.until`; empty when nothing waits."}
    )


class QueueCountsSchema(ma.Schema):
    """What waits."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": "Open items by queue."})
    oldest_at = when("Since when the oldest item waits; null when nothing does.", required=True, allow_none=True)


class DecidedSchema(ma.Schema):
    """A decision that was kept, or undone."""

    id = Id(required=True, metadata={"description": "The decision's id."})
    item = Id(required=True, metadata={"description": "The item."})
    comment = Id(required=True, metadata={"description": "The comment."})
    status = word_out(Status, "The comment's status now.", required=True)
    status_before = word_out(Status, "Its status before.", required=True)


class BatchLineSchema(ma.Schema):
    """What became of one decision of a batch: `outcome` or `problem`."""

    item = Id(required=True, metadata={"description": "The item."})
    outcome = fields.Nested(DecidedSchema, metadata={"description": "There when the decision was kept."})
    problem = fields.Dict(keys=fields.String(), metadata={"description": "There when it was refused: the problem document."})


class BatchOutSchema(ma.Schema):
    """What became of each decision, in the order sent."""

    items = fields.List(fields.Nested(BatchLineSchema), required=True, metadata={"description": "One for each decision."})


class AuthorCommentSchema(ma.Schema):
    """A comment in an author's history."""

    id = Id(required=True, metadata={"description": "The comment's id."})
    status = word_out(Status, "Its status.", required=True)
    body_html = told("Its latest text.", required=True)
    article_key = told("The article's key.", required=True)
    article_title = told("The article's headline.", required=True, allow_none=True)
    created_at = when("When it was posted.", required=True)
    verdict = word_out(Verdict, "What a moderator decided, if anybody did.", required=True, allow_none=True)
    reason_code = word_out(ReasonCode, "Why it was rejected.", required=True, allow_none=True)


class AuthorSchema(AuthorFiguresSchema):
    """An author with their latest comments."""

    site = told("The site's key.", required=True)
    standing_until = when("Until when the standing holds; null for no end.", required=True, allow_none=True)
    comments = fields.List(fields.Nested(AuthorCommentSchema), required=True, metadata={"description": "Their latest 50 comments."})
    notes = fields.List(fields.Nested(NoteSchema), required=True, metadata={"description": "Notes of colleagues, newest first."})
    kin = fields.List(
        fields.Nested(KinSchema),
        required=True,
        metadata={"description": "Up to 5 others who may be the same person, those under a sanction first. A hint, not a proof."},
    )
    ban_proposal = fields.Nested(
        BanProposalSchema, required=True, allow_none=True, metadata={"description": "A ban that waits for a second moderator, if one does."}
    )


class DecisionLineSchema(ma.Schema):
    """A decision in the log."""

    id = Id(required=True, metadata={"description": "The decision's id."})
    item_id = Id(required=True, data_key="item", metadata={"description": "The item."})
    comment_id = Id(required=True, data_key="comment", metadata={"description": "The comment."})
    account_name = told("Who decided.", required=True)
    verdict = word_out(Verdict, "What was decided.", required=True)
    reason_code = word_out(ReasonCode, "Why it was rejected.", required=True, allow_none=True)
    note = told("For colleagues.", required=True)
    body_html = told("The text that was decided on.", required=True)
    created_at = when("When.", required=True)
    undone_at = when("When it was undone, if it was.", required=True, allow_none=True)


class DecisionsSchema(ma.Schema):
    """A page of the log, newest first."""

    items = fields.List(fields.Nested(DecisionLineSchema), required=True, metadata={"description": "Decisions."})
    next = cursor_out()
