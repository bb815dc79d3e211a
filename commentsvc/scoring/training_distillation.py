"""A smaller network taught by a larger one: some of its layers, its vocabulary, and its scores beside the labels.

After Sanh et al. 2019 (DistilBERT): the student begins with every other layer of its teacher. The teacher reads each text as it
stands, the student reads it disguised, so that the student learns to see through disguises what the teacher sees without.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.preparation import prepare
from commentsvc.scoring.scorer_files import MODEL, TOKENIZER
from commentsvc.scoring.training_data import LabelledText
from commentsvc.scoring.training_model import build_network, start_heads
from commentsvc.scoring.training_restore import restore_weights

SCORER: Final = "scorer"
_TOGETHER: Final = 500
_LAYER: Final = "encoder.encoder.layer."
_MARKS: Final = "marks."

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Teacher:
    """What a larger scorer says about training texts: raw outputs in [0, 1], one for each label."""

    by_text: Mapping[str, Scores]
    version: str | None = None

    def about(self, row: LabelledText) -> Scores | None:
        """Its scores of a text, None where it was not asked: of made sentences and of what it is known to be no judge of."""
        return self.by_text.get(row.text)


def ask_teacher(run: Path, rows: Sequence[LabelledText], out: Path, *, threads: int, report: Callable[[float], None]) -> Teacher:
    """Score `rows` with the scorer in `run` or exported there; what was answered is kept in `out` for the next time.

    `report` is told the share that is done, in [0, 1].
    """
    scorer = OnnxScorer(scorer_folder(run))
    texts = [row.text for row in rows]
    asked = hashlib.sha256("\0".join((scorer.version.id, *texts)).encode("utf-8", "surrogatepass")).hexdigest()
    kept = out / f"teacher-{asked[:16]}.npy"
    if kept.exists():
        scores = np.load(kept)
    else:
        scores = _score(scorer, texts, threads, report)
        np.save(kept, scores)
    return Teacher(dict(zip(texts, scores, strict=True)), scorer.version.id)


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
        # A teacher may know nothing of marks.
        if source in weights or not name.startswith(_MARKS):
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


def _score(scorer: OnnxScorer, texts: Sequence[str], threads: int, report: Callable[[float], None]) -> Scores:
    pieces = [texts[at : at + _TOGETHER] for at in range(0, len(texts), _TOGETHER)]
    answered: list[npt.NDArray[np.float64]] = []
    with ThreadPoolExecutor(threads) as pool:
        for piece in pool.map(lambda some: scorer.raw_scores([prepare(text).text for text in some]), pieces):
            answered.append(piece)
            report(len(answered) / len(pieces))
    return np.concatenate(answered).astype(np.float32)
