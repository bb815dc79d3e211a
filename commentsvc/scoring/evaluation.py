"""How good scores are, in numbers with intervals. Only numpy.

Resampled texts are weights: a text that was drawn twice weighs two. So each measure sorts once and takes many rounds at a time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import Scorer

Truth = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float64]
"""One row for each round, one column for each text."""

FALSE_POSITIVE_RATES: Final = (0.01, 0.05, 0.10)
POSITIVE_FROM: Final = 0.5
"""The share from which a text counts as positive."""
BINS: Final = 15
"""Bins of equal width over which calibration is measured."""

ROUNDS: Final = 400
_SEED: Final = 1
_WEIGHTS_AT_ONCE: Final = 2_000_000
_SCORED_AT_ONCE: Final = 256

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with the bounds of its 95 % interval; NaN where the data cannot tell."""

    value: float
    low: float
    high: float


NO_FIGURE: Final = Figure(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """The figures of one label on one set of texts."""

    positive_count: int
    negative_count: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Texts from the highest score to the lowest. `steps` are the places after which the score changes: equal scores are one step."""

    targets: Scores
    scores: Scores
    is_positive: Truth
    steps: npt.NDArray[np.intp]

    @classmethod
    def of(cls, targets: Scores, scores: Scores) -> "Ranking":
        """`targets` are shares in [0, 1]."""
        order = np.argsort(-scores, kind="stable")
        return cls.sorted(targets[order], scores[order])

    @classmethod
    def sorted(cls, targets: Scores, scores: Scores) -> "Ranking":
        """Of texts that are in order already."""
        steps = np.flatnonzero(np.append(np.diff(scores) != 0, True)) if len(scores) else np.empty(0, dtype=np.intp)
        return cls(targets, scores, targets >= POSITIVE_FROM, steps)


Measure = Callable[[Ranking, Weights], Scores]
"""A figure for each row of weights; NaN where a row cannot tell."""


def measure_roc_auc(texts: Ranking, weights: Weights) -> Scores:
    """Chance that a positive scores above a negative, ties counted half."""
    positives, negatives = _passed(texts, weights, texts.is_positive), _passed(texts, weights, ~texts.is_positive)
    if not len(texts.steps):
        return np.full(len(weights), np.nan)
    # Over each step: the negatives of the step count half, those below it whole.
    below = negatives[:, -1:] - negatives
    half = np.diff(negatives, axis=1, prepend=0) / 2
    return _ratio((np.diff(positives, axis=1, prepend=0) * (below + half)).sum(axis=1), positives[:, -1] * negatives[:, -1])


def measure_pr_auc(texts: Ranking, weights: Weights) -> Scores:
    """Average precision."""
    hits, passed = _passed(texts, weights, texts.is_positive), _passed(texts, weights, None)
    if not len(texts.steps):
        return np.full(len(weights), np.nan)
    precision = hits / np.maximum(passed, 1)
    return _ratio((precision * np.diff(hits, axis=1, prepend=0)).sum(axis=1), hits[:, -1])


def measure_best_f1(texts: Ranking, weights: Weights) -> Scores:
    """The F1 of the threshold that has the highest."""
    hits, passed = _passed(texts, weights, texts.is_positive), _passed(texts, weights, None)
    if not len(texts.steps):
        return np.full(len(weights), np.nan)
    return np.where(hits[:, -1] > 0, (2 * hits / np.maximum(passed + hits[:, -1:], 1)).max(axis=1), np.nan)


def recall_at_rate(rate: float) -> Measure:
    """Share of the positives found by a threshold that at most the share `rate` of the negatives reaches."""

    def measure(texts: Ranking, weights: Weights) -> Scores:
        hits, alarms = _passed(texts, weights, texts.is_positive), _passed(texts, weights, ~texts.is_positive)
        if not len(texts.steps):
            return np.full(len(weights), np.nan)
        too_many = alarms > np.floor(rate * alarms[:, -1:] + 1e-9)
        found = np.where(too_many, 0, hits).max(axis=1)
        return np.where(alarms[:, -1] > 0, _ratio(found, hits[:, -1]), np.nan)

    return measure


def f1_at(threshold: float) -> Measure:
    """The F1 of calling positive what reaches `threshold`."""

    def measure(texts: Ranking, weights: Weights) -> Scores:
        reached = weights[:, texts.scores >= threshold]
        hits = reached[:, texts.is_positive[texts.scores >= threshold]].sum(axis=1)
        positives = weights[:, texts.is_positive].sum(axis=1)
        return np.where(positives > 0, _ratio(2 * hits, reached.sum(axis=1) + positives), np.nan)

    return measure


def false_positive_rate_at(threshold: float) -> Measure:
    """Share of the negatives that reach `threshold`."""

    def measure(texts: Ranking, weights: Weights) -> Scores:
        negatives = ~texts.is_positive
        return _ratio(weights[:, negatives & (texts.scores >= threshold)].sum(axis=1), weights[:, negatives].sum(axis=1))

    return measure


def measure_calibration_error(texts: Ranking, weights: Weights) -> Scores:
    """Mean distance between score and share of positives over bins of equal width, weighted by their counts."""
    gaps = np.zeros((len(texts.scores), BINS))
    gaps[np.arange(len(texts.scores)), bin_of(texts.scores)] = texts.scores - texts.targets
    return _ratio(np.abs(weights @ gaps).sum(axis=1), weights.sum(axis=1))


def bin_of(scores: Scores) -> npt.NDArray[np.intp]:
    """The bin of each score."""
    return np.minimum((scores * BINS).astype(np.intp), BINS - 1)


def roc_auc(is_positive: Truth, scores: Scores) -> float:
    """Chance that a positive scores above a negative, ties counted half; NaN when one of the classes is empty."""
    return value_of(measure_roc_auc, is_positive.astype(float), scores)


def pr_auc(is_positive: Truth, scores: Scores) -> float:
    """Average precision; NaN when there is no positive."""
    return value_of(measure_pr_auc, is_positive.astype(float), scores)


def recall_at(is_positive: Truth, scores: Scores, rate: float) -> float:
    """Share of the positives found at that false-positive rate; NaN when one of the classes is empty."""
    return value_of(recall_at_rate(rate), is_positive.astype(float), scores)


def expected_calibration_error(targets: Scores, scores: Scores) -> float:
    """Mean distance between score and share of positives over 15 bins of equal width, weighted by their counts."""
    return value_of(measure_calibration_error, targets, scores)


def threshold_at(negative_scores: Scores, rate: float) -> float:
    """The lowest threshold that at most the share `rate` of these scores reaches (a score at the threshold reaches it)."""
    if not len(negative_scores):
        return float("nan")
    ordered = np.sort(negative_scores)
    allowed = int(rate * len(ordered))
    highest_kept_out = ordered[len(ordered) - allowed - 1]
    return float(np.nextafter(highest_kept_out, 2.0))


def value_of(measure: Measure, targets: Scores, scores: Scores) -> float:
    """The figure of the texts as they are."""
    return float(measure(Ranking.of(targets, scores), np.ones((1, len(scores))))[0])


def resample(count: int, rounds: int, seed: int = _SEED) -> Iterator[Weights]:
    """`rounds` rows in all of how often each of `count` texts was drawn, in parts that fit into memory; the same for the same seed."""
    chance = np.random.default_rng(seed)
    together = max(1, _WEIGHTS_AT_ONCE // max(1, count))
    for start in range(0, rounds if count else 0, together):
        rows = [np.bincount(chance.integers(0, count, count), minlength=count) for _ in range(min(together, rounds - start))]
        yield np.array(rows, dtype=float)


def bootstrapped(measures: Mapping[_Key, Callable[[Weights], Scores]], count: int, *, rounds: int = ROUNDS) -> dict[_Key, Figure]:
    """For each measure of `count` texts its value, with the interval that holds 95 % of what resampled texts give."""
    whole = np.ones((1, count))
    values = {name: float(measure(whole)[0]) for name, measure in measures.items()}
    found: dict[_Key, list[Scores]] = {name: [] for name, value in values.items() if not np.isnan(value)}
    for weights in resample(count, rounds):
        for name, parts in found.items():
            parts.append(measures[name](weights))
    figures = dict.fromkeys(measures, NO_FIGURE)
    for name, parts in found.items():
        low, high = np.nanquantile(np.concatenate(parts), (0.025, 0.975))
        figures[name] = Figure(values[name], float(low), float(high))
    return figures


def measures_of_label(review_at: float | None = None) -> dict[str, Measure]:
    """All measures of a label by name; those at the review threshold only where there is one."""
    at_review = {} if review_at is None else {"f1_at_review": f1_at(review_at), "fpr_at_review": false_positive_rate_at(review_at)}
    return {
        "roc_auc": measure_roc_auc,
        "pr_auc": measure_pr_auc,
        "f1_best": measure_best_f1,
        **at_review,
        **{f"recall_at_fpr_{round(100 * rate)}": recall_at_rate(rate) for rate in FALSE_POSITIVE_RATES},
        "ece": measure_calibration_error,
    }


def measure_label(targets: Scores, scores: Scores, *, review_at: float | None = None, rounds: int = ROUNDS) -> LabelFigures:
    """All figures of a label. `targets` are shares in [0, 1]; a text counts as positive from 0.5."""
    texts = Ranking.of(targets, scores)
    figures = bootstrapped({name: partial(one, texts) for name, one in measures_of_label(review_at).items()}, len(scores), rounds=rounds)
    return LabelFigures(int(texts.is_positive.sum()), int((~texts.is_positive).sum()), figures)


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


def _passed(texts: Ranking, weights: Weights, chosen: Truth | None) -> Weights:
    """How much of the chosen texts reaches the score of each step, from the highest on."""
    counted = weights if chosen is None else weights * chosen
    return counted.cumsum(axis=1)[:, texts.steps]


def _ratio(part: Scores, whole: Scores) -> Scores:
    """NaN where there is no whole."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
