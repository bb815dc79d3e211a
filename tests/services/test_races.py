"""Many at once for one thing: one of them gets it, and what is stored is as if they had come one after another."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from commentsvc.domain.commands import Proof
from commentsvc.domain.errors import AlreadyDecidedError, DomainError, LeaseHeldError, ProofRequiredError
from commentsvc.domain.status import Status, Verdict
from commentsvc.store import models
from tests.support.world import HELD, World

WAYS = 8
ROUNDS = pytest.mark.parametrize("rounds", [pytest.param(100, id="100"), pytest.param(10_000, id="10000", marks=pytest.mark.slow)])


class Starter:
    """Lets eight threads do something at the same moment, round after round."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WAYS)
        self._gate = threading.Barrier(WAYS)

    def race(self, act: Callable[[int], Any]) -> list[Any]:
        """What each of the eight got: what `act` returned or the refusal it raised."""

        def run(number: int) -> Any:
            self._gate.wait()
            try:
                return act(number)
            except DomainError as refused:
                return refused

        return list(self._pool.map(run, range(WAYS)))

    def close(self) -> None:
        self._pool.shutdown()


@pytest.fixture
def starter():
    starter = Starter()
    yield starter
    starter.close()


def call(acts: list[Callable[[], object]], way: int) -> object:
    return acts[way]()


@ROUNDS
def test_one_of_eight_moderators_decides(world: World, starter: Starter, rounds):
    world.set_policy({"premoderation": True, "repeats": {"count": 0}})
    moderators = [world.moderator(f"m{number}") for number in range(WAYS)]
    for number in range(rounds):
        submitted = world.submit(f"Text {number}.", author=f"a{number}", article=f"a{number % 50}")
        (item,) = world.open_items(submitted.comment_id)

        def decide(way: int, item_id: str = item.id, revision_id: str = submitted.revision_id) -> str:
            verdict = Verdict.APPROVE if way % 2 else Verdict.REJECT
            return world.decide(item_id, moderators[way], verdict, revision_id=revision_id).decision_id

        outcomes = starter.race(decide)
        assert Counter(type(outcome) for outcome in outcomes) == {str: 1, AlreadyDecidedError: WAYS - 1}
    assert len(world.rows(models.Decision, is_in_force=True)) == rounds


@ROUNDS
def test_one_of_eight_moderators_claims(world: World, starter: Starter, rounds):
    submitted = world.submit(HELD)
    (item,) = world.open_items(submitted.comment_id)
    moderators = [world.moderator(f"m{number}") for number in range(WAYS)]
    for _ in range(rounds):
        claims = starter.race(lambda way: [claim.item_id for claim in world.claim(moderators[way])])
        holder = moderators.index(world.item(item.id).leased_by)
        assert claims == [[item.id] if way == holder else [] for way in range(WAYS)]
        world.clock.advance(minutes=5)


def test_eight_moderators_share_a_queue_out(world: World, starter: Starter):
    world.set_policy({"premoderation": True, "repeats": {"count": 0}})
    for number in range(40):
        world.submit(f"Text {number}.", author=f"a{number}")
    moderators = [world.moderator(f"m{number}") for number in range(WAYS)]
    claims = starter.race(lambda way: [claim.item_id for claim in world.claim(moderators[way], limit=5)])
    taken = [item_id for claim in claims for item_id in claim]
    assert len(taken) == len(set(taken))
    assert all(len(claim) <= 5 for claim in claims)
    # Who looked past rows that another was just taking looks again.
    again = starter.race(lambda way: [claim.item_id for claim in world.claim(moderators[way], limit=40)])
    assert len({item_id for claim in again for item_id in claim}) == 40


