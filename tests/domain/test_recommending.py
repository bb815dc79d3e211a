"""Recommended thresholds against histories of which the truth is known: what they catch, and whether promises are kept."""

from dataclasses import replace
from math import log
from statistics import NormalDist, fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.intervals import Interval
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band, Policy, parse_policy
from commentsvc.domain.promising import recommend_missing, recommend_rejecting
from commentsvc.domain.recommending import (
    Recommendation,
    Refusal,
    RefusalKind,
    entering_at,
    entry_of,
    recommend_within,
    rounded_up,
)
from commentsvc.domain.simulation import Ground, routes_under
from tests.domain.histories import World, evenly, held_from, rising
from tests.domain.test_intervals import ROUNDS, least_coverage
from tests.domain.test_routing import bands

PLENTY = 1e9
SEVERAL = World(8_000, 0.1, held_from(0.5, 0.4), evenly(0.05))


def draft_of(answer) -> Policy:
    assert isinstance(answer, Recommendation)
    return answer.draft


def refusal_of(answer) -> Refusal:
    assert isinstance(answer, Refusal)
    return answer


def missed_in_the_long_run(draft) -> float:
    """The share of all harmful comments such as World's that the draft leaves alone: below the thresholds of both labels."""
    below = [(Label.TOXICITY, 0.75), (Label.THREAT, -0.5)]
    chances = [NormalDist(mean, 1.0).cdf(log(at / (1 - at))) if (at := draft.bands[label].hold_at) else 1.0 for label, mean in below]
    return chances[0] * chances[1]


def missed_share(ground, is_harmful, draft) -> float:
    return float((is_harmful & (routes_under(ground, draft) == 0)).sum() / is_harmful.sum())


# -- Most caught for a number of items -----------------------------------------------------------------------------------------
def test_no_more_items_come_than_were_asked_for_and_hardly_fewer():
    ground, _ = SEVERAL.history(np.random.default_rng(1))
    today = replace(SEVERAL.today, sample_rate=0.02)
    for items in (20, 40, 80):
        answer = recommend_within(ground, today, items)
        draft_of(answer)
        assert isinstance(answer, Recommendation)
        assert items - 0.5 <= answer.then.load(0.02).mean <= items
        assert answer.now.moves.trace() == len(ground.comments)


def test_labels_are_weighed_against_each_other():
    # Threat tells harm apart much better than its threshold of today lets it.
    world = World(8_000, 0.1, held_from(0.35, 0.9), evenly(0.05))
    better = []
    for seed in range(5):
        ground, is_harmful = world.history(np.random.default_rng(seed))
        items = float((ground.comments.routes > 0).sum()) / 28
        today = replace(world.today, sample_rate=0.0)
        better.append(
            missed_share(ground, is_harmful, today) - missed_share(ground, is_harmful, draft_of(recommend_within(ground, today, items)))
        )
    assert fmean(better) > 0.02


def test_figures_come_from_the_half_that_did_not_choose():
    errors = []
    for seed in range(30):
        ground, is_harmful = World(4_000, 0.1, held_from(0.5, 0.5), evenly(0.03)).history(np.random.default_rng(seed))
        answer = recommend_within(ground, replace(SEVERAL.today, sample_rate=0.03), 30, seed=seed + 1_000)
        assert isinstance(answer, Recommendation)
        figure = replace(answer.then.whole, widest=1.0).recall()
        assert isinstance(figure, Interval)
        errors.append(figure.value - 1 + missed_share(ground, is_harmful, answer.draft))
        assert answer.then.whole.part(0).left_out > 1_500
        assert sum(answer.then.whole.by_route.values()) == 4_000
    assert abs(fmean(errors)) < 3.5 * np.std(errors) / 30**0.5


def test_the_same_seed_gives_the_same_thresholds():
    ground, _ = SEVERAL.history(np.random.default_rng(2))
    one, two, other = (draft_of(recommend_within(ground, SEVERAL.today, 40, seed=seed)) for seed in (1, 1, 2))
    assert one == two != other


