"""Hostile bodies, and that honest ones come through unchanged."""

import json
import math

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentsvc.web import strictjson
from commentsvc.web.refusals import MalformedJsonError, PayloadTooLargeError
from tests.web.plumbing.small_app import problem_of

MALFORMED = [
    # nothing, or not only one value
    b"", b" ", b"\n\t", b"[] []", b"{}x", b"1 2", b"[]\x00", b"\x00[]", b"[],", b"nul", b"nulll", b"undefined",
    # byte order marks and other encodings
    b"\xef\xbb\xbf{}", "{}".encode("utf-16"), "{}".encode("utf-16-le"), "[1]".encode("utf-32"), b'["\xe4"]', b'["\xff"]', b'["\xc0\xaf"]',
    b'["\xed\xa0\x80"]', b'["\xed\xb0\x80"]', b'["\xf4\x90\x80\x80"]', b'["\xe2\x82"]', b'{"\xff":1}', b"[\xff]",
    # numbers
    b"[NaN]", b"[nan]", b"[Infinity]", b"[-Infinity]", b"[+1]", b"[01]", b"[-01]", b"[1.]", b"[.5]", b"[-.5]", b"[1e]", b"[1e+]",
    b"[0x10]",
    b"[1_000]", b"[--1]", b"[-]", b"[1e400]", b"[-1e400]", b"[1E+309]", b"[" + b"9" * 400 + b"]", "[١]".encode(), b"[1,000.5.]",
    # structure
    b"[1,]", b"[,1]", b"[,]", b"[1 2]", b"[", b"]", b"{", b"}", b"[}", b"{]", b'{"a":1,}', b"{,}", b'{"a"}', b'{"a":}', b'{"a" 1}',
    b"{a:1}",
    b"{'a':1}", b"['a']", b"{1:2}", b"{null:1}", b'{"a":1;"b":2}', b'{"a"::1}', b'{"a":1 "b":2}', b"[1", b'{"a":[1}', b'["a"', b"[1]]",
    b":",
    # comments and other people's dialects
    b"[1]//x", b"/*x*/[1]", b"#x\n[1]", b"[1/**/]", b"<a/>", b"a=b", b"True", b"None", b"[True]", b"[undefined]", b"`a`", b'[b"a"]',
    b'[u"a"]',
    # strings
    b'"a', b'["\\"]', b'["\\x41"]', b'["\\u12"]', b'["\\u12g4"]', b'["\\U00000041"]', b'["\\a"]', b'["\\\'"]', b'["\t"]', b'["\n"]',
    b'["\x1f"]',
    b'["a\x00b"]', b'["\\', b'["\\u', b'"\\', b'["a""b"]',
    # whitespace that JSON does not know
    b"[\x0c]", b"[\x0b1]", "[\u00a0]".encode(), "\u2060[]".encode(), "[\u2028]".encode(),
    # lone surrogates
    b'["\\ud800"]', b'["\\udfff"]', b'["\\udc00\\ud800"]', b'["\\ud800\\ud800"]', b'["\\ud83d"]', b'["\\ud83dx"]', b'["\\ud83d\\n"]',
    b'{"\\udead":1}', b'["\\uD834\\u0041"]', b'["\\ud800abc"]',
    # NUL
    b'["\\u0000"]', b'{"\\u0000":1}', b'{"a":{"b":["x\\u0000y"]}}', b'["\\\\\\u0000"]',
    # duplicate names
    b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b'{"a":1,"b":{"c":1,"c":2}}', b'[{"a":1},{"b":1,"b":2}]', b'{"a":":","a":2}',
    b'{"":1,"":2}',
    b'{"a":1,"b":2,"a" : 3}', b'{"\\":":1,"\\":":2}', '{"é":1,"\\u00e9":2}'.encode(), b'{"a":"x","a":"\\"a\\":1"}',
    # depth
    b"[" * 33 + b"]" * 33, b"[" * 60_001, b"[" * 30_000 + b"]" * 30_000, b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b'[{"a":' * 5_000,
    b"[" * 33, b"[[],[],[" + b"[" * 31 + b"]" * 31 + b"]]", b'["' + b'\\"' * 20_000 + b'","' + b"[" * 50 + b'"' + b"[" * 100,
]  # fmt: skip

HONEST = [
    b"null", b"true", b"0", b"-0", b'""', b"[]", b"{}", b" [ 1 , 2 ] ", b'{"a":{"b":[1,2.5,-3e2,1E-5]}}', b'["\\ud83d\\ude00"]',
    b'["\\u2028"]',
    '["é € 😀 \u202e \ufffe \uffff \u200b"]'.encode(), b'["\\\\u0000"]', b'["\\\\\\\\u0000"]', b'{"a":1,"A":2,"a ":3}', b'["\x7f"]',
    b'{"a":"http://example.org/a:b","b":":"}', b'{"a:b":{"c:d":":::"}}', b'{"a":{"a":{"a":1}}}', b'[{"a":1},{"a":1}]',
    b'{"\\"":1,"\\\\":2}',
    b"[" * 32 + b"]" * 32, b"[" + b",".join([b"[]"] * 5_000) + b"]", b'["' + b"[" * 500 + b'"]', b'["' + b"{" * 500 + b'"]',
    b"[1e-400]", b"[1.7976931348623157e308]", b"[9223372036854775807,18446744073709551615]",
    '{"é":1,"e\u0301":2}'.encode(), b'["\\/\\b\\f\\n\\r\\t\\u0001"]',
]  # fmt: skip


