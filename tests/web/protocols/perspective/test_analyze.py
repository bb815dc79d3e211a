"""`comments:analyze`: scores by the names they were asked for, thresholds, spans, what is echoed and what is passed over."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from commentsvc.domain.labels import Label
from commentsvc.scoring.fake_scorer import FAKE_LABELS, FakeScorer
from commentsvc.scoring.scorer_files import read_description
from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY
from tests.support.waiting import wait_until
from tests.web.protocols.perspective.perspective_client import ANALYZE, KEY, refused

SUPPORTED = ("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "OBSCENE", "THREAT")
UNSUPPORTED = ("FLIRTATION", "SPAM", "INFLAMMATORY", "ATTACK_ON_AUTHOR", "ATTACK_ON_COMMENTER", "UNSUBSTANTIAL", "INCOHERENT")


def test_the_answer_has_the_shape_that_clients_read(perspective):
    answer = perspective.analyze("What a stupid plan.", languages=["en"], clientToken="t-1")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.json == {
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0.75, "type": "PROBABILITY"}}},
        "languages": ["en"],
        "detectedLanguages": ["en"],
        "clientToken": "t-1",
    }


@pytest.mark.parametrize("path", [ANALYZE, "/comments:analyze", "/v1alpha1/comments%3Aanalyze"])
def test_it_answers_with_the_version_in_the_path_and_without(perspective, path):
    body = {"comment": {"text": "An idiot."}, "requestedAttributes": {"TOXICITY": {}}}
    assert perspective.send(path, body).json["attributeScores"]["TOXICITY"]["summaryScore"]["value"] == 0.95


def test_every_attribute_that_the_scorer_has_a_label_for(perspective):
    found = perspective.scores("You damn vermin, I will kill you.", *SUPPORTED)
    assert found == {
        "TOXICITY": 0.97,
        "SEVERE_TOXICITY": 0.6,
        "IDENTITY_ATTACK": 0.9,
        "INSULT": 0.8,
        "PROFANITY": 0.6,
        "OBSCENE": 0.6,
        "THREAT": 0.95,
    }


def test_names_come_back_as_they_were_sent(perspective):
    assert set(perspective.scores("Hm.", "TOXICITY@6", "TOXICITY", "INSULT@latest")) == {"TOXICITY@6", "TOXICITY", "INSULT@latest"}


@pytest.mark.parametrize("attribute", [*UNSUPPORTED, "toxicity", "SEXUALLY_EXPLICIT"])
def test_an_attribute_without_a_label_is_unknown(perspective, scorer, attribute):
    assert Label.SEXUAL_EXPLICIT not in scorer.version.labels
    answer = perspective.analyze("Hm.", "TOXICITY", attribute)
    refused(answer, 400, "INVALID_REQUEST", f"Unknown requested attribute: {attribute}")
    assert scorer.batches == []


def test_unsupported_attributes_are_left_out_when_the_client_wants_that(perspective):
    assert set(perspective.scores("Hm.", "TOXICITY", *UNSUPPORTED, dropUnsupportedAttributes=True)) == {"TOXICITY"}


def test_with_none_left_there_is_nothing_to_score(perspective, scorer):
    answer = perspective.analyze("Hm.", "SPAM", dropUnsupportedAttributes=True)
    assert (answer.status_code, answer.json["attributeScores"]) == (200, {})
    assert scorer.batches == []


def test_an_operator_may_leave_them_out_for_clients_that_do_not_ask(perspective_with):
    assert set(perspective_with(drop_unsupported=True).scores("Hm.", "TOXICITY", "SPAM")) == {"TOXICITY"}


def test_scores_below_the_threshold_are_not_given(perspective):
    asked = {"TOXICITY": {"scoreThreshold": 0.75}, "INSULT": {"scoreThreshold": 0.71}, "THREAT": {"scoreThreshold": 0}}
    answer = perspective.analyze("What a stupid plan.", requestedAttributes=asked)
    assert set(answer.json["attributeScores"]) == {"TOXICITY", "THREAT"}


@pytest.mark.parametrize("kind", ["PROBABILITY", "SCORE_TYPE_UNSPECIFIED", None])
def test_probabilities_are_the_one_type_of_score(perspective, kind):
    answer = perspective.analyze("Hm.", requestedAttributes={"TOXICITY": {"scoreType": kind}})
    assert answer.json["attributeScores"]["TOXICITY"]["summaryScore"]["type"] == "PROBABILITY"


def test_whatever_the_content_type_says_the_body_is_json(perspective):
    body = json.dumps({"comment": {"text": "An idiot."}, "requestedAttributes": {"TOXICITY": {}}}).encode()
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "application/json; charset=latin-1",
    ):
        answer = perspective.send(ANALYZE, raw=body, content_type=kind)
        assert answer.status_code == 200, kind


def test_what_the_protocol_does_not_name_is_passed_over(perspective):
    query = f"{ANALYZE}?alt=json&fields=x&prettyPrint=false&quotaUser=me&callback=f&$.xgafv=2&unknown=1&key={KEY}"
    body = {"comment": {"text": "Hm.", "mood": 1}, "requestedAttributes": {"TOXICITY": {"colour": "red"}}, "unknown": {"a": [None]}}
    answer = perspective.send(query, body, key=None)
    assert answer.status_code == 200
    assert answer.json["attributeScores"]["TOXICITY"]["summaryScore"]["value"] == 0.02


def test_names_as_protocol_buffers_write_them_are_read_too(perspective):
    body = {
        "comment": {"text": "A stupid plan."},
        "requested_attributes": {"TOXICITY": {"score_threshold": 0.9}, "INSULT": {"score_type": "PROBABILITY"}},
        "span_annotations": True,
        "client_token": "t",
        "do_not_store": True,
    }
    found = perspective.send(ANALYZE, body).json
    assert (set(found["attributeScores"]), found["clientToken"]) == ({"INSULT"}, "t")
    assert found["attributeScores"]["INSULT"]["spanScores"]


def test_context_and_ids_are_taken_and_change_nothing(perspective, scorer):
    plain = perspective.scores("Hm.")
    more = {"doNotStore": True, "sessionId": "s", "communityId": "c"}
    entries = {"entries": [{"text": "You idiot!", "type": "PLAIN_TEXT"}, {}]}
    pair = {"articleAndParentComment": {"article": {"text": "An idiot."}, "parentComment": {"text": "An idiot.", "type": "HTML"}}}
    for context in (entries, pair, {"entries": [], **pair}, {}, None):
        assert perspective.scores("Hm.", context=context, **more) == plain
    assert {text for batch in scorer.batches for text in batch} == {"Hm."}


def test_html_is_scored_as_a_reader_sees_it(perspective):
    text = "<p>You id<b>io</b>t &amp; co.</p><p>Bye.</p>"
    answer = perspective.analyze("", comment={"text": text, "type": "HTML"}, spanAnnotations=True)
    given = answer.json["attributeScores"]["TOXICITY"]
    assert given["summaryScore"]["value"] == 0.95
    assert [text[span["begin"] : span["end"]] for span in given["spanScores"]] == ["You id<b>io</b>t &amp; co.", "Bye."]


def test_plain_text_keeps_its_signs(perspective, scorer):
    perspective.scores("a <b> &amp; c")
    assert scorer.batches == [("a <b> &amp; c",)]


# -- Spans ---------------------------------------------------------------------------------------------------------------------
def spans_of(answer, attribute="TOXICITY"):
    given = answer.json["attributeScores"][attribute]["spanScores"]
    return [(span["begin"], span["end"], span["score"]["value"], span["score"]["type"]) for span in given]


def test_spans_come_one_a_sentence_when_asked_for(perspective):
    text = "What kind of idiot name is foo? Sorry, I like your name."
    answer = perspective.analyze(text, "TOXICITY", "THREAT", spanAnnotations=True)
    assert spans_of(answer) == [(0, 31, 0.95, "PROBABILITY"), (32, 56, 0.02, "PROBABILITY")]
    assert spans_of(answer, "THREAT") == [(0, 31, 0.02, "PROBABILITY"), (32, 56, 0.02, "PROBABILITY")]
    assert "spanScores" not in perspective.analyze(text).json["attributeScores"]["TOXICITY"]


def test_places_are_counted_in_utf_16_units(perspective):
    answer = perspective.analyze("Hi 😀😀! You idiot.", spanAnnotations=True)
    assert [(begin, end) for begin, end, _, _ in spans_of(answer)] == [(0, 8), (9, 19)]


def test_spans_below_the_threshold_are_not_given(perspective):
    asked = {"TOXICITY": {"scoreThreshold": 0.5}, "THREAT": {"scoreThreshold": 0.5}}
    answer = perspective.analyze("You idiot. Bye.", requestedAttributes=asked, spanAnnotations=True)
    assert set(answer.json["attributeScores"]) == {"TOXICITY"}
    assert [(begin, end) for begin, end, _, _ in spans_of(answer)] == [(0, 10)]


def test_a_sentence_is_scored_once_however_often_it_stands_there(perspective, scorer):
    perspective.scores("No. No. No.", spanAnnotations=True)
    assert sorted(text for batch in scorer.batches for text in batch) == ["No.", "No. No. No."]


def test_a_text_of_thousands_of_sentences_is_not_thousands_of_calls(perspective, scorer):
    answer = perspective.analyze(" ".join(f"{number}." for number in range(3_000)), spanAnnotations=True)
    assert 50 < len(spans_of(answer)) <= 100
    assert sum(map(len, scorer.batches)) <= 101


# -- The scorer ----------------------------------------------------------------------------------------------------------------
def test_concurrent_calls_share_calls_of_the_model(perspective, runtime, scorer):
    clients = 8
    scorer.hold()
    with ThreadPoolExecutor(clients + 1) as pool:
        first = pool.submit(perspective.scores, "The first one.")
        assert scorer.has_entered.wait(60)
        others = [pool.submit(perspective.scores, f"Number {number}.") for number in range(clients)]
        wait_until("the others to wait", lambda: runtime.scorer.waiting_count == clients)
        scorer.release()
        assert [one.result(60) for one in [first, *others]] == [{"TOXICITY": 0.02}] * (clients + 1)
    assert [len(batch) for batch in scorer.batches] == [1, clients]


def test_who_asks_for_spans_waits_longer_but_not_for_each_sentence_anew(perspective_with, runtime, monkeypatch):
    given, ask = [], runtime.scorer.score_each_within

    def note(_, texts, budget_s):
        given.append(budget_s)
        return ask(texts, budget_s)

    monkeypatch.setattr(type(runtime.scorer), "score_each_within", note)
    perspective = perspective_with(budget_ms=30_000)
    perspective.scores("One. Two.")
    assert 0 < given[0] <= 30
    perspective.scores(" ".join(f"Number {number}." for number in range(40)), spanAnnotations=True, languages=["en"])
    assert 30 < given[1] <= 300
    assert given[1:] == sorted(given[1:], reverse=True)


def test_the_database_is_not_even_opened(perspective, runtime, monkeypatch):
    opened = threading.Event()
    for way in ("reading", "transaction", "run"):
        monkeypatch.setattr(runtime.db, way, lambda *_, **__: opened.set())
    perspective.scores("Hm.", spanAnnotations=True)
    perspective.suggest()
    assert not opened.is_set()


class Shipped(FakeScorer):
    """Has the digest of the scorer that ships, and so its shares."""

    def __init__(self) -> None:
        super().__init__()
        (digest,) = {read_description(SHIPPED_DIRECTORY).digests["model.onnx"]}
        self._version = type(self._version)("shipped", "fake", digest, "p1", FAKE_LABELS, ("en",))


@pytest.fixture
def on_shipped(perspective_with, runtime):
    def make(**changes):
        runtime.scorer._scorer = Shipped()
        return perspective_with(**changes)

    return make


def test_one_cut_off_means_the_same_for_every_attribute(on_shipped):
    shares = read_description(SHIPPED_DIRECTORY).thresholds
    text = " ".join(f"{label.value}={shares[label]['fpr_1']}" for label in FAKE_LABELS)
    found = on_shipped().scores(text, *SUPPORTED)
    assert found == dict.fromkeys(SUPPORTED, pytest.approx(shares[Label.TOXICITY]["fpr_1"]))


def test_an_operator_may_have_the_scorers_own_scores(on_shipped):
    assert on_shipped(scale="plain").scores("threat=0.11", "THREAT") == {"THREAT": 0.11}
