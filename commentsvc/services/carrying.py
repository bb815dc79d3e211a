"""A policy's thresholds carried from one scorer to another, over a site's own comments that both have scored."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from commentsvc.domain.carrying import ENOUGH_HARMLESS, CarriedThreshold, Floats, carry_band
from commentsvc.domain.estimation import Bools, Places
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Band, parse_policy
from commentsvc.store.queries.rescoring import Stock, iterate_scored_twice

MOST_COMMENTS: Final = 200_000
"""The latest comments of a site are enough to carry thresholds by: more would cost memory and change nothing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The scorer before and the one after, by their versions' rows."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CarriedLine:
    """One threshold of a policy and what became of it.

    `section` is None for the site's own bands. `carried` is None where the scorers did not measure the label on the same
    comments: then the threshold stays. `is_own` says that a section's own comments were enough; otherwise the whole site's were
    taken. `left_out` counts comments that reach the threshold and that software keeps from readers, undecided: nobody knows
    whether they are harmless.
    """

    section: str | None
    label: Label
    name: str
    carried: CarriedThreshold | None
    is_own: bool
    left_out: int


@dataclass(frozen=True, slots=True)
class CarriedPolicy:
    """The document with every threshold that could be carried, each line of it, and over how many harmless comments."""

    document: dict[str, Any]
    lines: tuple[CarriedLine, ...]
    harmless: int

    @property
    def is_enough(self) -> bool:
        """Whether there are so many harmless comments that their shares say something."""
        return self.harmless >= ENOUGH_HARMLESS


def carry_policy(session: Session, stock: Stock, document: Mapping[str, Any], pair: Pair) -> CarriedPolicy:
    """Give each threshold of a policy the number at which the other scorer flags the same share of harmless comments.

    Harmless are comments that a human approved, and published ones that none has rejected. Writes nothing. Raises InvalidError for
    a document that is no policy.
    """
    policy = parse_policy(dict(document))
    keys = tuple(policy.section_bands)
    comments = _load(session, stock, pair, keys)
    changed = copy.deepcopy(dict(document))
    lines: list[CarriedLine] = []
    everywhere = np.ones(len(comments.harmless), dtype=np.bool_)
    for label, band in policy.bands.items():
        lines += _carry(comments, label, band, None, everywhere, changed["bands"][label.value])
    for place, key in enumerate(keys, start=1):
        inside: Bools = comments.sections == place
        for label, band in policy.section_bands[key].items():
            lines += _carry(comments, label, band, key, inside, changed["sections"][key]["bands"][label.value])
    parse_policy(changed)
    return CarriedPolicy(changed, tuple(lines), int(np.count_nonzero(comments.harmless)))


@dataclass(frozen=True, slots=True)
class _Comments:
    before: Mapping[Label, Floats]
    after: Mapping[Label, Floats]
    harmless: Bools
    unknown: Bools
    sections: Places


def _load(session: Session, stock: Stock, pair: Pair, sections: tuple[str, ...]) -> _Comments:
    pieces = list(iterate_scored_twice(session, stock, pair.after, against=pair.before, sections=sections, limit=MOST_COMMENTS))
    verdicts = np.concatenate([piece.routed.verdicts for piece in pieces] or [np.empty(0, dtype=np.int8)])
    published = np.concatenate([piece.is_published for piece in pieces] or [np.empty(0, dtype=np.bool_)])
    return _Comments(
        before={label: np.concatenate([piece.routed.scores[label] for piece in pieces] or [np.empty(0)]) for label in ALL_LABELS},
        after={label: np.concatenate([piece.other.scores[label] for piece in pieces] or [np.empty(0)]) for label in ALL_LABELS},
        harmless=(verdicts == 0) | (published & (verdicts < 0)),
        unknown=~published & (verdicts < 0),
        sections=np.concatenate([piece.routed.sections for piece in pieces] or [np.empty(0, dtype=np.int32)]),
    )


def _carry(comments: _Comments, label: Label, band: Band, section: str | None, rows: Bools, target: dict[str, Any]) -> list[CarriedLine]:
    """The lines of one band, whose thresholds are changed in `target`."""
    before, after = comments.before[label], comments.after[label]
    measured = comments.harmless & ~np.isnan(before) & ~np.isnan(after)
    own = measured & rows
    is_own = int(np.count_nonzero(own)) >= ENOUGH_HARMLESS or section is None
    chosen = own if is_own else measured
    carried = carry_band(before[chosen], after[chosen], band) if chosen.any() else {}
    lines = []
    for name in ("review_at", "hold_at", "reject_at"):
        value = getattr(band, name)
        if value is None:
            continue
        unknown = comments.unknown & rows if is_own else comments.unknown
        lines.append(CarriedLine(section, label, name, carried.get(name), is_own, int(np.count_nonzero(before[unknown] >= value))))
        if name in carried:
            target[name] = carried[name].after
    return lines
