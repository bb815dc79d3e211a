"""Word lists find whole words and phrases, in whatever form they are written, with work that is linear in the text."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.wordlist import MAX_PHRASE_WORDS, WordList, WordMatch, fold


@pytest.mark.parametrize(
    ("phrases", "text", "expected"),
    [
        (["fish"], "A fish.", WordMatch("fish", 2, 6)),
        (["fish"], "A FISH!", WordMatch("fish", 2, 6)),
        (["Fish"], "(fish)", WordMatch("Fish", 1, 5)),
        (["fish"], "fishing for selfish", None),
        (["fish"], "fish-monger", WordMatch("fish", 0, 4)),
        (["fish"], "fish's", None),
        (["fish's"], "the FISH’S tail", WordMatch("fish's", 4, 10)),
        (["fish"], "fish_monger", WordMatch("fish", 0, 4)),
        (["big fish"], "a big\n\tfish", WordMatch("big fish", 2, 11)),
        (["big fish"], "a big, fish", WordMatch("big fish", 2, 11)),
        (["big fish"], "a fish big", None),
        (["big fish"], "big big fish", WordMatch("big fish", 4, 12)),
        (["big", "big fish"], "big fish", WordMatch("big", 0, 3)),
        (["fish", "big fish"], "big fish", WordMatch("big fish", 0, 8)),
        (["straße"], "Die STRASSE da", WordMatch("straße", 4, 11)),
        (["café"], "ein CAFÉ", WordMatch("café", 4, 8)),
        (["cafe"], "ein Café", None),
        (["fish"], "a ｆｉｓｈ swims", WordMatch("fish", 2, 6)),
        (["рыба"], "Это РЫБА.", WordMatch("рыба", 4, 8)),
        (["魚"], "魚 魚", WordMatch("魚", 0, 1)),
        (["b2b"], "pure B2B talk", WordMatch("b2b", 5, 8)),
        (["fish"], "", None),
        (["fish"], "?!", None),
        ([], "fish", None),
        (["", "  ", "?!"], "?!", None),
        (["a b c d e f g h"], "x A b c d e f g h y", WordMatch("a b c d e f g h", 2, 17)),
        (["a b c d e f g h i"], "a b c d e f g h i", None),
    ],
)
def test_find(phrases, text, expected):
    assert WordList(phrases).find(text) == expected


@given(st.lists(st.text(max_size=12), max_size=6), st.text(max_size=60))
def test_what_is_found_stands_there_in_another_form_at_most(phrases, text):
    found = WordList(phrases).find(text)
    if found:
        words = re.findall(r"\w", fold(text[found.begin : found.end]))
        assert words == re.findall(r"\w", fold(found.phrase)) or fold(found.phrase).casefold() != found.phrase


@given(st.sampled_from(["fish", "big fish", "Straße"]), st.text("abc ,.!?\n", max_size=20), st.text("abc ,.!?\n", max_size=20))
def test_a_listed_phrase_between_other_words_is_found(phrase, before, after):
    found = WordList([phrase]).find(f"{before} {phrase.upper()} {after}")
    assert found is not None
    assert (found.phrase, found.begin) == (phrase, len(before) + 1)


@given(st.lists(st.text("ab c", max_size=6)), st.text("ab c", max_size=30))
def test_a_longer_list_never_finds_less(phrases, text):
    if WordList(phrases).find(text):
        assert WordList([*phrases, "something else"]).find(text)


class CountingPhrases(dict):
    """A list's phrases, counting how often they are asked for."""

    asked = 0

    def get(self, key, default=None):
        self.asked += 1
        return super().get(key, default)


@pytest.mark.parametrize("size", [10, 10_000])
def test_the_work_is_bounded_by_the_text_whatever_the_list(size):
    chance = random.Random(3)
    entries = [" ".join(f"w{chance.randrange(10**6)}" for _ in range(1 + number % MAX_PHRASE_WORDS)) for number in range(size)]
    words = WordList(entries)
    words.phrases = CountingPhrases(words.phrases)
    text = "nothing of it " * 700
    assert words.find(text) is None
    assert words.phrases.asked <= len(text.split()) * MAX_PHRASE_WORDS


def test_a_long_word_and_many_marks_take_no_more_steps_than_there_are_words():
    words = WordList(["fish"])
    words.phrases = CountingPhrases(words.phrases)
    for text, most in (("a" * 100_000, 1), ("'" * 100_000, 0), ("a'" * 50_000, 1), ("’a" * 50_000, 1)):
        words.phrases.asked = 0
        assert words.find(text) is None
        assert words.phrases.asked <= most


def test_lists_are_equal_by_what_they_hold():
    assert WordList(["a", "B c"]) == WordList(["B c", "a", "?"])
    assert hash(WordList(["a", "b"])) == hash(WordList(["b", "a"]))
    assert WordList(["a"]) != WordList(["b"])
    assert WordList(["a"]) != ["a"]


@given(
    st.lists(
        st.sampled_from(["fish", "Fish", "FISH", "red", "chips", "it's", "it’s", "ﬁsh", "Straße", "STRASSE", "-", ".", "\n", "é"]),
        max_size=12,
    )
)
def test_the_first_phrase_is_found_where_it_stands(pieces):
    words = WordList(["fish and", "red fish", "Fish", "it's red", "straße", "chips red fish"])
    text = " ".join(pieces)
    places = list(re.finditer(r"[^\W_]+(?:['’][^\W_]+)*", text))
    folded = [fold(place.group()) for place in places]
    expected = None
    for start in range(len(places)):
        for length in range(1, min(3, len(places) - start) + 1):
            phrase = words.phrases.get(tuple(folded[start : start + length]))
            if phrase is not None and expected is None:
                expected = WordMatch(phrase, places[start].start(), places[start + length - 1].end())
    assert words.find(text) == expected
