"""Thresholds carried by equal shares of harmless comments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.carrying import carry_band, carry_threshold
from commentsvc.domain.policy import Band

SMOOTH = np.linspace(0.0005, 0.9995, 1000)

score = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5000001, 0.9, 1.0]))
threshold = st.floats(0, 1, exclude_min=True)
pairs = st.lists(st.tuples(score, score), min_size=1, max_size=40).map(lambda found: np.array(found).T)


@pytest.mark.parametrize("value", [0.001, 0.05, 0.123456, 0.5, 0.9, 1.0])
def test_a_scorer_that_squares_its_scores_gets_the_square_of_the_threshold(value):
    carried = carry_threshold(SMOOTH, SMOOTH**2, value)
    assert carried.reached_after == carried.reached_before
    assert carried.after == pytest.approx(value**2, abs=0.002)


def test_the_rates_are_shares_of_the_harmless():
    carried = carry_threshold(SMOOTH, SMOOTH / 2, 0.95)
    assert (carried.rate_before, carried.rate_after, carried.count) == (0.05, 0.05, 1000)
    assert carried.after == 0.475


def test_the_order_of_the_comments_counts_for_nothing():
    shuffled = np.random.default_rng(1).permutation(1000)
    assert carry_threshold(SMOOTH[shuffled], (SMOOTH**3)[shuffled], 0.7) == carry_threshold(SMOOTH, SMOOTH**3, 0.7)


@pytest.mark.parametrize(
    ("before", "wanted", "reached"),
    [([0.1, 0.2, 0.8, 0.8, 0.9], 3, 4), ([0.1, 0.2, 0.3, 0.4, 0.9], 1, 0)],
    ids=["three of four: all", "one of four: none"],
)
def test_of_comments_with_one_score_all_or_none_are_taken(before, wanted, reached):
    carried = carry_threshold(np.array(before), np.array([0.1, 0.5, 0.5, 0.5, 0.5]), 0.7)
    assert (carried.reached_before, carried.reached_after) == (wanted, reached)


def test_at_equal_distance_the_milder_threshold_is_taken():
    assert carry_threshold(np.array([0.1, 0.2, 0.3, 0.9]), np.array([0.1, 0.2, 0.5, 0.5]), 0.8).reached_after == 0


def test_a_threshold_nobody_reaches_stays_above_everybody():
    carried = carry_threshold(np.array([0.1, 0.2]), np.array([0.6, 0.7]), 0.9)
    assert (carried.reached_before, carried.reached_after) == (0, 0)
    assert carried.after > 0.7


def test_a_threshold_cannot_lie_above_one_even_where_a_harmless_comment_has_the_full_score():
    carried = carry_threshold(np.array([0.1, 0.2]), np.array([0.5, 1.0]), 0.9)
    assert (carried.after, carried.reached_after) == (1.0, 1)


def test_a_threshold_that_all_reach_stays_above_nought():
    carried = carry_threshold(np.array([0.4, 0.6]), np.array([0.0, 0.0]), 0.2)
    assert carried.after > 0
    assert carried.reached_after == 0


def test_the_number_has_no_more_digits_than_it_needs():
    assert carry_threshold(SMOOTH, SMOOTH * 0.9, 0.5).after == 0.45
    assert carry_threshold(np.array([0.2, 0.8]), np.array([0.123456, 0.123459]), 0.5).after == pytest.approx(0.123458)


def test_a_band_keeps_what_it_has_and_its_order():
    carried = carry_band(SMOOTH, SMOOTH**2, Band(review_at=0.5, reject_at=0.9))
    assert {name: one.after for name, one in carried.items()} == {"review_at": pytest.approx(0.25, abs=0.01), "reject_at": 0.81}


@pytest.mark.parametrize("after", [[], [0.1]])
def test_other_comments_are_no_measure(after):
    with pytest.raises(ValueError, match="same comments"):
        carry_threshold(np.array([0.1, 0.2]) if after else np.array([]), np.array(after), 0.5)


@given(pairs, threshold)
def test_equal_scores_leave_every_threshold_as_it_is(scores, value):
    assert carry_threshold(scores[0], scores[0], value).after == value


@given(pairs, threshold, threshold)
def test_a_higher_threshold_never_becomes_a_lower_one(scores, one, other):
    low, high = sorted((one, other))
    assert carry_threshold(scores[0], scores[1], low).after <= carry_threshold(scores[0], scores[1], high).after


@given(pairs, threshold)
def test_no_other_threshold_comes_nearer_to_the_share(scores, value):
    carried = carry_threshold(scores[0], scores[1], value)
    assert 0 < carried.after <= 1
    assert carried.reached_after == np.count_nonzero(scores[1] >= carried.after)
    assert carried.reached_before == np.count_nonzero(scores[0] >= value)
    possible = {int(np.count_nonzero(scores[1] >= one)) for one in [*scores[1][scores[1] > 0], *np.nextafter(scores[1], 1)]}
    assert abs(carried.reached_after - carried.reached_before) == min(abs(count - carried.reached_before) for count in possible)


@given(pairs, threshold)
def test_carrying_there_and_back_keeps_the_number_of_comments_where_no_two_share_a_score(scores, value):
    before, after = (np.argsort(np.argsort(column)) / len(column) * 0.9 + 0.05 for column in scores)
    there = carry_threshold(before, after**2, value)
    assert carry_threshold(after**2, before, there.after).reached_after == there.reached_before
