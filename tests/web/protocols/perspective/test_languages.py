"""The client's word about the language counts; without it a short text never fails, and a plain one is told from English."""

import pytest

from commentsvc.scoring.batching import BatchingScorer
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.scoring.language import _identifier
from tests.web.protocols.perspective.perspective_client import refused

ITALIAN = "Questa è una notizia molto interessante, grazie mille per averla scritta con tanta cura."
ENGLISH = "I took the tram on its first day, and it was on time."
MIXED = " ".join(f"xq{number % 7}zk qwvx zzkt" for number in range(20))


def test_the_clients_languages_are_obeyed_and_mirrored(perspective):
    for languages in (["en"], ["EN"], ["en-US"], ["en_GB", "en"]):
        answer = perspective.analyze(ENGLISH, languages=languages)
        assert (answer.status_code, answer.json["languages"], answer.json["detectedLanguages"]) == (200, languages, ["en"])


def test_a_language_that_the_scorer_lacks_is_refused(perspective, scorer):
    answer = perspective.analyze(ITALIAN, "INSULT", languages=["it"])
    detail = refused(answer, 400, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE", "Attribute INSULT does not support request languages: it")
    about = detail["languageNotSupportedByAttributeError"]
    assert about == {"detectedLanguages": ["it"], "attribute": "INSULT", "requestedLanguages": ["it"]}
    assert scorer.batches == []


def test_all_languages_must_be_known(perspective):
    message = "Attribute TOXICITY does not support request languages: fr, zz"
    refused(perspective.analyze("Hm.", languages=["en", "fr", "zz"]), 400, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE", message)


def test_without_a_word_the_text_is_looked_at(perspective):
    assert perspective.analyze(ENGLISH).json["languages"] == ["en"]
    detail = refused(perspective.analyze(ITALIAN), 400, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE")
    assert detail["languageNotSupportedByAttributeError"] == {"detectedLanguages": ["it"], "attribute": "TOXICITY"}


@pytest.mark.parametrize("text", ["yo hamburger", "ok", "😀", "???", "https://example.org/a/very/long/address", "Sì", "lol wtf"])
@pytest.mark.parametrize("languages", [None, []])
def test_a_short_text_never_fails_for_its_language(perspective, text, languages):
    answer = perspective.analyze(text, languages=languages)
    assert (answer.status_code, answer.json["languages"], answer.json["detectedLanguages"]) == (200, ["en"], ["en"])


def test_no_client_waits_until_languages_can_be_told(make_app):
    _identifier.cache_clear()
    make_app()
    assert _identifier.cache_info().currsize == 1


def test_a_long_text_in_no_language_fails(perspective):
    refused(perspective.analyze(MIXED), 400, "LANGUAGE_DETECTION_FAILED", "Unable to detect language")
    assert perspective.analyze(MIXED, languages=["en"]).status_code == 200


def test_a_client_that_names_the_wrong_language_is_believed_and_told(perspective):
    answer = perspective.analyze(ITALIAN, languages=["en"])
    assert (answer.status_code, answer.json["languages"], answer.json["detectedLanguages"]) == (200, ["en"], ["it"])


def test_unless_the_operator_does_not_trust_it(perspective_with):
    perspective = perspective_with(trust_languages=False)
    message = "Attribute TOXICITY does not support request languages: it"
    detail = refused(perspective.analyze(ITALIAN, languages=["en"]), 400, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE", message)
    about = detail["languageNotSupportedByAttributeError"]
    assert (about["detectedLanguages"], about["requestedLanguages"]) == (["it"], ["en"])
    assert perspective.analyze("yo hamburger", languages=["en"]).status_code == 200
    assert perspective.analyze(ENGLISH, languages=["en"]).status_code == 200


def test_attributes_go_with_their_language_when_the_client_wants_that(perspective, perspective_with):
    answer = perspective.analyze(ITALIAN, dropUnsupportedAttributes=True)
    assert (answer.status_code, answer.json["attributeScores"], answer.json["languages"]) == (200, {}, ["it"])
    # The operator's word is about attributes alone: no client that did not ask for it takes no score for a good one.
    refused(perspective_with(drop_unsupported=True).analyze(ITALIAN), 400, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE")


def test_a_scorer_of_every_language_takes_every_text(perspective, runtime):
    runtime.scorer = BatchingScorer(FakeScorer(languages=()))
    for text, language in ((ITALIAN, "it"), ("ok", "en"), (MIXED, "en")):
        assert perspective.analyze(text).json["languages"] == [language]
    assert perspective.analyze(ITALIAN, languages=["tlh"]).json["languages"] == ["tlh"]
