"""Histories made ready for simulations, and kept for a while: a page moves one threshold many times over the same million comments."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from commentsvc.domain.dragging import Drag, Handle
from commentsvc.domain.estimation import Ints
from commentsvc.domain.intervals import Interval
from commentsvc.domain.policy import Policy
from commentsvc.domain.quality import WIDEST, Figure, TooLittle
from commentsvc.domain.simulation import Comments, Ground, Outcome, Result, routes_under, simulate
from commentsvc.domain.status import ROUTES
from commentsvc.store.queries.history import Period
from commentsvc.store.queries.scored import Pace, Scored, find_mark, find_pace, load_scored

ASSUMED_S: Final = 20.0
"""Seconds for an item where moderators have not yet decided ENOUGH_PACE of them."""
ENOUGH_PACE: Final = 20
PLACES: Final = tuple(place / 100.0 for place in range(1, 101))
"""Where a sweep tries a threshold."""
_MOST_KEPT: Final = 2_000_000
_LARGE: Final = 50_000
_SETTLED: Final = timedelta(seconds=60)
_VIEWS: Final = 4
_DRAGS: Final = 2
_SWEEPS: Final = 16


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of a history: a section by its key, a language by its code; None for all."""

    section: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What thresholds do, in figures. `items_a_day` is a mean with its range over the week, the sample counted in; so are the hours.

    `missed` and `wrongly_held` are totals of the period; `missed` is None while nothing is known of what is published.
    """

    by_route: Mapping[str, int]
    items_a_day: Interval
    hours_a_day: Interval
    precision: Figure
    recall: Figure
    wrongly_held: Interval
    missed: Interval | None
    stricter: int
    milder: int

    @property
    def flagged(self) -> int:
        """Comments that come before moderators or are rejected."""
        return sum(self.by_route.values()) - self.by_route[ROUTES[0].value]


@dataclass(frozen=True)
class View:
    """A part of a history, ready to be tried on. `rows` are its rows among all that were read, None for all of them."""

    scored: Scored
    ground: Ground
    rows: NDArray[np.int64] | None
    pace: Pace
    drags: OrderedDict[tuple[str, Handle], Drag] = field(default_factory=OrderedDict)
    sweeps: OrderedDict[tuple[str, Handle], list[Figures]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def seconds(self) -> float:
        """How long moderators take for an item: what was measured, or ASSUMED_S."""
        return self.pace.seconds if self.pace.seconds is not None and self.pace.count >= ENOUGH_PACE else ASSUMED_S

    def revisions(self, rows: Sequence[int] | NDArray[np.int64]) -> list[str]:
        """The ids of the revisions in some rows of the ground."""
        wanted = np.asarray(rows, dtype=np.int64)
        return self.scored.revisions((wanted if self.rows is None else self.rows[wanted]).tolist())

    def figures(self, result: Result, policy: Policy, *, is_planned: bool = True) -> Figures:
        """The figures of a result; with `is_planned` told also how many more decisions would be enough where there are too few."""
        load = self._load(result, policy.sample_rate)
        whole = result.whole
        return Figures(
            by_route=whole.by_route,
            items_a_day=load,
            hours_a_day=load.scaled(self.seconds / 3600.0),
            precision=_share(whole.precision() if is_planned else replace(whole, widest=1.0).precision()),
            recall=_share(whole.recall() if is_planned else replace(whole, widest=1.0).recall()),
            wrongly_held=whole.wrongly_held(),
            missed=_missed(whole),
            stricter=result.stricter,
            milder=result.milder,
        )

    def _load(self, result: Result, sample_rate: float) -> Interval:
        load = result.load(sample_rate)
        # A first day that the period holds only a part of is no quiet day.
        known = self.ground.comments.day_count
        mean = load.mean * known / self.scored.days if self.scored.days > 0 else 0.0
        return Interval(mean, min(load.quietest, mean), max(load.busiest, mean))

    def try_draft(self, draft: Policy) -> Figures:
        """What a draft would do."""
        return self.figures(simulate(self.ground, routes_under(self.ground, draft)), draft)

    def drag(self, draft: Policy, handle: Handle) -> Drag:
        """The draft with one threshold in hand. Raises InvalidError as Drag does. Two are kept, since making one takes a while."""
        settled = Drag.key_of(draft, handle)
        with self.lock:
            found = self.drags.get((settled, handle))
            if found is None:
                found = Drag(self.ground, draft, handle)
                while len(self.drags) >= _DRAGS:
                    self.drags.popitem(last=False)
                self.drags[settled, handle] = found
            self.drags.move_to_end((settled, handle))
        return found

    def sweep(self, draft: Policy, handle: Handle, places: Sequence[float] = PLACES) -> list[Figures]:
        """What the draft would do with the threshold in each of these places; kept for the usual ones."""
        drag = self.drag(draft, handle)
        key = (Drag.key_of(draft, handle), handle)
        swept = self.sweeps.get(key) if places is PLACES else None
        if swept is None:
            swept = [self.figures(drag.at(place), draft, is_planned=False) for place in places]
            if places is PLACES:
                with self.lock:
                    while len(self.sweeps) >= _SWEEPS:
                        self.sweeps.popitem(last=False)
                    self.sweeps[key] = swept
        return swept


def _share(figure: Figure) -> Figure:
    return TooLittle(figure, WIDEST, None) if isinstance(figure, Interval) and figure.width > WIDEST else figure


def _missed(whole: Outcome) -> Interval | None:
    part = whole.part(0, 0)
    return whole.missed() if part.sampled or not part.counts.any() else None


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read of a period, and the parts of it that were looked at; `mark` tells whether it is still all there is."""

    scored: Scored
    pace: Pace
    mark: tuple[object, ...]
    read_at: datetime
    views: OrderedDict[tuple[Scope, str], View] = field(default_factory=OrderedDict)

    def is_settled(self, now: datetime) -> bool:
        return len(self.scored.comments) >= _LARGE and now - self.read_at < _SETTLED

    @property
    def size(self) -> int:
        return len(self.scored.comments) + sum(len(view.ground.comments) for view in self.views.values() if view.rows is not None)


