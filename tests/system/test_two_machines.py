"""More than one machine: PostgreSQL, Valkey, two server processes, and Celery workers that are killed while they work."""

from functools import partial

import pytest

from tests.system.checks import PENDING, check_invariants, check_nothing_lost, check_settled
from tests.system.conftest import MakeInstallation
from tests.system.harness import Installation, wait_until
from tests.system.posting import Crowd, make_posts, post_all
from tests.system.servers import Valkey

LATE = {"scorer_budget_ms": "0"}
"""No reader waits for the scorer, so that every comment is left to the workers."""


def apart(make: MakeInstallation, valkey: Valkey, **more: str) -> Installation:
    return make(worker_embedded="false", worker_waker="celery", redis_url=valkey.url, **LATE, **more)


def count(installation: Installation, sql: str) -> int:
    ((found,),) = installation.query(sql)
    return int(found)


def has_routed(installation: Installation, goal: int) -> bool:
    return count(installation, "SELECT count(*) FROM routing") >= goal


def end_leases(installation: Installation) -> None:
    """As if the time of the leases that a dead worker held had passed."""
    with installation.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE job SET leased_until = run_at WHERE state = 'leased'")


def see_visible(installation: Installation) -> set[str]:
    """Comments that readers see."""
    return {str(comment) for (comment,) in installation.query("SELECT id FROM comment WHERE published_revision_id IS NOT NULL OR is_shown")}


def test_killed_workers_lose_and_double_nothing(on_postgres: MakeInstallation, valkey: Valkey):
    installation, posts = apart(on_postgres, valkey), make_posts(60)
    servers = [installation.serve() for _ in range(2)]
    worker = installation.work()
    crowd = Crowd(posts, lambda reader: servers[reader % 2].port).start()
    wait_until("the worker to be at work", partial(has_routed, installation, 12))
    worker.kill()
    end_leases(installation)
    installation.work()
    outcome = crowd.join()
    assert {status for statuses in outcome.statuses.values() for status in statuses} <= {201, 202}
    wait_until("nothing to be pending", lambda: count(installation, PENDING) == 0 and count(installation, "SELECT count(*) FROM job") == 0)
    check_nothing_lost(installation, posts, outcome)
    check_settled(installation, outcome.ids.values())
    assert see_visible(installation) == set(outcome.ids.values())
    check_invariants(installation)


@pytest.mark.slow
def test_500_comments_while_the_worker_is_killed_ten_times(on_postgres: MakeInstallation, valkey: Valkey):
    """Leases end in their own time here."""
    installation, posts = apart(on_postgres, valkey), make_posts(500)
    servers = [installation.serve(), installation.serve()]
    worker = installation.work()
    crowd = Crowd(posts, lambda reader: servers[reader % 2].port).start()
    for kill in range(1, 11):
        wait_until("the worker to have done more", partial(has_routed, installation, 45 * kill), 120)
        unrouted = "SELECT count(*) FROM comment WHERE is_shown AND NOT EXISTS (SELECT 1 FROM routing WHERE comment_id = comment.id)"
        assert count(installation, unrouted) == 0, "visible before it was routed"
        worker.kill()
        worker = installation.work()
    outcome = crowd.join()
    wait_until("nothing to be pending", lambda: count(installation, PENDING) == 0, 180)
    wait_until("no job to be left", lambda: count(installation, "SELECT count(*) FROM job") == 0)
    check_nothing_lost(installation, posts, outcome)
    check_settled(installation, outcome.ids.values())
    check_invariants(installation)


def test_lost_wake_ups_are_made_good(on_postgres: MakeInstallation, valkey: Valkey):
    """Valkey is flushed, dies, and comes back empty. Posts are taken meanwhile; the workers find them by looking."""
    installation = apart(on_postgres, valkey)
    posts = make_posts(40)
    server = installation.serve()
    post_all(posts[:10], server.port)
    valkey.flush()
    valkey.kill()
    outcome = post_all(posts[10:20], server.port)
    assert len(outcome.ids) == 10, "a post needs no Valkey"
    assert count(installation, "SELECT count(*) FROM job") == 20
    valkey.start_again()
    installation.work()
    post_all(posts[20:], server.port)
    wait_until("every job to be done", lambda: count(installation, "SELECT count(*) FROM job") == 0)
    assert count(installation, PENDING) == 0
    assert count(installation, "SELECT count(*) FROM routing") == 40
    check_invariants(installation)
