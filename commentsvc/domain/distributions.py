"""Probability distributions that exact intervals are read from, without a library for them.

Errors of chances stay below 1e-7 for the counts that a site can have (up to some 10 million).
"""

from collections.abc import Callable
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from typing import Final

_TINY: Final = 1e-300
_EPS: Final = 1e-14
_SMALL: Final = 1e-13
_MOST_STEPS: Final = 100_000
_HALVINGS: Final = 200


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), a and b above 0, by its continued fraction (DLMF 8.17.22)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The fraction converges quickly below the mean alone; above it the mirror image does.
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _beta_fraction(x, a, b) / a
    return 1.0 - front * _beta_fraction(1.0 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    d = 1.0 / d
    value = d
    for m in range(1, _MOST_STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0)),
        ):
            d = 1.0 / _away_from_zero(1.0 + term * d)
            c = _away_from_zero(1.0 + term / c)
            value *= c * d
        if abs(c * d - 1.0) < _EPS:
            break
    return value


def gamma_cdf(x: float, shape: float) -> float:
    """The regularised lower incomplete gamma function P(shape, x), shape above 0 (DLMF 8.7.1 and 8.9.2)."""
    if x <= 0.0:
        return 0.0
    front = exp(shape * log(x) - x - lgamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        for step in range(1, _MOST_STEPS):
            term *= x / (shape + step)
            total += term
            if term < total * _EPS:
                break
        return min(1.0, front * total)
    b, c = x + 1.0 - shape, 1.0 / _TINY
    d = 1.0 / b
    value = d
    for step in range(1, _MOST_STEPS):
        term = -step * (step - shape)
        b += 2.0
        d = 1.0 / _away_from_zero(term * d + b)
        c = _away_from_zero(b + term / c)
        value *= d * c
        if abs(d * c - 1.0) < _EPS:
            break
    return max(0.0, 1.0 - front * value)


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


@lru_cache(maxsize=4096)
def beta_quantile(p: float, a: float, b: float) -> float:
    """The x for which I_x(a, b) is `p`; a and b above 0."""
    mean = a / (a + b)
    reach = 10.0 * sqrt(mean * (1.0 - mean) / (a + b + 1.0))
    low, high = max(0.0, mean - reach), min(1.0, mean + reach)
    # Nearly always within ten deviations, which saves most steps where there are many trials.
    if low > 0.0 and beta_cdf(low, a, b) > p:
        low = 0.0
    if high < 1.0 and beta_cdf(high, a, b) < p:
        high = 1.0
    return solve_rising(lambda x: beta_cdf(x, a, b) - p, low, high)


@lru_cache(maxsize=4096)
def gamma_quantile(p: float, shape: float) -> float:
    """The x below which a gamma variable of this shape and scale 1 falls with probability `p` in [0, 1); shape above 0."""
    if p <= 0.0:
        return 0.0
    high = shape + 10.0 * sqrt(shape) + 10.0
    while gamma_cdf(high, shape) < p:
        high *= 2.0
    return solve_rising(lambda x: gamma_cdf(x, shape) - p, 0.0, high)


def chi_square_quantile(p: float, freedom: float) -> float:
    """The value below which a chi-square variable with this many degrees of freedom falls with probability `p`."""
    return 2.0 * gamma_quantile(p, freedom / 2.0)


def solve_rising(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that rises from `low` to `high`, such as a chance less another, is within 1e-13 of zero.

    The end nearest to zero where it is not reached at all. False position, kept from creeping (Illinois).
    """
    at_low, at_high = function(low), function(high)
    if at_low >= 0.0 or at_high <= 0.0:
        return low if at_low >= 0.0 else high
    last = 0
    for step in range(_HALVINGS):
        # Every third step halves, so that a steep end cannot slow it down.
        middle = (low + high) / 2.0 if step % 3 == 2 else high - at_high * (high - low) / (at_high - at_low)  # noqa: PLR2004
        value = function(middle)
        if abs(value) < _SMALL or not low < middle < high:
            return middle
        if value > 0.0:
            high, at_high = middle, value
            at_low = at_low / 2.0 if last > 0 else at_low
            last = 1
        else:
            low, at_low = middle, value
            at_high = at_high / 2.0 if last < 0 else at_high
            last = -1
    return (low + high) / 2.0


def hypergeometric_cdf(x: int, population: int, marked: int, drawn: int) -> float:
    """The chance that of `drawn` out of `population`, of which `marked` are marked, at most `x` are marked."""
    least, most = max(0, drawn + marked - population), min(drawn, marked)
    if x < least or x >= most:
        return 0.0 if x < least else 1.0
    if x * population < drawn * marked:
        return min(1.0, _tail(x, population, marked, drawn))
    # The other tail, told by those that are not marked.
    return max(0.0, 1.0 - _tail(drawn - x - 1, population, population - marked, drawn))


def _tail(x: int, population: int, marked: int, drawn: int) -> float:
    """The chance of at most `x`, which is below the mean: terms that fall from the last one on, each from the one above it."""
    rest = population - marked - drawn
    term = exp(_log_choices(marked, x) + _log_choices(population - marked, drawn - x) - _log_choices(population, drawn))
    total = term
    for k in range(x, max(0, -rest), -1):
        term *= k * (rest + k) / ((marked - k + 1.0) * (drawn - k + 1.0))
        total += term
        if term < total * _EPS:
            break
    return total


def _log_choices(n: int, k: int) -> float:
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)
