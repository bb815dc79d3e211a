"""What a draft policy would have done with comments whose scores and decisions are known.

Plain figures lie: moderators see what was flagged, so misses are seen only in the random sample. Each decided comment therefore
stands for `1 / pi` comments, where `pi` is the probability with which it was to be looked at (Horvitz and Thompson 1952).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band
from commentsvc.domain.status import ROUTES

Floats = NDArray[np.float64]
Ints = NDArray[np.int8]
Places = NDArray[np.int32]
Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]
Z95: Final = 1.959963984540054
ENOUGH_HARMFUL: Final = 10
"""Rejected comments below which no share of them is told: an interval would say "anything"."""


@dataclass(frozen=True, slots=True)
class Routed:
    """n scored revisions as columns of equal length n.

    `scores` by label, NaN where a label was not measured; `routes` and `rule_routes` are severities 0 to 3 of the routing in
    force and of its rules without the bands. `sections` is 0, or the place (from 1) of a revision's section among the keys that
    they were loaded with.
    """

    scores: Mapping[Label, Floats]
    routes: Ints
    rule_routes: Ints
    sections: Places

    def __len__(self) -> int:
        """How many revisions there are."""
        return len(self.routes)


@dataclass(frozen=True, slots=True)
class History(Routed):
    """The same with what moderators said, over a time of `days`.

    `verdicts` is 1 for rejected, 0 for approved, -1 for undecided; `pi` the stored sample probability in (0, 1] (0 where a
    published comment could not be sampled at all).
    """

    verdicts: Ints
    pi: Floats
    days: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval; all None when there is too little to say."""

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def unknown(cls) -> "Share":
        """Too little to say."""
        return cls(None, None, None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one set of thresholds does with a history. Counts are exact; shares are estimates from decided comments."""

    by_route: Mapping[str, int]
    flagged: int
    flagged_a_day: float
    precision: Share
    recall: Share
    wrongly_held: int
    harmful_flagged: int
    harmful_missed_seen: int


def wilson(successes: float, count: float) -> Share:
    """The Wilson score interval (Wilson 1927) for a share of `count` trials; unknown without any."""
    if count <= 0:
        return Share.unknown()
    share = successes / count
    centre = (share + Z95**2 / (2 * count)) / (1 + Z95**2 / count)
    spread = Z95 * sqrt(share * (1 - share) / count + Z95**2 / (4 * count**2)) / (1 + Z95**2 / count)
    # Rounding must not push an end past the share itself.
    return Share(share, max(0.0, min(share, centre - spread)), min(1.0, max(share, centre + spread)))


def band_routes(history: Routed, bands: Mapping[Label, Band], *, rows: Bools | None = None) -> Ints:
    """Severity 0 to 3 of every revision (or of `rows` alone) under these bands, the stored outcome of the other rules on top."""
    routes = history.rule_routes.copy() if rows is None else history.rule_routes[rows]
    for label, band in bands.items():
        scores = history.scores.get(label)
        if scores is None:
            continue
        scores = scores if rows is None else scores[rows]
        for severity, threshold in ((1, band.review_at), (2, band.hold_at), (3, band.reject_at)):
            if threshold is not None:
                # A NaN is below every threshold: a label that was not measured says nothing.
                np.maximum(routes, (scores >= threshold) * np.int8(severity), out=routes)
    return routes


def count_moves(before: Ints, after: Ints) -> Counts:
    """How many revisions go from each route to each: a table of 4 x 4 by severity, before and after."""
    steps = len(ROUTES)
    return np.bincount(before * np.int8(steps) + after, minlength=steps**2).reshape(steps, steps)


def outcome(history: History, routes: Ints, counts: Counts | None = None) -> Outcome:
    """Judge the given routes (severities) by the decisions that are known.

    `history` may hold the decided revisions alone when `counts` tells how many there are of each route altogether, mildest first.
    """
    counts = np.bincount(routes, minlength=len(ROUTES)) if counts is None else counts
    flagged: Bools = routes >= 1
    decided: Bools = history.verdicts >= 0
    harmful: Bools = history.verdicts == 1
    flagged_decided = int(np.count_nonzero(flagged & decided))
    harmful_flagged = int(np.count_nonzero(flagged & harmful))
    flagged_count = int(counts[1:].sum())
    return Outcome(
        by_route={route.value: int(count) for route, count in zip(ROUTES, counts, strict=True)},
        flagged=flagged_count,
        flagged_a_day=flagged_count / history.days if history.days > 0 else 0.0,
        precision=wilson(harmful_flagged, flagged_decided),
        recall=_recall(history, flagged, harmful),
        wrongly_held=int(np.count_nonzero((routes >= 2) & (history.verdicts == 0))),  # noqa: PLR2004 - severity of `hold`
        harmful_flagged=harmful_flagged,
        harmful_missed_seen=int(np.count_nonzero(~flagged & harmful)),
    )


def _recall(history: History, flagged: Bools, harmful: Bools) -> Share:
    # Decided comments that could not be sampled (pi = 0: reached by a report, say) are not random and stay out.
    known: Bools = harmful & (history.pi > 0)
    weights = 1.0 / history.pi[known]
    caught = flagged[known]
    total = float(weights.sum())
    if np.count_nonzero(known) < ENOUGH_HARMFUL or total <= 0:
        return Share.unknown()
    # Kish's effective size: few comments with great weight say less than many with small weight.
    effective = total**2 / float((weights**2).sum())
    estimate = wilson(float(weights[caught].sum()) / total * effective, effective)
    return Share(float(weights[caught].sum()) / total, estimate.low, estimate.high)
