"""Whether scores fall as they did before, and whether moderators agree: what figures and promises about coming comments rest on."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, log
from typing import Final, TypeVar

import numpy as np

from commentsvc.domain.distributions import chi_square_quantile, solve_rising
from commentsvc.domain.intervals import Interval
from commentsvc.domain.simulation import Scores

K = TypeVar("K", bound=Hashable)
WATCH: Final = 0.1
ALERT: Final = 0.25
"""Population stability indices from which a shift is commonly called moderate and great (Siddiqi 2006)."""
FALSE_ALARMS: Final = 0.01
"""The chance that any label at all is called shifted when none is."""
_BINS: Final = 10
_HALF: Final = 0.5
_FEWEST_PAIRS: Final = 2
_LEAST_CHANCE: Final = 1e-300


class Drift(StrEnum):
    """How far a label's scores have moved."""

    TOO_FEW = "too_few"
    """So few comments that chance alone could look like a moderate shift."""
    STEADY = "steady"
    WATCH = "watch"
    ALERT = "alert"
    """Promises about coming comments no longer hold, and thresholds should be chosen anew."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The population stability index between two periods; `chance` is what it exceeds by chance alone once in FALSE_ALARMS.

    `enough` is the number of comments in each period from which a moderate shift can be told from chance.
    """

    index: float
    chance: float
    enough: int
    drift: Drift


def compare_scores(before: Mapping[K, Scores], after: Mapping[K, Scores]) -> dict[K, Shift]:
    """The shift of each label that was measured in both periods. Scores are columns, NaN where not measured, of any two lengths.

    A key may name a label in one section as well: what is said of chance holds for all keys of one call together.

    The index sums (q - p) ln(q / p) over ten bins with equal shares before; half a comment is added to each so that none is empty. By
    chance it is (1 / n + 1 / m) times a chi-square variable with one degree of freedom less than bins (Yurdakul and Naranjo 2020), and
    only what exceeds that, all labels taken together, is called a shift.
    """
    pairs = {label: (_known(before[label]), _known(after[label])) for label in before if label in after}
    pairs = {label: pair for label, pair in pairs.items() if pair[0].size and pair[1].size}
    return {label: _shift(old, new, FALSE_ALARMS / len(pairs)) for label, (old, new) in pairs.items()}


def _known(scores: Scores) -> Scores:
    known: Scores = scores[~np.isnan(scores)]
    return known


def _shift(old: Scores, new: Scores, error: float) -> Shift:
    # Scores that are many times the same make fewer bins.
    edges = np.unique(np.quantile(old, np.arange(1, _BINS) / _BINS))
    counts = [np.bincount(np.searchsorted(edges, scores, side="right"), minlength=len(edges) + 1) + _HALF for scores in (old, new)]
    p, q = (count / count.sum() for count in counts)
    index = float(((q - p) * np.log(q / p)).sum())
    critical = chi_square_quantile(1.0 - error, len(edges))
    chance = critical * (1.0 / len(old) + 1.0 / len(new))
    if chance > WATCH:
        drift = Drift.ALERT if index > max(ALERT, chance) else Drift.TOO_FEW
    elif index <= max(WATCH, chance):
        drift = Drift.STEADY
    else:
        drift = Drift.ALERT if index > ALERT else Drift.WATCH
    return Shift(index, chance, ceil(2.0 * critical / WATCH), drift)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two moderators on the same comments: the share decided alike, and kappa, the share beyond what chance would bring."""

    pairs: int
    alike: float
    kappa: Interval


def measure_agreement(both_rejected: int, differed: int, both_approved: int, *, level: float = 0.95) -> Agreement | None:
    """Cohen's kappa (1960) of comments decided twice; None for fewer than two, or when all decisions were the same.

    Which moderator came first is chance, so each pair counts in both orders; kappa is then that of Scott (1955) in the model of Bloch and
    Kraemer (1989). Given how often was rejected at all, how many pairs differ has a distribution that one number decides, as that of
    heterozygotes in a test of Hardy and Weinberg's law (Haldane 1954); the interval is all values of it that neither tail refuses, as a
    kappa at the share of rejections seen. It errs to the safe side where a goodness of fit (Donner and Eliasziw 1992) falls short.
    """
    pairs = both_rejected + differed + both_approved
    if pairs < _FEWEST_PAIRS:
        return None
    rejected = (2 * both_rejected + differed) / (2 * pairs)
    approved = 1.0 - rejected
    if rejected in {0.0, 1.0}:
        return None
    kappa = 1.0 - differed / (2.0 * pairs * rejected * approved)
    least = max(-rejected / approved, -approved / rejected)
    tail = (1.0 - level) / 2.0
    low = solve_rising(lambda value: _differing(pairs, rejected, value, differed)[0] - tail, least, 1.0)
    high = solve_rising(lambda value: tail - _differing(pairs, rejected, value, differed)[1], least, 1.0)
    return Agreement(pairs, (both_rejected + both_approved) / pairs, Interval(kappa, min(kappa, low), max(kappa, high)))


def _differing(pairs: int, rejected: float, kappa: float, differed: int) -> tuple[float, float]:
    """The chances that at most, and at least, so many pairs differ, given the share of decisions that reject."""
    rarer = round(2 * pairs * min(rejected, 1.0 - rejected))
    counts = np.arange(rarer % 2, rarer + 1, 2, dtype=np.float64)
    odds = rejected / (1.0 - rejected)
    # The square of the chance to differ, by those to reject and to approve alike; never quite nothing, so that its logarithm is one.
    chances = (4.0 * (1.0 - kappa) ** 2, 1.0 + kappa / odds, 1.0 + kappa * odds)
    differ, alike, also = (log(max(chance, _LEAST_CHANCE)) for chance in chances)
    before = counts[:-1]
    steps = np.log((rarer - before) / 2.0 * (pairs - (rarer + before) / 2.0) / ((before + 1.0) * (before + 2.0))) + (differ - alike - also)
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    return float(weights[counts <= differed].sum()), float(weights[counts >= differed].sum())
