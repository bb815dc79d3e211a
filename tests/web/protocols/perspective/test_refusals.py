"""Everything that is refused, in the words and the shape that Perspective's clients look for."""

import json

import pytest

from commentsvc.scoring.fake_scorer import FakeMood
from tests.web.protocols.perspective.perspective_client import ANALYZE, SUGGEST, refused

PATHS = [ANALYZE, SUGGEST, "/comments:analyze", "/comments:suggestscore"]


@pytest.mark.parametrize("comment", [{}, {"text": ""}, {"text": " \n\t"}, {"text": None}, None, {"text": "<p></p>", "type": "HTML"}])
@pytest.mark.parametrize("path", PATHS)
def test_an_empty_comment(perspective, path, comment):
    body = {"comment": comment, "requestedAttributes": {"TOXICITY": {}}, "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}}}
    assert set(refused(perspective.send(path, body), 400, "COMMENT_EMPTY", "Comment must be non-empty.")) == {"@type", "errorType"}


@pytest.mark.parametrize(("text", "status"), [("a" * 20_480, 200), ("a" * 20_481, 400), ("é" * 10_240, 200), ("é" * 10_241, 400)])
def test_a_comment_may_have_20_kilobytes(perspective, text, status):
    answer = perspective.analyze(text, languages=["en"])
    assert answer.status_code == status
    if status == 400:
        refused(answer, 400, "COMMENT_TOO_LONG", "Comment text too long.")


@pytest.mark.parametrize("attributes", [{}, None])
def test_no_attribute(perspective, attributes):
    answer = perspective.analyze("Hm.", requestedAttributes=attributes)
    refused(answer, 400, "NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes")


@pytest.mark.parametrize("kind", ["RAW", "STD_DEV_SCORE", "PERCENTILE", 7])
def test_another_type_of_score(perspective, kind):
    answer = perspective.analyze("Hm.", requestedAttributes={"INSULT": {"scoreType": kind}})
    refused(answer, 400, "INVALID_REQUEST", f"Requested score type {kind} is not supported by attribute INSULT")


def test_another_type_of_text(perspective):
    refused(perspective.analyze(comment={"text": "Hm.", "type": "MARKDOWN"}), 400, "INVALID_REQUEST", "Unknown text type")
    refused(perspective.analyze(context={"entries": [{"text": "Hm.", "type": "RTF"}]}), 400, "INVALID_REQUEST", "Unknown text type")


@pytest.mark.parametrize("ask", ["analyze", "suggest"])
def test_both_kinds_of_context(perspective, ask):
    context = {"entries": [{"text": "a"}], "articleAndParentComment": {"article": {"text": "b"}}}
    message = "Context can have either entries or article_and_parent_comment, but both fields were populated."
    refused(getattr(perspective, ask)(context=context), 400, "INVALID_REQUEST", message)


@pytest.mark.parametrize(
    "members",
    [
        {"comment": "Hm."},
        {"comment": {"text": 1}},
        {"requestedAttributes": ["TOXICITY"]},
        {"requestedAttributes": {"TOXICITY": 1}},
        {"requestedAttributes": {"TOXICITY": {"scoreThreshold": "high"}}},
        {"languages": "en"},
        {"languages": [1]},
        {"doNotStore": "yes"},
        {"spanAnnotations": 1},
        {"dropUnsupportedAttributes": []},
        {"clientToken": 1},
        {"sessionId": {}},
        {"communityId": []},
        {"context": []},
        {"context": {"entries": {}}},
        {"context": {"entries": ["a"]}},
        {"context": {"entries": [{"text": 1}]}},
        {"context": {"articleAndParentComment": {"article": "a"}}},
    ],
)
def test_a_value_of_another_type(perspective, scorer, members):
    refused(perspective.analyze("Hm.", **members), 400, "INVALID_REQUEST")
    assert scorer.batches == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"comment": {"text": "\xff"}}', b"[" * 100_000],
)
@pytest.mark.parametrize("path", [ANALYZE, SUGGEST])
def test_a_body_that_is_no_json_object(perspective, path, raw):
    error = perspective.send(path, raw=raw)
    refused(error, 400, "INVALID_REQUEST")
    assert error.json["error"]["message"].startswith("Invalid JSON payload received. ")


def test_a_body_that_is_too_large(perspective):
    refused(perspective.send(ANALYZE, raw=b'{"comment": "' + b"a" * 300_000 + b'"}'), 413)


def test_a_query_that_is_no_text(perspective):
    refused(perspective.client.post(f"{ANALYZE}?key=%ff", json={}), 400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "text", [rb"You \u0000idiot.", rb"You idiot.\ud800", rb"You idiot.\udc00\ud800", rb"\\ \"You\" \ud83d\ude00 idiot. \ud83d"]
)
def test_characters_that_are_none_are_no_way_past_the_scorer(perspective, text):
    """Clients publish what they get no score for."""
    answer = perspective.send(ANALYZE, raw=b'{"comment": {"text": "' + text + b'"}, "requestedAttributes": {"TOXICITY": {}}}')
    assert answer.status_code == 200, answer.json
    assert answer.json["attributeScores"]["TOXICITY"]["summaryScore"]["value"] == 0.95


def test_mending_changes_nothing_else(perspective, scorer):
    sent = r'{"comment": {"text": "a\\u0000 \\\u0000 \ud83d\ude00 \udc00 \n"}, "requestedAttributes": {"TOXICITY": {}}}'
    assert perspective.send(ANALYZE, raw=sent.encode()).status_code == 200
    assert scorer.batches == [("a\\u0000 \\\ufffd 😀 \ufffd \n",)]


@pytest.mark.parametrize("mood", [FakeMood.FAILING, FakeMood.CRASHING, FakeMood.ANSWERING_NAN])
def test_a_scorer_that_is_in_trouble(perspective, scorer, mood):
    scorer.mood = mood
    answer = perspective.analyze("Hm.")
    refused(answer, 503)
    assert answer.headers["Retry-After"] == "1"


def test_a_scorer_that_is_late(perspective_with, scorer):
    scorer.hold()
    refused(perspective_with(budget_ms=1).analyze("Hm."), 503)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_method(perspective, path, method):
    answer = perspective.client.open(path, method=method)
    refused(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_a_failure_of_ours_says_nothing_of_itself(make_app, runtime, monkeypatch):
    from tests.web.protocols.perspective.perspective_client import Perspective

    def fail(*_: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr(type(runtime.scorer), "score_each_within", fail)
    answer = Perspective(make_app()).analyze("Hm.")
    refused(answer, 500, message="Internal error encountered.")
    assert "canary" not in json.dumps(answer.json)
