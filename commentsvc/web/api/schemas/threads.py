"""Pages of a thread."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import marshmallow as ma
from marshmallow import fields

from commentsvc.domain.status import ReasonCode, Status
from commentsvc.store.queries.threads import Sort
from commentsvc.web.api.schemas.comments import MAX_KEY, AppealOutSchema, AuthorOutSchema
from commentsvc.web.api.schemas.parts import PageQuery, ReasonSchema, cursor_out, flag, line, number, told, when, word, word_out
from commentsvc.web.fields import Id


class Shown(StrEnum):
    """What a comment is on the page: itself, or a placeholder above replies."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class ThreadQuery:
    """Which page of which thread. `parent` asks for the replies to one comment."""

    article: str
    sort: Sort
    parent: str | None
    cursor: str | None
    limit: int


class ThreadQuerySchema(PageQuery):
    """Which page of which thread."""

    article = line("The article's key.", at_most=MAX_KEY, required=True)
    sort = word(Sort, "The order of root comments; replies always come oldest first.", load_default=Sort.NEWEST)
    parent = Id(load_default=None, metadata={"description": "Give a page of the replies to this comment."})

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> ThreadQuery:
        return ThreadQuery(**data)


class ArticleOutSchema(ma.Schema):
    """The article that a thread belongs to."""

    key = told("The publisher's own key.", required=True)
    title = told("Its headline, where the site has told it.", required=True, allow_none=True)
    is_closed = flag("It takes no more comments.", required=True)


class RepliesSchema(ma.Schema):
    """The first replies to a comment, oldest first."""

    items = fields.List(fields.Nested(lambda: ThreadCommentSchema()), required=True, metadata={"description": "Replies."})  # noqa: PLW0108 - the class stands below
    next = cursor_out()


class ThreadCommentSchema(ma.Schema):
    """A comment on the page, or the placeholder of one."""

    id = Id(required=True, metadata={"description": "The comment's id."})
    parent = Id(required=True, allow_none=True, metadata={"description": "The comment that it answers; null for a root comment."})
    depth = number("0 for a root comment, 1 for a reply to it, and so on.", required=True)
    status = word_out(Shown, "`published`; a placeholder is `withdrawn` by its author or `hidden`.", required=True)
    author = fields.Nested(
        AuthorOutSchema, required=True, allow_none=True, metadata={"description": "Who wrote it; null for a placeholder."}
    )
    body_html = told("The text as HTML that is safe to show; null for a placeholder.", required=True, allow_none=True)
    up = number("Votes for it.", required=True)
    down = number("Votes against it.", required=True)
    reply_count = number("Replies to it that are on the page.", required=True)
    created_at = when("When it was posted.", required=True)
    edited_at = when("When it was last edited, if ever.", required=True, allow_none=True)
    replies = fields.Nested(
        RepliesSchema, required=True, metadata={"description": "Its first replies; send `next` as `cursor` with this `parent`."}
    )


class MineSchema(ma.Schema):
    """A comment of the caller's that only they see."""

    id = Id(required=True, metadata={"description": "The comment's id."})
    parent = Id(required=True, allow_none=True, metadata={"description": "The comment that it answers; null for a root comment."})
    status = word_out(Status, "`pending`, `held` or `rejected`.", required=True)
    body_html = told("The text as HTML that is safe to show.", required=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True, metadata={"description": "Why it is not on the page."})
    ground = word_out(ReasonCode, "On which ground a moderator rejected it; null where none did.", required=True, allow_none=True)
    appeal = fields.Nested(
        AppealOutSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Their appeal against the rejection; null where there is none."},
    )
    message = told("The same in a sentence.", required=True)
    created_at = when("When it was posted.", required=True)


class RulesSchema(ma.Schema):
    """What the site allows whoever writes."""

    guests_allowed = flag("Readers may write without signing in.", required=True)
    max_body_chars = number("The most characters of a comment.", required=True)
    max_depth = number("How deep replies may be nested; 0 means that there are none.", required=True)
    mail = flag("Who writes may ask to be told of replies by e-mail (`notify`).", required=True)


class ReaderOutSchema(ma.Schema):
    """The reader that the site vouches for."""

    id = Id(required=True, allow_none=True, metadata={"description": "Their id as an author here; null until they have written something."})
    name = told("The name to show.", required=True)
    is_staff = flag("The site says that they belong to it.", required=True)
    has_email = flag("Their token names an e-mail address.", required=True)


class ThreadSchema(ma.Schema):
    """A page of a thread."""

    article = fields.Nested(ArticleOutSchema, required=True, metadata={"description": "The article."})
    rules = fields.Nested(RulesSchema, required=True, metadata={"description": "What the site allows whoever writes."})
    total = number("Published comments on the article, on all pages and levels.", required=True)
    items = fields.List(fields.Nested(ThreadCommentSchema), required=True, metadata={"description": "The page's comments."})
    next = cursor_out()
    reader = fields.Nested(ReaderOutSchema, metadata={"description": "With a reader token only: who it is."})
    mine = fields.List(
        fields.Nested(MineSchema),
        metadata={"description": "With a reader token only: the caller's own comments here that wait or were rejected, newest first."},
    )


class ConversationSchema(ma.Schema):
    """A comment in its conversation."""

    article = fields.Nested(ArticleOutSchema, required=True, metadata={"description": "The article."})
    above = fields.List(
        fields.Nested(ThreadCommentSchema),
        required=True,
        metadata={"description": "The comments above it, root first, without their replies."},
    )
    comment = fields.Nested(ThreadCommentSchema, required=True, metadata={"description": "The comment itself, with its first replies."})
