"""A smaller network taught by larger ones: some of their layers, their vocabulary, and their scores beside the labels.

After Sanh et al. 2019 (DistilBERT): the student begins with every other layer of its teacher. The teacher reads each text as it
stands, the student reads it disguised, so that the student learns to see through disguises what the teacher sees without.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.scorer_files import MODEL, TOKENIZER
from commentsvc.scoring.training_data import LabelledText, sha256_of
from commentsvc.scoring.training_model import CHECKPOINT, build_network, encode, load_network, predict_all, start_heads
from commentsvc.scoring.training_restore import restore_weights

SCORER: Final = "scorer"
_TOGETHER: Final = 500
_LAYER: Final = "encoder.encoder.layer."
_HEADS: Final = ("marks.", "head.")

Scores = npt.NDArray[np.float32]
Marks = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Teacher:
    """What larger networks say about training texts: raw outputs in [0, 1], one for each label and, of networks, for each token."""

    by_text: Mapping[str, Scores]
    version: str | None = None
    marks_by_prepared: Mapping[str, Marks] = field(default_factory=dict)

    def about(self, row: LabelledText) -> Scores | None:
        """Their scores of a text, None where they were not asked: of made sentences and of what they are known to be no judges of."""
        return self.by_text.get(row.text)

    def with_marks(self, prepared: str, ids: Sequence[int], known: Scores | None, share: float) -> Scores | None:
        """Marks for the tokens of a prepared text: people's mixed with the teachers', whose word weighs `share`, or the ones there are."""
        said = self.marks_by_prepared.get(prepared)
        if said is None or len(said) != len(ids):
            return known
        mixed = said.astype(np.float32)
        if known is not None:
            mixed[: len(known)] = (1 - share) * known + share * mixed[: len(known)]
        return mixed


def ask_teachers(
    runs: Sequence[Path], rows: Sequence[LabelledText], out: Path, report: Callable[[float], None], *, threads: int, device: str = "cpu"
) -> Teacher:
    """Score `rows` with the scorers in `runs` or exported there, else with their networks; several are as one that says their mean.

    Means are of logits. What was answered is kept in `out` for the next time. `report` is told the share that is done, in [0, 1].
    """
    texts = [prepare(row.text).text for row in rows]
    answers = [_ask(run, texts, out, partial(_report_part, report, at, len(runs)), threads, device) for at, run in enumerate(runs)]
    together = np.mean([_logit(one.scores) for one in answers], axis=0)
    scores = (1 / (1 + np.exp(-together))).astype(np.float32)
    marking = [one.marks for one in answers if one.marks is not None]
    marks: dict[str, Marks] = {}
    for at, text in enumerate(texts if marking else ()):
        marks[text] = np.asarray(np.mean([one[at] for one in marking], axis=0, dtype=np.float32), dtype=np.float16)
    return Teacher(dict(zip([row.text for row in rows], scores, strict=True)), ", ".join(one.version for one in answers), marks)


def _report_part(report: Callable[[float], None], at: int, of: int, done: float) -> None:
    report((at + done) / of)


@dataclass(frozen=True, slots=True)
class _Answers:
    version: str
    scores: Scores
    marks: Sequence[Marks] | None


def _ask(run: Path, texts: Sequence[str], out: Path, report: Callable[[float], None], threads: int, device: str) -> _Answers:
    is_scorer = (scorer_folder(run) / MODEL).exists()
    if is_scorer:
        scorer = OnnxScorer(scorer_folder(run))
        version = scorer.version.id
    else:
        version = f"network {sha256_of(run / CHECKPOINT)[:12]}"
    asked = hashlib.sha256("\0".join((version, *texts)).encode("utf-8", "surrogatepass")).hexdigest()
    kept = out / f"teacher-{asked[:16]}.npz"
    if not kept.exists():
        if is_scorer:
            np.savez(kept, scores=_score(scorer, texts, threads, report))
        else:
            encoded = encode(Tokenizer.from_file(str(run / TOKENIZER)), texts)
            scores, marks = predict_all(load_network([run / CHECKPOINT]), encoded, device=device)
            np.savez(kept, scores=scores.astype(np.float32), marks=np.concatenate(marks), lengths=[len(one) for one in marks])
            report(1.0)
    with np.load(kept) as found:
        said = np.split(found["marks"], np.cumsum(found["lengths"])[:-1]) if "marks" in found else None
        return _Answers(version, found["scores"], said)


def _logit(scores: Scores) -> Scores:
    bounded = np.clip(scores, 1e-5, 1 - 1e-5)
    return np.asarray(np.log(bounded / (1 - bounded)), dtype=np.float32)


def scorer_folder(run: Path) -> Path:
    """Where the scorer of a run lies; a scorer's own folder is as good as a run."""
    return run if (run / MODEL).exists() else run / SCORER


def start_from_run(run: Path, checkpoint: Path, count: int | None, out: Path) -> tuple[Any, Tokenizer, dict[str, Any]]:
    """A network of `count` layers (None: all) of the one in `checkpoint`, all other weights alike; its vocabulary and configuration.

    Without a checkpoint the weights are those of the scorer in `run`.
    """
    import torch

    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        weights, found = saved["network"], saved["config"]
    else:
        restored, found = restore_weights(scorer_folder(run))
        weights = {name: torch.from_numpy(np.array(value)) for name, value in restored.items()}
    depth = found["num_hidden_layers"]
    layers = spread_layers(count or depth, depth)
    config = {**found, "num_hidden_layers": len(layers)}
    network = build_network(config)
    start_heads(network)
    wanted = network.state_dict()
    for name in wanted:
        source = name
        if name.startswith(_LAYER):
            at, rest = name.removeprefix(_LAYER).split(".", 1)
            source = f"{_LAYER}{layers[int(at)]}.{rest}"
        # A teacher may know nothing of marks, an encoder that only read nothing of labels.
        if source in weights or not name.startswith(_HEADS):
            wanted[name] = weights[source]
    network.load_state_dict(wanted)
    vocabulary = run / TOKENIZER
    shutil.copyfile(vocabulary if vocabulary.exists() else scorer_folder(run) / TOKENIZER, out / TOKENIZER)
    return network, Tokenizer.from_file(str(out / TOKENIZER)), config


def spread_layers(count: int, of: int) -> tuple[int, ...]:
    """`count` of `of` layers: the first, the last, and the rest evenly between.

    ValueError when there are not so many.
    """
    if not 1 <= count <= of:
        message = f"{count} of {of} layers cannot be kept"
        raise ValueError(message)
    return tuple(round(at * (of - 1) / max(1, count - 1)) for at in range(count))


def _score(scorer: OnnxScorer, prepared: Sequence[str], threads: int, report: Callable[[float], None]) -> Scores:
    pieces = [prepared[at : at + _TOGETHER] for at in range(0, len(prepared), _TOGETHER)]
    answered: list[npt.NDArray[np.float64]] = []
    with ThreadPoolExecutor(threads) as pool:
        for piece in pool.map(scorer.raw_scores, pieces):
            answered.append(piece)
            report(len(answered) / len(pieces))
    return np.concatenate(answered).astype(np.float32)
