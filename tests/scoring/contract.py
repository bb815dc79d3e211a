"""What every scorer keeps, whatever runs it. A subclass gives the fixture `scorer`."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.ports import Scorer, ScoreSet

TEXTS = (
    "You are an idiot",
    "Thank you for this article.",
    "",
    " \n\t ",
    "a",
    "🙂🙂🙂 👩‍👩‍👧‍👦",
    "привет, как дела",
    "ab\u200bcd\u202eef",
    "word " * 300,
    "!" * 500,
)


class ScorerContract:
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls) -> Scorer:
        raise NotImplementedError

    def test_one_score_set_for_each_text_in_order(self, scorer):
        together = scorer.score(TEXTS)
        assert len(together) == len(TEXTS)
        for text, score_set in zip(TEXTS, together, strict=True):
            # A score must not depend on what else was scored in the same call.
            assert dict(scorer.score([text])[0].values) == pytest.approx(dict(score_set.values), abs=1e-4)

    def test_order_follows_the_texts(self, scorer):
        short, long = "You are an idiot", "The council meets on Monday to talk about the library. " * 8
        forth, back = scorer.score([short, long]), scorer.score([long, short])
        assert [one.values for one in forth] != [one.values for one in back]
        for there, here in zip(forth, reversed(back), strict=True):
            assert dict(there.values) == pytest.approx(dict(here.values), abs=1e-3)

    def test_all_labels_finite_and_in_range(self, scorer):
        for score_set in scorer.score(TEXTS):
            assert set(score_set.values) == set(scorer.version.labels)
            assert all(math.isfinite(value) and 0 <= value <= 1 for value in score_set.values.values())

    def test_nothing_in_nothing_out(self, scorer):
        assert scorer.score([]) == []

    def test_one_text_gives_one_score_set(self, scorer):
        (score_set,) = scorer.score(["only one"])
        assert isinstance(score_set, ScoreSet)
        assert all(isinstance(value, float) for value in score_set.values.values())

    @pytest.mark.parametrize("text", ["x" * 20_000, "no end in sight " * 1_000, "\u0301" * 5_000, "😀" * 3_000])
    def test_huge_texts_are_scored(self, scorer, text):
        assert len(scorer.score([text])) == 1

    @pytest.mark.parametrize("text", ["lone \ud800 surrogate", "nul \x00 inside", "\ufffe\uffff"])
    def test_broken_unicode_is_scored(self, scorer, text):
        assert len(scorer.score([text])) == 1

    def test_score_sets_name_the_version(self, scorer):
        assert {score_set.scorer for score_set in scorer.score(TEXTS)} == {scorer.version.id}
        assert len(scorer.version.digest) == 64
        assert list(scorer.version.labels) == [label for label in ALL_LABELS if label in scorer.version.labels]

    def test_same_text_same_scores(self, scorer):
        assert scorer.score(["You are an idiot"]) == scorer.score(["You are an idiot"])

    def test_threads_get_their_own_answers(self, scorer):
        texts = [f"{'You are an idiot' if at % 2 else 'The library opens at nine'} number {at}" for at in range(16)]
        alone = [dict(scorer.score([text])[0].values) for text in texts]
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda text: dict(scorer.score([text])[0].values), texts))
        for expected, found in zip(alone, together, strict=True):
            assert found == pytest.approx(expected, abs=1e-6)

    @pytest.mark.parametrize(
        "text", ["", "Good morning to all of you.", "You are an id1ot and y0ur   plan i̷s k y s 💩 stupid", "shit " * 200]
    )
    def test_spans_lie_in_the_text_in_order(self, scorer, text):
        spans = scorer.spans(text)
        assert spans == sorted(spans, key=lambda span: span.begin)
        ends: dict[str, int] = {}
        for span in spans:
            assert 0 <= span.begin < span.end <= len(text)
            assert 0 <= span.score <= 1
            assert span.label in scorer.version.labels
            assert span.begin >= ends.get(span.label, 0)
            ends[span.label] = span.end
