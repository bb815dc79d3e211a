"""A site's scored revisions as the laboratory reads them: everything that its statistics ask for, in columns of a few bytes a comment.

The rows come from the index `ix_routing_history` alone, latest first, some thousand at a time; see docs/adr/0011-packed-scores.md. What
moderators said is read from the decisions, which are fewer, and put beside them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.simulation import Comments
from commentsvc.domain.status import Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Decision, ReviewItem, Routing, ScoreSet
from commentsvc.store.packing import NUMBERS, ROUTE_STEP, pack_routing
from commentsvc.store.queries.history import Period, in_period, measured
from commentsvc.store.streaming import stream_rows

_ROUTING = table_of(Routing)
_SCORES = table_of(ScoreSet)
_DECISION = table_of(Decision)
_ITEM = table_of(ReviewItem)
MOST: Final = 2_000_000
"""The most revisions that are read, the latest ones; with all that is made of them some 150 bytes each."""
_PIECE: Final = 4096
_ASKED: Final = 500
_DAY: Final = timedelta(days=1)
_COLUMNS: Final = (
    _ROUTING.c.packed,
    _ROUTING.c.created_at,
    _ROUTING.c.section_key,
    _ROUTING.c.sample_probability,
    _ROUTING.c.is_sampled,
    _ROUTING.c.language,
    _ROUTING.c.revision_id,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """Scored revisions of a period. `ids` are their revisions' ids, two numbers each; `days` is how long the period is.

    `is_cut` says that so many were read that there may be more. Days are of 24 hours, counted back from the period's end, and those before
    the first comment are left out.
    """

    comments: Comments
    ids: NDArray[np.uint64]
    days: float
    is_cut: bool

    def revisions(self, rows: Sequence[int]) -> list[str]:
        """The ids of the revisions in these rows."""
        return [str(UUID(int=int(high) << 64 | int(low))) for high, low in self.ids[list(rows)].tolist()]


class _Places(dict[str | None, int]):
    """Numbers keys as they come, from 1; None is 0."""

    def __missing__(self, key: str | None) -> int:
        self[key] = 0 if key is None else len(self) + (None not in self)
        return self[key]

    def keys_in_order(self) -> tuple[str, ...]:
        return tuple(key for key in self if key is not None)


@dataclass(slots=True)
class _Reading:
    """Columns as they grow, latest first."""

    until: datetime
    verdicts: dict[str, int]
    sections: _Places = field(default_factory=_Places)
    languages: _Places = field(default_factory=_Places)
    pieces: list[tuple[NDArray[Any], ...]] = field(default_factory=list)
    waiting: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        packed, times, sections, rates, sampled, languages, revisions = zip(*rows, strict=True)
        numbers = np.frombuffer(b"".join(packed), dtype=">f8").reshape(-1, NUMBERS).T.astype(np.float64, order="C")
        verdicts = np.array([self.verdicts.get(key, -1) for key in revisions], dtype=np.int8)
        is_sampled = np.array(sampled, dtype=np.bool_)
        for place in np.flatnonzero(is_sampled & (verdicts < 0)).tolist():
            self.waiting.append((self.count + place, revisions[place]))
        self.pieces.append(
            (
                numbers[1:],
                numbers[0].astype(np.int8),
                verdicts,
                np.array(rates, dtype=np.float64),
                is_sampled,
                np.array([self.sections[key] for key in sections], dtype=np.int32),
                np.array([self.languages[key] for key in languages], dtype=np.int32),
                self._days(times),
                np.frombuffer(bytes.fromhex("".join(revisions).replace("-", "")), dtype=">u8").reshape(-1, 2).astype(np.uint64),
            )
        )
        self.count += len(rows)

    def _days(self, times: Sequence[Any]) -> NDArray[np.int32]:
        """Whole days before the period's end."""
        newest, oldest = self._days_before(times[0]), self._days_before(times[-1])
        if newest == oldest:
            return np.full(len(times), newest, dtype=np.int32)
        # Rows come in the order of time, so a stretch is of one day where its ends are.
        half = len(times) // 2
        return np.concatenate([self._days(times[:half]), self._days(times[half:])])

    def _days_before(self, time: Any) -> int:  # noqa: ANN401 - SQLite's driver gives text, PostgreSQL's a time
        at = datetime.fromisoformat(time) if isinstance(time, str) else time
        return (self.until - (at if at.tzinfo else at.replace(tzinfo=UTC)) - timedelta(microseconds=1)) // _DAY

    def column(self, place: int) -> NDArray[Any]:
        """One column of all pieces; what it was gathered from is let go."""
        return np.concatenate([piece[place] for piece in self.pieces], axis=1 if place == 0 else 0)


def load_scored(session: Session, site_id: str, period: Period, *, most: int = MOST) -> Scored:
    """The period's scored revisions whose routing is in force, with what moderators said, at most the latest `most` of them.

    A sampled comment that its author took back before anybody looked counts as one that the sample did not draw.
    """
    reading = _Reading(period.until, _verdicts(session, site_id, period))
    query = in_period(select(*_COLUMNS), site_id, period).where(_ROUTING.c.packed.is_not(None)).order_by(_ROUTING.c.created_at.desc())
    for rows in stream_rows(session.connection(), query.limit(most), _PIECE):
        reading.add(rows)
    for row in _unpacked(session, site_id, period):
        reading.add([row])
    return _scored(session, reading, period, most)


