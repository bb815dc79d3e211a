"""A scorer for tests and for trying things out: it looks for words, and can be told to misbehave."""

import hashlib
import math
import re
import threading
from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Final

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError, ScorerVersion, ScoreSet, Span
from commentsvc.scoring.preparation import PREPARATION_VERSION

FAKE_LABELS: Final = (Label.TOXICITY, Label.SEVERE_TOXICITY, Label.OBSCENE, Label.THREAT, Label.INSULT, Label.IDENTITY_ATTACK)
FAKE_WORDS: Final[Mapping[str, Mapping[Label, float]]] = MappingProxyType(
    {
        "idiot": {Label.TOXICITY: 0.95, Label.INSULT: 0.95},
        "stupid": {Label.TOXICITY: 0.75, Label.INSULT: 0.7},
        "damn": {Label.TOXICITY: 0.45, Label.OBSCENE: 0.6},
        "shit": {Label.TOXICITY: 0.9, Label.OBSCENE: 0.97},
        "kill": {Label.TOXICITY: 0.97, Label.THREAT: 0.95, Label.SEVERE_TOXICITY: 0.6},
        "vermin": {Label.TOXICITY: 0.96, Label.IDENTITY_ATTACK: 0.9, Label.INSULT: 0.8},
    }
)
"""The marker words, and the least that each gives to its labels. `toxicity=0.42` in a text sets that label exactly."""

_BASE: Final = 0.02
_WORD: Final = re.compile(r"[a-z]+")
_SET: Final = re.compile(r"\b([a-z_]+)=([01](?:\.\d+)?)")


class FakeMood(Enum):
    """How a fake scorer answers."""

    WELL = "well"
    FAILING = "failing"
    ANSWERING_NAN = "answering_nan"
    CRASHING = "crashing"


class FakeScorer:
    """Scores by marker words. `mood` may be changed at any time; `hold()` makes calls wait until `release()`."""

    def __init__(
        self, *, name: str = "fake", words: Mapping[str, Mapping[Label, float]] = FAKE_WORDS, languages: tuple[str, ...] = ("en",)
    ) -> None:
        """`name` and `words` decide the version, so that two fakes that score alike are the same scorer."""
        self.mood = FakeMood.WELL
        self.batches: list[tuple[str, ...]] = []
        self.has_entered = threading.Event()
        self._words = words
        self._released = threading.Event()
        self._released.set()
        self._lock = threading.Lock()
        digest = hashlib.sha256(repr([name, sorted((word, sorted(given.items())) for word, given in words.items())]).encode()).hexdigest()
        self._version = ScorerVersion(name, "fake", digest, PREPARATION_VERSION, FAKE_LABELS, languages)

    @property
    def version(self) -> ScorerVersion:
        """The version that every score set names."""
        return self._version

    def hold(self) -> None:
        """Let calls hang from now on; `has_entered` is set as soon as one does."""
        self.has_entered.clear()
        self._released.clear()

    def release(self) -> None:
        """Let the hanging calls, and all later ones, answer."""
        self._released.set()

    def score(self, texts: Sequence[str]) -> list[ScoreSet]:
        """Scores in the order of `texts`, or the misbehaviour that `mood` asks for."""
        with self._lock:
            self.batches.append(tuple(texts))
        self.has_entered.set()
        self._released.wait()
        if self.mood is FakeMood.FAILING:
            message = "the fake scorer was told to fail"
            raise ScorerUnavailableError(message)
        if self.mood is FakeMood.CRASHING:
            message = "the fake scorer was told to crash"
            raise MemoryError(message)
        return [ScoreSet(self._values(text), self._version.id) for text in texts]

    def spans(self, text: str) -> list[Span]:
        """The marker words, each with what it gives to its labels."""
        return [
            Span(match.start(), match.end(), label, given)
            for match in _WORD.finditer(text.lower())
            if len(text.lower()) == len(text)
            for label, given in self._words.get(match.group(), {}).items()
        ]

    def _values(self, text: str) -> dict[Label, float]:
        if self.mood is FakeMood.ANSWERING_NAN:
            return dict.fromkeys(FAKE_LABELS, math.nan)
        values: dict[Label, float] = dict.fromkeys(FAKE_LABELS, _BASE)
        for word in set(_WORD.findall(text.lower())):
            for label, given in self._words.get(word, {}).items():
                values[label] = max(values[label], given)
        for name, value in _SET.findall(text):
            if name in FAKE_LABELS:
                values[Label(name)] = min(1.0, float(value))
        return values
