"""The fast lane gives the same bytes as Flask, and only where they are certain."""

import io
import itertools
import json

import orjson
import pytest
from werkzeug.test import EnvironBuilder

from commentsvc.integrations.logs import configure_logging
from commentsvc.store.engine import StorageUnavailableError
from commentsvc.web.api.fast_lane import FastLane
from commentsvc.web.pagination import encode_cursor
from tests.web.api.api_client import V1
from tests.web.api.lanes import COUNTS, OURS, THEIRS, THREAD, tag_of

# -- The same bytes ------------------------------------------------------------------------------------------------------------
QUERIES = [
    *(f"article=tram&sort={sort}&limit={limit}" for sort, limit in itertools.product(("newest", "oldest", "best"), (1, 2, 50))),
    "article=tram",
    "sort=oldest&article=tra%6D",
    "article=tram&",
    "&article=tram&&limit=3",
    "limit=3&article=t%72am",
    "article=a+b%20c%2Bd%26e%3Df",
    "article=%F0%9F%9A%8B",
    "article=https%3A%2F%2Fgazette.example%2F%3Fa%3Db%23c",
    "article=https://gazette.example/a;b",
    "article=never-seen",
    "article=caf%C3%A9",
    f"article=tram&limit=1&cursor={encode_cursor('newest', (3,))}",
    f"article=tram&sort=oldest&cursor={encode_cursor('oldest', (1,))}",
    "article=tram&parent={root}",
    f"article=tram&parent={{root}}&limit=2&cursor={encode_cursor('replies', (5,))}",
]


NAMING = ("{tag}", "{strong}", "*", '"other", {tag}', '{tag}, W/"other"', ' {strong} , "x"', "{bare}")
NAMING_ANOTHER = ('W/"other"', '"other", "another"', "", "W/", "w/{strong}x", '{strong}x"', '"*"', "garbage, ,,", '"{tag}"', "* ")


@pytest.mark.parametrize("query", QUERIES)
def test_a_page_is_answered_as_flask_does(lanes, thread, query):
    address = {"query_string": query.format(root=thread)}
    for headers in ({}, {"If-None-Match": "*"}, {"If-None-Match": '"other"'}, {"Origin": OURS}):
        lanes.forget()
        made = lanes.fast(**address, headers=headers)
        lanes.forget()
        assert (lanes.slow(**address, headers=headers), lanes.passed_on) == (made, 0)
    tag = tag_of(made)
    parts = {"tag": tag, "strong": tag.removeprefix("W/"), "bare": tag.removeprefix("W/").strip('"')}
    for origin in (None, OURS, THEIRS, "null", ""):
        told = {} if origin is None else {"Origin": origin}
        status, headers, body = lanes.both(**address, headers=told)
        assert (status, int(dict(headers)["Content-Length"])) == ("200 OK", len(body))
        assert (dict(headers).get("Access-Control-Allow-Origin") == OURS) == (origin == OURS)
        for named in NAMING:
            headers = {"If-None-Match": named.format(**parts), **told}
            assert lanes.both(**address, headers=headers)[::2] == ("304 NOT MODIFIED", b""), named
        for named in NAMING_ANOTHER:
            lanes.both(**address, headers={"If-None-Match": named.format(**parts), **told})


@pytest.mark.parametrize(
    "request_parts",
    [
        {"base_url": "https://comments.example"},
        {"base_url": "http://comments.example:8000"},
        {"headers": {"Cookie": "commentsvc_session=a; other=b"}},
        {"headers": {"Accept": "text/html", "Accept-Encoding": "gzip, br", "User-Agent": "caf\xe9"}},
        {"headers": {"If-Match": '"x"', "If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT", "Range": "bytes=0-9"}},
        {"headers": {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}},
        {"headers": {"Access-Control-Request-Method": "GET", "Origin": OURS}},
        {"environ": {"HTTP_X_EDIT_TOKEN": "a-token"}},
    ],
)
def test_what_else_a_request_carries_makes_no_difference(lanes, thread, request_parts):
    tag = tag_of(lanes.slow(query_string="article=tram"))
    headers = request_parts.get("headers", {})
    named = {**request_parts, "headers": {**headers, "If-None-Match": tag}}
    assert lanes.both(query_string="article=tram", **request_parts)[0] == "200 OK"
    assert lanes.both(query_string="article=tram", **named)[0] == "304 NOT MODIFIED"
    assert lanes.both(COUNTS, method="POST", json={"articles": ["tram"]}, **request_parts)[0] == "200 OK"


LISTS = [
    ["tram"],
    ["tram", "never-seen"],
    ["never-seen"],
    ["tram", "tram"],
    ["café", "a\nb", '"', "'", "\\", "\U0001f68b", " "],
    ["x"] * 500,
]


