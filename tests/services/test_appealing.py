"""Appeals: another moderator looks again, and what they decide takes the place of what was decided before."""

import pytest

from commentsvc.domain.errors import ConflictError, KeptFromError, NotFoundError, StaleRevisionError
from commentsvc.domain.status import AppealOutcome, Queue, ReasonCode, Status, Verdict
from commentsvc.services.accounts import set_active, set_role
from commentsvc.services.review import claim_review_item
from commentsvc.store import models
from tests.support.world import HELD, REJECTED, World


@pytest.fixture
def rejected(world: World):
    """A comment that `mo` has rejected, while `flo` could judge, too."""
    comment_id = world.submit(HELD).comment_id
    mo, flo = world.moderator("mo"), world.moderator("flo")
    (item,) = world.open_items(comment_id)
    world.decide(item.id, mo, Verdict.REJECT, reason_code=ReasonCode.ABUSE)
    return comment_id, item.id, mo, flo


def test_an_appeal_waits_for_someone_else(world: World, rejected):
    comment_id, _, mo, flo = rejected
    assert world.appeal(comment_id, "It is a quotation.")
    (item,) = world.open_items(comment_id)
    assert (item.queue, item.kept_from) == (Queue.APPEALS, mo)
    assert world.claim(mo, Queue.APPEALS) == []
    with pytest.raises(KeptFromError):
        world.do(lambda session: claim_review_item(session, item.id, mo, None, world.now))
    with pytest.raises(KeptFromError):
        world.decide(item.id, mo, Verdict.APPROVE)
    assert [one.item_id for one in world.claim(flo, Queue.APPEALS)] == [item.id]
    entry = world.row(models.AuditEntry, action="appeal_opened")
    assert entry.subject == f"comment:{comment_id}"
    assert "quotation" not in str(entry.after)
    assert world.row(models.Outbox, topic="appeal.opened").payload["comment"] == comment_id


def test_the_same_text_is_appealed_once(world: World, rejected):
    comment_id, *_ = rejected
    assert world.appeal(comment_id, "First.")
    before = world.snapshot()
    assert not world.appeal(comment_id, "Second.")
    assert world.snapshot() == before


@pytest.mark.parametrize(
    ("verdict", "outcome", "status"),
    [(Verdict.APPROVE, AppealOutcome.OVERTURNED, Status.PUBLISHED), (Verdict.REJECT, AppealOutcome.UPHELD, Status.REJECTED)],
)
def test_the_second_look_counts_and_can_be_taken_back(world: World, rejected, verdict, outcome, status):
    comment_id, first_item, _, flo = rejected
    world.appeal(comment_id)
    (item,) = world.open_items(comment_id)
    world.decide(item.id, flo, verdict, **({"reason_code": ReasonCode.HATE} if verdict is Verdict.REJECT else {}))
    assert world.comment(comment_id).status is status
    appeal = world.row(models.Appeal, comment_id=comment_id)
    assert (appeal.outcome, appeal.decided_at) == (outcome, world.now)
    assert world.row(models.Outbox, topic=f"appeal.{outcome.value}").payload["appeal"] == appeal.id
    (in_force,) = [row for row in world.rows(models.Decision, comment_id=comment_id) if row.is_in_force]
    assert (in_force.account_id, in_force.item_id) == (flo, item.id)
    world.check()
    world.undo(item.id, flo)
    assert world.comment(comment_id).status is Status.REJECTED
    assert world.row(models.Appeal, comment_id=comment_id).outcome is None
    (in_force,) = [row for row in world.rows(models.Decision, comment_id=comment_id) if row.is_in_force]
    assert in_force.item_id == first_item
    assert [one.id for one in world.open_items(comment_id)] == [item.id]


def test_an_escalated_appeal_is_settled_where_it_ends(world: World, rejected):
    comment_id, _, mo, flo = rejected
    world.appeal(comment_id)
    (item,) = world.open_items(comment_id)
    world.decide(item.id, flo, Verdict.ESCALATE, note="What do you think?")
    assert world.row(models.Appeal, comment_id=comment_id).outcome is None
    chief = world.moderator("chief")
    assert world.claim(mo, Queue.ESCALATED) == []
    world.decide(item.id, chief, Verdict.APPROVE)
    assert world.row(models.Appeal, comment_id=comment_id).outcome is AppealOutcome.OVERTURNED
    assert world.comment(comment_id).status is Status.PUBLISHED


def test_a_decision_that_was_appealed_is_not_undone_past_the_appeal(world: World, rejected):
    comment_id, first_item, mo, _ = rejected
    world.appeal(comment_id)
    with pytest.raises(StaleRevisionError, match="appealed since"):
        world.undo(first_item, mo)
    assert world.comment(comment_id).status is Status.REJECTED


def test_who_moderates_alone_looks_again(world: World):
    comment_id = world.submit(HELD).comment_id
    mo = world.moderator("mo")
    (item,) = world.open_items(comment_id)
    world.decide(item.id, mo, Verdict.REJECT, reason_code=ReasonCode.ABUSE)
    world.appeal(comment_id)
    assert len(world.claim(mo, Queue.APPEALS)) == 1


@pytest.mark.parametrize("how", ["closed", "role"])
def test_when_the_last_other_moderator_goes_the_appeal_is_freed(world: World, rejected, how):
    comment_id, _, mo, flo = rejected
    world.appeal(comment_id)
    chief = world.moderator("chief", site_id="*")
    world.do(lambda session: set_active(session, flo, None, world.now, is_active=False))
    assert world.claim(mo, Queue.APPEALS) == []
    if how == "closed":
        world.do(lambda session: set_active(session, chief, None, world.now, is_active=False))
    else:
        world.do(lambda session: set_role(session, chief, "*", None, None, world.now))
    assert len(world.claim(mo, Queue.APPEALS)) == 1


def test_what_software_rejected_may_be_appealed_to_anybody(world: World):
    comment_id = world.submit(REJECTED).comment_id
    mo = world.moderator("mo")
    world.moderator("flo")
    world.appeal(comment_id)
    (claimed,) = world.claim(mo, Queue.APPEALS)
    world.decide(claimed.item_id, mo, Verdict.APPROVE)
    assert world.row(models.Appeal, comment_id=comment_id).outcome is AppealOutcome.OVERTURNED
    assert world.comment(comment_id).status is Status.PUBLISHED


@pytest.mark.parametrize("body", ["I took the tram on its first day.", HELD])
def test_only_a_rejected_comment_is_appealed(world: World, body):
    comment_id = world.submit(body).comment_id
    with pytest.raises(ConflictError):
        world.appeal(comment_id)


def test_a_withdrawn_comment_is_gone_for_appeals(world: World, rejected):
    comment_id, *_ = rejected
    world.appeal(comment_id)
    world.withdraw(comment_id)
    assert world.open_items(comment_id) == []
    with pytest.raises(NotFoundError):
        world.appeal(comment_id)


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT])
def test_an_appeal_about_a_text_that_waits_for_its_scores_can_be_taken_back(world: World, verdict):
    comment_id = world.submit("I took the tram.").comment_id
    mo, flo = world.moderator("mo"), world.moderator("flo")
    world.edit(comment_id, "I took the bus.", is_late=True)
    world.report(comment_id, "bob")
    (item,) = world.open_items(comment_id)
    world.decide(item.id, mo, Verdict.REJECT)
    world.appeal(comment_id)
    (appealed,) = world.open_items(comment_id)
    world.decide(appealed.id, flo, verdict)
    world.check()
    world.undo(appealed.id, flo)
    assert world.comment(comment_id).status is Status.REJECTED
    world.check()
