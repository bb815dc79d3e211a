"""Stored comments for another scorer: which it has not scored yet, and what it and the scorer before made of those it has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import ColumnElement, FromClause, Select, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from commentsvc.domain.estimation import Bools, History
from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.status import Status, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Comment, Decision, Rescoring, Revision, Routing, ScorerVersion, ScoreSet
from commentsvc.store.queries.history import severity_of

_COMMENT = table_of(Comment)
_REVISION = table_of(Revision)
_ROUTING = table_of(Routing)
_DECISION = table_of(Decision)
_SCORES = table_of(ScoreSet)
_RESCORING = table_of(Rescoring)
_SCORER = table_of(ScorerVersion)
_PIECE: Final = 4_000
_GONE: Final = (Status.WITHDRAWN, Status.ERASED)
_VERDICT: Final = case((_DECISION.c.verdict == Verdict.REJECT, 1), (_DECISION.c.verdict == Verdict.APPROVE, 0), else_=-1)


@dataclass(frozen=True, slots=True)
class Stock:
    """Which comments: those of one site, posted at `since` (UTC) or later if given."""

    site_id: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A comment's place in the order of posting."""

    created_at: datetime
    comment_id: str


@dataclass(frozen=True, slots=True)
class StoredText:
    """The latest text of a comment that has been routed."""

    mark: Mark
    revision_id: str
    body: str


def _routed(stock: Stock, before: Mark | None = None) -> Select[*tuple[Any, ...]]:
    """Comments whose latest text has a routing in force, latest first."""
    query = select().select_from(
        _COMMENT.join(_ROUTING, (_ROUTING.c.revision_id == _COMMENT.c.current_revision_id) & _ROUTING.c.is_in_force)
    )
    query = query.where(_COMMENT.c.site_id == stock.site_id, _COMMENT.c.status.not_in(_GONE))
    if stock.since is not None:
        query = query.where(_COMMENT.c.created_at >= stock.since)
    if before is not None:
        # The first condition is implied by the second: it is what the index of sites and times can use.
        at, last = before.created_at, before.comment_id
        query = query.where(
            _COMMENT.c.created_at <= at, or_(_COMMENT.c.created_at < at, (_COMMENT.c.created_at == at) & (_COMMENT.c.id < last))
        )
    return query


def _scored_by(scorer_row: str) -> ColumnElement[bool]:
    return exists().where(_SCORES.c.revision_id == _COMMENT.c.current_revision_id, _SCORES.c.scorer_version_id == scorer_row)


def _newest_first(query: Select[*tuple[Any, ...]], limit: int) -> Select[*tuple[Any, ...]]:
    return query.order_by(_COMMENT.c.created_at.desc(), _COMMENT.c.id.desc()).limit(limit)


def count_unscored(session: Session, stock: Stock, scorer_row: str) -> int:
    """How many comments a scorer (by its version's row) has not scored yet."""
    query = _routed(stock).where(~_scored_by(scorer_row)).add_columns(func.count())
    return int(session.connection().execute(query).scalar_one())


def list_unscored(session: Session, stock: Stock, scorer_row: str, before: Mark | None, limit: int) -> list[StoredText]:
    """Up to `limit` comments that a scorer has not scored yet, latest first, below the mark if there is one."""
    columns = (_COMMENT.c.created_at, _COMMENT.c.id, _REVISION.c.id, _REVISION.c.body)
    query = _routed(stock, before).join(_REVISION, _REVISION.c.id == _COMMENT.c.current_revision_id)
    query = _newest_first(query.where(~_scored_by(scorer_row)).add_columns(*columns), limit)
    return [StoredText(Mark(at, key), revision_id, body) for at, key, revision_id, body in session.connection().execute(query)]


@dataclass(frozen=True, slots=True)
class FreshText:
    """A text that was just routed, and its routing's id, by which such texts are in order."""

    routing_id: str
    routed_at: datetime
    revision_id: str
    body: str


def list_routed_since(session: Session, scorer_row: str, after: str, limit: int) -> list[FreshText]:
    """Up to `limit` texts on any site that were routed after the routing `after` and not scored by a scorer yet, in order."""
    columns = (_ROUTING.c.id, _ROUTING.c.created_at, _REVISION.c.id, _REVISION.c.body)
    joined = _ROUTING.join(_COMMENT, _COMMENT.c.current_revision_id == _ROUTING.c.revision_id)
    query = select(*columns).select_from(joined.join(_REVISION, _REVISION.c.id == _ROUTING.c.revision_id))
    query = query.where(_ROUTING.c.id > after, _ROUTING.c.is_in_force, _COMMENT.c.status.not_in(_GONE), ~_scored_by(scorer_row))
    return [FreshText(*row) for row in session.connection().execute(query.order_by(_ROUTING.c.id).limit(limit))]


