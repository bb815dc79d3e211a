"""From marks of tokens to spans of the original text."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.labels import Label
from commentsvc.scoring.marks import MarkedToken, find_marked_spans, marked_pieces
from commentsvc.scoring.preparation import prepare

LABELS = (Label.TOXICITY, Label.INSULT, Label.THREAT)


def tokens_of(text, **scores):
    """A token for each word of `text`, with the score given by the word."""
    tokens, at = [], 0
    for word in text.split():
        begin = text.index(word, at)
        at = begin + len(word)
        tokens.append(MarkedToken(begin, at, scores.get(word, 0.0)))
    return tokens


def test_a_word_counts_as_its_surest_token():
    tokens = [MarkedToken(0, 3, 0.1), MarkedToken(3, 6, 0.9), MarkedToken(7, 10, 0.2)]
    assert marked_pieces("idiots all", tokens, 0.5) == [MarkedToken(0, 6, 0.9)]


def test_a_sentence_end_parts_two_marked_words():
    text = "Go home to your sofa. Clown of the year"
    found = marked_pieces(text, tokens_of(text, **{"sofa.": 0.8, "Clown": 0.9}), 0.5)
    assert [text[one.begin : one.end] for one in found] == ["sofa", "Clown"]


def test_neighbours_are_one_piece_and_others_are_not():
    text = "you stupid fool and a liar too"
    found = marked_pieces(text, tokens_of(text, stupid=0.6, fool=0.8, liar=0.7), 0.5)
    assert [(text[one.begin : one.end], one.score) for one in found] == [("stupid fool", 0.8), ("liar", 0.7)]


def test_the_threshold_itself_is_enough():
    assert marked_pieces("fool", tokens_of("fool", fool=0.5), 0.5)
    assert not marked_pieces("fool", tokens_of("fool", fool=0.499), 0.5)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 8), st.floats(0, 1)), max_size=12), st.floats(0.01, 1))
def test_pieces_lie_in_order_within_the_text(text, raw, threshold):
    tokens = sorted((MarkedToken(begin, begin + size, score) for begin, size, score in raw), key=lambda one: (one.begin, one.end))
    pieces = marked_pieces(text, tokens, threshold)
    assert all(0 <= one.begin < one.end <= len(text) and one.score >= threshold for one in pieces)
    assert all(before.end < after.begin for before, after in pairwise(pieces))


def spans_of(text, whole, alone, **scores):
    prepared = prepare(text)
    tokens = tokens_of(prepared.text, **scores)
    return find_marked_spans(prepared, LABELS, tokens, np.array(whole), 0.5, lambda pieces: np.array([alone[piece] for piece in pieces]))


def test_each_piece_gets_the_labels_it_carries_alone():
    text = "you idiot I will kill you"
    alone = {"idiot": (0.9, 0.9, 0.0), "kill": (0.6, 0.1, 0.8)}
    found = spans_of(text, (0.99, 0.9, 0.9), alone, idiot=0.9, kill=0.8)
    assert [(text[one.begin : one.end], one.label) for one in found] == [
        ("idiot", Label.TOXICITY),
        ("idiot", Label.INSULT),
        ("kill", Label.TOXICITY),
        ("kill", Label.THREAT),
    ]


def test_labels_that_the_text_does_not_have_are_not_given():
    found = spans_of("you idiot", (0.9, 0.1, 0.0), {"idiot": (0.9, 0.9, 0.0)}, idiot=0.9)
    assert [one.label for one in found] == [Label.TOXICITY]


def test_a_piece_that_carries_nothing_gets_the_strongest_label():
    found = spans_of(
        "odd idiot", (0.6, 0.9, 0.0), {"odd": (0.1, 0.1, 0.0), "idiot": (0.9, 0.9, 0.0)} | {"odd idiot": (0.9, 0.9, 0)}, odd=0.9
    )
    assert [(one.begin, one.end, one.label) for one in found] == [(0, 3, Label.INSULT)]


def test_a_clear_threat_that_no_marked_word_carries_is_shown_by_its_phrase():
    text = "I will find you you idiot"
    alone = {"idiot": (0.9, 0.9, 0.0), text: (0.9, 0.5, 0.95)}
    found = spans_of(text, (0.99, 0.9, 0.9), alone, idiot=0.9)
    assert [(text[one.begin : one.end], one.label) for one in found] == [
        (text, Label.THREAT),
        ("idiot", Label.TOXICITY),
        ("idiot", Label.INSULT),
    ]
    # A faint one is not looked for.
    assert Label.THREAT not in [one.label for one in spans_of(text, (0.99, 0.9, 0.6), {"idiot": (0.9, 0.9, 0.0)}, idiot=0.9)]


def test_civil_texts_have_no_spans_whatever_is_marked():
    assert spans_of("you idiot", (0.2, 0.1, 0.0), {"idiot": (0.9, 0.9, 0.0)}, idiot=0.9) == []


def test_spans_point_into_the_text_as_it_was_written():
    text = "You are an id\u200b1ot."
    found = spans_of(text, (0.9, 0.0, 0.0), {"idiot": (0.9, 0.0, 0.0)}, **{"idiot.": 0.9})
    assert [text[one.begin : one.end] for one in found] == ["id\u200b1ot"]
