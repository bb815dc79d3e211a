import math

import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.scoring.fake_scorer import FakeMood, FakeScorer


def test_marker_words_give_their_scores():
    fake = FakeScorer()
    civil, insult = fake.score(["Good morning", "You idiot"])
    assert civil.values[Label.INSULT] < 0.1
    assert insult.values[Label.INSULT] > 0.9


def test_a_text_can_set_a_score_exactly():
    (score_set,) = FakeScorer().score(["toxicity=0.42 threat=1 nothing=0.9"])
    assert score_set.values[Label.TOXICITY] == 0.42
    assert score_set.values[Label.THREAT] == 1.0


def test_spans_are_the_marker_words():
    spans = FakeScorer().spans("You stupid man")
    assert {(span.begin, span.end) for span in spans} == {(4, 10)}
    assert [span.label for span in spans] == [Label.TOXICITY, Label.INSULT]


def test_moods():
    fake = FakeScorer()
    fake.mood = FakeMood.FAILING
    with pytest.raises(ScorerUnavailableError):
        fake.score(["x"])
    fake.mood = FakeMood.CRASHING
    with pytest.raises(MemoryError):
        fake.score(["x"])
    fake.mood = FakeMood.ANSWERING_NAN
    assert all(math.isnan(value) for value in fake.score(["x"])[0].values.values())
    fake.mood = FakeMood.WELL
    assert fake.batches == [("x",)] * 3
    assert len(fake.score(["x", "y"])) == 2


def test_words_decide_the_version():
    assert FakeScorer().version == FakeScorer().version
    assert FakeScorer(words={"rain": {Label.TOXICITY: 0.9}}).version.digest != FakeScorer().version.digest
