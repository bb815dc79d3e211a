"""The demo's month: everything went through the services, and readers see nothing that they should not."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from commentsvc.domain.intervals import Interval
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import parse_policy
from commentsvc.domain.ports import ScoreSet
from commentsvc.domain.status import Queue, Standing, Status, Verdict
from commentsvc.services.simulation import simulate_policy
from commentsvc.settings import default_policy
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.engine import Database, DatabaseOptions
from commentsvc.store.queries.history import Period, list_policy_versions
from commentsvc.store.queries.sites import get_site
from commentsvc.store.queries.threads import Sort, list_thread
from commentsvc.transfer.demo import MAIN_SITE, OTHER_SITE, DemoFigures, chance_of, seed_demo
from commentsvc.transfer.demo_content.reading import read_content
from commentsvc.transfer.intake import Intake, score_sorted
from tests.support.clocks import FakeClock
from tests.support.databases import migrate
from tests.support.invariants import find_problems
from tests.support.world import a_world

NOW = FakeClock().now()


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Database, DemoFigures]:
    """The demo, scored by looking for words, and with the tones as scores, so that every queue is filled."""
    path: Path = tmp_path_factory.mktemp("demo") / "demo.db"
    migrate(f"sqlite:///{path}")
    content = read_content()
    with a_world(f"sqlite:///{path}") as world:
        runtime = world.runtime
        scores = {comment.id: toned(comment.tone, runtime.scorer.version.id, comment.id) for comment in content.comments}
        intake = Intake(runtime.scorer, runtime.scorer_row(runtime.scorer.version), runtime.make_text)
        with world.db.transaction() as session:
            figures = seed_demo(session, intake, content, scores, default_policy(), NOW)
    db = Database(DatabaseOptions(f"sqlite:///{path}"))
    return db, figures


def toned(tone: str, scorer: str, key: str) -> ScoreSet:
    least = {"vile": 0.8, "rude": 0.55, "heated": 0.4}.get(tone, 0.02)
    return ScoreSet({label: least + 0.19 * chance_of("score", key) for label in (Label.TOXICITY, Label.INSULT)}, scorer)


def rows(made, model):
    db, _ = made
    with db.reading() as session:
        return list(session.execute(select(table_of(model))))


def test_everything_holds_together(made):
    db, _ = made
    with db.reading() as session:
        assert find_problems(session) == []


def test_every_comment_is_there_with_its_own_time(made):
    content, (_, figures) = read_content(), made
    comments = rows(made, models.Comment)
    assert figures.comments == len(content.comments) == len(comments) >= 250
    assert sorted(row.created_at for row in comments) == sorted(NOW - timedelta(minutes=one.minutes_ago) for one in content.comments)


def test_most_are_decided_as_a_careful_moderator_would(made):
    content = read_content()
    wanted = Counter(one.verdict for one in content.comments if one.verdict)
    decided = Counter(row.verdict for row in rows(made, models.Decision) if row.is_in_force)
    assert decided[Verdict.REJECT] == wanted[Verdict.REJECT]
    assert decided[Verdict.APPROVE] >= 0.8 * wanted[Verdict.APPROVE]
    times = [row.created_at for row in rows(made, models.Decision)]
    assert max(times) < NOW
    assert all(0 < row.seconds < 300 for row in rows(made, models.Decision))


def test_each_queue_has_something_in_it(made):
    waiting = Counter(row.queue for row in rows(made, models.ReviewItem) if row.is_open)
    assert set(waiting) >= {Queue.HELD, Queue.REVIEW, Queue.REPORTED, Queue.ESCALATED}


def test_readers_see_no_text_that_was_rejected_or_held(made):
    db, _ = made
    hidden = {row.current_revision_id for row in rows(made, models.Comment) if row.status is not Status.PUBLISHED}
    texts = {row.body_html for row in rows(made, models.Revision) if row.id in hidden}
    assert texts
    articles = rows(made, models.Article)
    seen = []
    with db.reading() as session:
        for article in articles:
            waiting = list_thread(session, article.id, Sort.OLDEST, limit=100).comments
            while waiting:
                comment = waiting.pop()
                waiting += comment.replies
                seen.append(comment)
    assert len(seen) > 150
    assert [comment.id for comment in seen if comment.body_html in texts] == []


def test_authors_stand_as_they_do_today(made):
    wanted = {author.subject: author.standing for author in read_content().authors.values()}
    assert {row.standing for row in rows(made, models.Author)} >= {Standing.TRUSTED, Standing.BANNED, Standing.PREMODERATED}
    assert [row.subject for row in rows(made, models.Author) if row.standing is not wanted[row.subject]] == []


def test_the_first_weeks_are_an_honest_base_for_figures(made):
    db, _ = made
    with db.reading() as session:
        site = get_site(session, MAIN_SITE)
        versions = list_policy_versions(session, site.id)
        assert [line.document["sample_rate"] for line in versions] == [0.1, 1.0]
        assert versions[0].id == site.policy_version_id
        draft = parse_policy(versions[0].document)
        found = simulate_policy(session, site.id, draft, Period(NOW - timedelta(days=31), NOW))
    assert isinstance(found.now.recall, Interval)
    assert isinstance(found.now.precision, Interval)
    assert (found.stricter, found.milder) == (0, 0)


def test_each_site_signs_its_readers_with_its_own_long_secret(made):
    db, _ = made
    with db.reading() as session:
        secrets = [get_site(session, key).jwt_secret for key in (MAIN_SITE, OTHER_SITE)]
    assert secrets[0] != secrets[1]
    assert all(secret and len(secret) >= 32 for secret in secrets)


def test_texts_of_like_length_are_scored_together_and_come_back_in_order(sqlite_world):
    texts = [f"idiot {'x' * (97 * number % 400)}" if number % 2 else "y" * (53 * number % 300) for number in range(100)]
    found = score_sorted(sqlite_world.runtime.scorer, texts)
    assert [one.values[Label.TOXICITY] > 0.9 for one in found] == [bool(number % 2) for number in range(100)]
    lengths = sorted(sorted(map(len, batch)) for batch in sqlite_world.scorer.batches)
    assert len(lengths) > 1
    assert all(shorter[-1] <= longer[0] for shorter, longer in pairwise(lengths))
