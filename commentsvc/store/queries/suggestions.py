"""What moderators elsewhere said of texts, for lists, files and figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from commentsvc.domain.labels import Label
from commentsvc.domain.suggestions import JudgedText
from commentsvc.store.base import table_of
from commentsvc.store.models import ScorerVersion, Suggestion

_SUGGESTION: Final = table_of(Suggestion)
_SCORER: Final = table_of(ScorerVersion)
_PIECE: Final = 500


@dataclass(frozen=True, slots=True)
class SuggestionLine:
    """One text and what was made of it; `scores` are None until the worker has scored it."""

    id: str
    source: str
    body: str
    is_rejected: bool
    attributes: dict[str, float]
    language: str | None
    client_token: str | None
    times: int
    created_at: datetime
    updated_at: datetime
    scorer: str | None
    scores: dict[str, float] | None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What there is of one key."""

    source: str
    texts: int
    rejected: int
    scored: int


@dataclass(frozen=True, slots=True)
class UnscoredText:
    """A text that waits for its scores."""

    id: str
    body: str


def list_sources(session: Session) -> list[SourceLine]:
    """The keys that have said something, by name."""
    columns = (
        _SUGGESTION.c.source,
        func.count(),
        func.count().filter(_SUGGESTION.c.is_rejected),
        func.count(_SUGGESTION.c.scorer_version_id),
    )
    query = select(*columns).group_by(_SUGGESTION.c.source).order_by(_SUGGESTION.c.source)
    return [SourceLine(*row) for row in session.connection().execute(query)]


def list_suggestions(session: Session, source: str | None, *, before: str | None = None, limit: int = 50) -> list[SuggestionLine]:
    """Texts of one key, or of all, those that came last first; `before` is the id of the last one of the page before."""
    columns = (
        _SUGGESTION.c.id,
        _SUGGESTION.c.source,
        _SUGGESTION.c.body,
        _SUGGESTION.c.is_rejected,
        _SUGGESTION.c.attributes,
        _SUGGESTION.c.language,
        _SUGGESTION.c.client_token,
        _SUGGESTION.c.times,
        _SUGGESTION.c.created_at,
        _SUGGESTION.c.updated_at,
        _SCORER.c.version,
        _SUGGESTION.c.scores,
    )
    joined = _SUGGESTION.outerjoin(_SCORER, _SCORER.c.id == _SUGGESTION.c.scorer_version_id)
    query: Select[*tuple[Any, ...]] = select(*columns).select_from(joined).order_by(_SUGGESTION.c.id.desc()).limit(limit)
    if source is not None:
        query = query.where(_SUGGESTION.c.source == source)
    if before is not None:
        query = query.where(_SUGGESTION.c.id < before)
    return [SuggestionLine(*row) for row in session.connection().execute(query)]


def iterate_suggestions(session: Session, source: str | None) -> Iterator[SuggestionLine]:
    """All of them, some hundreds at a time in memory."""
    before: str | None = None
    while page := list_suggestions(session, source, before=before, limit=_PIECE):
        yield from page
        before = page[-1].id


def iterate_judged(session: Session, source: str, scorer_version: str) -> Iterator[JudgedText]:
    """Texts of a key that this scorer version has scored."""
    for line in iterate_suggestions(session, source):
        if line.scorer == scorer_version and line.scores is not None:
            yield JudgedText(line.is_rejected, {Label(name): score for name, score in line.scores.items()})


def list_unscored(session: Session, limit: int) -> list[UnscoredText]:
    """Texts that wait for their scores, oldest first."""
    query = select(_SUGGESTION.c.id, _SUGGESTION.c.body).where(_SUGGESTION.c.scored_at.is_(None)).order_by(_SUGGESTION.c.id).limit(limit)
    return [UnscoredText(*row) for row in session.connection().execute(query)]
