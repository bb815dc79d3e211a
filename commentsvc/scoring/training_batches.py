"""What a training run reads in which order: an epoch's rows, disguised, encoded, and put into batches."""

import math
import multiprocessing
import random
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count, cycle, islice
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.training_data import TRAINED_LABELS, LabelledText
from commentsvc.scoring.training_distillation import Teacher
from commentsvc.scoring.training_marks import Marks, padded_marks, token_marks
from commentsvc.scoring.training_mixing import CROPPED, drown
from commentsvc.scoring.training_model import MAX_TOKENS, cut, padded
from commentsvc.scoring.training_noise import vary
from commentsvc.scoring.training_templates import make_sentences

TOXIC_FROM: Final = 0.5
_T = TypeVar("_T")
_BUCKET_BATCHES: Final = 48


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What decides the outcome, together with the data. Times of the record aside, the same settings give the same model.

    `marks_weight` is what marked words weigh in the loss, `marks_share` how many of the marked texts are read undisguised, so that
    their marks can be learnt. What is saved is a running mean of the weights, of which each step keeps `averaging`. The last four
    are for a network that others teach: how many of its layers to keep, how much their word weighs against the labels, the sources
    that they are no judges of, and how many pieces of texts it reads in an epoch that only they have judged.

    `workers` processes prepare batches beside the training, none when 0; what they make does not depend on their number.
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
    workers: int = 0
    device: str = "cpu"
    bfloat16: bool = False
    label_weights: tuple[float, ...] = (1.0, 0.4, 0.5, 0.5, 0.5, 0.6)
    positive_weights: tuple[float, ...] = (1.0, 3.0, 1.0, 5.0, 1.0, 1.5)
    marks_weight: float = 1.0
    marks_share: float = 0.8
    averaging: float = 0.998
    layers: int | None = None
    teacher_share: float = 0.6
    untaught_sources: tuple[str, ...] = ("hatemoji_train",)
    cropped: int = 0


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
        if row.source == CROPPED:
            share = 1.0
        elif row.targets[0] is None:
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


class BatchReader:
    """Makes the batches of any epoch from its number, so that any process can make any of them."""

    def __init__(
        self, rows: Sequence[LabelledText], tokenizer: Tokenizer, settings: TrainingSettings, teacher: Teacher, marks: Marks
    ) -> None:
        """Cropped rows among `rows` are known by `CROPPED`; what the teacher said of their text is all that is known of them."""
        self._rows = rows
        self._tokenizer = tokenizer
        self._settings = settings
        self._teacher = teacher
        self._marks = marks
        self._planned: tuple[int, list[LabelledText]] | None = None
        self.batches_per_epoch = max(1, len(self._plan(0)) // settings.batch_size)

    def bucket(self, number: int) -> list[Batch]:
        """Some dozens of batches, numbered through all epochs: each of texts of similar length, in random order."""
        epoch, at = divmod(number, self.buckets_per_epoch)
        size = self._settings.batch_size
        planned = islice(cycle(self._plan(epoch)), self.batches_per_epoch * size)
        rows = list(islice(planned, at * size * _BUCKET_BATCHES, (at + 1) * size * _BUCKET_BATCHES))
        chance = random.Random(f"{self._settings.seed} {epoch} {at} noise")  # noqa: S311 - reproducible, not secret
        examples = sorted((self._example(row, chance) for row in rows), key=lambda one: len(one.ids))
        batches = [self._batch(part) for part in _chunks(examples, size)]
        chance.shuffle(batches)
        return batches

    @property
    def buckets_per_epoch(self) -> int:
        """The last may hold fewer batches than the others."""
        return math.ceil(self.batches_per_epoch / _BUCKET_BATCHES)

    def _plan(self, epoch: int) -> list[LabelledText]:
        if self._planned is None or self._planned[0] != epoch:
            self._planned = (epoch, plan_epoch(self._rows, self._settings, epoch))
        return self._planned[1]

    def _batch(self, examples: Sequence[_Example]) -> Batch:
        unknown = np.full(len(TRAINED_LABELS), math.nan, dtype=np.float32)
        ids, mask = padded([one.ids for one in examples])
        targets = np.array([[math.nan if value is None else value for value in one.row.targets] for one in examples], dtype=np.float32)
        taught = np.array([unknown if (said := self._teacher.about(one.row)) is None else said for one in examples])
        return Batch(ids, mask, targets, taught, padded_marks([one.marks for one in examples], ids.shape[1]))

    def _example(self, row: LabelledText, chance: random.Random) -> _Example:
        marked = self._marks.get(row.text)
        # A disguise moves the letters away from their marks.
        is_plain = marked is not None and chance.random() < self._settings.marks_share
        prepared = prepare(row.text if is_plain else vary(row.text, chance, noise=self._settings.noise))
        encoding = self._tokenizer.encode(prepared.text)
        ids = cut(encoding.ids)
        known = token_marks(encoding, prepared, marked)[: MAX_TOKENS - 1] if is_plain and marked is not None else None
        return _Example(row, ids, self._teacher.with_marks(prepared.text, ids, known, self._settings.teacher_share))


def read_batches(reader: BatchReader, settings: TrainingSettings, after: int) -> Iterator[Batch]:
    """All batches of all epochs without end, but for the first `after`."""
    epoch, inside = divmod(after, reader.batches_per_epoch)
    bucket, skipped = divmod(inside, _BUCKET_BATCHES)
    numbers = count(epoch * reader.buckets_per_epoch + bucket)
    buckets = map(reader.bucket, numbers) if not settings.workers else _ahead(reader, settings.workers, numbers)
    for batches in buckets:
        yield from batches[skipped:]
        skipped = 0


def _ahead(reader: BatchReader, workers: int, numbers: Iterator[int]) -> Iterator[list[Batch]]:
    # Forked processes would carry the threads' locks of torch and tokenizers along, in whatever state.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, fresh, initializer=_give, initargs=(reader,)) as pool:
        waiting: deque[Future[list[Batch]]] = deque(pool.submit(_made, number) for number in islice(numbers, 2 * workers))
        try:
            while True:
                made = waiting.popleft().result()
                waiting.append(pool.submit(_made, next(numbers)))
                yield made
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_given: list[BatchReader] = []
"""The reader of a process that prepares batches for another."""


def _give(reader: BatchReader) -> None:
    _given[:] = [reader]


def _made(number: int) -> list[Batch]:
    return _given[0].bucket(number)


def _chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
