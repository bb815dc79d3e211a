"""A scorer on disk: one directory with `model.onnx`, `tokenizer.json` and `scorer.json`, which describes and seals the two."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band
from commentsvc.scoring.checks import ScorerFileError

DESCRIPTION: Final = "scorer.json"
MODEL: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class CalibrationCurve:
    """Straight lines from what the network says (`raw`, rising) to the score that is given (`score`, rising)."""

    raw: tuple[float, ...]
    score: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ScorerDescription:
    """What `scorer.json` says. `digests` are SHA-256 (hex) by file name.

    `thresholds[label]["fpr_5"]` is the score that 5 % of the civil texts of the calibration part reach. From `mark_threshold` on a
    word counts as marked by a network that marks words, None for others.
    """

    name: str
    labels: tuple[Label, ...]
    languages: tuple[str, ...]
    preparation: str
    max_tokens: int
    digests: dict[str, str]
    calibration: dict[Label, CalibrationCurve]
    thresholds: dict[Label, dict[str, float]]
    recommended_bands: dict[Label, Band]
    mark_threshold: float | None = None

    def write(self, directory: Path) -> None:
        """As `scorer.json` into `directory`."""
        document = {
            "name": self.name,
            "labels": list(self.labels),
            "languages": list(self.languages),
            "preparation": self.preparation,
            "max_tokens": self.max_tokens,
            "sha256": self.digests,
            "calibration": {label: {"raw": curve.raw, "score": curve.score} for label, curve in self.calibration.items()},
            "thresholds": self.thresholds,
            "recommended_bands": {
                label: {"review_at": band.review_at, "hold_at": band.hold_at, "reject_at": band.reject_at}
                for label, band in self.recommended_bands.items()
            },
            "mark_threshold": self.mark_threshold,
        }
        (directory / DESCRIPTION).write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def read_description(directory: Path) -> ScorerDescription:
    """What `scorer.json` in `directory` says; ScorerFileError when it is missing or makes no sense."""
    path = directory / DESCRIPTION
    try:
        document = json.loads(path.read_text("utf-8"))
        return ScorerDescription(
            name=str(document["name"]),
            labels=tuple(Label(label) for label in document["labels"]),
            languages=tuple(document["languages"]),
            preparation=str(document["preparation"]),
            max_tokens=int(document["max_tokens"]),
            digests=dict(document["sha256"]),
            calibration={
                Label(label): CalibrationCurve(tuple(curve["raw"]), tuple(curve["score"]))
                for label, curve in document.get("calibration", {}).items()
            },
            thresholds={Label(label): dict(found) for label, found in document.get("thresholds", {}).items()},
            recommended_bands={Label(label): Band(**band) for label, band in document.get("recommended_bands", {}).items()},
            mark_threshold=None if document.get("mark_threshold") is None else float(document["mark_threshold"]),
        )
    except OSError as error:
        raise ScorerFileError(f"no scorer in {directory}: {DESCRIPTION} cannot be read") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ScorerFileError(f"{path} does not describe a scorer: {error!r}") from error


def read_sealed(path: Path, sha256: str | None) -> bytes:
    """The content of `path`, once its SHA-256 is known to be `sha256`: what was checked is what gets loaded."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ScorerFileError(f"{path} cannot be read") from error
    _compare(path, hashlib.sha256(content).hexdigest(), sha256)
    return content


def check_sealed(path: Path, sha256: str | None) -> None:
    """Raise ScorerFileError unless the SHA-256 of `path` is `sha256`; for large files, which need not be held in memory twice."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ScorerFileError(f"{path} cannot be read") from error
    _compare(path, found, sha256)


def _compare(path: Path, found: str, sha256: str | None) -> None:
    if sha256 is None or found != sha256.lower():
        raise ScorerFileError(f"{path} has the SHA-256 {found}, but {sha256} is expected: it was changed, or belongs to another scorer")
