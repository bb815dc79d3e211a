"""Replies become threads: scored, routed, decided by their labels, and only once."""

from collections import Counter
from datetime import timedelta

import pytest

from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.domain.status import Status, Verdict
from commentsvc.scoring.fake_scorer import FakeMood
from commentsvc.store import models
from commentsvc.transfer.replies import ROWS_AT_ONCE, Deciding, ReplyImporter, ReplyPlan
from commentsvc.transfer.reply_files import ReplyRow
from tests.support.world import CIVIL, HELD, POLICY, REJECTED, REVIEWED
from tests.transfer.conftest import intake_of

PARENTS = [f"{text} Number {number}." for number, text in enumerate([CIVIL, HELD, REJECTED, REVIEWED] * 3)]


def rows_of(count: int = 60) -> list[ReplyRow]:
    texts = (CIVIL, REVIEWED, HELD)
    return [ReplyRow(no, PARENTS[no % len(PARENTS)], f"{texts[no % 3]} Reply {no}.", no % 3 == 2) for no in range(1, count + 1)]


def importer(world, rows, *, deciding=Deciding.NONE, days=30) -> ReplyImporter:
    with world.db.reading() as session:
        policy, version_id = world.runtime.policy_of(session, world.site)
    account = world.moderator("import") if deciding is not Deciding.NONE else None
    plan = ReplyPlan(world.site, policy, version_id, deciding, account, len(rows), world.now, days)
    return ReplyImporter(intake_of(world), plan, world.chance, world.runtime.in_transaction)


def test_each_parent_is_a_root_with_its_replies_below(world):
    rows = rows_of()
    seen: list[int] = []
    report = importer(world, rows).run(rows, seen.append)
    assert (report.rows, report.roots, report.replies, report.known, report.refused) == (60, 12, 60, 0, 0)
    assert sum(seen) == 60
    comments = {row.id: row for row in world.rows(models.Comment)}
    assert Counter(row.depth for row in comments.values()) == {0: 12, 1: 60}
    assert {comments[row.parent_id].status for row in comments.values() if row.parent_id} >= {Status.HELD, Status.REJECTED}
    assert report.routes == Counter(row.route.value for row in world.rows(models.Routing))
    assert (report.toxic, report.toxic_flagged, report.civil, report.civil_flagged) == (20, 20, 40, 20)


def test_taking_in_twice_adds_nothing(world):
    rows = rows_of()
    importer(world, rows).run(rows)
    before = {model: world.rows(model) for model in (models.Comment, models.Author, models.Routing, models.AuditEntry, models.ReviewItem)}
    again = importer(world, rows).run(rows)
    assert (again.roots, again.replies, again.known, again.refused) == (0, 0, 60, 0)
    assert {model: world.rows(model) for model in before} == before


def test_what_was_broken_off_is_finished_by_the_next_try(sqlite_world):
    rows = rows_of(ROWS_AT_ONCE + 20)

    def breaking():
        yield from rows[:ROWS_AT_ONCE]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importer(sqlite_world, rows).run(breaking())
    report = importer(sqlite_world, rows).run(rows)
    assert (report.roots, report.replies, report.known) == (0, 20, ROWS_AT_ONCE)


def test_a_scorer_that_is_down_leaves_nothing_of_the_batch(sqlite_world):
    rows = rows_of()
    run = importer(sqlite_world, rows)
    sqlite_world.scorer.mood = FakeMood.FAILING
    with pytest.raises(ScorerUnavailableError):
        run.run(rows)
    assert sqlite_world.rows(models.Comment) == []


def test_rows_are_spread_over_the_past_in_their_order(sqlite_world):
    rows = rows_of()
    importer(sqlite_world, rows, days=10).run(rows)
    times = [row.created_at for row in sorted(sqlite_world.rows(models.Comment), key=lambda row: row.id)]
    assert times == sorted(times)
    assert sqlite_world.now - timedelta(days=10) <= times[0]
    assert times[-1] < sqlite_world.now


def test_labels_become_decisions(world):
    rows = rows_of()
    report = importer(world, rows, deciding=Deciding.ALL).run(rows)
    verdicts = Counter(row.verdict for row in world.rows(models.Decision))
    assert report.decided == 60
    assert verdicts == {Verdict.REJECT: 20, Verdict.APPROVE: 40}
    replies = [row for row in world.rows(models.Comment) if row.depth == 1]
    assert Counter(row.status for row in replies) == {Status.REJECTED: 20, Status.PUBLISHED: 40}


def test_half_decides_all_flagged_and_a_known_share_of_the_others(sqlite_world):
    # Three hundred texts that differ in a number are repeats, and those would be held.
    sqlite_world.set_policy(POLICY | {"repeats": {"count": 0}})
    rows = rows_of(300)
    report = importer(sqlite_world, rows, deciding=Deciding.HALF).run(rows)
    reply_routings = [row for row in sqlite_world.rows(models.Routing) if any_reply(sqlite_world, row.comment_id)]
    published = [row for row in reply_routings if row.route == "publish"]
    assert {row.sample_probability for row in published} == {0.5}
    assert 30 <= sum(row.is_sampled for row in published) <= 70
    assert report.decided == 200 + sum(row.is_sampled for row in published)


def any_reply(world, comment_id: str) -> bool:
    return any(row.id == comment_id and row.depth == 1 for row in world.rows(models.Comment))


def test_texts_that_no_reader_could_post_are_refused_and_the_rest_goes_on(sqlite_world):
    rows = [
        ReplyRow(1, "Good parent.", "   ", is_toxic=False),
        ReplyRow(2, "x" * 5001, "Below one that is too long.", is_toxic=False),
        ReplyRow(3, "Nul\0parent", "Below one that cannot be kept.", is_toxic=False),
        ReplyRow(4, "Good parent.", "Good reply.", is_toxic=False),
    ]
    report = importer(sqlite_world, rows).run(rows)
    assert (report.rows, report.roots, report.replies, report.refused) == (4, 1, 1, 5)
