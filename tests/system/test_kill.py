"""The server is killed in the middle of posts, stopped in the middle of posts, and comes back."""

from functools import partial

import pytest

from tests.system.checks import check_invariants, check_nothing_lost
from tests.system.conftest import MakeInstallation
from tests.system.harness import Installation, Server, wait_until
from tests.system.posting import Crowd, Outcome, Post, make_posts, post_all


def kill_in_the_middle(installation: Installation, posts: list[Post], kills: int) -> tuple[Outcome, Server]:
    """Post everything, kill the server `kills` times meanwhile, and try again what was not answered, as a reader's page would."""
    server = installation.serve()
    crowd = Crowd(posts, lambda _: server.port, waits=True).start()
    step = len(posts) // (kills + 2)
    for number in range(1, kills + 1):
        wait_until("more posts to be acknowledged", partial(crowd.has_acknowledged, number * step))
        server.program.kill()
        server = installation.serve(server.port)
    outcome = crowd.join()
    return outcome, server


def try_again(server: Server, posts: list[Post], outcome: Outcome) -> Outcome:
    unanswered = [post for post in posts if post.number not in outcome.ids]
    again = post_all(unanswered, server.port)
    assert not again.unanswered
    assert sorted(again.ids) == [post.number for post in unanswered]
    return Outcome(outcome.ids | again.ids)


def check_replays(server: Server, posts: list[Post], outcome: Outcome) -> None:
    """Who was answered and tries again all the same gets the same comment."""
    again = post_all(posts, server.port)
    assert again.ids == {post.number: outcome.ids[post.number] for post in posts}


def test_killed_server_loses_and_doubles_nothing(on_sqlite: MakeInstallation):
    installation, posts = on_sqlite(), make_posts(240)
    outcome, server = kill_in_the_middle(installation, posts, kills=1)
    assert outcome.unanswered, "nothing was in flight"
    check_nothing_lost(installation, posts, outcome)
    whole = try_again(server, posts, outcome)
    check_replays(server, posts[::10], whole)
    check_nothing_lost(installation, posts, whole)
    assert installation.query("SELECT count(*) FROM comment") == [(240,)]
    check_invariants(installation)


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(5))
def test_killed_server_loses_and_doubles_nothing_of_2000(on_sqlite: MakeInstallation, round_: int):
    installation, posts = on_sqlite(), make_posts(2_000)
    outcome, server = kill_in_the_middle(installation, posts, kills=5 + round_)
    whole = try_again(server, posts, outcome)
    check_nothing_lost(installation, posts, whole)
    assert installation.query("SELECT count(*) FROM comment") == [(2_000,)]
    check_invariants(installation)


@pytest.mark.slow
def test_killed_servers_on_postgres_lose_and_double_nothing(on_postgres: MakeInstallation):
    """Several processes behind one port, all killed."""
    installation, posts = on_postgres(), make_posts(2_000)
    outcome, server = kill_in_the_middle(installation, posts, kills=4)
    assert outcome.unanswered, "nothing was in flight"
    whole = try_again(server, posts, outcome)
    check_nothing_lost(installation, posts, whole)
    assert installation.query("SELECT count(*) FROM comment") == [(2_000,)]
    check_invariants(installation)


def test_killed_server_goes_on_scoring_when_it_is_back(on_sqlite: MakeInstallation):
    """Without time for the scorer every post is pending; the jobs outlive the process that wrote them."""
    installation, posts = on_sqlite(scorer_budget_ms="0", worker_poll_s="3600"), make_posts(60)
    server = installation.serve(COMMENTSVC_WORKER_EMBEDDED="false")
    outcome = post_all(posts, server.port)
    server.program.kill()
    assert installation.query("SELECT count(*) FROM job") == [(60,)]
    installation.serve(server.port)
    wait_until("every job to be done", lambda: installation.query("SELECT count(*) FROM job") == [(0,)])
    assert installation.query("SELECT status, count(*) FROM comment GROUP BY status") == [("published", 60)]
    check_nothing_lost(installation, posts, outcome)
    check_invariants(installation)


def test_stopped_server_answers_what_it_has_accepted(on_sqlite: MakeInstallation):
    installation, posts = on_sqlite(), make_posts(1_200)
    server = installation.serve()
    crowd = Crowd(posts, lambda _: server.port).start()
    wait_until("some of the posts to be acknowledged", lambda: crowd.acknowledged_count >= 80)
    server.program.ask_to_stop()
    assert server.program.wait_for_end() == 0
    outcome = crowd.join()
    assert len(outcome.ids) < len(posts), "all was over before the server stopped"
    check_nothing_lost(installation, posts, outcome)
    stored = installation.query("SELECT count(*) FROM comment")
    assert stored == [(len(outcome.ids),)], "a request was taken and not answered"
    check_invariants(installation)