def test_too_few_items_for_the_rules_are_refused():
    ground, _ = SEVERAL.history(np.random.default_rng(3))
    ruled = Ground(replace(ground.comments, rule_routes=np.where(np.arange(8_000) % 10 == 0, 2, 0).astype(np.int8)))
    refusal = refusal_of(recommend_within(ruled, SEVERAL.today, 10))
    assert refusal.kind is RefusalKind.RULES_TAKE_MORE
    assert refusal.found is not None
    assert refusal.found > 800 / 28


def test_nothing_is_learnt_from_a_handful_of_rejections():
    ground, _ = World(500, 0.01, held_from(0.5), evenly(0.05)).history(np.random.default_rng(4))
    assert refusal_of(recommend_within(ground, held_from(0.5), 10)).kind is RefusalKind.TOO_FEW_HARMFUL


def test_a_policy_without_bands_has_nothing_to_move():
    ground, _ = SEVERAL.history(np.random.default_rng(4))
    empty = Policy(bands={Label.TOXICITY: Band(), Label.INSULT: Band(0.4)})
    assert refusal_of(recommend_within(ground, empty, 10)).kind is RefusalKind.NO_BANDS
    assert refusal_of(recommend_rejecting(ground, empty, 0.9)).kind is RefusalKind.NO_BANDS
    unset = Policy(bands={Label.TOXICITY: Band()})
    assert refusal_of(recommend_missing(ground, unset, 0.1, most_items_a_day=PLENTY)).kind is RefusalKind.NO_BANDS


# -- A promise about misses ----------------------------------------------------------------------------------------------------
PROMISES = {
    "five-percent": (World(2_500, 0.25, held_from(0.5), evenly(0.05)), 0.2),
    "two-percent": (World(3_000, 0.35, held_from(0.5, 0.5), evenly(0.02)), 0.25),
    "ten-percent-lax-today": (World(2_000, 0.2, held_from(0.8), evenly(0.1)), 0.25),
    "rising-with-the-score": (World(3_000, 0.4, held_from(0.5), rising), 0.5),
    # No chance of a sample is left here, and that of the next period is all the more.
    "all-looked-at": (World(600, 0.25, held_from(0.5), evenly(1.0)), 0.3),
}
KEPT = [
    *(pytest.param(name, 100) for name in ("two-percent", "rising-with-the-score", "all-looked-at")),
    *(pytest.param(name, 2000, marks=pytest.mark.slow) for name in PROMISES),
]


@pytest.mark.parametrize(("name", "rounds"), KEPT)
def test_a_promise_about_misses_is_kept_in_all_but_delta_of_histories(name, rounds):
    world, alpha = PROMISES[name]
    chance = np.random.default_rng(13)
    broken, refused = dict.fromkeys(["this period", "next period", "long run"], 0), 0
    for _ in range(rounds):
        ground, is_harmful = world.history(chance)
        answer = recommend_missing(ground, world.today, alpha, confidence=0.8, most_items_a_day=PLENTY)
        if isinstance(answer, Refusal):
            refused += 1
            continue
        coming = missed_in_the_long_run(answer.draft)
        broken["this period"] += missed_share(ground, is_harmful, answer.draft) > alpha
        broken["next period"] += chance.binomial(is_harmful.sum(), coming) > alpha * is_harmful.sum()
        broken["long run"] += coming > alpha
    assert max(broken.values()) <= (1 - least_coverage(rounds, 0.8)) * rounds
    assert refused < 0.1 * rounds


def test_the_laxest_thresholds_that_only_look_good_break_the_promise():
    """What the promise is worth: by the estimate alone it would be broken again and again."""
    world, alpha = PROMISES["two-percent"]
    chance = np.random.default_rng(13)
    broken = 0
    for _ in range(60):
        ground, is_harmful = world.history(chance)
        known = ground.comments
        weights = np.where(known.verdicts == 1, 1 / known.pi, 0.0)
        scores = known.scores.max(axis=1)
        order = np.argsort(scores)
        looks = np.cumsum(weights[order]) / weights.sum()
        threshold = scores[order][min(np.searchsorted(looks, alpha, side="right"), len(order) - 1)]
        broken += (is_harmful & (scores < threshold)).sum() / is_harmful.sum() > alpha
    assert broken > 0.3 * 60


