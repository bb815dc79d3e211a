"""The figures of a yearly transparency report (Articles 15 and 24 DSA)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from commentsvc.domain.intervals import Interval, clopper_pearson

LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """A share as found, with its exact interval of 95 %; None where there was nothing to count."""

    part: int
    whole: int

    @property
    def interval(self) -> Interval | None:
        """The share and its interval."""
        return clopper_pearson(self.part, self.whole, LEVEL) if self.whole else None


@dataclass(frozen=True, slots=True)
class Notices:
    """What readers reported: by ground, how many of the comments were then rejected, and the median hours until a moderator decided.

    Those reported as illegal are notices in the sense of Article 16.
    """

    by_reason: Mapping[str, int]
    comments: int
    rejected: int
    median_h: float | None


@dataclass(frozen=True, slots=True)
class Measures:
    """What was done on the site's own account or upon notice: rejections by moderators by reason, by software alone; accounts."""

    rejected_by_people: Mapping[str, int]
    rejected_by_software: int
    held: int
    suspended: int
    banned: int
    median_held_h: float | None


@dataclass(frozen=True, slots=True)
class Automation:
    """What software did, and how people judged it where they looked.

    `right` is the share of held or rejected comments that a moderator rejected, of those that one decided about; the rest of these is the
    error of wrongly stopping. `missed` is the share of comments rejected among those that were published and looked at by chance.
    """

    routed: Mapping[str, int]
    right: Share
    missed: Share

    @property
    def wrong(self) -> Share:
        """The share of stopped comments that a moderator approved."""
        return Share(self.right.whole - self.right.part, self.right.whole)


@dataclass(frozen=True, slots=True)
class Appeals:
    """Complaints of authors (Article 20), what became of them, and the median hours until then."""

    received: int
    upheld: int
    overturned: int
    median_h: float | None

    @property
    def waiting(self) -> int:
        """Those that nobody has decided yet."""
        return self.received - self.upheld - self.overturned


@dataclass(frozen=True, slots=True)
class TransparencyReport:
    """A site's report of one calendar year, in UTC."""

    year: int
    comments: int
    notices: Notices
    measures: Measures
    automation: Automation
    appeals: Appeals


def median_hours(seconds: Sequence[float]) -> float | None:
    """The median of times in seconds, in hours; None of none."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    middle = len(ordered) // 2
    found = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return found / 3600
