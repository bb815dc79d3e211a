"""Moderators claim, decide and undo; every outcome is one moderator's, about the text that was read."""

from datetime import timedelta

import pytest

from commentsvc.domain.commands import Decide
from commentsvc.domain.errors import (
    AlreadyDecidedError,
    InvalidError,
    LeaseHeldError,
    NotFoundError,
    StaleRevisionError,
)
from commentsvc.domain.status import Queue, ReasonCode, Status, Verdict
from commentsvc.services.review import claim_review_item, decide, release_review_item
from commentsvc.services.sites import NewSite
from commentsvc.store import models
from tests.support.world import HELD, POLICY, REVIEWED, World


def held(world: World, *scores: float, **rest) -> list[str]:
    """Held comments of the given toxicity; returns their items' ids."""
    ids = [world.submit(f"Number {n} has toxicity={score} in it.", **rest).comment_id for n, score in enumerate(scores)]
    return [world.open_items(comment_id)[0].id for comment_id in ids]


def test_the_riskiest_is_claimed_first(world: World):
    low, high, middle = held(world, 0.71, 0.93, 0.8)
    moderator = world.moderator()
    claimed = world.claim(moderator, limit=2)
    assert [claim.item_id for claim in claimed] == [high, middle]
    assert {world.item(item).leased_by for item in (high, middle)} == {moderator}
    assert world.item(high).leased_until == world.now + timedelta(minutes=5) == claimed[0].leased_until
    assert world.item(low).leased_by is None


def test_who_has_waited_long_enough_overtakes_the_riskier(world: World):
    (old,) = held(world, 0.71)
    world.clock.advance(hours=12)
    (new,) = held(world, 0.93, author="bob")
    assert world.item(old).urgency > world.item(new).urgency
    assert [claim.item_id for claim in world.claim(world.moderator(), limit=2)] == [old, new]


def test_two_moderators_never_hold_the_same_item(world: World):
    items = held(world, 0.71, 0.8, 0.9)
    mo, mia = world.moderator("mo"), world.moderator("mia")
    first = {claim.item_id for claim in world.claim(mo, limit=2)}
    second = {claim.item_id for claim in world.claim(mia, limit=2)}
    assert first | second == set(items)
    assert not first & second
    assert world.claim(world.moderator("max")) == []


def test_a_claim_stays_within_its_queue_and_its_sites(world: World):
    held(world, 0.8)
    other = world.make_site(NewSite("courier", "The Courier"), POLICY)
    (there,) = held(world, 0.9, site=other)
    world.submit(REVIEWED, author="bob")
    moderator = world.moderator()
    claimed = world.claim(moderator, limit=50, site_ids=(world.site_named(other).id,))
    assert [claim.item_id for claim in claimed] == [there]
    assert world.claim(moderator, site_ids=()) == []
    assert [world.item(claim.item_id).queue for claim in world.claim(moderator, Queue.REVIEW, limit=50)] == [Queue.REVIEW]


def test_a_lease_ends_and_is_renewed_by_use(world: World):
    (item,) = held(world, 0.8)
    mo, mia = world.moderator("mo"), world.moderator("mia")
    world.claim(mo)
    world.clock.advance(minutes=4)
    assert world.claim(mia) == []
    world.do(lambda session: claim_review_item(session, item, mo, None, world.now))
    world.clock.advance(minutes=4, seconds=59)
    with pytest.raises(LeaseHeldError):
        world.do(lambda session: claim_review_item(session, item, mia, None, world.now))
    world.clock.advance(seconds=1)
    assert [claim.item_id for claim in world.claim(mia)] == [item]
    with pytest.raises(LeaseHeldError):
        world.decide(item, mo)


def test_a_lease_is_given_back_by_who_holds_it_only(world: World):
    (item,) = held(world, 0.8)
    mo, mia = world.moderator("mo"), world.moderator("mia")
    world.claim(mo)
    world.do(lambda session: release_review_item(session, item, mia))
    assert world.item(item).leased_by == mo
    world.do(lambda session: release_review_item(session, item, mo))
    assert (world.item(item).leased_by, world.item(item).leased_until) == (None, None)


