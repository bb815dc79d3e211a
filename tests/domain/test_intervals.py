"""Intervals at small counts: their level where it can be summed up exactly, and their form everywhere."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.distributions import hypergeometric_cdf
from commentsvc.domain.intervals import (
    Interval,
    clopper_pearson,
    marked_lower,
    marked_total,
    marked_upper,
    share_of,
    sum_of,
    weighted_lower,
    weighted_total,
    weighted_upper,
)

ROUNDS = pytest.mark.parametrize("rounds", [pytest.param(100, id="100"), pytest.param(2000, id="2000", marks=pytest.mark.slow)])


def least_coverage(rounds: int, level: float = 0.95) -> float:
    """The coverage that an interval of this level falls below once in some 1,000 series of so many histories."""
    return level - 3.1 * (level * (1 - level) / rounds) ** 0.5


def test_clopper_pearson_of_known_values():
    ten = clopper_pearson(8, 10, 0.95)
    assert (ten.value, ten.low, ten.high) == pytest.approx((0.8, 0.443905, 0.974789), abs=1e-6)
    assert (clopper_pearson(0, 10, 0.95).low, clopper_pearson(10, 10, 0.95).high) == (0.0, 1.0)
    assert clopper_pearson(0, 0, 0.95) == Interval(0.5, 0.0, 1.0)


def test_clopper_pearson_keeps_its_level_for_every_share():
    for trials in (1, 5, 40):
        found = [clopper_pearson(successes, trials, 0.9) for successes in range(trials + 1)]
        for share in np.linspace(0.005, 0.995, 100):
            chances = [comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(trials + 1)]
            assert sum(c for c, one in zip(chances, found, strict=True) if one.low <= share <= one.high) >= 0.9


def test_marked_totals_keep_their_level_for_every_number_that_may_be_marked():
    population, drawn = 120, 20
    for found in range(drawn + 1):
        one = marked_total(found, drawn, population, 0.9)
        assert found <= one.low <= one.value <= one.high <= population - drawn + found
    for marked in range(population + 1):
        too_low = sum(
            hypergeometric_cdf(x, population, marked, drawn) - hypergeometric_cdf(x - 1, population, marked, drawn)
            for x in range(drawn + 1)
            if marked_upper(x, drawn, population, 0.05) < marked
        )
        too_high = sum(
            hypergeometric_cdf(x, population, marked, drawn) - hypergeometric_cdf(x - 1, population, marked, drawn)
            for x in range(drawn + 1)
            if marked_lower(x, drawn, population, 0.05) > marked
        )
        assert max(too_low, too_high) <= 0.05 + 1e-9


def test_all_drawn_is_all_known():
    assert marked_total(3, 50, 50, 0.95) == Interval.exact(3.0)


def test_the_gamma_interval_with_one_weight_is_the_exact_poisson_interval():
    nothing, two = weighted_total([50.0], [0], 50.0, 0.95), weighted_total([50.0], [2], 50.0, 0.95)
    assert (nothing.low, nothing.high) == pytest.approx((0.0, 184.444), abs=1e-3)
    assert (two.value, two.low, two.high) == pytest.approx((100.0, 12.1105, 361.2344), abs=1e-3)


@pytest.mark.parametrize("rate", [0.005, 0.02, 0.1])
@pytest.mark.parametrize("total", [10, 60, 400])
def test_the_proven_bounds_err_no_more_often_than_they_say(rate, total):
    error = 0.1
    chances = [comb(total, k) * rate**k * (1 - rate) ** (total - k) for k in range(min(total, 120) + 1)]
    assert sum(c for k, c in enumerate(chances) if weighted_upper(k / rate, rate, error) < total) <= error
    assert sum(c for k, c in enumerate(chances) if weighted_lower(k / rate, rate, error) > total) <= error


@ROUNDS
def test_the_proven_bounds_hold_for_mixed_rates(rounds):
    chance = np.random.default_rng(11)
    rates, counts = np.array([0.005, 0.02, 0.1]), np.array([30, 60, 90])
    found = chance.binomial(counts, rates, (rounds, 3))
    totals = (found / rates).sum(axis=1)
    too_low = sum(weighted_upper(float(total), 0.005, 0.1) < counts.sum() for total in totals)
    too_high = sum(weighted_lower(float(total), 0.005, 0.1) > counts.sum() for total in totals)
    assert max(too_low, too_high) <= (1 - least_coverage(rounds, 0.9)) * rounds


def test_nothing_found_leaves_the_logarithm_of_the_error():
    # (1 - r)^T = error, which is exact.
    assert weighted_upper(0.0, 0.02, 0.05) == pytest.approx(148.284, abs=1e-2)
    assert weighted_lower(0.0, 0.02, 0.05) == 0.0


@ROUNDS
@pytest.mark.parametrize(("first", "second", "weight"), [(3.0, 3.0, 1.0), (20.0, 2.0, 10.0), (0.5, 5.0, 5.0)])
def test_sums_and_shares_of_rare_counts_keep_their_level(rounds, first, second, weight):
    chance = np.random.default_rng(5)
    sums = shares = 0
    for a, b in zip(chance.poisson(first, rounds), chance.poisson(second, rounds), strict=True):
        one, two = weighted_total([1.0], [int(a)], 1.0, 0.95), weighted_total([weight], [int(b)], weight, 0.95)
        total, share = sum_of([one, two]), share_of(one, two)
        sums += total.low <= first + weight * second <= total.high
        shares += share.low <= first / (first + weight * second) <= share.high
    assert min(sums, shares) >= least_coverage(rounds) * rounds


counts = st.builds(lambda low, below, above: Interval(low + below, low, low + below + above), *[st.floats(0, 1e6)] * 3)


@given(counts, counts)
def test_a_share_lies_in_its_interval_and_its_rest_mirrors_it(part, rest):
    share, other = share_of(part, rest), share_of(rest, part)
    assert 0 <= share.low <= share.value <= share.high <= 1
    if part.value + rest.value > 0:
        assert (1 - other.high, 1 - other.low) == pytest.approx((share.low, share.high), abs=1e-5)


def test_a_share_of_known_numbers_is_known():
    share = share_of(Interval.exact(30.0), Interval.exact(10.0))
    assert (share.low, share.value, share.high) == pytest.approx((0.75, 0.75, 0.75))
    between = share_of(Interval.exact(90.0), Interval(10.0, 5.0, 30.0))
    assert (between.low, between.high) == pytest.approx((90 / 120, 90 / 95))
    assert share_of(Interval.exact(0.0), Interval(0.0, 0.0, 4.0)) == Interval(0.5, 0.0, 1.0)


def test_an_interval_turns_with_a_negative_factor_and_stays_within_limits():
    assert Interval(2.0, 1.0, 4.0).scaled(-1.0, 5.0) == Interval(3.0, 1.0, 4.0)
    assert Interval(0.5, -0.1, 1.2).within(0.0, 1.0) == Interval(0.5, 0.0, 1.0)
    assert Interval(0.5, 0.2, 0.9).width == pytest.approx(0.7)
