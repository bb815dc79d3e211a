"""Weeks as small plots, drawn as inline SVG: bars, and lines whose dots carry their intervals. No library, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 500.0
HEIGHT: Final = 120.0
_ROOM: Final = 4.0
_STEPS: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, or one part of a bar."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One value with its interval, from `low` to `high` downwards."""

    x: float
    y: float
    low: float
    high: float
    words: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot over weeks: its bars or dots, the lines between dots, where a level is drawn (None: nowhere), and what its top stands for."""

    top: float
    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    lines: tuple[str, ...] = ()
    level: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not self.bars and not self.dots


@dataclass(frozen=True, slots=True)
class Value:
    """A week's value; `low` and `high` where it has an interval. `is_sure` says that it is narrow enough to go by."""

    value: float
    words: str
    low: float | None = None
    high: float | None = None
    is_sure: bool = True


def nice_top(most: float) -> float:
    """The least round number that is not below `most`; 1 for nothing."""
    if most <= 0:
        return 1.0
    scale = 1.0
    while scale * 10.0 < most:
        scale *= 10.0
    while scale > most:
        scale /= 10.0
    return next((step * scale for step in _STEPS if step * scale >= most), 10.0 * scale)


def bars(weeks: Sequence[Sequence[tuple[str, float, str]]]) -> Plot:
    """A bar for each week, made of parts from the ground up: their kind (a CSS class), their value, and what is said of them."""
    top = nice_top(max((sum(value for _, value, _ in parts) for parts in weeks), default=0.0))
    step = WIDTH / max(1, len(weeks))
    found: list[Bar] = []
    for at, parts in enumerate(weeks):
        ground = HEIGHT
        for kind, value, words in parts:
            height = value / top * (HEIGHT - _ROOM)
            ground -= height
            if height > 0:
                found.append(Bar(kind, _round(at * step + step * 0.15), _round(ground), _round(step * 0.7), _round(height), words))
    return Plot(top, bars=tuple(found))


def line(weeks: Sequence[Value | None], *, top: float | None = None, level: float | None = None) -> Plot:
    """A dot for each week that has a value, joined where weeks follow each other; a week without one leaves a gap."""
    known = [one for one in weeks if one is not None]
    reached = max((max(one.value, one.high or 0.0) for one in known), default=0.0)
    top = nice_top(max(reached, level or 0.0)) if top is None else top
    step = WIDTH / max(1, len(weeks))
    found: list[Dot] = []
    runs: list[list[str]] = [[]]
    for at, one in enumerate(weeks):
        if one is None:
            runs.append([])
            continue
        x, y = at * step + step / 2.0, _height(one.value, top)
        low = y if one.low is None else _height(one.low, top)
        high = y if one.high is None else _height(one.high, top)
        found.append(Dot(_round(x), _round(y), _round(low), _round(high), one.words, one.is_sure))
        runs[-1].append(f"{_round(x)},{_round(y)}")
    lines = tuple(" ".join(run) for run in runs if len(run) > 1)
    return Plot(top, dots=tuple(found), lines=lines, level=None if level is None else _round(_height(level, top)))


def _height(value: float, top: float) -> float:
    return HEIGHT - min(1.0, max(0.0, value / top)) * (HEIGHT - _ROOM)


def _round(value: float) -> float:
    return round(value, 2)
