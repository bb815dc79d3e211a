"""Abuse at the end, the beginning or in the middle of long civil texts, where a network that averages would let it drown."""

import random
from collections.abc import Sequence
from typing import Final

from commentsvc.scoring.training_data import LabelledText

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
