"""What must be true of an installation after whatever was done to it."""

from collections import Counter
from collections.abc import Collection, Sequence

from tests.support.invariants import find_problems
from tests.system.harness import Installation
from tests.system.posting import Outcome, Post

PENDING = "SELECT count(*) FROM comment WHERE status = 'pending'"


def check_nothing_lost(installation: Installation, posts: Sequence[Post], outcome: Outcome) -> None:
    """Each acknowledged post is stored once, as it was sent; no other is stored twice; nothing is stored that nobody sent."""
    sent = {post.text: post.number for post in posts}
    rows = installation.query("SELECT comment.id, body FROM comment JOIN revision ON revision.id = comment.current_revision_id")
    stored = Counter(str(body) for _, body in rows)
    assert [body for body in stored if body not in sent] == [], "invented"
    assert [body for body, count in stored.items() if count > 1] == [], "doubled"
    ids = {sent[str(body)]: str(comment) for comment, body in rows}
    assert {number: ids.get(number) for number in outcome.ids} == outcome.ids, "lost"


def check_invariants(installation: Installation) -> None:
    with installation.db.reading() as session:
        assert find_problems(session) == []


def check_settled(installation: Installation, routed: Collection[str]) -> None:
    """Each comment has been routed by exactly one routing, scored once, and no job is left."""
    (jobs,) = installation.query("SELECT count(*) FROM job")
    assert jobs == (0,)
    (pending,) = installation.query(PENDING)
    assert pending == (0,)
    routings = Counter(str(comment) for (comment,) in installation.query("SELECT comment_id FROM routing"))
    assert routings == Counter(routed)
    scored = installation.query("SELECT count(*), count(DISTINCT revision_id) FROM score_set")
    assert scored == [(len(routed), len(routed))]
