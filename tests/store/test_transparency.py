"""A year in figures: each counted by hand from what was done."""

import csv
import io
from datetime import timedelta

import pytest

from commentsvc.domain.status import Queue, ReasonCode, Standing, Verdict
from commentsvc.domain.transparency import Share, median_hours
from commentsvc.store import models
from commentsvc.store.queries.transparency import report_year
from commentsvc.transfer.transparency_files import as_csv, as_document, report_rows
from tests.support.world import CIVIL, HELD, REJECTED, World, a_world


@pytest.fixture
def world(database_url):
    with a_world(database_url) as world:
        yield world


def report(world: World, year: int = 2026):
    with world.db.reading() as session:
        return report_year(session, world.site.id, year)


def figures(world: World, year: int = 2026) -> dict[tuple[str, str], object]:
    return {(part, what): value for part, what, value, _, _ in report_rows(report(world, year))}


def test_a_year_with_nothing_in_it(world: World):
    found = report(world, 2025)
    assert (found.comments, found.notices.comments, found.appeals.received) == (0, 0, 0)
    assert found.automation.right.interval is None
    assert found.measures.median_held_h is None
    assert {cell for _, _, *cells in report_rows(found) for cell in cells} == {0, None}


def test_every_figure_of_a_year(world: World):
    mo, other = world.moderator(), world.moderator("other")
    # Three held: one approved after an hour, two rejected after three and five; one of these is appealed and overturned.
    held = [world.submit(HELD, author=name) for name in ("ann", "bob", "cleo")]
    items = [world.open_items(one.comment_id)[0].id for one in held]
    world.clock.advance(hours=1)
    world.decide(items[0], mo, Verdict.APPROVE)
    world.clock.advance(hours=2)
    world.decide(items[1], mo, Verdict.REJECT, reason_code=ReasonCode.ABUSE)
    world.clock.advance(hours=2)
    world.decide(items[2], mo, Verdict.REJECT, reason_code=ReasonCode.HATE)
    world.appeal(held[2].comment_id)
    world.clock.advance(hours=10)
    (appealed,) = world.claim(other, Queue.APPEALS)
    world.decide(appealed.item_id, other, Verdict.APPROVE)
    # One rejected by software alone, and appealed in vain, so far.
    rejected = world.submit(REJECTED, author="dan")
    world.appeal(rejected.comment_id)
    # One sampled and rejected, one sampled and approved; one published and reported twice, rejected after two hours.
    world.chance.value = 0.0
    for author, verdict in (("eve", Verdict.REJECT), ("fay", Verdict.APPROVE)):
        world.submit(f"{CIVIL} {author}", author=author)
        (sampled,) = world.claim(mo, Queue.REVIEW)
        world.decide(sampled.item_id, mo, verdict, reason_code=ReasonCode.SPAM if verdict is Verdict.REJECT else None)
    world.chance.value = 0.999
    reported = world.submit(f"{CIVIL} Really.", author="gil")
    world.report(reported.comment_id, "r1", ReasonCode.ILLEGAL)
    world.report(reported.comment_id, "r2", ReasonCode.SPAM)
    world.clock.advance(hours=2)
    (told,) = world.claim(mo, Queue.REPORTED)
    world.decide(told.item_id, mo, Verdict.REJECT, reason_code=ReasonCode.ILLEGAL)
    world.sanction("gil", Standing.BANNED, mo)
    world.sanction("bob", Standing.SUSPENDED, mo, world.now + timedelta(days=7))
    found = report(world)
    assert found.comments == 7
    notices = found.notices
    assert (notices.by_reason["illegal"], notices.by_reason["spam"], notices.by_reason["abuse"]) == (1, 1, 0)
    assert (notices.comments, notices.rejected, notices.median_h) == (1, 1, 2.0)
    measures = found.measures
    assert {reason: count for reason, count in measures.rejected_by_people.items() if count} == {"abuse": 1, "spam": 1, "illegal": 1}
    assert (measures.rejected_by_software, measures.held, measures.suspended, measures.banned) == (1, 3, 1, 1)
    # The decision that the appeal overturned stands no more: one hour and three are left.
    assert measures.median_held_h == 2.0
    automation = found.automation
    assert automation.routed == {"publish": 3, "review": 0, "hold": 3, "reject": 1}
    assert (automation.right, automation.wrong, automation.missed) == (Share(1, 3), Share(2, 3), Share(1, 2))
    appeals = found.appeals
    assert (appeals.received, appeals.upheld, appeals.overturned, appeals.waiting, appeals.median_h) == (2, 0, 1, 1, 10.0)
    assert figures(world)[("automated means", "accuracy: of these rightly stopped")] == 0.3333
    # Another year, and another site, have nothing of it.
    assert report(world, 2027).comments == 0
    assert len(world.rows(models.Appeal)) == 2


def test_files_hold_every_figure_with_its_interval(world: World):
    found = report(world)
    lines = list(csv.reader(io.StringIO(as_csv(found))))
    assert lines[0] == ["year", "part", "what", "value", "low", "high"]
    assert len(lines) - 1 == len(as_document(found)["figures"]) == len(report_rows(found))
    assert ["2026", "appeals", "received", "0", "", ""] in lines


@pytest.mark.parametrize(("seconds", "hours"), [([], None), ([3600], 1.0), ([7200, 0], 1.0), ([3600, 0, 36000], 1.0)])
def test_the_median(seconds, hours):
    assert median_hours(seconds) == hours
