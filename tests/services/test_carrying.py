"""A policy's thresholds carried over a site's own comments."""

from dataclasses import replace

import numpy as np
import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScoreSet
from commentsvc.domain.status import Status, Verdict
from commentsvc.services.carrying import Pair, carry_policy
from commentsvc.services.rescoring import store_score_sets
from commentsvc.services.scoring import ensure_scorer_version
from commentsvc.store import models
from commentsvc.store.queries.rescoring import Stock
from tests.support.world import World

POLICY: dict = {"bands": {"toxicity": {"review_at": 0.6, "hold_at": 0.9}}, "sample_rate": 0.0, "links": {"max": 1, "route": "hold"}}
COUNT = 250


@pytest.fixture
def policy(world: World) -> dict:
    world.set_policy(POLICY)
    return POLICY


def fill(world: World, count: int = COUNT, section: str | None = None) -> None:
    """Comments whose toxicity is spread evenly over (0, 1): all of them below 0.9 are published."""
    for number in range(count):
        value = (number + 0.5) / count
        body = f"Text {number} of {section}: toxicity={value:.4f}"
        world.submit(body, author=f"{section}{number}", article=section or "tram", section=section)


def score_by_another(world: World, change=lambda values: {Label.TOXICITY: values**2}) -> Pair:
    """The other scorer says what `change` makes of the toxicity by the first."""
    version = replace(world.scorer.version, name="other")
    row = world.do(lambda session: ensure_scorer_version(session, version, world.now))
    own = world.runtime.scorer_row(world.scorer.version)
    scored = {one.revision_id: ScoreSet(change(one.toxicity), version.id) for one in world.rows(models.ScoreSet, scorer_version_id=own)}
    world.do(lambda session: store_score_sets(session, row, scored, world.now))
    return Pair(own, row)


def carried(world: World, pair: Pair, document: dict):
    before = world.snapshot()
    with world.db.reading() as session:
        found = carry_policy(session, Stock(world.site.id), document, pair)
    assert world.snapshot() == before
    return found


def test_each_threshold_gets_the_number_with_the_same_share(world: World, policy):
    fill(world)
    found = carried(world, score_by_another(world), policy)
    (review, hold) = found.lines
    assert review.carried is not None
    assert review.carried.after == pytest.approx(0.36, abs=0.01)
    assert review.carried.rate_after == review.carried.rate_before
    assert found.document["bands"]["toxicity"] == {"review_at": review.carried.after, "hold_at": hold.carried.after}
    assert {key: found.document[key] for key in ("links", "sample_rate")} == {key: policy[key] for key in ("links", "sample_rate")}
    assert policy == POLICY
    assert found.is_enough


def test_the_same_scores_leave_the_policy_as_it_is(world: World, policy):
    fill(world, 30)
    found = carried(world, score_by_another(world, lambda value: {Label.TOXICITY: value}), policy)
    assert found.document == policy
    assert (found.harmless, found.is_enough) == (27, False)


def test_harmless_are_published_and_approved_ones_and_undecided_ones_are_told(world: World, policy):
    fill(world, 100)
    held = world.rows(models.Comment, status=Status.HELD)
    mo = world.moderator()
    for place, comment in enumerate(held):
        (item,) = world.open_items(comment.id)
        if place < 4:
            world.decide(item.id, mo, Verdict.APPROVE)
        elif place < 7:
            world.decide(item.id, mo, Verdict.REJECT)
    found = carried(world, score_by_another(world), policy)
    (review, hold) = found.lines
    assert found.harmless == 94
    assert hold.carried is not None
    assert (hold.carried.reached_before, hold.carried.count, hold.left_out) == (4, 94, 3)
    assert review.left_out == 3


def test_a_label_that_only_one_measures_keeps_its_thresholds(world: World):
    document = {"bands": {"threat": {"hold_at": 0.5}}}
    fill(world, 3)
    found = carried(world, score_by_another(world), document)
    assert found.document == document
    assert [line.carried for line in found.lines] == [None]


def test_without_comments_that_both_have_scored_nothing_is_carried(world: World, policy):
    own = world.runtime.scorer_row(world.scorer.version)
    found = carried(world, Pair(own, own), policy)
    assert (found.document, found.harmless, found.is_enough) == (policy, 0, False)


def test_a_section_is_carried_by_its_own_comments_when_it_has_enough(world: World, policy):
    document = {
        **policy,
        "sections": {"sport": {"bands": {"toxicity": {"hold_at": 0.5}}}, "arts": {"bands": {"toxicity": {"hold_at": 0.5}}}},
    }
    fill(world, 260, "sport")
    fill(world, 20, "arts")
    found = carried(world, score_by_another(world), document)
    lines = {(line.section, line.name): line for line in found.lines}
    sport, arts = lines["sport", "hold_at"], lines["arts", "hold_at"]
    assert (sport.is_own, arts.is_own) == (True, False)
    assert sport.carried is not None
    assert arts.carried is not None
    assert (sport.carried.count, arts.carried.count) == (234, 252)
    assert found.document["sections"]["sport"]["bands"]["toxicity"]["hold_at"] == sport.carried.after
    assert found.document["sections"]["arts"]["bands"]["toxicity"]["hold_at"] == arts.carried.after
    assert np.isclose(sport.carried.after, 0.25, atol=0.01)
