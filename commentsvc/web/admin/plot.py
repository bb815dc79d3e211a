"""Scores as a histogram: log counts, coloured by what humans decided, drawn as inline SVG."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log10
from typing import Final

import numpy as np

from commentsvc.domain.estimation import Counts, Floats, History, Ints, Routed
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


def histograms(pieces: Iterable[Routed], decided: History) -> tuple[dict[Label, Histogram], int]:
    """A histogram for each label that was measured at all, and how many revisions there are.

    `decided` are those of the revisions that moderators decided.
    """
    everything = {label: np.zeros(BINS, dtype=np.int64) for label in ALL_LABELS}
    revisions = 0
    for piece in pieces:
        revisions += len(piece)
        for label in ALL_LABELS:
            everything[label] += _count(piece.scores[label])
    found = {
        label: _histogram(label, counts, decided.scores[label], decided.verdicts) for label, counts in everything.items() if counts.any()
    }
    return found, revisions


def _count(scores: Floats) -> Counts:
    known = scores[np.isfinite(scores)]
    return np.bincount(np.minimum((known * BINS).astype(np.int64), BINS - 1), minlength=BINS)


def _histogram(label: Label, everything: Counts, scores: Floats, verdicts: Ints) -> Histogram:
    rejected, approved = _count(scores[verdicts == 1]), _count(scores[verdicts == 0])
    # A decision may have come between two readings.
    undecided = np.maximum(everything - rejected - approved, 0)
    top = int((rejected + approved + undecided).max())
    columns = [
        _column(at, int(rejected[at]), int(undecided[at]), int(approved[at]), top)
        for at in range(BINS)
        if rejected[at] + undecided[at] + approved[at] > 0
    ]
    return Histogram(label, columns, int(everything.sum()), top)


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
