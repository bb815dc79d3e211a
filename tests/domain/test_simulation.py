"""A simulation routes as routing does, counts as counting does, and a threshold in hand does as a whole simulation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.dragging import Drag, Handle
from commentsvc.domain.errors import InvalidError
from commentsvc.domain.intervals import Interval
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.routing import RULES, ReasonKind, route
from commentsvc.domain.simulation import HELD_FIXED, STEPS, Comments, Ground, lifted, nearest, routes_under, simulate
from commentsvc.domain.status import ROUTES
from tests.domain.histories import LABELS, World, evenly, held_from
from tests.domain.test_routing import band_maps, bands, facts, policies

DECIMALS = [0.07, 0.1, 0.35, 0.5, 0.7, 0.9, 1.0]
narrow = st.floats(0, 1, width=32) | st.sampled_from([float(np.float32(one)) for one in DECIMALS])
wide = st.floats(0, 1) | st.sampled_from(DECIMALS)
SECTIONS = ("sport", "local")


def comments_of(columns, dtype=np.float32, **given_columns) -> Comments:
    """Comments with these scores, by label; everything else is dull unless given."""
    count = len(next(iter(columns.values())))
    zeros = np.zeros(count, dtype=np.int8)
    dull = Comments(
        labels=tuple(columns),
        scores=np.array(list(columns.values()), dtype=dtype).T.reshape(count, len(columns)),
        routes=zeros,
        rule_routes=zeros,
        verdicts=zeros - np.int8(1),
        pi=np.full(count, 0.02),
        is_sampled=np.zeros(count, dtype=np.bool_),
        sections=np.zeros(count, dtype=np.int32),
        languages=np.zeros(count, dtype=np.int32),
        days=np.zeros(count, dtype=np.int32),
        day_count=1,
    )
    return replace(dull, **given_columns)


def with_decimal_bands(draw_from):
    """Thresholds as people choose them besides any others."""
    decimal = st.sampled_from([0.1, 0.35, 0.5, 0.7, 0.9])
    return draw_from | st.dictionaries(st.sampled_from(ALL_LABELS), st.builds(Band, decimal | st.none(), decimal | st.none(), decimal))


def scored(numbers):
    return st.none() | st.dictionaries(st.sampled_from(ALL_LABELS), numbers)


def check_against_routing(today, draft_bands, draft_sections, given_facts, dtype):
    """Comments routed today one by one; under a draft with other bands, one by one and in one simulation."""
    recorded = [route(today, one, chance=0.5) for one in given_facts]
    columns = {label: [(one.scores or {}).get(label, np.nan) for one in given_facts] for label in ALL_LABELS}
    places = [SECTIONS.index(one.section) + 1 if one.section in SECTIONS else 0 for one in given_facts]
    known = comments_of(
        columns,
        dtype,
        routes=np.array([one.route.severity for one in recorded], dtype=np.int8),
        rule_routes=np.array([one.rule_route.severity for one in recorded], dtype=np.int8),
        sections=np.array(places, dtype=np.int32),
        section_keys=SECTIONS,
    )
    draft = replace(today, bands=draft_bands, section_bands=draft_sections)
    expected = [route(draft, one, chance=0.5).route.severity for one in given_facts]
    assert routes_under(Ground(known), draft).tolist() == expected


sectioned = st.dictionaries(st.sampled_from(SECTIONS), with_decimal_bands(band_maps), max_size=2)


@given(policies, with_decimal_bands(band_maps), sectioned, st.lists(st.tuples(facts, scored(narrow)), max_size=6))
def test_a_simulation_routes_each_comment_as_routing_does(today, draft_bands, draft_sections, given_rows):
    given_facts = [replace(one, scores=scores) for one, scores in given_rows]
    check_against_routing(today, draft_bands, draft_sections, given_facts, np.float32)


@given(policies, with_decimal_bands(band_maps), sectioned, st.lists(st.tuples(facts, scored(wide)), max_size=4))
def test_scores_that_float32_cannot_hold_are_routed_alike_in_float64(today, draft_bands, draft_sections, given_rows):
    given_facts = [replace(one, scores=scores) for one, scores in given_rows]
    check_against_routing(today, draft_bands, draft_sections, given_facts, np.float64)


@given(narrow, wide)
def test_a_lifted_threshold_is_reached_by_the_same_scores(score, threshold):
    one = np.array([score], dtype=np.float32)
    assert bool(one[0] >= lifted(threshold, one)) == (score >= threshold)


def test_all_rules_but_the_bands_are_held_fixed():
    assert frozenset(ReasonKind) - {ReasonKind.BAND} == HELD_FIXED
    assert {rule.__name__ for rule in RULES} == {kind.value for kind in HELD_FIXED}


def history(seed=1, count=800, sections=()):
    """A history of some hundred comments, and the policy it was routed by; bands of sections go into both."""
    world = World(count, 0.2, held_from(0.6), evenly(0.2))
    ground, _ = world.history(np.random.default_rng(seed))
    return ground, replace(world.today, section_bands=dict(sections))


def test_counts_are_those_of_counting():
    ground, today = history()
    known = ground.comments
    draft = replace(today, bands={Label.TOXICITY: Band(0.3, 0.7, 0.9)})
    routes = routes_under(ground, draft)
    result = simulate(ground, routes)
    assert list(result.whole.by_route.values()) == [int((routes == severity).sum()) for severity in range(4)]
    assert result.moves.tolist() == [[int(((known.routes == a) & (routes == b)).sum()) for b in range(4)] for a in range(4)]
    assert (result.stricter, result.milder) == (int((routes > known.routes).sum()), int((routes < known.routes).sum()))
    for place, key in enumerate(known.section_keys, start=1):
        assert sum(result.sections[key].by_route.values()) == int((known.sections == place).sum())
    german = known.languages == 1
    assert result.languages["de"].by_route["hold"] == int((german & (routes == 2)).sum())
    assert result.languages["de"].part(2).harmful_seen == int((german & (routes >= 2) & (known.verdicts == 1)).sum())
    assert result.whole.items_a_day == pytest.approx(((routes == 1) | (routes == 2)).sum() / 28)


def test_todays_routes_move_nothing():
    ground, today = history()
    result = simulate(ground, routes_under(ground, today))
    assert (result.stricter, result.milder) == (0, 0)


def test_load_is_the_mean_day_with_the_quietest_and_busiest_weekday():
    # Ten days from a Saturday on: each has one item, Sundays have three.
    days = np.array([*range(10), 1, 1, 8, 8], dtype=np.int32)
    known = comments_of({Label.TOXICITY: [0.9] * 14}, days=days, day_count=11, first_weekday=5)
    load = simulate(Ground(known), routes_under(Ground(known), held_from(0.5))).load()
    assert load.mean == pytest.approx(14 / 11)
    assert load.by_weekday == (1, 0.5, 1, 1, 1, 1, 3)
    assert (load.quietest, load.busiest) == (0.5, 3)
    hours = load.hours(1800)
    assert (hours.value, hours.low, hours.high) == pytest.approx((7 / 11, 0.25, 1.5))


def test_the_sample_is_work_too():
    known = comments_of({Label.TOXICITY: [0.1] * 50 + [0.9]})
    result = simulate(Ground(known), routes_under(Ground(known), held_from(0.5)))
    assert (result.load().mean, result.load(0.1).mean) == (1.0, 6.0)


def test_figures_leave_out_days_whose_sample_waits_and_counts_do_not():
    known = comments_of(
        {Label.TOXICITY: [0.9, 0.1, 0.9, 0.1]},
        routes=np.array([2, 0, 2, 0], dtype=np.int8),
        verdicts=np.array([1, 0, 1, -1], dtype=np.int8),
        is_sampled=np.array([False, True, False, True]),
        pi=np.array([1.0, 0.5, 1.0, 0.5]),
        days=np.array([0, 0, 1, 1], dtype=np.int32),
        day_count=2,
    )
    ground = Ground(known)
    outcome = simulate(ground, routes_under(ground, held_from(0.5))).whole
    assert ground.is_day_used.tolist() == [True, False]
    assert (outcome.by_route["hold"], outcome.part(2).harmful_seen, outcome.part(0).left_out) == (2, 1, 2)
    assert outcome.wrongly_held() == Interval.exact(0.0)


def test_nothing_is_simulated_from_nothing():
    known = comments_of({Label.TOXICITY: []}, day_count=0)
    result = simulate(Ground(known), routes_under(Ground(known), held_from(0.5)))
    assert (result.load().mean, result.whole.items_a_day, result.stricter) == (0, 0, 0)
    assert nearest(Ground(known), Label.TOXICITY, 0.5).below.size == 0


def test_the_nearest_lie_on_either_side_nearest_first():
    scores = [0.1, 0.5, np.nan, 0.49, 0.7, 0.3, 0.51]
    ground = Ground(
        comments_of({Label.TOXICITY: scores}, sections=np.array([0, 0, 0, 1, 1, 1, 1], dtype=np.int32), section_keys=("sport",))
    )
    found = nearest(ground, Label.TOXICITY, 0.5, count=2)
    assert (found.below.tolist(), found.reached.tolist()) == ([3, 5], [1, 6])
    inside = nearest(ground, Label.TOXICITY, 0.5, section="sport")
    assert (inside.below.tolist(), inside.reached.tolist()) == ([3, 5], [6, 4])


def same(one, other) -> bool:
    return (
        np.array_equal(one.whole.table, other.whole.table)
        and np.array_equal(one.by_day, other.by_day)
        and np.array_equal(one.moves, other.moves)
        and all(np.array_equal(one.sections[key].table, other.sections[key].table) for key in other.sections)
        and all(np.array_equal(one.languages[key].table, other.languages[key].table) for key in other.languages)
    )


@given(
    bands(),
    st.dictionaries(st.sampled_from(["local", "sport"]), st.dictionaries(st.sampled_from(LABELS), bands(), min_size=1), max_size=2),
    st.sampled_from(LABELS),
    st.sampled_from(STEPS),
    st.data(),
)
def test_a_threshold_in_hand_does_as_a_whole_simulation(band, sections, label, step, data):
    ground, today = history(count=120, sections=sections)
    ground.comments.scores[::9] = np.nan
    own = [key for key, item in sections.items() if label in item]
    handle = Handle(label, step, data.draw(st.sampled_from([None, *own])))
    drag = Drag(ground, replace(today, bands={**today.bands, Label.THREAT: band}), handle)
    for threshold in data.draw(st.lists(wide | st.sampled_from(ground.comments.scores[1:9, 0].tolist()), min_size=1, max_size=4)):
        assert same(drag.at(threshold), simulate(ground, routes_under(ground, drag.draft_at(threshold))))


def test_a_long_way_in_hand_is_exact_too():
    ground, today = history(count=20_000)
    drag = Drag(ground, today, Handle(Label.TOXICITY, "review_at"))
    for threshold in (0.0, 0.02, 0.2, 0.21, 0.5, 0.99):
        assert same(drag.at(threshold), simulate(ground, routes_under(ground, drag.draft_at(threshold))))
        by_drag, plain = drag.nearest(threshold), nearest(ground, Label.TOXICITY, threshold)
        scores = ground.columns[Label.TOXICITY]
        assert scores[by_drag.below].tolist() == scores[plain.below].tolist()
        assert scores[by_drag.reached].tolist() == scores[plain.reached].tolist()


def test_only_a_section_with_a_band_of_its_own_can_be_taken_in_hand():
    ground, today = history(sections={"sport": {Label.THREAT: Band(0.2)}})
    with pytest.raises(InvalidError):
        Drag(ground, today, Handle(Label.TOXICITY, "hold_at", "sport"))
    with pytest.raises(InvalidError):
        Drag(ground, today, Handle(Label.INSULT, "hold_at"))
    assert Drag(ground, today, Handle(Label.THREAT, "hold_at", "sport")).draft_at(0.4).section_bands["sport"][Label.THREAT] == Band(
        0.2, 0.4
    )


def test_a_policy_speaks_of_labels_and_sections_that_the_history_lacks():
    known = comments_of({Label.TOXICITY: [0.9]})
    draft = Policy(bands={Label.INSULT: Band(0.1)}, section_bands={"gone": {Label.TOXICITY: Band(0.1)}})
    assert ROUTES[int(routes_under(Ground(known), draft)[0])].value == "publish"
