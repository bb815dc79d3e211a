"""A second scorer for tests, which sees other words than the first one."""

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError, ScoreSet
from commentsvc.scoring.batching import BatchingScorer
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.scoring.later import LaterScorer
from tests.support.world import World

OTHER_WORDS = {"damn": {Label.TOXICITY: 0.8}, "stupid": {Label.TOXICITY: 0.1}, "kill": {Label.TOXICITY: 0.97, Label.THREAT: 0.95}}
"""Sends REVIEWED to `hold`, HELD to `publish`, and CIVIL and REJECTED where the first scorer sends them."""


class Other(FakeScorer):
    """Cannot bear a text with the word poison."""

    def __init__(self) -> None:
        super().__init__(name="other", words=OTHER_WORDS)

    def score(self, texts) -> list[ScoreSet]:
        if any("poison" in text for text in texts):
            raise ScorerUnavailableError("not this one")
        return super().score(texts)


def give_shadow(world: World, scorer: FakeScorer) -> None:
    """Have the settings of a world name `scorer` as its shadow."""
    world.runtime.shadow = LaterScorer(lambda: BatchingScorer(scorer))
