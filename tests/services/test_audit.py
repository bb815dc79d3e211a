"""The audit chains: whole as they are written, and broken by whatever is changed in them afterwards."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.status import Verdict
from commentsvc.services.audit import INSTALLATION, BrokenChain, append_audit_entry, verify_audit_chains
from commentsvc.store import models
from commentsvc.store.base import table_of
from tests.support.world import HELD, World

CHAIN, ENTRY = table_of(models.AuditChain), table_of(models.AuditEntry)
ROUNDS = pytest.mark.parametrize("rounds", [pytest.param(200, id="200"), pytest.param(1000, id="1000", marks=pytest.mark.slow)])


class TakenBackError(Exception):
    """Ends a transaction that tampers, so that the next one finds the chain as it was."""


@pytest.fixture
def chains(world: World) -> World:
    """A day in which everything that writes entries has happened."""
    moderator = world.moderator()
    for number in range(10):
        comment_id = world.submit(f"{HELD} Number {number}.", author=f"a{number}").comment_id
        (item,) = world.open_items(comment_id)
        world.clock.advance(seconds=1.5)
        world.decide(item.id, moderator, Verdict.REJECT if number % 2 else Verdict.APPROVE, note="süß ✓")
    world.set_policy({"sample_rate": 0.3})
    return world


def broken_after(world: World, tamper) -> list[BrokenChain]:
    """What verifying finds after `tamper`, which is taken back."""
    found: list[BrokenChain] = []

    def work(session: Session) -> None:
        tamper(session)
        found.extend(verify_audit_chains(session))
        raise TakenBackError

    with pytest.raises(TakenBackError):
        world.do(work)
    return found


def other_value(name: str, row, chance: random.Random) -> object:
    if name == "at":
        return row.at + timedelta(microseconds=chance.choice([-1, 1]))
    if name in {"before", "after"}:
        value = getattr(row, name)
        return {"status": "published", "more": chance.random()} if value is None else {**value, "status": "tampered"}
    if name == "no":
        return row.no + 1000
    text = getattr(row, name)
    place = chance.randrange(len(text))
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]


@ROUNDS
def test_a_change_in_any_column_of_any_entry_is_found(chains: World, rounds):
    rows, chance = chains.rows(models.AuditEntry), random.Random(7)
    names = ("actor", "action", "subject", "before", "after", "at", "hash", "no")
    missed = []
    for number in range(rounds):
        row, name = chance.choice(rows), names[number % len(names)]
        changed = update(ENTRY).where(ENTRY.c.chain == row.chain, ENTRY.c.no == row.no).values({name: other_value(name, row, chance)})
        found = broken_after(chains, lambda session, changed=changed: session.execute(changed))
        if found != [BrokenChain(row.chain, row.no)]:
            missed.append((row, name, found))
    assert missed == []


def test_an_entry_taken_away_is_found_wherever_it_was(chains: World):
    for row in chains.rows(models.AuditEntry):
        gone = delete(ENTRY).where(ENTRY.c.chain == row.chain, ENTRY.c.no == row.no)
        assert broken_after(chains, lambda session, gone=gone: session.execute(gone)) == [BrokenChain(row.chain, row.no)]


def test_two_entries_that_changed_places_are_found(chains: World):
    site_id = chains.site.id
    first, second = [row for row in chains.rows(models.AuditEntry) if row.chain == site_id][3:5]

    def swap(session: Session) -> None:
        for row, number in ((first, 9999), (second, first.no), (first, second.no)):
            session.execute(update(ENTRY).where(ENTRY.c.chain == site_id, ENTRY.c.hash == row.hash).values(no=number))

    assert broken_after(chains, swap) == [BrokenChain(site_id, first.no)]


def test_an_entry_put_in_is_found(chains: World):
    site_id = chains.site.id
    last = [row for row in chains.rows(models.AuditEntry) if row.chain == site_id][-1]
    forged = {**last._mapping, "no": last.no + 1}
    assert broken_after(chains, lambda session: session.execute(insert(ENTRY).values(**forged))) == [BrokenChain(site_id, last.no + 1)]


def test_a_whole_chain_taken_away_is_found_by_its_end(chains: World):
    site_id = chains.site.id
    assert broken_after(chains, lambda session: session.execute(delete(ENTRY).where(ENTRY.c.chain == site_id))) == [BrokenChain(site_id, 1)]


def test_an_end_that_was_changed_is_found(chains: World):
    site_id = chains.site.id
    (end,) = chains.rows(models.AuditChain, name=site_id)
    for values in ({"hash": "0" * 64}, {"length": end.length + 1}):
        changed = update(CHAIN).where(CHAIN.c.name == site_id).values(**values)
        found = broken_after(chains, lambda session, changed=changed: session.execute(changed))
        assert found == [BrokenChain(site_id, end.length + 1)]


def test_each_site_has_a_chain_and_the_installation_has_one(chains: World):
    assert {row.name for row in chains.rows(models.AuditChain)} == {chains.site.id, INSTALLATION}
    with chains.db.reading() as session:
        assert verify_audit_chains(session) == []
        assert session.execute(select(CHAIN.c.length).where(CHAIN.c.name == INSTALLATION)).scalar_one() == 2


@pytest.mark.parametrize(
    "value",
    [{"text": "\u2028 \U0001f600 \x01 é"}, {"number": 0.1 + 0.2, "big": 2**53}, {"deep": {"list": [1, None, True, {"b": 1, "a": 2}]}}, {}],
)
def test_what_is_written_is_what_is_verified(world: World, value):
    fact = AuditFact("system", "tested", "thing:1", world.now + timedelta(microseconds=123456), before=value, after=None)
    world.do(lambda session: append_audit_entry(session, INSTALLATION, fact))
    row = world.rows(models.AuditEntry, chain=INSTALLATION)[-1]
    assert (row.before, row.after, row.at) == (value, None, fact.at)
