"""The threshold from which a word is marked, and how well the marks agree with people's."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np

from commentsvc.scoring.marks import MarkedToken, marked_pieces
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.preparation import Prepared, prepare
from commentsvc.scoring.training_data import Part, part_of
from commentsvc.scoring.training_marks import character_f1, read_marks

_TRIED: Final = tuple(round(0.05 * step, 2) for step in range(2, 18))
_MOST_TEXTS: Final = 600
_NO_WORSE: Final = 0.003


def find_mark_threshold(scorer: OnnxScorer, data: Path) -> float | None:
    """The threshold with the best mean character F1 on the calibration part of the marked texts in `data`; None without any.

    Of those that are as good as the best within chance, the highest: a moderator is better served by few marks that hit.
    """
    texts = _marked_texts(data, Part.CALIBRATION)
    if not texts:
        return None
    marked = []
    for text, places in texts:
        prepared = prepare(text)
        marked.append((prepared, scorer.marked_tokens(prepared.text)[1], places))
    means = [
        np.mean([character_f1(_places(prepared, marked_pieces(prepared.text, tokens, at)), places) for prepared, tokens, places in marked])
        for at in _TRIED
    ]
    return max(at for at, mean in zip(_TRIED, means, strict=True) if mean >= max(means) - _NO_WORSE)


def measure_spans(scorer: OnnxScorer, data: Path) -> dict[str, float]:
    """Mean character F1 (SemEval-2021 task 5) of all spans together on the test part of the marked texts, with its 95 % interval."""
    found = np.array([character_f1(_covered(scorer, text), places) for text, places in _marked_texts(data, Part.TEST)])
    if not len(found):
        return {}
    draws = np.random.default_rng(3).integers(0, len(found), (1000, len(found)))
    low, high = np.quantile(found[draws].mean(axis=1), (0.025, 0.975))
    return {"texts": len(found), "character_f1": round(float(found.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def _marked_texts(data: Path, part: Part) -> list[tuple[str, frozenset[int]]]:
    return [(text, places) for text, places in read_marks(data)[0].items() if part_of(text) is part][:_MOST_TEXTS]


def _covered(scorer: OnnxScorer, text: str) -> set[int]:
    return {place for span in scorer.spans(text) for place in range(span.begin, span.end)}


def _places(prepared: Prepared, pieces: Iterable[MarkedToken]) -> set[int]:
    return {place for one in pieces for place in range(*prepared.original_range(one.begin, one.end))}
