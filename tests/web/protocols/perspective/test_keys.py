"""Keys: where they come from, how they are sent, what each may do."""

import hashlib
import io

import pytest

from commentsvc.integrations.logs import configure_logging
from commentsvc.settings import SettingsError, load_settings
from commentsvc.web.protocols.perspective.keys import read_keys
from tests.web.protocols.perspective.perspective_client import ANALYZE, BODY, KEY, SLOW_KEY, SUGGEST, Perspective, refused


@pytest.mark.parametrize("path", [ANALYZE, SUGGEST])
@pytest.mark.parametrize(
    ("query", "headers"),
    [
        (f"?key={KEY}", {}),
        ("", {"Authorization": f"Bearer {KEY}"}),
        ("", {"Authorization": f"bearer  {KEY}"}),
        ("", {"X-Goog-Api-Key": KEY}),
        (f"?key={KEY}", {"Authorization": "Basic abc"}),
    ],
)
def test_a_key_may_come_in_three_ways(perspective, path, query, headers):
    assert perspective.client.post(path + query, json=BODY, headers=headers).status_code == 200


@pytest.mark.parametrize("path", [ANALYZE, SUGGEST])
@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {}),
        ("?key=", {}),
        (f"?key={KEY}x", {}),
        (f"?key={KEY[:-1]}", {}),
        ("?key=coral", {}),
        ("?key=%23", {}),
        ("", {"Authorization": f"Basic {KEY}"}),
        ("", {"Authorization": "Bearer"}),
        ("", {"X-Goog-Api-Key": "no"}),
    ],
)
def test_no_key_and_a_wrong_one_are_refused(perspective, scorer, kept, path, query, headers):
    answer = perspective.client.post(path + query, json=BODY, headers=headers)
    refused(answer, 403, message="The request is missing a valid API key.")
    assert answer.json["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert (scorer.batches, kept) == ([], [])


def test_a_session_of_the_console_is_no_key(perspective):
    refused(perspective.client.post(ANALYZE, json=BODY, headers={"Cookie": f"session={KEY}"}), 403)


def test_each_key_has_its_own_quota(perspective):
    assert perspective.send(ANALYZE, BODY, key=SLOW_KEY).status_code == 200
    for path in (ANALYZE, SUGGEST):
        answer = perspective.send(path, BODY, key=SLOW_KEY)
        refused(answer, 429)
        assert answer.headers["Retry-After"] == "2"
        assert answer.json["error"]["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    assert perspective.send(ANALYZE, BODY, key=KEY).status_code == 200


def test_a_key_without_a_number_has_that_of_the_settings(perspective_with, keys_file):
    keys_file.write_text(f"{KEY}\n", encoding="utf-8")
    perspective = perspective_with(queries_per_s=2.0)
    statuses = [perspective.send(ANALYZE, BODY).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_without_a_file_of_keys_the_protocol_is_not_spoken(perspective_with):
    perspective = perspective_with(keys_file="")
    for path in (ANALYZE, SUGGEST, "/$discovery/rest"):
        answer = perspective.send(path, BODY)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def written(tmp_path, content):
    path = tmp_path / "keys"
    if content is not None:
        path.write_bytes(content)
    return load_settings({"COMMENTSVC_PERSPECTIVE_KEYS_FILE": str(path), "COMMENTSVC_PERSPECTIVE_QUERIES_PER_S": "7"}).perspective


def test_a_line_is_a_key_a_name_and_a_number(tmp_path):
    lines = "0123456789abcdef\n0123456789abcde1 blog\n0123456789abcde2 3\n0123456789abcde3 blog 0.5 # slow\n# none\n\n"
    keys = read_keys(written(tmp_path, lines.encode()))
    names = [f"key-{hashlib.sha256(key).hexdigest()[:12]}" for key in (b"0123456789abcdef", b"0123456789abcde2")]
    expected = [(names[0], 7), ("blog", 7), (names[1], 3), ("blog", 0.5)]
    assert [(key.name, key.queries_per_s) for key in keys.values()] == expected
    assert not any("0123456789abcde" in str(key) for key in keys.values())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"", "holds no key"),
        (b"# nobody\n", "holds no key"),
        (b"\xff\xfe", "not UTF-8"),
        (b"short\n", "line 1: a key needs at least 16"),
        (b"\n0123456789abcdef a b c\n", "line 2"),
        (b"0123456789abcdef a b\n", "line 1"),
        (b"0123456789abcdef a 0\n", "line 1"),
        (b"0123456789abcdef -1\n", "line 1"),
        (b"0123456789abcdef nan\n", "line 1"),
        (b"0123456789abcdef inf\n", "line 1"),
    ],
)
def test_a_file_that_does_not_fit_stops_the_start_and_tells_no_key(tmp_path, content, words):
    with pytest.raises(SettingsError, match=words) as caught:
        read_keys(written(tmp_path, content))
    assert "0123456789abcdef" not in str(caught.value)


def test_the_log_tells_neither_key_nor_text(make_app, log_stream: io.StringIO, runtime):
    perspective = Perspective(make_app())
    configure_logging(as_json=True, strict=True, stream=log_stream)
    perspective.analyze("canary-text you idiot", "TOXICITY", clientToken="canary-token", sessionId="canary-session")
    perspective.suggest("canary-text you idiot", communityId="canary-community", context={"entries": [{"text": "canary-context"}]})
    perspective.analyze("canary-text", "canary-attribute")
    perspective.send(ANALYZE, BODY, key="canary-key-0123456789")
    perspective.send(ANALYZE, raw=b'{"canary')
    said = log_stream.getvalue()
    assert said.count("request_finished") == 5
    assert "canary" not in said
    assert KEY not in said
