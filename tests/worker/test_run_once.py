"""What the worker makes of comments that were stored before they could be scored."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete

from commentsvc.domain.leases import JOB_LEASE
from commentsvc.domain.ports import ScorerUnavailableError, ScoreSet
from commentsvc.domain.status import Queue, Route, Status
from commentsvc.scoring.fake_scorer import FakeMood, FakeScorer
from commentsvc.services.judging import record_scores
from commentsvc.services.scoring import claim_scoring_jobs
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.worker import loop
from commentsvc.worker.loop import run_once
from tests.support.world import CIVIL, HELD, POLICY, REJECTED, REVIEWED, World


@pytest.mark.parametrize(
    ("body", "status"),
    [(CIVIL, Status.PUBLISHED), (REVIEWED, Status.PUBLISHED), (HELD, Status.HELD), (REJECTED, Status.REJECTED)],
)
def test_a_waiting_comment_ends_as_it_would_have_in_the_request(world: World, body, status):
    waiting = world.submit(body, is_late=True)
    at_once = world.submit(body, author="bob")
    world.clock.advance(seconds=10)
    assert run_once(world.runtime) == 1
    comment = world.comment(waiting.comment_id)
    assert comment.status is status
    assert comment.published_at == (world.now if status is Status.PUBLISHED else None)
    late, early = (world.row(models.Routing, comment_id=one.comment_id) for one in (waiting, at_once))
    assert (late.route, late.rule_route, late.reasons) == (early.route, early.rule_route, early.reasons)
    assert [item.queue for item in world.open_items(waiting.comment_id)] == [item.queue for item in world.open_items(at_once.comment_id)]
    assert world.rows(models.Job) == []
    entry = world.row(models.AuditEntry, action="comment_routed")
    assert (entry.actor, entry.before, entry.after["status"]) == ("system", {"status": "pending"}, status.value)
    assert run_once(world.runtime) == 0


def test_jobs_are_done_oldest_first_and_no_more_than_a_batch(world: World):
    ids = []
    for number in range(40):
        ids.append(world.submit(f"Text {number}.", author=f"a{number}", is_late=True).comment_id)
        world.clock.advance(seconds=1)
    world.scorer.batches.clear()
    assert [run_once(world.runtime) for _ in range(3)] == [32, 8, 0]
    assert world.scorer.batches == [tuple(f"Text {n}." for n in range(32)), tuple(f"Text {n}." for n in range(32, 40))]
    assert {world.comment(key).status for key in ids} == {Status.PUBLISHED}


@pytest.mark.parametrize("mood", [FakeMood.FAILING, FakeMood.ANSWERING_NAN, FakeMood.CRASHING])
def test_a_scorer_that_fails_leaves_the_comment_waiting_and_is_asked_again_later(world: World, mood):
    submitted = world.submit(is_late=True)
    world.scorer.mood = mood
    waits = []
    for _ in range(15):
        assert run_once(world.runtime) == 1
        job = world.row(models.Job)
        assert (job.state.value, job.lease_token, job.leased_until, job.last_error) == ("waiting", None, None, "scorer_unavailable")
        waits.append((job.run_at - world.now).total_seconds())
        assert run_once(world.runtime) == 0
        assert world.comment(submitted.comment_id).status is Status.PENDING
        world.clock.advance(seconds=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, *[60] * 9]
    world.check()
    world.scorer.mood = FakeMood.WELL
    assert run_once(world.runtime) == 1
    assert world.comment(submitted.comment_id).status is Status.PUBLISHED


class Picky(FakeScorer):
    """Breaks down at one text and answers all others."""

    def score(self, texts) -> list[ScoreSet]:
        if any("poison" in text for text in texts):
            raise ScorerUnavailableError("not this one")
        return super().score(texts)


def test_a_text_the_scorer_cannot_bear_holds_up_no_other(world: World):
    world.runtime.scorer._scorer = Picky()
    texts = ["One.", "Two with poison.", "Three."]
    ids = [world.submit(text, author=f"a{place}", is_late=True).comment_id for place, text in enumerate(texts)]
    assert run_once(world.runtime) == 3
    assert [world.comment(key).status for key in ids] == [Status.PUBLISHED, Status.PENDING, Status.PUBLISHED]
    assert world.row(models.Job).last_error == "scorer_unavailable"


def test_a_text_that_cannot_be_routed_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch):
    ids = [world.submit(f"Text {n}.", author=f"a{n}", is_late=True).comment_id for n in range(3)]
    make_text = world.runtime.make_text

    def break_at_first(body: str):
        if body == "Text 0.":
            raise ValueError("such a text was not foreseen")
        return make_text(body)

    monkeypatch.setattr(type(world.runtime), "make_text", lambda self, body: break_at_first(body))
    assert run_once(world.runtime) == 3
    assert [world.comment(key).status for key in ids] == [Status.PENDING, Status.PUBLISHED, Status.PUBLISHED]
    job = world.row(models.Job)
    assert (job.state.value, job.last_error, job.run_at) == ("waiting", "routing_failed", world.now + timedelta(seconds=1))


def test_the_policy_of_the_moment_of_routing_counts(world: World):
    submitted = world.submit(is_late=True)
    world.set_policy({**POLICY, "premoderation": True})
    run_once(world.runtime)
    assert world.comment(submitted.comment_id).status is Status.HELD
    routing = world.row(models.Routing)
    assert routing.policy_version_id == world.site.policy_version_id


def test_a_comment_published_unscored_is_routed_again_when_its_scores_come(world: World):
    world.set_policy({**POLICY, "publish_unscored": True})
    submitted = world.submit(REJECTED, is_late=True)
    assert world.comment(submitted.comment_id).status is Status.PUBLISHED
    run_once(world.runtime)
    assert world.comment(submitted.comment_id).status is Status.REJECTED
    first, second = world.rows(models.Routing)
    assert (first.is_in_force, second.is_in_force, second.route) == (False, True, Route.REJECT)


def test_scores_that_come_after_a_decision_are_kept_and_change_nothing(world: World):
    world.set_policy({**POLICY, "publish_unscored": True})
    submitted = world.submit(REJECTED, is_late=True)
    (item,) = world.open_items(submitted.comment_id)
    world.decide(item.id, world.moderator())
    run_once(world.runtime)
    assert world.comment(submitted.comment_id).status is Status.PUBLISHED
    assert world.row(models.ScoreSet).revision_id == submitted.revision_id
    assert world.rows(models.Job) == []


def test_an_edit_overtakes_the_job_of_the_text_before_it(world: World):
    submitted = world.submit(REJECTED, is_late=True)
    edited = world.edit(submitted.comment_id, CIVIL)
    assert edited.status is Status.PUBLISHED
    assert run_once(world.runtime) == 1
    comment = world.comment(submitted.comment_id)
    assert (comment.status, comment.published_revision_id) == (Status.PUBLISHED, edited.revision_id)
    assert world.rows(models.ScoreSet, revision_id=submitted.revision_id) == []


def test_an_edit_while_the_scorer_works_is_not_undone_by_its_answer(world: World):
    submitted = world.submit(is_late=True)
    (claimed,) = world.do(lambda session: claim_scoring_jobs(session, 1, world.now))
    assessed = world.assess(CIVIL)
    world.edit(submitted.comment_id, HELD)
    assert world.do(lambda session: record_scores(session, claimed, assessed)) is None
    assert world.comment(submitted.comment_id).status is Status.HELD
    assert world.rows(models.Job) == []


def test_who_lost_the_lease_changes_nothing(world: World):
    submitted = world.submit(HELD, is_late=True)
    (first,) = world.do(lambda session: claim_scoring_jobs(session, 1, world.now))
    assert world.do(lambda session: claim_scoring_jobs(session, 1, world.now)) == []
    world.clock.advance(seconds=JOB_LEASE.total_seconds())
    (second,) = world.do(lambda session: claim_scoring_jobs(session, 1, world.now))
    assert (second.job.id, second.job.attempts) == (first.job.id, 2)
    before = world.snapshot()
    assessed = world.assess(HELD)
    assert world.do(lambda session: record_scores(session, first, assessed)) is None
    assert world.snapshot() == before
    judged = world.do(lambda session: record_scores(session, second, assessed))
    assert judged is not None
    assert judged.after is Status.HELD
    assert world.do(lambda session: record_scores(session, second, assessed)) is None
    assert len(world.rows(models.Routing)) == len(world.open_items(submitted.comment_id)) == 1


def test_a_sampled_comment_that_was_scored_late_is_sampled(world: World):
    submitted = world.submit(is_late=True)
    world.chance.value = 0.0
    run_once(world.runtime)
    assert [item.queue for item in world.open_items(submitted.comment_id)] == [Queue.SAMPLE]
    assert world.row(models.Routing).sample_probability == 0.1


def test_a_job_without_its_comment_goes(world: World):
    world.submit(is_late=True)
    comment, entry = table_of(models.Comment), table_of(models.Outbox)
    article, author = table_of(models.Article), table_of(models.Author)

    def erase(session) -> None:
        for table in (comment, entry, article, author):
            session.execute(delete(table))

    world.do(erase)
    assert run_once(world.runtime) == 1
    assert world.rows(models.Job) == []


def test_the_loop_goes_on_after_a_step_that_failed(sqlite_world: World, monkeypatch: pytest.MonkeyPatch):
    assert loop.run_once is run_once
    submitted = sqlite_world.submit(is_late=True)
    stop, has_work = threading.Event(), threading.Event()
    steps: list[int] = []

    def failing_first(runtime) -> int:
        steps.append(len(steps))
        if len(steps) == 1:
            has_work.set()
            raise ZeroDivisionError
        done = run_once(runtime)
        if not done:
            stop.set()
        return done

    monkeypatch.setattr(loop, "run_once", failing_first)
    loop.run_until_stopped(sqlite_world.runtime, stop, has_work)
    assert len(steps) == 3
    assert sqlite_world.comment(submitted.comment_id).status is Status.PUBLISHED
