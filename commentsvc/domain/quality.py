"""Honest precision and recall of a set of thresholds, with intervals that hold at small counts.

What was flagged is known; of what was published a sample stands for the rest, each comment for 1 / its sampling rate (Horvitz and Thompson
1952; where all have one rate, the share in the sample times their number, which errs less). Chance is the sample's alone: totals and recall
speak of the period's own comments, precision of comments such as these. Sources of the intervals: see `intervals`.

A flagged comment without a decision may be harmful or not: intervals allow for both (Manski 1989), estimates leave it out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist
from typing import Final

from commentsvc.domain.evidence import APPROVED, REJECTED, UNSEEN, Part
from commentsvc.domain.intervals import (
    Interval,
    clopper_pearson,
    marked_lower,
    marked_total,
    marked_upper,
    score_interval,
    share_of,
    sum_of,
    weighted_lower,
    weighted_total,
    weighted_upper,
)

LEVEL: Final = 0.95
WIDEST: Final = 0.3
"""The width of an interval for a share above which there is too little to say."""
_MOST_GROWTH: Final = 4096.0
_PLAN_STEPS: Final = 24
_PLANNED_LEAST: Final = 0.5


@dataclass(frozen=True, slots=True)
class TooLittle:
    """No figure yet: its interval is wider than `widest`.

    `more` decisions on such traffic would probably be enough (for recall: on sampled comments); None when no number would, because too many
    flagged comments have no decision.
    """

    interval: Interval
    widest: float
    more: int | None


Figure = Interval | TooLittle


def recall(caught: Part, missed: Part, *, level: float = LEVEL, widest: float = WIDEST) -> Figure:
    """The share of harmful comments that are in `caught`, when all others are in `missed`."""
    return _judged(
        _recall(_total(caught, REJECTED, level), _total(missed, REJECTED, level), caught, missed),
        widest,
        caught.sampled + missed.sampled,
        lambda growth: _recall(
            _planned(caught, REJECTED, level, growth), _planned(missed, REJECTED, level, growth), caught, missed, growth
        ),
    )


def _recall(caught: Interval, missed: Interval, caught_part: Part, missed_part: Part, growth: float = 1.0) -> Interval:
    open_caught, open_missed = (growth * int(part.flagged[UNSEEN]) for part in (caught_part, missed_part))
    between = share_of(caught, missed)
    if not open_caught and not open_missed:
        return between
    low = share_of(caught, missed.scaled(1.0, open_missed)).low
    high = share_of(caught.scaled(1.0, open_caught), missed).high
    return Interval(between.value, min(low, between.value), max(high, between.value))


def precision(part: Part, *, level: float = LEVEL, widest: float = WIDEST) -> Figure:
    """The share of harmful ones among such comments."""
    decided = part.sampled + int(part.flagged[APPROVED:].sum())
    return _judged(_precision(part, level), widest, decided, lambda growth: _precision(part, level, growth))


def _precision(part: Part, level: float, growth: float | None = None) -> Interval:
    unseen, approved, rejected = (int(number) for number in part.flagged)
    known, population = approved + rejected, int(part.published.sum())
    if known + population == 0:
        return Interval(0.5, 0.0, 1.0)
    if growth is None:
        of_known = clopper_pearson(rejected, known, level)
        sampled = _sampled_share(part, level, guess=rejected / known if known else 0.5).scaled(population)
    else:
        of_known = score_interval(growth * rejected, growth * known, level) if known else Interval.exact(0.0)
        sampled = _planned_sampled(part, REJECTED, level, growth).scaled(1.0 / growth)
    # Of the next comments, another part will be of the one kind.
    apart = abs(of_known.value - sampled.value / max(1, population)) * sqrt(known * population / (known + population))
    spread = NormalDist().inv_cdf((1.0 + level) / 2.0) * apart
    mixed = Interval(0.0, -spread, spread)
    share = sum_of([of_known.scaled(known), sampled, mixed]).scaled(1.0 / (known + population)).within(0.0, 1.0)
    judged = (known + population) / (known + population + unseen)
    return Interval(share.value, share.low * judged, share.high * judged + (1.0 - judged))


def harmful(part: Part, *, level: float = LEVEL) -> Interval:
    """How many of these comments are harmful: "missed" when the thresholds leave them alone."""
    return _with_unseen(_total(part, REJECTED, level), part)


def civil(part: Part, *, level: float = LEVEL) -> Interval:
    """How many of these comments are not: "wrongly held" when the thresholds hold or reject them."""
    return _with_unseen(_total(part, APPROVED, level), part)


def harmful_upper(part: Part, error: float) -> float:
    """More than the harmful ones among these comments, but for a chance of at most `error`: proven for any sample, however small."""
    population, drawn, found, rates = _drawn(part, REJECTED)
    flagged = int(part.flagged[UNSEEN] + part.flagged[REJECTED])
    if len(rates) <= 1:
        return flagged + marked_upper(sum(found), drawn, population, error)
    total = sum(count / rate for count, rate in zip(found, rates, strict=True))
    return flagged + min(population - (drawn - sum(found)), weighted_upper(total, min(rates), error))


def harmful_lower(part: Part, error: float) -> float:
    """Fewer than the harmful ones among these comments, but for a chance of at most `error`."""
    population, drawn, found, rates = _drawn(part, REJECTED)
    flagged = int(part.flagged[REJECTED])
    if len(rates) <= 1:
        return flagged + marked_lower(sum(found), drawn, population, error)
    total = sum(count / rate for count, rate in zip(found, rates, strict=True))
    return flagged + max(sum(found), weighted_lower(total, min(rates), error))


def _drawn(part: Part, finding: int) -> tuple[int, int, list[int], list[float]]:
    """Of the published: how many there are and how many were drawn; and by rate how many were found so, with the rates there are."""
    rows = [(row, rate) for row, rate in zip(part.published.tolist(), part.rates, strict=True) if any(row)]
    population = sum(sum(row) for row, _ in rows)
    drawn = sum(row[APPROVED] + row[REJECTED] for row, _ in rows)
    return population, drawn, [row[finding] for row, _ in rows], [rate for _, rate in rows]


def _with_unseen(total: Interval, part: Part) -> Interval:
    return Interval(total.value, total.low, total.high + int(part.flagged[UNSEEN]))


def _total(part: Part, finding: int, level: float) -> Interval:
    return _sampled_total(part, finding, level).scaled(1.0, int(part.flagged[finding]))


def _sampled_share(part: Part, level: float, *, guess: float) -> Interval:
    """The share of harmful ones among such as were published; where none was drawn, the estimate takes `guess`."""
    population, drawn, found, rates = _drawn(part, REJECTED)
    if not population:
        return Interval.exact(0.0)
    if not drawn:
        return Interval(guess, 0.0, 1.0)
    if len(rates) == 1:
        # Not `marked_total`, whose chance is the sample's alone: what is asked for is the share among comments such as these.
        return clopper_pearson(found[0], drawn, level)
    return _sampled_total(part, REJECTED, level).scaled(1.0 / population)


def _sampled_total(part: Part, finding: int, level: float) -> Interval:
    """The total among the published."""
    population, drawn, found, rates = _drawn(part, finding)
    if not drawn:
        return Interval(0.0, 0.0, population)
    if len(rates) == 1:
        return marked_total(found[0], drawn, population, level)
    weights = [1.0 / rate for rate in rates]
    total = weighted_total(weights, found, max(weights), level)
    return total.within(sum(found), population - (drawn - sum(found)))


def _planned(part: Part, finding: int, level: float, growth: float) -> Interval:
    return _planned_sampled(part, finding, level, growth).scaled(1.0, growth * int(part.flagged[finding]))


def _planned_sampled(part: Part, finding: int, level: float, growth: float) -> Interval:
    """What the interval would be after `growth` times as many comments like these, broken counts and all."""
    totals = []
    for row in part.published:
        population, drawn, found = float(row.sum()), float(row[APPROVED:].sum()), float(row[finding])
        if population > 0:
            # Nothing found so far does not mean that nothing will be.
            drawn = max(1.0, drawn)
            found = min(max(found, _PLANNED_LEAST), drawn)
            totals.append(score_interval(growth * found, growth * drawn, level).scaled(growth * population))
    return sum_of(totals)


def _judged(interval: Interval, widest: float, decided: int, plan: Callable[[float], Interval]) -> Figure:
    if interval.width <= widest:
        return interval
    low, high = 1.0, 2.0
    while plan(high).width > widest:
        low, high = high, high * 2.0
        if high > _MOST_GROWTH:
            return TooLittle(interval, widest, None)
    for _ in range(_PLAN_STEPS):
        middle = (low + high) / 2.0
        low, high = (low, middle) if plan(middle).width <= widest else (middle, high)
    return TooLittle(interval, widest, max(1, ceil((high - 1.0) * max(1, decided))))
