"""Whether scores fall as they did before, and whether moderators agree: what figures and promises about coming comments rest on."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf
from typing import Final, TypeVar

import numpy as np

from commentsvc.domain.distributions import chi_square_quantile
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
_HALVINGS: Final = 60


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

    Which moderator came first is chance, so each pair counts in both orders; kappa is then that of Scott (1955). The interval is the one of
    Donner and Eliasziw (1992), all values that a goodness-of-fit test does not refuse: it holds from some 25 pairs on, where one from a
    standard error does not.
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
    critical = chi_square_quantile(level, 1.0)

    def misfit(value: float) -> float:
        expected = (
            pairs * (rejected * rejected + value * rejected * approved),
            pairs * 2.0 * rejected * approved * (1.0 - value),
            pairs * (approved * approved + value * rejected * approved),
        )
        counts = (both_rejected, differed, both_approved)
        # What is impossible and did not happen fits.
        terms = [
            (seen - mean) ** 2 / mean if mean > 0.0 else (0.0 if seen == 0 else inf) for seen, mean in zip(counts, expected, strict=True)
        ]
        return sum(terms) - critical

    def end(outside: float) -> float:
        if misfit(outside) <= 0.0:
            return outside
        inside = kappa
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2.0
            inside, outside = (middle, outside) if misfit(middle) <= 0.0 else (inside, middle)
        return inside

    return Agreement(pairs, (both_rejected + both_approved) / pairs, Interval(kappa, min(kappa, end(least)), max(kappa, end(1.0))))
