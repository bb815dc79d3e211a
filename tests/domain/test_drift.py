"""Drift against scores that moved or did not; agreement against moderators whose kappa is known."""

import numpy as np
import pytest

from commentsvc.domain.drift import ALERT, FALSE_ALARMS, WATCH, Drift, compare_scores, measure_agreement
from commentsvc.domain.labels import Label
from tests.domain.test_intervals import ROUNDS, least_coverage

LABELS = (Label.TOXICITY, Label.THREAT, Label.INSULT)


def drawn(chance, count, skew=0.0):
    return {label: chance.beta(0.6 + skew, 4.0, count).astype(np.float32) for label in LABELS}


@ROUNDS
def test_scores_that_did_not_move_are_called_moved_as_rarely_as_said(rounds):
    chance = np.random.default_rng(3)
    found = [compare_scores(drawn(chance, 2_000), drawn(chance, 500)) for _ in range(rounds)]
    assert all(shift.chance < WATCH for shifts in found for shift in shifts.values())
    exceeding = sum(any(shift.index > shift.chance for shift in shifts.values()) for shifts in found)
    assert exceeding <= (1 - least_coverage(rounds, 1 - FALSE_ALARMS)) * rounds
    assert all(shift.drift is Drift.STEADY for shifts in found for shift in shifts.values())


def test_a_moderate_shift_is_watched_and_a_great_one_alerts():
    chance = np.random.default_rng(4)
    before = drawn(chance, 20_000)
    found = [compare_scores(before, drawn(chance, 20_000, skew))[Label.THREAT] for skew in (0.0, 0.25, 0.8)]
    assert [shift.drift for shift in found] == [Drift.STEADY, Drift.WATCH, Drift.ALERT]
    assert found[0].index < WATCH < found[1].index < ALERT < found[2].index


def test_few_comments_can_say_that_they_are_few_or_that_all_has_changed():
    chance = np.random.default_rng(5)
    before, few = drawn(chance, 20_000), drawn(chance, 60)
    shift = compare_scores(before, few)[Label.TOXICITY]
    assert shift.drift is Drift.TOO_FEW
    assert 60 < shift.enough < 1_000
    enough = compare_scores(drawn(chance, shift.enough), drawn(chance, shift.enough))[Label.TOXICITY]
    assert enough.drift is Drift.STEADY
    ruined = {label: np.full(60, 0.99, dtype=np.float32) for label in LABELS}
    assert compare_scores(before, ruined)[Label.TOXICITY].drift is Drift.ALERT


def test_only_labels_measured_in_both_periods_are_compared():
    scores = np.linspace(0, 1, 500)
    nothing = np.full(500, np.nan)
    before = {Label.TOXICITY: np.concatenate([scores, nothing]), Label.THREAT: nothing, Label.INSULT: scores}
    after = {Label.TOXICITY: scores, Label.THREAT: scores, Label.OBSCENE: scores}
    found = compare_scores(before, after)
    assert list(found) == [Label.TOXICITY]
    assert found[Label.TOXICITY].index == pytest.approx(0.0, abs=1e-9)


def test_scores_that_are_all_the_same_have_not_moved():
    same = {Label.THREAT: np.zeros(5_000)}
    assert compare_scores(same, same)[Label.THREAT].drift is Drift.STEADY


def test_kappa_of_known_tables():
    found = measure_agreement(20, 15, 15)
    assert found is not None
    # Rejected in 55 of 100 decisions: alike by chance in 50.5 %, alike in fact in 70 %.
    assert (found.pairs, found.alike) == (50, 0.7)
    assert found.kappa.value == pytest.approx((0.7 - 0.505) / 0.495)
    assert 0 < found.kappa.low < found.kappa.value < found.kappa.high < 1


def test_complete_agreement_has_no_more_than_its_number_of_pairs_to_show():
    few, many = measure_agreement(4, 0, 6), measure_agreement(400, 0, 600)
    assert few is not None
    assert many is not None
    assert few.kappa.value == many.kappa.value == few.kappa.high == 1.0
    assert few.kappa.low < many.kappa.low < 1.0
    assert many.kappa.low > 0.98


def test_agreement_is_not_told_where_nothing_could_differ():
    assert measure_agreement(0, 0, 0) is measure_agreement(0, 1, 0) is measure_agreement(50, 0, 0) is measure_agreement(0, 0, 9) is None


@ROUNDS
@pytest.mark.parametrize("kappa", [0.0, 0.4, 0.8])
@pytest.mark.parametrize("rejected", [0.1, 0.3, 0.5])
def test_the_interval_of_kappa_keeps_its_level(rejected, kappa, rounds):
    chance = np.random.default_rng(9)
    both = rejected * (1 - rejected)
    shares = [rejected**2 + kappa * both, 2 * both * (1 - kappa), (1 - rejected) ** 2 + kappa * both]
    tables = chance.multinomial(60, shares, rounds).tolist()
    for level in (0.8, 0.95):
        told = [one.kappa for table in tables if (one := measure_agreement(*table, level=level)) is not None]
        assert len(told) > 0.98 * rounds
        assert sum(one.low <= kappa <= one.high for one in told) >= least_coverage(rounds, level) * len(told)
