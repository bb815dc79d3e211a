"""What every import needs of an installation, and how it has texts scored fast."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from commentsvc.domain.ports import Scorer, ScoreSet
from commentsvc.services.judging import Text

SCORED_AT_ONCE: Final = 32
"""Texts in one call of the model: the most that still gains by it."""
MOST_THREADS: Final = 8

Transact = Callable[[Callable[[Session], None]], None]
"""Runs a piece of work in a write transaction, and again from the start when another one was faster."""
Advance = Callable[[int], None]
"""Told how many texts or rows have been done since it was last called."""


def show_nothing(count: int) -> None:
    """The progress of those who show none."""
    del count


@dataclass(frozen=True, slots=True)
class Intake:
    """The parts of an installation that judge what comes in; `scorer_row` is the id of the scorer version's row in its database."""

    scorer: Scorer
    scorer_row: str
    make_text: Callable[[str], Text]


def score_sorted(scorer: Scorer, texts: Sequence[str], advance: Advance = show_nothing) -> list[ScoreSet]:
    """N texts in, n score sets out in the same order. Texts of like length share a call: padding costs as much as words.

    Uses every core: a scorer's call holds one. `advance` is called from this thread. Raises ScorerUnavailableError.
    """
    found: dict[int, ScoreSet] = {}
    groups = list(_alike(texts))

    def score(places: list[int]) -> list[ScoreSet]:
        return scorer.score([texts[place] for place in places])

    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1), "import") as pool:
        for places, scores in zip(groups, pool.map(score, groups), strict=True):
            found.update(zip(places, scores, strict=True))
            advance(len(places))
    return [found[place] for place in range(len(texts))]


def _alike(texts: Sequence[str]) -> Iterator[list[int]]:
    by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    for begin in range(0, len(by_length), SCORED_AT_ONCE):
        yield by_length[begin : begin + SCORED_AT_ONCE]
