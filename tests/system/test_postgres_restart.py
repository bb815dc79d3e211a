"""PostgreSQL dies under the server and comes back."""

from tests.system.checks import check_invariants, check_nothing_lost
from tests.system.harness import SITE, Client, Installation, wait_until
from tests.system.posting import ACCEPTED, Crowd, make_posts, post_all
from tests.system.servers import DurablePostgres


def is_refused(client: Client) -> bool:
    """Whether the server says by a problem document that it cannot store anything now. Nothing else than an answer may come."""
    reply = client.get(f"/api/v1/sites/{SITE}/comments?article=article-0")
    if reply.status == 200:
        return False
    assert reply.status == 503
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["status"] == 503
    assert int(reply.headers["retry-after"]) > 0
    return True


def test_killed_database_loses_nothing_acknowledged(durable_postgres: DurablePostgres, installations: list[Installation], tmp_path):
    installation = Installation(tmp_path, durable_postgres.url(durable_postgres.take_migrated()))
    installations.append(installation)
    posts = make_posts(150)
    server = installation.serve()
    crowd = Crowd(posts[:120], lambda _: server.port).start()
    wait_until("some posts to be acknowledged", lambda: crowd.acknowledged_count >= 40)
    durable_postgres.kill()
    with Client(server.port) as client:
        wait_until("the server to see it", lambda: is_refused(client))
        assert client.get("/health/live").status == 200
        assert client.get("/health/ready").status == 503
        refused = client.post(f"/api/v1/sites/{SITE}/comments", posts[-1].body)
        assert (refused.status, refused.headers["content-type"]) == (503, "application/problem+json")
        outcome = crowd.join()
        durable_postgres.start_again()
        installation.db.dispose()
        wait_until("the server to be ready again", lambda: client.get("/health/ready").status == 200)
    statuses = {status for statuses in outcome.statuses.values() for status in statuses}
    assert statuses <= ACCEPTED | {503}
    assert not outcome.unanswered, "a request was not answered"
    check_nothing_lost(installation, posts, outcome)
    again = post_all([post for post in posts if post.number not in outcome.ids], server.port)
    assert len(again.ids) + len(outcome.ids) == 150
    outcome.ids.update(again.ids)
    check_nothing_lost(installation, posts, outcome)
    check_invariants(installation)
