"""Confidence intervals that keep their level at small counts.

Two-sided ones leave `1 - level` to both sides in equal halves. "Bound" means one-sided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from commentsvc.domain.distributions import beta_quantile, gamma_quantile, hypergeometric_cdf

_STEEPNESS: Final = np.exp(np.linspace(-8.0, 5.0, 261))
"""Values of a / r in `weighted_upper`, from almost 0 to where exp no longer matters."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence interval: `low <= value <= high`."""

    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """The distance of its ends."""
        return self.high - self.low

    @classmethod
    def exact(cls, value: float) -> "Interval":
        """What is known without any error."""
        return cls(value, value, value)

    def scaled(self, factor: float, offset: float = 0.0) -> "Interval":
        """The interval of `offset + factor * value`; a negative factor turns it round."""
        ends = sorted((offset + factor * self.low, offset + factor * self.high))
        return Interval(offset + factor * self.value, ends[0], ends[1])

    def within(self, least: float, most: float) -> "Interval":
        """The interval for something that cannot lie outside [`least`, `most`]."""
        return Interval(*(min(max(end, least), most) for end in (self.value, self.low, self.high)))


def clopper_pearson(successes: int, trials: int, level: float) -> Interval:
    """The exact interval for a share (Clopper and Pearson 1934); from 0 to 1 without any trial.

    Its level is kept for every share and number of trials.
    """
    if trials <= 0:
        return Interval(0.5, 0.0, 1.0)
    tail = (1.0 - level) / 2.0
    return Interval(successes / trials, share_lower(successes, trials, tail), share_upper(successes, trials, tail))


def score_interval(successes: float, trials: float, level: float) -> Interval:
    """The score interval for a share (Wilson 1927): close to the exact one and hundreds of times quicker, for planning."""
    z = NormalDist().inv_cdf((1.0 + level) / 2.0)
    share, part = successes / trials, z * z / trials
    centre = (share + part / 2.0) / (1.0 + part)
    spread = sqrt(part * (share * (1.0 - share) + part / 4.0)) / (1.0 + part)
    # Rounding must not push an end past the share itself.
    return Interval(share, max(0.0, min(share, centre - spread)), min(1.0, max(share, centre + spread)))


def share_lower(successes: int, trials: int, error: float) -> float:
    """The exact lower bound for a share: above the truth with a chance of at most `error`."""
    return beta_quantile(error, successes, trials - successes + 1.0) if successes > 0 else 0.0


def share_upper(successes: int, trials: int, error: float) -> float:
    """The exact upper bound for a share: below the truth with a chance of at most `error`."""
    return beta_quantile(1.0 - error, successes + 1.0, trials - successes) if successes < trials else 1.0


@lru_cache(maxsize=4096)
def marked_upper(found: int, drawn: int, population: int, error: float) -> int:
    """Exact upper bound for how many of `population` are marked, `found` of `drawn` at random without putting back being marked.

    Below the truth with a chance of at most `error`: the inverted hypergeometric test. Comments sampled each with the same chance are
    such a draw once their number is known, so that no approximation enters.
    """
    low, high = found, population - drawn + found
    while low < high:
        middle = (low + high + 1) // 2
        if hypergeometric_cdf(found, population, middle, drawn) > error:
            low = middle
        else:
            high = middle - 1
    return low


def marked_lower(found: int, drawn: int, population: int, error: float) -> int:
    """Exact lower bound for the same: above the truth with a chance of at most `error`."""
    return population - marked_upper(drawn - found, drawn, population, error)


def marked_total(found: int, drawn: int, population: int, level: float) -> Interval:
    """The exact interval for how many of `population` are marked, `drawn` (1 or more) of them having been looked at."""
    tail = (1.0 - level) / 2.0
    value = population * found / drawn
    return Interval(value, marked_lower(found, drawn, population, tail), marked_upper(found, drawn, population, tail))


