"""What surrounds each request: text that is text, addresses that cannot be forged, headers, the log and the counters."""

import json
import uuid

import pytest

from commentsvc.integrations.logs import configure_logging
from commentsvc.web.context import WebConfig, register_page_policy
from commentsvc.web.plumbing import Pipes
from tests.web.plumbing.small_app import MODERATOR_TOKEN, build_app, problem_of


@pytest.mark.parametrize(
    "query",
    [
        "limit=%ff",
        "limit=%00",
        "a%00b=1",
        "%c0%af=1",
        "limit=%ed%a0%80",
        "limit=%ed%b0%80",
        "x=%f4%90%80%80",
        "x=%e2%82",
        "cursor=a%00",
        "x=%C3",
    ],
)
def test_a_query_that_is_no_text_is_refused(client, query):
    problem_of(client.get(f"/api/v1/comments?{query}"), 400, "malformed-request")


@pytest.mark.parametrize("raw", ["x=\xff", "x=\xed\xa0\x80", "x=\0"])
def test_raw_bytes_in_a_query_are_refused(client, raw):
    problem_of(client.get("/where", environ_overrides={"QUERY_STRING": raw}), 400, "malformed-request")


@pytest.mark.parametrize("path", ["/problems/\xff", "/problems/\0", "/problems/\xed\xa0\x80", "/\xc3", "/site/\0/admin"])
def test_a_path_that_is_no_text_is_refused(client, path):
    problem_of(client.get("/", environ_overrides={"PATH_INFO": path}), 400, "malformed-request")


@pytest.mark.parametrize(
    ("name", "value"), [("HTTP_X_THING", "\xff"), ("HTTP_IDEMPOTENCY_KEY", "a\xc3"), ("HTTP_X_THING", "a\0b"), ("HTTP_COOKIE", "a=\0")]
)
def test_a_header_that_is_no_text_is_refused(app, name, value):
    client = app.test_client(use_cookies=False)
    document = problem_of(client.get("/where", environ_overrides={name: value}), 400, "malformed-request")
    assert document["errors"][0]["header"] == name.removeprefix("HTTP_").replace("_", "-").title()


@pytest.mark.parametrize(("name", "value"), [("HTTP_X_THING", "caf\xc3\xa9"), ("HTTP_COOKIE", "other=\xff"), ("HTTP_USER_AGENT", "\xe9")])
def test_text_and_other_peoples_bytes_pass(app, name, value):
    assert app.test_client(use_cookies=False).get("/where", environ_overrides={name: value}).status_code == 200


def where(client, peer, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/where", headers=named, environ_overrides={"REMOTE_ADDR": peer}).get_json()


PROXIED = WebConfig(secret=b"secret", trusted_proxies=("10.0.0.0/8", "127.0.0.1", "fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        # nobody forged anything
        ("203.0.113.9", None, "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("fd00::1", "2001:db8::5", "2001:db8::5"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "[2001:db8::5]", "2001:db8::5"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
        # forged
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.5, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "127.0.0.1, 198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, garbage", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, ", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4:99", "10.0.0.1"),
        ("10.0.0.1", "0x7f.1", "10.0.0.1"),
    ],
)
def test_forwarded_addresses_count_as_far_as_our_proxies_wrote_them(peer, forwarded, address):
    client = build_app(PROXIED).test_client()
    headers = {} if forwarded is None else {"X_Forwarded_For": forwarded}
    assert where(client, peer, **headers)["address"] == address


def test_without_trusted_proxies_nothing_forwarded_counts(client):
    found = where(
        client, "127.0.0.1", X_Forwarded_For="198.51.100.1", X_Forwarded_Proto="https", Forwarded="for=198.51.100.1", X_Real_Ip="1.2.3.4"
    )
    assert (found["address"], found["secure"]) == ("127.0.0.1", False)


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
    ],
)
def test_an_ipv6_address_counts_by_its_network(client, peer, network):
    assert where(client, peer)["network"] == network


