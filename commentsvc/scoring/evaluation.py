"""How good scores are, in numbers with intervals. Only numpy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import Scorer

Truth = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]
FALSE_POSITIVE_RATES: Final = (0.01, 0.05, 0.10)
_BINS: Final = 15
_POSITIVE_FROM: Final = 0.5
_ROUNDS: Final = 400
_SCORED_AT_ONCE: Final = 256


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with the bounds of its 95 % bootstrap interval; NaN where the data cannot tell."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """The figures of one label on one set of texts."""

    positive_count: int
    negative_count: int
    figures: Mapping[str, Figure]


def roc_auc(is_positive: Truth, scores: Scores) -> float:
    """Chance that a positive scores above a negative, ties counted half; NaN when one of the classes is empty."""
    positives = int(is_positive.sum())
    negatives = len(is_positive) - positives
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[is_positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def pr_auc(is_positive: Truth, scores: Scores) -> float:
    """Average precision; NaN when there is no positive."""
    positives = int(is_positive.sum())
    if not positives:
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(is_positive[order])
    # Equal scores are one step: only the last of a tie counts.
    last_of_tie = np.append(np.diff(scores[order]) != 0, True)
    hits_at = hits[last_of_tie]
    precision = hits_at / (np.flatnonzero(last_of_tie) + 1)
    return float((precision * np.diff(hits_at, prepend=0)).sum() / positives)


def threshold_at(negative_scores: Scores, rate: float) -> float:
    """The lowest threshold that at most the share `rate` of these scores reaches (a score at the threshold reaches it)."""
    if not len(negative_scores):
        return float("nan")
    ordered = np.sort(negative_scores)
    allowed = int(rate * len(ordered))
    highest_kept_out = ordered[len(ordered) - allowed - 1]
    return float(np.nextafter(highest_kept_out, 2.0))


def recall_at(is_positive: Truth, scores: Scores, rate: float) -> float:
    """Share of the positives found at that false-positive rate; NaN when one of the classes is empty."""
    if not is_positive.any() or is_positive.all():
        return float("nan")
    return float((scores[is_positive] >= threshold_at(scores[~is_positive], rate)).mean())


def expected_calibration_error(targets: Scores, scores: Scores) -> float:
    """Mean distance between score and share of positives over 15 bins of equal width, weighted by their counts."""
    if not len(scores):
        return float("nan")
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=scores - targets, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(scores))


def bootstrapped(
    measure: Callable[[Scores, Scores], float], targets: Scores, scores: Scores, *, rounds: int = _ROUNDS, seed: int = 1
) -> Figure:
    """`measure(targets, scores)` with the interval that holds 95 % of what resampled texts give."""
    value = measure(targets, scores)
    if np.isnan(value):
        return Figure(value, value, value)
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(rounds):
        chosen = chance.integers(0, len(scores), len(scores))
        found.append(measure(targets[chosen], scores[chosen]))
    low, high = np.nanquantile(found, (0.025, 0.975))
    return Figure(value, float(low), float(high))


def measure_label(targets: Scores, scores: Scores, *, rounds: int = _ROUNDS) -> LabelFigures:
    """All figures of a label. `targets` are shares in [0, 1]; a text counts as positive from 0.5."""
    is_positive = targets >= _POSITIVE_FROM
    measures: dict[str, Callable[[Scores, Scores], float]] = {
        "roc_auc": lambda t, s: roc_auc(t >= _POSITIVE_FROM, s),
        "pr_auc": lambda t, s: pr_auc(t >= _POSITIVE_FROM, s),
        **{f"recall_at_fpr_{rate:.0%}".rstrip("%"): _recall(rate) for rate in FALSE_POSITIVE_RATES},
        "ece": expected_calibration_error,
    }
    figures = {name: bootstrapped(measure, targets, scores, rounds=rounds) for name, measure in measures.items()}
    return LabelFigures(int(is_positive.sum()), int((~is_positive).sum()), figures)


def score_all(scorer: Scorer, texts: Sequence[str], label_order: Sequence[Label], report: Callable[[int], None]) -> Scores:
    """N texts to n rows of scores, columns as `label_order`; `report(count)` after each part."""
    rows: list[list[float]] = []
    # Similar lengths together: a scorer sorts what it gets, and here it gets little at a time.
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    for start in range(0, len(order), _SCORED_AT_ONCE):
        part = order[start : start + _SCORED_AT_ONCE]
        rows += [[one.values[label] for label in label_order] for one in scorer.score([texts[at] for at in part])]
        report(len(part))
    result = np.empty((len(texts), len(label_order)))
    if rows:
        result[order] = rows
    return result


def _recall(rate: float) -> Callable[[Scores, Scores], float]:
    return lambda targets, scores: recall_at(targets >= _POSITIVE_FROM, scores, rate)
