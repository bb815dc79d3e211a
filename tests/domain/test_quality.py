"""Precision and recall against histories of which the truth is known."""

from dataclasses import replace
from math import log
from statistics import NormalDist, fmean, median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.errors import InvalidError
from commentsvc.domain.evidence import Part, days_decided, gather_evidence
from commentsvc.domain.intervals import Interval
from commentsvc.domain.labels import Label
from commentsvc.domain.quality import TooLittle, civil, harmful, precision, recall
from commentsvc.domain.simulation import routes_under, simulate
from tests.domain.histories import World, evenly, held_from, rising
from tests.domain.test_intervals import ROUNDS, least_coverage

# How many comments, how many of them harmful, today's threshold, the draft's, and how published ones are sampled.
WORLDS = {
    "laxer-half-percent": (World(8_000, 0.05, held_from(0.5), evenly(0.005)), held_from(0.6)),
    "stricter-two-percent": (World(8_000, 0.03, held_from(0.5), evenly(0.02)), held_from(0.35)),
    "same-two-percent": (World(8_000, 0.03, held_from(0.5), evenly(0.02)), held_from(0.5)),
    "few-one-percent": (World(3_000, 0.02, held_from(0.5), evenly(0.01)), held_from(0.35)),
    "stricter-ten-percent": (World(4_000, 0.05, held_from(0.6), evenly(0.1)), held_from(0.3)),
    "rising-with-the-score": (World(8_000, 0.05, held_from(0.5), rising), held_from(0.35)),
    "stricter-half": (World(3_000, 0.03, held_from(0.5), evenly(0.5)), held_from(0.35)),
}
NARROW = 1e-9


def interval_of(figure) -> Interval:
    return figure.interval if isinstance(figure, TooLittle) else figure


def precision_in_the_long_run(world, draft) -> float:
    at = draft.bands[Label.TOXICITY].hold_at
    harmful, civil = (1 - NormalDist(mean, 1.0).cdf(log(at / (1 - at))) for mean in (0.75, -1.6))
    return world.harmful * harmful / (world.harmful * harmful + (1 - world.harmful) * civil)


def part(approved=0, rejected=0, unseen=0, published=(), rates=(0.02,), left_out=0) -> Part:
    """`published` has one row of unseen, approved, rejected for each rate."""
    rows = [[unseen, approved, rejected], *(published or [[0, 0, 0]] * len(rates)), [left_out, 0, 0]]
    return Part(np.array(rows, dtype=np.int64), rates)


@ROUNDS
@pytest.mark.parametrize("name", WORLDS)
def test_every_interval_keeps_its_level(name, rounds):
    world, draft = WORLDS[name]
    chance = np.random.default_rng(7)
    hits = dict.fromkeys(["recall", "precision", "missed", "wrongly held"], 0)
    errors, naive_errors, positives, spread = [], [], [], 0.0
    for _ in range(rounds):
        ground, is_harmful = world.history(chance)
        routes = routes_under(ground, draft)
        known, outcome = ground.comments, replace(simulate(ground, routes).whole, widest=1.0)
        caught, held_civil = int((is_harmful & (routes > 0)).sum()), int((~is_harmful & (routes > 1)).sum())
        truths = [caught / is_harmful.sum(), precision_in_the_long_run(world, draft), is_harmful.sum() - caught, held_civil]
        intervals = [
            interval_of(outcome.recall()),
            interval_of(outcome.precision()),
            outcome.missed(),
            outcome.wrongly_held(),
        ]
        for key, truth, one in zip(hits, truths, intervals, strict=True):
            hits[key] += one.low - NARROW <= truth <= one.high + NARROW
        is_seen = is_harmful & (known.routes > 0)
        errors.append(intervals[2].value - truths[2])
        pi = known.pi[is_harmful & (routes == 0)]
        spread += float(((1 - pi) / pi).sum())
        naive_errors.append((is_seen & (routes > 0)).sum() / is_seen.sum() - truths[0])
        positives.append(int((is_harmful & known.is_sampled).sum()))
    assert {key: count for key, count in hits.items() if count < least_coverage(rounds) * rounds} == {}
    # The estimate of what is missed is right on average; the share of what was flagged anyhow flatters every time.
    assert abs(sum(errors)) < 4 * spread**0.5
    assert min(naive_errors) > 0 or fmean(naive_errors) > 0.02
    assert median(positives) < 40


def test_the_level_is_that_of_comments_such_as_these_where_all_are_looked_at():
    # Precision of what was flagged anyhow is known for the period; its interval speaks of the next one.
    figure = precision(part(approved=20, rejected=80))
    assert isinstance(figure, Interval)
    assert (figure.value, figure.low, figure.high) == pytest.approx((0.8, 0.708, 0.873), abs=1e-3)


def test_recall_counts_the_flagged_in_full_and_the_sampled_by_their_weight():
    caught, missed = part(rejected=100), part(published=[[980, 19, 1]])
    figure = recall(caught, missed, widest=1.0)
    assert isinstance(figure, Interval)
    assert figure.value == pytest.approx(100 / (100 + 1000 / 20))
    assert figure.low < figure.value < figure.high


