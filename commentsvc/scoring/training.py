"""Fine-tunes MiniLM into a toxicity scorer: seeded, resumable, and with a record of what was done."""

import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from commentsvc.scoring.preparation import PREPARATION_VERSION, prepare
from commentsvc.scoring.training_data import TRAINED_LABELS, DataFile, LabelledText, Part, part_of, read_all
from commentsvc.scoring.training_distillation import Teacher, ask_teacher, start_from_run
from commentsvc.scoring.training_marks import Marks, padded_marks, read_marks, token_marks
from commentsvc.scoring.training_mixing import drown
from commentsvc.scoring.training_model import MAX_TOKENS, find_base_model, known_loss, padded, predict, start_from_base
from commentsvc.scoring.training_noise import vary
from commentsvc.scoring.training_templates import make_sentences
from commentsvc.scoring.training_vocabulary import prune_vocabulary

CHECKPOINT: Final = "checkpoint.pt"
_T = TypeVar("_T")
_BUCKET_BATCHES: Final = 48
_TOXIC: Final = 0.5


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What decides the outcome, together with the data. Times of the record aside, the same settings give the same model.

    `marks_weight` is what marked words weigh in the loss, `marks_share` how many of the marked texts are read undisguised, so that
    their marks can be learnt. The last three are for a network that another teaches: how many of its layers to keep, how much its
    word weighs against the labels, and the sources that it is no judge of.
    """

    seed: int = 20261125
    epochs: float = 3.0
    max_steps: int | None = None
    minutes: float | None = None
    batch_size: int = 32
    learning_rate: float = 1e-4
    head_learning_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.04
    vocabulary_size: int = 10_000
    made_sentences: int = 8_000
    drowned_share: float = 0.5
    noise: float = 0.3
    civil_share: float = 0.6
    unlabelled_share: float = 0.35
    checkpoint_every_s: float = 240.0
    threads: int = 1
    bfloat16: bool = False
    label_weights: tuple[float, ...] = (1.0, 0.4, 0.5, 0.5, 0.5, 0.6)
    positive_weights: tuple[float, ...] = (1.0, 3.0, 1.0, 5.0, 1.0, 1.5)
    marks_weight: float = 1.0
    marks_share: float = 0.8
    layers: int | None = None
    teacher_share: float = 0.6
    untaught_sources: tuple[str, ...] = ("hatemoji_train",)


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


@dataclass(frozen=True, slots=True)
class _Batch:
    ids: npt.NDArray[np.int64]
    mask: npt.NDArray[np.int64]
    targets: npt.NDArray[np.float32]
    taught: npt.NDArray[np.float32]
    marks: npt.NDArray[np.float32]


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
    batches_per_epoch = max(1, len(_plan_epoch(parts[Part.TRAIN], settings, 0)) // settings.batch_size)
    total = settings.max_steps or max(1, round(settings.epochs * batches_per_epoch))
    run = _Run(network, config, record, out / CHECKPOINT, total)
    run.resume()
    watched = _watched(parts[Part.CALIBRATION], tokenizer)
    for epoch in range(run.record.steps // batches_per_epoch, math.ceil(total / batches_per_epoch)):
        skip = run.record.steps - epoch * batches_per_epoch
        plan = _plan_epoch(parts[Part.TRAIN], settings, epoch)
        for batch in _batches(plan, tokenizer, settings, epoch, teacher, marks)[skip:batches_per_epoch]:
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


@dataclass(frozen=True, slots=True)
class _Example:
    row: LabelledText
    ids: list[int]
    marks: npt.NDArray[np.float32] | None


class _Run:
    """Network, optimiser and record of one training run, which are saved and loaded together."""

    def __init__(self, network: Any, config: dict[str, Any], record: TrainingRecord, path: Path, total: int) -> None:  # noqa: ANN401
        import torch

        settings = record.settings

        self.network = network
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
        self.network.load_state_dict(saved["network"])
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
            "network": self.network.state_dict(),
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

    def step(self, batch: _Batch, report: Callable[[Progress], None]) -> None:
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
        self.record.rows_seen += len(batch.ids)
        self._losses.append(loss.detach().item())
        if self.record.steps % 20 == 0 or self.done >= 1:
            mean = sum(self._losses) / len(self._losses)
            self._losses.clear()
            self.record.curve.append({"step": self.record.steps, "loss": round(mean, 5), "elapsed_s": round(self.elapsed_s, 1)})
            report(Progress(self.done, self.record.steps, mean, self.record.rows_seen / self.elapsed_s))
        if time.monotonic() - self._saved > self.settings.checkpoint_every_s:
            self.save()

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
        scores = predict(self.network, encoded)[:, 0]
        auc = roc_auc(targets >= _TOXIC, scores)
        self.record.curve.append({"step": self.record.steps, "watched_roc_auc": round(auc, 5), "elapsed_s": round(self.elapsed_s, 1)})


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of prepared texts, cut to what the network takes."""
    return [_cut(encoding.ids) for encoding in tokenizer.encode_batch_fast(list(texts))]


