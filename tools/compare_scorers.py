"""A scorer beside simpler ones, on the held-out rows of a data directory: the same rows, the same figures.

    python -m tools.compare_scorers --data DATA [--scorer DIR]... [--json FILE] [--quick]

Beside the scorer that ships, or those in the directories named, stand alt-profanity-check as it comes, and a logistic regression on
TF-IDF that is trained here on the training rows. Needs the dependency group `compare`; docs/scorers/README.md shows how to install it.
"""

import argparse
import json
import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from commentsvc.cli.evaluate import first_policy
from commentsvc.cli.progress import Advance, progress
from commentsvc.domain.labels import Label
from commentsvc.scoring.evaluation import (
    POSITIVE_FROM,
    Figure,
    Ranking,
    bootstrapped,
    measure_calibration_error,
    measure_roc_auc,
    recall_at_rate,
    threshold_at,
)
from commentsvc.scoring.evaluation_behaviour import judge, read_groups
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.scorer_files import TOKENIZER
from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY
from commentsvc.scoring.training_data import LabelledText, Part, part_of, read_all
from commentsvc.scoring.training_noise import DISGUISES, disguised

Scores = npt.NDArray[np.float64]
Score = Callable[[Sequence[str]], Scores]

BEHAVIOUR: Final = Path(__file__).resolve().parents[1] / "tests" / "scoring" / "behaviour.toml"
IDENTITIES: Final = "identity statements"
SOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    "Civil Comments": ("toxic_spans", "civil10k"),
    "Civil Comments, civil10k alone": ("civil10k",),
    "Wikipedia": ("jigsaw_raw",),
    "all sources": (),
}
BARS: Final = {
    "ROC AUC toxicity, Civil Comments": "0.925",
    "ROC AUC toxicity, Wikipedia": "0.980",
    "recall at 5 % false positives, Civil Comments": "0.70",
    "calibration error, all sources": "0.03",
    "identity statements flagged, default policy": "0.05",
    **{f"recall lost, {kind}": "0.05" for kind in DISGUISES},
    "size, MB": "15",
    "ms for 64 tokens, one core, median": "3.5",
}
_RATE: Final = 0.05
_TOKENS: Final = 64
_TIMED_ROUNDS: Final = 150
_AT_ONCE: Final = 256
_SENTENCE: Final = (
    "I have read the whole report about the new bridge and I still do not see why the council wants to spend so much money on it when "
    "the old one could be mended within a year, as the engineers themselves wrote on page twelve, and the traffic has not grown since "
    "the factory was closed and most of the people who worked there moved away to the city"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is compared: a name, toxicity for texts, and bytes on disk. `scorer` is set for those that a policy can use."""

    name: str
    score: Score
    size: int
    scorer: OnnxScorer | None = None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Rows with a toxicity that somebody gave, and the civil texts of the calibration part."""

    test: list[LabelledText]
    targets: Scores
    civil_calibration: list[str]


def split(rows: Sequence[LabelledText]) -> tuple[list[LabelledText], HeldOut]:
    """The training rows, and what to measure on."""
    known = [row for row in rows if row.targets[0] is not None]
    parts: dict[Part, list[LabelledText]] = {part: [] for part in Part}
    for row in known:
        parts[part_of(row.text)].append(row)
    civil = [row.text for row in parts[Part.CALIBRATION] if toxicity_of(row) < POSITIVE_FROM]
    targets = np.array([toxicity_of(row) for row in parts[Part.TEST]])
    return parts[Part.TRAIN], HeldOut(parts[Part.TEST], targets, civil)


def toxicity_of(row: LabelledText) -> float:
    """What people said; NaN where nobody was asked."""
    return math.nan if row.targets[0] is None else row.targets[0]


def onnx_candidate(directory: Path) -> Candidate:
    """A scorer from its directory, on one core."""
    scorer = OnnxScorer(directory, threads=1)

    def score(texts: Sequence[str]) -> Scores:
        return np.array([one.values[Label.TOXICITY] for one in scorer.score(texts)])

    name = "the scorer that ships" if directory == SHIPPED_DIRECTORY else str(directory)
    return Candidate(f"{name} ({scorer.version.id})", score, sum(path.stat().st_size for path in directory.iterdir()), scorer)


def measure(candidate: Candidate, held_out: HeldOut, advance: Advance, *, with_disguises: bool = True) -> dict[str, Figure | float]:
    """All figures but the time, by name."""
    texts = [row.text for row in held_out.test]
    scores = score_in_parts(candidate.score, texts, advance)
    figures: dict[str, Figure | float] = {}
    for name, sources in SOURCES.items():
        chosen = np.array([not sources or row.source in sources for row in held_out.test])
        figures |= {f"{what}, {name}": one for what, one in figures_of(held_out.targets[chosen], scores[chosen]).items()}
    threshold = threshold_at(score_in_parts(candidate.score, held_out.civil_calibration, advance), _RATE)
    (identities,) = (group for group in read_groups(BEHAVIOUR) if group.name == IDENTITIES)
    plain = candidate.score([one.text for one in identities.sentences])
    figures["identity statements flagged, threshold of 5 % false positives"] = float((plain >= threshold).mean())
    if candidate.scorer is not None:
        (outcome,) = judge(candidate.scorer, first_policy(candidate.scorer), [identities], lambda _: None)
        figures["identity statements flagged, default policy"] = 1 - outcome.rate
    if with_disguises:
        figures |= disguise_losses(candidate.score, held_out, scores, advance)
    figures["size, MB"] = candidate.size / 1e6
    return figures


def figures_of(targets: Scores, scores: Scores) -> dict[str, Figure]:
    """The figures of one source, with intervals."""
    texts = Ranking.of(targets, scores)
    measures = {
        "ROC AUC toxicity": measure_roc_auc,
        "recall at 5 % false positives": recall_at_rate(_RATE),
        "calibration error": measure_calibration_error,
    }
    return bootstrapped({name: lambda weights, one=one: one(texts, weights) for name, one in measures.items()}, len(scores))


def disguise_losses(score: Score, held_out: HeldOut, scores: Scores, advance: Advance) -> dict[str, float]:
    """The share of recall at 5 % false positives that each disguise of three in ten words costs."""
    is_toxic = held_out.targets >= POSITIVE_FROM
    threshold = threshold_at(scores[~is_toxic], _RATE)
    toxic = [row.text for row, chosen in zip(held_out.test, is_toxic, strict=True) if chosen]
    chance = random.Random(11)
    before = float((scores[is_toxic] >= threshold).mean()) if toxic else math.nan
    losses = {"recall at 5 % false positives, undisguised": before}
    for kind, disguise in DISGUISES.items():
        hidden = score_in_parts(score, [disguised(text, disguise, chance) for text in toxic], advance)
        losses[f"recall lost, {kind}"] = before - float((hidden >= threshold).mean()) if toxic else math.nan
    return losses


def score_in_parts(score: Score, texts: Sequence[str], advance: Advance) -> Scores:
    """Scores in the order of `texts`; tells `advance` after each part."""
    found = [np.empty(0)]
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        found.append(score(part))
        advance(len(part))
    return np.concatenate(found)


def text_of_tokens(tokenizer: Tokenizer, count: int) -> str:
    """The beginning of a sentence of ours that has `count` tokens, or as near as whole words come, framing included."""
    words = _SENTENCE.split()
    while words and len(tokenizer.encode(prepare(" ".join(words)).text).ids) > count:
        words.pop()
    return " ".join(words)


def time_each(candidates: Sequence[Candidate], text: str) -> dict[str, float]:
    """Median milliseconds for one text alone; the candidates take turns, so that a busy machine is fair to all."""
    taken: dict[str, list[float]] = {one.name: [] for one in candidates}
    for _ in range(_TIMED_ROUNDS):
        for one in candidates:
            began = time.perf_counter()
            one.score([text])
            taken[one.name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(times) for name, times in taken.items()}


def as_table(measured: Mapping[str, Mapping[str, Figure | float]]) -> str:
    """Markdown: a row for each figure, a column for each candidate, and the bar."""
    rows = list(dict.fromkeys(name for figures in measured.values() for name in figures))
    lines = [f"| figure | bar | {' | '.join(measured)} |", f"| --- | --- |{' --- |' * len(measured)}"]
    lines += [
        f"| {name} | {BARS.get(name, '')} | {' | '.join(told(figures.get(name)) for figures in measured.values())} |" for name in rows
    ]
    return "\n".join(lines)


def told(figure: Figure | float | None) -> str:
    """A figure for people, with its interval where it has one."""
    if figure is None:
        return "-"
    if isinstance(figure, Figure):
        return "-" if math.isnan(figure.value) else f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"
    return "-" if math.isnan(figure) else f"{figure:.3f}"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the data directory that the scorer was trained on")
    parser.add_argument(
        "--scorer", type=Path, action="append", help="a scorer's directory; several may be given (default: the one that ships)"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--quick", action="store_true", help="leave the disguises out")
    asked = parser.parse_args()
    rows, _ = read_all(asked.data)
    train, held_out = split(rows)
    print(f"{len(train):,} rows to train on, {len(held_out.test):,} to measure on", file=sys.stderr)
    candidates = [onnx_candidate(one) for one in asked.scorer or [SHIPPED_DIRECTORY]]
    try:
        from tools import compare_baselines  # noqa: PLC0415 - the rest works, and is tested, without what the baselines need
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed. Install the dependency group `compare`; docs/scorers/README.md shows how.")
    candidates += [
        Candidate(*compare_baselines.profanity_check()),
        Candidate(*compare_baselines.tfidf([row.text for row in train], [toxicity_of(row) >= POSITIVE_FROM for row in train])),
    ]
    toxic = int((held_out.targets >= POSITIVE_FROM).sum())
    total = len(held_out.test) + len(held_out.civil_calibration) + (0 if asked.quick else toxic * len(DISGUISES))
    measured: dict[str, dict[str, Figure | float]] = {}
    for one in candidates:
        with progress(one.name, total) as advance:
            measured[one.name] = measure(one, held_out, advance, with_disguises=not asked.quick)
    first = (asked.scorer or [SHIPPED_DIRECTORY])[0]
    text = text_of_tokens(Tokenizer.from_file(str(first / TOKENIZER)), _TOKENS)
    for name, taken in time_each(candidates, text).items():
        measured[name]["ms for 64 tokens, one core, median"] = taken
    print(as_table(measured))
    if asked.json:
        plain = {
            name: {what: [one.value, one.low, one.high] if isinstance(one, Figure) else one for what, one in figures.items()}
            for name, figures in measured.items()
        }
        asked.json.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