def test_what_nobody_has_decided_widens_the_interval_and_leaves_the_estimate():
    known = interval_of(recall(part(rejected=90, approved=10), part(rejected=10, approved=400)))
    waiting = interval_of(recall(part(rejected=90, approved=10, unseen=20), part(rejected=10, approved=400, unseen=5)))
    assert (known.low, known.value, known.high) == pytest.approx((0.9, 0.9, 0.9))
    assert (waiting.low, waiting.value, waiting.high) == pytest.approx((90 / 105, 0.9, 110 / 120))
    assert harmful(part(rejected=3, unseen=4)) == Interval(3, 3, 7)
    assert civil(part(approved=2, unseen=4)) == Interval(2, 2, 6)


def test_too_little_says_how_many_decisions_would_be_enough_and_they_are():
    caught, missed = part(rejected=200), part(published=[[9_800, 198, 2]])
    few = recall(caught, missed, widest=0.2)
    assert isinstance(few, TooLittle)
    assert few.more is not None
    growth = 1 + few.more / 200
    more = recall(
        part(rejected=round(200 * growth)), part(published=[[round(9_800 * growth), round(198 * growth), round(2 * growth)]]), widest=1.0
    )
    assert isinstance(more, Interval)
    assert 0.13 < more.width <= 0.21


def test_a_narrower_figure_asks_for_more_decisions():
    caught, missed = part(rejected=200), part(published=[[9_800, 198, 2]])
    figures = [recall(caught, missed, widest=widest) for widest in (0.3, 0.2, 0.1)]
    asked = [figure.more for figure in figures if isinstance(figure, TooLittle) and figure.more is not None]
    assert len(asked) == 3
    assert asked == sorted(asked)


def test_no_number_of_samples_makes_up_for_flagged_comments_that_nobody_decides():
    figure = precision(part(rejected=10, unseen=90))
    assert isinstance(figure, TooLittle)
    assert figure.more is None
    assert figure.interval.high > 0.9
    assert figure.interval.low < 0.1


def test_nothing_at_all_is_too_little():
    for figure in (recall(part(), part()), precision(part())):
        assert isinstance(figure, TooLittle)
        assert (figure.interval.low, figure.interval.high) == (0.0, 1.0)


def test_a_sample_not_drawn_from_leaves_everything_possible():
    assert harmful(part(published=[[30, 0, 0]])) == Interval(0.0, 0.0, 30.0)
    assert interval_of(precision(part(rejected=30, published=[[30, 0, 0]]))).low < 0.5


def evidence_of(routes, verdicts, pi, is_sampled, is_left_out=None):
    return gather_evidence(
        np.array(routes, dtype=np.int8),
        np.array(verdicts, dtype=np.int8),
        np.array(pi, dtype=np.float64),
        np.array(is_sampled, dtype=np.bool_),
        np.zeros(len(routes), dtype=np.bool_) if is_left_out is None else np.array(is_left_out),
    )


def test_what_a_report_brought_before_moderators_counts_as_unseen():
    found = evidence_of([0, 0, 2], [1, 1, 1], [0.02, 0.02, 1.0], [False, True, False])
    whole = found.part_of(np.ones(3, dtype=np.bool_))
    assert whole.published.tolist() == [[1, 0, 1]]
    assert (whole.flagged.tolist(), whole.sampled, whole.harmful_seen) == ([0, 0, 1], 1, 2)


def test_each_rate_is_a_stratum_of_its_own_and_what_could_not_be_sampled_is_left_out():
    found = evidence_of([0, 0, 0, 3, 0], [-1, 0, 1, -1, -1], [0.05, 0.01, 0.05, 1, 0], [False, True, True, False, False], [False] * 5)
    assert found.rates == (0.01, 0.05)
    whole = found.part_of(np.ones(5, dtype=np.bool_))
    assert whole.published.tolist() == [[0, 1, 0], [1, 0, 1]]
    assert (whole.left_out, whole.flagged.tolist()) == (1, [1, 0, 0])


def test_comments_of_a_day_whose_sample_waits_are_left_out():
    days, is_sampled = np.array([0, 0, 1, 2], dtype=np.int32), np.array([True, True, True, False])
    assert days_decided(days, is_sampled, np.array([1, 0, -1, -1], dtype=np.int8), 4).tolist() == [True, False, True, True]
    found = evidence_of([0, 2], [1, 1], [0.1, 1.0], [True, False], [True, True])
    assert found.part_of(np.ones(2, dtype=np.bool_)).left_out == 2


@pytest.mark.parametrize("pi", [[-0.1], [1.5], [float("nan")], list(np.linspace(0.001, 0.999, 201))])
def test_rates_that_are_none_or_too_many_are_refused(pi):
    with pytest.raises(InvalidError):
        evidence_of([0] * len(pi), [-1] * len(pi), pi, [False] * len(pi))


rows = st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=2, max_size=2)
numbers = st.integers(0, 60)
parts = st.builds(part, numbers, numbers, numbers, rows, st.just((0.01, 0.3)))


@given(parts, parts)
def test_every_figure_lies_in_its_interval(caught, missed):
    for figure in (recall(caught, missed), precision(caught)):
        one = interval_of(figure)
        assert 0 <= one.low <= one.value + NARROW
        assert one.value <= one.high + NARROW <= 1 + 2 * NARROW
    for total in (harmful(caught), civil(missed)):
        assert 0 <= total.low <= total.value <= total.high
    assert harmful(caught).high <= caught.counts[:-1].sum()


@given(parts, parts)
def test_parts_add_up(one, two):
    both = one + two
    assert both.sampled == one.sampled + two.sampled
    assert both.left_out == one.left_out + two.left_out
    assert both.harmful_seen == one.harmful_seen + two.harmful_seen