def test_deciding_editing_withdrawing_and_voting_at_once_leaves_one_story(world: World, starter: Starter):
    moderator = world.moderator()
    for number in range(8):
        submitted = world.submit(HELD, author=f"a{number}", article=f"a{number % 3}")
        (item,) = world.open_items(submitted.comment_id)
        comment_id, revision_id = submitted.comment_id, submitted.revision_id
        acts: list[Callable[[], object]] = [
            partial(world.decide, item.id, moderator, revision_id=revision_id),
            partial(world.decide, item.id, moderator, Verdict.REJECT, revision_id=revision_id),
            partial(world.edit, comment_id, "A better word for it."),
            partial(world.edit, comment_id, HELD, is_late=True),
            partial(world.withdraw, comment_id),
            partial(world.report, comment_id, "bob"),
            partial(world.vote, comment_id, "bob", 1),
            partial(world.undo, item.id, moderator),
        ]
        starter.race(partial(call, acts))
    world.check()


def test_replies_and_their_parents_withdrawal_at_once_keep_the_tree_right(world: World, starter: Starter):
    for number in range(15):
        root = world.submit(f"Root {number}.", author=f"a{number}").comment_id

        def act(way: int, root: str = root, number: int = number) -> object:
            if way == 0:
                world.withdraw(root)
                return None
            return world.submit(f"Reply {way} to {number}.", author=f"b{way}", parent=root)

        starter.race(act)
        assert world.comment(root).status is Status.WITHDRAWN
    world.check()


def test_a_lease_is_lost_to_one_at_most(world: World, starter: Starter):
    submitted = world.submit(HELD)
    (item,) = world.open_items(submitted.comment_id)
    moderators = [world.moderator(f"m{number}") for number in range(WAYS)]
    world.claim(moderators[0])
    outcomes = starter.race(lambda way: world.decide(item.id, moderators[way], revision_id=submitted.revision_id).decision_id)
    assert isinstance(outcomes[0], str)
    assert all(isinstance(outcome, LeaseHeldError | AlreadyDecidedError) for outcome in outcomes[1:])


def test_nothing_posted_while_its_author_is_erased_is_left_over(world: World, starter: Starter):
    """Whatever came before the erasure is gone; whatever came after it belongs to an author who begins anew."""
    for number in range(8):
        world.submit(f"First {number}.", author="ann")

        def act(way: int, number: int = number) -> object:
            return world.erase("ann") if way == 0 else world.submit(f"Text {number} by {way}.", author="ann", article=f"a{way % 3}")

        starter.race(act)
        known = {row.id: row.subject for row in world.rows(models.Author)}
        erased = [row for row in world.rows(models.Comment) if known[row.author_id] != "sso:ann"]
        assert {row.status for row in erased} == {Status.ERASED}
    world.check()
    assert {row.body for row in world.rows(models.Revision, status=Status.ERASED)} == {""}


def test_one_of_eight_appeals_is_kept(world: World, starter: Starter):
    world.set_policy({"premoderation": True, "repeats": {"count": 0}})
    moderators = [world.moderator(f"m{number}") for number in range(2)]
    for number in range(8):
        submitted = world.submit(f"Text {number}.", author=f"a{number}")
        (item,) = world.open_items(submitted.comment_id)
        world.decide(item.id, moderators[0], Verdict.REJECT)
        outcomes = starter.race(lambda way, comment_id=submitted.comment_id: world.appeal(comment_id, f"By {way}."))  # type: ignore[misc]
        assert Counter(outcomes) == {True: 1, False: WAYS - 1}
        assert len(world.open_items(submitted.comment_id)) == 1


def test_a_proof_buys_one_of_eight_comments(world: World, starter: Starter):
    for number in range(8):
        proof = Proof(f"{number:064x}", world.now + timedelta(minutes=20))

        def post(way: int, number: int = number, proof: Proof = proof) -> str:
            text = f"Text {number} by {way}."
            return world.submit(text, author=f"a{way}", article=f"a{way}", asks_proof=True, proof=proof).comment_id

        outcomes = starter.race(post)
        assert Counter(type(outcome) for outcome in outcomes) == {str: 1, ProofRequiredError: WAYS - 1}
    assert len(world.rows(models.Comment)) == len(world.rows(models.SpentProof)) == 8
