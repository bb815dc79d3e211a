"""What a draft policy's bands would do with comments whose scores, routes and decisions are known.

A simulation sees the bands, of the site and of sections. It cannot see the rules of `HELD_FIXED`, which look at the text, the author or the
time: their outcome (`rule_routes`) stays as it was, whatever the draft says of them. Nor does it see what authors would do differently, or
that an author with more published comments would be known sooner.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from commentsvc.domain.estimation import Bools, Counts, Floats, Ints, Places
from commentsvc.domain.evidence import Evidence, Part, days_decided, gather_evidence
from commentsvc.domain.intervals import Interval
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.quality import LEVEL, WIDEST, Figure, civil, harmful, precision, recall
from commentsvc.domain.routing import ReasonKind
from commentsvc.domain.status import ROUTES

HELD_FIXED: Final = frozenset(ReasonKind) - {ReasonKind.BAND}
"""The rules whose outcome a simulation takes from the record."""
STEPS: Final = ("review_at", "hold_at", "reject_at")
"""The thresholds of a band; the place of each plus 1 is the severity of its route."""
SHOWN: Final = 20
_WIDTH: Final = len(ROUTES)
_WEEK: Final = 7
_S_IN_AN_HOUR: Final = 3600.0
Scores = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Comments:
    """n revisions of a period of `day_count` days, as columns of length n.

    `scores` is (n x labels), NaN where not measured, in float32 or, where the scorer's answers do not fit into that, float64. `routes` and
    `rule_routes` are severities 0 to 3 of the routing in force and of its rules without the bands. `verdicts` is 1 rejected, 0 approved, -1
    undecided; `pi` the stored chance with which a published one was sampled, `is_sampled` whether it was. `sections` and `languages` are
    places (from 1) in their keys, 0 for none of them. `days` counts from 0; `first_weekday` is that of day 0, Monday being 0.
    """

    labels: tuple[Label, ...]
    scores: Scores
    routes: Ints
    rule_routes: Ints
    verdicts: Ints
    pi: Floats
    is_sampled: Bools
    sections: Places
    languages: Places
    days: Places
    day_count: int
    first_weekday: int = 0
    section_keys: tuple[str, ...] = ()
    language_keys: tuple[str, ...] = ()

    def __len__(self) -> int:
        """How many revisions there are."""
        return len(self.routes)


@dataclass(frozen=True)
class Ground:
    """Comments made ready for many simulations: 1,000,000 take some 100 ms and 20 MB beside the columns themselves.

    Figures, unlike counts, leave out the comments that `is_spent` names: those from which the thresholds were chosen that are to be judged.
    Moves are counted from the routes in force, or from `before` where other routes are what is compared with.
    """

    comments: Comments
    is_spent: Bools | None = None
    before: Ints | None = None

    @cached_property
    def columns(self) -> Mapping[Label, Scores]:
        """The scores of each label, next to each other in memory."""
        scores = np.asfortranarray(self.comments.scores)
        return {label: scores[:, place] for place, label in enumerate(self.comments.labels)}

    @cached_property
    def is_day_used(self) -> Bools:
        """For each day whether its sample is decided; the figures leave the other days out, the counts do not."""
        known = self.comments
        return days_decided(known.days, known.is_sampled & (known.routes == 0), known.verdicts, known.day_count)

    @cached_property
    def evidence(self) -> Evidence:
        """What is known about each comment."""
        known = self.comments
        is_left_out = ~self.is_day_used[known.days]
        if self.is_spent is not None:
            is_left_out = is_left_out | self.is_spent
        return gather_evidence(known.routes, known.verdicts, known.pi, known.is_sampled, is_left_out)

    @cached_property
    def by_section(self) -> Places:
        """A code of section and evidence for each comment, with room for the route."""
        return self._coded(self.comments.sections)

    @cached_property
    def by_language(self) -> Places:
        """The same with the language."""
        return self._coded(self.comments.languages)

    @cached_property
    def by_day(self) -> Places:
        """The day of each comment, with room for the route."""
        return self.comments.days * np.int32(_WIDTH)

    @cached_property
    def by_route(self) -> Places:
        """The route that each comment moves from, with room for another."""
        return (self.comments.routes if self.before is None else self.before).astype(np.int32) * np.int32(_WIDTH)

    def _coded(self, groups: Places) -> Places:
        cells = np.int32(self.evidence.cells)
        return (groups * cells + self.evidence.codes) * np.int32(_WIDTH)

    def rows_of(self, section: str) -> NDArray[np.int64]:
        """The rows of a section by its key."""
        keys = self.comments.section_keys
        return np.flatnonzero(self.comments.sections == keys.index(section) + 1) if section in keys else np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Load:
    """Items a day for moderators: over the whole period, and the means of the quietest and the busiest weekday."""

    mean: float
    quietest: float
    busiest: float
    by_weekday: tuple[float, ...]
    """Monday first; weekdays that the period has none of are left out."""

    def hours(self, seconds: float) -> Interval:
        """Moderators' hours a day when an item takes so many seconds, with the range over the weekdays."""
        return Interval(self.mean, self.quietest, self.busiest).scaled(seconds / _S_IN_AN_HOUR)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What thresholds do with some comments. `table` counts them by evidence and route (cells x 4)."""

    table: Counts
    rates: tuple[float, ...]
    days: int
    level: float = LEVEL
    widest: float = WIDEST

    def part(self, first: int, last: int = _WIDTH - 1) -> Part:
        """The comments whose severity is from `first` to `last`."""
        return Part(self.table[:, first : last + 1].sum(axis=1).reshape(-1, 3), self.rates)

    @property
    def by_route(self) -> dict[str, int]:
        """How many there are of each route, exact."""
        return dict(zip((route.value for route in ROUTES), self.table.sum(axis=0).tolist(), strict=True))

    @property
    def items_a_day(self) -> float:
        """Comments that wait for a moderator (`review` and `hold`) on a mean day, the sample not counted."""
        return float(self.table[:, 1:3].sum()) / self.days if self.days else 0.0

    def recall(self) -> Figure:
        """The share of harmful comments that are not published unseen."""
        return recall(self.part(1), self.part(0, 0), level=self.level, widest=self.widest)

    def precision(self, first: int = 1) -> Figure:
        """The share of harmful ones among those of severity `first` or more."""
        return precision(self.part(first), level=self.level, widest=self.widest)

    def missed(self) -> Interval:
        """Harmful comments that are published unseen."""
        return harmful(self.part(0, 0), level=self.level)

    def wrongly_held(self) -> Interval:
        """Civil comments that are held or rejected."""
        return civil(self.part(2), level=self.level)


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome as a whole, by day and by group; `moves` counts from the route in force, or the ground's `before`, (rows) to this one."""

    whole: Outcome
    by_day: Counts
    moves: Counts
    first_weekday: int
    sections: Mapping[str, Outcome] = field(default_factory=dict)
    languages: Mapping[str, Outcome] = field(default_factory=dict)

    def load(self, sample_rate: float = 0.0) -> Load:
        """Items a day, with the sample that this rate would draw from what is published."""
        items = self.by_day[:, 1:3].sum(axis=1) + sample_rate * self.by_day[:, 0]
        days = [items[(weekday - self.first_weekday) % _WEEK :: _WEEK] for weekday in range(_WEEK)]
        means = tuple(float(day.mean()) for day in days if day.size)
        return Load(float(items.mean()) if items.size else 0.0, min(means, default=0.0), max(means, default=0.0), means)

    @property
    def stricter(self) -> int:
        """Comments that would be treated more strictly than they were."""
        return int(np.triu(self.moves, 1).sum())

    @property
    def milder(self) -> int:
        """Comments that would be treated more mildly than they were."""
        return int(np.tril(self.moves, -1).sum())


