"""The laboratory's figures in words, for its tables, and its curve as points of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from commentsvc.domain.advising import too_little_words
from commentsvc.domain.intervals import Interval
from commentsvc.domain.quality import Figure, TooLittle
from commentsvc.services.laboratory import Figures
from commentsvc.web.pages.wording import amount

ROWS: Final = {
    "items": "For moderators, a day",
    "hours": "Moderating, a day",
    "precision": "Precision",
    "recall": "Caught of all harmful",
    "wrong": "Wrongly held",
    "missed": "Missed",
    "held": "Held",
    "rejected": "Rejected unseen",
}
"""What the table of figures tells, row by row."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and, beside it, how low and high it may be."""

    value: str
    range: str = ""


def cells_of(figures: Figures) -> dict[str, Cell]:
    """Each row's cell."""
    return {
        "items": _daily(figures.items_a_day),
        "hours": _hours(figures.hours_a_day),
        "precision": _share(figures.precision, is_recall=False),
        "recall": _share(figures.recall, is_recall=True),
        "wrong": _total(figures.wrongly_held),
        "missed": Cell("not known", "no sample") if figures.missed is None else _total(figures.missed),
        "held": Cell(f"{figures.by_route['hold']:,}"),
        "rejected": Cell(f"{figures.by_route['reject']:,}"),
    }


def _daily(one: Interval) -> Cell:
    low, high = amount(one.low), amount(one.high)
    return Cell(amount(one.value), "" if low == high else f"{low} to {high}")


def _hours(one: Interval) -> Cell:
    low, high = _span(one.low), _span(one.high)
    return Cell(_span(one.value), "" if low == high else f"{low} to {high}")


def _span(hours: float) -> str:
    return f"{hours:.1f} h" if hours >= 1 else f"{hours * 60:.0f} min"


def _total(one: Interval) -> Cell:
    low, high = f"{one.low:,.0f}", f"{one.high:,.0f}"
    return Cell(f"{one.value:,.0f}", "" if low == high else f"{low} to {high}")


def _share(figure: Figure, *, is_recall: bool) -> Cell:
    if isinstance(figure, TooLittle):
        return Cell("not yet", too_little_words(figure, is_recall=is_recall))
    return Cell(f"{figure.value * 100:.0f} %", f"{figure.low * 100:.0f} to {figure.high * 100:.0f}")


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision over recall as one threshold moves, in a square of 200, as SVG points; `band` is what the intervals of precision span."""

    line: str
    band: str


def curve_of(swept: Sequence[Figures]) -> Curve | None:
    """The curve of a sweep; None where hardly any place has enough decisions."""
    told = [(one.recall, one.precision) for one in swept if isinstance(one.recall, Interval) and isinstance(one.precision, Interval)]
    if len({recall.value for recall, _ in told}) < _FEWEST:
        return None

    def points(ends: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{recall * _SIDE:.1f},{(1.0 - precision) * _SIDE:.1f}" for recall, precision in ends)

    upper = [(recall.value, precision.high) for recall, precision in told]
    lower = [(recall.value, precision.low) for recall, precision in reversed(told)]
    return Curve(points([(recall.value, precision.value) for recall, precision in told]), points([*upper, *lower]))


_FEWEST: Final = 3
_SIDE: Final = 200.0
