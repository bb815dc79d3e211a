"""A retry with an idempotency key gives the comment that is there, however many come at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from commentsvc.domain.errors import IdempotencyMismatchError
from commentsvc.domain.status import Status
from commentsvc.services.commenting import Submitted
from commentsvc.store import models
from tests.support.world import CIVIL, HELD, World


def test_a_retry_gives_the_same_comment(world: World):
    first = world.submit(HELD, idempotency_key="k1")
    before = world.snapshot()
    again = world.submit(HELD, idempotency_key="k1")
    assert (again.comment_id, again.revision_id, again.status, again.is_replay) == (first.comment_id, first.revision_id, Status.HELD, True)
    assert world.snapshot() == before


def test_a_retry_of_a_reply_gives_the_same_reply(world: World):
    parent = world.submit().comment_id
    first = world.submit("A reply.", parent=parent, idempotency_key="k1")
    assert world.submit("A reply.", parent=parent, idempotency_key="k1").comment_id == first.comment_id
    assert world.comment(parent).reply_count == 1


@pytest.mark.parametrize("change", [{"body": "Something else."}, {"body": CIVIL.upper()}, {"parent": "parent"}, {"article": "bus"}])
def test_a_key_used_for_something_else_is_refused(world: World, change):
    parent = world.submit("The root.").comment_id
    first = world.submit(CIVIL, idempotency_key="k1")
    change = {name: parent if value == "parent" else value for name, value in change.items()}
    with pytest.raises(IdempotencyMismatchError):
        world.submit(**{"body": CIVIL, **change}, idempotency_key="k1")
    assert [row.id for row in world.rows(models.Comment)] == [parent, first.comment_id]


def test_keys_belong_to_an_author_on_a_site(world: World):
    ids = {world.submit(author=author, idempotency_key="k1").comment_id for author in ("ann", "bob")}
    assert len(ids) == 2


@pytest.mark.parametrize("is_late", [False, True])
def test_twenty_retries_at_once_make_one_comment(world: World, is_late):
    world.submit("So that article and author are there.")
    gate = threading.Barrier(20)

    def post(_: int) -> Submitted:
        gate.wait()
        return world.submit(HELD, idempotency_key="k1", is_late=is_late)

    with ThreadPoolExecutor(20) as pool:
        submitted = list(pool.map(post, range(20)))
    assert len({one.comment_id for one in submitted}) == 1
    assert sorted(one.is_replay for one in submitted) == [False] + [True] * 19
    assert len(world.rows(models.Comment)) == 2


def test_twenty_retries_at_once_of_an_authors_first_comment_make_one(world: World):
    gate = threading.Barrier(20)

    def post(_: int) -> str:
        gate.wait()
        return world.submit(idempotency_key="k1").comment_id

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(post, range(20)))) == 1
    assert len(world.rows(models.Comment)) == 1


def test_twenty_readers_at_once_are_all_kept_and_numbered(world: World):
    gate = threading.Barrier(20)

    def post(number: int) -> str:
        gate.wait()
        return world.submit(f"What reader {number} has to say.", author=f"reader{number}").comment_id

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(post, range(20)))) == 20
    assert sorted(row.reply_no for row in world.rows(models.Comment)) == list(range(1, 21))