@pytest.mark.parametrize(("verdict", "status"), [(Verdict.APPROVE, Status.PUBLISHED), (Verdict.REJECT, Status.REJECTED)])
def test_a_decision_is_kept_with_everything_that_explains_it(world: World, verdict, status):
    submitted = world.submit(HELD)
    (item,) = world.open_items(submitted.comment_id)
    moderator = world.moderator()
    world.claim(moderator)
    world.clock.advance(seconds=7)
    decided = world.decide(item.id, moderator, verdict, note="as it should be")
    assert (decided.status, decided.status_before, decided.comment_id) == (status, Status.HELD, submitted.comment_id)
    row = world.row(models.Decision)
    assert (row.id, row.verdict, row.revision_id, row.queue) == (decided.decision_id, verdict, submitted.revision_id, Queue.HELD)
    assert (row.status_before, row.status_after, row.is_in_force, row.seconds) == (Status.HELD, status, True, 7.0)
    assert (row.reason_code, row.note) == (ReasonCode.ABUSE if verdict is Verdict.REJECT else None, "as it should be")
    comment = world.comment(submitted.comment_id)
    assert (comment.status, comment.is_shown) == (status, status is Status.PUBLISHED)
    closed = world.item(item.id)
    assert (closed.is_open, closed.closed_at, closed.leased_by) == (False, world.now, None)
    assert [row.topic for row in world.rows(models.Outbox)] == ["comment.held", f"comment.{status.value}", "decision.made"]
    entry = world.row(models.AuditEntry, action=f"decision_{verdict.value}")
    assert (entry.actor, entry.before) == (f"account:{moderator}", {"status": "held"})
    assert entry.after["status"] == status.value
    author = world.row(models.Author)
    assert (author.published_count, author.rejected_count) == (int(status is Status.PUBLISHED), int(status is Status.REJECTED))


def test_a_visible_comment_is_rejected_and_disappears(world: World):
    submitted = world.submit(REVIEWED)
    (item,) = world.open_items(submitted.comment_id)
    world.decide(item.id, world.moderator(), Verdict.REJECT)
    comment = world.comment(submitted.comment_id)
    assert (comment.status, comment.is_shown, comment.published_revision_id) == (Status.REJECTED, False, None)
    assert world.row(models.Article).published_count == 0


def test_a_rejection_says_why(world: World):
    (item,) = held(world, 0.8)
    before = world.snapshot()
    with pytest.raises(InvalidError) as refused:
        world.decide(item, "anybody", Verdict.REJECT, reason_code=None)
    assert [problem.pointer for problem in refused.value.fields] == ["/reason_code"]
    assert world.snapshot() == before


def test_decide_on_another_moderators_lease_conflicts(world: World):
    (item,) = held(world, 0.8)
    mo, mia = world.moderator("mo"), world.moderator("mia")
    world.claim(mo)
    before = world.snapshot()
    with pytest.raises(LeaseHeldError):
        world.decide(item, mia)
    assert world.snapshot() == before


def test_without_a_lease_deciding_takes_the_item(world: World):
    (item,) = held(world, 0.8)
    world.decide(item, world.moderator())
    assert world.row(models.Decision).seconds is None


def test_decide_on_stale_revision_conflicts(world: World):
    submitted = world.submit(HELD)
    (item,) = world.open_items(submitted.comment_id)
    moderator = world.moderator()
    world.claim(moderator)
    world.edit(submitted.comment_id, "A better word for it.")
    before = world.snapshot()
    with pytest.raises(StaleRevisionError):
        world.decide(item.id, moderator, revision_id=submitted.revision_id)
    assert world.snapshot() == before


def test_decide_twice_conflicts(world: World):
    (item,) = held(world, 0.8)
    moderator = world.moderator()
    world.decide(item, moderator)
    with pytest.raises(AlreadyDecidedError):
        world.decide(item, moderator, Verdict.REJECT)
    with pytest.raises(AlreadyDecidedError):
        world.do(lambda session: claim_review_item(session, item, moderator, None, world.now))
    assert len(world.rows(models.Decision)) == 1


