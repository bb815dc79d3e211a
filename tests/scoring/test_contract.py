"""The contract, on each scorer that needs no torch."""

import pytest

from commentsvc.scoring.batching import BatchingScorer
from commentsvc.scoring.fake_scorer import FakeScorer
from commentsvc.scoring.onnx_scorer import OnnxScorer
from commentsvc.scoring.registry import build_scorer
from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY
from tests.scoring.contract import ScorerContract


class TestFakeScorer(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls):
        return FakeScorer()


class TestShippedScorer(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls):
        return build_scorer("shipped")


class TestOnnxScorer(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls):
        return OnnxScorer(SHIPPED_DIRECTORY, threads=2)


class TestBatchingScorer(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls):
        return BatchingScorer(FakeScorer())
