"""Plots over weeks: what is drawn stands for what was counted."""

import pytest

from commentsvc.web.admin.charts import HEIGHT, WIDTH, Value, bars, line, nice_top


@pytest.mark.parametrize(
    ("most", "top"), [(0, 1), (0.07, 0.08), (0.2, 0.2), (1, 1), (3.5, 4), (11, 15), (21, 25), (99, 100), (101, 150), (1_000_000, 1_000_000)]
)
def test_a_top_is_round_and_never_below_the_data(most, top):
    assert nice_top(most) == pytest.approx(top)


def test_bars_stand_on_each_other_and_keep_their_shares():
    plot = bars([[("published", 6, "6"), ("flagged", 2, "2")], [], [("published", 4, "4"), ("flagged", 0, "0")]])
    first, second, third = plot.bars
    assert plot.top == 8
    assert first.y + first.height == pytest.approx(HEIGHT, abs=0.02)
    assert second.y + second.height == pytest.approx(first.y, abs=0.02)
    assert first.height / second.height == pytest.approx(3, abs=0.01)
    assert third.x > WIDTH * 2 / 3
    assert bars([]).is_empty


def test_a_line_has_gaps_where_nothing_is_known():
    weeks = [Value(0.5, "a", 0.4, 0.6), Value(0.7, "b"), None, Value(0.9, "c", 0.1, 1.0, is_sure=False)]
    plot = line(weeks, top=1.0, level=0.25)
    assert len(plot.dots) == 3
    assert len(plot.lines) == 1
    assert plot.lines[0].count(" ") == 1
    first = plot.dots[0]
    assert first.high < first.y < first.low
    assert [dot.is_sure for dot in plot.dots] == [True, True, False]
    assert plot.level is not None
    assert plot.dots[2].y < plot.dots[1].y < plot.level < HEIGHT
    assert line([None, None]).is_empty
