"""Measures a scorer on labelled texts: every label that both know, all texts and each group of people that they name."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commentsvc.domain.estimation import wilson
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band
from commentsvc.domain.ports import Scorer
from commentsvc.scoring.evaluation import BINS, POSITIVE_FROM, ROUNDS, Figure, LabelFigures, Scores, bin_of, measure_label, score_all
from commentsvc.scoring.evaluation_groups import AREAS, GroupFigures, measure_groups
from commentsvc.scoring.identity_groups import mentions_in
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.training_data import TRAINED_LABELS, LabelledText

HISTOGRAM_BINS: Final = 20


@dataclass(frozen=True, slots=True)
class ReliabilityPoint:
    """Texts of one score bin: their mean score, and the share of them that people found positive, with a 95 % interval."""

    text_count: int
    score: float
    share: Figure


@dataclass(frozen=True, slots=True)
class Histogram:
    """Shares of the civil and of the positive texts in score bins of equal width."""

    civil: tuple[float, ...]
    positive: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LabelEvaluation:
    """All that was measured of one label. `review_at` is None where nothing says from which score to review."""

    figures: LabelFigures
    groups: Mapping[str, GroupFigures]
    review_at: float | None
    reliability: tuple[ReliabilityPoint, ...]
    histogram: Histogram


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a scorer was found to be worth on `text_count` texts."""

    scorer: str
    text_count: int
    labels: Mapping[Label, LabelEvaluation]


def recommended_bands(scorer: Scorer) -> Mapping[Label, Band]:
    """The bands that come with the scorer's files; none for scorers that recommend nothing."""
    return scorer.description.recommended_bands if isinstance(scorer, OnnxScorer) else {}


def evaluate(
    scorer: Scorer,
    rows: Sequence[LabelledText],
    bands: Mapping[Label, Band],
    report: Callable[[int], None] = lambda _: None,
    *,
    rounds: int = ROUNDS,
) -> Evaluation:
    """Score the texts, `report(count)` after each part, and measure the labels that somebody was asked for."""
    labels = [label for label in scorer.version.labels if label in TRAINED_LABELS]
    texts = [row.text for row in rows]
    scores = score_all(scorer, texts, labels, report)
    mentions = mentions_in(texts)
    found: dict[Label, LabelEvaluation] = {}
    for at, label in enumerate(labels):
        given = [row.targets[TRAINED_LABELS.index(label)] for row in rows]
        targets = np.array([math.nan if value is None else value for value in given], dtype=float)
        known = ~np.isnan(targets)
        if known.any():
            band = bands.get(label)
            review_at = None if band is None else band.review_at if band.review_at is not None else band.hold_at
            named = {group: mentioned[known] for group, mentioned in mentions.items()}
            found[label] = _evaluate_label(targets[known], scores[known, at], named, review_at, rounds)
    return Evaluation(scorer.version.id, len(rows), found)


def as_document(evaluation: Evaluation) -> dict[str, Any]:
    """The figures as JSON has them: null for what the texts cannot tell."""
    return {
        "scorer": evaluation.scorer,
        "texts": evaluation.text_count,
        "labels": {
            label: {
                "positive_count": one.figures.positive_count,
                "negative_count": one.figures.negative_count,
                "review_at": one.review_at,
                **{name: _figure(figure) for name, figure in one.figures.figures.items()},
                "groups": {group: _group(figures) for group, figures in one.groups.items()},
            }
            for label, one in evaluation.labels.items()
        },
    }


def _group(figures: GroupFigures) -> dict[str, Any]:
    return {
        "text_count": figures.text_count,
        "positive_count": figures.positive_count,
        **{area: _figure(figures.areas.get(area)) for area in AREAS},
        "fpr_at_review": _figure(figures.fpr_at_review),
    }


def _figure(figure: Figure | None) -> dict[str, float] | None:
    if figure is None or math.isnan(figure.value):
        return None
    return {part: round(value, 5) for part, value in asdict(figure).items()}


def _evaluate_label(
    targets: Scores, scores: Scores, mentions: Mapping[str, npt.NDArray[np.bool_]], review_at: float | None, rounds: int
) -> LabelEvaluation:
    return LabelEvaluation(
        measure_label(targets, scores, review_at=review_at, rounds=rounds),
        measure_groups(targets, scores, mentions, review_at=review_at, rounds=rounds),
        review_at,
        _reliability(targets, scores),
        _histogram(targets, scores),
    )


def _reliability(targets: Scores, scores: Scores) -> tuple[ReliabilityPoint, ...]:
    bins = bin_of(scores)
    points = []
    for at in range(BINS):
        chosen = bins == at
        count = int(chosen.sum())
        share = wilson(float(targets[chosen].sum()), count)
        if share.value is not None and share.low is not None and share.high is not None:
            points.append(ReliabilityPoint(count, float(scores[chosen].mean()), Figure(share.value, share.low, share.high)))
    return tuple(points)


def _histogram(targets: Scores, scores: Scores) -> Histogram:
    is_positive = targets >= POSITIVE_FROM

    def shares(chosen: Scores) -> tuple[float, ...]:
        counts, _ = np.histogram(chosen, bins=HISTOGRAM_BINS, range=(0, 1))
        return tuple((counts / max(1, len(chosen))).tolist())

    return Histogram(shares(scores[~is_positive]), shares(scores[is_positive]))