def routes_under(ground: Ground, policy: Policy) -> Ints:
    """Severity 0 to 3 of every comment under the policy's bands, the recorded outcome of the other rules on top."""
    routes = ground.comments.rule_routes.copy()
    _raise_routes(routes, ground.columns, policy.bands)
    for key in policy.section_bands:
        rows = ground.rows_of(key)
        if rows.size:
            own = ground.comments.rule_routes[rows]
            _raise_routes(
                own,
                {label: ground.columns[label][rows] for label in policy.bands_for(key) if label in ground.columns},
                policy.bands_for(key),
            )
            routes[rows] = own
    return routes


def _raise_routes(routes: Ints, columns: Mapping[Label, Scores], bands: Mapping[Label, Band]) -> None:
    for label, band in bands.items():
        scores = columns.get(label)
        if scores is None:
            continue
        for severity, step in enumerate(STEPS, start=1):
            threshold = getattr(band, step)
            if threshold is not None:
                # A NaN is below every threshold: a label that was not measured says nothing.
                np.maximum(routes, (scores >= lifted(threshold, scores)) * np.int8(severity), out=routes)


def lifted(threshold: float, scores: Scores) -> np.floating[Any]:
    """The least number of the scores' own kind that is not below `threshold`.

    Comparing with the nearest one instead would let a float32 score of 0.69999999 reach a threshold of 0.7, which it does not.
    """
    near: np.floating[Any] = scores.dtype.type(threshold)
    above: np.floating[Any] = np.nextafter(near, scores.dtype.type(np.inf))
    return near if float(near) >= threshold else above