def test_more_confidence_and_fewer_misses_ask_for_stricter_thresholds():
    ground, _ = SEVERAL.history(np.random.default_rng(6))
    drafts = [
        draft_of(recommend_missing(ground, SEVERAL.today, alpha, confidence=confidence, most_items_a_day=PLENTY))
        for alpha, confidence in ((0.4, 0.8), (0.2, 0.8), (0.2, 0.99), (0.1, 0.99))
    ]
    thresholds = [draft.bands[Label.TOXICITY].hold_at or 0.0 for draft in drafts]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[0] > thresholds[-1]


def test_a_promise_says_how_far_the_data_go_and_what_changes():
    ground, _ = SEVERAL.history(np.random.default_rng(6))
    answer = recommend_missing(ground, SEVERAL.today, 0.2, most_items_a_day=PLENTY)
    assert isinstance(answer, Recommendation)
    assert answer.promise is not None
    assert answer.promise.bound <= answer.promise.limit == 0.2
    estimate = replace(answer.then.whole, widest=1.0).recall()
    assert isinstance(estimate, Interval)
    assert 1 - estimate.value < answer.promise.bound
    assert answer.now.stricter == answer.now.milder == 0
    assert answer.then.stricter + answer.then.milder == int((routes_under(ground, answer.draft) != ground.comments.routes).sum())


def test_sections_move_along():
    ground, is_harmful = SEVERAL.history(np.random.default_rng(6))
    sectioned = replace(SEVERAL.today, section_bands={"sport": {Label.TOXICITY: Band(hold_at=0.7)}})
    draft = draft_of(recommend_missing(ground, sectioned, 0.2, most_items_a_day=PLENTY))
    own, site = draft.section_bands["sport"][Label.TOXICITY].hold_at, draft.bands[Label.TOXICITY].hold_at
    assert own is not None
    assert site is not None
    odds = (own / (1 - own)) / (site / (1 - site))
    assert odds == pytest.approx(0.7 / 0.3, rel=0.01)
    assert missed_share(ground, is_harmful, draft) <= 0.2


def test_a_promise_that_too_few_decisions_could_show_says_how_many_could():
    world = World(3_000, 0.1, held_from(0.5), evenly(0.02))
    ground, _ = world.history(np.random.default_rng(8))
    refusal = refusal_of(recommend_missing(ground, world.today, 0.3, most_items_a_day=20))
    assert refusal.kind is RefusalKind.TOO_FEW_DECISIONS
    assert refusal.asked == 0.3
    assert refusal.found is not None
    assert refusal.found > 0.3
    assert refusal.more is not None
    assert refusal.more > 0


def test_a_promise_out_of_reach_is_refused():
    ground, _ = SEVERAL.history(np.random.default_rng(8))
    refusal = refusal_of(recommend_missing(ground, SEVERAL.today, 0.01, most_items_a_day=15))
    assert (refusal.kind, refusal.more) == (RefusalKind.OUT_OF_REACH, None)


def test_nothing_is_promised_without_a_sample_or_beside_rules_that_take_all():
    world = World(1_000, 0.1, held_from(0.5), evenly(0.0))
    ground, _ = world.history(np.random.default_rng(8))
    assert refusal_of(recommend_missing(ground, world.today, 0.3, most_items_a_day=PLENTY)).kind is RefusalKind.NO_SAMPLE
    sampled, _ = SEVERAL.history(np.random.default_rng(8))
    ruled = Ground(replace(sampled.comments, rule_routes=np.ones(8_000, dtype=np.int8)))
    assert refusal_of(recommend_missing(ruled, SEVERAL.today, 0.3, most_items_a_day=40)).kind is RefusalKind.RULES_TAKE_MORE


# -- A promise about rejection -------------------------------------------------------------------------------------------------
@ROUNDS
def test_a_promise_about_rejections_is_kept_in_all_but_delta_of_histories(rounds):
    world, least = World(2_500, 0.3, held_from(0.4), evenly(0.05)), 0.9
    chance = np.random.default_rng(17)
    precision_of = {}
    truth, is_harmful_there = replace(world, comments=100_000).history(np.random.default_rng(0))
    broken = refused = 0
    for _ in range(rounds):
        ground, _ = world.history(chance)
        answer = recommend_rejecting(ground, world.today, least, confidence=0.8)
        if isinstance(answer, Refusal):
            refused += 1
            continue
        at = answer.draft.bands[Label.TOXICITY].reject_at
        if at not in precision_of:
            precision_of[at] = is_harmful_there[routes_under(truth, answer.draft) == 3].mean()
        broken += precision_of[at] < least
    assert broken <= (1 - least_coverage(rounds, 0.8)) * rounds
    assert refused < 0.2 * rounds


