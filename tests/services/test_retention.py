"""What has served its time goes; nothing else does."""

from datetime import timedelta

from sqlalchemy import insert

from commentsvc.services.accounts import open_session
from commentsvc.services.retention import ANNOUNCEMENTS_KEPT, KEYS_KEPT, tidy
from commentsvc.store import models
from commentsvc.store.base import table_of
from tests.support.world import HELD, World


def test_keys_sessions_and_announcements_go_in_their_time(world: World):
    world.submit(HELD, idempotency_key="k1")
    moderator = world.moderator()
    world.do(lambda session: open_session(session, moderator, world.now))
    before = world.snapshot()

    def gone_after(wait: timedelta) -> tuple[int, set[str]]:
        count = world.do(lambda session: tidy(session, world.now + wait))
        after = world.snapshot()
        return count, {name for name, rows in after.items() if rows != before[name]}

    assert gone_after(timedelta(hours=12)) == (0, set())
    assert gone_after(timedelta(hours=12, seconds=1)) == (1, {"session"})
    assert gone_after(KEYS_KEPT) == (0, {"session"})
    assert gone_after(KEYS_KEPT + timedelta(seconds=1)) == (1, {"session", "idempotency_key"})
    assert gone_after(ANNOUNCEMENTS_KEPT) == (0, {"session", "idempotency_key"})
    assert gone_after(ANNOUNCEMENTS_KEPT + timedelta(seconds=1)) == (1, {"session", "idempotency_key", "outbox"})
    # Put back what the invariants read: the announcement of the comment that is still there.
    outbox = table_of(models.Outbox)
    world.do(
        lambda session: session.execute(insert(outbox), [dict(zip(outbox.columns.keys(), row, strict=True)) for row in before["outbox"]])
    )
