"""What the product needs from outside, as protocols. Implementations live in `scoring` and `integrations`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from commentsvc.domain.labels import Label


@dataclass(frozen=True, slots=True)
class ScorerVersion:
    """Enough to run the same scorer again.

    `digest` is the SHA-256 (hex) of the weights; `preparation` the version of the text preparation that the weights
    were trained with. `languages` are ISO 639-1 codes the scorer was trained on; empty means any language. `calibration` gives
    for a label what the network says (rising) and the score made of it; a label without one is scored as the network says.
    """

    name: str
    engine: str
    digest: str
    preparation: str
    labels: tuple[Label, ...]
    languages: tuple[str, ...]
    calibration: Mapping[Label, tuple[tuple[float, ...], tuple[float, ...]]] = field(default_factory=dict, compare=False)

    @property
    def id(self) -> str:
        """One word that names the version: name, first 12 hex digits of the digest, preparation version."""
        return f"{self.name}@{self.digest[:12]}+{self.preparation}"


@dataclass(frozen=True, slots=True)
class ScoreSet:
    """All labels of one text by one scorer. Each value is a finite number in [0, 1]: model output, not a probability of harm."""

    values: Mapping[Label, float]
    scorer: str


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [`begin`, `end`) of the original text that made a score, with the share in [0, 1] they carry."""

    begin: int
    end: int
    label: Label
    score: float


class ScorerUnavailableError(Exception):
    """The scorer cannot answer now: it is down, too slow, out of memory, or answered with something that is no score."""


class Scorer(Protocol):
    """Measures texts. Implementations are safe to call from several threads."""

    @property
    def version(self) -> ScorerVersion:
        """The version that every score set of this scorer names."""
        ...

    def score(self, texts: Sequence[str]) -> list[ScoreSet]:
        """Texts in, as many score sets out, in the same order; an empty list gives an empty list.

        Raises ScorerUnavailableError when any value would be missing, not finite or outside [0, 1].
        """
        ...

    def spans(self, text: str) -> list[Span]:
        """The parts of `text` that made its scores, in order of `begin`, not overlapping within a label; may be empty."""
        ...


class Clock(Protocol):
    """The time, so that tests can choose it."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...


class Chance(Protocol):
    """Randomness, so that tests can choose it."""

    def uniform(self) -> float:
        """A number drawn evenly from [0, 1)."""
        ...


class Waker(Protocol):
    """Tells workers that jobs wait. Losing or doubling a wake-up is harmless: the database is the queue of record."""

    def wake(self, job_ids: Sequence[str]) -> None:
        """Called after a commit that wrote jobs. Never raises."""
        ...
