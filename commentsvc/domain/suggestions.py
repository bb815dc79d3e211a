"""What a client's cut-off does, told by what its moderators decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from commentsvc.domain.intervals import Interval, clopper_pearson
from commentsvc.domain.labels import Label
from commentsvc.domain.perspective import LABEL_OF_ATTRIBUTE, PLAIN_SCALE, Scale

CUT_OFFS: Final = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Those that clients use."""
LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text's scores beside what a moderator made of it."""

    is_rejected: bool
    scores: Mapping[Label, float]


@dataclass(frozen=True, slots=True)
class CutOffLine:
    """What one cut-off of one attribute does: the share of rejected texts above it, and the share of approved ones."""

    attribute: str
    cut_off: float
    caught: Interval
    wrongly: Interval


@dataclass(frozen=True, slots=True)
class CutOffs:
    """All lines, over how many texts. They speak of texts that moderators decided: which ones those were is the client's affair."""

    rejected: int
    approved: int
    lines: tuple[CutOffLine, ...]


def judge_cut_offs(texts: Iterable[JudgedText], scales: Mapping[Label, Scale], cut_offs: Sequence[float] = CUT_OFFS) -> CutOffs:
    """Count what lies above (>) each cut-off, as clients compare, on the scale that they see; exact intervals of 95 %."""
    names = {label: name for name, label in reversed(list(LABEL_OF_ATTRIBUTE.items()))}
    counts = [0, 0]
    above: dict[tuple[Label, float], list[int]] = {}
    for text in texts:
        counts[text.is_rejected] += 1
        for label, score in text.scores.items():
            seen = scales.get(label, PLAIN_SCALE).apply(score)
            for cut_off in cut_offs:
                above.setdefault((label, cut_off), [0, 0])[text.is_rejected] += seen > cut_off
    approved, rejected = counts
    lines = [
        CutOffLine(names[label], cut_off, clopper_pearson(found[1], rejected, LEVEL), clopper_pearson(found[0], approved, LEVEL))
        for (label, cut_off), found in above.items()
    ]
    order = list(LABEL_OF_ATTRIBUTE)
    return CutOffs(rejected, approved, tuple(sorted(lines, key=lambda line: (order.index(line.attribute), line.cut_off))))
