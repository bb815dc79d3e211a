"""Comments as readers send and get them."""

import re
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.commands import ArticleRef
from commentsvc.domain.status import AppealOutcome, Nudged, Pace, ReasonCode, Status
from commentsvc.integrations.proof_of_work import MAX_PROOF
from commentsvc.web.api.schemas.parts import (
    ReasonSchema,
    Refusing,
    flag,
    free,
    is_line,
    is_said,
    line,
    number,
    said,
    told,
    when,
    word,
    word_out,
)
from commentsvc.web.fields import Id, JsonInteger, Whole, is_id

MAX_BODY = 50_000
MAX_KEY = 500
MAX_TITLE = 500
MAX_SECTION = 100
MAX_URL = 2000
MAX_NAME = 100
MAX_EMAIL = 254
MAX_COUNTED = 500
_URL = re.compile(r"^https?://[^\x00-\x20\x7f]+$")
_BASE64 = re.compile(r"^[A-Za-z0-9+/]+={0,2}$")
_EMAIL = re.compile(r"^[^\x00-\x20\x7f@]+@[^\x00-\x20\x7f@]+$")


@dataclass(frozen=True, slots=True)
class GuestAuthor:
    """What a guest says of themselves."""

    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class NotifyWish:
    """How soon its author wants to be told of replies by e-mail, and in which language (None: the site's)."""

    pace: Pace
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A posted comment as its body tells it; who posts is added by the request."""

    article: ArticleRef
    body: str
    parent: str | None
    author: GuestAuthor | None
    nudged: Nudged | None = None
    proof: str | None = None
    notify: NotifyWish | None = None


@dataclass(frozen=True, slots=True)
class TextChange:
    """A new text for a comment, and the revision it was based on."""

    body: str
    revision: int | None


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a reader has against a comment."""

    reason: ReasonCode
    note: str


class ArticleRefSchema(Refusing):
    """The article that is commented on. All but the key is taken when the article is first seen."""

    key = line("The publisher's own key: the page's address, or the id in its CMS.", at_most=MAX_KEY, required=True)
    url = fields.String(
        load_default=None,
        validate=[validate.Length(max=MAX_URL), Whole(_URL, error="Must be an http or https address.")],
        metadata={"description": "Where the article is."},
    )
    title = line("Its headline.", at_most=MAX_TITLE, load_default=None)
    section = line("The key of its section.", at_most=MAX_SECTION, load_default=None)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> ArticleRef:
        return ArticleRef(**data)


