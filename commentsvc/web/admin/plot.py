"""Scores as a histogram: log counts, coloured by what humans decided, drawn as inline SVG."""

from dataclasses import dataclass
from math import log10
from typing import Final

from commentsvc.domain.histograms import BINS, FINDINGS, spread
from commentsvc.domain.labels import Label
from commentsvc.domain.simulation import Ground

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


def histograms(ground: Ground) -> dict[Label, Histogram]:
    """A histogram for each label that was measured at all."""
    return {label: _histogram(ground, label) for label in ground.columns}


def _histogram(ground: Ground, label: Label) -> Histogram:
    counts = spread(ground, label)
    top = int(counts.sum(axis=1).max())
    columns = [_column(at, bar, top) for at, bar in enumerate(counts.tolist()) if any(bar)]
    return Histogram(label, columns, int(counts.sum()), top)


def _column(at: int, bar: list[int], top: int) -> Column:
    total = sum(bar)
    height = HEIGHT * log10(1 + total) / log10(1 + top)
    parts: list[tuple[str, float, float]] = []
    ground = HEIGHT
    for name, number in zip(FINDINGS, bar, strict=True):
        if number:
            part = height * number / total
            ground -= part
            parts.append((name, round(ground, 2), round(part, 2)))
    step = WIDTH / BINS
    rejected, undecided, approved = bar
    words = f"{at / BINS:.2f} to {(at + 1) / BINS:.2f}: {total} ({rejected} rejected, {approved} approved, {undecided} undecided)"
    return Column(round(at * step, 2), round(step - 1, 2), tuple(parts), words)
