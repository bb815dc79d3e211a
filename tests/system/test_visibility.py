"""What is not published is seen nowhere, however hard one looks while it is written."""

import itertools
import threading
from collections.abc import Callable

import pytest

from tests.support.waiting import LIMIT_S, wait_until
from tests.system.checks import check_invariants
from tests.system.conftest import MakeInstallation
from tests.system.harness import SITE, Client, Installation, Server
from tests.system.posting import Crowd, Post, make_posts

HELD = "You are vermin, and this canary sings"
"""The first policy holds what the fake scorer says of this; the canary stands in no other text."""
LOOKERS = 3
SCORED_WITHIN_S = 0.1
"""What a comment may take the worker at most, with the lookers beside it."""


def public_paths(posts: list[Post]) -> list[str]:
    articles = sorted({post.article for post in posts})
    paths = [
        f"/api/v1/sites/{SITE}/comments?article={article}&sort={sort}" for article in articles for sort in ("newest", "oldest", "best")
    ]
    paths += [f"/api/v1/sites/{SITE}/feed.atom?article={article}" for article in articles]
    return [*paths, *[f"/embed/{SITE}?article={article}" for article in articles]]


def look_everywhere(server: Server, posts: list[Post], known: Callable[[], list[str]], is_over: threading.Event) -> list[str]:
    """Ask every public address over and over; returns what showed something that nobody was to see."""
    seen: list[str] = []
    with Client(server.port) as client:
        for path in itertools.cycle(public_paths(posts)):
            if is_over.is_set():
                break
            if b"canary" in client.get(path).raw:
                seen.append(path)
            latest = known()[-2:]
            seen += [comment for comment in latest if client.get(f"/api/v1/comments/{comment}").status != 404]
            counts = client.post(f"/api/v1/sites/{SITE}/counts", {"articles": [post.article for post in posts[:5]]}).json["counts"]
            if any(counts.values()):
                seen.append("counts")
    return seen


def post_and_look(installation: Installation, count: int) -> None:
    server = installation.serve()
    posts = make_posts(count, HELD)
    crowd = Crowd(posts, lambda _: server.port)
    is_over = threading.Event()
    seen: list[str] = []

    def look() -> None:
        seen.extend(look_everywhere(server, posts, lambda: list(crowd.outcome.ids.values()), is_over))

    lookers = [threading.Thread(target=look) for _ in range(LOOKERS)]
    for looker in lookers:
        looker.start()
    outcome = crowd.start().join()
    # What was not scored in the request is looked for until the worker has come to it, too.
    pending = "SELECT count(*) FROM comment WHERE status = 'pending'"
    wait_until("the worker to have scored everything", lambda: installation.query(pending) == [(0,)], LIMIT_S + count * SCORED_WITHIN_S)
    is_over.set()
    for looker in lookers:
        looker.join()
    assert seen == []
    assert len(outcome.ids) == count
    assert installation.query("SELECT status, count(*) FROM comment GROUP BY status") == [("held", count)]


def test_held_comments_are_seen_nowhere(on_sqlite: MakeInstallation):
    installation = on_sqlite()
    post_and_look(installation, 500)
    check_invariants(installation)


@pytest.mark.slow
@pytest.mark.parametrize("budget_ms", ["30000", "0"])
def test_20000_held_comments_are_seen_nowhere(on_sqlite: MakeInstallation, budget_ms: str):
    """Scored in the request, and by the worker after it."""
    installation = on_sqlite(scorer_budget_ms=budget_ms)
    if budget_ms == "0":
        installation.changes = {**installation.changes, "COMMENTSVC_WORKER_EMBEDDED": "true"}
    post_and_look(installation, 20_000)
