"""Figures against values worked out by hand, and calibration against what it promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.labels import Label
from commentsvc.scoring.calibration import apply_curve, find_thresholds, fit_curve
from commentsvc.scoring.evaluation import (
    Ranking,
    bootstrapped,
    expected_calibration_error,
    f1_at,
    false_positive_rate_at,
    measure_best_f1,
    measure_label,
    measure_roc_auc,
    measures_of_label,
    pr_auc,
    recall_at,
    resample,
    roc_auc,
    score_all,
    threshold_at,
    value_of,
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


def test_f1_at_its_best_and_at_a_threshold():
    # From 0.4 on: 3 of 5 are positive, and all 3 are found. From 0.8 on: 2 of 2, and 2 of 3.
    assert value_of(f1_at(0.4), TRUTH.astype(float), SCORES) == pytest.approx(2 * 0.6 * 1 / 1.6)
    assert value_of(f1_at(0.8), TRUTH.astype(float), SCORES) == pytest.approx(0.8)
    assert value_of(f1_at(0.95), TRUTH.astype(float), SCORES) == 0
    assert value_of(measure_best_f1, TRUTH.astype(float), SCORES) == pytest.approx(0.8)


def test_false_positives_at_a_threshold():
    assert value_of(false_positive_rate_at(0.7), TRUTH.astype(float), SCORES) == pytest.approx(1 / 3)
    assert value_of(false_positive_rate_at(0.4), TRUTH.astype(float), SCORES) == pytest.approx(2 / 3)


def some_texts(count=400):
    chance = np.random.default_rng(3)
    truth = (chance.random(count) < 0.4).astype(float)
    return truth, np.round(np.clip(0.3 * truth + chance.random(count), 0, 1), 2)


def test_bootstrap_holds_the_value():
    texts = Ranking.of(*some_texts())
    figure = bootstrapped({"auc": lambda weights: measure_roc_auc(texts, weights)}, 400, rounds=200)["auc"]
    assert figure.low < figure.value < figure.high
    assert figure.high - figure.low < 0.2


@pytest.mark.parametrize("name", measures_of_label(0.6))
def test_a_text_drawn_twice_is_a_text_twice(name):
    targets, scores = some_texts(60)
    texts, measure = Ranking.of(targets, scores), measures_of_label(0.6)[name]
    (weights,) = resample(60, 5)
    for row in weights:
        copies = np.repeat(np.arange(60), row.astype(int))
        drawn = Ranking.sorted(texts.targets[copies], texts.scores[copies])
        assert measure(texts, row[None, :])[0] == pytest.approx(measure(drawn, np.ones((1, len(copies))))[0])


def test_the_same_texts_give_the_same_intervals():
    assert measure_label(*some_texts(), rounds=50) == measure_label(*some_texts(), rounds=50)


def test_many_texts_are_resampled_in_parts():
    parts = list(resample(1_500_000, 3))
    assert [part.shape for part in parts] == [(1, 1_500_000)] * 3
    assert [part.sum() for part in parts] == [1_500_000] * 3
    assert (parts[0] != parts[1]).any()


def test_all_figures_of_a_label():
    found = measure_label(TRUTH.astype(float), SCORES, rounds=20)
    assert (found.positive_count, found.negative_count) == (3, 3)
    assert list(found.figures) == ["roc_auc", "pr_auc", "f1_best", "recall_at_fpr_1", "recall_at_fpr_5", "recall_at_fpr_10", "ece"]
    with_threshold = measure_label(TRUTH.astype(float), SCORES, review_at=0.7, rounds=20)
    assert with_threshold.figures["fpr_at_review"].value == pytest.approx(1 / 3)
    assert with_threshold.figures["f1_at_review"].value == pytest.approx(2 / 3)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_every_figure_is_a_share_or_none(pairs):
    scores, targets = np.array([one for one, _ in pairs]), np.array([float(one) for _, one in pairs])
    for figure in measure_label(targets, scores, review_at=0.5, rounds=10).figures.values():
        assert np.isnan(figure.value) or (0 <= figure.low <= figure.high <= 1 and 0 <= figure.value <= 1)


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
