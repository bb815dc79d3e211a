"""Fine-tunes MiniLM into a toxicity scorer: seeded, resumable, and with a record of what was done."""

import math
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.training_batches import TOXIC_FROM, BatchReader, TrainingSettings
from commentsvc.scoring.training_data import LabelledText, Part, part_of, read_all
from commentsvc.scoring.training_distillation import Teacher, ask_teachers, start_from_run
from commentsvc.scoring.training_losses import guessing, guessing_loss, label_loss
from commentsvc.scoring.training_marks import Marks, read_marks
from commentsvc.scoring.training_mixing import crop
from commentsvc.scoring.training_model import CHECKPOINT, encode, find_base_model, predict, start_from_base
from commentsvc.scoring.training_run import Progress, TrainingRecord, TrainingRun
from commentsvc.scoring.training_templates import make_sentences
from commentsvc.scoring.training_vocabulary import prune_vocabulary

Report = Callable[[Progress], None]


def train(
    data: Path, out: Path, settings: TrainingSettings, report: Report, *, teachers: Sequence[Path] = (), start_run: Path | None = None
) -> Path:
    """Train on `data` and leave checkpoint, tokenizer and record in `out`; goes on where an interrupted run stopped.

    With `teachers`, the directories of earlier runs or of their exported scorers, the network learns from their scores beside
    the labels. It starts with `settings.layers` of the layers of `start_run`, or else of its first teacher.

    Returns the checkpoint. With `settings.minutes` the run ends in time whatever the machine does, and the record says
    after how many steps.
    """
    found = _read(data, out, settings)
    rows, teacher = found.rows[Part.TRAIN], Teacher({})
    if teachers:
        rows = [*rows, *crop(rows, settings.cropped, random.Random(settings.seed))]  # noqa: S311 - reproducible, not secret
        taught = [row for row in rows if row.source not in settings.untaught_sources]
        asking = partial(_report_asked, report)
        teacher = ask_teachers(teachers, taught, out, asking, threads=settings.threads, device=settings.device)
    found.record.teacher = teacher.version
    network, tokenizer, config = _start(found.rows[Part.TRAIN], out, settings, start_run or next(iter(teachers), None))
    reader = BatchReader(rows, tokenizer, settings, teacher, found.marks)
    run = TrainingRun(network, config, found.record, out / CHECKPOINT, _total(reader, settings), label_loss(settings))
    run.go(reader, report, partial(_note_validation, run, found.rows[Part.CALIBRATION], tokenizer))
    return out / CHECKPOINT


def adapt(data: Path, out: Path, settings: TrainingSettings, report: Report, *, start_run: Path | None = None) -> Path:
    """Let the encoder read the training texts before it is told what they are, by guessing hidden words; then start runs with it.

    After Gururangan et al. 2020 ("Don't stop pretraining"). It starts with the network of `start_run`, or with the base model.
    Leaves a checkpoint whose heads know nothing, which it returns, tokenizer and record in `out`, and goes on like `train`.
    """
    found = _read(data, out, settings)
    rows = found.rows[Part.TRAIN]
    network, tokenizer, config = _start(rows, out, settings, start_run)
    reader = BatchReader(rows, tokenizer, settings, Teacher({}), {})
    loss = guessing_loss(tokenizer, settings)
    run = TrainingRun(guessing(network.encoder), config, found.record, out / CHECKPOINT, _total(reader, settings), loss)
    run.go(reader, report)
    return out / CHECKPOINT


@dataclass(frozen=True, slots=True)
class _Found:
    rows: Mapping[Part, list[LabelledText]]
    marks: Marks
    record: TrainingRecord


def _read(data: Path, out: Path, settings: TrainingSettings) -> _Found:
    import torch

    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    out.mkdir(parents=True, exist_ok=True)
    rows, files = read_all(data)
    marks, marked_files = read_marks(data)
    parts: dict[Part, list[LabelledText]] = defaultdict(list)
    for row in rows:
        parts[part_of(row.text)].append(row)
    counts: dict[str, int] = {part: len(parts[part]) for part in Part}
    return _Found(parts, marks, TrainingRecord(settings, [*files, *marked_files], part_counts=counts))


def _report_asked(report: Report, share: float) -> None:
    report(Progress(0.0, 0, math.nan, 0.0, share))


def _total(reader: BatchReader, settings: TrainingSettings) -> int:
    return settings.max_steps or max(1, round(settings.epochs * reader.batches_per_epoch))


def _start(rows: Sequence[LabelledText], out: Path, settings: TrainingSettings, run: Path | None) -> tuple[Any, Tokenizer, dict[str, Any]]:
    if run is not None:
        return start_from_run(run, run / CHECKPOINT, settings.layers, out)
    base = find_base_model()
    made = make_sentences(settings.made_sentences, random.Random(settings.seed))  # noqa: S311 - reproducible, not secret
    # Foul words are rarer than others and needed more.
    weighted = ((prepare(row.text).text, 3 if (row.targets[0] or 0) >= TOXIC_FROM else 1) for row in (*rows, *made))
    vocabulary = prune_vocabulary(base / "tokenizer.json", weighted, settings.vocabulary_size)
    (out / "tokenizer.json").write_text(vocabulary.tokenizer_json, "utf-8")
    network, config = start_from_base(base, vocabulary.old_ids)
    return network, Tokenizer.from_str(vocabulary.tokenizer_json), config


def _note_validation(run: TrainingRun, rows: Sequence[LabelledText], tokenizer: Tokenizer) -> None:
    from commentsvc.scoring.evaluation import roc_auc

    chosen = [row for row in rows if row.targets[0] is not None]
    if not chosen:
        return
    encoded = encode(tokenizer, [prepare(row.text).text for row in chosen])
    scores = predict(run.averaged, encoded, device=run.settings.device)[:, 0]
    is_toxic = np.array([row.targets[0] for row in chosen], dtype=np.float32) >= TOXIC_FROM
    figures = {"watched_roc_auc": roc_auc(is_toxic, scores)}
    for source in sorted({row.source for row in chosen}):
        of_source = np.array([row.source == source for row in chosen])
        if 0 < is_toxic[of_source].sum() < of_source.sum():
            figures[f"watched_roc_auc_{source}"] = roc_auc(is_toxic[of_source], scores[of_source])
    run.note(**figures)