def test_items_of_other_sites_are_not_there(world: World):
    (item,) = held(world, 0.8)
    moderator = world.moderator()
    elsewhere = frozenset({"another site"})
    for act in (
        lambda: world.decide(item, moderator, site_ids=elsewhere),
        lambda: world.undo(item, moderator, elsewhere),
        lambda: world.do(lambda session: claim_review_item(session, item, moderator, elsewhere, world.now)),
        lambda: world.decide("no item", moderator, revision_id="none"),
        lambda: world.undo(item, moderator),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert world.rows(models.Decision) == []


def test_escalating_moves_the_item_on_and_leaves_the_comment(world: World):
    (item,) = held(world, 0.8)
    mo, mia = world.moderator("mo"), world.moderator("mia")
    world.claim(mo)
    world.decide(item, mo, Verdict.ESCALATE, note="not mine to say")
    row = world.item(item)
    assert (row.queue, row.is_open, row.leased_by) == (Queue.ESCALATED, True, None)
    assert world.comment(row.comment_id).status is Status.HELD
    assert not world.row(models.Decision).is_in_force
    assert [claim.item_id for claim in world.claim(mia, Queue.ESCALATED)] == [item]
    world.decide(item, mia, Verdict.REJECT)
    assert [(row.verdict, row.is_in_force) for row in world.rows(models.Decision)] == [(Verdict.ESCALATE, False), (Verdict.REJECT, True)]


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT, Verdict.ESCALATE])
@pytest.mark.parametrize(("body", "queue", "status"), [(HELD, Queue.HELD, Status.HELD), (REVIEWED, Queue.REVIEW, Status.PUBLISHED)])
def test_undo_restores_the_comment_and_opens_the_item_again(world: World, verdict, body, queue, status):
    submitted = world.submit(body)
    (item,) = world.open_items(submitted.comment_id)
    mo, mia = world.moderator("mo"), world.moderator("mia")
    world.claim(mo, queue)
    decided = world.decide(item.id, mo, verdict)
    world.clock.advance(seconds=30)
    undone = world.undo(item.id, mia)
    assert (undone.decision_id, undone.status) == (decided.decision_id, status)
    comment = world.comment(submitted.comment_id)
    assert (comment.status, comment.is_shown) == (status, status is Status.PUBLISHED)
    row = world.item(item.id)
    assert (row.is_open, row.queue, row.closed_at, row.leased_by) == (True, queue, None, mia)
    kept = world.row(models.Decision)
    assert (kept.undone_at, kept.undone_by, kept.is_in_force) == (world.now, mia, False)
    assert world.rows(models.AuditEntry, action="decision_undone")[0].after["decision"] == decided.decision_id
    world.check()
    world.decide(item.id, mia, Verdict.REJECT)
    assert world.comment(submitted.comment_id).status is Status.REJECTED


def test_undo_takes_back_one_decision_after_another(world: World):
    (item,) = held(world, 0.8)
    moderator = world.moderator()
    world.decide(item, moderator, Verdict.ESCALATE)
    world.decide(item, moderator, Verdict.REJECT)
    world.undo(item, moderator)
    assert world.item(item).queue is Queue.ESCALATED
    world.undo(item, moderator)
    assert world.item(item).queue is Queue.HELD
    with pytest.raises(NotFoundError):
        world.undo(item, moderator)


def test_undo_is_refused_when_the_comment_has_moved_on(world: World):
    submitted = world.submit(HELD)
    (item,) = world.open_items(submitted.comment_id)
    moderator = world.moderator()
    world.decide(item.id, moderator)
    world.edit(submitted.comment_id, "Another text.")
    before = world.snapshot()
    with pytest.raises(StaleRevisionError):
        world.undo(item.id, moderator)
    world.withdraw(submitted.comment_id)
    with pytest.raises(StaleRevisionError):
        world.undo(item.id, moderator)
    assert world.rows(models.Decision) == [*before["decision"]]


def test_a_withdrawn_comments_item_is_closed_to_decisions(world: World):
    submitted = world.submit(HELD)
    (item,) = world.open_items(submitted.comment_id)
    moderator = world.moderator()
    world.claim(moderator)
    world.withdraw(submitted.comment_id)
    with pytest.raises(AlreadyDecidedError):
        world.decide(item.id, moderator)
    assert world.comment(submitted.comment_id).status is Status.WITHDRAWN


def test_a_batch_of_decisions_is_kept_whole_or_not_at_all(world: World):
    items = held(world, 0.71, 0.8, 0.9)
    moderator = world.moderator()

    def batch(session) -> None:
        for item in [*items, items[0]]:
            decide(session, Decide(item, moderator, Verdict.APPROVE, revisions[item]), None, world.now)

    revisions = {item: world.item(item).revision_id for item in items}
    before = world.snapshot()
    with pytest.raises(AlreadyDecidedError):
        world.do(batch)
    assert world.snapshot() == before


def test_the_random_sample_is_decided_like_everything_else(world: World):
    world.chance.value = 0.0
    submitted = world.submit()
    (item,) = world.open_items(submitted.comment_id)
    moderator = world.moderator()
    world.decide(item.id, moderator, Verdict.REJECT, reason_code=ReasonCode.HATE)
    assert world.comment(submitted.comment_id).status is Status.REJECTED
    assert world.row(models.Decision).queue is Queue.SAMPLE
    world.undo(item.id, moderator)
    assert world.comment(submitted.comment_id).status is Status.PUBLISHED
