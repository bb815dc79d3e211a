"""The laboratory's statistics against histories of which the truth is known: how often intervals and promises hold, and how quick they are.

    python -m tools.measure_statistics [--histories 2000] [--out FILE] [--only WORD] [--timing]

Each line of the tables is a measurement of its own with a seed of its own. With --out what is measured is kept, and a second run goes on
where the first was stopped. A quarter of an hour on one core. docs/statistics.md tells what the figures mean.
"""

import argparse
import json
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from statistics import NormalDist, fmean, median
from typing import Final

import numpy as np

from commentsvc.domain.dragging import Drag, Handle
from commentsvc.domain.drift import FALSE_ALARMS, compare_scores, measure_agreement
from commentsvc.domain.intervals import Interval
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.promising import recommend_missing, recommend_rejecting
from commentsvc.domain.quality import Figure, TooLittle
from commentsvc.domain.recommending import Refusal, recommend_within
from commentsvc.domain.simulation import Ground, routes_under, simulate
from tests.domain.histories import World, evenly, held_from, rising

Figures = dict[str, float]
LEVELS: Final = (0.8, 0.95, 0.99)
RATES: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.5)
HARMFUL: Final = NormalDist(0.75, 1.0)
CIVIL: Final = NormalDist(-1.6, 1.0)
"""The log-odds of toxicity of the histories' comments."""
_PLENTY: Final = 1e9
_MOST_FLAGGED: Final = 0.5
_DAYS: Final = 28
_ROUNDING: Final = 1e-9
_MILLION: Final = 1_000_000
_TIMED: Final = 15


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of a table."""

    table: str
    name: str
    measure: Callable[[np.random.Generator, int], Figures]


# -- Intervals -----------------------------------------------------------------------------------------------------------------
def log_odds(share: float) -> float:
    """The log-odds of a share."""
    return log(share / (1.0 - share))


def interval_of(figure: Figure) -> Interval:
    """The interval of a figure, shown or not."""
    return figure.interval if isinstance(figure, TooLittle) else figure


def cover(world: World, threshold: float) -> Callable[[np.random.Generator, int], Figures]:
    """How often the intervals for holding from `threshold` hold the truth; the naive estimate and the width beside it."""
    draft, at = held_from(threshold), log_odds(threshold)
    caught_share, false_share = (1.0 - kind.cdf(at) for kind in (HARMFUL, CIVIL))
    coming = world.harmful * caught_share / (world.harmful * caught_share + (1.0 - world.harmful) * false_share)

    def measure(chance: np.random.Generator, histories: int) -> Figures:
        hits: dict[str, int] = {}
        widths, naive, found = [], [], []
        for _ in range(histories):
            ground, is_harmful = world.history(chance)
            known, routes = ground.comments, routes_under(ground, draft)
            is_caught = is_harmful & (routes > 0)
            caught, harmful = int(is_caught.sum()), int(is_harmful.sum())
            truths = {
                "recall": caught / harmful,
                "precision": coming,
                "missed": float(harmful - caught),
                "wrongly held": float((~is_harmful & (routes > 1)).sum()),
            }
            whole = replace(simulate(ground, routes).whole, widest=1.0)
            for level in LEVELS:
                outcome = replace(whole, level=level)
                intervals = (interval_of(outcome.recall()), interval_of(outcome.precision()), outcome.missed(), outcome.wrongly_held())
                for (name, truth), one in zip(truths.items(), intervals, strict=True):
                    key = f"{name} {level:g}"
                    hits[key] = hits.get(key, 0) + (one.low - _ROUNDING <= truth <= one.high + _ROUNDING)
            widths.append(interval_of(replace(whole, level=0.95).recall()).width)
            is_seen = is_harmful & (known.routes > 0)
            naive.append(int((is_seen & (routes > 0)).sum()) / max(1, int(is_seen.sum())) - truths["recall"])
            found.append(int((is_harmful & known.is_sampled).sum()))
        return {
            **{key: count / histories for key, count in hits.items()},
            "width of recall": median(widths),
            "naive bias": fmean(naive),
            "harmful in sample": fmean(found),
        }

    return measure


def agree(rejected: float, kappa: float, pairs: int) -> Callable[[np.random.Generator, int], Figures]:
    """How often the interval of kappa holds it."""
    both = rejected * (1.0 - rejected)
    shares = [rejected**2 + kappa * both, 2.0 * both * (1.0 - kappa), (1.0 - rejected) ** 2 + kappa * both]

    def measure(chance: np.random.Generator, histories: int) -> Figures:
        figures: Figures = {}
        tables = chance.multinomial(pairs, shares, histories).tolist()
        for level in LEVELS:
            told = [one.kappa for table in tables if (one := measure_agreement(*table, level=level)) is not None]
            figures[f"kappa {level:g}"] = sum(one.low <= kappa <= one.high for one in told) / len(told)
        return figures

    return measure


def stay(before: int, after: int) -> Callable[[np.random.Generator, int], Figures]:
    """How often scores that did not move exceed what is told as chance, of three labels any."""

    def drawn(chance: np.random.Generator, count: int) -> Mapping[Label, np.ndarray]:
        return {label: chance.beta(0.6, 4.0, count).astype(np.float32) for label in ALL_LABELS[:3]}

    def measure(chance: np.random.Generator, histories: int) -> Figures:
        found = (compare_scores(drawn(chance, before), drawn(chance, after)) for _ in range(histories))
        exceeding = sum(any(shift.index > shift.chance for shift in shifts.values()) for shifts in found)
        return {"called moved": exceeding / histories, "at most": FALSE_ALARMS}

    return measure


# -- Promises ------------------------------------------------------------------------------------------------------------------
def missing(world: World, alpha: float, confidence: float) -> Callable[[np.random.Generator, int], Figures]:
    """How often thresholds recommended for goal (b) break their promise: in this period, in the next one, and in the long run.

    The sample aside, half of all comments may be put before moderators, lest every promise be kept by holding all of them.
    """
    most = _MOST_FLAGGED * world.comments / _DAYS

    def measure(chance: np.random.Generator, histories: int) -> Figures:
        refused = 0
        broken = {"this period": 0, "next period": 0, "long run": 0}
        missed_shares = []
        for _ in range(histories):
            ground, is_harmful = world.history(chance)
            answer = recommend_missing(ground, world.today, alpha, confidence=confidence, most_items_a_day=most)
            if isinstance(answer, Refusal):
                refused += 1
                continue
            coming = HARMFUL.cdf(log_odds(answer.draft.bands[Label.TOXICITY].hold_at or 0.0))
            harmful = int(is_harmful.sum())
            broken["this period"] += int((is_harmful & (routes_under(ground, answer.draft) == 0)).sum()) > alpha * harmful
            broken["next period"] += int(chance.binomial(harmful, coming)) > alpha * harmful
            broken["long run"] += coming > alpha
            missed_shares.append(coming)
        return _promised(histories, refused, 1.0 - confidence, broken, missed_shares)

    return measure


def rejecting(world: World, least: float, confidence: float) -> Callable[[np.random.Generator, int], Figures]:
    """The same for goal (c): coming comments alone."""

    def measure(chance: np.random.Generator, histories: int) -> Figures:
        broken = refused = 0
        precisions = []
        for _ in range(histories):
            ground, _ = world.history(chance)
            answer = recommend_rejecting(ground, world.today, least, confidence=confidence)
            if isinstance(answer, Refusal):
                refused += 1
                continue
            at = log_odds(answer.draft.bands[Label.TOXICITY].reject_at or 0.0)
            harmful, civil = world.harmful * (1.0 - HARMFUL.cdf(at)), (1.0 - world.harmful) * (1.0 - CIVIL.cdf(at))
            precisions.append(harmful / (harmful + civil))
            broken += precisions[-1] < least
        return _promised(histories, refused, 1.0 - confidence, {"long run": broken}, precisions)

    return measure


def _promised(histories: int, refused: int, delta: float, broken: Mapping[str, int], shares: Sequence[float]) -> Figures:
    return {
        **{f"broken, {name}": count / histories for name, count in broken.items()},
        "at most": delta,
        "refused": refused / histories,
        "share reached": fmean(shares) if shares else float("nan"),
    }


def measurements() -> list[Measurement]:
    """All of them, in the order of the tables."""
    found: list[Measurement] = []
    for rate in RATES:
        even = evenly(rate)
        worlds = {
            "3,000 comments, 2 % harmful, hold 0.5 to 0.35": (World(3_000, 0.02, held_from(0.5), even), 0.35),
            "8,000 comments, 3 % harmful, hold 0.5 to 0.35": (World(8_000, 0.03, held_from(0.5), even), 0.35),
            "8,000 comments, 3 % harmful, hold 0.5": (World(8_000, 0.03, held_from(0.5), even), 0.5),
            "8,000 comments, 5 % harmful, hold 0.5 to 0.6": (World(8_000, 0.05, held_from(0.5), even), 0.6),
        }
        found += [Measurement("intervals", f"{rate:.1%} of {name}", cover(*case)) for name, case in worlds.items()]
    uneven = World(8_000, 0.05, held_from(0.5), rising)
    found.append(Measurement("intervals", "0.5 to 10 % of 8,000 comments, 5 % harmful, hold 0.5 to 0.35", cover(uneven, 0.35)))
    for pairs, rejected in ((25, 0.3), (60, 0.1), (200, 0.1)):
        cases = {f"{pairs} pairs, {rejected:.0%} rejected, kappa {kappa}": agree(rejected, kappa, pairs) for kappa in (0, 0.4, 0.8)}
        found += [Measurement("agreement", name, measure) for name, measure in cases.items()]
    found += [Measurement("drift", f"{before:,} and {after:,}", stay(before, after)) for before, after in ((2_000, 500), (20_000, 20_000))]
    sizes = {0.005: 30_000, 0.01: 20_000, 0.02: 10_000, 0.05: 5_000, 0.1: 5_000, 0.5: 3_000, 1.0: 2_000}
    for rate, size in sizes.items():
        for alpha, confidence in ((0.3, 0.9), (0.1, 0.8)):
            world = World(size, 0.1, held_from(0.5), evenly(rate))
            name = f"{rate:.1%} of {size:,} comments, 10 % harmful; {alpha:.0%} missed, {confidence:.0%} sure"
            found.append(Measurement("missing", name, missing(world, alpha, confidence)))
    few = World(5_000, 0.01, held_from(0.5), evenly(0.1))
    found.append(Measurement("missing", "10.0% of 5,000 comments, 1 % harmful; 30 % missed, 90 % sure", missing(few, 0.3, 0.9)))
    for rate in (0.005, 0.05, 0.5):
        for least in (0.8, 0.95):
            world = World(4_000, 0.2, held_from(0.5), evenly(rate))
            name = f"{rate:.1%} of 4,000 comments, 20 % harmful; {least:.0%} precision, 90 % sure"
            found.append(Measurement("rejecting", name, rejecting(world, least, 0.9)))
    return found


# -- Time ----------------------------------------------------------------------------------------------------------------------
def million(chance: np.random.Generator) -> Ground:
    """A month of 1,000,000 comments with every label, three in a hundred harmful, 2 % of the published sampled."""
    world = World(_MILLION, 0.03, held_from(0.5), evenly(0.02))
    ground, is_harmful = world.history(chance)
    known, others = ground.comments, [label for label in ALL_LABELS if label not in {Label.TOXICITY, Label.THREAT}]
    more = 1.0 / (1.0 + np.exp(-chance.normal(np.where(is_harmful, 0.2, -2.5)[:, None], 1.0, (_MILLION, len(others)))))
    return Ground(replace(known, labels=(Label.TOXICITY, Label.THREAT, *others), scores=np.hstack([known.scores, more.astype(np.float32)])))


def time_all(chance: np.random.Generator) -> None:
    """Print medians and worst of what the page does with 1,000,000 comments."""
    began = time.perf_counter()
    ground = million(chance)
    print(f"made in {time.perf_counter() - began:.1f} s: {len(ground.comments):,} comments, {len(ground.columns)} labels")
    draft = Policy(bands={label: Band(0.4, 0.6, 0.9) for label in ground.comments.labels}, sample_rate=0.02)

    def warm() -> None:
        simulate(Ground(ground.comments), routes_under(ground, draft))

    def simulated() -> None:
        whole = simulate(ground, routes_under(ground, draft)).whole
        for figure in (whole.recall, whole.precision, whole.missed, whole.wrongly_held):
            figure()

    handle = Handle(Label.TOXICITY, "hold_at")
    drag, places = Drag(ground, draft, handle), iter(np.linspace(0.41, 0.89, 10 * _TIMED).tolist())

    def dragged() -> None:
        place = next(places)
        whole = drag.at(place).whole
        for figure in (whole.recall, whole.precision, whole.missed, whole.wrongly_held):
            figure()
        drag.nearest(place)

    steps: dict[str, Callable[[], object]] = {
        "a first simulation, columns prepared": warm,
        "a simulation with all its figures": simulated,
        "taking a threshold in hand": lambda: Drag(ground, draft, handle),
        "one step of dragging, figures and nearest comments": dragged,
        "recommendation (a)": lambda: recommend_within(ground, draft, 500.0),
        "recommendation (b)": lambda: recommend_missing(ground, draft, 0.2, most_items_a_day=_PLENTY),
        "recommendation (c)": lambda: recommend_rejecting(ground, draft, 0.9),
    }
    for name, step in steps.items():
        spent = []
        for _ in range(_TIMED):
            began = time.perf_counter()
            step()
            spent.append(1e3 * (time.perf_counter() - began))
        print(f"{name}: median {median(spent):,.1f} ms, worst {max(spent):,.1f} ms of {_TIMED}")


# -- Running -------------------------------------------------------------------------------------------------------------------
def show(table: str, lines: Mapping[str, Figures]) -> None:
    """Print a table as Markdown."""
    keys = list(dict.fromkeys(key for figures in lines.values() for key in figures))
    print(f"\n| {table} | {' | '.join(keys)} |\n|{' --- |' * (len(keys) + 1)}")
    for name, figures in lines.items():
        print(f"| {name} | {' | '.join(f'{figures[key]:.4g}' if key in figures else '' for key in keys)} |")


def main() -> None:
    """Measure what is asked for and not kept yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=2_000, help="simulated histories for each line (2000)")
    parser.add_argument("--out", type=Path, help="keep what is measured in this file, and go on from it")
    parser.add_argument("--only", default="", help="only lines with this word in their table or name")
    parser.add_argument("--timing", action="store_true", help="measure time alone")
    options = parser.parse_args()
    if options.timing:
        time_all(np.random.default_rng(1))
        return
    kept: dict[str, Figures] = json.loads(options.out.read_text("utf-8")) if options.out and options.out.exists() else {}
    tables: dict[str, dict[str, Figures]] = {}
    for one in measurements():
        key = f"{one.table}: {one.name}, {options.histories}"
        if options.only not in key:
            continue
        if key not in kept:
            kept[key] = one.measure(np.random.default_rng(zlib.crc32(key.encode())), options.histories)
            if options.out:
                options.out.write_text(json.dumps(kept, indent=1), "utf-8")
        tables.setdefault(one.table, {})[one.name] = kept[key]
    for table, lines in tables.items():
        show(table, lines)


if __name__ == "__main__":
    main()
