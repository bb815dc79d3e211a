"""From a training run's checkpoint to a scorer on disk: int8 ONNX, calibrated, measured, sealed."""

import hashlib
import json
import math
import random
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band
from commentsvc.scoring.calibration import find_thresholds, fit_curve
from commentsvc.scoring.evaluation import LabelFigures, Scores, measure_label, threshold_at
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.preparation import PREPARATION_VERSION, prepare
from commentsvc.scoring.scorer_files import MODEL, TOKENIZER, CalibrationCurve, ScorerDescription
from commentsvc.scoring.training_data import TRAINED_LABELS, LabelledText, Part, part_of, read_all
from commentsvc.scoring.training_export_marks import find_mark_threshold, measure_spans
from commentsvc.scoring.training_model import CHECKPOINT, MAX_TOKENS, export_onnx, load_network
from commentsvc.scoring.training_noise import DISGUISES, disguised
from commentsvc.scoring.training_templates import make_sentences

RECORD: Final = "record.json"
_POSITIVE_FROM: Final = 0.5
_FEWEST_POSITIVES: Final = 10
_MADE_FOR_CALIBRATION: Final = 0.05
_REVIEW_RATE: Final = 0.05
_HOLD_RATE: Final = 0.02
_OTHER_REVIEW_RATE: Final = 0.01
_OTHER_HOLD_RATE: Final = 0.005


def export_scorer(runs: Sequence[Path], data: Path, out: Path, *, name: str) -> ScorerDescription:
    """Write the scorer of a training run to `out`: calibrated on the calibration part of `data`, thresholds included.

    Of several runs, which began alike and have one vocabulary, it gets the mean of the networks. ValueError when that cannot be.
    """
    vocabularies = {(run / TOKENIZER).read_bytes() for run in runs}
    if len(vocabularies) != 1:
        message = "networks with different vocabularies have no mean"
        raise ValueError(message)
    network = load_network([run / CHECKPOINT for run in runs])
    out.mkdir(parents=True, exist_ok=True)
    export_onnx(network, out / MODEL)
    shutil.copyfile(runs[0] / TOKENIZER, out / TOKENIZER)
    digests = {file: hashlib.sha256((out / file).read_bytes()).hexdigest() for file in (MODEL, TOKENIZER)}
    bare = ScorerDescription(name, TRAINED_LABELS, ("en",), PREPARATION_VERSION, MAX_TOKENS, digests, {}, {}, {})
    bare.write(out)
    rows = [row for row in read_all(data)[0] if part_of(row.text) is Part.CALIBRATION]
    made = make_sentences(round(_MADE_FOR_CALIBRATION * len(rows)), random.Random(7))  # noqa: S311 - reproducible, not secret
    rows += made
    raw = OnnxScorer(out).raw_scores([prepare(row.text).text for row in rows])
    described = replace(_calibrated(bare, raw, targets_of(rows)), mark_threshold=find_mark_threshold(OnnxScorer(out), data))
    described.write(out)
    return described


def measure_scorer(scorer: OnnxScorer, data: Path) -> dict[str, Any]:
    """Figures on the test part of `data`, by label, by source, and under each disguise; ready to be written as JSON."""
    rows = [row for row in read_all(data)[0] if part_of(row.text) is Part.TEST]
    scores = _scores(scorer, [row.text for row in rows])
    targets = targets_of(rows)
    by_source: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        by_source[row.source].append(at)
    return {
        "labels": {label: _figures(targets[:, at], scores[:, at]) for at, label in enumerate(TRAINED_LABELS)},
        "toxicity_by_source": {source: _figures(targets[places, 0], scores[places, 0]) for source, places in sorted(by_source.items())},
        "disguises": _disguise_losses(scorer, rows, scores[:, 0]),
        "recommended_bands": _band_shares(scorer.description, scores, targets[:, 0]),
        "spans": measure_spans(scorer, data),
    }


def add_to_record(record: Path, entry: str, figures: object) -> None:
    """Put held-out figures beside what the training run wrote down."""
    document = json.loads(record.read_text("utf-8")) if record.exists() else {}
    document[entry] = figures
    record.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def targets_of(rows: Sequence[LabelledText]) -> Scores:
    """One row for each text, NaN where a label was not asked for."""
    return np.array([[math.nan if value is None else value for value in row.targets] for row in rows])


