"""Scored revisions as columns, and the routes that bands give them: what two scorers are compared by. See `simulation` for drafts."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band

Floats = NDArray[np.float64]
Ints = NDArray[np.int8]
Places = NDArray[np.int32]
Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]
Z95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Routed:
    """n scored revisions as columns of equal length n.

    `scores` by label, NaN where a label was not measured; `routes` and `rule_routes` are severities 0 to 3 of the routing in
    force and of its rules without the bands. `sections` is 0, or the place (from 1) of a revision's section among the keys that
    they were loaded with.
    """

    scores: Mapping[Label, Floats]
    routes: Ints
    rule_routes: Ints
    sections: Places

    def __len__(self) -> int:
        """How many revisions there are."""
        return len(self.routes)


@dataclass(frozen=True, slots=True)
class History(Routed):
    """The same with what moderators said: `verdicts` is 1 for rejected, 0 for approved, -1 for undecided."""

    verdicts: Ints


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval; all None when there is too little to say."""

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def unknown(cls) -> "Share":
        """Too little to say."""
        return cls(None, None, None)


def wilson(successes: float, count: float) -> Share:
    """The Wilson score interval (Wilson 1927) for a share of `count` trials; unknown without any."""
    if count <= 0:
        return Share.unknown()
    share = successes / count
    centre = (share + Z95**2 / (2 * count)) / (1 + Z95**2 / count)
    spread = Z95 * sqrt(share * (1 - share) / count + Z95**2 / (4 * count**2)) / (1 + Z95**2 / count)
    # Rounding must not push an end past the share itself.
    return Share(share, max(0.0, min(share, centre - spread)), min(1.0, max(share, centre + spread)))


def band_routes(history: Routed, bands: Mapping[Label, Band], *, rows: Bools | None = None) -> Ints:
    """Severity 0 to 3 of every revision (or of `rows` alone) under these bands, the stored outcome of the other rules on top."""
    routes = history.rule_routes.copy() if rows is None else history.rule_routes[rows]
    for label, band in bands.items():
        scores = history.scores.get(label)
        if scores is None:
            continue
        scores = scores if rows is None else scores[rows]
        for severity, threshold in ((1, band.review_at), (2, band.hold_at), (3, band.reject_at)):
            if threshold is not None:
                # A NaN is below every threshold: a label that was not measured says nothing.
                np.maximum(routes, (scores >= threshold) * np.int8(severity), out=routes)
    return routes
