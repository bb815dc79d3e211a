"""A history in the laboratory: parts of it, what is kept of it and when it is read anew, and a threshold in hand."""

import random
from datetime import timedelta

import pytest

from commentsvc.domain.advising import Goal
from commentsvc.domain.dragging import Handle
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import parse_policy, thresholds_into
from commentsvc.domain.recommending import RefusalKind
from commentsvc.domain.status import Queue, Verdict
from commentsvc.services import laboratory
from commentsvc.services.laboratory import ASSUMED_S, Laboratory, Scope, View
from commentsvc.services.simulation import Wish, advise
from commentsvc.store import models
from commentsvc.store.queries.history import Period
from commentsvc.store.queries.scored import load_scored
from tests.support.world import CIVIL, POLICY, World

TODAY = ("1", parse_policy(POLICY))
ENGLISH = "The tram was late again today, and nobody at the stop knew why it was"
GERMAN = "Die Straßenbahn war heute schon wieder zu spät, und niemand an der Haltestelle wusste warum"


def open_view(world: World, lab: Laboratory, scope: Scope | None = None, until: timedelta = timedelta(seconds=1)) -> View:
    period = Period(world.now - timedelta(days=30), world.now + until)
    with world.db.reading() as session:
        return lab.open(session, world.site.id, period, scope or Scope(), TODAY, world.now)


@pytest.fixture
def busy(world: World) -> World:
    """Eighty comments of every score in two sections and two languages; most of the flagged ones decided, and all of the sample."""
    world.set_policy({**POLICY, "repeats": {"count": 0}})
    chance = random.Random(5)
    moderator = world.moderator()
    for number in range(80):
        score = chance.random()
        world.chance.value = 0.0 if number % 4 == 0 else 1.0
        body = f"{GERMAN if number % 3 else ENGLISH} {number} toxicity={score:.4f}"
        section = "sport" if number % 2 else "local"
        submitted = world.submit(body, author=f"a{number}", article=section, section=section)
        for item in world.open_items(submitted.comment_id):
            if item.queue is Queue.SAMPLE or number % 5:
                world.decide(item.id, moderator, Verdict.REJECT if score > 0.35 else Verdict.APPROVE)
        world.clock.advance(hours=3)
    return world


def test_parts_of_a_history_add_up(busy: World):
    lab = Laboratory()
    whole = len(open_view(busy, lab).ground.comments)
    sections = [len(open_view(busy, lab, Scope(section=key)).ground.comments) for key in ("sport", "local", "nowhere")]
    languages = {row.language for row in busy.rows(models.Routing)}
    spoken = [len(open_view(busy, lab, Scope(language=key)).ground.comments) for key in languages if key]
    assert (whole, sections) == (80, [40, 40, 0])
    assert {"en", "de"} <= languages
    assert sum(spoken) == sum(row.language is not None for row in busy.rows(models.Routing))
    sport = open_view(busy, lab, Scope(section="sport", language="de"))
    rows = {row.revision_id for row in busy.rows(models.Routing, section_key="sport", language="de")}
    assert set(sport.revisions(range(len(sport.ground.comments)))) == rows


def test_a_threshold_in_hand_does_what_a_draft_with_it_does(busy: World):
    view = open_view(busy, Laboratory())
    draft, handle = parse_policy(POLICY), Handle(Label.TOXICITY, "review_at")
    swept = view.sweep(draft, handle, [0.05, 0.4, 0.7])
    for place, figures in zip([0.05, 0.4, 0.7], swept, strict=True):
        tried = view.try_draft(view.drag(draft, handle).draft_at(place))
        assert figures.by_route == tried.by_route
        assert figures.items_a_day == tried.items_a_day
        assert (figures.stricter, figures.milder) == (tried.stricter, tried.milder)
        assert figures.missed == tried.missed
    assert [one.stricter + one.milder for one in swept][1] == 0
    assert view.drag(draft, handle) is view.drag(view.drag(draft, handle).draft_at(0.2), handle)


