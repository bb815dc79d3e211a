"""Estimates against a world in which the truth is known."""

import random
from statistics import mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.estimation import ENOUGH_HARMFUL, History, Share, band_routes, outcome, wilson
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.routing import RoutingFacts, route
from commentsvc.domain.status import ROUTES
from tests.domain.test_routing import band_maps


def history(scores, rule_routes=None, verdicts=None, pi=None, routes=None) -> History:
    """A history with one label, toxicity, unless `scores` is a mapping."""
    columns = scores if isinstance(scores, dict) else {Label.TOXICITY: scores}
    count = len(next(iter(columns.values())))
    zeros = [0] * count
    return History(
        scores={label: np.array(values, dtype=np.float64) for label, values in columns.items()},
        routes=np.array(routes or zeros, dtype=np.int8),
        rule_routes=np.array(rule_routes or zeros, dtype=np.int8),
        verdicts=np.array([-1] * count if verdicts is None else verdicts, dtype=np.int8),
        pi=np.array([1.0] * count if pi is None else pi, dtype=np.float64),
        sections=np.zeros(count, dtype=np.int32),
        days=2.0,
    )


rows = st.lists(st.tuples(st.fixed_dictionaries(dict.fromkeys(ALL_LABELS, st.none() | st.floats(0, 1))), st.integers(0, 3)), max_size=12)


@given(rows, band_maps)
def test_band_routes_equals_route_row_by_row(given_rows, bands):
    columns = {label: [np.nan if row[label] is None else row[label] for row, _ in given_rows] for label in ALL_LABELS}
    found = band_routes(history(columns, [severity for _, severity in given_rows]), bands)
    expected = [
        max(route(Policy(bands=bands), RoutingFacts("", {k: v for k, v in row.items() if v is not None}), chance=0.5).route.severity, rule)
        for row, rule in given_rows
    ]
    assert found.tolist() == expected


def test_band_routes_of_some_rows_are_those_of_the_whole():
    some = history([0.1, 0.5, 0.9, 0.5], [0, 3, 0, 0])
    bands, mask = {Label.TOXICITY: Band(0.4, 0.8)}, np.array([False, True, True, False])
    assert band_routes(some, bands, rows=mask).tolist() == band_routes(some, bands)[mask].tolist() == [3, 2]
    assert some.rule_routes.tolist() == [0, 3, 0, 0]


def test_an_outcome_counts_what_is_flagged_and_what_moderators_said_of_it():
    routes = [0, 0, 1, 2, 2, 3]
    known = history([0.0] * 6, verdicts=[-1, 1, 0, 0, 1, -1], routes=routes)
    found = outcome(known, known.routes)
    assert found.by_route == {"publish": 2, "review": 1, "hold": 2, "reject": 1}
    assert set(found.by_route) == {one.value for one in ROUTES}
    assert (found.flagged, found.flagged_a_day) == (4, 2.0)
    assert (found.harmful_flagged, found.harmful_missed_seen, found.wrongly_held) == (1, 1, 1)
    assert found.precision == wilson(1, 3)
    assert found.recall == Share.unknown()


def test_recall_is_told_from_enough_harmful_comments_on_only():
    for count, told in ((ENOUGH_HARMFUL - 1, False), (ENOUGH_HARMFUL, True)):
        known = history([0.0] * count, verdicts=[1] * count, routes=[2] * count)
        assert (outcome(known, known.routes).recall.value is not None) is told


def test_what_could_not_be_sampled_does_not_enter_the_recall():
    known = history([0.0] * 20, verdicts=[1] * 20, pi=[1.0] * 10 + [0.0] * 10, routes=[2] * 10 + [0] * 10)
    assert outcome(known, known.routes).recall.value == 1.0


def simulated_history(chance: random.Random, count: int, rate: float) -> tuple[History, float]:
    """Comments of known harm, those flagged at 0.5 decided, of the rest a sample; and the true recall of 0.5."""
    scores, routes, verdicts, pi, harmful_of = [], [], [], [], []
    for _ in range(count):
        is_harmful = chance.random() < 0.1
        score = min(1.0, max(0.0, chance.gauss(0.62 if is_harmful else 0.2, 0.18)))
        is_flagged = score >= 0.5
        is_sampled = not is_flagged and chance.random() < rate
        scores.append(score)
        routes.append(2 if is_flagged else 0)
        verdicts.append(int(is_harmful) if is_flagged or is_sampled else -1)
        pi.append(1.0 if is_flagged else rate)
        harmful_of.append((is_harmful, is_flagged))
    truth = sum(flagged for harmful, flagged in harmful_of if harmful) / sum(harmful for harmful, _ in harmful_of)
    return history(scores, verdicts=verdicts, pi=pi, routes=routes), truth


def test_recall_from_the_weighted_sample_is_right_where_the_plain_figure_flatters():
    chance = random.Random(5)
    errors, naive_errors, covered = [], [], 0
    for _ in range(40):
        known, truth = simulated_history(chance, 1500, 0.2)
        found = outcome(known, known.routes)
        assert found.recall.value is not None
        assert found.recall.low is not None
        assert found.recall.high is not None
        errors.append(found.recall.value - truth)
        seen = found.harmful_flagged + found.harmful_missed_seen
        naive_errors.append(found.harmful_flagged / seen - truth)
        covered += found.recall.low <= truth <= found.recall.high
    assert abs(mean(errors)) < 0.02
    assert mean(naive_errors) > 0.1
    assert covered >= 34


@given(st.integers(0, 400), st.integers(1, 400))
def test_wilson_holds_the_share_and_narrows_with_more(successes, count):
    successes = min(successes, count)
    few, many = wilson(successes, count), wilson(successes * 10, count * 10)
    assert few.value is not None
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert 0 <= few.low <= few.value <= few.high <= 1
    assert many.high - many.low < few.high - few.low


def test_wilson_of_known_values():
    assert wilson(0, 0) == Share.unknown()
    ten = wilson(8, 10)
    assert (ten.value, ten.low, ten.high) == pytest.approx((0.8, 0.490162, 0.943318), abs=1e-6)
    assert (wilson(0, 10).low, wilson(10, 10).high) == (0.0, 1.0)