def test_counts_are_answered_as_flask_does(lanes, thread):
    for articles, origin in itertools.product(LISTS, (None, OURS, THEIRS, "")):
        told = {} if origin is None else {"Origin": origin}
        status, headers, body = lanes.both(COUNTS, method="POST", json={"articles": articles}, headers=told)
        assert (status, dict(headers)["Cache-Control"]) == ("200 OK", "no-store")
        assert orjson.loads(body)["counts"] == {key: 10 if key == "tram" else 0 for key in articles}
        lanes.both(f"{V1}/sites/courier/counts", method="POST", json={"articles": articles}, headers=told)


def test_long_lists_are_counted_alike(api, lanes):
    for number in range(30):
        api.comment(f"Comment number {number}.", article=f"article-{number}")
    keys = [f"article-{number}" for number in range(500)]
    assert sum(orjson.loads(lanes.both(COUNTS, method="POST", json={"articles": keys})[2])["counts"].values()) == 30


def test_the_log_and_the_counters_hold_the_same(lanes, world, thread, log_stream):
    configure_logging(as_json=True, stream=log_stream)
    lanes.slow(query_string="article=tram")
    asked = ({"query_string": "article=tram"}, {"query_string": "article=tram", "headers": {"If-None-Match": "*"}})
    counts = {"method": "POST", "json": {"articles": ["tram"]}}
    seen = []
    for ask in (lanes.slow, lanes.fast):
        log_stream.seek(0)
        log_stream.truncate()
        before = _counted(lanes.app)
        for request in asked:
            ask(**request)
        ask(COUNTS, **counts)
        after = _counted(lanes.app)
        lines = [line for line in map(json.loads, log_stream.getvalue().splitlines()) if line["route"] != "/metrics"]
        seen.append(
            (
                [[(name, value) for name, value in line.items() if name not in {"duration_ms", "timestamp"}] for line in lines],
                {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)},
            )
        )
    assert lanes.passed_on == 0
    assert seen[0] == seen[1]
    assert len(seen[0][0]) == 3
    assert len(seen[0][1]) == 5


def _counted(app):
    """Counted requests, without their durations."""
    rows = app.test_client().get("/metrics").get_data(as_text=True).splitlines()
    told = (row.rpartition(" ") for row in rows if row.startswith(("commentsvc_requests_total", "commentsvc_request_seconds_count")))
    return {name: float(value) for name, _, value in told if "/metrics" not in name}


def test_an_id_is_made_where_none_was_given(lanes, thread):
    lanes.slow(query_string="article=tram")
    made = {dict(lanes.fast(query_string="article=tram", headers={"X-Request-Id": "not an id"})[1])["X-Request-Id"] for _ in range(3)}
    assert len(made) == 3
    assert lanes.passed_on == 0


# -- Only what is certain ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "request_parts",
    [
        {"method": "HEAD"},
        {"method": "PUT"},
        {"method": "OPTIONS", "headers": {"Origin": OURS, "Access-Control-Request-Method": "GET"}},
        {"headers": {"Authorization": "Bearer a.b.c"}},
        {"headers": {"Authorization": ""}},
        {"headers": {"X-Thing": "\xff"}},
        {"headers": {"Cookie": "a=\0"}},
        {"headers": {"Host": "a b"}},
        {"headers": {"Host": ""}},
        {"environ": {"SCRIPT_NAME": "/below"}},
        {"path": f"{THREAD}/"},
        {"path": f"{V1}/sites/nowhere/comments"},
        {"path": f"{V1}/sites/nowhere/comments", "query_string": "article=bus"},
        {"query_string": "article=tram&article=tram"},
        {"query_string": "article"},
        {"query_string": "article="},
        {"query_string": "article=%0a"},
        {"query_string": "article=+"},
        {"query_string": "article=" + "x" * 501},
        {"query_string": "article=tram&page=2"},
        {"query_string": "article=tram&sort=worst"},
        {"query_string": "article=tram&sort="},
        {"query_string": "article=tram&sort=NEWEST"},
        {"query_string": "article=tram&limit=0"},
        {"query_string": "article=tram&limit=101"},
        {"query_string": "article=tram&limit=1e1"},
        {"query_string": "article=tram&limit=+5"},
        {"query_string": "article=tram&limit="},
        {"query_string": "article=tram&cursor=!"},
        {"query_string": f"article=tram&cursor={encode_cursor('oldest', (1,))}"},
        {"query_string": f"article=tram&cursor={encode_cursor('newest', (2**63,))}"},
        {"query_string": "article=tram&parent=x"},
        {"query_string": "article=tram&parent=018f0000-0000-7000-8000-000000000000"},
        {"query_string": "article=tram%00"},
        {"query_string": "article=tram%ff"},
        {"query_string": ""},
    ],
)
def test_the_rest_is_left_to_flask(lanes, thread, request_parts):
    lanes.slow(query_string="article=tram")
    for named in ({}, {"If-None-Match": '"other"'}):
        request = {"query_string": "article=tram", **request_parts}
        request["headers"] = {**request.get("headers", {}), **named}
        lanes.left_to_flask(request.pop("path", THREAD), **request)
    assert lanes.passed_on == 2


