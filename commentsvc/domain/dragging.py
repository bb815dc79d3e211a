"""One threshold of a draft moved to and fro: what each place of it would do, in milliseconds.

All else in the draft is settled once. The result of a place is the result without the threshold, less the comments above the place where
they were, plus those same ones where it puts them. Of the comments that the threshold can move at all, sorted by their score, the counts
are kept at every some thousandth, so that a place costs one such stretch, however far away the last one was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentsvc.domain.errors import InvalidError
from commentsvc.domain.estimation import Counts, Ints, Places
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.simulation import SHOWN, STEPS, Ground, Nearest, Result, Scores, lifted, result_of, routes_under
from commentsvc.domain.status import ROUTES

_WIDTH: Final = len(ROUTES)
_STRETCH: Final = 4096
_MOST_KEPT: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Handle:
    """Which threshold is moved: of a label, one of STEPS, for the site or for one section that has its own band for the label."""

    label: Label
    step: str
    section: str | None = None


class _Ladder:
    """How often each code occurs from any place on in a sequence of codes."""

    def __init__(self, codes: Places, size: int) -> None:
        self._codes = codes
        self._size = size
        self._stretch = max(_STRETCH, -(-len(codes) * size // _MOST_KEPT))
        steps = -(-len(codes) // self._stretch)
        self._from = np.zeros((steps + 1, size), dtype=np.int64)
        for step in reversed(range(steps)):
            piece = codes[step * self._stretch : (step + 1) * self._stretch]
            self._from[step] = self._from[step + 1] + np.bincount(piece, minlength=size)

    def counts_from(self, place: int) -> Counts:
        """The counts of codes[place:]."""
        step = -(-place // self._stretch)
        counts: Counts = self._from[step] + np.bincount(self._codes[place : step * self._stretch], minlength=self._size)
        return counts


class _Moved:
    """One way of counting, of which a part moves to another route."""

    def __init__(self, codes: Places, groups: int, fixed: Ints, movable: NDArray[np.int64], severity: int) -> None:
        size = groups * _WIDTH
        self._severity = severity
        coded = codes + fixed
        self._still = np.bincount(coded, minlength=size)
        self._ladder = _Ladder(coded[movable], size)

    def at(self, place: int) -> Counts:
        """The counts (groups x 4) when the movable ones from `place` on have moved."""
        gone = self._ladder.counts_from(place).reshape(-1, _WIDTH)
        counts: Counts = self._still.reshape(-1, _WIDTH) - gone
        counts[:, self._severity] += gone.sum(axis=1)
        return counts


class Drag:
    """A draft with one threshold in hand. Making one sorts the scores of a label, some 200 ms for 1,000,000 comments."""

    def __init__(self, ground: Ground, draft: Policy, handle: Handle) -> None:
        """Settle all but the threshold.

        Raises InvalidError for a section that has no band of its own for the label, and for a label without scores.
        """
        if handle.label not in ground.columns:
            raise InvalidError("The history has no scores for this label.")
        if handle.section is not None and handle.label not in draft.section_bands.get(handle.section, {}):
            raise InvalidError("The section has no band of its own for this label.")
        self._ground = ground
        self._draft = draft
        self._handle = handle
        known, cells = ground.comments, ground.evidence.cells
        fixed = routes_under(ground, self.draft_at(None))
        severity = STEPS.index(handle.step) + 1
        rows = self._rows()
        scores = ground.columns[handle.label]
        scores, rows = (scores, np.flatnonzero(~np.isnan(scores))) if rows is None else (scores, rows[~np.isnan(scores[rows])])
        self._rows_sorted = rows[np.argsort(scores[rows], kind="stable")]
        self._scores_sorted: Scores = scores[self._rows_sorted]
        # What is treated as strictly anyway is not moved by this threshold.
        can_move = fixed[self._rows_sorted] < severity
        movable = self._rows_sorted[can_move]
        self._scores_movable: Scores = self._scores_sorted[can_move]
        sections, languages = (len(known.section_keys) + 1) * cells, (len(known.language_keys) + 1) * cells
        self._sections = _Moved(ground.by_section, sections, fixed, movable, severity)
        self._languages = _Moved(ground.by_language, languages, fixed, movable, severity)
        self._days = _Moved(ground.by_day, known.day_count, fixed, movable, severity)
        self._moves = _Moved(ground.by_route, _WIDTH, fixed, movable, severity)

    @staticmethod
    def key_of(draft: Policy, handle: Handle) -> str:
        """What of the draft a drag depends on: equal keys, and one drag serves both."""

        def bands(section: str | None, known: Mapping[Label, Band]) -> list[tuple[str, Band]]:
            held = {handle.label: replace(known.get(handle.label, Band()), **{handle.step: None})} if section == handle.section else {}
            return sorted((label.value, band) for label, band in {**known, **held}.items())

        sections = sorted((key, bands(key, own)) for key, own in draft.section_bands.items())
        return repr((bands(None, draft.bands), sections))

    def _rows(self) -> NDArray[np.int64] | None:
        """The rows that the threshold speaks about; None for all."""
        label, section = self._handle.label, self._handle.section
        others = [key for key, bands in self._draft.section_bands.items() if label in bands]
        if section is not None:
            return self._ground.rows_of(section)
        if not others:
            return None
        is_other = np.zeros(len(self._ground.comments), dtype=np.bool_)
        for key in others:
            is_other[self._ground.rows_of(key)] = True
        return np.flatnonzero(~is_other)

    def draft_at(self, threshold: float | None) -> Policy:
        """The draft with the threshold there; with None never reached."""
        label, section = self._handle.label, self._handle.section
        if section is None:
            band = replace(self._draft.bands.get(label, Band()), **{self._handle.step: threshold})
            return replace(self._draft, bands={**self._draft.bands, label: band})
        own = self._draft.section_bands[section]
        bands = {**own, label: replace(own[label], **{self._handle.step: threshold})}
        return replace(self._draft, section_bands={**self._draft.section_bands, section: bands})

    def at(self, threshold: float) -> Result:
        """What the draft would do with the threshold there: the same as a whole simulation of it, exactly."""
        place = int(np.searchsorted(self._scores_movable, lifted(threshold, self._scores_movable)))
        shape = (-1, self._ground.evidence.cells, _WIDTH)
        return result_of(
            self._ground,
            self._sections.at(place).reshape(shape),
            self._languages.at(place).reshape(shape),
            self._days.at(place),
            self._moves.at(place),
        )

    def nearest(self, threshold: float, *, count: int = SHOWN) -> Nearest:
        """The `count` comments on either side of the threshold, of those that it speaks about."""
        place = int(np.searchsorted(self._scores_sorted, lifted(threshold, self._scores_sorted)))
        return Nearest(self._rows_sorted[max(0, place - count) : place][::-1], self._rows_sorted[place : place + count])
