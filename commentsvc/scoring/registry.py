"""Builds the scorer that the settings name."""

from enum import StrEnum
from pathlib import Path

from commentsvc.domain.ports import Scorer
from commentsvc.scoring.checks import ScorerFileError


class Engine(StrEnum):
    """What runs a scorer."""

    SHIPPED = "shipped"
    ONNX = "onnx"
    TORCH = "torch"
    FAKE = "fake"


def build_scorer(engine: str, path: Path | None = None, digest: str | None = None) -> Scorer:
    """A scorer ready to answer; ScorerFileError (a ScorerUnavailableError) says why there is none.

    `shipped` and `fake` need no path. `onnx` takes a directory as `commentsvc scorer export` writes it; `torch` a directory
    with a Detoxify checkpoint, and the digest of that checkpoint, for loading one is running code. Only `torch` needs torch.
    """
    try:
        chosen = Engine(engine)
    except ValueError as error:
        raise ScorerFileError(f"no engine is called {engine!r}; there are {', '.join(Engine)}") from error
    if chosen is Engine.FAKE:
        from commentsvc.scoring.fake_scorer import FakeScorer

        return FakeScorer()
    if chosen is Engine.SHIPPED:
        from commentsvc.scoring.shipped_scorer import load_shipped_scorer

        return load_shipped_scorer(digest=digest)
    if path is None:
        raise ScorerFileError(f"the engine {chosen} needs the path of a directory")
    if chosen is Engine.ONNX:
        from commentsvc.scoring.onnx_scorer import OnnxScorer

        return OnnxScorer(path, digest=digest)
    from commentsvc.scoring.detoxify_scorer import DetoxifyScorer

    return DetoxifyScorer(path, digest=digest)
