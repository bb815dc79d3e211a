"""Routes under two scorers: how many comments go another way, and whether people had spoken about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentsvc.domain.estimation import Share, wilson
from commentsvc.domain.status import ROUTES, Route

Ints = NDArray[np.int8]
EXAMPLES: Final = 5
"""Comments named for each way from one route to another."""


@dataclass(slots=True)
class RouteChanges:
    """Counts of comments by their route before and after, gathered piece by piece.

    `stricter_approved` are those that would be treated more strictly although a human approved them, `milder_rejected` those that
    would be treated more mildly although a human rejected them.
    """

    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros((len(ROUTES), len(ROUTES)), dtype=np.int64))
    examples: dict[tuple[Route, Route], list[str]] = field(default_factory=dict)
    stricter_approved: int = 0
    milder_rejected: int = 0

    def add(self, ids: Sequence[str], before: Ints, after: Ints, verdicts: Ints) -> None:
        """Count n more comments: their ids, severities 0 to 3 before and after, and 1 for rejected, 0 for approved, -1 for undecided."""
        np.add.at(self.counts, (before, after), 1)
        self.stricter_approved += int(np.count_nonzero((after > before) & (verdicts == 0)))
        self.milder_rejected += int(np.count_nonzero((after < before) & (verdicts == 1)))
        for place in np.flatnonzero(before != after).tolist():
            named = self.examples.setdefault((ROUTES[before[place]], ROUTES[after[place]]), [])
            if len(named) < EXAMPLES:
                named.append(ids[place])

    def merge(self, other: "RouteChanges") -> None:
        """Count what another one has counted too."""
        self.counts += other.counts
        self.stricter_approved += other.stricter_approved
        self.milder_rejected += other.milder_rejected
        for way, ids in other.examples.items():
            named = self.examples.setdefault(way, [])
            named += ids[: EXAMPLES - len(named)]

    def __len__(self) -> int:
        """How many comments were compared."""
        return int(self.counts.sum())

    @property
    def stricter(self) -> int:
        """Comments that would be treated more strictly."""
        return int(np.triu(self.counts, 1).sum())

    @property
    def milder(self) -> int:
        """Comments that would be treated more mildly."""
        return int(np.tril(self.counts, -1).sum())

    @property
    def share(self) -> Share:
        """The share of comments that would go another way, with its 95 % interval."""
        return wilson(self.stricter + self.milder, len(self))

    def by_route(self) -> Mapping[tuple[Route, Route], int]:
        """How many comments go from which route to which; pairs without any are left out."""
        pairs = ((old, new) for old in ROUTES for new in ROUTES)
        return {(old, new): int(count) for old, new in pairs if (count := self.counts[old.severity, new.severity])}

    def as_document(self) -> dict[str, object]:
        """The figures as the command line and the API show them, examples by their ids alone."""
        return {
            "comments": len(self),
            "unchanged": len(self) - self.stricter - self.milder,
            "stricter": self.stricter,
            "milder": self.milder,
            "share": {"value": self.share.value, "low": self.share.low, "high": self.share.high},
            "stricter_approved": self.stricter_approved,
            "milder_rejected": self.milder_rejected,
            "routes": [
                {"before": old.value, "after": new.value, "count": count, "examples": self.examples.get((old, new), [])}
                for (old, new), count in self.by_route().items()
            ],
        }
