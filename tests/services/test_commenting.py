"""What posting a comment leaves in the database."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from commentsvc.domain.commands import ArticleRef, Identity
from commentsvc.domain.errors import (
    ArticleClosedError,
    AuthorBannedError,
    DomainError,
    GuestsNotAllowedError,
    NotFoundError,
    RepeatError,
    TooDeepError,
    TooLongError,
)
from commentsvc.domain.labels import Label
from commentsvc.domain.status import Queue, Route, Standing, Status
from commentsvc.services.sites import NewSite, set_article_closed
from commentsvc.store import models
from commentsvc.store.base import table_of
from tests.support.world import CIVIL, HELD, POLICY, REJECTED, REVIEWED, World


@pytest.mark.parametrize(
    ("body", "route", "status", "queue"),
    [
        (CIVIL, Route.PUBLISH, Status.PUBLISHED, None),
        (REVIEWED, Route.REVIEW, Status.PUBLISHED, Queue.REVIEW),
        (HELD, Route.HOLD, Status.HELD, Queue.HELD),
        (REJECTED, Route.REJECT, Status.REJECTED, None),
    ],
)
def test_everything_about_a_scored_comment_is_stored_at_once(world: World, body, route, status, queue):
    submitted = world.submit(body, section="local", address_hash="a" * 64)
    comment = world.comment(submitted.comment_id)
    is_published = status is Status.PUBLISHED
    assert (comment.status, comment.is_shown, submitted.status) == (status, is_published, status)
    assert comment.current_revision_id == submitted.revision_id
    assert comment.published_revision_id == (submitted.revision_id if is_published else None)
    assert comment.published_at == (world.now if is_published else None)
    assert comment.edit_until == world.now + timedelta(seconds=600)
    assert (comment.path, comment.depth, comment.reply_no, comment.address_hash) == ("00001", 0, 1, "a" * 64)
    revision = world.row(models.Revision, comment_id=submitted.comment_id)
    assert (revision.no, revision.body, revision.body_html, revision.status) == (1, body, f"<p>{body}</p>", status)
    article = world.row(models.Article, key="tram")
    assert (article.root_count, article.published_count, article.version) == (1, int(is_published), int(is_published))
    assert world.row(models.Section, key="local").id == article.section_id
    author = world.row(models.Author, subject="sso:ann")
    assert (author.comment_count, author.published_count, author.rejected_count) == (1, is_published, status is Status.REJECTED)
    score_set = world.row(models.ScoreSet, revision_id=submitted.revision_id)
    measured = {label: getattr(score_set, label.value) for label in Label}
    assert measured == {label: world.scorer.score([body])[0].values.get(label) for label in Label}
    assert world.row(models.ScorerVersion, id=score_set.scorer_version_id).version == world.scorer.version.id
    routing = world.row(models.Routing, revision_id=submitted.revision_id)
    assert (routing.route, routing.rule_route, routing.is_in_force, routing.section_key) == (route, Route.PUBLISH, True, "local")
    assert (routing.score_set_id, routing.policy_version_id) == (score_set.id, world.site.policy_version_id)
    assert routing.sample_probability == (0.1 if route is Route.PUBLISH else 1.0)
    assert [item.queue for item in world.open_items(submitted.comment_id)] == ([queue] if queue else [])
    announced = world.row(models.Outbox)
    assert announced.topic == f"comment.{status.value}"
    assert announced.payload == {"comment": submitted.comment_id, "revision": submitted.revision_id, "before": "pending"}
    entry = world.row(models.AuditEntry, subject=f"comment:{submitted.comment_id}")
    assert (entry.actor, entry.action, entry.before) == (f"author:{author.id}", "comment_submitted", {"status": "pending"})
    assert entry.after["route"] == route.value
    assert entry.after["scorer"] == world.scorer.version.id
    assert world.rows(models.Job) == []


def test_reasons_name_label_score_and_threshold(world: World):
    submitted = world.submit(HELD)
    routing = world.row(models.Routing, comment_id=submitted.comment_id)
    assert routing.reasons == [{"kind": "band", "route": "hold", "label": "toxicity", "score": 0.75, "threshold": 0.7}]


def test_an_unscored_comment_waits_with_its_job(world: World):
    submitted = world.submit(HELD, is_late=True)
    comment = world.comment(submitted.comment_id)
    assert (comment.status, comment.is_shown, comment.published_revision_id) == (Status.PENDING, False, None)
    job = world.row(models.Job)
    assert (job.kind, job.subject_id, job.run_at, job.attempts) == ("score", submitted.revision_id, world.now, 0)
    assert world.rows(models.Routing) == world.rows(models.ScoreSet) == world.rows(models.ReviewItem) == []
    assert world.row(models.Outbox).topic == "comment.pending"
    assert world.row(models.Article).published_count == 0
    assert submitted.routing is None


def test_a_worker_is_woken_after_the_commit_and_not_by_what_is_rolled_back(sqlite_world: World):
    woken: list[str] = []
    sqlite_world.db.on_jobs(woken.extend)
    with pytest.raises(NotFoundError):
        sqlite_world.submit(is_late=True, parent="nobody")
    assert woken == []
    sqlite_world.submit(is_late=True)
    assert woken == [sqlite_world.row(models.Job).id]


def test_a_policy_may_publish_unscored_comments_and_a_moderator_looks(world: World):
    world.set_policy({**POLICY, "publish_unscored": True})
    submitted = world.submit(is_late=True)
    assert world.comment(submitted.comment_id).status is Status.PUBLISHED
    routing = world.row(models.Routing)
    assert (routing.route, routing.score_set_id) == (Route.REVIEW, None)
    assert routing.reasons == [{"kind": "unscored", "route": "review"}]
    assert world.row(models.Job).subject_id == submitted.revision_id
    assert [item.queue for item in world.open_items(submitted.comment_id)] == [Queue.REVIEW]


def test_a_sampled_comment_is_published_and_waits_unseen(world: World):
    world.chance.value = 0.09
    submitted = world.submit()
    routing = world.row(models.Routing)
    assert (routing.route, routing.sample_probability, routing.is_sampled) == (Route.PUBLISH, 0.1, True)
    assert [item.queue for item in world.open_items(submitted.comment_id)] == [Queue.SAMPLE]
    assert world.comment(submitted.comment_id).status is Status.PUBLISHED


def test_replies_take_their_place_below_the_parent(world: World):
    root = world.submit().comment_id
    first = world.submit("One reply to that.", author="bob", parent=root).comment_id
    second = world.submit(HELD, author="cid", parent=root).comment_id
    below = world.submit("And one below it.", author="cid", parent=first).comment_id
    rows = {row.id: row for row in world.rows(models.Comment)}
    assert [rows[key].path for key in (root, first, second, below)] == ["00001", "0000100001", "0000100002", "000010000100001"]
    assert [rows[key].reply_count for key in (root, first, second, below)] == [2, 1, 0, 0]
    assert [rows[key].shown_reply_count for key in (root, first, second, below)] == [1, 1, 0, 0]
    assert world.row(models.Article).published_count == 3
    assert world.row(models.Article).root_count == 1


def test_roots_are_numbered_on_by_article(world: World):
    numbers = [world.comment(world.submit(f"Number {n} it is.", article=f"a{n % 2}").comment_id).reply_no for n in range(4)]
    assert numbers == [1, 1, 2, 2]


@pytest.mark.parametrize("body", [HELD, REJECTED])
def test_what_is_not_published_cannot_be_answered(world: World, body):
    parent = world.submit(body).comment_id
    before = world.snapshot()
    with pytest.raises(NotFoundError) as refused:
        world.submit("An answer.", author="bob", parent=parent)
    assert [problem.pointer for problem in refused.value.fields] == ["/parent"]
    assert world.snapshot()["comment"] == before["comment"]


def test_a_parent_on_another_article_is_not_there(world: World):
    parent = world.submit().comment_id
    with pytest.raises(NotFoundError):
        world.submit("An answer.", article="bus", parent=parent)
    assert len(world.rows(models.Comment)) == 1


def test_a_reply_is_not_nested_deeper_than_the_site_allows(world: World):
    world.site_key = world.make_site(NewSite("flat", "Flat", max_depth=1), POLICY)
    root = world.submit().comment_id
    reply = world.submit("A reply.", parent=root).comment_id
    with pytest.raises(TooDeepError):
        world.submit("A reply to the reply.", parent=reply)


def _closed(world: World) -> None:
    world.do(lambda session: set_article_closed(session, world.site.id, "tram", is_closed=True, account_id="x", now=world.now))


def _closing(world: World) -> None:
    article = table_of(models.Article)
    world.do(lambda session: session.execute(update(article).values(closes_at=world.now)))


@pytest.mark.parametrize("close", [_closed, _closing])
def test_a_closed_article_takes_nothing(world: World, close):
    world.submit()
    close(world)
    before = world.snapshot()
    with pytest.raises(ArticleClosedError):
        world.submit("One more thing.")
    assert world.snapshot() == before


def test_an_article_that_was_opened_again_takes_comments(sqlite_world: World):
    sqlite_world.submit()
    _closed(sqlite_world)
    site_id, now = sqlite_world.site.id, sqlite_world.now
    sqlite_world.do(lambda session: set_article_closed(session, site_id, "tram", is_closed=False, account_id="x", now=now))
    assert sqlite_world.submit("One more thing.").status is Status.PUBLISHED


def test_a_banned_author_is_refused_and_a_suspended_one_until_the_end(world: World):
    world.submit()
    moderator = world.moderator()
    world.sanction("ann", Standing.BANNED, moderator)
    with pytest.raises(AuthorBannedError):
        world.submit("Let me in.")
    world.sanction("ann", Standing.SUSPENDED, moderator, until=world.now + timedelta(days=1))
    with pytest.raises(AuthorBannedError):
        world.submit("Let me in.")
    world.clock.advance(days=1)
    assert world.submit("I am back.").status is Status.PUBLISHED


def test_a_premoderated_author_is_held_until_the_end_and_a_trusted_one_is_known(world: World):
    world.set_policy({**POLICY, "first_comments": {"count": 5, "route": "hold"}})
    assert world.submit("First of mine.").status is Status.HELD
    moderator = world.moderator()
    world.sanction("ann", Standing.TRUSTED, moderator)
    assert world.submit("Second of mine.").status is Status.PUBLISHED
    world.sanction("ann", Standing.PREMODERATED, moderator, until=world.now + timedelta(hours=1))
    third = world.submit("Third of mine.")
    assert third.status is Status.HELD
    assert third.routing is not None
    assert {reason.kind.value for reason in third.routing.reasons} == {"premoderated_author", "first_comments"}


def test_the_same_text_again_is_refused_for_a_while(world: World):
    world.set_policy({**POLICY, "repeats": {"count": 0}})
    world.submit()
    with pytest.raises(RepeatError):
        world.submit(f"  {CIVIL.upper()} ")
    assert world.submit(article="bus").status is Status.PUBLISHED
    assert world.submit(author="bob").status is Status.PUBLISHED
    world.clock.advance(minutes=10)
    assert world.submit().status is Status.PUBLISHED


def test_a_text_that_comes_again_and_again_is_held(world: World):
    routings = [world.submit(author=f"reader{number}", article=f"a{number}").routing for number in range(4)]
    assert [routing.route for routing in routings if routing] == [Route.PUBLISH] * 3 + [Route.HOLD]
    world.clock.advance(days=1)
    assert world.submit(author="late").status is Status.PUBLISHED


def test_a_short_text_repeats_among_readers_without_harm(world: World):
    for number in range(5):
        assert world.submit("Thank you!", author=f"reader{number}").status is Status.PUBLISHED


def test_limits_of_the_site_hold(world: World):
    world.site_key = world.make_site(NewSite("small", "Small", max_body_chars=10, guests_allowed=False), POLICY)
    with pytest.raises(TooLongError):
        world.submit("Eleven char")
    with pytest.raises(GuestsNotAllowedError):
        world.submit("Ten chars.", identity=Identity("guest:1", "Guest", is_guest=True))
    assert world.submit("Ten chars.").status is Status.PUBLISHED


def test_what_is_refused_leaves_no_row_of_a_comment(world: World):
    changes: tuple[dict[str, Any], ...] = ({"body": " \n"}, {"parent": "nobody"}, {"body": "x" * 5001})
    for refused in changes:
        with pytest.raises(DomainError):
            world.submit(**refused)
    assert world.rows(models.Comment) == world.rows(models.Revision) == world.rows(models.Article) == world.rows(models.Author) == []


def test_what_the_site_says_about_an_article_is_kept_and_its_names_follow(world: World):
    world.submit()
    assert world.row(models.Article).title is None
    named = world.command("A second one.", identity=Identity("sso:ann", "Ann Other", is_guest=False, is_staff=True))
    command = type(named)(named.site, ArticleRef("tram", "https://example.org/tram", "The tram"), named.identity, named.body)
    world.runtime.submit(world.site, command)
    article, author = world.row(models.Article), world.row(models.Author)
    assert (article.title, article.url) == ("The tram", "https://example.org/tram")
    assert (author.name, author.is_staff) == ("Ann Other", True)


def test_bands_of_a_section_hold_there_alone(world: World):
    world.set_policy({**POLICY, "sections": {"sport": {"bands": {"toxicity": {"hold_at": 0.01}}}}})
    assert world.submit(section="sport", article="match").status is Status.HELD
    assert world.submit("Another text.", section="local", article="council").status is Status.PUBLISHED
