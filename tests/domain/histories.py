"""Histories of which the truth is known: what is harmful is decided first, scored then, routed and sampled last."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from commentsvc.domain.labels import Label
from commentsvc.domain.policy import Band, Policy
from commentsvc.domain.simulation import Comments, Ground, routes_under

LABELS = (Label.TOXICITY, Label.THREAT)


def held_from(toxicity: float, threat: float | None = None) -> Policy:
    return Policy(bands={Label.TOXICITY: Band(hold_at=toxicity), Label.THREAT: Band(hold_at=threat)})


@dataclass(frozen=True)
class World:
    """`rate` gives the sampling rate of each published comment from its scores of toxicity."""

    comments: int
    harmful: float
    today: Policy
    rate: Callable[[np.ndarray], np.ndarray]
    difficulty: float = 1.0

    def history(self, chance: np.random.Generator) -> tuple[Ground, np.ndarray]:
        """A history, and which of its comments are harmful."""
        is_harmful = chance.random(self.comments) < self.harmful
        means = np.where(is_harmful[:, None], [[0.75, -0.5]], [[-1.6, -3.0]])
        scores = 1 / (1 + np.exp(-chance.normal(means, self.difficulty)))
        return self.judged(self.blank(scores.astype(np.float32), chance), is_harmful, chance), is_harmful

    def blank(self, scores: np.ndarray, chance: np.random.Generator) -> Comments:
        count = len(scores)
        nothing = np.zeros(count, dtype=np.int8)
        return Comments(
            labels=LABELS,
            scores=scores,
            routes=nothing,
            rule_routes=nothing,
            verdicts=nothing - np.int8(1),
            pi=np.ones(count),
            is_sampled=np.zeros(count, dtype=np.bool_),
            sections=chance.integers(0, 3, count, dtype=np.int32),
            languages=chance.integers(0, 3, count, dtype=np.int32),
            days=chance.integers(0, 28, count, dtype=np.int32),
            day_count=28,
            section_keys=("local", "sport"),
            language_keys=("de", "en"),
        )

    def judged(self, comments: Comments, is_harmful: np.ndarray, chance: np.random.Generator) -> Ground:
        routes = routes_under(Ground(comments), self.today)
        pi = np.where(routes == 0, self.rate(comments.scores[:, 0]), 1.0)
        is_sampled = (routes == 0) & (chance.random(len(comments)) < pi)
        verdicts = np.where(is_sampled | (routes > 0), is_harmful, -1).astype(np.int8)
        return Ground(replace(comments, routes=routes, pi=pi, is_sampled=is_sampled, verdicts=verdicts))


def evenly(rate: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda scores: np.full(len(scores), rate)


def rising(scores: np.ndarray) -> np.ndarray:
    """From 0.5 % for what looks civil to 10 % for what nearly was flagged."""
    return np.array([0.005, 0.01, 0.02, 0.05, 0.1])[np.clip((scores * 10).astype(int), 0, 4)]
