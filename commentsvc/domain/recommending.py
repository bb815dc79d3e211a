"""Thresholds for a stated goal, beside today's, or the reason why the goal cannot be kept on this data.

This module holds the answers, and the goal of catching the most for a number of items a day; `promising` holds the goals that are
guaranteed. Only labels that have a band are moved; the other rules stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import Final

import numpy as np

from commentsvc.domain.estimation import Bools, Floats
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.simulation import STEPS, Ground, Result, routes_under, simulate

ENOUGH_HARMFUL: Final = 10
"""Rejected comments below which no thresholds are chosen from them."""
_BINS: Final = 100
_DIGITS: Final = 10_000
_SEARCHES: Final = 40
_TIE: Final = 1e-7


class RefusalKind(StrEnum):
    """Why no thresholds are recommended."""

    NO_BANDS = "no_bands"
    """The policy has no threshold that could be moved."""
    NO_SAMPLE = "no_sample"
    """No published comment was sampled and decided, so nothing is known of what is missed."""
    TOO_FEW_HARMFUL = "too_few_harmful"
    """Too few comments were rejected by moderators to learn from."""
    TOO_FEW_DECISIONS = "too_few_decisions"
    """The goal may well be within reach, but so few decisions cannot show it."""
    NOBODY_LOOKS = "nobody_looks"
    """Comments of the kind are rejected without a moderator, or wait undecided: what they were is unknown."""
    RULES_TAKE_MORE = "rules_take_more"
    """The rules beside the bands, with the sample, already bring more items than asked for."""
    OUT_OF_REACH = "out_of_reach"
    """As far as is known, no thresholds within the limits reach the goal."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The goal cannot be kept on this data. `found` and `asked` are what was reached and what was wanted, in the goal's own unit.

    `more` is how many further decisions would probably be enough, where decisions are what is missing.
    """

    kind: RefusalKind
    found: float | None = None
    asked: float | None = None
    more: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What is guaranteed: that the share stays on the right side of `limit`, but for a chance of at most 1 - `confidence`.

    The missed share, among coming comments until as many harmful ones have come, and in the long run; precision, in the long run.
    `bound` is how far the data go: the share is at most (missed) or at least (precision) this.
    """

    limit: float
    confidence: float
    bound: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The draft recommended, and what it and today's policy do with the same comments."""

    draft: Policy
    now: Result
    then: Result
    promise: Promise | None = None


Answer = Recommendation | Refusal


def entry_of(band: Band) -> tuple[str, float] | None:
    """The mildest threshold that a band has, and its name; None where it has none."""
    return next(((step, value) for step in STEPS if (value := getattr(band, step)) is not None), None)


def entering_at(band: Band, threshold: float) -> Band:
    """The band with its mildest threshold there; the stricter ones are lifted to it where they would lie below."""
    entry = entry_of(band)
    if entry is None:
        return band
    raised = {step: max(value, threshold) for step in STEPS if (value := getattr(band, step)) is not None}
    return replace(band, **{**raised, entry[0]: threshold})


def rounded_up(threshold: float) -> float:
    """A threshold as people write it: four digits, never below what was asked, at least 0.0001 and at most 1."""
    return min(1.0, max(1, ceil(round(threshold * _DIGITS, 6))) / _DIGITS)


