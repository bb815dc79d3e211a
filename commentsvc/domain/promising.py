"""Thresholds with a guarantee, by testing one candidate after the other along a path.

The path is fixed before the sample's decisions are looked at: all labels move together, each threshold by the same step in log-odds from
where it stands today. Candidates are tested in order, each with an exact or proven bound at error 1 - confidence, until the first that
fails; the last that passed is recommended. To recommend wrongly, the test of the first candidate that does not keep the goal must err, and
it does so with at most that chance, however many candidates there are: fixed-sequence testing, as in Learn then Test (Angelopoulos, Bates,
Candes, Jordan and Lei 2021); for missed shares, which only grow along the path, also the upper confidence bounds of Bates, Angelopoulos,
Lei, Malik and Jordan (2021).

Chance enters twice: the sample is a draw from the period's comments, and these are a draw from all such comments, of which the coming ones
are others. So each bound is made in two steps whose errors add up to the whole: how many harmful ones the period has, from the sample; and
what that lets be so of others. A bound of the first step alone would be broken by coming comments every other time where all are decided.

Missed shares are bounded for as many coming harmful comments as the period had, since that is what anybody will see, and for all of them
taken together. Of two such periods' harmful comments, in the order of the path, each is as likely to be of the one as of the other; to
break the promise so many of the coming must come before so many of the known, which is one hypergeometric chance for the whole path.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil, exp, floor, log, sqrt
from typing import Final

import numpy as np

from commentsvc.domain.estimation import Counts, Places
from commentsvc.domain.evidence import APPROVED, UNSEEN, Part
from commentsvc.domain.intervals import marked_upper, share_lower, share_upper
from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.quality import harmful_lower, harmful_upper
from commentsvc.domain.recommending import Answer, Promise, Recommendation, Refusal, RefusalKind, entering_at, entry_of, rounded_up
from commentsvc.domain.simulation import Ground, lifted, routes_under, simulate
from commentsvc.domain.status import Route

_STEPS: Final = tuple(step / 10.0 for step in range(-70, 51))
"""A threshold of 0.5 goes from 0.001 to 0.9933."""
_REJECT_STEPS: Final = tuple(step / 10.0 for step in range(80, -1, -1))
_MISSED_PART: Final = 0.8
"""The part of the error that the bound on missed comments gets where that on caught ones needs some too."""
_POWER: Final = 3
_MOST_GROWTH: Final = 128.0
"""So many times as many decisions nobody will wait for."""
_PLAN_STEPS: Final = 20


def recommend_missing(ground: Ground, today: Policy, alpha: float, *, confidence: float = 0.9, most_items_a_day: float) -> Answer:
    """The laxest thresholds with which at most a share `alpha` of harmful comments is missed: published without a moderator's look.

    Guarantee, for any number of comments and any scorer: the chance of being handed a draft whose missed share exceeds `alpha` is at most
    1 - `confidence`, both in a coming period with as many harmful comments and in the long run. It rests on the days whose sample is
    decided, takes moderators' word for what is harmful, and holds as far as coming traffic is like the period's: see `drift`. Bands of
    sections move along.

    Refused when the sample is empty, or when as little as `most_items_a_day`, sample included, cannot be shown to keep `alpha`.
    """
    if not any(entry_of(band) for bands in (today.bands, *today.section_bands.values()) for band in bands.values()):
        return Refusal(RefusalKind.NO_BANDS)
    reaches = _reaches(ground, today, lambda band: [_entry_at(band, step) for step in _STEPS])
    reaches[ground.comments.rule_routes > 0] = len(_STEPS)
    counts = _counts_by_reach(ground, reaches, len(_STEPS))
    whole = ground.evidence.part(counts[-1])
    if not whole.sampled:
        return Refusal(RefusalKind.NO_SAMPLE)
    if (least := _items(ground, _moved(today, _STEPS[-1]))) > most_items_a_day:
        return Refusal(RefusalKind.RULES_TAKE_MORE, least, most_items_a_day)
    best: tuple[int, float] | None = None
    for place in range(len(_STEPS)):
        bound = _missed_upper(*_sides(ground, counts, place), 1.0 - confidence)
        if bound > alpha:
            break
        best = place, bound
    # Items only become fewer along the path.
    limit = bisect_left(_STEPS, x=True, key=lambda step: _items(ground, _moved(today, step)) <= most_items_a_day)
    if best is None or best[0] < limit:
        return _refused(*_sides(ground, counts, limit), alpha, 1.0 - confidence)
    return _recommended(ground, today, _moved(today, _STEPS[best[0]]), Promise(alpha, confidence, best[1]))


def recommend_rejecting(ground: Ground, today: Policy, least: float, *, confidence: float = 0.95) -> Answer:
    """The lowest thresholds of automatic rejection at which at least a share `least` of what the bands reject is harmful.

    Guarantee: but for a chance of 1 - `confidence` the precision of the draft's rejections is `least` or more in the long run, of comments
    such as this period's. What is flagged and nobody decided counts as civil, and what other rules reject anyway is not judged. Testing
    begins where there are three times the decisions that would just be enough if none of them were civil. Bands of sections move along.
    """
    labels = [label for label, band in today.bands.items() if entry_of(band) and label in ground.columns]
    if not labels:
        return Refusal(RefusalKind.NO_BANDS)
    error = 1.0 - confidence
    # Strictest first: the order of `_reaches` is that of rising thresholds.
    rising = _reaches(ground, today, lambda band: [_reject_at(band, step) for step in reversed(_REJECT_STEPS)])
    rising[ground.comments.rule_routes == Route.REJECT.severity] = 0
    counts = _counts_by_reach(ground, rising, len(_REJECT_STEPS))
    needed = ceil(_POWER * log(error) / log(least))
    parts = [_sides(ground, counts, place)[0] for place in reversed(range(len(_REJECT_STEPS)))]
    start = next((place for place, part in enumerate(parts) if _decided(part) >= needed), None)
    if start is None:
        unseen = int(parts[-1].flagged[UNSEEN])
        kind = RefusalKind.NOBODY_LOOKS if unseen > _decided(parts[-1]) else RefusalKind.TOO_FEW_DECISIONS
        return Refusal(kind, _decided(parts[-1]), needed, needed - _decided(parts[-1]))
    best: tuple[int, float] | None = None
    for place in range(start, len(parts)):
        bound = _precision_lower(parts[place], error)
        if bound < least:
            break
        best = place, bound
    if best is None:
        unseen = int(parts[start].flagged[UNSEEN])
        is_unseen = unseen > (1.0 - least) * (unseen + _decided(parts[start]))
        return Refusal(RefusalKind.NOBODY_LOOKS if is_unseen else RefusalKind.OUT_OF_REACH, _precision_lower(parts[start], error), least)
    return _recommended(ground, today, _rejecting(today, _REJECT_STEPS[best[0]]), Promise(least, confidence, best[1]))


def _recommended(ground: Ground, today: Policy, draft: Policy, promise: Promise) -> Recommendation:
    now, then = (simulate(ground, routes_under(ground, policy)) for policy in (today, draft))
    return Recommendation(draft, now, then, promise)


def _items(ground: Ground, draft: Policy) -> float:
    return simulate(ground, routes_under(ground, draft)).load(draft.sample_rate).mean


# -- The paths -----------------------------------------------------------------------------------------------------------------
def _shifted(threshold: float, step: float) -> float:
    if threshold >= 1.0:
        return 1.0
    return rounded_up(1.0 / (1.0 + (1.0 - threshold) / threshold * exp(-step)))


def _entry_at(band: Band, step: float) -> float | None:
    entry = entry_of(band)
    return _shifted(entry[1], step) if entry else None


def _reject_at(band: Band, step: float) -> float | None:
    """From almost 1 down to the strictest threshold below rejection, or to the present one of rejection where there is no other."""
    base = next((value for value in (band.hold_at, band.review_at, band.reject_at) if value is not None), None)
    return _shifted(base, step) if base is not None else None


def _moved(policy: Policy, step: float) -> Policy:
    def move(bands: Mapping[Label, Band]) -> dict[Label, Band]:
        return {label: band if (at := _entry_at(band, step)) is None else entering_at(band, at) for label, band in bands.items()}

    return replace(policy, bands=move(policy.bands), section_bands={key: move(bands) for key, bands in policy.section_bands.items()})


def _rejecting(policy: Policy, step: float) -> Policy:
    def move(bands: Mapping[Label, Band]) -> dict[Label, Band]:
        return {label: replace(band, reject_at=_reject_at(band, step)) for label, band in bands.items()}

    return replace(policy, bands=move(policy.bands), section_bands={key: move(bands) for key, bands in policy.section_bands.items()})


def _reaches(ground: Ground, policy: Policy, path_of: Callable[[Band], list[float | None]]) -> Places:
    """For each comment how many places of the path, in rising order of thresholds, have a threshold that it reaches."""
    reaches = _reaches_of(ground, policy.bands, path_of, None)
    for key in policy.section_bands:
        rows = ground.rows_of(key)
        reaches[rows] = _reaches_of(ground, policy.bands_for(key), path_of, rows)
    return reaches


def _reaches_of(ground: Ground, bands: Mapping[Label, Band], path_of: Callable[[Band], list[float | None]], rows: Counts | None) -> Places:
    reaches = np.zeros(len(ground.comments) if rows is None else len(rows), dtype=np.int32)
    for label, band in bands.items():
        thresholds = [threshold for threshold in path_of(band) if threshold is not None]
        if label not in ground.columns or not thresholds:
            continue
        scores = ground.columns[label] if rows is None else ground.columns[label][rows]
        places = np.searchsorted(np.array([lifted(one, scores) for one in thresholds], dtype=scores.dtype), scores, side="right")
        np.maximum(reaches, np.where(np.isnan(scores), 0, places).astype(np.int32), out=reaches)
    return reaches


def _counts_by_reach(ground: Ground, reaches: Places, places: int) -> Counts:
    """Comments that reach as many places or fewer (0 to `places`), by evidence."""
    cells = ground.evidence.cells
    codes = reaches * np.int32(cells) + ground.evidence.codes
    counts: Counts = np.bincount(codes, minlength=(places + 1) * cells).reshape(places + 1, cells)
    return counts.cumsum(axis=0)


def _sides(ground: Ground, counts: Counts, place: int) -> tuple[Part, Part]:
    """What the thresholds of a place on the path reach, and what they do not."""
    return ground.evidence.part(counts[-1] - counts[place]), ground.evidence.part(counts[place])


# -- The tests -----------------------------------------------------------------------------------------------------------------
def _missed_upper(caught: Part, missed: Part, error: float) -> float:
    """An upper bound for the missed share of harmful comments, above the truth but for a chance of at most `error`."""
    of_sample = error * _sample_part(caught + missed)
    # Whether the caught side needs some of the error is settled by scores and routes, not by what was found.
    part = _MISSED_PART if caught.published.any() else 1.0
    most, least = floor(harmful_upper(missed, part * of_sample)), ceil(harmful_lower(caught, (1.0 - part) * of_sample))
    known = most + least
    if not known:
        return 1.0
    coming = (marked_upper(most, known, 2 * known, error - of_sample) - most) / known
    return max(coming, share_upper(most, known, error - of_sample))


def _sample_part(part: Part) -> float:
    """The part of the error for the sample's chance, the rest being for the period's; near the best by the size of either.

    With a least sampling rate of r their variances are as 1 - r to r. It must not depend on what the sample found.
    """
    rates = [rate for row, rate in zip(part.published, part.rates, strict=True) if row.any()]
    if not rates:
        return 0.0
    sample, period = sqrt(1.0 - min(rates)), sqrt(min(rates))
    return sample / (sample + period)


def _decided(part: Part) -> int:
    return part.sampled + int(part.flagged[APPROVED:].sum())


def _precision_lower(part: Part, error: float) -> float:
    """A lower bound for the share of harmful ones, below the truth but for a chance of at most `error`."""
    of_sample = error * _sample_part(part)
    least = ceil(harmful_lower(part, of_sample))
    return share_lower(least, int(part.counts[:-1].sum()), error - of_sample)


def _refused(caught: Part, missed: Part, alpha: float, error: float) -> Refusal:
    """Why the goal is not kept even by the strictest thresholds allowed, which part the comments so."""

    def bound_at(growth: float) -> float:
        """The bound after so many times as many comments like these."""
        grown = [replace(part, counts=np.rint(part.counts * growth).astype(np.int64)) for part in (caught, missed)]
        return _missed_upper(grown[0], grown[1], error)

    found = bound_at(1.0)
    if bound_at(_MOST_GROWTH) > alpha:
        return Refusal(RefusalKind.OUT_OF_REACH, found, alpha)
    low, high = 1.0, _MOST_GROWTH
    for _ in range(_PLAN_STEPS):
        middle = (low + high) / 2.0
        low, high = (low, middle) if bound_at(middle) <= alpha else (middle, high)
    return Refusal(RefusalKind.TOO_FEW_DECISIONS, found, alpha, max(1, ceil((high - 1.0) * (caught.sampled + missed.sampled))))