def simulate(ground: Ground, routes: Ints) -> Result:
    """Count and judge what these routes (severities, as from `routes_under`) do."""
    known, evidence = ground.comments, ground.evidence
    shape = (-1, evidence.cells, _WIDTH)
    sections = np.bincount(ground.by_section + routes, minlength=(len(known.section_keys) + 1) * evidence.cells * _WIDTH).reshape(shape)
    languages = np.bincount(ground.by_language + routes, minlength=(len(known.language_keys) + 1) * evidence.cells * _WIDTH).reshape(shape)
    by_day = np.bincount(ground.by_day + routes, minlength=known.day_count * _WIDTH).reshape(-1, _WIDTH)
    moves = np.bincount(ground.by_route + routes, minlength=_WIDTH * _WIDTH).reshape(-1, _WIDTH)
    return result_of(ground, sections, languages, by_day, moves)


def result_of(ground: Ground, sections: Counts, languages: Counts, by_day: Counts, moves: Counts) -> Result:
    """The result that these counts make: sections and languages (groups x cells x 4), days (days x 4) and moves (4 x 4)."""
    known, rates = ground.comments, ground.evidence.rates
    return Result(
        whole=Outcome(sections.sum(axis=0), rates, known.day_count),
        by_day=by_day,
        moves=moves,
        first_weekday=known.first_weekday,
        sections={key: Outcome(sections[place], rates, known.day_count) for place, key in enumerate(known.section_keys, start=1)},
        languages={key: Outcome(languages[place], rates, known.day_count) for place, key in enumerate(known.language_keys, start=1)},
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many comments the bands of one label flag, how many of them no other label flags, and how many each other one flags too."""

    flagged: int
    alone: int
    shared: Mapping[Label, int]


def overlaps(ground: Ground, policy: Policy) -> dict[Label, Overlap]:
    """For each label with a band that is measured how far it flags the same comments as the others. Rules do not count."""
    reached: dict[Label, Bools] = {}
    for label in ground.comments.labels:
        routes = np.zeros(len(ground.comments), dtype=np.int8)
        _raise_routes(routes, {label: ground.columns[label]}, {label: policy.bands[label]} if label in policy.bands else {})
        for key, bands in policy.section_bands.items():
            if label in bands:
                rows = ground.rows_of(key)
                own = np.zeros(len(rows), dtype=np.int8)
                _raise_routes(own, {label: ground.columns[label][rows]}, {label: bands[label]})
                routes[rows] = own
        if routes.any():
            reached[label] = routes > 0
    times: Counts = np.sum(np.array(list(reached.values()), dtype=np.int64), axis=0)
    return {
        label: Overlap(
            flagged=int(np.count_nonzero(flags)),
            alone=int(np.count_nonzero(flags & np.equal(times, 1))),
            shared={other: int(np.count_nonzero(flags & others)) for other, others in reached.items() if other is not label},
        )
        for label, flags in reached.items()
    }


@dataclass(frozen=True, slots=True)
class Nearest:
    """Rows next to a threshold, the nearest first: those that do not reach it, and those that do."""

    below: NDArray[np.int64]
    reached: NDArray[np.int64]


def nearest(ground: Ground, label: Label, threshold: float, *, section: str | None = None, count: int = SHOWN) -> Nearest:
    """The `count` comments on either side of a threshold, of one section or of all."""
    scores = ground.columns[label]
    rows = ground.rows_of(section) if section is not None else None
    scores = scores if rows is None else scores[rows]
    least = lifted(threshold, scores)
    # Two comparisons, since what was not measured lies on neither side.
    below, reached = np.flatnonzero(scores < least), np.flatnonzero(scores >= least)
    below, reached = below[_least(-scores[below], count)], reached[_least(scores[reached], count)]
    return Nearest(below, reached) if rows is None else Nearest(rows[below], rows[reached])


def _least(values: Scores, count: int) -> NDArray[np.int64]:
    some = np.argpartition(values, count)[:count] if len(values) > count else np.arange(len(values))
    return some[np.argsort(values[some], kind="stable")]