def test_what_is_kept_is_read_anew_when_anything_has_changed(busy: World, monkeypatch):
    lab, moderator = Laboratory(), busy.moderator("late")
    until = timedelta(days=1)
    first = open_view(busy, lab, until=until)
    assert open_view(busy, lab, until=until) is first
    item = next(one for one in busy.rows(models.ReviewItem, is_open=True))
    busy.decide(item.id, moderator)
    decided = open_view(busy, lab, until=until)
    assert (decided.ground.comments.verdicts >= 0).sum() == (first.ground.comments.verdicts >= 0).sum() + 1
    busy.undo(item.id, moderator)
    assert (open_view(busy, lab, until=until).ground.comments.verdicts >= 0).sum() == (first.ground.comments.verdicts >= 0).sum()
    monkeypatch.setattr(laboratory, "_LARGE", 10)
    settled = open_view(busy, lab, until=until)
    busy.submit(CIVIL)
    assert open_view(busy, lab, until=until) is settled
    now = busy.clock.now()
    assert lab.find_latest(busy.site.id, timedelta(days=31), now) == Period(now - timedelta(days=30), now + until)
    assert lab.find_latest(busy.site.id, timedelta(days=30), now) is None
    busy.clock.advance(seconds=61)
    assert lab.find_latest(busy.site.id, timedelta(days=31), busy.now) is None


def test_no_more_is_kept_than_fits(busy: World, monkeypatch):
    monkeypatch.setattr(laboratory, "_MOST_KEPT", 100)
    lab = Laboratory()
    first = open_view(busy, lab)
    open_view(busy, lab, until=timedelta(seconds=2))
    assert open_view(busy, lab) is not first


def test_only_the_latest_are_read_where_there_are_too_many(busy: World):
    period = Period(busy.now - timedelta(days=30), busy.now)
    with busy.db.reading() as session:
        some = load_scored(session, busy.site.id, period, most=20)
        everything = load_scored(session, busy.site.id, period)
    assert (len(some.comments), some.is_cut, everything.is_cut) == (20, True, False)
    latest = sorted(busy.rows(models.Routing), key=lambda row: row.created_at)[-20:]
    assert set(some.revisions(range(20))) == {row.revision_id for row in latest}


def test_a_sampled_comment_taken_back_before_anybody_looked_holds_up_nothing(world: World):
    world.chance.value = 0.0
    comments = [world.submit(f"{CIVIL} {number}", author=f"a{number}").comment_id for number in range(3)]
    world.withdraw(comments[0])
    known = open_view(world, Laboratory()).ground
    assert sorted(known.comments.is_sampled.tolist()) == [False, True, True]
    moderator = world.moderator()
    assert known.is_day_used.tolist() == [False]
    for item in world.rows(models.ReviewItem, is_open=True):
        world.decide(item.id, moderator)
    assert open_view(world, Laboratory()).ground.is_day_used.tolist() == [True]


def test_hours_are_told_at_the_pace_of_the_site_once_it_is_known(world: World):
    moderator = world.moderator()
    assert open_view(world, Laboratory()).seconds == ASSUMED_S
    for number in range(20):
        world.submit(f"toxicity=0.8 {number}", author=f"a{number}")
        (claimed,) = world.claim(moderator)
        world.clock.advance(seconds=9 if number else 100_000)
        world.decide(claimed.item_id, moderator)
    view = open_view(world, Laboratory())
    # One who went away counts with five minutes, or not at all where the lease had run out.
    assert 9.0 <= view.seconds <= (19 * 9 + 300) / 20
    figures = view.try_draft(parse_policy(POLICY))
    assert figures.hours_a_day.value == pytest.approx(figures.items_a_day.value * view.seconds / 3600)


def test_goals_are_kept_or_refused_with_a_reason(busy: World):
    view, today = open_view(busy, Laboratory()), parse_policy(POLICY)
    advice = advise(view, today, Wish(Goal.ITEMS, 6.0))
    assert advice.draft is not None
    assert advice.then is not None
    assert view.try_draft(advice.draft).items_a_day.value <= 6.0
    document = thresholds_into({**POLICY, "links": {"max": 1}}, advice.draft)
    assert parse_policy(document).bands == advice.draft.bands
    assert document["links"] == {"max": 1}
    promised = advise(view, today, Wish(Goal.MISSED, 0.2))
    assert promised.promise is not None
    assert promised.promise.bound <= 0.2
    refused = advise(view, today, Wish(Goal.MISSED, 0.2, most_items_a_day=1.0))
    assert refused.refusal is not None
    assert refused.refusal.kind is RefusalKind.RULES_TAKE_MORE
    little = advise(view, today, Wish(Goal.REJECTING, 0.95))
    assert little.refusal is not None
    assert little.draft is None
