"""Figures against values worked out by hand, and calibration against what it promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.labels import Label
from commentsvc.scoring.calibration import apply_curve, find_thresholds, fit_curve
from commentsvc.scoring.evaluation import (
    bootstrapped,
    expected_calibration_error,
    measure_label,
    pr_auc,
    recall_at,
    roc_auc,
    score_all,
    threshold_at,
)
from commentsvc.scoring.fake_scorer import FAKE_LABELS, FakeScorer

TRUTH = np.array([True, True, False, True, False, False])
SCORES = np.array([0.9, 0.8, 0.7, 0.4, 0.4, 0.1])


def test_roc_auc_counts_ties_half():
    # Pairs of positive over negative: 3 + 3 + (0 + 0.5 + 1) of 9.
    assert roc_auc(TRUTH, SCORES) == pytest.approx(7.5 / 9)


def test_pr_auc_takes_a_tie_as_one_step():
    assert pr_auc(TRUTH, SCORES) == pytest.approx((1 + 1 + 3 / 5) / 3)


def test_perfect_and_reversed():
    truth, scores = np.array([True, True, False]), np.array([0.9, 0.8, 0.1])
    assert roc_auc(truth, scores) == 1.0
    assert pr_auc(truth, scores) == 1.0
    assert roc_auc(truth, -scores) == 0.0


def test_one_class_alone_gives_no_figure():
    only = np.array([True, True])
    assert np.isnan(roc_auc(only, np.array([0.1, 0.2])))
    assert np.isnan(recall_at(only, np.array([0.1, 0.2]), 0.05))
    assert np.isnan(pr_auc(~only, np.array([0.1, 0.2])))


def test_threshold_lets_at_most_the_rate_through():
    negatives = np.linspace(0, 1, 101)
    for rate in (0.0, 0.01, 0.05, 0.1, 0.5):
        assert (negatives >= threshold_at(negatives, rate)).mean() <= rate


def test_threshold_with_ties_is_strict():
    assert (np.full(100, 0.3) >= threshold_at(np.full(100, 0.3), 0.05)).sum() == 0


def test_recall_at_a_rate():
    truth = np.array([True] * 4 + [False] * 20)
    scores = np.array([0.9, 0.8, 0.5, 0.1] + [0.6] + [0.2] * 19)
    assert recall_at(truth, scores, 0.05) == 0.75
    assert recall_at(truth, scores, 0.01) == 0.5


def test_calibration_error_of_a_coin():
    assert expected_calibration_error(np.array([0.0, 1.0] * 50), np.full(100, 0.5)) == pytest.approx(0)
    assert expected_calibration_error(np.array([0.0, 1.0] * 50), np.full(100, 0.9)) == pytest.approx(0.4)


def test_bootstrap_holds_the_value():
    chance = np.random.default_rng(3)
    truth = (chance.random(400) < 0.4).astype(float)
    scores = np.clip(0.3 * truth + chance.random(400), 0, 1)
    figure = bootstrapped(lambda t, s: roc_auc(t >= 0.5, s), truth, scores, rounds=200)
    assert figure.low < figure.value < figure.high
    assert figure.high - figure.low < 0.2


def test_all_figures_of_a_label():
    found = measure_label(TRUTH.astype(float), SCORES, rounds=20)
    assert (found.positive_count, found.negative_count) == (3, 3)
    assert list(found.figures) == ["roc_auc", "pr_auc", "recall_at_fpr_1", "recall_at_fpr_5", "recall_at_fpr_10", "ece"]


def test_score_all_keeps_the_order_and_counts():
    texts = [f"{'long ' * at} toxicity=0.{at:03d}" for at in range(600)]
    counts: list[int] = []
    scores = score_all(FakeScorer(), texts, FAKE_LABELS, counts.append)
    assert scores.shape == (600, len(FAKE_LABELS))
    assert scores[:, FAKE_LABELS.index(Label.TOXICITY)].tolist() == [float(f"0.{at:03d}") for at in range(600)]
    assert sum(counts) == 600


def crooked(count=4000):
    chance = np.random.default_rng(5)
    likelihood = chance.random(count) ** 3
    return likelihood**0.4, (chance.random(count) < likelihood).astype(float)


def test_calibration_straightens():
    raw, targets = crooked()
    curve = fit_curve(raw[::2], targets[::2])
    before = expected_calibration_error(targets[1::2], raw[1::2])
    after = expected_calibration_error(targets[1::2], apply_curve(curve, raw[1::2]))
    assert before > 0.15
    assert after < 0.04


def test_calibration_keeps_the_order():
    raw, targets = crooked(500)
    scores = apply_curve(fit_curve(raw, targets), np.linspace(0, 1, 1001))
    assert (np.diff(scores) >= 0).all()
    assert scores.min() >= 0
    assert scores.max() <= 1


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=3, max_size=60))
def test_any_calibration_rises_within_bounds(pairs):
    raw, targets = np.array([one for one, _ in pairs]), np.array([float(one) for _, one in pairs])
    curve = fit_curve(raw, targets)
    assert list(curve.raw) == sorted(curve.raw)
    assert list(curve.score) == sorted(curve.score)
    assert 0 <= min(curve.score) <= max(curve.score) <= 1


def test_thresholds_by_name():
    found = find_thresholds(np.linspace(0, 1, 1001), np.ones(1001, dtype=bool))
    assert found["fpr_1"] == pytest.approx(0.99, abs=0.002)
    assert found["fpr_5"] == pytest.approx(0.95, abs=0.002)
    assert found["fpr_10"] == pytest.approx(0.90, abs=0.002)
