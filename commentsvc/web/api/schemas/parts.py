"""Fields and schemas that several parts of the API share."""

import re
from enum import StrEnum
from typing import Any, TypeGuard

import marshmallow as ma
from marshmallow import fields, validate

from commentsvc.domain.labels import Label
from commentsvc.domain.status import Route
from commentsvc.web.fields import Cursor, QueryInteger, Time, Whole, text
from commentsvc.web.pagination import DEFAULT_LIMIT, MAX_LIMIT

_ONE_LINE = re.compile(r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
_SOME_TEXT = re.compile(r"^[^\x00]*[^\x00\s][^\x00]*$")
_IS_SOME_TEXT = Whole(_SOME_TEXT, error="Is empty.")


def word(kind: type[StrEnum], description: str, **kwargs: Any) -> fields.Enum[StrEnum]:  # noqa: ANN401 - passed on to marshmallow
    """A field that takes and gives the value of one member of `kind`."""
    return fields.Enum(kind, by_value=fields.String, metadata={"description": description}, **kwargs)


def word_out(kind: type[StrEnum], description: str, **kwargs: Any) -> fields.String:  # noqa: ANN401 - passed on to marshmallow
    """A field that gives out one of the words of `kind`."""
    return fields.String(validate=validate.OneOf([member.value for member in kind]), metadata={"description": description}, **kwargs)


def told(description: str, **kwargs: Any) -> fields.String:  # noqa: ANN401 - passed on to marshmallow
    """A text that is given out."""
    return fields.String(metadata={"description": description}, **kwargs)


def number(description: str, **kwargs: Any) -> fields.Integer:  # noqa: ANN401 - passed on to marshmallow
    """A count that is given out."""
    return fields.Integer(metadata={"description": description}, **kwargs)


def flag(description: str, **kwargs: Any) -> fields.Boolean:  # noqa: ANN401 - passed on to marshmallow
    """A yes or no that is given out."""
    return fields.Boolean(metadata={"description": description}, **kwargs)


def when(description: str, **kwargs: Any) -> Time:  # noqa: ANN401 - passed on to marshmallow
    """A time that is given out, in UTC."""
    return Time(metadata={"description": description}, **kwargs)


def line(description: str, *, at_most: int, **kwargs: Any) -> fields.String:  # noqa: ANN401 - passed on to marshmallow
    """A text of one line that comes in: printable characters, not only white space."""
    checks = [
        validate.Length(1, at_most),
        Whole(_ONE_LINE, error="Must be one line of text."),
    ]
    return fields.String(validate=checks, metadata={"description": description}, **kwargs)


def is_line(value: object, at_most: int) -> TypeGuard[str]:
    """Whether a field made by `line` would take a value."""
    return isinstance(value, str) and 1 <= len(value) <= at_most and _ONE_LINE.fullmatch(value) is not None


def free(description: str, *, at_least: int = 1, at_most: int, **kwargs: Any) -> fields.String:  # noqa: ANN401 - passed on to marshmallow
    """A text of any lines that comes in."""
    # NUL is refused in all JSON, before any schema is asked; here the document says so too.
    return text(at_least=at_least, at_most=at_most, metadata={"description": description, "pattern": r"^[^\x00]*$"}, **kwargs)


def said(description: str, *, at_most: int, **kwargs: Any) -> fields.String:  # noqa: ANN401 - passed on to marshmallow
    """A text of any lines that comes in, not only white space.

    Its length is not in the document: the site's own limit, told when it is passed, is what holds.
    """

    def check_length(value: str) -> None:
        if len(value) > at_most:
            raise ma.ValidationError(f"Longer than maximum length {at_most}.")

    return fields.String(validate=[check_length, _IS_SOME_TEXT], metadata={"description": description}, **kwargs)


def noted(description: str, *, at_most: int, **kwargs: Any) -> fields.String:  # noqa: ANN401 - passed on to marshmallow
    """A text of any lines that comes in, not only white space, whose limit is the same on every site."""
    return fields.String(validate=[validate.Length(1, at_most), _IS_SOME_TEXT], metadata={"description": description}, **kwargs)


def is_said(value: object, at_most: int) -> TypeGuard[str]:
    """Whether a field made by `said` would take a value."""
    return isinstance(value, str) and len(value) <= at_most and _SOME_TEXT.fullmatch(value) is not None


class Refusing(ma.Schema):
    """An in-schema: refuses what it does not know."""

    class Meta:
        """marshmallow's options."""

        unknown = ma.RAISE


class PageQuery(Refusing):
    """Where a page of a list begins and how long it is."""

    cursor = Cursor(load_default=None)
    limit = QueryInteger(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, MAX_LIMIT),
        metadata={"description": f"Entries of a page, 1 to {MAX_LIMIT}."},
    )


class ReasonSchema(ma.Schema):
    """Why a comment was not simply published. `score` and `threshold` belong to a label's band, `match` to a word list."""

    kind = told("Which rule spoke: `band`, `banned_word`, `links` and so on.", required=True)
    route = word_out(Route, "Where this reason alone would send the comment.", required=True)
    label = word_out(Label, "The label whose band was reached.")
    score = fields.Float(metadata={"description": "The label's score, 0 to 1."})
    threshold = fields.Float(metadata={"description": "The threshold that the score reached."})
    match = told("What was found in the text.")
    begin = number("Where the match begins in the text, in characters.")
    end = number("Where it ends.")


def cursor_out() -> fields.String:
    """The `next` of a list."""
    return told("Send it as `cursor` for the next page; null at the end.", required=True, allow_none=True)
