"""What a draft would have done equals what routing would have done, comment by comment."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from commentsvc.domain.intervals import Interval
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Policy, parse_policy
from commentsvc.domain.quality import WIDEST, TooLittle
from commentsvc.domain.routing import RoutingFacts, route
from commentsvc.domain.status import ROUTES, Queue, Route, Verdict
from commentsvc.services.simulation import Simulation, simulate_policy
from commentsvc.store import models
from commentsvc.store.queries.history import Period, list_scored_texts
from tests.support.world import POLICY, World

DRAFTS: list[dict[str, object]] = [
    {},
    {"bands": {"toxicity": {"hold_at": 0.5}}},
    {"bands": {"toxicity": {"review_at": 0.2, "hold_at": 0.75, "reject_at": 1}, "insult": {"reject_at": 0.6}}},
    {"bands": {"sexual_explicit": {"reject_at": 0.01}}},
    {
        "bands": {"toxicity": {"hold_at": 0.9}},
        "sections": {"sport": {"bands": {"toxicity": {"review_at": 0.1}}}, "a'b": {"bands": {"threat": {"hold_at": 0.3}}}},
    },
]


@pytest.fixture
def history(world: World) -> Period:
    """150 comments of every score in three sections and none, half of those before moderators decided."""
    chance = random.Random(11)
    world.set_policy({**POLICY, "links": {"max": 0, "route": "review"}, "repeats": {"count": 0}})
    since = world.now
    moderator = world.moderator()
    for number in range(150):
        scores = " ".join(f"{label}={chance.random():.3f}" for label in ("toxicity", "threat", "insult"))
        section = (None, "sport", "a'b", "local")[number % 4]
        body = f"Comment {number} {scores}" + (" https://example.org" if number % 7 == 0 else "")
        world.chance.value = chance.random()
        submitted = world.submit(body, author=f"a{number % 10}", article=f"{section}{number % 5}", section=section)
        for item in world.open_items(submitted.comment_id):
            if chance.random() < 0.5:
                world.decide(item.id, moderator, chance.choice([Verdict.APPROVE, Verdict.REJECT]))
        world.clock.advance(minutes=10)
    return Period(since, world.now)


def recomputed(world: World, draft: Policy, period: Period) -> list[tuple[Route, Route]]:
    """Each comment's route then and under the draft, by the routing function itself."""
    routes = []
    score_sets = {row.id: row for row in world.rows(models.ScoreSet)}
    for row in world.rows(models.Routing, is_in_force=True):
        if period.since <= row.created_at < period.until and period.section in (None, row.section_key):
            kept = score_sets[row.score_set_id]
            scores = {label: value for label in Label if (value := getattr(kept, label.value)) is not None}
            fresh = route(draft, RoutingFacts("", scores, section=row.section_key, approved_count=10**6), chance=1.0)
            routes.append((row.route, max(fresh.route, row.rule_route, key=lambda one: one.severity)))
    return routes


def simulate(world: World, draft: Policy, period: Period) -> Simulation:
    with world.db.reading() as session:
        return simulate_policy(session, world.site.id, draft, period)


def test_simulation_equals_recomputation_for_each_draft_and_period(world: World, history: Period):
    half = history.since + (history.until - history.since) / 2
    periods = [history, Period(history.since, half), Period(history.since, history.until, "sport"), Period(half, history.until, "nowhere")]
    for draft in map(parse_policy, DRAFTS):
        for period in periods:
            simulated, expected = simulate(world, draft, period), recomputed(world, draft, period)
            assert simulated.comments == len(expected)
            assert simulated.draft.by_route == {one.value: Counter(new for _, new in expected)[one] for one in ROUTES}
            assert simulated.now.by_route == {one.value: Counter(old for old, _ in expected)[one] for one in ROUTES}
            assert simulated.stricter == sum(new.severity > old.severity for old, new in expected)
            assert simulated.milder == sum(new.severity < old.severity for old, new in expected)


def test_figures_of_a_simulation_follow_from_the_decisions(world: World, history: Period):
    moderator = world.moderator("late")
    for item in world.rows(models.ReviewItem, is_open=True, queue=Queue.SAMPLE):
        # Days whose sample waits are left out.
        world.decide(item.id, moderator)
    simulated = simulate(world, parse_policy(POLICY), history)
    verdicts = {row.revision_id: row.verdict for row in world.rows(models.Decision, is_in_force=True)}
    routings = world.rows(models.Routing, is_in_force=True)
    flagged = [row for row in routings if row.route is not Route.PUBLISH]
    harmful = [row for row in flagged if verdicts.get(row.revision_id) is Verdict.REJECT]
    assert simulated.decided == len(verdicts)
    assert simulated.now.flagged == len(flagged)
    # Half of the flagged ones wait, and may be anything.
    assert isinstance(simulated.now.precision, TooLittle)
    precision = simulated.now.precision.interval
    assert precision.value == pytest.approx(len(harmful) / sum(row.revision_id in verdicts for row in flagged))
    assert precision.low < len(harmful) / len(flagged) < precision.high
    held = [row for row in flagged if row.route in {Route.HOLD, Route.REJECT}]
    assert simulated.now.wrongly_held.value == sum(verdicts.get(row.revision_id) is Verdict.APPROVE for row in held)
    published = len(routings) - len(flagged)
    waiting = [row for row in flagged if row.route is not Route.REJECT]
    assert simulated.now.items_a_day.value == pytest.approx((len(waiting) + 0.1 * published) / (150 * 10 / 60 / 24))


def test_simulating_writes_nothing(world: World, history: Period):
    before = world.snapshot()
    simulate(world, parse_policy(DRAFTS[1]), history)
    assert world.snapshot() == before


def test_nothing_to_simulate_is_no_trouble(world: World):
    simulated = simulate(world, parse_policy(POLICY), Period(world.now - timedelta(days=1), world.now))
    assert (simulated.comments, simulated.draft.flagged, simulated.draft.items_a_day.value) == (0, 0, 0.0)
    assert simulated.draft.recall == TooLittle(Interval(0.5, 0.0, 1.0), WIDEST, None)


def test_an_undone_decision_and_a_routing_out_of_force_do_not_count(world: World):
    since = world.now
    comment_id = world.submit("toxicity=0.8").comment_id
    (item,) = world.open_items(comment_id)
    moderator = world.moderator()
    world.decide(item.id, moderator, Verdict.REJECT)
    world.undo(item.id, moderator)
    world.set_policy({**POLICY, "publish_unscored": True})
    world.submit("toxicity=0.1", author="bob", is_late=True)
    simulated = simulate(world, parse_policy(POLICY), Period(since, since + timedelta(days=1)))
    assert (simulated.comments, simulated.decided) == (1, 0)


def test_texts_between_two_thresholds_are_listed_nearest_to_the_upper_first(world: World):
    for score in (0.1, 0.3, 0.39, 0.4, 0.5):
        world.submit(f"This one has toxicity={score} in it.", author=f"a{score}")
    period = Period(world.now, world.now + timedelta(days=1))
    with world.db.reading() as session:
        found = list_scored_texts(session, world.site.id, period, Label.TOXICITY, 0.3, 0.4)
    assert [text.scores[Label.TOXICITY] for text in found] == [0.39, 0.3]
