"""Makes a directory of a Detoxify checkpoint that runs in onnxruntime without torch, and in torch too."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.detoxify_scorer import DetoxifyScorer
from commentsvc.scoring.fetching import Tell, fetch
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.onnx_writing import quantize, share_weights, write_onnx
from commentsvc.scoring.preparation import PREPARATION_VERSION
from commentsvc.scoring.scorer_files import MODEL, TOKENIZER, ScorerDescription, check_sealed

ALLOWED_DIFFERENCE: Final = 0.03
"""Largest difference of a label between torch and the converted network."""

PRECISIONS: Final = ("int8", "fp32")
"""What is tried in turn where no precision is asked for."""

_RELEASES: Final = "https://github.com/unitaryai/detoxify/releases/download"
_HUB: Final = "https://huggingface.co"
_HUB_FILES: Final = ("config.json", "tokenizer.json", "tokenizer_config.json")
_TEXTS: Final = (
    "Thank you, that explains a lot.",
    "You are an idiot and everybody knows it.",
    "The council should never have sold the old library.",
    "I will find out where you live.",
    "My neighbours are Muslim and my sister is gay.",
    "What a load of rubbish, this article is a disgrace!",
    "Shut up.",
    "No",
    "We waited two hours for the bus, in the rain, and then three of them came at once; nobody told us why. " * 3,
)


@dataclass(frozen=True, slots=True)
class Published:
    """Where a model's checkpoint and its architecture's files are published."""

    checkpoint: str
    architecture: str


MODELS: Final = {
    "detoxify-original": Published(f"{_RELEASES}/v0.1-alpha/toxic_original-c1212f89.ckpt", "google-bert/bert-base-uncased"),
    "detoxify-original-small": Published(f"{_RELEASES}/v0.1.2/original-albert-0e1d6498.ckpt", "albert/albert-base-v2"),
    "detoxify-unbiased": Published(f"{_RELEASES}/v0.3-alpha/toxic_debiased-c7548aa0.ckpt", "FacebookAI/roberta-base"),
    "detoxify-unbiased-small": Published(f"{_RELEASES}/v0.1.2/unbiased-albert-c8519128.ckpt", "albert/albert-base-v2"),
    "detoxify-multilingual": Published(f"{_RELEASES}/v0.4-alpha/multilingual_debiased-0b549669.ckpt", "FacebookAI/xlm-roberta-base"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """What to install from: local files where given, else the published ones. `sha256` is the checkpoint's."""

    sha256: str
    checkpoint: Path | None = None
    model_files: Path | None = None


def install(name: str, to: Path, source: Source, precision: str | None, tell: Tell) -> float:
    """Put the scorer into `to`/`name`, and return the largest difference of a label from torch.

    Without `precision` weights get 8 bits, or 32 where 8 would change the scores.

    ScorerFileError, and nothing left behind, when a file is missing or changed, or the difference is too large.
    """
    target = to / name
    if target.exists():
        raise ScorerFileError(f"{target} exists already: move it away, or choose another place with --to")
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".installing-", dir=to) as aside:
        # The directory's name is the scorer's, so it has its own already while it is made.
        made = Path(aside) / name
        made.mkdir()
        _gather(made, MODELS[name], source, tell)
        tell("loading the checkpoint in torch")
        scorer = DetoxifyScorer(made, digest=source.sha256)
        difference = _convert_closely(scorer, made, (precision,) if precision else PRECISIONS, tell)
        made.rename(target)
    return difference


def _gather(made: Path, published: Published, source: Source, tell: Tell) -> None:
    """Checkpoint, configuration and tokenizer into `made`; the checkpoint's digest is compared before anything else is done."""
    checkpoint = made / "model.ckpt"
    if source.checkpoint is None:
        fetch(published.checkpoint, checkpoint, tell)
        found = _digest(checkpoint)
        if found != source.sha256.lower():
            raise ScorerFileError(f"{published.checkpoint} has the SHA-256 {found}, but {source.sha256} is expected: it is not opened")
    else:
        check_sealed(source.checkpoint, source.sha256)
        shutil.copyfile(source.checkpoint, checkpoint)
    if source.model_files is None:
        for file in _HUB_FILES:
            fetch(f"{_HUB}/{published.architecture}/resolve/main/{file}", made / file, tell)
        return
    for needed in ("config.json", TOKENIZER):
        if not (source.model_files / needed).is_file():
            raise ScorerFileError(f"{source.model_files} has no {needed}: put the files of {published.architecture} there")
    for path in source.model_files.iterdir():
        if path.is_file() and path.suffix in {".json", ".txt", ".model"}:
            shutil.copyfile(path, made / path.name)


def _convert_closely(scorer: DetoxifyScorer, made: Path, precisions: Sequence[str], tell: Tell) -> float:
    """Convert to the first of `precisions` whose scores are close enough to torch's, and return the largest difference of a label."""
    for chosen in precisions:
        tell(f"converting to {chosen} ONNX")
        _convert(scorer, made, chosen)
        tell("comparing with torch")
        difference = _difference(scorer, OnnxScorer(made))
        if difference <= ALLOWED_DIFFERENCE:
            return difference
        tell(f"  the {chosen} network differs from torch by {difference:.4f}, over {ALLOWED_DIFFERENCE}")
    advice = "try --precision fp32" if chosen == "int8" else "use the engine torch for this checkpoint"
    raise ScorerFileError(f"the {chosen} network differs from torch by {difference:.4f}, over {ALLOWED_DIFFERENCE}: {advice}")


def _convert(scorer: DetoxifyScorer, made: Path, precision: str) -> None:
    full = made / ("full.onnx" if precision == "int8" else MODEL)
    labels = scorer.version.labels
    _export(scorer.network, len(labels), full)
    share_weights(full)
    if precision == "int8":
        quantize(full, made / MODEL)
    scorer.tokenizer.backend_tokenizer.save(str(made / TOKENIZER))
    digests = {file: _digest(made / file) for file in (MODEL, TOKENIZER)}
    limit = int(scorer.tokenizer.model_max_length)
    ScorerDescription(made.name, labels, scorer.version.languages, PREPARATION_VERSION, limit, digests, {}, {}, {}).write(made)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _export(network: Any, count: int, target: Path) -> None:  # noqa: ANN401 - torch has no types here
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch

    class Outputs(torch.nn.Module):  # type: ignore[misc] # torch is untyped where mypy runs
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            return torch.sigmoid(self.network(input_ids=input_ids, attention_mask=attention_mask)[0][:, :count])

    write_onnx(Outputs(), torch.full((2, 9), 5, dtype=torch.int64), {"scores": {0: "batch"}}, target)


def _difference(one: DetoxifyScorer, other: OnnxScorer) -> float:
    pairs = zip(one.score(_TEXTS), other.score(_TEXTS), strict=True)
    return max(abs(a.values[label] - b.values[label]) for a, b in pairs for label in one.version.labels)
