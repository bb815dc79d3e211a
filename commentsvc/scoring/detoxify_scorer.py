"""Runs Detoxify's own class on a local checkpoint. Needs the extra `detoxify`, and never the network."""

import io
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError, ScorerVersion, ScoreSet, Span
from commentsvc.scoring.checks import ScorerFileError, check_values
from commentsvc.scoring.preparation import PREPARATION_VERSION, prepare
from commentsvc.scoring.scorer_files import read_sealed
from commentsvc.scoring.spans import find_spans

_ENGLISH: Final = ("en",)
_MULTILINGUAL: Final = ("en", "es", "fr", "it", "pt", "ru", "tr")
_MAX_TOKENS: Final = 512
_OFFSET_POSITIONS: Final = frozenset({"roberta", "xlm-roberta"})
_BATCH: Final = 16
_LONG_CHARACTERS: Final = 1200
_LONG_STEP: Final = 1000


class DetoxifyScorer:
    """A `Scorer` on a directory that holds one `*.ckpt` file and, beside it, its architecture's configuration and tokenizer.

    The directory's name is the scorer's; one with "multilingual" in it knows seven languages, any other English.
    """

    def __init__(self, directory: Path, *, digest: str | None = None) -> None:
        """Load the checkpoint once its SHA-256 is known to be `digest`: it is a pickle, so loading it runs what is inside."""
        checkpoints = sorted(directory.glob("*.ckpt"))
        if len(checkpoints) != 1:
            raise ScorerFileError(f"{directory} must hold exactly one *.ckpt file, and holds {len(checkpoints)}")
        if digest is None:
            raise ScorerFileError(f"a Detoxify checkpoint is loaded only with its SHA-256 in the settings; see: sha256sum {checkpoints[0]}")
        self._model = _load(read_sealed(checkpoints[0], digest), directory)
        # Its tokenizer is not safe for several threads: truncation is a state that each call sets anew.
        self._lock = threading.Lock()
        labels = tuple(Label(name) for name in self._model.class_names)
        languages = _MULTILINGUAL if "multilingual" in directory.name else _ENGLISH
        self._version = ScorerVersion(directory.name, "torch", digest.lower(), PREPARATION_VERSION, labels, languages)

    @property
    def version(self) -> ScorerVersion:
        """The version that every score set names."""
        return self._version

    @property
    def network(self) -> Any:  # noqa: ANN401 - Detoxify is untyped
        """The network in torch, for converting it."""
        return self._model.model

    @property
    def tokenizer(self) -> Any:  # noqa: ANN401
        """Its tokenizer, which knows the maximum length."""
        return self._model.tokenizer

    def score(self, texts: Sequence[str]) -> list[ScoreSet]:
        """N texts to n score sets, same order."""
        if not texts:
            return []
        result = []
        for row in self._measure([prepare(text).text for text in texts]).tolist():
            values = dict(zip(self._version.labels, row, strict=True))
            check_values(values, self._version)
            result.append(ScoreSet(values, self._version.id))
        return result

    def spans(self, text: str) -> list[Span]:
        """The words that made the scores."""
        return find_spans(prepare(text), self._version.labels, self._measure)

    def _measure(self, prepared: Sequence[str]) -> npt.NDArray[np.float64]:
        """Scores of prepared texts; of a long one the highest of its pieces, for Detoxify reads only the first 512 tokens."""
        pieces = [(at, piece) for at, text in enumerate(prepared) for piece in _pieces(text)]
        pieces.sort(key=lambda one: len(one[1]))
        result = np.zeros((len(prepared), len(self._version.labels)))
        for start in range(0, len(pieces), _BATCH):
            batch = pieces[start : start + _BATCH]
            np.maximum.at(result, [at for at, _ in batch], self._predict([piece for _, piece in batch]))
        return result

    def _predict(self, texts: list[str]) -> npt.NDArray[np.float64]:
        try:
            with self._lock:
                answered = self._model.predict(texts)
        except Exception as error:
            raise ScorerUnavailableError(f"{self._version.id}: Detoxify failed: {type(error).__name__}") from error
        # For a list of one text it answers with bare numbers.
        columns = [np.atleast_1d(np.asarray(answered[label], dtype=np.float64)) for label in self._version.labels]
        rows = np.stack(columns, axis=1)
        if not np.isfinite(rows).all():
            raise ScorerUnavailableError(f"{self._version.id} answered something that is not a number")
        return rows


def _pieces(text: str) -> Iterator[str]:
    if len(text) <= _LONG_CHARACTERS:
        yield text
        return
    for begin in range(0, len(text) - (_LONG_CHARACTERS - _LONG_STEP), _LONG_STEP):
        yield text[begin : begin + _LONG_CHARACTERS]


def _load(content: bytes, directory: Path) -> Any:  # noqa: ANN401 - Detoxify is untyped
    # Read when these libraries are imported. With it unset, loading asks the model hub and may hang for minutes.
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        import torch
        from detoxify import Detoxify
    except ImportError as error:
        raise ScorerFileError("the engine torch needs the extra detoxify: pip install torch==2.13.0 'commentsvc[detoxify]'") from error
    try:
        checkpoint = torch.load(io.BytesIO(content), map_location="cpu", weights_only=False)
        # Detoxify asks for the configuration by this name first, whatever else it is told: so the name is the directory.
        checkpoint["config"]["arch"]["args"]["model_type"] = str(directory.resolve())
        rewritten = io.BytesIO()
        torch.save(checkpoint, rewritten)
        rewritten.seek(0)
        model = Detoxify(checkpoint=rewritten)
    except Exception as error:
        raise ScorerFileError(f"{directory} holds no checkpoint that Detoxify can load: {type(error).__name__}: {error}") from error
    config = model.model.config
    positions = config.max_position_embeddings - (config.pad_token_id + 1 if config.model_type in _OFFSET_POSITIONS else 0)
    # Without a tokenizer_config.json the limit is 1e30, and a long text crashes.
    model.tokenizer.model_max_length = min(_MAX_TOKENS, positions)
    return model
