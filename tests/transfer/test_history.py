"""A neutral stream taken in: states, threads, votes and times are kept, twice is once, and what does not fit is told."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from commentsvc.domain.addresses import email_hash
from commentsvc.domain.status import Queue, Route, Standing, Status
from commentsvc.services.past_comments import store_past_comments
from commentsvc.services.sites import NewSite
from commentsvc.store import models
from commentsvc.store.engine import StorageUnavailableError
from commentsvc.transfer import history
from commentsvc.transfer.records import Action, Flaw, ImportedArticle, State, refused
from tests.support.world import CIVIL, World
from tests.transfer.streams import LONG_AGO, article, author, comment, found, take_in

STATES = [State.PUBLISHED, State.HELD, State.REJECTED, State.WITHDRAWN, State.ERASED]


def bodies(world: World) -> dict[str, str]:
    return {row.comment_id: row.body for row in world.rows(models.Revision)}


def by_body(world: World):
    """Comments by their texts."""
    told = bodies(world)
    return {told[row.id]: row for row in world.rows(models.Comment)}


def test_each_state_is_kept_and_nothing_is_announced(world: World):
    records = [article(), author(), *(comment(f"c{number}", state=state) for number, state in enumerate(STATES))]
    report, problems = take_in(world, records)
    assert (dict(report.made), report.known, problems) == (dict.fromkeys(STATES, 1), 0, [])
    rows = world.rows(models.Comment)
    assert sorted(row.status.value for row in rows) == sorted(state.value for state in STATES)
    assert [row.is_shown for row in rows if row.status is not Status.PUBLISHED] == [False] * 4
    assert world.rows(models.Outbox) == []
    assert [row.action for row in world.rows(models.AuditEntry)][-1] == "comments_imported"


def test_what_was_held_waits_for_a_moderator_with_its_reason(world: World):
    take_in(world, [article(), author(), comment("c1", state=State.HELD), comment("c2", state=State.REJECTED), comment("c3")])
    (item,) = world.claim(world.moderator())
    assert item.item_id in {row.id for row in world.rows(models.ReviewItem, queue=Queue.HELD, is_open=True)}
    routings = {row.route: row for row in world.rows(models.Routing)}
    assert {route: row.reasons for route, row in routings.items()} == {
        Route.PUBLISH: [],
        Route.HOLD: [{"kind": "imported", "route": "hold"}],
        Route.REJECT: [{"kind": "imported", "route": "reject"}],
    }
    assert {row.score_set_id for row in routings.values()} == {None}
    assert routings[Route.PUBLISH].sample_probability == 0


def test_a_moderator_decides_about_it_like_any_other(world: World):
    take_in(world, [article(), author(), comment("c1", state=State.HELD)])
    moderator = world.moderator()
    (item,) = world.claim(moderator)
    world.decide(item.item_id, moderator)
    assert world.row(models.Comment).status is Status.PUBLISHED


def test_threads_are_whole_though_replies_come_first(world: World):
    records = [comment("c3", "c2"), comment("c2", "c1"), comment("c1"), comment("c4", "c1"), author(), article()]
    take_in(world, records)
    placed = by_body(world)
    paths = {body: row.path for body, row in placed.items()}
    assert paths == {
        "Comment c1.": "00001",
        "Comment c2.": "0000100001",
        "Comment c3.": "000010000100001",
        "Comment c4.": "0000100002",
    }
    assert world.row(models.Article).root_count == 1


def test_siblings_stand_in_the_order_of_their_times(world: World):
    records = [comment(f"c{number}") for number in (5, 1, 4, 2, 3)]
    take_in(world, [article(), author(), *records])
    numbers = {body: row.reply_no for body, row in by_body(world).items()}
    assert numbers == {f"Comment c{number}.": number for number in range(1, 6)}


def test_a_deleted_comment_above_a_published_one_stays_as_a_placeholder(world: World):
    chain = [comment("c1", state=State.WITHDRAWN), comment("c2", "c1", state=State.REJECTED), comment("c3", "c2"), comment("c4", "c2")]
    take_in(world, [article(), author(), *chain])
    shown = {body: (row.is_shown, row.shown_reply_count) for body, row in by_body(world).items()}
    assert shown["Comment c1."] == (True, 1)
    assert shown["Comment c2."] == (True, 2)


def test_a_reply_under_a_hidden_one_that_came_before_shows_it(world: World):
    first = [comment("c1", state=State.HELD), comment("c2", "c1", state=State.HELD)]
    take_in(world, [article(), author(), *first])
    take_in(world, [article(), author(), *first, comment("c3", "c2")])
    assert [row.is_shown for row in by_body(world).values()] == [True] * 3


def test_times_edits_and_votes_are_kept(world: World):
    at, edited = datetime(2011, 2, 3, 4, 5, 6, 7, UTC), datetime(2011, 2, 3, 5, tzinfo=UTC)
    take_in(world, [article(), author(), comment("c1", created_at=at, edited_at=edited, up=3, down=1)])
    row = world.row(models.Comment)
    assert (row.created_at, row.published_at, row.edited_at, row.up_count, row.down_count) == (at, at, edited, 3, 1)
    assert row.edit_until == at
    assert sorted(vote.value for vote in world.rows(models.Vote)) == [-1, 1, 1, 1]


def test_more_votes_than_one_writing_holds_are_all_there(world: World, monkeypatch):
    monkeypatch.setattr("commentsvc.services.past_comments.VOTE_ROWS", 5)
    records = [comment("c1", up=4), comment("c2", "c1", up=4), comment("c3", "c1", up=4), comment("c4", "c2")]
    take_in(world, [article(), author(), *records])
    assert len(world.rows(models.Vote)) == 12


def test_articles_and_authors_are_made_with_what_is_known_of_them(world: World):
    page = article("42", url="https://news.example/42", title="The  tram", section="local", is_closed=True)
    people = [
        author("ann", name="Ann", email=" Ann@Example.org "),
        author("bob", name="Bob", is_guest=False, is_staff=True),
        author("", name="nobody"),
    ]
    take_in(world, [page, *people, comment("c1", article_id="42"), comment("c2", article_id="42", author_id="bob")])
    row = world.row(models.Article)
    assert (row.key, row.url, row.title, row.is_closed, row.created_at) == (
        "42",
        "https://news.example/42",
        "The tram",
        True,
        LONG_AGO + timedelta(minutes=1),
    )
    assert world.row(models.Section).key == "local"
    ann, bob = (world.row(models.Author, subject=f"import:elsewhere:{name}") for name in ("ann", "bob"))
    assert (ann.name, ann.is_guest, ann.email_hash) == ("Ann", True, email_hash(world.runtime.secret, "ann@example.org"))
    assert (bob.is_guest, bob.is_staff, bob.email_hash, bob.comment_count) == (False, True, None, 1)


def test_account_ids_may_be_those_of_the_sites_own_readers(world: World):
    world.submit(CIVIL, author="bob")
    take_in(world, [article(), author("bob", is_guest=False), comment("c1", author_id="bob")], is_sso=True)
    assert world.row(models.Author, subject="sso:bob").comment_count == 2


@pytest.mark.parametrize(("key", "expected"), [("id", "42"), ("url", "https://n.example/tram?p=1"), ("path", "/tram?p=1")])
def test_articles_may_be_called_by_their_addresses(world: World, key, expected):
    take_in(world, [article("42", url="https://n.example/tram?p=1"), author(), comment("c1", article_id="42")], key=key)
    assert world.row(models.Article).key == expected


def test_an_article_that_is_there_learns_and_keeps(world: World):
    world.submit(CIVIL)
    take_in(world, [article(title="The tram", is_closed=True), author(), comment("c1")])
    row = world.row(models.Article)
    assert (row.title, row.is_closed, row.root_count) == ("The tram", False, 2)


def test_twice_is_once(world: World):
    records = [article(), author(), comment("c1"), comment("c2", "c1", up=2), comment("c3", state=State.HELD)]
    take_in(world, records)
    before = world.snapshot()
    report, problems = take_in(world, records)
    assert (report.known, report.made.total(), problems) == (3, 0, [])
    assert world.snapshot() == before


def test_what_was_stopped_goes_on_where_it_was(world: World, monkeypatch):
    monkeypatch.setattr(history, "BATCH", 2)
    records = [article(), author(), *(comment(f"c{number}", f"c{number // 2}" if number > 1 else None) for number in range(1, 10))]
    batches = itertools.count()
    real = store_past_comments

    def stop(*given):
        if next(batches) == 2:
            raise StorageUnavailableError("away")
        return real(*given)

    monkeypatch.setattr(history, "store_past_comments", stop)
    with pytest.raises(StorageUnavailableError):
        take_in(world, records)
    assert len(world.rows(models.Comment)) == 4
    world.check()
    report, problems = take_in(world, records)
    assert (report.known, report.made.total(), problems) == (4, 5, [])


def test_a_dry_run_tells_all_and_changes_nothing(world: World):
    records = [article(), author(), comment("c1"), comment("c2", "gone"), comment("c3", body="  "), comment("c1")]
    before = world.snapshot()
    report, problems = take_in(world, records, is_dry=True)
    assert world.snapshot() == before
    assert report.made.total() == 2
    expected = {
        ("c2", Action.MENDED, Flaw.PARENT),
        ("c3", Action.REFUSED, Flaw.EMPTY),
        ("c1", Action.REFUSED, Flaw.DUPLICATE),
    }
    assert found(problems) == expected
    assert found(take_in(world, records)[1]) == expected


def test_the_same_ids_of_two_systems_are_two(world: World):
    for source in ("blog", "shop"):
        take_in(world, [article(), author(), comment("c1", body=f"From the {source}.")], source=source)
    assert sorted(bodies(world).values()) == ["From the blog.", "From the shop."]


REFUSED = [
    (comment("", body="No id."), Flaw.ID),
    (comment("x" * 256), Flaw.ID),
    (comment("c1\0"), Flaw.ID),
    (comment("c1", body=" \n\t"), Flaw.EMPTY),
    (comment("c1", body="x" * 50_001), Flaw.TOO_LONG),
    (comment("c1", article_id="elsewhere"), Flaw.ARTICLE),
    (comment("c1", article_id="keyless"), Flaw.ARTICLE),
    (refused(Flaw.UNREADABLE, "line 7"), Flaw.UNREADABLE),
]


@pytest.mark.parametrize(("record", "flaw"), REFUSED)
def test_what_cannot_be_kept_is_refused_with_its_reason(world: World, record, flaw):
    keyless = ImportedArticle("keyless", "  ")
    report, problems = take_in(world, [article(), keyless, author(), record, comment("c9")])
    assert report.made.total() == 1
    assert flaw in {problem.flaw for problem in problems if problem.action is Action.REFUSED}


def test_a_ring_is_refused_and_what_hangs_on_it(world: World):
    ring = [comment("c1", "c3"), comment("c2", "c1"), comment("c3", "c2"), comment("c4", "c2"), comment("c5")]
    _, problems = take_in(world, [article(), author(), *ring])
    assert found(problems) == {(f"c{number}", Action.REFUSED, Flaw.CYCLE) for number in (1, 2, 3, 4)}
    assert len(world.rows(models.Comment)) == 1


MENDED = [
    (comment("c1", "c1"), Flaw.PARENT),
    (comment("c1", "nobody knows"), Flaw.PARENT),
    (comment("c1", created_at=datetime(1601, 1, 1, tzinfo=UTC)), Flaw.TIME),
    (comment("c1", created_at=datetime(2999, 1, 1, tzinfo=UTC)), Flaw.TIME),
    (comment("c1", created_at=None), Flaw.TIME),
    (comment("c1", body="A \0 and a \x1b."), Flaw.CHARACTERS),
    (comment("c1", up=-3), Flaw.VOTES),
    (comment("c1", down=10**9), Flaw.VOTES),
    (comment("c1", author_id="nobody"), Flaw.AUTHOR),
    (comment("c1", author_id="nameless"), Flaw.NAME),
]


@pytest.mark.parametrize(("record", "flaw"), MENDED)
def test_what_can_be_mended_is_taken_in_with_its_reason(world: World, record, flaw):
    report, problems = take_in(world, [article(), author(), author("nameless", name="\t"), comment("c0"), record])
    assert report.made.total() == 2
    assert flaw in {problem.flaw for problem in problems if problem.action is Action.MENDED}
    if flaw is Flaw.TIME:
        assert {row.created_at for row in world.rows(models.Comment)} == {LONG_AGO}


def test_a_reply_to_a_comment_of_another_article_stands_on_its_own(world: World):
    records = [article(), article("bus"), author(), comment("c1"), comment("c2", "c1", article_id="bus")]
    _, problems = take_in(world, records)
    assert found(problems) == {("c2", Action.MENDED, Flaw.PARENT)}
    take_in(world, [article("bus"), author(), comment("c3", "c1", article_id="bus")])
    assert [row.depth for row in world.rows(models.Comment)] == [0, 0, 0]


def test_what_is_nested_deeper_than_the_site_allows_stands_beside_what_it_answers(database_url):
    from tests.support.world import a_world

    with a_world(database_url, new_site=NewSite("gazette", "The Gazette", max_depth=2)) as world:
        chain = [comment(f"c{number}", f"c{number - 1}" if number else None) for number in range(5)]
        _, problems = take_in(world, [article(), author(), *chain])
        assert found(problems) == {(f"c{number}", Action.MENDED, Flaw.TOO_DEEP) for number in (3, 4)}
        placed = by_body(world)
        assert [placed[f"Comment c{number}."].depth for number in range(5)] == [0, 1, 2, 2, 2]


def test_a_banned_author_without_comments_is_known_where_standings_are(world: World):
    banned = author("guest:1", subject="guest:1", standing=Standing.BANNED)
    take_in(world, [article("empty", is_closed=True), banned], keeps_ids=True)
    assert world.row(models.Author).standing is Standing.BANNED
    assert world.row(models.Article).is_closed


def test_texts_made_in_another_process_are_the_same(world: World, monkeypatch):
    monkeypatch.setattr("commentsvc.transfer.past_texts.os.cpu_count", lambda: 2)
    records = [article(), author(), *(comment(f"c{number}", body=f"Number *{number}* of the tram.") for number in range(5))]
    monkeypatch.setattr(history, "BATCH", 2)
    take_in(world, records, source="here")
    monkeypatch.setattr("commentsvc.transfer.past_texts.WORTH_PROCESSES", 5)
    take_in(world, records, source="beside")
    rows = [(row.body, row.body_html, row.text_hash, row.language) for row in world.rows(models.Revision)]
    assert rows[:5] == rows[5:]