def _cut(ids: list[int]) -> list[int]:
    return ids[: MAX_TOKENS - 1] + ids[-1:] if len(ids) > MAX_TOKENS else ids


def _start(rows: list[LabelledText], out: Path, settings: TrainingSettings) -> tuple[Any, Tokenizer, dict[str, Any]]:
    base = find_base_model()
    made = make_sentences(settings.made_sentences, random.Random(settings.seed))  # noqa: S311 - reproducible, not secret
    # Foul words are rarer than others and needed more.
    weighted = ((prepare(row.text).text, 3 if (row.targets[0] or 0) >= _TOXIC else 1) for row in (*rows, *made))
    vocabulary = prune_vocabulary(base / "tokenizer.json", weighted, settings.vocabulary_size)
    (out / "tokenizer.json").write_text(vocabulary.tokenizer_json, "utf-8")
    network, config = start_from_base(base, vocabulary.old_ids)
    return network, Tokenizer.from_str(vocabulary.tokenizer_json), config


def _plan_epoch(rows: Sequence[LabelledText], settings: TrainingSettings, epoch: int) -> list[LabelledText]:
    """Fewer of the civil rows of lopsided sources and of rows without the main label; made sentences; shuffled."""
    chance = random.Random(f"{settings.seed} {epoch}")  # noqa: S311 - reproducible, not secret
    toxic: dict[str, int] = defaultdict(int)
    for row in rows:
        toxic[row.source] += (row.targets[0] or 0) >= _TOXIC
    sizes: dict[str, int] = defaultdict(int)
    for row in rows:
        sizes[row.source] += 1
    chosen = []
    for row in rows:
        if row.targets[0] is None:
            share = settings.unlabelled_share
        elif row.targets[0] < _TOXIC and 3 * toxic[row.source] < sizes[row.source]:
            share = settings.civil_share
        else:
            share = 1.0
        if chance.random() < share:
            chosen.append(row)
    made = make_sentences(min(settings.made_sentences, len(rows)), chance)
    chosen += made + drown(rows, made, round(settings.drowned_share * len(made)), chance)
    chance.shuffle(chosen)
    return chosen


def _batches(
    rows: Sequence[LabelledText], tokenizer: Tokenizer, settings: TrainingSettings, epoch: int, teacher: Teacher, marks: Marks
) -> list[_Batch]:
    """Whole batches of similar length, in random order."""
    chance = random.Random(f"{settings.seed} {epoch} noise")  # noqa: S311 - reproducible, not secret
    examples = [_example(row, tokenizer, settings, chance, marks.get(row.text)) for row in rows]
    unknown = np.full(len(TRAINED_LABELS), math.nan, dtype=np.float32)
    batches = []
    for chunk in _chunks(examples, settings.batch_size * _BUCKET_BATCHES):
        ordered = sorted(chunk, key=lambda one: len(one.ids))
        for part in _chunks(ordered, settings.batch_size):
            ids, mask = padded([one.ids for one in part])
            targets = np.array([[math.nan if value is None else value for value in one.row.targets] for one in part], dtype=np.float32)
            taught = np.array([unknown if (said := teacher.about(one.row)) is None else said for one in part])
            batches.append(_Batch(ids, mask, targets, taught, padded_marks([one.marks for one in part], ids.shape[1])))
    chance.shuffle(batches)
    return batches


def _example(
    row: LabelledText, tokenizer: Tokenizer, settings: TrainingSettings, chance: random.Random, marked: frozenset[int] | None
) -> _Example:
    # A disguise moves the letters away from their marks.
    if marked is None or chance.random() >= settings.marks_share:
        (ids,) = encode(tokenizer, [prepare(vary(row.text, chance, noise=settings.noise)).text])
        return _Example(row, ids, None)
    prepared = prepare(row.text)
    encoding = tokenizer.encode(prepared.text)
    return _Example(row, _cut(encoding.ids), token_marks(encoding, prepared, marked)[: MAX_TOKENS - 1])


def _chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _watched(rows: Sequence[LabelledText], tokenizer: Tokenizer) -> tuple[list[list[int]], npt.NDArray[np.float32]]:
    chosen = [row for row in rows if row.targets[0] is not None][:2000]
    return encode(tokenizer, [prepare(row.text).text for row in chosen]), np.array([row.targets[0] for row in chosen], dtype=np.float32)
