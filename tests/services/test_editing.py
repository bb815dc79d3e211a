"""Edits go the way of a new comment; withdrawing takes the text away and leaves the conversation standing."""

from datetime import timedelta

import pytest

from commentsvc.domain.errors import (
    AuthorBannedError,
    EditWindowClosedError,
    InvalidError,
    NotFoundError,
    StaleRevisionError,
    TooLongError,
)
from commentsvc.domain.status import Queue, Standing, Status, Verdict
from commentsvc.domain.threads import best_score
from commentsvc.services.sites import NewSite
from commentsvc.store import models
from commentsvc.worker.loop import run_once
from tests.support.world import CIVIL, HELD, POLICY, REJECTED, REVIEWED, World


def test_an_edit_is_a_new_revision_that_is_routed_again(world: World):
    comment_id = world.submit().comment_id
    world.clock.advance(minutes=1)
    edited = world.edit(comment_id, REVIEWED)
    comment = world.comment(comment_id)
    assert (comment.status, comment.revision_count, comment.edited_at) == (Status.PUBLISHED, 2, world.now)
    assert comment.published_revision_id == comment.current_revision_id == edited.revision_id
    assert [row.body for row in world.rows(models.Revision, comment_id=comment_id)] == [CIVIL, REVIEWED]
    assert len(world.rows(models.Routing, is_in_force=True)) == 2
    assert [item.queue for item in world.open_items(comment_id)] == [Queue.REVIEW]
    article = world.row(models.Article)
    assert (article.published_count, article.version) == (1, 2)
    assert world.rows(models.AuditEntry, action="comment_edited")[0].after["route"] == "review"


def test_readers_see_the_old_text_until_the_new_one_is_routed(world: World):
    submitted = world.submit()
    edited = world.edit(submitted.comment_id, HELD, is_late=True)
    assert edited.status is Status.PENDING
    comment = world.comment(submitted.comment_id)
    assert (comment.status, comment.published_revision_id) == (Status.PUBLISHED, submitted.revision_id)
    assert comment.current_revision_id == edited.revision_id
    world.check()
    assert run_once(world.runtime) == 1
    comment = world.comment(submitted.comment_id)
    assert (comment.status, comment.published_revision_id, comment.is_shown) == (Status.HELD, None, False)
    assert world.row(models.Article).published_count == 0


def test_an_edit_to_a_held_text_hides_the_comment(world: World):
    comment_id = world.submit().comment_id
    assert world.edit(comment_id, HELD).status is Status.HELD
    comment = world.comment(comment_id)
    assert (comment.status, comment.is_shown, comment.published_revision_id) == (Status.HELD, False, None)
    assert world.edit(comment_id, "A better word for it.").status is Status.PUBLISHED


def test_an_edit_of_a_held_comment_stays_hidden_until_it_is_routed(world: World):
    comment_id = world.submit(HELD).comment_id
    (waiting,) = world.open_items(comment_id)
    world.edit(comment_id, "A better word for it.", is_late=True)
    assert world.comment(comment_id).status is Status.HELD
    assert world.open_items(comment_id) == []
    assert world.item(waiting.id).closed_at == world.now


def test_a_rejected_comment_is_not_edited(world: World):
    comment_id = world.submit(REJECTED).comment_id
    with pytest.raises(EditWindowClosedError):
        world.edit(comment_id, CIVIL)
    assert world.comment(comment_id).revision_count == 1


def test_the_window_ends_on_the_second(world: World):
    comment_id = world.submit().comment_id
    world.clock.advance(seconds=599.999)
    world.edit(comment_id, "In time.")
    world.clock.advance(seconds=0.001)
    before = world.snapshot()
    with pytest.raises(EditWindowClosedError):
        world.edit(comment_id, "Too late.")
    with pytest.raises(EditWindowClosedError):
        world.withdraw(comment_id)
    assert world.snapshot() == before


def test_an_edit_of_a_text_that_has_changed_is_refused(world: World):
    comment_id = world.submit().comment_id
    world.edit(comment_id, "Second text.", base=1)
    with pytest.raises(StaleRevisionError):
        world.edit(comment_id, "Third text.", base=1)
    assert world.comment(comment_id).revision_count == 2


def test_what_is_refused_for_a_new_comment_is_refused_for_an_edit(world: World):
    world.site_key = world.make_site(NewSite("small", "Small", max_body_chars=60), POLICY)
    comment_id = world.submit().comment_id
    with pytest.raises(TooLongError):
        world.edit(comment_id, "x" * 61)
    with pytest.raises(InvalidError):
        world.edit(comment_id, "\n ")
    world.sanction("ann", Standing.BANNED, world.moderator())
    with pytest.raises(AuthorBannedError):
        world.edit(comment_id, "Let me.")
    assert world.comment(comment_id).revision_count == 1


