"""Scores as a histogram: log counts, coloured by what humans decided, drawn as inline SVG."""

from dataclasses import dataclass
from math import log10
from typing import Final

import numpy as np

from commentsvc.domain.estimation import History
from commentsvc.domain.labels import ALL_LABELS, Label

BINS: Final = 50
WIDTH: Final = 500.0
HEIGHT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: where it stands, and the heights of its parts from the ground up: rejected, undecided, approved."""

    x: float
    width: float
    parts: tuple[tuple[str, float, float], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """The scores of one label."""

    label: Label
    columns: list[Column]
    count: int
    top: int


def histograms(history: History) -> dict[Label, Histogram]:
    """A histogram for each label that was measured at all."""
    found: dict[Label, Histogram] = {}
    for label in ALL_LABELS:
        scores = history.scores.get(label)
        if scores is None or not np.isfinite(scores).any():
            continue
        known = np.isfinite(scores)
        place = np.minimum((scores[known] * BINS).astype(np.int64), BINS - 1)
        verdicts = history.verdicts[known]
        rejected = np.bincount(place[verdicts == 1], minlength=BINS)
        approved = np.bincount(place[verdicts == 0], minlength=BINS)
        undecided = np.bincount(place[verdicts < 0], minlength=BINS)
        top = int((rejected + approved + undecided).max())
        columns = [
            _column(at, int(rejected[at]), int(undecided[at]), int(approved[at]), top)
            for at in range(BINS)
            if rejected[at] + undecided[at] + approved[at] > 0
        ]
        found[label] = Histogram(label, columns, int(known.sum()), top)
    return found


def _column(at: int, rejected: int, undecided: int, approved: int, top: int) -> Column:
    total = rejected + undecided + approved
    height = HEIGHT * log10(1 + total) / log10(1 + top)
    parts: list[tuple[str, float, float]] = []
    ground = HEIGHT
    for name, number in (("rejected", rejected), ("undecided", undecided), ("approved", approved)):
        if number:
            part = height * number / total
            ground -= part
            parts.append((name, round(ground, 2), round(part, 2)))
    step = WIDTH / BINS
    words = f"{at / BINS:.2f} to {(at + 1) / BINS:.2f}: {total} ({rejected} rejected, {approved} approved, {undecided} undecided)"
    return Column(round(at * step, 2), round(step - 1, 2), tuple(parts), words)
