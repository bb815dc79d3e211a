"""Filters over the queue, and decisions made many at a time, as moderators send and get them."""

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.filters import MAX_NAME, MOST_DAYS, MOST_HOURS, ItemFilter
from commentsvc.domain.labels import Label
from commentsvc.domain.status import Queue, ReasonCode, Standing, Status, Verdict
from commentsvc.web.api.schemas.moderation import MAX_SITE_KEY, BatchOutSchema
from commentsvc.web.api.schemas.parts import Refusing, flag, free, line, number, told, when, word, word_out
from commentsvc.web.bulk import MAX_BULK, Pair
from commentsvc.web.fields import Id, JsonInteger, JsonNumber

_QUEUES = [queue.value for queue in Queue if queue is not Queue.SAMPLE]


@dataclass(frozen=True, slots=True)
class FilterWish:
    """A queue of a site's own, to be made."""

    site: str
    name: str
    queue: Queue | None
    wish: ItemFilter


@dataclass(frozen=True, slots=True)
class PreviewWish:
    """What a bulk decision would be about."""

    site: str
    queue: Queue | None
    wish: ItemFilter


@dataclass(frozen=True, slots=True)
class BulkWish:
    """A verdict and the items that it is for."""

    decision: Verdict
    reason_code: ReasonCode | None
    note: str
    pairs: tuple[Pair, ...]


def _hours(description: str) -> JsonInteger:
    return JsonInteger(load_default=None, allow_none=True, validate=validate.Range(1, MOST_HOURS), metadata={"description": description})


def _score(description: str) -> JsonNumber:
    return JsonNumber(load_default=None, allow_none=True, validate=validate.Range(0, 1), metadata={"description": description})


class WishSchema(Refusing):
    """What an item must be; what is not said, or null, is not asked for."""

    section = line("The key of one section.", at_most=100, load_default=None, allow_none=True)
    label = word(Label, "The label that `score_from` and `score_below` are about.", load_default=None, allow_none=True)
    score_from = _score("The label's score is at least this, 0 to 1.")
    score_below = _score("And below this.")
    language = line("The language of the text (ISO 639-1).", at_most=8, load_default=None, allow_none=True)
    standing = word(Standing, "The author's standing.", load_default=None, allow_none=True)
    author = Id(load_default=None, allow_none=True, attribute="author_id", metadata={"description": "The author's id."})
    waits_at_least_h = _hours("It has waited for as many hours, or longer.")
    waits_at_most_h = _hours("It has waited no longer than as many hours.")
    author_days_below = JsonInteger(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST_DAYS),
        metadata={"description": "The author first wrote fewer days ago."},
    )


def _of_queue(description: str) -> fields.String:
    # Not a field of the enumeration: the sample is no queue that anybody may ask for here.
    return fields.String(validate=validate.OneOf(_QUEUES), load_default=None, allow_none=True, metadata={"description": description})


def _queue(word: str | None) -> Queue | None:
    return None if word is None else Queue(word)


class FilterSchema(WishSchema):
    """A queue of a site's own, to be made. It must name a queue, or ask for something."""

    site = line("The site's key.", at_most=MAX_SITE_KEY, required=True)
    name = line("What the queue is called.", at_most=MAX_NAME, required=True)
    queue = _of_queue("Only what waits in this queue; null for whatever waits.")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> FilterWish:
        return FilterWish(data.pop("site"), data.pop("name"), _queue(data.pop("queue")), ItemFilter(**data))


class BulkPreviewSchema(WishSchema):
    """What a bulk decision would be about: everything that waits on a site and fits."""

    site = line("The site's key.", at_most=MAX_SITE_KEY, required=True)
    queue = _of_queue("Only what waits in this queue; null for whatever waits.")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> PreviewWish:
        return PreviewWish(data.pop("site"), _queue(data.pop("queue")), ItemFilter(**data))


class PairSchema(Refusing):
    """An item, and the text of it that was seen."""

    item = Id(required=True, metadata={"description": "The item."})
    revision = Id(required=True, metadata={"description": "Its `revision`."})

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> Pair:
        return Pair(data["item"], data["revision"])


