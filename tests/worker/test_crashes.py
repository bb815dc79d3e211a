"""A process that dies between any two commits leaves a state from which another goes on: nothing lost, nothing done twice."""

from collections.abc import Callable

import pytest

from commentsvc.domain.leases import JOB_LEASE
from commentsvc.domain.status import Status
from commentsvc.services import commenting, editing, judging, review
from commentsvc.store import models
from commentsvc.worker import loop
from commentsvc.worker.loop import run_once
from tests.support.world import CIVIL, HELD, REVIEWED, World


class Died(BaseException):
    """The process ends here: as little an Exception as that is."""


def die_in(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, after: bool, at: int = 1) -> Callable[[], None]:
    """Die at the `at`-th call of `owner.name`, before or after it does its work. Returns what brings the function back to life."""
    real, calls = getattr(owner, name), []

    def dying(*args, **kwargs):
        calls.append(name)
        if len(calls) == at and not after:
            raise Died
        result = real(*args, **kwargs)
        if len(calls) == at:
            raise Died
        return result

    monkeypatch.setattr(owner, name, dying)
    return lambda: monkeypatch.setattr(owner, name, real)


IN_A_STEP = [
    (loop, "claim_scoring_jobs", False),
    (loop, "claim_scoring_jobs", True),
    (loop, "_answers", False),
    (loop, "_answers", True),
    (loop, "_record", False),
    (judging, "finish_scoring_job", False),
    (judging, "finish_scoring_job", True),
    (judging, "withdraw_routing", True),
    (judging, "set_status", True),
    (judging, "store_judgement", True),
    (judging, "append_audit_entry", True),
    (loop, "record_scores", True),
    (loop, "_record", True),
]


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize(("owner", "name", "after"), IN_A_STEP, ids=lambda value: getattr(value, "__name__", str(value)).split(".")[-1])
def test_a_worker_that_dies_loses_nothing_and_does_nothing_twice(world: World, monkeypatch, owner, name, after, at):
    texts = [CIVIL, HELD, REVIEWED]
    ids = [world.submit(text, author=f"a{place}", is_late=True).comment_id for place, text in enumerate(texts)]
    revive = die_in(monkeypatch, owner, name, after=after, at=at)
    try:
        run_once(world.runtime)
    except Died:
        world.check()
    revive()
    world.clock.advance(seconds=JOB_LEASE.total_seconds())
    while run_once(world.runtime):
        pass
    assert [world.comment(key).status for key in ids] == [Status.PUBLISHED, Status.HELD, Status.PUBLISHED]
    assert len(world.rows(models.Routing)) == len(world.rows(models.ScoreSet)) == 3
    assert len(world.rows(models.ReviewItem)) == 2
    assert [row.topic for row in world.rows(models.Outbox)].count("comment.pending") == 3
    assert len(world.rows(models.Outbox)) == 6
    assert world.rows(models.Job) == []


IN_A_POST = [
    (commenting, "_find_place"),
    (commenting, "count_repeats"),
    (commenting, "insert_revision"),
    (commenting, "store_judgement"),
    (commenting, "enqueue_job"),
    (commenting, "announce_status"),
    (commenting, "audit_judgement"),
]


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize(("owner", "name"), IN_A_POST, ids=lambda value: getattr(value, "__name__", str(value)).split(".")[-1])
def test_a_post_that_dies_is_not_there_and_its_retry_is_there_once(world: World, monkeypatch, owner, name, is_late):
    world.submit("Something before.")
    before = world.snapshot()
    revive = die_in(monkeypatch, owner, name, after=True)
    try:
        world.submit(HELD, is_late=is_late, idempotency_key="k1")
    except Died:
        assert world.snapshot() == before
    revive()
    world.submit(HELD, is_late=is_late, idempotency_key="k1")
    assert len(world.rows(models.Comment)) == 2


@pytest.mark.parametrize("name", ["insert_revision", "close_items", "judge_revision", "audit_judgement"])
def test_an_edit_that_dies_leaves_the_old_text_as_it_was(world: World, monkeypatch, name):
    comment_id = world.submit(REVIEWED).comment_id
    before = world.snapshot()
    revive = die_in(monkeypatch, editing, name, after=True)
    with pytest.raises(Died):
        world.edit(comment_id, HELD)
    assert world.snapshot() == before
    revive()
    world.edit(comment_id, HELD)
    assert world.comment(comment_id).revision_count == 2


@pytest.mark.parametrize("name", ["set_status", "announce", "append_audit_entry"])
def test_a_decision_that_dies_is_not_made(world: World, monkeypatch, name):
    comment_id = world.submit(HELD).comment_id
    (item,) = world.open_items(comment_id)
    moderator = world.moderator()
    before = world.snapshot()
    revive = die_in(monkeypatch, review, name, after=True)
    with pytest.raises(Died):
        world.decide(item.id, moderator)
    assert world.snapshot() == before
    revive()
    world.decide(item.id, moderator)
    before = world.snapshot()
    revive = die_in(monkeypatch, review, name, after=True)
    with pytest.raises(Died):
        world.undo(item.id, moderator)
    assert world.snapshot() == before
    revive()
    world.undo(item.id, moderator)
    assert world.comment(comment_id).status is Status.HELD
