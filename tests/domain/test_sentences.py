"""Sentences, and the same places in UTF-16 units."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.sentences import find_sentences, to_utf16

TEXTS = st.text(st.sampled_from('ab .!?…\n")。😀'), max_size=60)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("What kind of name is foo? Sorry, I like it.", ["What kind of name is foo?", "Sorry, I like it."]),
        ("One", ["One"]),
        ("  One.  Two!\n\nThree  ", ["One.", "Two!", "Three"]),
        ('He said "no!" Then he left...', ['He said "no!"', "Then he left..."]),
        ("Version 2.0 of example.org is out", ["Version 2.0 of example.org is out"]),
        ("Really?!! Yes", ["Really?!!", "Yes"]),
        ("好。坏！", ["好。", "坏！"]),
        (" \n ", []),
        ("", []),
    ],
)
def test_a_text_falls_into_its_sentences(text, sentences):
    assert [text[begin:end] for begin, end in find_sentences(text, 100)] == sentences


@given(TEXTS, st.integers(1, 5))
def test_sentences_are_in_order_and_leave_out_white_space_alone(text, most):
    found = find_sentences(text, most)
    assert len(found) <= most
    seen = 0
    for begin, end in found:
        assert not text[seen:begin].strip()
        assert text[begin:end] == text[begin:end].strip() != ""
        seen = end
    assert not text[seen:].strip()


def test_too_many_sentences_go_together_with_their_neighbours():
    assert find_sentences("A. B. C. D. E.", 2) == [(0, 8), (9, 14)]


@pytest.mark.parametrize("text", ["!" * 20_000 + "x", "a!" * 10_000, '."' * 10_000, "\n" * 20_000, "! " * 10_000])
def test_no_text_takes_long(text):
    began = time.process_time()
    find_sentences(text, 100)
    assert time.process_time() - began < 1.0


@given(TEXTS)
def test_utf_16_units_are_where_they_are_in_utf_16(text):
    ranges = find_sentences(text, 100)
    encoded = text.encode("utf-16-le")
    for (begin, end), (first, last) in zip(ranges, to_utf16(text, ranges), strict=True):
        assert encoded[2 * first : 2 * last].decode("utf-16-le") == text[begin:end]
