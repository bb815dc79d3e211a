"""Moderators in a hurry: the same items claimed and decided at once, through two server processes."""

import threading
from collections import Counter
from collections.abc import Sequence

import pytest

from tests.system.checks import check_invariants
from tests.system.conftest import MakeInstallation
from tests.system.harness import Client, Installation, Server
from tests.system.posting import make_posts, post_all

HELD = "You are vermin and nobody wants you here"
MODERATORS = 8
TAKEN = {"already-decided", "lease-held", "conflict", "stale-revision"}
"""What a loser of a race may be told."""


def hold(installation: Installation, server: Server, count: int) -> list[dict[str, str]]:
    """Have `count` comments held; returns item and revision of each."""
    outcome = post_all(make_posts(count, HELD), server.port)
    assert len(outcome.ids) == count
    rows = installation.query("SELECT id, revision_id FROM review_item WHERE is_open AND queue = 'held' ORDER BY id")
    assert len(rows) == count
    return [{"id": str(item), "revision": str(revision)} for item, revision in rows]


class Moderator(threading.Thread):
    """Decides every item as soon as all the others are ready to decide it too; notes what came of it."""

    def __init__(self, number: int, client: Client, items: Sequence[dict[str, str]], gate: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self._number, self._client, self._items, self._gate = number, client, items, gate
        self.answers: list[tuple[int, str]] = []

    def run(self) -> None:
        with self._client:
            for item in self._items:
                self._gate.wait(60)
                verdict = {"decision": "approve"} if self._number % 2 else {"decision": "reject", "reason_code": "abuse"}
                path = f"/api/v1/moderation/items/{item['id']}/decision"
                reply = self._client.post(path, verdict | {"revision": item["revision"]})
                self.answers.append((reply.status, reply.json.get("type", "").rpartition("/")[2]))


def race(installation: Installation, servers: Sequence[Server], items: Sequence[dict[str, str]]) -> None:
    gate = threading.Barrier(MODERATORS)
    tokens = installation.tokens
    moderators = [
        Moderator(number, servers[number % len(servers)].client(tokens[number % len(tokens)]), items, gate) for number in range(MODERATORS)
    ]
    for moderator in moderators:
        moderator.start()
    for moderator in moderators:
        moderator.join()
    for at, item in enumerate(items):
        told = [moderator.answers[at] for moderator in moderators]
        winners = [answer for answer in told if answer[0] in {200, 201}]
        losers = [answer for answer in told if answer not in winners]
        assert len(winners) == 1, (item, told)
        assert {status for status, _ in losers} == {409}, (item, told)
        assert {code for _, code in losers} <= TAKEN, (item, told)
    decided = Counter(str(item) for (item,) in installation.query("SELECT item_id FROM decision WHERE is_in_force"))
    assert decided == Counter(item["id"] for item in items)


def test_one_of_eight_decides_each_item(on_postgres: MakeInstallation):
    installation = on_postgres()
    servers = [installation.serve(), installation.serve()]
    race(installation, servers, hold(installation, servers[0], 25))
    check_invariants(installation)


def test_each_item_is_claimed_by_one(on_postgres: MakeInstallation):
    """A lease lasts longer than this test, so whatever one moderator was ever given no other may be given."""
    installation = on_postgres()
    server = installation.serve()
    hold(installation, server, 60)
    found: list[set[str]] = [set() for _ in installation.tokens]

    def claim(number: int) -> None:
        with server.client(installation.tokens[number]) as client:
            for limit in (5, 10, 15):
                reply = client.post("/api/v1/moderation/claims", {"queue": "held", "limit": limit})
                assert reply.status in {200, 201}
                found[number].update(item["id"] for item in reply.json["items"])

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(len(found))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    claimed = Counter(item for items in found for item in items)
    assert len(claimed) >= 15
    assert max(claimed.values()) == 1
    check_invariants(installation)


@pytest.mark.slow
def test_one_of_eight_decides_each_of_10000_items(on_postgres: MakeInstallation):
    installation = on_postgres()
    servers = [installation.serve(), installation.serve()]
    items = hold(installation, servers[0], 10_000)
    race(installation, servers, items)
    check_invariants(installation)
