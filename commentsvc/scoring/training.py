"""Fine-tunes MiniLM into a toxicity scorer: seeded, resumable, and with a record of what was done."""

import copy
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from commentsvc.scoring.preparation import PREPARATION_VERSION, prepare
from commentsvc.scoring.training_batches import TOXIC_FROM, Batch, TrainingSettings, encode, make_batches, plan_epoch
from commentsvc.scoring.training_data import DataFile, LabelledText, Part, part_of, read_all
from commentsvc.scoring.training_distillation import Teacher, ask_teacher, start_from_run
from commentsvc.scoring.training_marks import read_marks
from commentsvc.scoring.training_model import find_base_model, known_loss, predict, start_from_base
from commentsvc.scoring.training_templates import make_sentences
from commentsvc.scoring.training_vocabulary import prune_vocabulary

CHECKPOINT: Final = "checkpoint.pt"
_YOUNG: Final = 10
"""Steps until the average begins to forget what the run began with."""


@dataclass(slots=True)
class TrainingRecord:
    """Written beside the model. Losses are means since the entry before."""

    settings: TrainingSettings
    files: list[DataFile]
    preparation: str = PREPARATION_VERSION
    teacher: str | None = None
    part_counts: dict[str, int] = field(default_factory=dict)
    elapsed_s: float = 0.0
    steps: int = 0
    rows_seen: int = 0
    curve: list[dict[str, float]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """As JSON, replacing an older one at once."""
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps(asdict(self), indent=1), "utf-8")
        aside.replace(path)


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a training run, for whoever shows it. `done` is a share in [0, 1]."""

    done: float
    step: int
    loss: float
    rows_per_s: float
    asked: float = 1.0
    """The share of the training texts that the teacher has scored."""


def train(
    data: Path,
    out: Path,
    settings: TrainingSettings,
    report: Callable[[Progress], None],
    *,
    teacher_run: Path | None = None,
    start_run: Path | None = None,
) -> Path:
    """Train on `data` and leave checkpoint, tokenizer and record in `out`; goes on where an interrupted run stopped.

    With `teacher_run`, the directory of an earlier run with its exported scorer, the network learns from that one's scores beside
    the labels. It starts with `settings.layers` of the layers of `start_run`, or else of its teacher.

    Returns the checkpoint. With `settings.minutes` the run ends in time whatever the machine does, and the record says
    after how many steps.
    """
    import torch

    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    out.mkdir(parents=True, exist_ok=True)
    rows, files = read_all(data)
    marks, marked_files = read_marks(data)
    parts: dict[Part, list[LabelledText]] = defaultdict(list)
    for row in rows:
        parts[part_of(row.text)].append(row)
    record = TrainingRecord(settings, [*files, *marked_files], part_counts={part: len(parts[part]) for part in Part})
    teacher = Teacher({})
    if teacher_run is not None:
        taught = [row for row in parts[Part.TRAIN] if row.source not in settings.untaught_sources]
        asking = partial(_report_asked, report)
        teacher = ask_teacher(teacher_run, taught, out, threads=settings.threads, report=asking)
    record.teacher, start = teacher.version, start_run or teacher_run
    if start is None:
        network, tokenizer, config = _start(parts[Part.TRAIN], out, settings)
    else:
        network, tokenizer, config = start_from_run(start, start / CHECKPOINT, settings.layers, out)
    batches_per_epoch = max(1, len(plan_epoch(parts[Part.TRAIN], settings, 0)) // settings.batch_size)
    total = settings.max_steps or max(1, round(settings.epochs * batches_per_epoch))
    run = _Run(network, config, record, out / CHECKPOINT, total)
    run.resume()
    watched = _watched(parts[Part.CALIBRATION], tokenizer)
    for epoch in range(run.record.steps // batches_per_epoch, math.ceil(total / batches_per_epoch)):
        skip = run.record.steps - epoch * batches_per_epoch
        plan = plan_epoch(parts[Part.TRAIN], settings, epoch)
        for batch in make_batches(plan, tokenizer, settings, epoch, teacher, marks)[skip:batches_per_epoch]:
            run.step(batch, report)
            if run.done >= 1:
                break
        run.note_validation(watched)
        if run.done >= 1:
            break
    run.save()
    return out / CHECKPOINT


def _report_asked(report: Callable[[Progress], None], share: float) -> None:
    report(Progress(0.0, 0, math.nan, 0.0, share))


class _Run:
    """Network, optimiser and record of one training run, which are saved and loaded together."""

    def __init__(self, network: Any, config: dict[str, Any], record: TrainingRecord, path: Path, total: int) -> None:  # noqa: ANN401
        import torch

        settings = record.settings

        self.network = network
        self.averaged = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self.config = config
        self.settings = settings
        self.record = record
        self._path = path
        self._total = total
        plain = [p for name, p in network.encoder.named_parameters() if p.ndim > 1]
        undecayed = [p for name, p in network.encoder.named_parameters() if p.ndim <= 1]
        self._rates = (settings.learning_rate, settings.learning_rate, settings.head_learning_rate)
        self._optimizer = torch.optim.AdamW(
            [
                {"params": plain, "weight_decay": settings.weight_decay},
                {"params": undecayed, "weight_decay": 0.0},
                {"params": network.head.parameters(), "weight_decay": settings.weight_decay},
            ],
            lr=settings.learning_rate,
        )
        self._label_weights = torch.tensor(settings.label_weights)
        self._positive_weights = torch.tensor(settings.positive_weights)
        self._before_s = 0.0
        self._started = time.monotonic()
        self._saved = self._started
        self._losses: list[float] = []

    @property
    def elapsed_s(self) -> float:
        return self._before_s + time.monotonic() - self._started

    @property
    def done(self) -> float:
        by_time = self.elapsed_s / (60 * self.settings.minutes) if self.settings.minutes else 0.0
        return max(self.record.steps / self._total, by_time)

    def resume(self) -> None:
        import torch

        if not self._path.exists():
            return
        saved = torch.load(self._path, weights_only=True)
        self.network.load_state_dict(saved["trained"])
        self.averaged.load_state_dict(saved["network"])
        self._optimizer.load_state_dict(saved["optimizer"])
        torch.set_rng_state(saved["rng"])
        self._before_s = saved["elapsed_s"]
        self.record.steps = saved["steps"]
        self.record.rows_seen = saved["rows_seen"]
        self.record.curve = saved["curve"]

    def save(self) -> None:
        import torch

        self.record.elapsed_s = self.elapsed_s
        aside = self._path.with_suffix(".part")
        state = {
            "network": self.averaged.state_dict(),
            "trained": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "rng": torch.get_rng_state(),
            "config": self.config,
            "elapsed_s": self.elapsed_s,
            "steps": self.record.steps,
            "rows_seen": self.record.rows_seen,
            "curve": self.record.curve,
        }
        torch.save(state, aside)
        aside.replace(self._path)
        self.record.write(self._path.with_name("record.json"))
        self._saved = time.monotonic()

    def step(self, batch: Batch, report: Callable[[Progress], None]) -> None:
        import torch

        done = self.done
        factor = min(1.0, done / self.settings.warmup if self.settings.warmup else 1.0) * max(0.02, 1 - done)
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor
        self.network.train()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.settings.bfloat16):
            logits, mark_logits = self.network(torch.from_numpy(batch.ids), torch.from_numpy(batch.mask))
        targets = torch.from_numpy(batch.targets)
        known = ~torch.isnan(targets)
        raw = torch.nn.functional.binary_cross_entropy_with_logits(
            logits.float(), targets.nan_to_num(0.0), pos_weight=self._positive_weights, reduction="none"
        )
        weights = known * self._label_weights
        loss = (raw * weights).sum() / weights.sum()
        loss = self._with_teacher(loss, logits.float(), torch.from_numpy(batch.taught))
        loss = loss + self.settings.marks_weight * known_loss(mark_logits.float(), torch.from_numpy(batch.marks))
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        self.record.steps += 1
        self._average()
        self.record.rows_seen += len(batch.ids)
        self._losses.append(loss.detach().item())
        if self.record.steps % 20 == 0 or self.done >= 1:
            mean = sum(self._losses) / len(self._losses)
            self._losses.clear()
            self.record.curve.append({"step": self.record.steps, "loss": round(mean, 5), "elapsed_s": round(self.elapsed_s, 1)})
            report(Progress(self.done, self.record.steps, mean, self.record.rows_seen / self.elapsed_s))
        if time.monotonic() - self._saved > self.settings.checkpoint_every_s:
            self.save()

    def _average(self) -> None:
        """Let the averaged weights follow: their jitter from batch to batch is noise (Polyak and Juditsky 1992)."""
        import torch

        keep = min(self.settings.averaging, self.record.steps / (self.record.steps + _YOUNG))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.averaged.parameters()), list(self.network.parameters()), 1 - keep)

    def _with_teacher(self, loss: Any, logits: Any, taught: Any) -> Any:  # noqa: ANN401 - tensors
        """Mixed with the distance to the teacher's scores, as far as the batch's rows have them."""
        import torch

        if torch.isnan(taught).all():
            return loss
        share = self.settings.teacher_share
        return (1 - share) * loss + share * known_loss(logits, taught, self._label_weights)

    def note_validation(self, watched: tuple[list[list[int]], npt.NDArray[np.float32]]) -> None:
        from commentsvc.scoring.evaluation import roc_auc

        encoded, targets = watched
        if not encoded:
            return
        scores = predict(self.averaged, encoded)[:, 0]
        auc = roc_auc(targets >= TOXIC_FROM, scores)
        self.record.curve.append({"step": self.record.steps, "watched_roc_auc": round(auc, 5), "elapsed_s": round(self.elapsed_s, 1)})


def _start(rows: list[LabelledText], out: Path, settings: TrainingSettings) -> tuple[Any, Tokenizer, dict[str, Any]]:
    base = find_base_model()
    made = make_sentences(settings.made_sentences, random.Random(settings.seed))  # noqa: S311 - reproducible, not secret
    # Foul words are rarer than others and needed more.
    weighted = ((prepare(row.text).text, 3 if (row.targets[0] or 0) >= TOXIC_FROM else 1) for row in (*rows, *made))
    vocabulary = prune_vocabulary(base / "tokenizer.json", weighted, settings.vocabulary_size)
    (out / "tokenizer.json").write_text(vocabulary.tokenizer_json, "utf-8")
    network, config = start_from_base(base, vocabulary.old_ids)
    return network, Tokenizer.from_str(vocabulary.tokenizer_json), config


def _watched(rows: Sequence[LabelledText], tokenizer: Tokenizer) -> tuple[list[list[int]], npt.NDArray[np.float32]]:
    chosen = [row for row in rows if row.targets[0] is not None][:2000]
    return encode(tokenizer, [prepare(row.text).text for row in chosen]), np.array([row.targets[0] for row in chosen], dtype=np.float32)