def test_what_is_rejected_is_what_was_asked_for_and_bands_stay_in_order():
    ground, is_harmful = World(8_000, 0.2, held_from(0.4, 0.4), evenly(0.05)).history(np.random.default_rng(1))
    answer = recommend_rejecting(ground, held_from(0.4, 0.4), 0.85)
    draft = draft_of(answer)
    rejected = routes_under(ground, draft) == 3
    assert rejected.sum() > 100
    assert is_harmful[rejected].mean() > 0.85
    for band in draft.bands.values():
        assert band.hold_at == 0.4
        assert band.reject_at is not None
        assert band.reject_at >= 0.4


def test_where_nobody_looks_nothing_is_promised():
    world = World(8_000, 0.1, Policy(bands={Label.TOXICITY: Band(hold_at=0.4, reject_at=0.5)}), evenly(0.05))
    ground, _ = world.history(np.random.default_rng(1))
    known = ground.comments
    unlooked = Ground(replace(known, verdicts=np.where(known.routes == 3, -1, known.verdicts).astype(np.int8)))
    assert refusal_of(recommend_rejecting(unlooked, world.today, 0.9)).kind is RefusalKind.NOBODY_LOOKS


def test_what_other_rules_reject_anyway_is_not_judged():
    ground, _ = World(8_000, 0.2, held_from(0.4), evenly(0.05)).history(np.random.default_rng(1))
    known = ground.comments
    is_ruled = (np.arange(8_000) % 3 == 0) & (known.routes > 0)
    ruled = replace(
        known,
        routes=np.where(is_ruled, 3, known.routes).astype(np.int8),
        rule_routes=np.where(is_ruled, 3, 0).astype(np.int8),
        verdicts=np.where(is_ruled, -1, known.verdicts).astype(np.int8),
    )
    # Decided ones are missing there alone: were those judged, nothing could be promised.
    band = draft_of(recommend_rejecting(Ground(ruled), held_from(0.4), 0.85)).bands[Label.TOXICITY]
    assert band.reject_at is not None
    assert band.reject_at >= 0.4


def test_rejecting_is_refused_for_too_few_decisions_or_too_many_civil_ones():
    few, _ = World(300, 0.2, held_from(0.5), evenly(0.05)).history(np.random.default_rng(1))
    refusal = refusal_of(recommend_rejecting(few, held_from(0.5), 0.98))
    assert refusal.kind is RefusalKind.TOO_FEW_DECISIONS
    assert refusal.found is not None
    assert refusal.asked is not None
    assert refusal.more == refusal.asked - refusal.found
    civil, _ = World(8_000, 0.02, held_from(0.3), evenly(0.05)).history(np.random.default_rng(1))
    assert refusal_of(recommend_rejecting(civil, held_from(0.3), 0.9)).kind is RefusalKind.OUT_OF_REACH


# -- Bands ---------------------------------------------------------------------------------------------------------------------
@given(bands(), st.floats(0.0001, 1))
def test_a_moved_band_is_in_order_and_begins_where_it_was_told(band, threshold):
    moved, before = entering_at(band, rounded_up(threshold)), entry_of(band)
    assert entry_of(moved) == (None if before is None else (before[0], rounded_up(threshold)))
    document = {name: value for name in ("review_at", "hold_at", "reject_at") if (value := getattr(moved, name)) is not None}
    assert parse_policy({"bands": {"threat": document}}).bands[Label.THREAT] == moved


@given(st.floats(0, 1))
def test_rounding_never_lets_more_in(threshold):
    assert threshold - 1e-9 <= rounded_up(threshold) <= 1
    assert rounded_up(rounded_up(threshold)) == rounded_up(threshold) >= 0.0001
