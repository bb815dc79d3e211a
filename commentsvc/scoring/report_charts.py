"""Two small charts as SVG: how far scores mean what they say, and where civil and positive texts lie.

Drawn as trees, so that whatever is written into them is escaped. Colours come from variables: the page, or the style that a chart
carries as a file of its own, sets them for light and dark.
"""

import math
from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

from commentsvc.scoring.evaluation_run import Histogram, ReliabilityPoint

_WIDTH: Final = 360
_HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 34, 48
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_SMALLEST_DOT: Final = 2.5
_LARGEST_DOT: Final = 8.0

CHART_STYLE: Final = """
.chart { font: 12px system-ui, sans-serif; }
.chart text { fill: var(--ink); }
.chart .frame, .chart .tick { stroke: var(--line); fill: none; }
.chart .even { stroke: var(--quiet); stroke-dasharray: 4 4; fill: none; }
.chart .dot, .chart .positive { fill: var(--positive); }
.chart .range { stroke: var(--positive); stroke-width: 1.5; }
.chart .civil { fill: none; stroke: var(--civil); stroke-width: 1.5; }
.chart .review { stroke: var(--ink); stroke-dasharray: 2 3; }
"""
"""Rules for the classes that the charts use."""

CHART_COLOURS: Final = {
    "light": "--ink: #1b1e21; --quiet: #5a6067; --line: #dcdfe3; --positive: #d55e00; --civil: #0072b2;",
    "dark": "--ink: #e7eaed; --quiet: #a4acb4; --line: #31373d; --positive: #e8833a; --civil: #56b4e9;",
}


def draw_reliability(points: Iterable[ReliabilityPoint], title: str) -> ET.Element:
    """Mean score against share of positives, one dot for each score bin, larger for more texts, with 95 % intervals."""
    points = list(points)
    chart = _chart(title, "mean score of a bin", "share found positive", 1.0)
    _add(chart, "line", {"class": "even"}, x1=_x(0), y1=_y(0, 1), x2=_x(1), y2=_y(1, 1))
    most = max((one.text_count for one in points), default=1)
    for one in points:
        place = _add(chart, "g", {})
        words = f"score {one.score:.2f}: {one.share.value:.0%} of {one.text_count:,} texts are positive"
        _add(place, "title", {}).text = words
        _add(place, "line", {"class": "range"}, x1=_x(one.score), y1=_y(one.share.low, 1), x2=_x(one.score), y2=_y(one.share.high, 1))
        radius = _SMALLEST_DOT + (_LARGEST_DOT - _SMALLEST_DOT) * (one.text_count / most) ** 0.5
        _add(place, "circle", {"class": "dot"}, cx=_x(one.score), cy=_y(one.share.value, 1), r=radius)
    return chart


def draw_histogram(histogram: Histogram, title: str, review_at: float | None) -> ET.Element:
    """Of the civil and of the positive texts, which share has which score; a line where reviewing begins."""
    # Rounded up, so that its quarters are whole percentages.
    highest = math.ceil(max([*histogram.civil, *histogram.positive, 0.05]) * 5) / 5
    chart = _chart(title, "score", "share of its kind", highest)
    width = 1 / len(histogram.civil)
    for at, (civil, positive) in enumerate(zip(histogram.civil, histogram.positive, strict=True)):
        for name, share, begin in (("positive", positive, at * width), ("civil", civil, at * width)):
            if share > 0:
                top = _y(share, highest)
                box = _add(chart, "rect", {"class": name}, x=_x(begin) + 1, y=top, width=_x(width) - _x(0) - 2, height=_y(0, highest) - top)
                _add(box, "title", {}).text = f"{share:.1%} of the {name} texts score {begin:.2f} to {begin + width:.2f}"
    if review_at is not None:
        _add(chart, "line", {"class": "review"}, x1=_x(review_at), y1=_TOP, x2=_x(review_at), y2=_y(0, highest))
    legend = (("civil", "civil (outline)", _LEFT), ("positive", "positive (filled)", _LEFT + 112))
    for name, words, left in legend:
        _add(chart, "rect", {"class": name}, x=left, y=12, width=10, height=10)
        _add(chart, "text", {}, x=left + 15, y=21).text = words
    if review_at is not None:
        _add(chart, "text", {}, x=_LEFT + 230, y=21).text = f"review {review_at:g}"
    return chart


def as_file(chart: ET.Element) -> str:
    """The chart as an SVG file that looks right by itself, light and dark."""
    alone = ET.Element("svg", {**chart.attrib, "width": str(_WIDTH * 2), "height": str(_HEIGHT * 2)})
    style = ET.SubElement(alone, "style")
    style.text = (
        f"svg {{ {CHART_COLOURS['light']} }} @media (prefers-color-scheme: dark) {{ svg {{ {CHART_COLOURS['dark']} }} }}{CHART_STYLE}"
    )
    alone.extend(chart)
    return ET.tostring(alone, encoding="unicode") + "\n"


def _chart(title: str, across: str, upwards: str, highest: float) -> ET.Element:
    chart = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "chart",
            "viewBox": f"0 0 {_WIDTH} {_HEIGHT}",
            "role": "img",
            "aria-label": f"{title}: {upwards} against {across}",
        },
    )
    _add(chart, "title", {}).text = title
    _add(chart, "rect", {"class": "frame"}, x=_LEFT, y=_TOP, width=_x(1) - _LEFT, height=_y(0, 1) - _TOP)
    for tick in _TICKS:
        _add(chart, "line", {"class": "tick"}, x1=_x(tick), y1=_y(0, 1), x2=_x(tick), y2=_y(0, 1) + 4)
        _add(chart, "text", {"text-anchor": "middle"}, x=_x(tick), y=_y(0, 1) + 18).text = f"{tick:g}"
        _add(chart, "line", {"class": "tick"}, x1=_LEFT - 4, y1=_y(tick, 1), x2=_LEFT, y2=_y(tick, 1))
        _add(chart, "text", {"text-anchor": "end"}, x=_LEFT - 7, y=_y(tick, 1) + 4).text = f"{tick * highest:.0%}"
    _add(chart, "text", {"text-anchor": "middle"}, x=(_LEFT + _x(1)) / 2, y=_HEIGHT - 10).text = across
    middle = (_TOP + _y(0, 1)) / 2
    _add(chart, "text", {"text-anchor": "middle", "transform": f"rotate(-90 13 {middle:g})"}, x=13, y=middle).text = upwards
    return chart


def _add(parent: ET.Element, name: str, words: dict[str, str], **numbers: float) -> ET.Element:
    return ET.SubElement(parent, name, words | {key: f"{value:.2f}".rstrip("0").rstrip(".") for key, value in numbers.items()})


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(value: float, highest: float) -> float:
    return _HEIGHT - _BOTTOM - value / highest * (_HEIGHT - _TOP - _BOTTOM)