def _calibrated(bare: ScorerDescription, raw: Scores, targets: Scores) -> ScorerDescription:
    curves: dict[Label, CalibrationCurve] = {}
    thresholds: dict[Label, dict[str, float]] = {}
    bands: dict[Label, Band] = {}
    for at, label in enumerate(TRAINED_LABELS):
        known = ~np.isnan(targets[:, at])
        is_positive = targets[known, at] >= _POSITIVE_FROM
        if is_positive.sum() < _FEWEST_POSITIVES:
            continue
        curves[label] = fit_curve(raw[known, at], targets[known, at])
        scores = np.interp(raw[known, at], curves[label].raw, curves[label].score)
        thresholds[label] = find_thresholds(scores, ~is_positive)
        bands[label] = _band(scores[~is_positive], is_main=label is Label.TOXICITY)
    return replace(bare, calibration=curves, thresholds=thresholds, recommended_bands=bands)


def _band(negative_scores: Scores, *, is_main: bool) -> Band:
    """What to review and hold, from false-positive rates. Nothing is rejected by software alone unless an admin says so."""
    review, hold = (_REVIEW_RATE, _HOLD_RATE) if is_main else (_OTHER_REVIEW_RATE, _OTHER_HOLD_RATE)
    return Band(_rounded(threshold_at(negative_scores, review)), _rounded(threshold_at(negative_scores, hold)), None)


def _rounded(threshold: float) -> float:
    """Two digits are enough for a policy that people read; upwards, so that no more is flagged than was promised."""
    return min(0.99, math.ceil(100 * threshold) / 100)


def _figures(targets: Scores, scores: Scores) -> dict[str, Any]:
    known = ~np.isnan(targets)
    return _as_document(measure_label(targets[known], scores[known]))


def _as_document(found: LabelFigures) -> dict[str, Any]:
    figures = {
        name: None if math.isnan(one.value) else {part: round(value, 4) for part, value in asdict(one).items()}
        for name, one in found.figures.items()
    }
    return {"positive_count": found.positive_count, "negative_count": found.negative_count, **figures}


def _disguise_losses(scorer: OnnxScorer, rows: Sequence[LabelledText], scores: Scores) -> dict[str, float]:
    """Points of recall at 5 % false positives that each disguise of three in ten words costs."""
    targets = targets_of(rows)[:, 0]
    threshold = threshold_at(scores[targets < _POSITIVE_FROM], _REVIEW_RATE)
    toxic = [at for at in range(len(rows)) if targets[at] >= _POSITIVE_FROM]
    chance = random.Random(11)  # noqa: S311 - reproducible, not secret
    before = float((scores[toxic] >= threshold).mean()) if toxic else math.nan
    losses = {"recall_undisguised": round(before, 4)}
    for kind, disguise in DISGUISES.items():
        hidden = _scores(scorer, [disguised(rows[at].text, disguise, chance) for at in toxic])[:, 0]
        losses[kind] = round(before - float((hidden >= threshold).mean()), 4)
    return losses


def _band_shares(description: ScorerDescription, scores: Scores, toxicity: Scores) -> dict[str, float]:
    """Shares of civil and of toxic texts that the recommended bands, all labels together, would review or hold."""
    nothing = Band(None, None, None)
    bands = [description.recommended_bands.get(label, nothing) for label in TRAINED_LABELS]
    review = np.array([math.inf if band.review_at is None else band.review_at for band in bands])
    hold = np.array([math.inf if band.hold_at is None else band.hold_at for band in bands])
    kinds = {"civil": toxicity < _POSITIVE_FROM, "toxic": toxicity >= _POSITIVE_FROM}
    return {
        f"{kind}_{name}": round(float((scores[chosen] >= at).any(axis=1).mean()), 4)
        for kind, chosen in kinds.items()
        if chosen.any()
        for name, at in (("reviewed_or_held", np.minimum(review, hold)), ("held", hold))
    }


def _scores(scorer: OnnxScorer, texts: Sequence[str]) -> npt.NDArray[np.float64]:
    return np.array([[one.values[label] for label in TRAINED_LABELS] for one in scorer.score(texts)])
