"""What a training run reads in which order: an epoch's rows, disguised, encoded, and put into batches."""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.training_data import TRAINED_LABELS, LabelledText
from commentsvc.scoring.training_distillation import Teacher
from commentsvc.scoring.training_marks import Marks, padded_marks, token_marks
from commentsvc.scoring.training_mixing import drown
from commentsvc.scoring.training_model import MAX_TOKENS, padded
from commentsvc.scoring.training_noise import vary
from commentsvc.scoring.training_templates import make_sentences

TOXIC_FROM: Final = 0.5
_T = TypeVar("_T")
_BUCKET_BATCHES: Final = 48


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What decides the outcome, together with the data. Times of the record aside, the same settings give the same model.

    `marks_weight` is what marked words weigh in the loss, `marks_share` how many of the marked texts are read undisguised, so that
    their marks can be learnt. What is saved is a running mean of the weights, of which each step keeps `averaging`. The last three
    are for a network that another teaches: how many of its layers to keep, how much its word weighs against the labels, and the
    sources that it is no judge of.
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
    made_sentences: int = 11_000
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
    averaging: float = 0.998
    layers: int | None = None
    teacher_share: float = 0.6
    untaught_sources: tuple[str, ...] = ("hatemoji_train",)


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of about one length. NaN in `targets`, `taught` and `marks` where nobody said."""

    ids: npt.NDArray[np.int64]
    mask: npt.NDArray[np.int64]
    targets: npt.NDArray[np.float32]
    taught: npt.NDArray[np.float32]
    marks: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Example:
    row: LabelledText
    ids: list[int]
    marks: npt.NDArray[np.float32] | None


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of prepared texts, cut to what the network takes."""
    return [_cut(encoding.ids) for encoding in tokenizer.encode_batch_fast(list(texts))]


def _cut(ids: list[int]) -> list[int]:
    return ids[: MAX_TOKENS - 1] + ids[-1:] if len(ids) > MAX_TOKENS else ids


def plan_epoch(rows: Sequence[LabelledText], settings: TrainingSettings, epoch: int) -> list[LabelledText]:
    """Fewer of the civil rows of lopsided sources and of rows without the main label; made sentences; shuffled."""
    chance = random.Random(f"{settings.seed} {epoch}")  # noqa: S311 - reproducible, not secret
    toxic: dict[str, int] = defaultdict(int)
    for row in rows:
        toxic[row.source] += (row.targets[0] or 0) >= TOXIC_FROM
    sizes: dict[str, int] = defaultdict(int)
    for row in rows:
        sizes[row.source] += 1
    chosen = []
    for row in rows:
        if row.targets[0] is None:
            share = settings.unlabelled_share
        elif row.targets[0] < TOXIC_FROM and 3 * toxic[row.source] < sizes[row.source]:
            share = settings.civil_share
        else:
            share = 1.0
        if chance.random() < share:
            chosen.append(row)
    made = make_sentences(min(settings.made_sentences, len(rows)), chance)
    chosen += made + drown(rows, made, round(settings.drowned_share * len(made)), chance)
    chance.shuffle(chosen)
    return chosen


def make_batches(
    rows: Sequence[LabelledText], tokenizer: Tokenizer, settings: TrainingSettings, epoch: int, teacher: Teacher, marks: Marks
) -> list[Batch]:
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
            batches.append(Batch(ids, mask, targets, taught, padded_marks([one.marks for one in part], ids.shape[1])))
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
