"""A share of the decided sample goes to a second moderator, who knows nothing of the first and changes nothing."""

import pytest

from commentsvc.domain.practice import Practice
from commentsvc.domain.status import Queue, ReasonCode, Status, Verdict
from commentsvc.services.practice import change_practice
from commentsvc.services.second_opinions import chance_of
from commentsvc.store import models
from commentsvc.store.ids import new_id
from commentsvc.store.queries.queue import load_items
from tests.support.world import CIVIL, World


@pytest.fixture
def two(world: World) -> tuple[str, str]:
    """A site on which each decided sample goes to a second of two moderators."""
    mo, mia = world.moderator("mo"), world.moderator("mia")
    world.do(lambda session: change_practice(session, world.site.id, Practice(second_share=1.0), mo, world.now))
    world.chance.value = 0.0
    return mo, mia


def sample(world: World, author: str = "ann") -> tuple[str, str]:
    """A published comment that waits as a sample; its id and its item."""
    posted = world.submit(f"{CIVIL} Says {author}.", author=author)
    return posted.comment_id, str(posted.item_id)


def second_item(world: World, comment_id: str) -> str:
    (item,) = world.open_items(comment_id)
    return str(item.id)


def test_the_second_sees_what_the_first_saw_and_changes_nothing(world: World, two: tuple[str, str]):
    mo, mia = two
    comment_id, item_id = sample(world)
    world.decide(item_id, mo, Verdict.REJECT)
    second = second_item(world, comment_id)
    assert (world.item(second).queue, world.item(second).kept_from) == (Queue.SAMPLE, mo)
    with world.db.reading() as session:
        (seen,) = load_items(session, [second])
    assert seen.comment_status is Status.PUBLISHED
    assert world.claim(mo, Queue.REVIEW, limit=5) == []
    assert [one.item_id for one in world.claim(mia, Queue.REVIEW, limit=5)] == [second]
    outbox = len(world.rows(models.Outbox))
    world.decide(second, mia, Verdict.APPROVE)
    assert world.comment(comment_id).status is Status.REJECTED
    assert len(world.rows(models.Outbox)) == outbox
    first, other = world.rows(models.Decision)
    assert (first.is_in_force, other.is_in_force) == (True, False)
    row = world.row(models.SecondOpinion)
    assert (row.first_decision_id, row.decision_id) == (first.id, other.id)
    assert world.rows(models.AuditEntry, action="second_opinion_approve")[0].after["decision"] == other.id
    assert world.open_items(comment_id) == []


def test_undoing_the_first_ends_the_asking(world: World, two: tuple[str, str]):
    mo, _ = two
    comment_id, item_id = sample(world)
    world.decide(item_id, mo, Verdict.REJECT)
    second = second_item(world, comment_id)
    world.undo(item_id, mo)
    assert [item.id for item in world.open_items(comment_id)] == [item_id]
    assert not world.item(second).is_open
    assert world.rows(models.SecondOpinion) == []
    assert world.comment(comment_id).status is Status.PUBLISHED
    world.decide(item_id, mo)
    assert len(world.open_items(comment_id)) == 1


def test_undoing_the_second_lets_it_wait_again_and_the_first_stands(world: World, two: tuple[str, str]):
    mo, mia = two
    comment_id, item_id = sample(world)
    world.decide(item_id, mo, Verdict.REJECT)
    second = second_item(world, comment_id)
    world.decide(second, mia, Verdict.APPROVE)
    world.undo(second, mia)
    assert world.row(models.SecondOpinion).decision_id is None
    assert world.comment(comment_id).status is Status.REJECTED
    world.decide(second, mia, Verdict.REJECT)
    assert world.row(models.SecondOpinion).decision_id is not None


def test_where_the_second_escalates_a_third_decides_and_undoing_that_brings_the_first_back(world: World, two: tuple[str, str]):
    mo, mia = two
    comment_id, item_id = sample(world)
    world.decide(item_id, mo, Verdict.APPROVE)
    second = second_item(world, comment_id)
    world.decide(second, mia, Verdict.ESCALATE, note="a threat?")
    assert world.item(second).queue is Queue.ESCALATED
    max_ = world.moderator("max")
    world.decide(second, max_, Verdict.REJECT, reason_code=ReasonCode.THREAT)
    assert world.comment(comment_id).status is Status.REJECTED
    assert [row.is_in_force for row in world.rows(models.Decision)] == [False, False, True]
    assert world.row(models.SecondOpinion).decision_id is None
    world.undo(second, max_)
    assert world.comment(comment_id).status is Status.PUBLISHED
    assert [row.is_in_force for row in world.rows(models.Decision)] == [True, False, False]


def test_an_appeal_takes_the_waiting_second_opinion_over(world: World, two: tuple[str, str]):
    mo, mia = two
    comment_id, item_id = sample(world)
    world.decide(item_id, mo, Verdict.REJECT)
    second = second_item(world, comment_id)
    world.appeal(comment_id, "I was civil.")
    assert world.item(second).queue is Queue.APPEALS
    world.decide(second, mia, Verdict.APPROVE)
    assert world.comment(comment_id).status is Status.PUBLISHED
    assert world.row(models.SecondOpinion).decision_id is None
    world.undo(second, mia)
    assert world.comment(comment_id).status is Status.REJECTED


def test_an_edit_ends_it(world: World, two: tuple[str, str]):
    comment_id, item_id = sample(world)
    world.decide(item_id, two[0])
    second = second_item(world, comment_id)
    world.chance.value = 0.9
    world.edit(comment_id, "Now about something else, and as civil.")
    assert not world.item(second).is_open
    assert world.row(models.SecondOpinion).decision_id is None


def test_nobody_is_asked_where_nobody_else_is_or_the_site_does_not_want_it(world: World):
    mo = world.moderator()
    world.chance.value = 0.0
    world.do(lambda session: change_practice(session, world.site.id, Practice(second_share=1.0), mo, world.now))
    world.decide(sample(world, "ann")[1], mo)
    world.moderator("mia")
    world.do(lambda session: change_practice(session, world.site.id, Practice(), mo, world.now))
    world.decide(sample(world, "ben")[1], mo)
    assert world.rows(models.SecondOpinion) == []


def test_the_chance_is_even_over_decisions():
    numbers = [chance_of(new_id()) for _ in range(4000)]
    assert all(0.0 <= number < 1.0 for number in numbers)
    # 0.25 of 4,000 with a standard error of 27: nine of them.
    assert abs(sum(number < 0.25 for number in numbers) - 1000) < 250
