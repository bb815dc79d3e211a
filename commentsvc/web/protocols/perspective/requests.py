"""What clients ask: `comments:analyze` and `comments:suggestscore`, read and checked."""

from dataclasses import dataclass
from typing import Final

from commentsvc.domain.markup import SeenText, see_text
from commentsvc.domain.perspective import SuggestedScore, SuggestedSpan, Suggestion
from commentsvc.web.protocols.perspective.refusals import RefusedRequestError
from commentsvc.web.protocols.perspective.values import (
    Members,
    flag_of,
    index_of,
    member,
    members_of,
    number_of,
    objects_of,
    text_of,
    texts_of,
)

MOST_TEXT_BYTES: Final = 20 * 1024
MOST_NAME_CHARS: Final = 100
PROBABILITY: Final = "PROBABILITY"
_TEXT_TYPES: Final = (None, "TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML")
_UNSPECIFIED: Final = (None, "SCORE_TYPE_UNSPECIFIED", PROBABILITY)


@dataclass(frozen=True, slots=True)
class Comment:
    """A text to be scored; of HTML `seen` is what a reader sees."""

    source: str
    seen: SeenText | None

    @property
    def text(self) -> str:
        """What a reader sees."""
        return self.source if self.seen is None else self.seen.text


@dataclass(frozen=True, slots=True)
class AnalyzeRequest:
    """`thresholds` has, for each attribute by the name it is asked for, the score below which none is given back, or None."""

    comment: Comment
    thresholds: dict[str, float | None]
    languages: tuple[str, ...]
    wants_spans: bool
    drops_unsupported: bool
    client_token: str | None


def read_analyze(body: Members) -> AnalyzeRequest:
    """Read and check a request for scores. Raises RefusedRequestError."""
    comment = _read_comment(body)
    _read_context(body)
    text_of(body, "sessionId")
    text_of(body, "communityId")
    # Nothing of the request is ever stored, whichever way this says.
    flag_of(body, "doNotStore")
    return AnalyzeRequest(
        comment=comment,
        thresholds=_read_attributes(body),
        languages=texts_of(body, "languages"),
        wants_spans=flag_of(body, "spanAnnotations"),
        drops_unsupported=flag_of(body, "dropUnsupportedAttributes"),
        client_token=text_of(body, "clientToken"),
    )


def read_suggestion(body: Members, key_name: str) -> Suggestion:
    """Read and check a suggested score. Raises RefusedRequestError."""
    comment = _read_comment(body)
    context = _read_context(body)
    asked = members_of(body, "attributeScores")
    if not asked:
        raise RefusedRequestError("Missing attribute_scores")
    return Suggestion(
        text=comment.source,
        scores={_checked_name(name): _read_score(name, _object(name, value)) for name, value in asked.items()},
        context=context,
        languages=texts_of(body, "languages"),
        community_id=text_of(body, "communityId"),
        session_id=text_of(body, "sessionId"),
        client_token=text_of(body, "clientToken"),
        key_name=key_name,
        plain=comment.text,
    )


def _read_comment(body: Members) -> Comment:
    entry = members_of(body, "comment")
    source = text_of(entry, "text") or ""
    kind = _text_type(entry)
    # The size of what was sent, before anything is done with it.
    if len(source.encode()) > MOST_TEXT_BYTES:
        raise RefusedRequestError("Comment text too long.", "COMMENT_TOO_LONG")
    comment = Comment(source, see_text(source) if kind == "HTML" else None)
    if not comment.text.strip():
        raise RefusedRequestError("Comment must be non-empty.", "COMMENT_EMPTY")
    return comment


def _text_type(entry: Members) -> object:
    kind = member(entry, "type")
    if kind not in _TEXT_TYPES:
        raise RefusedRequestError("Unknown text type")
    return kind


def _read_context(body: Members) -> tuple[str, ...]:
    context = members_of(body, "context")
    entries = objects_of(context, "entries")
    pair = members_of(context, "articleAndParentComment")
    if entries and pair:
        raise RefusedRequestError("Context can have either entries or article_and_parent_comment, but both fields were populated.")
    found = entries or [members_of(pair, name) for name in ("article", "parentComment")]
    for entry in found:
        _text_type(entry)
    return tuple(text for entry in found if (text := text_of(entry, "text")))


def _read_attributes(body: Members) -> dict[str, float | None]:
    asked = members_of(body, "requestedAttributes")
    if not asked:
        raise RefusedRequestError("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")
    found: dict[str, float | None] = {}
    for name, value in asked.items():
        wanted = _object(name, value)
        _check_score_type(name, wanted, "scoreType")
        found[name] = number_of(wanted, "scoreThreshold")
    return found


def _read_score(name: str, given: Members) -> SuggestedScore:
    summary = members_of(given, "summaryScore")
    spans = objects_of(given, "spanScores")
    if not summary and not spans:
        raise RefusedRequestError(f"Attribute {name} has neither a summary_score nor span_scores.")
    return SuggestedScore(_read_value(name, summary) if summary else None, tuple(_read_span(name, span) for span in spans))


def _read_span(name: str, given: Members) -> SuggestedSpan:
    begin, end = index_of(given, "begin"), index_of(given, "end")
    if end <= begin:
        raise RefusedRequestError(f"Attribute {name} has a span that ends where it begins, or before.")
    return SuggestedSpan(begin, end, _read_value(name, members_of(given, "score")))


def _read_value(name: str, score: Members) -> float:
    _check_score_type(name, score, "type")
    value = number_of(score, "value")
    if value is None or not 0.0 <= value <= 1.0:
        raise RefusedRequestError(f"Attribute {name} has a score without a value from 0 to 1.")
    return value


def _check_score_type(name: str, holder: Members, field: str) -> None:
    kind = member(holder, field)
    if kind not in _UNSPECIFIED:
        shown = str(kind)[:MOST_NAME_CHARS]
        raise RefusedRequestError(f"Requested score type {shown} is not supported by attribute {name[:MOST_NAME_CHARS]}")


def _checked_name(name: str) -> str:
    if not name or len(name) > MOST_NAME_CHARS:
        raise RefusedRequestError(f"The name of an attribute has 1 to {MOST_NAME_CHARS} characters.")
    return name


def _object(name: str, value: object) -> Members:
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise RefusedRequestError(f"Invalid value at '{name[:MOST_NAME_CHARS]}': it must be an object.")
