"""What is known about a set of comments, counted by how it came to be known.

Flagged comments are all looked at; published ones only when the random sample drew them, with a chance that was stored when they were
routed. So a comment belongs to a *stratum*: flagged, or published with one certain sampling rate, or left out; and within it to a
*finding*: unseen, approved or rejected. Every figure of `quality` is a function of the counts of these alone.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentsvc.domain.errors import InvalidError
from commentsvc.domain.estimation import Bools, Counts, Floats, Ints

UNSEEN: Final = 0
APPROVED: Final = 1
REJECTED: Final = 2
FINDINGS: Final = 3
FLAGGED: Final = 0
"""The stratum of flagged comments; from 1 on follow the rates, then one for what is left out."""
MOST_RATES: Final = 200


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a period's comments. `counts` is (strata x findings), `rates` the sampling rates in (0, 1] of strata 1 and on."""

    counts: Counts
    rates: tuple[float, ...]

    def __add__(self, other: "Part") -> "Part":
        """Both together; they must not overlap, and be of the same period."""
        return Part(self.counts + other.counts, self.rates)

    @property
    def flagged(self) -> Counts:
        """Flagged comments by finding. Those unseen wait for a decision, or were rejected without one."""
        flagged: Counts = self.counts[FLAGGED]
        return flagged

    @property
    def published(self) -> Counts:
        """Published comments that could be sampled, (rates x findings)."""
        return self.counts[1:-1]

    @property
    def left_out(self) -> int:
        """Comments about which nothing is told: published without a sample, or on a day whose sample is not decided yet."""
        return int(self.counts[-1].sum())

    @property
    def sampled(self) -> int:
        """Decisions on sampled comments."""
        return int(self.published[:, APPROVED:].sum())

    @property
    def harmful_seen(self) -> int:
        """Rejected comments, flagged or sampled, as counted and not weighted."""
        return int(self.counts[:-1, REJECTED].sum())


@dataclass(frozen=True, slots=True)
class Evidence:
    """The stratum and finding of n comments as one code each: stratum * FINDINGS + finding."""

    codes: NDArray[np.int16]
    rates: tuple[float, ...]

    @property
    def cells(self) -> int:
        """How many codes there are."""
        return (len(self.rates) + 2) * FINDINGS

    def part(self, counts: Counts) -> Part:
        """The part whose comments have these codes so often; `counts` has one number for each code."""
        return Part(counts.reshape(-1, FINDINGS), self.rates)

    def part_of(self, rows: Bools) -> Part:
        """The part made of these of the n comments."""
        return self.part(np.bincount(self.codes[rows], minlength=self.cells))


def gather_evidence(routes: Ints, verdicts: Ints, pi: Floats, is_sampled: Bools, is_left_out: Bools) -> Evidence:
    """What is known about n comments by their routes in force (severity 0 to 3) and decisions (1 rejected, 0 approved, -1 none).

    A decision on a published comment counts only where the sample drew it: what a report brought is not random. Raises InvalidError for
    more than MOST_RATES different rates, or a rate outside [0, 1].
    """
    is_published = routes == 0
    rates = np.unique(pi[is_published])
    if not bool(np.all((rates >= 0.0) & (rates <= 1.0))) or len(rates) > MOST_RATES:
        raise InvalidError(f"Sampling rates must lie from 0 to 1, and be at most {MOST_RATES} different ones.")
    rates = rates[rates > 0.0]
    strata = np.zeros(len(routes), dtype=np.int16)
    strata[is_published] = np.searchsorted(rates, pi[is_published]) + 1
    strata[is_left_out | (is_published & (pi <= 0))] = len(rates) + 1
    findings = np.where(is_published & ~is_sampled, np.int16(UNSEEN), verdicts + np.int16(1))
    return Evidence((strata * np.int16(FINDINGS) + findings).astype(np.int16), tuple(rates.tolist()))


def days_decided(days: NDArray[np.int32], is_sampled: Bools, verdicts: Ints, day_count: int) -> Bools:
    """For each day from 0 on whether all that the sample drew on it is decided. A sample decided late is missing, not civil."""
    waiting: Counts = np.bincount(days[is_sampled & (verdicts < 0)], minlength=day_count)
    return np.equal(waiting, 0)
