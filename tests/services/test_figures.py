"""What moderators did, in figures, and how far they agree."""

from datetime import timedelta

import pytest

from commentsvc.domain.practice import Practice
from commentsvc.domain.status import ReasonCode, Verdict
from commentsvc.services.practice import change_practice
from commentsvc.services.review import claim_review_item
from commentsvc.services.sites import NewSite
from commentsvc.store import models
from commentsvc.store.queries.figures import WorkFigures, compare_moderators, count_work
from tests.support.world import CIVIL, HELD, POLICY, World


def held(world: World, name: str, **rest) -> tuple[str, str]:
    posted = world.submit(f"{HELD} Says {name}.", author=name, **rest)
    return posted.comment_id, str(posted.item_id)


def take(world: World, item_id: str, account_id: str) -> None:
    world.do(lambda session: claim_review_item(session, item_id, account_id, None, world.now))


def work(world: World, account_id: str | None = None, days: int = 30) -> WorkFigures:
    with world.db.reading() as session:
        return count_work(session, world.now - timedelta(days=days), account_id=account_id, site_ids=[world.site.id])


def test_each_counts_what_stands_how_long_it_took_and_what_became_of_it(world: World):
    mo, mia = world.moderator("mo"), world.moderator("mia")
    for seconds, name in ((4, "ann"), (10, "ben"), (30, "cy")):
        _, item_id = held(world, name)
        take(world, item_id, mo)
        world.clock.advance(seconds=seconds)
        world.decide(item_id, mo, Verdict.APPROVE)
    wrong, item_id = held(world, "dee")
    world.decide(item_id, mo, Verdict.REJECT, reason_code=ReasonCode.HATE)
    world.appeal(wrong)
    world.decide(world.open_items(wrong)[0].id, mia, Verdict.APPROVE)
    right, item_id = held(world, "eve")
    world.decide(item_id, mo, Verdict.REJECT)
    world.appeal(right)
    world.decide(world.open_items(right)[0].id, mia, Verdict.REJECT)
    for who, name in ((mo, "fay"), (mia, "gil")):
        _, item_id = held(world, name)
        world.decide(item_id, mo)
        world.undo(item_id, who)
        take(world, item_id, who)
    world.decide(held(world, "hal")[1], mo, Verdict.ESCALATE)
    mine = work(world, mo)
    assert (mine.approved_count, mine.rejected_count, mine.escalated_count, mine.decided_count) == (3, 2, 1, 5)
    assert {code: count for code, count in mine.rejected.items() if count} == {ReasonCode.HATE: 1, ReasonCode.ABUSE: 1}
    assert (mine.median_s, mine.overturned_count, mine.undone_count, mine.own_undone_count) == (10.0, 1, 1, 1)
    hers, both = work(world, mia), work(world)
    assert (hers.decided_count, hers.overturned_count, hers.undone_count) == (2, 0, 0)
    assert (both.decided_count, both.moderator_count, both.overturned_count) == (7, 2, 1)


def test_other_sites_and_other_times_count_nothing(world: World):
    mo = world.moderator()
    world.make_site(NewSite("courier", "The Courier"), POLICY)
    world.decide(held(world, "ann", site="courier")[1], mo)
    world.decide(held(world, "ben")[1], mo)
    world.clock.advance(hours=24 * 31)
    assert (work(world).decided_count, work(world, days=32).decided_count) == (0, 1)
    assert work(world).median_s is None


@pytest.fixture
def two(world: World) -> tuple[str, str]:
    mo, mia = world.moderator("mo"), world.moderator("mia")
    world.do(lambda session: change_practice(session, world.site.id, Practice(second_share=1.0), mo, world.now))
    world.set_policy({**POLICY, "repeats": {"count": 0}})
    world.chance.value = 0.0
    return mo, mia


def judged(world: World, two: tuple[str, str], first: Verdict, second: Verdict | None) -> str:
    """A sample judged by both; returns the first one's item."""
    number = len(world.rows(models.Comment))
    posted = world.submit(f"{CIVIL} Number {number} of them.", author=f"a{number}")
    world.decide(str(posted.item_id), two[0], first)
    if second is not None:
        world.decide(world.open_items(posted.comment_id)[0].id, two[1], second)
    return str(posted.item_id)


def test_agreement_is_that_of_pairs_that_stand(world: World, two: tuple[str, str]):
    yes, no = Verdict.APPROVE, Verdict.REJECT
    for first, second, times in ((yes, yes, 3), (no, no, 2), (yes, no, 1), (no, yes, 1)):
        for _ in range(times):
            judged(world, two, first, second)
    judged(world, two, yes, None)
    undone = judged(world, two, yes, no)
    world.undo(undone, two[0])
    with world.db.reading() as session:
        found = compare_moderators(session, world.site.id, world.now - timedelta(days=1))
        assert compare_moderators(session, "elsewhere", world.now - timedelta(days=1)).pair_count == 0
    assert (found.both_approved, found.both_rejected, found.differed, found.waiting_count, found.pair_count) == (3, 2, 2, 1, 7)
    assert found.agreement is not None
    # Of seven pairs five are alike, and 8/14 of the verdicts are approvals: 1 - (2/7) / (2 * 8/14 * 6/14).
    assert found.agreement.kappa.value == pytest.approx(1 - (2 / 7) / (2 * (8 / 14) * (6 / 14)))
    assert [(one.first, one.second, one.first_name) for one in found.differences] == [(no, yes, "Mo"), (yes, no, "Mo")]


def test_too_few_pairs_say_nothing(world: World, two: tuple[str, str]):
    judged(world, two, Verdict.APPROVE, Verdict.APPROVE)
    with world.db.reading() as session:
        found = compare_moderators(session, world.site.id, world.now - timedelta(days=1))
    assert (found.pair_count, found.agreement, found.differences) == (1, None, [])