def recommend_within(ground: Ground, today: Policy, items_a_day: float, *, seed: int = 0) -> Answer:
    """The thresholds, over all labels together, that catch most of what is harmful for a mean number of items a day, the sample included.

    Each label's scores are first told as chances of harm: isotonic regression of the decisions, each weighted by 1 / its sampling rate and
    made steadily rising (Barlow et al. 1972; Oron and Flournoy 2017). All labels then get the threshold of one common chance, the lowest
    that keeps within the number: at equal chances no threshold could be exchanged for a better one (Neyman and Pearson 1933). Bands of
    sections stay.

    Thresholds flatter themselves before the decisions that they were chosen from. So half of the comments, picked by `seed`, choose, and
    only the other half is asked for recall and precision in the result; its counts by route, day and move are of all.
    """
    known = ground.comments
    movable = {label: band for label, band in today.bands.items() if entry_of(band) and label in ground.columns}
    if not movable:
        return Refusal(RefusalKind.NO_BANDS)
    is_chooser = np.random.default_rng(seed).random(len(known)) < 0.5  # noqa: PLR2004 - half of them
    curves = _curves(ground, is_chooser, list(movable))
    if curves is None:
        return Refusal(RefusalKind.TOO_FEW_HARMFUL, asked=ENOUGH_HARMFUL)

    def draft_at(chance: float) -> Policy:
        moved = {label: entering_at(band, rounded_up(curves[label].score_of(chance))) for label, band in movable.items()}
        return replace(today, bands={**today.bands, **moved})

    def items_at(draft: Policy) -> float:
        return simulate(ground, routes_under(ground, draft)).load(today.sample_rate).mean

    if (least := items_at(draft_at(2.0))) > items_a_day:
        return Refusal(RefusalKind.RULES_TAKE_MORE, least, items_a_day)
    low, high = 0.0, 2.0
    for _ in range(_SEARCHES):
        middle = (low + high) / 2.0
        low, high = (low, middle) if items_at(draft_at(middle)) <= items_a_day else (middle, high)
    draft = draft_at(high)
    judging = Ground(known, is_spent=is_chooser)
    return Recommendation(draft, simulate(judging, routes_under(judging, today)), simulate(judging, routes_under(judging, draft)))


@dataclass(frozen=True, slots=True)
class _Curve:
    """A label's score against the chance of harm, both steadily rising from 0."""

    scores: Floats
    chances: Floats

    def score_of(self, chance: float) -> float:
        return float(np.interp(chance, self.chances, self.scores))


def _curves(ground: Ground, is_chooser: Bools, labels: Sequence[Label]) -> Mapping[Label, _Curve] | None:
    known = ground.comments
    is_flagged = known.routes > 0
    is_known = is_chooser & (known.verdicts >= 0) & ground.is_day_used[known.days] & (is_flagged | (known.is_sampled & (known.pi > 0)))
    rows = np.flatnonzero(is_known)
    harms = (known.verdicts[rows] == 1).astype(np.float64)
    if harms.sum() < ENOUGH_HARMFUL:
        return None
    weights = np.where(is_flagged[rows], 1.0, 1.0 / np.where(known.pi[rows] > 0, known.pi[rows], 1.0))
    return {label: _curve(ground.columns[label][rows].astype(np.float64), harms, weights) for label in labels}


def _curve(scores: Floats, harms: Floats, weights: Floats) -> _Curve:
    measured = ~np.isnan(scores)
    order = np.flatnonzero(measured)[np.argsort(scores[measured], kind="stable")]
    blocks: list[tuple[float, float, float]] = []
    for piece in np.array_split(order, min(_BINS, max(1, len(order)))):
        if not piece.size:
            continue
        weight = float(weights[piece].sum())
        score, harm = (float(values[piece] @ weights[piece]) / weight for values in (scores, harms))
        # Pool adjacent violators: a block with a chance no higher than the one before it becomes one with it.
        while blocks and blocks[-1][1] >= harm:
            before_score, before_harm, before = blocks.pop()
            score = (score * weight + before_score * before) / (weight + before)
            harm = (harm * weight + before_harm * before) / (weight + before)
            weight += before
        blocks.append((score, harm, weight))
    knots = np.array([0.0, *(score for score, _, _ in blocks), 1.0])
    chances = np.array([0.0, *(harm for _, harm, _ in blocks), 0.0])
    # Beyond the last block nothing is known to be worse; of equals, higher scores still go first.
    return _Curve(knots, np.maximum.accumulate(chances) + _TIE * knots)