def test_forged_addresses_do_not_get_past_a_rate_limit(app):
    client = app.test_client()
    statuses = [client.get("/limited", headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(4)]
    assert statuses == [200, 200, 429, 429]


def test_neighbours_in_a_network_share_a_rate_limit(app):
    client = app.test_client()
    statuses = [client.get("/limited", environ_overrides={"REMOTE_ADDR": f"2001:db8::{n}"}).status_code for n in range(1, 4)]
    assert statuses == [200, 200, 429]
    assert client.get("/limited", environ_overrides={"REMOTE_ADDR": "2001:db8:0:1::1"}).status_code == 200


def test_the_hash_of_an_address_needs_the_secret():
    hashes = {where(build_app(WebConfig(secret=secret)).test_client(), "203.0.113.9")["hash"] for secret in (b"one", b"one", b"two")}
    assert len(hashes) == 2
    assert all(len(digest) == 32 for digest in hashes)


def test_a_trusted_proxy_tells_the_scheme():
    client = build_app(PROXIED).test_client()
    assert where(client, "10.0.0.1", X_Forwarded_Proto="https")["secure"]
    assert not where(client, "10.0.0.1", X_Forwarded_Proto="https, http")["secure"]
    assert not where(client, "203.0.113.9", X_Forwarded_Proto="https")["secure"]


def test_the_public_address_decides_scheme_and_origin():
    client = build_app(WebConfig(secret=b"s", public_url="https://Comments.example.org:8443/base/")).test_client()
    found = where(client, "203.0.113.9")
    assert (found["secure"], found["origin"]) == (True, "https://comments.example.org:8443")


def test_a_bad_proxy_stops_the_start():
    with pytest.raises(ValueError, match="nonsense"):
        build_app(WebConfig(secret=b"s", trusted_proxies=("nonsense",)))


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb", "ann@example.org", "<script>", "é"])
def test_an_unsafe_request_id_is_replaced(client, given):
    answered = client.get("/where", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert str(uuid.UUID(answered)) == answered


def test_pages_and_answers_carry_their_policies(client):
    page, embed, answer = client.get("/moderate/page"), client.get("/embed/page"), client.get("/where")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in embed.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    for response in (page, embed, answer, client.get("/nowhere"), client.get("/fail/unknown")):
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none';")
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in response.headers


def test_https_is_remembered(client):
    assert "max-age" in client.get("/where", base_url="https://localhost").headers["Strict-Transport-Security"]


def test_unsafe_inline_cannot_be_asked_for(app):
    with pytest.raises(ValueError, match="unsafe-inline"):
        register_page_policy(app, "/admin", {"style-src": "'self' 'unsafe-inline'"})


def test_no_cache_keeps_what_depends_on_the_caller(client):
    response = client.get("/account", headers={"Authorization": f"Bearer {MODERATOR_TOKEN}"})
    assert response.headers["Cache-Control"] == "no-store"
    assert {"Authorization", "Cookie"} <= set(response.vary)
    assert client.post("/raw", json={}).headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/where").headers


def test_the_database_is_reached_through_the_runtime(app):
    assert app.test_client().get("/sessions").get_json() == {"sessions": ["a session", "a session"]}
    assert app.extensions["commentsvc"].db.opened == ["reading", "transaction"]


CANARY = "canary7f3a"


def test_the_log_names_route_and_id_and_nothing_of_the_caller(app, log_stream):
    configure_logging(as_json=True, strict=True, stream=log_stream)
    client = app.test_client(use_cookies=False)
    for path in ("/fail/unknown", "/fail/storage", f"/problems/{CANARY}", f"/where?q={CANARY}", f"/{CANARY}", "/moderate/fail/unknown"):
        client.get(
            path,
            headers={"X-Request-Id": "id-1", "User-Agent": CANARY, "Cookie": f"commentsvc_session={CANARY}", "Authorization": "Bearer"},
        )
    post = client.post(
        "/api/v1/comments", json={"body": CANARY, "author": {"name": CANARY * 10}, CANARY: 1}, headers={"X-Request-Id": "id-1"}
    )
    assert post.status_code == 422
    written = log_stream.getvalue()
    lines = [json.loads(line) for line in written.splitlines()]
    assert CANARY.removesuffix("7f3a") not in written
    assert {line["request_id"] for line in lines} == {"id-1"}
    assert {line["event"] for line in lines} == {"request_finished", "request_failed", "request_refused"}
    failed = next(line for line in lines if line["event"] == "request_failed")
    assert failed["exc_type"] == "builtins.RuntimeError"
    assert any("fail" in frame for frame in failed["exc_frames"])
    assert {line["route"] for line in lines if "route" in line} >= {"/fail/<how>", "/problems/<code>", "(none)", "/api/v1/comments"}


def test_requests_are_counted_by_route(app):
    client = app.test_client()
    client.get("/fail/teapot")
    client.get(f"/{CANARY}")
    client.open("/where", method="BREW")
    pipes: Pipes = app.extensions["commentsvc.plumbing"]
    counted = pipes.metrics.render().decode()
    assert 'commentsvc_requests_total{method="GET",route="/fail/<how>",status="400"} 1.0' in counted
    assert 'commentsvc_requests_total{method="GET",route="(none)",status="404"} 1.0' in counted
    assert 'method="OTHER"' in counted
    assert CANARY not in counted
    assert "BREW" not in counted
