"""Quantiles against published tables, and chances against sums of whole numbers."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.distributions import (
    beta_cdf,
    beta_quantile,
    chi_square_quantile,
    gamma_cdf,
    gamma_quantile,
    hypergeometric_cdf,
    solve_rising,
)


@pytest.mark.parametrize(
    ("p", "freedom", "expected"),
    [(0.95, 1, 3.841459), (0.95, 9, 16.918978), (0.999, 9, 27.877165), (0.025, 4, 0.484419), (0.975, 200, 241.057895)],
)
def test_chi_square_quantiles_are_those_of_the_tables(p, freedom, expected):
    assert chi_square_quantile(p, freedom) == pytest.approx(expected, abs=1e-5)


def test_beta_with_whole_numbers_is_a_binomial_tail():
    for successes, trials, share in [(0, 5, 0.3), (3, 20, 0.2), (19, 20, 0.9), (150, 400, 0.4)]:
        at_most = sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes + 1))
        assert 1 - beta_cdf(share, successes + 1, trials - successes) == pytest.approx(at_most, abs=1e-11)


@given(st.floats(1e-4, 0.9999), st.floats(0.5, 50_000), st.floats(0.5, 50_000))
def test_a_beta_quantile_undoes_the_distribution(p, a, b):
    assert beta_cdf(beta_quantile(p, a, b), a, b) == pytest.approx(p, abs=1e-9)


@given(st.floats(1e-4, 0.9999), st.floats(0.3, 50_000))
def test_a_gamma_quantile_undoes_the_distribution(p, shape):
    assert gamma_cdf(gamma_quantile(p, shape), shape) == pytest.approx(p, abs=1e-9)


@given(st.data())
def test_hypergeometric_chances_are_those_of_counting(data):
    population = data.draw(st.integers(1, 300))
    marked, drawn = data.draw(st.integers(0, population)), data.draw(st.integers(0, population))
    x = data.draw(st.integers(-1, drawn))
    ways = sum(comb(marked, k) * comb(population - marked, drawn - k) for k in range(x + 1))
    assert hypergeometric_cdf(x, population, marked, drawn) == pytest.approx(float(Fraction(ways, comb(population, drawn))), abs=1e-11)


def test_hypergeometric_chances_of_a_million_add_up():
    population, marked, drawn = 1_000_000, 20_000, 30_000
    middle = hypergeometric_cdf(600, population, marked, drawn)
    assert middle == pytest.approx(0.511, abs=0.002)
    assert middle + hypergeometric_cdf(drawn - 601, population, population - marked, drawn) == pytest.approx(1.0, abs=1e-7)


def test_the_ends_and_what_lies_beyond_them():
    assert (beta_cdf(0.0, 2, 3), beta_cdf(1.0, 2, 3), gamma_cdf(0.0, 2), gamma_quantile(0.0, 2)) == (0, 1, 0, 0)
    assert (solve_rising(lambda x: x + 1, 0, 1), solve_rising(lambda x: x - 2, 0, 1)) == (0, 1)
