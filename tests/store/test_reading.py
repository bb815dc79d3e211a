"""What readers ask for, on both engines: pages in every order, and looks that begin no transaction."""

import itertools
from typing import cast

import pytest
from sqlalchemy import QueuePool

from commentsvc.domain.errors import NotFoundError
from commentsvc.services.sites import set_article_closed
from commentsvc.store import models
from commentsvc.store.engine import StorageUnavailableError
from commentsvc.store.queries.glances import count_at_a_glance, glance_at_thread_head
from commentsvc.store.queries.sites import get_thread_head
from commentsvc.store.queries.threads import Sort, count_on_site, list_replies, list_thread
from tests.support.world import World, a_world


@pytest.fixture
def world(database_url):
    with a_world(database_url) as world:
        yield world


def head_of(world: World, article: str = "tram"):
    with world.db.reading() as session:
        return get_thread_head(session, "gazette", article)


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_pages_follow_each_other_in_every_order(world: World, limit):
    made = [world.submit(f"Comment number {number}.").comment_id for number in range(5)]
    for place, votes in ((1, 3), (2, 1), (4, 1)):
        for voter in range(votes):
            world.vote(made[place], f"voter{voter}", 1)
    article = world.row(models.Article).id
    orders = {Sort.OLDEST: made, Sort.NEWEST: made[::-1], Sort.BEST: [made[place] for place in (1, 4, 2, 3, 0)]}
    for sort, expected in orders.items():
        found: list[str] = []
        after = None
        for _ in range(6):
            with world.db.reading() as session:
                page = list_thread(session, article, sort, after=after, limit=limit)
            found += [comment.id for comment in page.comments]
            after = page.next_after
            if after is None:
                break
        assert found == expected, sort


def test_replies_follow_each_other(world: World):
    root = world.submit("The root.").comment_id
    replies = [world.submit(f"Reply number {number}.", parent=root).comment_id for number in range(7)]
    deeper = [world.submit(f"Deeper {number}.", parent=replies[number]).comment_id for number in range(2)]
    with world.db.reading() as session:
        (shown,) = list_thread(session, world.row(models.Article).id, Sort.NEWEST).comments
        rest = list_replies(session, root, after=shown.next_reply_no or 0, limit=1)
        last = list_replies(session, root, after=6, limit=5)
    assert [reply.id for reply in shown.replies] == replies[:5]
    assert [reply.id for reply in itertools.chain(*(reply.replies for reply in shown.replies))] == deeper
    assert ([comment.id for comment in rest.comments], rest.next_after) == ([replies[5]], (6,))
    assert ([comment.id for comment in last.comments], last.next_after) == ([replies[6]], None)


def test_a_glance_finds_what_a_session_finds(world: World):
    world.submit("On the tram.")
    for is_closed in (True, False):
        with world.db.transaction() as session:
            set_article_closed(session, world.site.id, "tram", is_closed=is_closed, account_id="x", now=world.now)
        for article in ("tram", "never-seen"):
            assert glance_at_thread_head(world.db, "gazette", article) == head_of(world, article)
    with pytest.raises(NotFoundError):
        glance_at_thread_head(world.db, "nowhere", "tram")


@pytest.mark.parametrize(
    "keys", [["tram"], ["bus", "tram"], ["never-seen"], ["tram", "tram"], ["'", '"', "ü", "a\nb"], [str(n) for n in range(500)]]
)
def test_a_glance_counts_what_a_session_counts(world: World, keys):
    world.submit("On the tram.")
    world.submit("On the bus.", article="bus")
    with world.db.reading() as session:
        assert count_at_a_glance(world.db, "gazette", keys) == count_on_site(session, "gazette", keys)
    with pytest.raises(NotFoundError):
        count_at_a_glance(world.db, "nowhere", keys)


def test_a_glance_sees_what_is_committed_and_nothing_else(world: World):
    world.submit("On the tram.")
    before = glance_at_thread_head(world.db, "gazette", "tram")
    with world.db.transaction() as session:
        set_article_closed(session, world.site.id, "tram", is_closed=True, account_id="x", now=world.now)
        assert glance_at_thread_head(world.db, "gazette", "tram") == before
    after = glance_at_thread_head(world.db, "gazette", "tram")
    assert (after.is_closed, after.version) == (True, before.version + 1)


def test_a_glance_leaves_nothing_open(world: World):
    world.submit("On the tram.")
    for _ in range(100):
        glance_at_thread_head(world.db, "gazette", "tram")
    assert cast("QueuePool", world.db.engine.pool).checkedout() == 0
    world.submit("Another.")
    assert glance_at_thread_head(world.db, "gazette", "tram").published_count == 2


def test_a_database_that_is_away_is_told_as_such(world: World, monkeypatch):
    def broken(*_args, **_kwargs):
        raise world.db.engine.dialect.loaded_dbapi.OperationalError("canary")

    monkeypatch.setattr(world.db.engine, "raw_connection", broken)
    with pytest.raises(StorageUnavailableError) as caught:
        glance_at_thread_head(world.db, "gazette", "tram")
    assert "canary" not in str(caught.value)
