"""What an admin watches: a site's week in counts, and the figures that follow from them. Counts are stored; figures are made when read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from commentsvc.domain.evidence import FINDINGS, Part
from commentsvc.domain.intervals import Interval, clopper_pearson
from commentsvc.domain.quality import Figure, precision, recall
from commentsvc.domain.status import Route

WEEK: Final = timedelta(days=7)
BEFORE: Final = 4 * WEEK
"""The scores of a week are held against those of so long before it."""
MOST_WEEKS: Final = 26
WAITING_HOURS: Final = 24
"""How long the oldest item may wait before it is an alert, where a site says nothing else."""
_LEVEL: Final = 0.95


def week_of(at: datetime) -> datetime:
    """The Monday, 00:00 UTC, on which the week of a time begins."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Waits:
    """How long items had waited when they were decided, in seconds; the sample, which nobody waits for, is left out."""

    count: int = 0
    median_s: float | None = None
    p95_s: float | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """One moderator's week: decisions that stand, and the seconds that all took. How they decide is for their own eyes."""

    account_id: str
    decisions: int
    total_s: float


@dataclass(frozen=True, slots=True)
class DriftLine:
    """How far a label's scores have moved, site-wide (`section` None) or in a section; see `drift.Shift`."""

    section: str | None
    label: str
    index: float
    chance: float
    enough: int
    drift: str


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """A week in counts, kept as they are.

    `by_status` and `nudges` count the comments posted in it by what they are now; `routes` the routings in force by what moderators made
    of them (unseen, approved, rejected), `publish` only where the sample drew it. `flagged` and `strata` are what precision and recall
    rest on, with the days left out whose sample is not decided yet: flagged by finding, and published by the stored sampling rate, then
    by finding. `articles` are the ids of the busiest with their comments.
    """

    comments: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    nudges: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    routed: Mapping[str, int] = field(default_factory=dict)
    routes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    flagged: Sequence[int] = (0, 0, 0)
    strata: Sequence[tuple[float, Sequence[int]]] = ()
    left_out: int = 0
    decisions: Mapping[str, int] = field(default_factory=dict)
    undone: int = 0
    waits: Waits = Waits()
    moderators: Sequence[Load] = ()
    articles: Sequence[tuple[str, int]] = ()
    drift: Sequence[DriftLine] = ()

    def as_document(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "WeekFigures":
        """What was stored. What a later release adds is ignored, what it did not know is empty."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in document.items() if name in known}
        values["waits"] = Waits(**values.get("waits", {}))
        values["moderators"] = tuple(Load(**one) for one in values.get("moderators", ()))
        values["drift"] = tuple(DriftLine(**one) for one in values.get("drift", ()))
        values["strata"] = tuple((float(rate), tuple(counts)) for rate, counts in values.get("strata", ()))
        values["articles"] = tuple((str(article), int(count)) for article, count in values.get("articles", ()))
        return cls(**values)

    @property
    def flagged_count(self) -> int:
        """Comments that a routing put before moderators, or rejected."""
        return sum(count for route, count in self.routed.items() if route != Route.PUBLISH)

    @property
    def decided_count(self) -> int:
        """Decisions that stand, escalations left out."""
        return self.decisions.get("approve", 0) + self.decisions.get("reject", 0)


def parts_of(weeks: Iterable[WeekFigures]) -> tuple[Part, Part]:
    """The evidence of some weeks together: what was flagged, and what was published, each published comment with its stored rate."""
    weeks = list(weeks)
    rates = sorted({rate for week in weeks for rate, _ in week.strata})
    flagged = np.zeros((len(rates) + 2, FINDINGS), dtype=np.int64)
    published = np.zeros_like(flagged)
    for week in weeks:
        flagged[0] += np.array(week.flagged, dtype=np.int64)
        for rate, counts in week.strata:
            published[1 + rates.index(rate)] += np.array(counts, dtype=np.int64)
        published[-1, 0] += week.left_out
    return Part(flagged, tuple(rates)), Part(published, tuple(rates))


def precision_of(weeks: Iterable[WeekFigures]) -> Figure:
    """Of what was flagged, the share that is harmful; too little to say where its interval is wide."""
    return precision(parts_of(weeks)[0], level=_LEVEL)


def recall_of(weeks: Iterable[WeekFigures]) -> Figure:
    """Of all that is harmful, the share that was flagged, by the sample weighted with its stored chance."""
    return recall(*parts_of(weeks), level=_LEVEL)


@dataclass(frozen=True, slots=True)
class RouteAgreement:
    """What moderators made of one route: how many they decided, and the share they rejected (None: none decided)."""

    route: Route
    decided: int
    rejected: Interval | None


def agreement_of(weeks: Iterable[WeekFigures]) -> list[RouteAgreement]:
    """For each route what moderators made of it, strictest first: of what was published, of the sample alone."""
    weeks = list(weeks)
    found = []
    for route in (Route.REJECT, Route.HOLD, Route.REVIEW, Route.PUBLISH):
        approved, rejected = (sum(week.routes.get(route.value, (0, 0, 0))[place] for week in weeks) for place in (1, 2))
        share = clopper_pearson(rejected, approved + rejected, _LEVEL) if approved + rejected else None
        found.append(RouteAgreement(route, approved + rejected, share))
    return found