def weighted_total(weights: Sequence[float], counts: Sequence[int], greatest: float, level: float) -> Interval:
    """The gamma interval for a sum of weighted counts (Fay and Feuer 1997).

    `counts[i]` found with weight `weights[i]`; `greatest` is the largest weight that anything could have been found with, whether or not
    it was. With one weight it is the exact Poisson interval, so an upper end stands at 3.69 weights when nothing was found.
    """
    tail = (1.0 - level) / 2.0
    total = sum(weight * count for weight, count in zip(weights, counts, strict=True))
    variance = sum(weight * weight * count for weight, count in zip(weights, counts, strict=True))
    low = _gamma_end(total, variance, tail) if total > 0 else 0.0
    return Interval(total, low, _gamma_end(total + greatest, variance + greatest * greatest, 1.0 - tail))


def _gamma_end(mean: float, variance: float, p: float) -> float:
    scale = variance / mean
    return scale * gamma_quantile(p, mean / scale)


def weighted_upper(total: float, least_rate: float, error: float) -> float:
    """An upper bound, proven for any mixture of sampling rates, for a total estimated as `total` by weights of 1 / rate.

    With independent draws at rates of `least_rate` or more and S the weighted sum, P(S <= s) <= exp(a s) (1 - r + r exp(-a / r))^T for
    every a > 0 and r the least rate (Chernoff 1952; the factor of a rate falls as the rate grows, so the least one is the worst). The bound
    is the largest T for which none of some hundred values of `a` brings this below `error`.
    """
    bounds = (_STEEPNESS * (least_rate * total) - log(error)) / -np.log1p(least_rate * np.expm1(-_STEEPNESS))
    return max(total, float(bounds.min()))


def weighted_lower(total: float, least_rate: float, error: float) -> float:
    """A lower bound for the same, by the same inequality on the other side."""
    bounds = (_STEEPNESS * (least_rate * total) + log(error)) / np.log1p(least_rate * np.expm1(_STEEPNESS))
    return min(total, max(0.0, float(bounds.max())))


def sum_of(parts: Sequence[Interval]) -> Interval:
    """The interval of a sum of independent estimates, from the interval of each (Zou and Donner 2008, "MOVER").

    Each side's distance is the root of the sum of squares of the parts' distances on that side.
    """
    value = sum(part.value for part in parts)
    below = sqrt(sum((part.value - part.low) ** 2 for part in parts))
    above = sqrt(sum((part.high - part.value) ** 2 for part in parts))
    return Interval(value, value - below, value + above)


def share_of(part: Interval, rest: Interval) -> Interval:
    """The interval of part / (part + rest) for independent totals of 0 or more, from the interval of each (Donner and Zou 2012).

    A share is within it when (1 - share) * part - share * rest, taken as a sum as in `sum_of`, may be zero. All from 0 to 1 is possible
    when both may be 0.
    """
    whole = part.value + rest.value
    if whole <= 0.0:
        return Interval(0.5, 0.0, 1.0)
    share = part.value / whole
    return Interval(share, _share_end(part, rest, share, is_low=True), _share_end(part, rest, share, is_low=False))


def _share_end(part: Interval, rest: Interval, share: float, *, is_low: bool) -> float:
    toward_part = part.value - part.low if is_low else part.high - part.value
    toward_rest = rest.high - rest.value if is_low else rest.value - rest.low
    whole = part.value + rest.value
    # For a share at the distance d: (whole * d)^2 = ((1 - share - d) * toward_part)^2 + ((share + d) * toward_rest)^2,
    # or a d^2 + 2 b d - c = 0.
    a = whole * whole - toward_part * toward_part - toward_rest * toward_rest
    b = (1.0 - share) * toward_part * toward_part - share * toward_rest * toward_rest
    c = ((1.0 - share) * toward_part) ** 2 + (share * toward_rest) ** 2
    if c == 0.0:
        return share
    distances = [abs(root) for root in _roots(a, b, c) if (root < 0.0) is is_low]
    # Where no share is far enough away, none can be ruled out on this side.
    return max(0.0, share - min(distances, default=1.0)) if is_low else min(1.0, share + min(distances, default=1.0))


def _roots(a: float, b: float, c: float) -> list[float]:
    inside = b * b + a * c
    if inside < 0.0:
        return []
    # Written so that nearly equal numbers are never subtracted.
    q = -(b + (sqrt(inside) if b >= 0.0 else -sqrt(inside)))
    return [*([q / a] if a else []), *([-c / q] if q else [])]