class Laboratory:
    """What this process keeps of histories. Nothing depends on its being there: another process reads for itself, and finds the same.

    Safe between threads; one thread reads at a time.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: OrderedDict[tuple[str, datetime, datetime], _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def find_latest(self, site_id: str, length: timedelta, now: datetime) -> Period | None:
        """The period of this length that was read within the last minute, where reading it again would take long; or None."""
        with self._lock:
            ends = [
                until
                for (site, since, until), kept in self._kept.items()
                if site == site_id and until - since == length and kept.is_settled(now)
            ]
        return Period(max(ends) - length, max(ends)) if ends else None

    def open(self, session: Session, site_id: str, period: Period, scope: Scope, today: tuple[str, Policy] | None, now: datetime) -> View:
        """A part of a period's history, read now unless it is kept and nothing has changed since (large ones may be a minute old).

        Moves are counted from `today`, a policy with its version's id, or from the routes in force. `period` is of the whole site.
        """
        with self._lock:
            kept = self._keep(session, site_id, period, now)
            key = (scope, today[0] if today else "")
            view = kept.views.get(key)
            if view is None:
                view = _view(kept, scope, today[1] if today else None)
                while len(kept.views) >= _VIEWS:
                    kept.views.popitem(last=False)
                kept.views[key] = view
            kept.views.move_to_end(key)
            self._make_room()
        return view

    def _keep(self, session: Session, site_id: str, period: Period, now: datetime) -> _Kept:
        key = (site_id, period.since, period.until)
        kept = self._kept.get(key)
        mark = None
        if kept is not None and not kept.is_settled(now):
            mark = find_mark(session, site_id, period.until)
            kept = kept if kept.mark == mark else None
        if kept is None:
            # The mark is taken first: what comes in between is read again next time.
            mark = mark or find_mark(session, site_id, period.until)
            kept = _Kept(load_scored(session, site_id, period), find_pace(session, site_id), mark, now)
            self._kept[key] = kept
        self._kept.move_to_end(key)
        return kept

    def _make_room(self) -> None:
        while len(self._kept) > 1 and sum(kept.size for kept in self._kept.values()) > _MOST_KEPT:
            self._kept.popitem(last=False)


def open_once(session: Session, site_id: str, period: Period) -> View:
    """A period's history for one simulation, with moves from the routes in force; nothing is kept."""
    return _view(_Kept(load_scored(session, site_id, period), find_pace(session, site_id), (), period.until), Scope(), None)


def _view(kept: _Kept, scope: Scope, today: Policy | None) -> View:
    rows = _rows_of(kept.scored.comments, scope)
    comments = kept.scored.comments if rows is None else _some(kept.scored.comments, rows)
    before: Ints | None = routes_under(Ground(comments), today) if today is not None else None
    return View(kept.scored, Ground(comments, before=before), rows, kept.pace)


def _rows_of(comments: Comments, scope: Scope) -> NDArray[np.int64] | None:
    if scope.section is None and scope.language is None:
        return None
    inside = np.ones(len(comments), dtype=np.bool_)
    for wanted, keys, places in (
        (scope.section, comments.section_keys, comments.sections),
        (scope.language, comments.language_keys, comments.languages),
    ):
        if wanted is not None:
            inside &= places == (keys.index(wanted) + 1 if wanted in keys else -1)
    return np.flatnonzero(inside)


def _some(comments: Comments, rows: NDArray[np.int64]) -> Comments:
    columns = ("routes", "rule_routes", "verdicts", "pi", "is_sampled", "sections", "languages", "days")
    return replace(comments, scores=comments.scores.T[:, rows].T, **{name: getattr(comments, name)[rows] for name in columns})