def last_routing_id(session: Session) -> str:
    """The id of the latest routing; an empty text when there is none."""
    return session.connection().execute(select(func.max(_ROUTING.c.id))).scalar() or ""


@dataclass(frozen=True, slots=True)
class ScoredTwice:
    """Comments with the scores of two scorers, as columns of equal length: as they were routed, and by the other scorer.

    `is_published` says that readers see the comment now.
    """

    ids: Sequence[str]
    routed: History
    other: History
    is_published: Bools


def iterate_scored_twice(
    session: Session, stock: Stock, scorer_row: str, *, against: str | None = None, sections: Sequence[str] = (), limit: int | None = None
) -> Iterator[ScoredTwice]:
    """Comments with the scores they were routed by and with those of a scorer (its version's row), latest first, some thousands at a time.

    `against` takes the scores of that scorer in place of those they were routed by. `sections` are keys that the histories tell apart.
    """
    mark, left = None, limit
    while left is None or left > 0:
        size = _PIECE if left is None else min(_PIECE, left)
        rows = session.connection().execute(_scored_twice(stock, scorer_row, against, sections, mark, size)).all()
        if rows:
            yield _piece(rows)
        if len(rows) < size:
            return
        mark = Mark(rows[-1][0], rows[-1][1])
        left = None if left is None else left - len(rows)


def _scored_twice(
    stock: Stock, scorer_row: str, against: str | None, sections: Sequence[str], before: Mark | None, limit: int
) -> Select[*tuple[Any, ...]]:
    first, second = aliased(_SCORES), aliased(_SCORES)
    places = [(_ROUTING.c.section_key == key, number) for number, key in enumerate(sections, start=1)]
    query = (
        _routed(stock, before)
        .join(first, first.c.id == _ROUTING.c.score_set_id if against is None else _of_latest(first, against))
        .join(second, _of_latest(second, scorer_row))
        .outerjoin(_DECISION, (_DECISION.c.revision_id == _COMMENT.c.current_revision_id) & _DECISION.c.is_in_force)
        .add_columns(
            _COMMENT.c.created_at,
            _COMMENT.c.id,
            severity_of(_ROUTING.c.route),
            severity_of(_ROUTING.c.rule_route),
            _VERDICT,
            case((_COMMENT.c.status == Status.PUBLISHED, 1), else_=0),
            case(*places, else_=0) if places else literal(0),
            *[first.c[label.value] for label in ALL_LABELS],
            *[second.c[label.value] for label in ALL_LABELS],
        )
    )
    return _newest_first(query, limit)


def _of_latest(scores: FromClause, scorer_row: str) -> ColumnElement[bool]:
    return (scores.c.revision_id == _COMMENT.c.current_revision_id) & (scores.c.scorer_version_id == scorer_row)


def _piece(rows: Sequence[Any]) -> ScoredTwice:
    table = np.array([tuple(row)[2:] for row in rows], dtype=np.float64)
    measured = len(ALL_LABELS)

    def history(begin: int) -> History:
        return History(
            scores={label: table[:, begin + place] for place, label in enumerate(ALL_LABELS)},
            routes=table[:, 0].astype(np.int8),
            rule_routes=table[:, 1].astype(np.int8),
            verdicts=table[:, 2].astype(np.int8),
            sections=table[:, 4].astype(np.int32),
        )

    return ScoredTwice([row[1] for row in rows], history(5), history(5 + measured), table[:, 3] > 0)


# -- In the background ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RescoringLine:
    """A rescoring and how far it has come; `changes` are there once it is finished."""

    id: str
    scorer: str
    since: datetime | None
    most: int | None
    total: int
    scored: int
    failed: int
    changes: dict[str, Any] | None
    account_id: str | None
    created_at: datetime
    finished_at: datetime | None


def list_rescorings(session: Session, site_id: str, *, limit: int = 100) -> list[RescoringLine]:
    """A site's rescorings, latest first."""
    columns = [_SCORER.c.version if name == "scorer" else _RESCORING.c[name] for name in RescoringLine.__slots__]
    query = select(*columns).join_from(_RESCORING, _SCORER, _SCORER.c.id == _RESCORING.c.scorer_version_id)
    query = query.where(_RESCORING.c.site_id == site_id).order_by(_RESCORING.c.id.desc()).limit(limit)
    return [RescoringLine(*list(row)) for row in session.connection().execute(query)]