def name_of(raw):
    return f"{len(raw)} {raw[:30]!r}"


@pytest.mark.parametrize("raw", MALFORMED, ids=name_of)
def test_malformed_json_is_a_problem_by_every_way_in(client, raw):
    for path in ("/raw", "/flask-json", "/api/v1/comments"):
        response = client.post(path, data=raw, content_type="application/json")
        document = problem_of(response, 400, "malformed-json")
        assert document["detail"]


@pytest.mark.parametrize("raw", HONEST, ids=name_of)
def test_honest_json_means_what_the_standard_library_reads(raw):
    assert strictjson.loads(raw) == json.loads(raw)


def test_an_integer_over_64_bits_becomes_the_nearest_number_that_json_tools_agree_on():
    assert strictjson.loads(b"[123456789012345678901234567890]") == [1.2345678901234568e29]


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b'{"a":1,"a":2}', "/a"),
        (b'{"x":{"y":[0,{"a/b":1,"a/b":2}]}}', "/x/y/1/a~1b"),
        (b'{"x":["a\\u0000"]}', "/x/0"),
        (b'{"~":{"k":"\\u0000"}}', "/~0/k"),
    ],
)
def test_what_is_wrong_is_pointed_at(client, raw, pointer):
    document = problem_of(client.post("/raw", data=raw, content_type="application/json"), 400, "malformed-json")
    assert [error["pointer"] for error in document["errors"]] == [pointer]


@pytest.mark.parametrize("path", ["/raw", "/flask-json", "/api/v1/comments"])
@pytest.mark.parametrize("body", [b'["' + b"a" * 10_000_000 + b'"]', b"[" * 10_000_000, b"[1," * 25_000], ids=name_of)
def test_a_body_over_the_bound_is_refused_unread(client, path, body):
    problem_of(client.post(path, data=body, content_type="application/json"), 413, "payload-too-large")


@pytest.mark.parametrize("raw", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000], ids=name_of)
def test_depth_is_bounded_whatever_the_size(raw):
    with pytest.raises(MalformedJsonError, match="nested deeper than 32"):
        strictjson.loads(raw)


def test_size_is_bounded_without_a_declared_length():
    with pytest.raises(PayloadTooLargeError):
        strictjson.loads(b"[" + b"1," * 600 + b"1]", max_bytes=1000)


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        (None, {}),
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("multipart/form-data; boundary=x", {}),
        ("text/json", {}),
        ("application/jsonx", {}),
        ("application/json; charset=latin-1", {}),
        ("application/json; charset=utf-16", {}),
        ("application/json", {"Content-Encoding": "gzip"}),
        ("application/json, text/plain", {}),
    ],
)
def test_other_media_types_are_refused(client, content_type, headers):
    for path in ("/raw", "/api/v1/comments"):
        response = client.post(path, data=b'{"body":"x"}', content_type=content_type, headers=headers)
        problem_of(response, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "content_type", ["application/json", "APPLICATION/JSON", "application/json; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_json_is_taken_as_utf_8(client, content_type):
    assert client.post("/raw", data='["é"]'.encode(), content_type=content_type).get_json() == {"value": ["é"]}


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


@given(values, st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_value_comes_through_unchanged(value, ascii_only):
    raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert strictjson.loads(raw, max_depth=64) == value
    assert strictjson.loads(orjson.dumps(value), max_depth=64) == value


@given(st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0a1 \n', max_size=60).map(str.encode))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_read_as_json_does_or_refused(raw):
    try:
        value = strictjson.loads(raw)
    except MalformedJsonError:
        return
    assert value == json.loads(raw, object_pairs_hook=_without_duplicates)
    assert not _holds_infinity(value)


def _without_duplicates(members):
    assert len({name for name, _ in members}) == len(members)
    return dict(members)


def _holds_infinity(value: object) -> bool:
    if isinstance(value, float):
        return math.isinf(value)
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds_infinity(child) for child in children)


@given(st.lists(st.tuples(texts, st.integers()), min_size=1, max_size=6), st.integers(0, 5))
@settings(max_examples=200, deadline=None)
def test_a_name_given_twice_is_always_found(members, repeated):
    members = [*members, (members[repeated % len(members)][0], 0)]
    raw = ("{" + ",".join(f"{json.dumps(name)}:{number}" for name, number in members) + "}").encode()
    with pytest.raises(MalformedJsonError, match="twice"):
        strictjson.loads(raw)
