"""Texts made of texts: abuse in the middle of long civil ones, where a network that averages would let it drown, and pieces."""

import random
from collections.abc import Sequence
from typing import Final

from commentsvc.scoring.training_data import TRAINED_LABELS, LabelledText

CROPPED: Final = "cropped"
"""The source of pieces of texts, which nobody labelled."""

_FEWEST_WORDS: Final = 4
_LONGEST_SHARE: Final = 0.7
_SENTENCE_END: Final = ". "
_LONG_CHARS: Final = 150
_CIVIL_BELOW: Final = 0.05
_ABUSIVE_FROM: Final = 0.5


def drown(rows: Sequence[LabelledText], made: Sequence[LabelledText], count: int, chance: random.Random) -> list[LabelledText]:
    """`count` texts: a long civil one of `rows` with one of the `made` sentences somewhere in it, and that sentence's labels.

    Half of the sentences are abusive, so that being put together says nothing. None when there is nothing to put together.
    """
    long = [row for row in rows if row.targets[0] is not None and row.targets[0] < _CIVIL_BELOW and len(row.text) >= _LONG_CHARS]
    abusive = [one for one in made if (one.targets[0] or 0) >= _ABUSIVE_FROM]
    civil = [one for one in made if (one.targets[0] or 0) < _CIVIL_BELOW]
    if not (long and abusive and civil):
        return []
    return [_mixed(chance.choice(long), chance.choice(abusive if at % 2 else civil), chance) for at in range(count)]


def _mixed(around: LabelledText, sentence: LabelledText, chance: random.Random) -> LabelledText:
    parts = around.text.split(_SENTENCE_END)
    # Mostly at the end: there it is commonest, and farthest from what sets the tone.
    at = chance.choice((len(parts), len(parts), 0, chance.randint(0, len(parts))))
    text = _SENTENCE_END.join([*parts[:at], sentence.text.rstrip("."), *parts[at:]])
    return LabelledText("made", text, sentence.targets)


def crop(rows: Sequence[LabelledText], count: int, chance: random.Random) -> list[LabelledText]:
    """`count` pieces of some words each out of texts that have words enough, without labels: a teacher may judge them.

    None when no text is long enough.
    """
    long = [words for row in rows if len(words := row.text.split()) >= 2 * _FEWEST_WORDS]
    return [LabelledText(CROPPED, _piece(chance.choice(long), chance), (None,) * len(TRAINED_LABELS)) for _ in range(count if long else 0)]


def _piece(words: Sequence[str], chance: random.Random) -> str:
    length = chance.randint(_FEWEST_WORDS, max(_FEWEST_WORDS, round(_LONGEST_SHARE * len(words))))
    begin = chance.randint(0, len(words) - length)
    return " ".join(words[begin : begin + length])
