"""What thresholds may be asked for, and the plain words for what is promised or why it is refused."""

from enum import StrEnum
from typing import Final

from commentsvc.domain.quality import TooLittle
from commentsvc.domain.recommending import Promise, Refusal, RefusalKind

_SMALL: Final = 0.1
"""Shares below this need a decimal."""


class Goal(StrEnum):
    """What thresholds are asked to do."""

    ITEMS = "items"
    """Catch the most for at most so many items a day."""
    MISSED = "missed"
    """Miss at most such a share of what is harmful."""
    REJECTING = "rejecting"
    """Reject without a moderator only where at least such a share is harmful."""


def promise_words(goal: Goal, promise: Promise | None) -> str:
    """What the recommended thresholds are good for, and for which comments that holds."""
    if promise is None:
        return (
            "These thresholds were chosen from one half of the comments and judged on the other, so that the figures do not flatter. "
            "They are the best found; nothing is guaranteed about what they catch."
        )
    sure, limit, bound = (_percent(share) for share in (promise.confidence, promise.limit, promise.bound))
    if goal is Goal.MISSED:
        return (
            f"With {sure} confidence at most {limit} of what is harmful will be missed among the next comments, until as many harmful ones "
            f"have come as in this time, and in the long run (the data show at most {bound}). It takes the moderators' word for what is "
            "harmful, and holds as far as coming comments are like these."
        )
    return (
        f"With {sure} confidence at least {limit} of what would be rejected in the long run is harmful (the data show at least {bound}), "
        "for comments such as those that moderators decided here."
    )


def refusal_words(goal: Goal, refusal: Refusal) -> str:
    """Why there is no recommendation, and what would help."""
    found, asked = ("" if value is None else _amount(goal, refusal.kind, value) for value in (refusal.found, refusal.asked))
    more = "" if refusal.more is None else f" About {refusal.more:,} more {_decisions(goal, refusal.more)} would be enough."
    return {
        RefusalKind.NO_BANDS: "Today's policy has no threshold for a label that is measured, so there is none to move.",
        RefusalKind.NO_SAMPLE: (
            "No published comment has been sampled and decided in this time, so nothing is known of what is missed. Set a sampling rate in "
            "the policy's rules, and decide the items it brings."
        ),
        RefusalKind.TOO_FEW_HARMFUL: f"Fewer than {asked} comments of this time were rejected by moderators: too few to learn from.",
        RefusalKind.TOO_FEW_DECISIONS: f"The goal may be within reach, but so few decisions cannot show it.{more}",
        RefusalKind.NOBODY_LOOKS: (
            "Too many of these comments are rejected without a moderator, or wait undecided: what they were is not known. Let moderators "
            "decide some of them first."
        ),
        RefusalKind.RULES_TAKE_MORE: (
            f"The rules beside the thresholds, and the sample, already bring {found} items a day, more than the {asked} asked for."
        ),
        RefusalKind.OUT_OF_REACH: f"No thresholds within these limits keep the goal: {found} is what they reach, {asked} was asked for.",
    }[refusal.kind]


def too_little_words(figure: TooLittle, *, is_recall: bool) -> str:
    """That a share cannot be told yet, and what would change it."""
    if figure.more is None:
        return "Too little to say."
    noun = _decisions(Goal.MISSED if is_recall else Goal.ITEMS, figure.more)
    return f"Too little to say: about {figure.more:,} more {noun} would be enough."


def _decisions(goal: Goal, count: int) -> str:
    noun = "decision" if count == 1 else "decisions"
    return f"{noun} on sampled comments" if goal is Goal.MISSED else noun


def _amount(goal: Goal, kind: RefusalKind, value: float) -> str:
    if kind in {RefusalKind.RULES_TAKE_MORE, RefusalKind.TOO_FEW_HARMFUL} or goal is Goal.ITEMS:
        return f"{value:,.0f}"
    return _percent(value)


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= _SMALL else f"{share:.1%}"