def test_an_edit_takes_a_decided_item_out_of_nobodys_hands(world: World):
    comment_id = world.submit(REVIEWED).comment_id
    moderator = world.moderator()
    (item,) = world.open_items(comment_id)
    world.decide(item.id, moderator)
    edited = world.edit(comment_id, HELD)
    assert [row.revision_id for row in world.open_items(comment_id)] == [edited.revision_id]
    assert world.comment(comment_id).status is Status.HELD


def test_a_withdrawn_comment_without_replies_is_gone(world: World):
    comment_id = world.submit(REVIEWED).comment_id
    world.withdraw(comment_id)
    comment = world.comment(comment_id)
    assert (comment.status, comment.is_shown, comment.published_revision_id) == (Status.WITHDRAWN, False, None)
    assert [row.status for row in world.rows(models.Revision)] == [Status.WITHDRAWN]
    assert world.open_items(comment_id) == []
    assert world.row(models.Article).published_count == 0
    assert world.row(models.Author).published_count == 0
    for act in (world.withdraw, lambda key: world.edit(key, CIVIL), lambda key: world.vote(key, "bob", 1), world.report):
        with pytest.raises(NotFoundError):
            act(comment_id)


def test_a_placeholder_stays_while_replies_hang_on_it_and_goes_with_the_last(world: World):
    root = world.submit().comment_id
    middle = world.submit("In the middle.", parent=root).comment_id
    leaf = world.submit("At the end.", parent=middle).comment_id
    world.withdraw(middle)
    world.withdraw(root)
    shown = {row.id: (row.is_shown, row.shown_reply_count) for row in world.rows(models.Comment)}
    assert shown == {root: (True, 1), middle: (True, 1), leaf: (True, 0)}
    world.check()
    world.withdraw(leaf)
    shown = {row.id: (row.is_shown, row.shown_reply_count) for row in world.rows(models.Comment)}
    assert shown == {root: (False, 0), middle: (False, 0), leaf: (False, 0)}


def test_a_reply_that_is_held_and_approved_brings_its_placeholders_back(world: World):
    root = world.submit().comment_id
    middle = world.submit("In the middle.", parent=root).comment_id
    leaf = world.submit(HELD, parent=middle).comment_id
    world.withdraw(middle)
    world.withdraw(root)
    assert [row.is_shown for row in world.rows(models.Comment)] == [False] * 3
    moderator = world.moderator()
    (item,) = world.open_items(leaf)
    world.decide(item.id, moderator)
    assert [row.is_shown for row in world.rows(models.Comment)] == [True] * 3
    world.undo(item.id, moderator)
    assert [row.is_shown for row in world.rows(models.Comment)] == [False] * 3


def test_a_pending_comment_that_is_withdrawn_is_never_scored(world: World):
    comment_id = world.submit(is_late=True).comment_id
    world.withdraw(comment_id)
    assert run_once(world.runtime) == 1
    assert world.comment(comment_id).status is Status.WITHDRAWN
    assert world.rows(models.Job) == world.rows(models.ScoreSet) == []


def test_a_rejected_comment_that_is_withdrawn_no_longer_counts_as_rejected(world: World):
    comment_id = world.submit(REJECTED).comment_id
    world.withdraw(comment_id)
    assert world.row(models.Author).rejected_count == 0


def test_a_moderator_may_withdraw_when_the_window_is_over(world: World):
    comment_id = world.submit().comment_id
    world.clock.advance(days=30)
    world.withdraw(comment_id, ignore_window=True)
    assert world.comment(comment_id).status is Status.WITHDRAWN


def test_one_reader_has_one_vote(world: World):
    comment_id = world.submit().comment_id
    version = world.row(models.Article).version
    world.vote(comment_id, "bob", 1)
    count = world.vote(comment_id, "bob", 1)
    assert (count.up, count.down) == (1, 0)
    assert world.row(models.Article).version == version + 1
    count = world.vote(comment_id, "cid", -1)
    assert (count.up, count.down) == (1, 1)
    assert world.comment(comment_id).best_score == pytest.approx(best_score(1, 1))
    count = world.vote(comment_id, "bob", -1)
    assert (count.up, count.down) == (0, 2)
    world.vote(comment_id, "bob", 0)
    world.vote(comment_id, "cid", 0)
    comment = world.comment(comment_id)
    assert (comment.up_count, comment.down_count, comment.best_score) == (0, 0, 0.0)


@pytest.mark.parametrize("body", [HELD, REJECTED])
def test_what_nobody_sees_is_not_voted_on(world: World, body):
    comment_id = world.submit(body).comment_id
    with pytest.raises(NotFoundError):
        world.vote(comment_id, "bob", 1)
    assert world.rows(models.Vote) == []


def test_an_edit_after_an_approval_is_judged_on_its_own(world: World):
    comment_id = world.submit(HELD).comment_id
    moderator = world.moderator()
    (item,) = world.open_items(comment_id)
    world.decide(item.id, moderator, Verdict.APPROVE)
    world.clock.advance(minutes=1)
    world.edit(comment_id, REJECTED)
    assert world.comment(comment_id).status is Status.REJECTED
    assert world.comment(comment_id).edit_until > world.now + timedelta(minutes=5)
