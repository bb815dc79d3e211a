"""Two for a ban: one proposes, another confirms or declines."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from commentsvc.domain.commands import Sanction
from commentsvc.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from commentsvc.domain.practice import Practice
from commentsvc.domain.status import ProposalOutcome, Standing
from commentsvc.services.practice import change_practice
from commentsvc.services.sanctioning import confirm_ban, decline_ban, sanction_author
from commentsvc.store import models
from commentsvc.store.queries.proposals import count_bans_proposed, find_ban_proposed, list_bans_proposed
from tests.support.world import World


def want_two(world: World, *, two: bool = True) -> None:
    ada = world.moderator("ada") if two else world.row(models.Account, email="ada@example.org").id
    world.do(lambda session: change_practice(session, world.site.id, Practice(two_for_bans=two), ada, world.now))


def author_of(world: World, name: str = "ann"):
    return world.row(models.Author, subject=f"sso:{name}")


def propose(world: World, account_id: str, name: str = "ann") -> str:
    command = Sanction(author_of(world, name).id, account_id, Standing.BANNED, "threats, again")
    proposal_id = world.do(lambda session: sanction_author(session, command, None, world.now))
    assert proposal_id is not None
    return proposal_id


def confirm(world: World, proposal_id: str, account_id: str, sites: frozenset[str] | None = None) -> None:
    world.do(lambda session: confirm_ban(session, proposal_id, account_id, sites, world.now))


def decline(world: World, proposal_id: str, account_id: str) -> None:
    world.do(lambda session: decline_ban(session, proposal_id, account_id, None, world.now))


@pytest.fixture
def two(world: World) -> tuple[str, str]:
    """A site that wants two for a ban, an author, and two moderators."""
    world.submit()
    want_two(world)
    return world.moderator("mo"), world.moderator("mia")


def test_a_ban_waits_for_a_colleague_and_then_holds(world: World, two: tuple[str, str]):
    mo, mia = two
    proposal_id = propose(world, mo)
    assert author_of(world).standing is Standing.NORMAL
    with world.db.reading() as session:
        (line,) = list_bans_proposed(session, [world.site.id])
        assert find_ban_proposed(session, author_of(world).id) == line
        assert count_bans_proposed(session, [world.site.id]) == 1
    assert (line.account_name, line.author_name, line.reason) == ("Mo", "Ann", "threats, again")
    with pytest.raises(ForbiddenError):
        confirm(world, proposal_id, mo)
    confirm(world, proposal_id, mia)
    assert author_of(world).standing is Standing.BANNED
    row = world.row(models.BanProposal)
    assert (row.outcome, row.settled_by) == (ProposalOutcome.CONFIRMED, mia)
    assert world.row(models.AuditEntry, action="ban_proposed").after == {"proposal": proposal_id, "reason": "threats, again"}
    told = world.row(models.AuditEntry, action="author_sanctioned")
    assert (told.actor, told.before["standing"], told.after["standing"]) == (f"account:{mia}", "normal", "banned")
    assert (told.after["proposal"], told.after["proposed_by"]) == (proposal_id, mo)


def test_declined_or_withdrawn_the_author_stays_and_may_be_proposed_again(world: World, two: tuple[str, str]):
    mo, mia = two
    first = propose(world, mo)
    with pytest.raises(ConflictError):
        propose(world, mia)
    decline(world, first, mia)
    second = propose(world, mo)
    decline(world, second, mo)
    assert [row.outcome for row in world.rows(models.BanProposal)] == [ProposalOutcome.DECLINED, ProposalOutcome.WITHDRAWN]
    assert author_of(world).standing is Standing.NORMAL
    for settle in (confirm, decline):
        with pytest.raises(ConflictError):
            settle(world, first, world.moderator(f"max-{settle.__name__}"))
    assert [entry.action for entry in world.rows(models.AuditEntry) if entry.action.startswith("ban_")] == [
        "ban_proposed",
        "ban_declined",
        "ban_proposed",
        "ban_withdrawn",
    ]


def test_another_standing_overtakes_the_proposal_and_one_alone_is_enough_for_it(world: World, two: tuple[str, str]):
    mo, mia = two
    proposal_id = propose(world, mo)
    world.sanction("ann", Standing.SUSPENDED, mo, world.now + timedelta(days=30))
    assert world.row(models.BanProposal).outcome is ProposalOutcome.OVERTAKEN
    with pytest.raises(ConflictError):
        confirm(world, proposal_id, mia)
    assert author_of(world).standing is Standing.SUSPENDED


def test_a_suspension_for_ever_is_no_way_round(world: World, two: tuple[str, str]):
    with pytest.raises(InvalidError):
        world.sanction("ann", Standing.SUSPENDED, two[0], world.now + timedelta(days=367))
    assert author_of(world).standing is Standing.NORMAL


def test_where_one_is_enough_a_ban_holds_at_once(world: World, two: tuple[str, str]):
    mo, mia = two
    proposal_id = propose(world, mo)
    want_two(world, two=False)
    world.sanction("ann", Standing.BANNED, mo)
    assert author_of(world).standing is Standing.BANNED
    with pytest.raises(ConflictError):
        decline(world, proposal_id, mia)


def test_another_sites_moderators_know_nothing_of_it(world: World, two: tuple[str, str]):
    proposal_id = propose(world, two[0])
    with pytest.raises(NotFoundError):
        confirm(world, proposal_id, two[1], frozenset({"elsewhere"}))
    with pytest.raises(NotFoundError):
        confirm(world, "nothing", two[1])


def test_who_is_erased_takes_the_words_about_them_along(world: World, two: tuple[str, str]):
    propose(world, two[0])
    world.erase("ann")
    assert world.rows(models.BanProposal) == []


@pytest.mark.parametrize("rivals", [("confirm", "confirm"), ("confirm", "decline"), ("decline", "decline")])
def test_of_eight_who_settle_it_at_once_one_does(world: World, two: tuple[str, str], rivals: tuple[str, str]):
    acts: dict[str, Callable[[World, str, str], None]] = {"confirm": confirm, "decline": decline}
    people = [world.moderator(f"m{number}") for number in range(8)]
    gate = threading.Barrier(8)

    def settle(proposal_id: str, number: int) -> str:
        gate.wait()
        try:
            acts[rivals[number % 2]](world, proposal_id, people[number])
        except ConflictError:
            return ""
        return rivals[number % 2]

    with ThreadPoolExecutor(8) as pool:
        for round_no in range(5):
            name = f"troll{round_no}"
            world.submit(f"Hello, says number {round_no}.", author=name)
            results = list(pool.map(partial(settle, propose(world, two[0], name)), range(8)))
            (won,) = [result for result in results if result]
            assert (author_of(world, name).standing is Standing.BANNED) == (won == "confirm")
