"""Makes scores mean what they say, as far as the calibration texts can tell, and finds thresholds. Only numpy."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from commentsvc.scoring.evaluation import FALSE_POSITIVE_RATES, Scores, threshold_at
from commentsvc.scoring.scorer_files import CalibrationCurve

_KNOTS: Final = 24
_SMALLEST_STEP: Final = 1e-4
_PRIOR: Final = 2.0


def fit_curve(raw: Scores, targets: Scores, *, knots: int = _KNOTS) -> CalibrationCurve:
    """A rising line of at most `knots` pieces from raw outputs to the shares of `targets` seen there.

    Isotonic regression over equally filled bins; strictly rising, so that no two texts become equal that were not.
    """
    # Civil texts fill nearly all equal bins, so the few positives get bins of their own as well.
    positives = raw[targets >= 0.5]  # noqa: PLR2004 - from there a text counts as positive
    edges = np.quantile(raw, np.linspace(0, 1, knots, endpoint=False), method="lower")
    if len(positives):
        edges = np.concatenate([edges, np.quantile(positives, np.linspace(0, 1, knots // 2, endpoint=False), method="lower")])
    edges = np.unique(edges)
    place = np.searchsorted(edges, raw, side="right") - 1
    counts = np.bincount(place, minlength=len(edges)).astype(float)
    filled = counts > 0
    overall = float(targets.mean())
    shares = (np.bincount(place, weights=targets, minlength=len(edges)) + _PRIOR * overall)[filled] / (counts + _PRIOR)[filled]
    middles = (np.bincount(place, weights=raw, minlength=len(edges))[filled]) / counts[filled]
    fitted = _isotonic(shares, counts[filled])
    fitted = fitted + _SMALLEST_STEP * np.arange(len(fitted))
    points = np.concatenate([[0.0], middles, [1.0]])
    values = np.concatenate([[min(fitted[0], middles[0]) / 2], fitted, [max(fitted[-1] + _SMALLEST_STEP, (fitted[-1] + 1) / 2)]])
    values = np.clip(values, 0.0, 1.0)
    return CalibrationCurve(tuple(round(float(x), 5) for x in points), tuple(round(float(y), 5) for y in values))


def apply_curve(curve: CalibrationCurve, raw: Scores) -> Scores:
    """What the curve makes of raw outputs."""
    result: Scores = np.interp(raw, curve.raw, curve.score)
    return result


def find_thresholds(scores: Scores, is_negative: npt.NDArray[np.bool_], rates: Sequence[float] = FALSE_POSITIVE_RATES) -> dict[str, float]:
    """For each rate the score that this share of the negatives reaches, by a name such as `fpr_5`."""
    return {f"fpr_{round(100 * rate)}": round(threshold_at(scores[is_negative], rate), 5) for rate in rates}


def _isotonic(values: Scores, weights: Scores) -> Scores:
    """The rising values nearest to `values` (pool adjacent violators)."""
    pooled: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, total, count = value, weight, 1
        while pooled and pooled[-1][0] >= mean:
            before, before_total, before_count = pooled.pop()
            mean = (mean * total + before * before_total) / (total + before_total)
            total += before_total
            count += before_count
        pooled.append((mean, total, count))
    return np.concatenate([np.full(count, mean) for mean, _, count in pooled])