def _scored(session: Session, reading: _Reading, period: Period, most: int) -> Scored:
    if not reading.count:
        return _nothing(period)
    kinds, is_sampled, days = reading.column(1), reading.column(4), reading.column(7)
    open_ones = _open_items(session, [revision for _, revision in reading.waiting])
    is_sampled[[place for place, revision in reading.waiting if revision not in open_ones]] = False
    scores = reading.column(0)
    labels = [place for place in range(len(ALL_LABELS)) if not np.isnan(scores[place]).all()]
    last = int(days.max())
    comments = Comments(
        labels=tuple(ALL_LABELS[place] for place in labels),
        scores=(scores if len(labels) == len(ALL_LABELS) else scores[labels]).T,
        routes=kinds // np.int8(ROUTE_STEP),
        rule_routes=kinds % np.int8(ROUTE_STEP),
        verdicts=reading.column(2),
        pi=reading.column(3),
        is_sampled=is_sampled,
        sections=reading.column(5),
        languages=reading.column(6),
        days=np.int32(last) - days,
        day_count=last + 1,
        first_weekday=(period.until - timedelta(days=last, microseconds=1)).weekday(),
        section_keys=reading.sections.keys_in_order(),
        language_keys=reading.languages.keys_in_order(),
    )
    return Scored(comments, reading.column(8), min(period.days, last + 1.0), reading.count >= most)


def _nothing(period: Period) -> Scored:
    none = np.zeros(0, dtype=np.int8)
    places = np.zeros(0, dtype=np.int32)
    flags = np.zeros(0, dtype=np.bool_)
    scores = np.zeros((0, 0))
    comments = Comments((), scores, none, none, none, np.zeros(0), flags, places, places, places, day_count=1)
    return Scored(comments, np.zeros((0, 2), dtype=np.uint64), period.days, is_cut=False)


def _verdicts(session: Session, site_id: str, period: Period) -> dict[str, int]:
    """What was decided about revisions, 1 for rejected and 0 for approved. Nothing is decided before it is routed."""
    query = select(_DECISION.c.revision_id, _DECISION.c.verdict).where(
        _DECISION.c.site_id == site_id, _DECISION.c.is_in_force, _DECISION.c.created_at >= period.since
    )
    rows = (row for piece in stream_rows(session.connection(), query, _PIECE) for row in piece)
    return {revision: int(verdict == Verdict.REJECT.value) for revision, verdict in rows}


def _unpacked(session: Session, site_id: str, period: Period) -> Iterator[tuple[Any, ...]]:
    """What servers of the release before route beside those of this one."""
    scores = [_SCORES.c[label.value] for label in ALL_LABELS]
    query = in_period(select(_ROUTING.c.route, _ROUTING.c.rule_route, *_COLUMNS[1:], *scores), site_id, period)
    query = query.join(_SCORES, _SCORES.c.id == _ROUTING.c.score_set_id).where(_ROUTING.c.packed.is_(None))
    for row in session.connection().execute(query.where(_ROUTING.c.score_set_id.is_not(None))):
        yield (pack_routing(row[0], row[1], measured(row[8:])), *row[2:8])


def _open_items(session: Session, revisions: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for begin in range(0, len(revisions), _ASKED):
        asked = revisions[begin : begin + _ASKED]
        query = select(_ITEM.c.revision_id).where(_ITEM.c.revision_id.in_(asked), _ITEM.c.is_open)
        found |= set(session.connection().execute(query).scalars())
    return found


@dataclass(frozen=True, slots=True)
class Pace:
    """How long moderators take for an item: the mean of the latest `count` decisions, none counted with more than LONGEST_S."""

    seconds: float | None
    count: int


LONGEST_S: Final = 300.0
"""A moderator who went away has not thought for an hour."""
_LATEST: Final = 2000


def find_pace(session: Session, site_id: str) -> Pace:
    """The site's own seconds per decision."""
    query = (
        select(_DECISION.c.seconds)
        .where(_DECISION.c.site_id == site_id, _DECISION.c.seconds.is_not(None))
        .order_by(_DECISION.c.created_at.desc())
        .limit(_LATEST)
    )
    seconds = [min(float(one), LONGEST_S) for one in session.connection().execute(query).scalars()]
    return Pace(sum(seconds) / len(seconds) if seconds else None, len(seconds))


def find_mark(session: Session, site_id: str, until: datetime) -> tuple[object, ...]:
    """What changes when a scored revision of before `until`, or a decision, comes or goes: equal marks, equal histories."""
    conn = session.connection()
    routed = select(func.max(_ROUTING.c.created_at)).where(
        _ROUTING.c.site_id == site_id, _ROUTING.c.is_in_force, _ROUTING.c.created_at < until
    )
    decided = select(func.count(), func.max(_DECISION.c.created_at), func.max(_DECISION.c.undone_at)).where(_DECISION.c.site_id == site_id)
    return (conn.execute(routed).scalar_one(), *conn.execute(decided).one())
