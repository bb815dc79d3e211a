"""Which words made a score: short pieces of the text are scored alone, and in those that score, words are left out in turn.

Pieces are short, so all of this together costs about as much as scoring the text two or three times.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import Span
from commentsvc.scoring.preparation import Prepared

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019*@#$-]+[^\W_]+)*")
_PIECE_WORDS: Final = 6
_PIECE_STEP: Final = 4
_MIN_SCORE: Final = 0.3
_PIECE_SHARE: Final = 0.5
_WORD_SHARE: Final = 0.35
_MAX_WORDS: Final = 2000

Measure = Callable[[Sequence[str]], npt.NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    last: int


def find_spans(prepared: Prepared, labels: Sequence[Label], measure: Measure) -> list[Span]:
    """Spans of the original text for each label that scores, in order of `begin`; `measure` scores prepared texts."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(prepared.text)][:_MAX_WORDS]
    if not words:
        return []
    pieces = list(_pieces(len(words)))
    scored = measure([prepared.text, *(prepared.text[words[piece.first][0] : words[piece.last][1]] for piece in pieces)])
    whole, alone = scored[0], scored[1:]
    wanted = [at for at in range(len(labels)) if whole[at] >= _MIN_SCORE]
    chosen = [at for at in range(len(pieces)) if any(alone[at][label] >= _PIECE_SHARE * whole[label] for label in wanted)]
    if not chosen:
        return []
    shares = _shares(prepared.text, words, [pieces[at] for at in chosen], alone[chosen], measure)
    spans = [span for label in wanted for span in _merged(prepared, words, shares[:, label], labels[label])]
    return sorted(spans, key=lambda span: (span.begin, span.end))


def _pieces(count: int) -> Iterator[_Piece]:
    for first in range(0, max(1, count - (_PIECE_WORDS - _PIECE_STEP)), _PIECE_STEP):
        yield _Piece(first, min(first + _PIECE_WORDS, count) - 1)


def _shares(
    text: str, words: Sequence[tuple[int, int]], pieces: Sequence[_Piece], alone: npt.NDArray[np.float64], measure: Measure
) -> npt.NDArray[np.float64]:
    """For each word and label how much of a piece's score goes when the word goes, or what the word scores by itself."""
    members = [(at, word) for at, piece in enumerate(pieces) for word in range(piece.first, piece.last + 1)]
    variants = [
        text[words[pieces[at].first][0] : words[word][0]] + text[words[word][1] : words[pieces[at].last][1]] for at, word in members
    ]
    single = sorted({word for _, word in members})
    measured = measure([*variants, *(text[slice(*words[word])] for word in single)])
    shares = np.zeros((len(words), alone.shape[1]))
    for (at, word), without in zip(members, measured[: len(members)], strict=True):
        shares[word] = np.maximum(shares[word], alone[at] - without)
    for word, by_itself in zip(single, measured[len(members) :], strict=True):
        shares[word] = np.maximum(shares[word], by_itself)
    return np.clip(shares, 0.0, 1.0)


def _merged(prepared: Prepared, words: Sequence[tuple[int, int]], shares: npt.NDArray[np.float64], label: Label) -> Iterator[Span]:
    """Neighbouring words that carry the label are one span."""
    first = None
    for word in range(len(words) + 1):
        carries = word < len(words) and shares[word] >= _WORD_SHARE
        if carries and first is None:
            first = word
        elif not carries and first is not None:
            begin, end = prepared.original_range(words[first][0], words[word - 1][1])
            yield Span(begin, end, label, float(shares[first:word].max()))
            first = None
