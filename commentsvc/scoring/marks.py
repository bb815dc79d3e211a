"""Spans from a network that marks words itself: which words, how surely, and for which of the labels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import Span
from commentsvc.scoring.preparation import Prepared
from commentsvc.scoring.spans import MIN_WHOLE, Measure, find_words, strongest_pieces

_SENTENCE_END: Final = re.compile(r"[.!?\n]")
_SHARE_OF_STRONGEST: Final = 0.5
_SHARE_OF_WHOLE: Final = 0.25
_MOST_SPANS: Final = 40
_MIN_PHRASE: Final = 0.7
_OF_WHOLE_PHRASES: Final = frozenset({Label.THREAT, Label.IDENTITY_ATTACK})
"""What lies in how words stand together: no word of "I will find you" is foul."""


@dataclass(frozen=True, slots=True)
class MarkedToken:
    """Characters [`begin`, `end`) of a prepared text, and how surely people would mark them, in [0, 1]."""

    begin: int
    end: int
    score: float


def marked_pieces(text: str, tokens: Sequence[MarkedToken], threshold: float) -> list[MarkedToken]:
    """Whole words of a prepared text with a token from `threshold` on, neighbours of one sentence joined, in order.

    A word counts as its surest token.
    """
    pieces: list[MarkedToken] = []
    last_word = None
    at = 0
    for number, (begin, end) in enumerate(find_words(text)):
        while at < len(tokens) and tokens[at].end <= begin:
            at += 1
        score, other = 0.0, at
        while other < len(tokens) and tokens[other].begin < end:
            score, other = max(score, tokens[other].score), other + 1
        if score < threshold:
            continue
        if pieces and last_word == number - 1 and not _SENTENCE_END.search(text, pieces[-1].end, begin):
            before = pieces.pop()
            pieces.append(replace(before, end=end, score=max(before.score, score)))
        else:
            pieces.append(MarkedToken(begin, end, score))
        last_word = number
    return pieces


def find_marked_spans(
    prepared: Prepared,
    labels: Sequence[Label],
    tokens: Sequence[MarkedToken],
    whole: npt.NDArray[np.float64],
    threshold: float,
    measure: Measure,
) -> list[Span]:
    """Spans of the original text in order of `begin`; none when no label scores or no word is marked.

    `whole` is what the network says of the whole text, a value for each label; `measure` what it says of other prepared texts.
    Each piece is scored alone to tell which labels it carries: those of which it has a good part of what the whole text has, and of
    what the strongest piece has. A piece that carries none gets the strongest label of the text. Of the labels that
    no piece carries, a clear threat or attack on a group is looked for in whole phrases; others get no span.
    """
    active = [at for at in range(len(labels)) if whole[at] >= MIN_WHOLE]
    pieces = sorted(marked_pieces(prepared.text, tokens, threshold), key=lambda one: -one.score)[:_MOST_SPANS] if active else []
    if not pieces:
        return []
    alone = measure([prepared.text[one.begin : one.end] for one in pieces])
    carries = (alone >= _SHARE_OF_STRONGEST * alone.max(axis=0)) & (alone >= _SHARE_OF_WHOLE * whole)
    carries[carries[:, active].sum(axis=1) == 0, max(active, key=lambda at: float(whole[at]))] = True
    spans = [
        Span(*prepared.original_range(one.begin, one.end), labels[at], min(1.0, one.score))
        for one, row in zip(pieces, carries, strict=True)
        for at in active
        if row[at]
    ]
    told = {span.label for span in spans}
    untold = [(at, labels[at]) for at in active if labels[at] in _OF_WHOLE_PHRASES - told and whole[at] >= _MIN_PHRASE]
    if untold:
        spans += strongest_pieces(prepared, find_words(prepared.text), untold, whole, measure)
    return sorted(spans, key=lambda span: (span.begin, span.end))
