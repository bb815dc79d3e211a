"""Routes, statuses and decisions, and how one leads to another."""

from enum import StrEnum


class Route(StrEnum):
    """Outcome that software gives a revision, from mild to strict in declaration order."""

    PUBLISH = "publish"
    REVIEW = "review"
    HOLD = "hold"
    REJECT = "reject"

    @property
    def severity(self) -> int:
        """0 for the mildest route to 3 for the strictest."""
        return _SEVERITY[self]


_SEVERITY: dict[Route, int] = {route: rank for rank, route in enumerate(Route)}
ROUTES: tuple[Route, ...] = tuple(Route)


class Status(StrEnum):
    """What a comment, or one revision of it, is now."""

    PENDING = "pending"
    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


STATUS_OF_ROUTE: dict[Route, Status] = {
    Route.PUBLISH: Status.PUBLISHED,
    Route.REVIEW: Status.PUBLISHED,
    Route.HOLD: Status.HELD,
    Route.REJECT: Status.REJECTED,
}


class Queue(StrEnum):
    """Why a revision waits for a human."""

    HELD = "held"
    REVIEW = "review"
    REPORTED = "reported"
    APPEALS = "appeals"
    SAMPLE = "sample"
    ESCALATED = "escalated"


def parts_of(queue: Queue) -> tuple[Queue, ...]:
    """The queues that moderators see as this one: the sample waits among the reviews, unmarked, so that nobody judges it differently."""
    return (Queue.REVIEW, Queue.SAMPLE) if queue is Queue.REVIEW else (queue,)


class Verdict(StrEnum):
    """What a moderator chose."""

    APPROVE = "approve"
    REJECT = "reject"
    ESCALATE = "escalate"


class AppealOutcome(StrEnum):
    """What became of an appeal: the rejection stands, or it does not."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


class ProposalOutcome(StrEnum):
    """What became of a proposed ban: a colleague agreed or did not, its maker took it back, or the standing was changed otherwise."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


class Nudged(StrEnum):
    """What an author did who was told before posting that the words would be flagged."""

    REPHRASED = "rephrased"
    POSTED_ANYWAY = "posted_anyway"


class ProofRule(StrEnum):
    """When a site asks guests for a proof of work before it takes a comment of theirs."""

    NEVER = "never"
    BUSY = "busy"
    """While more comments come in than the settings call usual."""
    GUESTS = "guests"
    """Always."""


class ScheduleState(StrEnum):
    """What became of an activation that was planned."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """Its time came, and the version was not allowed to route."""


class AlertKind(StrEnum):
    """What an admin is alerted to."""

    DRIFT = "drift"
    """A label's scores fall as they did not before: thresholds should be looked at again."""
    WAITING = "waiting"
    """The oldest item has waited longer than the site wants."""


class Pace(StrEnum):
    """How soon after a reply its subscriber is written to."""

    EACH = "each"
    HOURLY = "hourly"
    DAILY = "daily"


class ReasonCode(StrEnum):
    """Closed list that explains a rejection or a report."""

    ABUSE = "abuse"
    HATE = "hate"
    THREAT = "threat"
    OBSCENE = "obscene"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    PERSONAL_DATA = "personal_data"
    MISINFORMATION = "misinformation"
    ILLEGAL = "illegal"
    OTHER = "other"


class Standing(StrEnum):
    """How far a site trusts an author."""

    NORMAL = "normal"
    TRUSTED = "trusted"
    PREMODERATED = "premoderated"
    SUSPENDED = "suspended"
    BANNED = "banned"


STATUS_OF_VERDICT: dict[Verdict, Status] = {Verdict.APPROVE: Status.PUBLISHED, Verdict.REJECT: Status.REJECTED}
"""Escalating leaves the status as it is, so it has no entry."""
