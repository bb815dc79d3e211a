"""What readers' pages ask for before a comment is posted: a look at it, and a challenge."""

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields

from commentsvc.domain.labels import Label
from commentsvc.domain.status import Route
from commentsvc.web.api.schemas.comments import MAX_BODY
from commentsvc.web.api.schemas.parts import ReasonSchema, Refusing, line, number, said, told, word_out


@dataclass(frozen=True, slots=True)
class Trial:
    """A text to be looked at without storing it."""

    body: str
    section: str | None


class PreviewSchema(Refusing):
    """A text to be looked at before it is posted."""

    body = said("The text, in Markdown.", at_most=MAX_BODY, required=True)
    section = line("The key of the article's section.", at_most=100, load_default=None)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: object) -> Trial:
        return Trial(**data)


class MarkSchema(ma.Schema):
    """Words of a text that stand out."""

    begin = number("Where they begin in the text, in code points.", required=True)
    end = number("Where they end.", required=True)
    label = word_out(Label, "For which label; null for a word list.", required=True, allow_none=True)


class PreviewOutSchema(ma.Schema):
    """How a text would look, and what its scores would make of it."""

    body_html = told("The text as HTML that is safe to show.", required=True)
    route = word_out(
        Route, "Where its words alone would send it; null when the scorer did not answer in time.", required=True, allow_none=True
    )
    nudge = told("What to tell its author before they post; null when there is nothing to say.", required=True, allow_none=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True, metadata={"description": "Why it would not simply be published."})
    marks = fields.List(
        fields.Nested(MarkSchema),
        required=True,
        metadata={"description": "The words that made it look so, by where they stand in the text."},
    )


class ChallengeSchema(ma.Schema):
    """A challenge as ALTCHA has it."""

    algorithm = told("`SHA-256`.", required=True)
    challenge = told("The hash, in hex, of `salt` and the number to be found, written one after the other.", required=True)
    maxnumber = number("The number to be found lies from 0 to this.", required=True)
    salt = told("What stands before the number.", required=True)
    signature = told("Goes back as it is.", required=True)
