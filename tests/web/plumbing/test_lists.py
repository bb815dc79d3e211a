"""Entity tags, cursors and limits."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentsvc.domain.errors import NotFoundError
from commentsvc.web.etag import make_etag
from commentsvc.web.pagination import decode_cursor, encode_cursor
from tests.web.plumbing.small_app import problem_of

STRONG, WEAK = make_etag("v1"), make_etag("weak1", weak=True)


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("v1", STRONG, 304),
        ("v1", f"W/{STRONG}", 304),
        ("v1", f'"x", {STRONG}', 304),
        ("v1", "*", 304),
        ("v1", '"x"', 200),
        ("v1", "", 200),
        ("v1", STRONG[:-2] + '"', 200),
        ("v1", "not a tag at all", 200),
        ("v2", STRONG, 200),
        ("weak1", WEAK, 304),
        ("weak1", WEAK.removeprefix("W/"), 304),
    ],
)
def test_an_unchanged_page_costs_no_body(client, path, asked, status):
    response = client.get(f"/tagged/{path}", headers={"If-None-Match": asked})
    assert response.status_code == status
    assert response.headers["ETag"] in {STRONG, WEAK, make_etag("v2")}
    assert (response.get_data() == b"") is (status == 304)
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [("v1", None, 200), ("v1", STRONG, 200), ("v1", "*", 200), ("v1", f'"x", {STRONG}', 200), ("v1", '"x"', 412), ("v1", "", 412),
     ("v1", f"W/{STRONG}", 412), ("weak1", WEAK, 412), ("weak1", "*", 200), ("v1", "nonsense", 412)],
)  # fmt: skip
def test_a_change_of_an_old_version_is_refused(client, path, asked, status):
    response = client.put(f"/tagged/{path}", headers={} if asked is None else {"If-Match": asked})
    assert response.status_code == status
    if status == 412:
        problem_of(response, 412, "precondition-failed")


scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
strings = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)


@given(st.lists(scalars | strings, max_size=6), strings)
@settings(max_examples=200, deadline=None)
def test_a_cursor_comes_back_unchanged(values, kind):
    raw = encode_cursor(kind, values)
    assert raw.replace("-", "").replace("_", "").isalnum()
    assert decode_cursor(raw, kind, [type(value) for value in values]) == tuple(values)
    with pytest.raises(NotFoundError):
        decode_cursor(raw, kind + "!", [type(value) for value in values])
    with pytest.raises(NotFoundError):
        decode_cursor(raw, kind, [*(type(value) for value in values), str])


GOOD = encode_cursor("newest", ("2026", 7))


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def refuse_cursor(client, cursor, status, code):
    document = problem_of(client.get("/api/v1/comments", query_string={"cursor": cursor}), status, code)
    assert [error["parameter"] for error in document["errors"]] == ["cursor"]


@pytest.mark.parametrize("cursor", ["", "é", GOOD + "=", " " + GOOD, GOOD + "\n", "a+b", "a/b", "A" * 2001, "A" * 30_000])
def test_what_cannot_be_a_cursor_is_invalid(client, cursor):
    refuse_cursor(client, cursor, 422, "validation-failed")


@pytest.mark.parametrize(
    "raw",
    [b"{}", b"null", b"[]", b'["newest"]', b'["newest","2026","7"]', b'["newest","2026",true]', b'["newest","2026",7.0]',
     b'["newest","2026",7,8]', b'["oldest","2026",7]', b'["newest", "2026",7]', b'["newest","\\u0000",7]', b'["newest","\\ud800",7]',
     b'["newest",["2026"],7]', b'["newest","2026",7]\n', b"[" * 1000, b"\xff", b"\xef\xbb\xbf[]"],
)  # fmt: skip
def test_a_cursor_of_another_list_is_not_found(client, raw):
    refuse_cursor(client, encoded(raw), 404, "not-found")


@pytest.mark.parametrize("cursor", ["x", GOOD + "A", GOOD[:-1], GOOD.lower(), "A" * 2000])
def test_a_cursor_that_was_changed_is_not_found(client, cursor):
    refuse_cursor(client, cursor, 404, "not-found")


def test_a_cursor_that_was_given_is_read(client):
    assert client.get("/api/v1/comments", query_string={"cursor": GOOD, "limit": "7"}).get_json() == {"limit": 7, "position": ["2026", 7]}


@pytest.mark.parametrize(("raw", "limit"), [(None, 50), ("1", 1), ("100", 100), ("42", 42)])
def test_a_limit_is_read(client, raw, limit):
    assert client.get("/limit", query_string={} if raw is None else {"limit": raw}).get_json() == {"limit": limit}


@pytest.mark.parametrize("raw", ["", "0", "101", "-1", "1.0", "1e1", "٣", "x", "01", " 1", "9" * 5000, "1_0", "²"])
def test_a_limit_out_of_bounds_is_refused(client, raw):
    document = problem_of(client.get("/limit", query_string={"limit": raw}), 422, "validation-failed")
    assert [error["parameter"] for error in document["errors"]] == ["limit"]
