"""Thresholds carried from one scorer to another: by the share of harmless comments that reach them, not by their number.

Two scorers put the same comments in much the same order, but their numbers differ. A threshold is therefore worth what share of
harmless comments it stops; the same share of the same comments gives the other scorer's number (quantile matching).
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentsvc.domain.policy import Band

Floats = NDArray[np.float64]
ENOUGH_HARMLESS: Final = 200
"""Harmless comments below which a share says too little to carry a threshold by it."""
_MOST_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class CarriedThreshold:
    """A threshold of the scorer before, the one it became, and how many of the same `count` harmless comments reach each of them."""

    before: float
    after: float
    reached_before: int
    reached_after: int
    count: int

    @property
    def rate_before(self) -> float:
        """The share of harmless comments that reach the threshold before."""
        return self.reached_before / self.count

    @property
    def rate_after(self) -> float:
        """The share of the same comments that reach the new one; another than before only where many share one score."""
        return self.reached_after / self.count


def carry_threshold(before: Floats, after: Floats, threshold: float) -> CarriedThreshold:
    """Find the threshold of `after` that as many comments reach as reach `threshold` of `before`.

    `before` and `after` are the scores in [0, 1] of the same n > 0 harmless comments by either scorer, in the same order. A higher
    threshold never becomes a lower one; equal scores give the threshold itself. Where comments share one score and no threshold
    is reached by just as many, the nearest number of them counts, the smaller one at equal distance. The result lies in (0, 1]
    and has no more digits than it needs.
    """
    if len(before) != len(after) or not len(before):
        raise ValueError("thresholds are carried over the same comments, and at least one")
    old, new = np.sort(before), np.sort(after)
    reached = _reaching(old, threshold)
    if np.array_equal(old, new):
        return CarriedThreshold(threshold, threshold, reached, reached, len(new))
    found = _readable(*_matching(new, reached, _share_between(old, reached, threshold)))
    return CarriedThreshold(threshold, found, reached, _reaching(new, found), len(new))


def carry_band(before: Floats, after: Floats, band: Band) -> dict[str, CarriedThreshold]:
    """Every threshold that a band has, carried, by its name (`review_at`, `hold_at`, `reject_at`). They stay in order."""
    named = {"review_at": band.review_at, "hold_at": band.hold_at, "reject_at": band.reject_at}
    return {name: carry_threshold(before, after, value) for name, value in named.items() if value is not None}


def _reaching(rising: Floats, threshold: float) -> int:
    return len(rising) - int(np.searchsorted(rising, threshold, side="left"))


def _between(rising: Floats, reached: int) -> tuple[float, float]:
    """The scores (low, high] between which every threshold is reached by just so many comments; empty where such a one is not."""
    count = len(rising)
    low = float(rising[count - reached - 1]) if reached < count else 0.0
    high = float(rising[count - reached]) if reached else 1.0
    return low, high


def _share_between(rising: Floats, reached: int, threshold: float) -> float:
    low, high = _between(rising, reached)
    return (threshold - low) / (high - low) if high > low else 1.0


def _matching(rising: Floats, reached: int, share: float) -> tuple[float, float, float]:
    """The threshold that `reached` comments reach, or as near as can be, and the scores (low, high] between which it may be moved."""
    low, high = _between(rising, reached)
    if low < high:
        return low + share * (high - low), low, high
    # The comments at `low` share one score, and only some of them are wanted: all of them, or none.
    all_of_them, none_of_them = _reaching(rising, low), len(rising) - int(np.searchsorted(rising, low, side="right"))
    if low > 0.0 and (low >= 1.0 or all_of_them - reached < reached - none_of_them):
        return low, _between(rising, all_of_them)[0], low
    return low, low, _between(rising, none_of_them)[1]


def _readable(exact: float, low: float, high: float) -> float:
    """The number nearest to `exact` among those in (low, high] with the fewest digits, two at least."""
    for digits in range(2, _MOST_DIGITS):
        scale = 10**digits
        first, last = math.floor(low * scale) - 1, math.floor(high * scale) + 1
        while round(first / scale, digits) <= low:
            first += 1
        while round(last / scale, digits) > high:
            last -= 1
        if first <= last:
            return float(round(min(max(round(exact * scale), first), last) / scale, digits))
    return high
