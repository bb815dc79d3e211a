"""What is kept never outlives what it was made from: the next read sees what any thread or process has changed."""

import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, cast

import orjson
import pytest

from commentsvc.domain.status import Verdict
from commentsvc.services.sites import set_article_closed
from commentsvc.web.context import RUNTIME_EXTENSION
from tests.support.world import HELD
from tests.web.api.api_client import ADMIN, V1, build_api_app, counted_queries
from tests.web.api.lanes import COUNTS, OURS, THEIRS, Lanes, tag_of

ROOT = Path(__file__).parents[3]


def test_an_answer_costs_one_query(lanes, world, thread):
    lanes.slow(query_string="article=tram")
    for request in ({}, {"headers": {"If-None-Match": "*"}}):
        with counted_queries(world) as statements:
            lanes.fast(query_string="article=tram", **request)
        assert len(statements) == 1
    with counted_queries(world) as statements:
        lanes.fast(COUNTS, method="POST", json={"articles": [f"article-{number}" for number in range(500)]})
    assert len(statements) == 1
    assert lanes.passed_on == 0


def test_whatever_readers_can_see_is_seen_at_once(api, lanes, world):
    made = api.comment("The first.", token=api.jwt("ann"))["id"]

    def refresh():
        """The tag of what is there now, once the fast lane has given that and not what it gave before."""
        for named in ({}, {"If-None-Match": tag}):
            fast = lanes.fast(query_string="article=tram", headers=named)
            assert fast[0] == "200 OK"
            assert fast == lanes.slow(query_string="article=tram", headers=named)
        assert tag_of(fast) != tag
        lanes.both(query_string="article=tram", headers={"If-None-Match": tag_of(fast)})
        return tag_of(fast)

    tag = tag_of(lanes.slow(query_string="article=tram"))
    api.comment("Another.")
    tag = refresh()
    api.put(f"comments/{made}/vote", {"value": 1})
    tag = refresh()
    api.patch(f"comments/{made}", {"body": "Edited."}, token=api.jwt("ann"))
    tag = refresh()
    api.patch(f"comments/{made}", {"body": HELD}, token=api.jwt("ann"))
    (item,) = world.open_items(made)
    world.decide(item.id, world.moderator("moderator"), Verdict.REJECT)
    api.delete(f"comments/{made}", token=api.jwt("ann"))
    tag = refresh()
    assert orjson.loads(lanes.fast(query_string="article=tram")[2])["total"] == 1
    world.do(lambda session: set_article_closed(session, world.site.id, "tram", is_closed=True, account_id="x", now=world.now))
    refresh()


def test_an_article_closes_by_the_clock(lanes, world, thread):
    with world.db.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE article SET closes_at = '2026-03-01 13:00:00.000000'")
    tag = tag_of(lanes.slow(query_string="article=tram"))
    lanes.both(query_string="article=tram")
    world.clock.advance(hours=2)
    fast = lanes.fast(query_string="article=tram", headers={"If-None-Match": tag})
    assert (lanes.passed_on, fast[0], orjson.loads(fast[2])["article"]["is_closed"]) == (0, "200 OK", True)


def test_a_site_s_origins_hold_at_once(api, lanes, thread):
    tag = tag_of(lanes.slow(query_string="article=tram"))
    for listed in ([THEIRS], [OURS, THEIRS], []):
        answer = api.patch("admin/sites/gazette", {"origins": listed}, token=api.caller(ADMIN))
        assert answer.status_code == 200, answer.json
        for origin, named in itertools.product((OURS, THEIRS), ({}, {"If-None-Match": tag})):
            headers = lanes.both(query_string="article=tram", headers={"Origin": origin, **named})[1]
            assert (dict(headers).get("Access-Control-Allow-Origin") == origin) == (origin in listed)
            headers = lanes.both(COUNTS, method="POST", json={"articles": ["tram"]}, headers={"Origin": origin})[1]
            assert ("Access-Control-Allow-Origin" in dict(headers)) == (origin in listed)


