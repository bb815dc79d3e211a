"""Many decided together: each kept or refused by itself, and taken back as a whole."""

from functools import partial

import pytest

from commentsvc.domain.commands import Decide, DecideMany
from commentsvc.domain.errors import InvalidError, NotFoundError, StaleRevisionError
from commentsvc.domain.status import ReasonCode, Status, Verdict
from commentsvc.services.bulk import begin_bulk, mark_bulk_undone, tell_bulk
from commentsvc.services.review import decide, undo_decision
from commentsvc.services.sites import NewSite
from commentsvc.store import models
from commentsvc.store.queries.bulk import BulkState, get_bulk, list_bulk
from tests.support.world import HELD, POLICY, World


def begin(world: World, account_id: str, verdict: Verdict = Verdict.REJECT, count: int = 2) -> str:
    reason = ReasonCode.SPAM if verdict is Verdict.REJECT else None
    return world.do(lambda session: begin_bulk(session, DecideMany(account_id, verdict, reason, "raid"), count, world.now))


def carry_out(world: World, bulk_id: str, account_id: str, item_ids: list[str]) -> None:
    row = world.row(models.BulkDecision, id=bulk_id)
    for item_id in item_ids:
        command = Decide(item_id, account_id, row.verdict, world.item(item_id).revision_id, row.reason_code, row.note, bulk_id)
        world.do(partial(decide, command=command, site_ids=None, now=world.now))
    world.do(lambda session: tell_bulk(session, bulk_id, world.now))


def state(world: World, bulk_id: str, account_id: str, site_ids: frozenset[str] | None = None) -> BulkState:
    with world.db.reading() as session:
        return get_bulk(session, bulk_id, account_id, site_ids)


def undo(world: World, item_id: str, account_id: str, decision_id: str):
    return world.do(lambda session: undo_decision(session, item_id, account_id, None, world.now, only=decision_id))


def test_decisions_hang_together_and_the_log_tells_of_each_and_of_the_whole(world: World):
    mo = world.moderator()
    posted = [world.submit(f"{HELD} {number}", author=f"a{number}") for number in range(2)]
    bulk_id = begin(world, mo, count=3)
    carry_out(world, bulk_id, mo, [str(one.item_id) for one in posted])
    found = state(world, bulk_id, mo)
    assert [world.comment(one.comment_id).status for one in posted] == [Status.REJECTED] * 2
    assert (found.asked_count, len(found.members), found.standing_count, found.note) == (3, 2, 2, "raid")
    assert {row.note for row in world.rows(models.Decision)} == {"raid"}
    singles = world.rows(models.AuditEntry, action="decision_reject")
    assert [entry.after["bulk"] for entry in singles] == [bulk_id] * 2
    whole = world.row(models.AuditEntry, action="bulk_decided")
    assert (whole.subject, whole.after) == (f"bulk:{bulk_id}", {"verdict": "reject", "reason_code": "spam", "decisions": 2})
    with world.db.reading() as session:
        (line,) = list_bulk(session, [world.site.id])
    assert (line.id, line.decided_count, line.standing_count) == (bulk_id, 2, 2)


def test_the_whole_is_taken_back_and_left_for_whoever_comes(world: World):
    mo, mia = world.moderator("mo"), world.moderator("mia")
    posted = [world.submit(f"{HELD} {number}", author=f"a{number}") for number in range(2)]
    bulk_id = begin(world, mo)
    carry_out(world, bulk_id, mo, [str(one.item_id) for one in posted])
    for member in state(world, bulk_id, mo).members:
        undo(world, member.item_id, mia, member.decision_id)
    world.do(lambda session: mark_bulk_undone(session, bulk_id, mia, 2, world.now))
    assert [world.comment(one.comment_id).status for one in posted] == [Status.HELD] * 2
    assert {world.item(str(one.item_id)).leased_by for one in posted} == {None}
    found = state(world, bulk_id, mo)
    assert (found.standing_count, found.undone_at) == (0, world.now)
    assert world.row(models.BulkDecision).undone_by == mia
    assert world.row(models.AuditEntry, action="bulk_undone").after == {"undone": 2, "decisions": 2}
    assert len(world.claim(mia, limit=5)) == 2


def test_undoing_the_whole_never_touches_what_was_decided_since(world: World):
    mo, mia = world.moderator("mo"), world.moderator("mia")
    posted = world.submit(HELD)
    item_id = str(posted.item_id)
    bulk_id = begin(world, mo, count=1)
    carry_out(world, bulk_id, mo, [item_id])
    (member,) = state(world, bulk_id, mo).members
    world.undo(item_id, mia)
    world.decide(item_id, mia, Verdict.APPROVE)
    before = world.snapshot()
    with pytest.raises(StaleRevisionError):
        undo(world, item_id, mo, member.decision_id)
    assert world.snapshot() == before
    assert world.comment(posted.comment_id).status is Status.PUBLISHED


def test_who_does_not_moderate_every_site_of_it_knows_nothing_of_it(world: World):
    mo, mia = world.moderator("mo"), world.moderator("mia")
    courier = world.site_named(world.make_site(NewSite("courier", "The Courier"), POLICY))
    here = str(world.submit(HELD).item_id)
    there = str(world.submit(HELD, site="courier").item_id)
    bulk_id = begin(world, mo)
    carry_out(world, bulk_id, mo, [here, there])
    both = frozenset({world.site.id, courier.id})
    assert len(state(world, bulk_id, mia, both).members) == 2
    with pytest.raises(NotFoundError):
        state(world, bulk_id, mia, frozenset({courier.id}))
    assert len(world.rows(models.AuditEntry, action="bulk_decided")) == 2
    empty = begin(world, mo)
    assert state(world, empty, mo, frozenset()).members == []
    with pytest.raises(NotFoundError):
        state(world, empty, mia, None)


def test_rejecting_without_a_reason_begins_nothing(sqlite_world: World):
    mo = sqlite_world.moderator()
    with pytest.raises(InvalidError):
        sqlite_world.do(lambda session: begin_bulk(session, DecideMany(mo, Verdict.REJECT), 1, sqlite_world.now))
    assert sqlite_world.rows(models.BulkDecision) == []
