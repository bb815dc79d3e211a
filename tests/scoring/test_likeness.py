"""Texts that are nearly the same have numbers that are near each other."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.scoring.likeness import SHORTEST, likeness
from commentsvc.services.judging import NEAR

TEXT = "The council has voted for the new tram line today, after four years of talk, and the first stop is to be by the old market."


def distance(one: str, other: str) -> int:
    first, second = likeness(one), likeness(other)
    assert first is not None
    assert second is not None
    return ((first ^ second) & (2**64 - 1)).bit_count()


@pytest.mark.parametrize(
    "variant",
    [
        TEXT.upper(),
        TEXT.replace(" ", "   "),
        TEXT + " 12345",
        TEXT.replace(".", "!!!") + " http://203.0.113.9/77",
        TEXT.replace("today", "tonight"),
        "Well: " + TEXT,
    ],
)
def test_small_changes_leave_it_near(variant):
    assert distance(TEXT, variant) <= NEAR


@pytest.mark.parametrize(
    "other",
    [
        "Nobody asked the people who live by the old market whether they want a stop under their windows, and that is the trouble.",
        "Four years of talk, and in the end the line goes where it was to go at the beginning. What a waste of everybody's time.",
    ],
)
def test_another_text_is_far(other):
    assert distance(TEXT, other) > NEAR


def test_short_texts_have_none():
    assert likeness("a" * (SHORTEST - 1) + " 12 !?") is None
    assert likeness("a" * SHORTEST) is not None
    assert likeness("") is None


@given(st.text(max_size=400))
def test_any_text_has_one_or_none(text):
    found = likeness(text)
    assert found is None or -(2**63) <= found < 2**63
    assert found == likeness(text)


def test_texts_of_random_words_are_never_near():
    chance = random.Random(7)
    words = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lmnrst"]
    texts = [" ".join(chance.choices(words, k=30)) for _ in range(300)]
    found = [likeness(text) for text in texts]
    near = [
        (one, other)
        for at, one in enumerate(found)
        for other in found[:at]
        if one is not None and other is not None and ((one ^ other) & (2**64 - 1)).bit_count() <= NEAR
    ]
    assert not near