OTHER_PROCESS = """
import sys
import orjson
from commentsvc.app import create_app
from commentsvc.runtime import build_runtime
from commentsvc.settings import load_settings
from tests.support.clocks import FakeClock
runtime = build_runtime(load_settings(), clock=FakeClock())
client = create_app(runtime.settings, runtime).test_client(use_cookies=False)
print("ready", flush=True)
for line in sys.stdin:
    method, path, token, body = orjson.loads(line)
    answer = client.open(path, method=method, json=body, headers={"Authorization": f"Bearer {token}"})
    print(answer.status_code, flush=True)
"""


class OtherProcess:
    """Another server on the same database."""

    def __init__(self, world):
        settings = world.runtime.settings
        environ = {
            **os.environ,
            "COMMENTSVC_DATABASE_URL": settings.database.url,
            "COMMENTSVC_SECRETS_KEY": settings.secrets.key,
            "COMMENTSVC_SCORER_ENGINE": "fake",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-c", OTHER_PROCESS]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._in, self._out = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        assert self._out.readline() == "ready\n"

    def send(self, method, path, token, body=None):
        self._in.write(orjson.dumps([method, f"{V1}/{path}", token, body]).decode() + "\n")
        self._in.flush()
        return int(self._out.readline())

    def close(self):
        self._in.close()
        self._process.wait(60)
        self._out.close()


@pytest.fixture
def other(world):
    process = OtherProcess(world)
    yield process
    process.close()


def test_what_another_process_changes_is_seen_by_the_next_read(api, lanes, world, other):
    """Every step is asked for three times before it: nothing that was kept may outlive what it was made from."""
    ann = api.jwt("ann")
    kept = api.comment("The tram is late.", token=ann)["id"]
    held = api.comment(HELD, token=api.jwt("bob"))["id"]
    (item,) = world.open_items(held)
    moderator = api.caller("moderator@gazette")
    counts = {"method": "POST", "json": {"articles": ["tram"]}}
    tag = tag_of(lanes.slow(query_string="article=tram"))

    def see():
        """Texts and counts as the very next reads show them, all three ways alike."""
        nonlocal tag
        fresh = lanes.fast(query_string="article=tram", headers={"If-None-Match": tag})
        assert (lanes.passed_on, fresh[0]) == (0, "200 OK")
        assert fresh == lanes.slow(query_string="article=tram")
        assert lanes.both(query_string="article=tram") == fresh
        assert tag_of(fresh) != tag
        tag = tag_of(fresh)
        lanes.both(query_string="article=tram", headers={"If-None-Match": tag})
        page = orjson.loads(fresh[2])
        counted = orjson.loads(lanes.both(COUNTS, **counts)[2])["counts"]["tram"]
        assert counted == page["total"]
        return {comment["id"]: comment["body_html"] for comment in page["items"]}

    lanes.both(query_string="article=tram")
    assert other.send("PATCH", f"comments/{kept}", ann, {"body": "The tram is early."}) == 200
    seen = see()
    assert list(seen) == [kept]
    assert "early" in seen[kept]
    assert "late" not in seen[kept]
    decided = {"decision": "approve", "revision": item.revision_id}
    assert other.send("POST", f"moderation/items/{item.id}/decision", moderator, decided) in {200, 201}
    assert set(see()) == {kept, held}
    assert other.send("POST", f"moderation/items/{item.id}/undo", moderator) in {200, 201}
    assert set(see()) == {kept}
    assert other.send("DELETE", f"comments/{kept}", ann) == 204
    assert see() == {}


def test_another_application_on_the_database_keeps_pages_of_its_own(api, lanes, world, thread):
    """Two caches in one process, as two servers have: neither knows of the other."""
    second = Lanes(build_api_app(world.runtime))
    assert second.app.extensions[RUNTIME_EXTENSION] is world.runtime
    first = lanes.slow(query_string="article=tram")
    assert second.fast(query_string="article=tram") == first
    assert second.passed_on == 0
    api.comment("One more.")
    for asked in (lanes, second):
        assert asked.fast(query_string="article=tram")[2] != first[2]
        asked.both(query_string="article=tram")
