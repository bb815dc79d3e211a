"""What an author has changed."""

from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.revising import MOST_PARTS, Kind, Part, compare_texts

TEXTS = st.text(alphabet="ab \n", max_size=40)


def test_words_are_told_apart():
    assert compare_texts("You are a fool.", "You are a friend.") == [
        Part(Kind.KEPT, "You are a "),
        Part(Kind.TAKEN, "fool."),
        Part(Kind.ADDED, "friend."),
    ]
    assert compare_texts("", "") == []
    assert compare_texts("", "New") == [Part(Kind.ADDED, "New")]


@given(TEXTS, TEXTS)
def test_the_parts_make_both_texts_again(before: str, after: str):
    parts = compare_texts(before, after)
    assert "".join(part.text for part in parts if part.kind is not Kind.ADDED) == before
    assert "".join(part.text for part in parts if part.kind is not Kind.TAKEN) == after


def test_very_long_texts_are_told_as_a_whole():
    long = "word " * MOST_PARTS
    assert compare_texts(long, "short") == [Part(Kind.TAKEN, long), Part(Kind.ADDED, "short")]