class BulkSchema(Refusing):
    """One verdict for many items: exactly those that are named, each kept or refused by itself."""

    decision = word(Verdict, "What shall become of the comments.", required=True)
    reason_code = word(ReasonCode, "Why; required when rejecting.", load_default=None, allow_none=True)
    note = free("For colleagues.", at_least=0, at_most=2000, load_default="")
    items = fields.List(
        fields.Nested(PairSchema),
        required=True,
        validate=validate.Length(1, MAX_BULK),
        metadata={"description": f"1 to {MAX_BULK} items, as a preview gave them."},
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> BulkWish:
        return BulkWish(data["decision"], data["reason_code"], data["note"], tuple(data["items"]))


# -- Answers -------------------------------------------------------------------------------------------------------------------
class WishOutSchema(ma.Schema):
    """What an item must be; null asks for nothing."""

    section = told("The key of one section.", required=True, allow_none=True)
    label = word_out(Label, "The label whose score is asked for.", required=True, allow_none=True)
    score_from = fields.Float(required=True, allow_none=True, metadata={"description": "Its score is at least this."})
    score_below = fields.Float(required=True, allow_none=True, metadata={"description": "And below this."})
    language = told("The language of the text.", required=True, allow_none=True)
    standing = word_out(Standing, "The author's standing.", required=True, allow_none=True)
    author = Id(required=True, allow_none=True, attribute="author_id", metadata={"description": "The author."})
    waits_at_least_h = number("It has waited for as many hours, or longer.", required=True, allow_none=True)
    waits_at_most_h = number("It has waited no longer.", required=True, allow_none=True)
    author_days_below = number("The author first wrote fewer days ago.", required=True, allow_none=True)


class FilterOutSchema(ma.Schema):
    """A queue of a site's own."""

    id = Id(required=True, metadata={"description": "Its id: the `filter` of lists and claims."})
    site = told("The site's key.", required=True, attribute="site_key")
    name = told("What it is called.", required=True)
    queue = word_out(Queue, "Only what waits in this queue; null for whatever waits.", required=True, allow_none=True)
    wish = fields.Nested(WishOutSchema, required=True, metadata={"description": "What is asked for."})
    account_name = told("Who made it.", required=True)
    created_at = when("When.", required=True)
    count = number("How many items wait in it now, exactly.", required=True)


class FiltersSchema(ma.Schema):
    """Queues of sites' own, by name."""

    items = fields.List(fields.Nested(FilterOutSchema), required=True, metadata={"description": "At most 20 of each site."})
    next = told("Always null: the list is whole.", required=True, allow_none=True)


class PreviewLineSchema(ma.Schema):
    """An item that a bulk decision would be about."""

    item = Id(required=True, metadata={"description": "The item."})
    revision = Id(required=True, metadata={"description": "The text that would be decided on."})
    comment = Id(required=True, metadata={"description": "The comment."})
    queue = word_out(Queue, "Where it waits.", required=True)
    status = word_out(Status, "The comment's status now.", required=True)
    author_name = told("Who wrote it.", required=True)
    body = told("The text.", required=True)
    obstacle = told("Why it would be left as it is; empty when it would not.", required=True)


class BulkPreviewOutSchema(ma.Schema):
    """What a bulk decision would hit."""

    count = number("How many items fit, exactly; there may be more than `items`.", required=True)
    free_count = number("How many of `items` would be decided.", required=True)
    items = fields.List(
        fields.Nested(PreviewLineSchema), required=True, metadata={"description": f"The most urgent of them, up to {MAX_BULK}."}
    )


class BulkOutSchema(BatchOutSchema):
    """What became of each item; decisions were kept under one id, by which all can be undone."""

    id = Id(required=True, metadata={"description": "The id of the whole."})
    decided_count = number("How many were decided, or undone.", required=True)
    refused_count = number("How many were left as they are.", required=True)


class BulkStateSchema(ma.Schema):
    """Decisions that were made together."""

    id = Id(required=True, metadata={"description": "The id of the whole."})
    account_name = told("Who decided.", required=True)
    verdict = word_out(Verdict, "What was decided.", required=True)
    reason_code = word_out(ReasonCode, "Why they were rejected.", required=True, allow_none=True)
    note = told("For colleagues.", required=True)
    asked_count = number("Items that it was asked for.", required=True)
    decided_count = number("Items that were decided.", required=True)
    standing_count = number("Decisions that nobody has undone.", required=True)
    created_at = when("When.", required=True)
    undone_at = when("When it was undone, if it was.", required=True, allow_none=True)
    is_undone = flag("Whether nothing of it stands any more.", required=True)
