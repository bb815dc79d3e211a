"""`comments:suggestscore`: what is taken, what is handed to the store, what is refused."""

import json

import pytest

from commentsvc.domain.perspective import SuggestedScore, SuggestedSpan, Suggestion, forget_suggestion
from tests.web.protocols.perspective.perspective_client import SUGGEST, Perspective, refused


def test_a_moderators_decision_as_coral_sends_it(perspective, kept, scorer):
    about = json.dumps({"url": "https://paper.example/a?commentID=c-1", "reply_to_id_Coral_comment_id": "c-0", "Coral_comment_id": "c-1"})
    body = {
        "comment": {"text": "You idiot, all of you."},
        "context": {"entries": [{"text": about}]},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
        "languages": ["en"],
        "communityId": "Coral:https://comments.paper.example",
        "clientToken": "comment:c-1",
    }
    answer = perspective.send(SUGGEST, body)
    assert answer.status_code == 200
    assert answer.json == {"clientToken": "comment:c-1", "requestedLanguages": ["en"], "detectedLanguages": ["en"]}
    assert kept == [
        Suggestion(
            text="You idiot, all of you.",
            scores={"TOXICITY": SuggestedScore(0.0)},
            context=(about,),
            languages=("en",),
            community_id="Coral:https://comments.paper.example",
            client_token="comment:c-1",
            key_name="coral",
            plain="You idiot, all of you.",
        )
    ]
    assert scorer.batches == []


def test_spans_may_be_suggested_beside_the_whole_or_alone(perspective, kept):
    span = {"begin": 4, "end": 9, "score": {"value": 1, "type": "PROBABILITY"}}
    scores = {"INSULT": {"spanScores": [span]}, "SPAM": {"summaryScore": {"value": 0.25}, "spanScores": [span, {**span, "begin": 0}]}}
    answer = perspective.suggest("You idiot.", attributeScores=scores, sessionId="s")
    assert answer.status_code == 200
    assert kept[0].scores == {
        "INSULT": SuggestedScore(None, (SuggestedSpan(4, 9, 1.0),)),
        "SPAM": SuggestedScore(0.25, (SuggestedSpan(4, 9, 1.0), SuggestedSpan(0, 9, 1.0))),
    }
    assert kept[0].session_id == "s"


def test_the_answer_says_what_language_the_text_is_in(perspective):
    answer = perspective.suggest("I took the tram on its first day, and it was on time.")
    assert answer.json == {"detectedLanguages": ["en"]}
    assert perspective.suggest("Hm.").json == {}


def test_a_language_that_the_scorer_lacks_is_no_reason_to_refuse_a_judgement(perspective, kept):
    assert perspective.suggest("Che idiota.", languages=["it"]).status_code == 200
    assert kept[0].languages == ("it",)


@pytest.mark.parametrize(
    "scores",
    [
        None,
        {},
        [],
        {"TOXICITY": {}},
        {"TOXICITY": None},
        {"TOXICITY": 1},
        {"TOXICITY": {"summaryScore": {}, "spanScores": []}},
        {"TOXICITY": {"summaryScore": {"type": "PROBABILITY"}}},
        {"TOXICITY": {"summaryScore": {"value": "1"}}},
        {"TOXICITY": {"summaryScore": {"value": True}}},
        {"TOXICITY": {"summaryScore": {"value": 1.1}}},
        {"TOXICITY": {"summaryScore": {"value": -0.1}}},
        {"TOXICITY": {"summaryScore": {"value": 1, "type": "RAW"}}},
        {"TOXICITY": {"spanScores": [{"begin": 1, "end": 2}]}},
        {"TOXICITY": {"spanScores": [{"score": {"value": 1}}]}},
        {"TOXICITY": {"spanScores": [{"begin": 2, "end": 1, "score": {"value": 1}}]}},
        {"TOXICITY": {"spanScores": [{"begin": -1, "end": 1, "score": {"value": 1}}]}},
        {"TOXICITY": {"spanScores": [{"begin": 0.5, "end": 1, "score": {"value": 1}}]}},
        {"": {"summaryScore": {"value": 1}}},
        {"A" * 101: {"summaryScore": {"value": 1}}},
    ],
)
def test_a_suggestion_that_says_nothing_is_refused(perspective, kept, scores):
    refused(perspective.suggest(attributeScores=scores), 400, "INVALID_REQUEST")
    assert kept == []


def test_a_store_that_fails_is_told_to_the_client(make_app):
    def fail(_: Suggestion) -> None:
        raise OSError("canary")

    answer = Perspective(make_app(fail)).suggest()
    refused(answer, 500, message="Internal error encountered.")


def test_where_nobody_stores_them_suggestions_are_thanked_for_all_the_same(make_app):
    assert Perspective(make_app(forget_suggestion)).suggest(clientToken="t").json == {"clientToken": "t"}
