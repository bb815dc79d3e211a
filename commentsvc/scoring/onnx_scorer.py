"""Runs a scorer from ONNX with onnxruntime and tokenizers; no torch."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError, ScorerVersion, ScoreSet, Span
from commentsvc.scoring.checks import ScorerFileError, check_values
from commentsvc.scoring.marks import MarkedToken, find_marked_spans
from commentsvc.scoring.preparation import PREPARATION_VERSION, prepare
from commentsvc.scoring.scorer_files import MODEL, TOKENIZER, ScorerDescription, check_sealed, read_description, read_sealed
from commentsvc.scoring.spans import MIN_WHOLE, find_spans

_TOGETHER_TOKENS: Final = 512
_OVERLAP: Final = 0.25
_PAD_NAMES: Final = ("[PAD]", "<pad>")
_OPTIONAL_INPUTS: Final = ("token_type_ids",)
_MARKS: Final = "marks"


class OnnxScorer:
    """A `Scorer` on a directory as `scorer_files` describes it.

    A text longer than the network's window is scored in overlapping windows, and each label gets the highest of its
    scores: length must not dilute abuse. Score and span calls may come from any number of threads.

    Texts are scored one by one on purpose: a quantised network scales its activations to all that it is given at once, so
    in company a text's scores moved by up to 0.09. On one core company was no faster either, except for a few words.
    """

    def __init__(self, directory: Path, *, engine: str = "onnx", digest: str | None = None, threads: int = 1) -> None:
        """Load and check the files; ScorerFileError when they are missing, changed, or need another text preparation.

        `digest`, if given, must be the model's SHA-256. `threads` is for one call; more calls at once use more cores anyway.
        """
        self._description = read_description(directory)
        if self._description.preparation != PREPARATION_VERSION:
            raise ScorerFileError(
                f"{directory} was made for text preparation {self._description.preparation}, this version has {PREPARATION_VERSION}",
            )
        expected = self._description.digests.get(MODEL)
        if digest is not None and digest.lower() != expected:
            raise ScorerFileError(f"the settings ask for a model with the SHA-256 {digest}, {directory} holds {expected}")
        self._tokenizer = _load_tokenizer(directory / TOKENIZER, self._description)
        self._session = _load_session(directory / MODEL, expected, threads)
        self._inputs = tuple(one.name for one in self._session.get_inputs())
        outputs = [one.name for one in self._session.get_outputs()]
        self._scores, self._marks_words = outputs[0], _MARKS in outputs
        self._pad = next((at for name in _PAD_NAMES if (at := self._tokenizer.token_to_id(name)) is not None), 0)
        self._head, self._tail = _frame_of(self._tokenizer)
        labels = self._description.labels
        curves = {label: (curve.raw, curve.score) for label, curve in self._description.calibration.items()}
        self._version = ScorerVersion(
            self._description.name, engine, expected or "", PREPARATION_VERSION, labels, self._description.languages, curves
        )

    @property
    def version(self) -> ScorerVersion:
        """The version that every score set names."""
        return self._version

    @property
    def description(self) -> ScorerDescription:
        """Calibration, thresholds and recommended bands, as the files say."""
        return self._description

    def score(self, texts: Sequence[str]) -> list[ScoreSet]:
        """N texts to n score sets, same order."""
        if not texts:
            return []
        calibrated = self._calibrated(self.raw_scores([prepare(text).text for text in texts]))
        return [self._score_set(row) for row in calibrated.tolist()]

    def spans(self, text: str) -> list[Span]:
        """The words that made the scores; costs about two calls of `score` with the same text, and one where nothing scores."""
        prepared = prepare(text)

        def measure(pieces: Sequence[str]) -> npt.NDArray[np.float64]:
            return self.raw_scores(pieces, together_tokens=_TOGETHER_TOKENS)

        threshold = self._description.mark_threshold
        if self._marks_words and threshold is not None:
            whole, tokens = self.marked_tokens(prepared.text)
            if whole.max() < MIN_WHOLE:
                return []
            if found := find_marked_spans(prepared, self._version.labels, tokens, whole, threshold, measure):
                return found
        return find_spans(prepared, self._version.labels, measure)

    def marked_tokens(self, prepared: str) -> tuple[npt.NDArray[np.float64], list[MarkedToken]]:
        """The raw scores of a prepared text, one for each label, and its tokens in order with their marks.

        Only for a network with the output `marks`.
        """
        encoding = self._tokenizer.encode(prepared, add_special_tokens=False)
        whole = np.zeros(len(self._version.labels))
        marks = np.zeros(len(encoding.ids))
        for begin, window in self._windows(encoding.ids):
            scores, marked = self._run([window], (self._scores, _MARKS))
            whole = np.maximum(whole, scores[0])
            end = begin + len(window) - len(self._head) - len(self._tail)
            marks[begin:end] = np.maximum(marks[begin:end], marked[0, len(self._head) : len(self._head) + end - begin])
        return whole, [MarkedToken(*place, score) for place, score in zip(encoding.offsets, marks.tolist(), strict=True)]

    def raw_scores(self, prepared: Sequence[str], *, together_tokens: int = 1) -> npt.NDArray[np.float64]:
        """What the network says about prepared texts, before calibration: one row for each, one column for each label.

        Texts of up to `together_tokens` tokens in all share a call; by default each has its own, see above.
        """
        windows: list[list[int]] = []
        owners: list[int] = []
        for at, text in enumerate(prepared):
            for _, window in self._windows(self._tokenizer.encode(text, add_special_tokens=False).ids):
                windows.append(window)
                owners.append(at)
        result = np.zeros((len(prepared), len(self._version.labels)))
        for chosen in _batches([len(window) for window in windows], together_tokens):
            (answered,) = self._run([windows[at] for at in chosen], (self._scores,))
            np.maximum.at(result, [owners[at] for at in chosen], answered)
        return result

    def _windows(self, body: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
        """Where each window begins in `body`, and its token ids, framed."""
        room = self._description.max_tokens - len(self._head) - len(self._tail)
        if len(body) <= room:
            yield 0, [*self._head, *body, *self._tail]
            return
        # Windows of equal distance, the last one ending with the text.
        count = math.ceil((len(body) - room) / (room * (1 - _OVERLAP))) + 1
        for at in range(count):
            begin = round(at * (len(body) - room) / (count - 1))
            yield begin, [*self._head, *body[begin : begin + room], *self._tail]

    def _run(self, rows: Sequence[Sequence[int]], outputs: Sequence[str]) -> list[npt.NDArray[np.float64]]:
        width = max(map(len, rows))
        ids = np.full((len(rows), width), self._pad, dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = row
            mask[at, : len(row)] = 1
        feed = {"input_ids": ids, "attention_mask": mask}
        feed |= {name: np.zeros_like(ids) for name in _OPTIONAL_INPUTS if name in self._inputs}
        try:
            answered = [np.asarray(one, dtype=np.float64) for one in self._session.run(outputs, feed)]
        except Exception as error:
            raise ScorerUnavailableError(f"{self._version.id}: onnxruntime failed: {type(error).__name__}") from error
        if not all(np.isfinite(one).all() for one in answered):
            raise ScorerUnavailableError(f"{self._version.id} answered something that is not a number")
        return answered

    def _calibrated(self, raw: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        columns = [
            np.interp(raw[:, at], curve.raw, curve.score) if (curve := self._description.calibration.get(label)) else raw[:, at]
            for at, label in enumerate(self._version.labels)
        ]
        return np.clip(np.stack(columns, axis=1), 0.0, 1.0)

    def _score_set(self, row: list[float]) -> ScoreSet:
        values: dict[Label, float] = dict(zip(self._version.labels, row, strict=True))
        check_values(values, self._version)
        return ScoreSet(values, self._version.id)


def _batches(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Places of windows, sorted by length and cut where a batch would hold more than so many tokens."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[at] * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _load_tokenizer(path: Path, description: ScorerDescription) -> Tokenizer:
    content = read_sealed(path, description.digests.get(TOKENIZER))
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:
        raise ScorerFileError(f"{path} is no tokenizer") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _load_session(path: Path, digest: str | None, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    check_sealed(path, digest)
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ScorerFileError(f"{path} is no model that onnxruntime can run") from error


def _frame_of(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The special tokens before and after every text."""
    encoding = tokenizer.encode("a")
    special = encoding.special_tokens_mask
    body = special.index(0)
    after = len(special) - special[::-1].index(0)
    return encoding.ids[:body], encoding.ids[after:]