def raw(body, **parts):
    return {"method": "POST", "data": body, "content_type": "application/json", **parts}


@pytest.mark.parametrize(
    "request_parts",
    [
        raw(b'{"articles": []}'),
        raw(b'{"articles": [""]}'),
        raw(b'{"articles": [7]}'),
        raw(b'{"articles": [null]}'),
        raw(b'{"articles": "tram"}'),
        raw(b'{"articles": ["tram"], "more": 1}'),
        raw(b'{"articles": ["tram"], "articles": ["bus"]}'),
        raw(b'{"articles": ["a\\u0000b"]}'),
        raw(b'{"articles": ["\\ud800"]}'),
        raw(b'{"articles": ["\xff"]}'),
        raw(b'["tram"]'),
        raw(b"{"),
        raw(b""),
        raw(b"[" * 1000),
        raw(orjson.dumps({"articles": ["x" * 501]})),
        raw(orjson.dumps({"articles": ["x"] * 501})),
        raw(orjson.dumps({"articles": ["x" * 500] * 500}) + b" " * 262_144),
        raw(b'{"articles": ["tram"]}', content_type="application/json; charset=utf-8"),
        raw(b'{"articles": ["tram"]}', content_type="text/plain"),
        raw(b'{"articles": ["tram"]}', headers={"Content-Encoding": "gzip"}),
        raw(b'{"articles": ["tram"]}', headers={"Authorization": "Bearer a.b.c"}),
        raw(b'{"articles": ["tram"]}', query_string="a=b"),
        raw(b'{"articles": ["tram"]}', environ={"CONTENT_LENGTH": "9999"}),
        raw(b'{"articles": ["tram"]}', environ={"CONTENT_LENGTH": "-1"}),
        raw(b'{"articles": ["tram"]}', environ={"CONTENT_LENGTH": ""}),
        raw(b'{"articles": ["tram"]}', path=f"{V1}/sites/nowhere/counts"),
        raw(b'{"articles": ["tram"]}', path=f"{COUNTS}/"),
        raw(b'{"articles": ["tram"]}', path=f"{V1}/sites/GAZETTE/counts"),
        raw(b'{"articles": ["tram"]}', method="GET"),
    ],
)
def test_counts_that_are_refused_or_odd_are_left_to_flask(lanes, thread, request_parts):
    parts = dict(request_parts)
    status = lanes.left_to_flask(parts.pop("path", COUNTS), **parts)[0]
    assert int(status[:3]) in {200, 308, 400, 401, 404, 405, 413, 415, 422}, status


def test_a_database_that_is_away_is_flasks_to_tell(lanes, world, thread, monkeypatch):
    tag = tag_of(lanes.slow(query_string="article=tram"))

    def broken(*_args, **_kwargs):
        raise StorageUnavailableError("OperationalError")

    monkeypatch.setattr(world.db.engine, "raw_connection", broken)
    monkeypatch.setattr(type(world.db), "reading", broken)
    for headers in ({}, {"If-None-Match": tag}):
        assert lanes.left_to_flask(query_string="article=tram", headers=headers)[0] == "503 SERVICE UNAVAILABLE"
    assert lanes.left_to_flask(COUNTS, method="POST", json={"articles": ["tram"]})[0] == "503 SERVICE UNAVAILABLE"


def test_a_driver_s_error_is_storage_trouble_and_the_connection_is_not_used_again(lanes, world, thread):
    lanes.slow(query_string="article=tram")
    with world.db.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE article RENAME TO article_gone")
    assert lanes.left_to_flask(query_string="article=tram")[0] == "503 SERVICE UNAVAILABLE"
    with world.db.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE article_gone RENAME TO article")
    assert lanes.both(query_string="article=tram")[0] == "200 OK"


def test_a_body_that_was_looked_at_is_still_whole(lanes):
    body = orjson.dumps({"articles": [""] * 3})
    stream = io.BytesIO(body + b"the next request")
    lane = FastLane(lanes.app).around(lambda environ, _start: [environ["wsgi.input"].read()])
    environ = EnvironBuilder(COUNTS, method="POST", content_type="application/json").get_environ()
    assert lane({**environ, "wsgi.input": stream, "CONTENT_LENGTH": str(len(body))}, lambda *_: None) == [body]
