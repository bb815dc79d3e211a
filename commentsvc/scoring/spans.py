"""Which words made a score, for a network that does not mark them itself: each word is scored alone, then short pieces.

A word alone is a few tokens, so all of this costs about as much as scoring the text two or three times. Measured beside
leaving words out of the whole text or of their neighbourhood, words alone agreed best with people's marks.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import Span
from commentsvc.scoring.language import COMMON_WORDS
from commentsvc.scoring.preparation import Prepared

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019*@#$-]+[^\W_]+)*")
_PIECE_WORDS: Final = 6
_PIECE_STEP: Final = 3
MIN_WHOLE: Final = 0.3
"""Raw score of a whole text from which a label is looked for in its words."""
_MIN_WORD: Final = 0.2
_SHARE_OF_STRONGEST: Final = 0.85
_PIECE_SHARE: Final = 0.5
_MAX_WORDS: Final = 2000

Measure = Callable[[Sequence[str]], npt.NDArray[np.float64]]


def find_spans(prepared: Prepared, labels: Sequence[Label], measure: Measure) -> list[Span]:
    """Spans of the original text for each label that scores, in order of `begin`.

    `measure` gives the network's own scores of prepared texts, a row for each text and a column for each label.
    """
    places = find_words(prepared.text)
    words = [prepared.text[begin:end].lower() for begin, end in places]
    distinct = sorted(set(words) - COMMON_WORDS)
    if not words:
        return []
    measured = measure([prepared.text, *distinct])
    whole, alone = measured[0], dict(zip(distinct, measured[1:], strict=True))
    nothing = np.zeros(len(labels))
    by_word = np.stack([alone.get(word, nothing) for word in words])
    spans: list[Span] = []
    unexplained = []
    for at, label in enumerate(labels):
        if whole[at] < MIN_WHOLE:
            continue
        enough = max(_MIN_WORD, _SHARE_OF_STRONGEST * float(by_word[:, at].max()))
        found = _merged(prepared, places, by_word[:, at], label, enough)
        if not found:
            unexplained.append(at)
        spans += found
    if unexplained:
        spans += strongest_pieces(prepared, places, [(at, labels[at]) for at in unexplained], whole, measure)
    return sorted(spans, key=lambda span: (span.begin, span.end))


def find_words(text: str) -> list[tuple[int, int]]:
    """Begin and end of each word, in order; of very long texts the first ones."""
    return [(match.start(), match.end()) for match in _WORD.finditer(text)][:_MAX_WORDS]


def _merged(
    prepared: Prepared, places: Sequence[tuple[int, int]], scores: npt.NDArray[np.float64], label: Label, enough: float
) -> list[Span]:
    """Neighbouring words that carry the label are one span, and so are words that came from the same characters."""
    spans: list[Span] = []
    last_word = None
    for word in np.flatnonzero(scores >= enough).tolist():
        begin, end = prepared.original_range(*places[word])
        score = min(1.0, float(scores[word]))
        if spans and (last_word == word - 1 or begin < spans[-1].end):
            before = spans.pop()
            begin, end, score = before.begin, max(before.end, end), max(before.score, score)
        spans.append(Span(begin, end, label, score))
        last_word = word
    return spans


def strongest_pieces(
    prepared: Prepared,
    places: Sequence[tuple[int, int]],
    wanted: Sequence[tuple[int, Label]],
    whole: npt.NDArray[np.float64],
    measure: Measure,
) -> Iterator[Span]:
    """For labels that no single word explains the piece of a few words that scores most, if it scores enough. `places` are words."""
    pieces = [(first, min(first + _PIECE_WORDS, len(places)) - 1) for first in range(0, max(1, len(places) - _PIECE_STEP), _PIECE_STEP)]
    measured = measure([prepared.text[places[first][0] : places[last][1]] for first, last in pieces])
    for at, label in wanted:
        best = int(measured[:, at].argmax())
        if measured[best, at] >= _PIECE_SHARE * whole[at]:
            first, last = pieces[best]
            begin, end = prepared.original_range(places[first][0], places[last][1])
            yield Span(begin, end, label, min(1.0, float(measured[best, at])))
