"""Readers' reports, and what they bring before moderators."""

from datetime import timedelta

import pytest

from commentsvc.domain.errors import InvalidError, NotFoundError
from commentsvc.domain.status import Queue, ReasonCode, Standing, Status, Verdict
from commentsvc.services.moderation import urgency
from commentsvc.store import models
from commentsvc.worker.loop import run_once
from tests.support.world import HELD, REJECTED, REVIEWED, World


def test_a_report_puts_the_comment_before_moderators(world: World):
    submitted = world.submit()
    assert world.report(submitted.comment_id, "bob", ReasonCode.SPAM)
    report = world.row(models.Report)
    assert (report.revision_id, report.reporter, report.reason) == (submitted.revision_id, "bob", ReasonCode.SPAM)
    (item,) = world.open_items(submitted.comment_id)
    assert (item.queue, item.revision_id) == (Queue.REPORTED, submitted.revision_id)
    assert item.urgency == pytest.approx(urgency(0.3, world.now))
    comment = world.comment(submitted.comment_id)
    assert (comment.status, comment.report_count) == (Status.PUBLISHED, 1)
    entry = world.row(models.AuditEntry, action="comment_reported")
    assert (entry.actor, entry.after) == ("reader", {"reason": "spam"})


def test_a_reader_reports_once(world: World):
    comment_id = world.submit().comment_id
    world.report(comment_id, "bob")
    before = world.snapshot()
    assert not world.report(comment_id, "bob", ReasonCode.HATE)
    assert world.snapshot() == before


def test_more_reports_make_it_more_urgent_in_the_same_item(world: World):
    comment_id = world.submit().comment_id
    for number in range(3):
        world.report(comment_id, f"reader{number}")
    (item,) = world.open_items(comment_id)
    assert item.urgency == pytest.approx(urgency(0.5, world.now))
    assert world.comment(comment_id).report_count == 3


def test_a_report_moves_an_item_up_from_the_sample_and_review_to_reported(world: World):
    world.chance.value = 0.0
    for body in ("Sampled, as it happens.", REVIEWED):
        comment_id = world.submit(body).comment_id
        world.report(comment_id)
        assert [item.queue for item in world.open_items(comment_id)] == [Queue.REPORTED]


def test_what_a_moderator_approved_is_not_opened_again(world: World):
    comment_id = world.submit().comment_id
    moderator = world.moderator()
    world.report(comment_id, "bob")
    (item,) = world.open_items(comment_id)
    world.decide(item.id, moderator)
    assert world.report(comment_id, "cid")
    assert world.open_items(comment_id) == []
    assert world.comment(comment_id).report_count == 2


@pytest.mark.parametrize("body", [HELD, REJECTED])
def test_what_nobody_sees_is_not_reported(world: World, body):
    comment_id = world.submit(body).comment_id
    with pytest.raises(NotFoundError):
        world.report(comment_id)
    with pytest.raises(NotFoundError):
        world.report("nobody")
    assert world.rows(models.Report) == []


def test_approving_a_reported_edit_that_is_not_scored_yet_publishes_the_edit(world: World):
    submitted = world.submit()
    edited = world.edit(submitted.comment_id, "Another text of mine.", is_late=True)
    world.report(submitted.comment_id)
    (item,) = world.open_items(submitted.comment_id)
    moderator = world.moderator()
    world.decide(item.id, moderator)
    assert world.comment(submitted.comment_id).published_revision_id == edited.revision_id
    world.check()
    run_once(world.runtime)
    assert world.comment(submitted.comment_id).published_revision_id == edited.revision_id
    assert world.rows(models.ScoreSet, revision_id=edited.revision_id)


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT])
@pytest.mark.parametrize("is_scored_meanwhile", [False, True])
def test_undoing_a_decision_on_an_unscored_edit_shows_the_text_before_and_lets_the_edit_be_routed(
    world: World, verdict, is_scored_meanwhile
):
    submitted = world.submit()
    world.edit(submitted.comment_id, HELD, is_late=True)
    world.report(submitted.comment_id)
    (item,) = world.open_items(submitted.comment_id)
    moderator = world.moderator()
    world.decide(item.id, moderator, verdict)
    if is_scored_meanwhile:
        run_once(world.runtime)
    world.undo(item.id, moderator)
    comment = world.comment(submitted.comment_id)
    assert (comment.status, comment.published_revision_id) == (Status.PUBLISHED, submitted.revision_id)
    world.check()
    run_once(world.runtime)
    assert world.comment(submitted.comment_id).status is Status.HELD


def test_a_sanction_is_kept_with_its_reason(world: World):
    world.submit()
    moderator = world.moderator()
    until = world.now + timedelta(days=3)
    world.sanction("ann", Standing.SUSPENDED, moderator, until)
    author = world.row(models.Author)
    assert (author.standing, author.standing_until) == (Standing.SUSPENDED, until)
    entry = world.row(models.AuditEntry, action="author_sanctioned")
    assert entry.before == {"standing": "normal", "until": None}
    assert entry.after == {"standing": "suspended", "until": until.isoformat(), "reason": "for a test"}


@pytest.mark.parametrize("until", [None, timedelta(0), timedelta(days=-1)])
def test_a_suspension_needs_an_end_ahead(sqlite_world: World, until):
    sqlite_world.submit()
    with pytest.raises(InvalidError):
        sqlite_world.sanction("ann", Standing.SUSPENDED, "nobody", until=None if until is None else sqlite_world.now + until)
