"""Routes by bands row for row, and Wilson's interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.estimation import Routed, Share, band_routes, wilson
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.routing import RoutingFacts, route
from tests.domain.test_routing import band_maps


def routed(scores, rule_routes=None) -> Routed:
    """Revisions with one label, toxicity, unless `scores` is a mapping."""
    columns = scores if isinstance(scores, dict) else {Label.TOXICITY: scores}
    count = len(next(iter(columns.values())))
    return Routed(
        scores={label: np.array(values, dtype=np.float64) for label, values in columns.items()},
        routes=np.zeros(count, dtype=np.int8),
        rule_routes=np.array(rule_routes or [0] * count, dtype=np.int8),
        sections=np.zeros(count, dtype=np.int32),
    )


rows = st.lists(st.tuples(st.fixed_dictionaries(dict.fromkeys(ALL_LABELS, st.none() | st.floats(0, 1))), st.integers(0, 3)), max_size=12)


@given(rows, band_maps)
def test_band_routes_equals_route_row_by_row(given_rows, bands):
    columns = {label: [np.nan if row[label] is None else row[label] for row, _ in given_rows] for label in ALL_LABELS}
    found = band_routes(routed(columns, [severity for _, severity in given_rows]), bands)
    expected = [
        max(route(Policy(bands=bands), RoutingFacts("", {k: v for k, v in row.items() if v is not None}), chance=0.5).route.severity, rule)
        for row, rule in given_rows
    ]
    assert found.tolist() == expected


def test_band_routes_of_some_rows_are_those_of_the_whole():
    some = routed([0.1, 0.5, 0.9, 0.5], [0, 3, 0, 0])
    bands, mask = {Label.TOXICITY: Band(0.4, 0.8)}, np.array([False, True, True, False])
    assert band_routes(some, bands, rows=mask).tolist() == band_routes(some, bands)[mask].tolist() == [3, 2]
    assert some.rule_routes.tolist() == [0, 3, 0, 0]


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