class GuestAuthorSchema(Refusing):
    """Who a guest says they are."""

    name = line("The name to show.", at_most=MAX_NAME, required=True)
    email = fields.String(
        load_default=None,
        validate=[validate.Length(max=MAX_EMAIL), Whole(_EMAIL, error="Must be an address.")],
        metadata={"description": "Kept only as a keyed hash; shown to nobody."},
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> GuestAuthor:
        return GuestAuthor(data["name"].strip(), data["email"])


class NotifySchema(Refusing):
    """A wish to be told of replies by e-mail."""

    pace = word(Pace, "`each`: soon after a reply; `hourly`, `daily`: at most so often.", load_default=Pace.EACH)
    language = fields.String(
        load_default=None,
        validate=Whole(r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}$"),
        metadata={"description": "The language of the letters (BCP 47); the site's when left out."},
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> NotifyWish:
        return NotifyWish(**data)


class SubmitCommentSchema(Refusing):
    """A comment to be posted."""

    article = fields.Nested(ArticleRefSchema, required=True, metadata={"description": "The article that is commented on."})
    body = said("The text, in Markdown. The site may allow fewer characters.", at_most=MAX_BODY, required=True)
    parent = Id(load_default=None, metadata={"description": "The published comment that this one answers."})
    author = fields.Nested(
        GuestAuthorSchema, load_default=None, metadata={"description": "For guests. A reader token says who posts by itself."}
    )
    nudged = word(Nudged, "What the author did after the preview's nudge, where there was one; counted only.", load_default=None)
    notify = fields.Nested(
        NotifySchema,
        load_default=None,
        metadata={
            "description": "Tell the author of replies by e-mail: a signed-in reader at the token's `email`, a guest at `author.email`, "
            "once they have confirmed it from there (not where the token says `email_verified`). Only where `rules.mail` is true."
        },
    )
    proof = fields.String(
        load_default=None,
        validate=[validate.Length(1, MAX_PROOF), Whole(_BASE64, error="Must be base64.")],
        metadata={"description": "The solved challenge, as ALTCHA writes it (base64), where a guest was refused with `proof-required`."},
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> Submission:
        return Submission(**data)

    def load(self, data: Any, **options: Any) -> Any:  # noqa: ANN401 - marshmallow's
        """As the fields say; a body without a fault, as most are, by a shorter way."""
        quick = read_quickly(data)
        return super().load(data, **options) if quick is None else quick


_ARTICLE_KEYS = frozenset({"key", "url", "title", "section"})
_AUTHOR_KEYS = frozenset({"name", "email"})
_SUBMISSION_KEYS = frozenset({"article", "body", "parent", "author", "nudged", "proof"})
_NUDGED = {one.value: one for one in Nudged}


def read_quickly(data: object) -> Submission | None:
    """The submission of a body that SubmitCommentSchema takes, or None where only the schema can tell: it says what is wrong."""
    if not isinstance(data, dict) or not _SUBMISSION_KEYS.issuperset(data):
        return None
    place, body, parent, author = data.get("article"), data.get("body"), data.get("parent"), data.get("author")
    if not isinstance(place, dict) or not _ARTICLE_KEYS.issuperset(place):
        return None
    key, url, title, section = place.get("key"), place.get("url"), place.get("title"), place.get("section")
    if not is_said(body, MAX_BODY) or not is_line(key, MAX_KEY):
        return None
    guest = None if author is None else _read_guest(author)
    nudged, proof = data.get("nudged"), data.get("proof")
    fits = (
        (title is None or is_line(title, MAX_TITLE))
        and (section is None or is_line(section, MAX_SECTION))
        and (url is None or _fits(url, MAX_URL, _URL))
        and (parent is None or is_id(parent))
        and (author is None or guest is not None)
        and ("nudged" not in data or (isinstance(nudged, str) and nudged in _NUDGED))
        and (proof is None or (_fits(proof, MAX_PROOF, _BASE64) and proof != ""))
    )
    return Submission(ArticleRef(key, url, title, section), body, parent, guest, _NUDGED.get(str(nudged)), proof) if fits else None


def _read_guest(author: object) -> GuestAuthor | None:
    if not isinstance(author, dict) or not _AUTHOR_KEYS.issuperset(author):
        return None
    name, email = author.get("name"), author.get("email")
    if not is_line(name, MAX_NAME) or (email is not None and not _fits(email, MAX_EMAIL, _EMAIL)):
        return None
    return GuestAuthor(name.strip(), email)


def _fits(value: object, at_most: int, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and len(value) <= at_most and pattern.fullmatch(value) is not None


class EditCommentSchema(Refusing):
    """A new text for one's own comment."""

    body = said("The new text, in Markdown.", at_most=MAX_BODY, required=True)
    revision = JsonInteger(
        load_default=None,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "The `revision` that was edited; when given, and changed meanwhile, the edit is refused."},
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> TextChange:
        return TextChange(**data)


class ReportSchema(Refusing):
    """A reader's complaint."""

    reason = word(ReasonCode, "What is wrong with the comment.", required=True)
    note = free("In the reader's own words.", at_least=0, at_most=1000, load_default="")

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> Complaint:
        return Complaint(**data)


class AppealSchema(Refusing):
    """An author's objection to a rejection."""

    body = free("Why it should be shown, in the author's own words.", at_least=0, at_most=2000, load_default="")


class VoteSchema(Refusing):
    """A vote."""

    value = JsonInteger(required=True, validate=validate.OneOf((1, -1)), metadata={"description": "1 for, -1 against."})


class CountQuerySchema(Refusing):
    """The articles to be counted."""

    articles = fields.List(
        free("An article's key.", at_most=MAX_KEY),
        required=True,
        validate=validate.Length(1, MAX_COUNTED),
        metadata={"description": f"Keys of 1 to {MAX_COUNTED} articles."},
    )


# -- Answers -------------------------------------------------------------------------------------------------------------------
class AuthorOutSchema(ma.Schema):
    """Who wrote a comment."""

    id = Id(required=True, metadata={"description": "The author's id on this site: the same for all they write, for muting."})
    name = told("The name to show.", required=True)
    is_staff = flag("The site says that they belong to it.", required=True)
    is_article_author = flag("The site said, when they wrote it, that the article is theirs.", required=True)


class SubmittedSchema(ma.Schema):
    """What became of a posted or edited comment."""

    id = Id(required=True, metadata={"description": "The comment's id."})
    article = told("The article's key.", required=True)
    parent = Id(required=True, allow_none=True, metadata={"description": "The comment that it answers; null for a root comment."})
    status = word_out(Status, "What readers see of it: `pending`, `published`, `held` or `rejected`.", required=True)
    body_html = told("The text as HTML that is safe to show.", required=True)
    reasons = fields.List(
        fields.Nested(ReasonSchema), required=True, metadata={"description": "Why it is not simply published, strictest first."}
    )
    message = told("The same in a sentence for its author; empty when there is nothing to say.", required=True)
    created_at = when("When it was posted.", required=True)
    edit_until = when("Until when its author may change it.", required=True)
    edit_token = told("For guests: send it as `X-Edit-Token` to change the comment or see it while it waits. Given only here.")


class VotesSchema(ma.Schema):
    """The votes of a comment."""

    up = number("Votes for it.", required=True)
    down = number("Votes against it.", required=True)


class AppealOutSchema(ma.Schema):
    """An author's appeal against a rejection."""

    created_at = when("When it was made.", required=True)
    outcome = word_out(AppealOutcome, "What became of it; null while it waits for a moderator.", required=True, allow_none=True)
    decided_at = when("When that was decided.", required=True, allow_none=True)


class AppealedSchema(ma.Schema):
    """What became of an appeal."""

    is_new = flag("False when this text had been appealed before; nothing changes then.", required=True)


class CommentOutSchema(ma.Schema):
    """A comment. What only its author may know is absent for everybody else."""

    id = Id(required=True, metadata={"description": "The comment's id."})
    article = told("The article's key.", required=True)
    parent = Id(required=True, allow_none=True, metadata={"description": "The comment that it answers; null for a root comment."})
    status = word_out(Status, "`published`; its author may see `pending`, `held` and `rejected` too.", required=True)
    author = fields.Nested(AuthorOutSchema, required=True, metadata={"description": "Who wrote it."})
    body_html = told("The text as HTML that is safe to show; its author gets the latest one.", required=True)
    up = number("Votes for it.", required=True)
    down = number("Votes against it.", required=True)
    created_at = when("When it was posted.", required=True)
    edited_at = when("When it was last edited, if ever.", required=True, allow_none=True)
    body = told("For its author: the text as it was written.")
    revision = number("For its author: the number of the latest text, from 1.")
    revision_status = word_out(Status, "For its author: what became of the latest text.")
    reasons = fields.List(
        fields.Nested(ReasonSchema), metadata={"description": "For its author: why the latest text is not simply published."}
    )
    ground = word_out(ReasonCode, "For its author: on which ground a moderator rejected it; null where none did.", allow_none=True)
    appeal = fields.Nested(
        AppealOutSchema, allow_none=True, metadata={"description": "For its author: their appeal against the rejection of the latest text."}
    )
    message = told("For its author: the same in a sentence; empty when there is nothing to say.")
    edit_until = when("For its author: until when it may be changed.")


class OwnVoteSchema(VotesSchema):
    """The votes of a comment, and the caller's own."""

    value = number("The caller's vote: 1, -1, or 0 for none.", required=True)


class ReportedSchema(ma.Schema):
    """What became of a report."""

    is_new = flag("False when this reader had reported the comment before; nothing changes then.", required=True)


class CountsSchema(ma.Schema):
    """Published comments by article key, for every article that was asked for."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": "Counts by article key."})
