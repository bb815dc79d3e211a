"""Builds the scorer that the settings name."""

from enum import StrEnum
from pathlib import Path

from commentsvc.domain.ports import Scorer
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.settings import ScorerSettings


class Engine(StrEnum):
    """What runs a scorer."""

    SHIPPED = "shipped"
    ONNX = "onnx"
    TORCH = "torch"
    FAKE = "fake"
    REMOTE = "remote"


def build_configured_scorer(settings: ScorerSettings) -> Scorer:
    """The scorer that the settings name, as `build_scorer` gives it; or for `remote` one that asks the process which has it."""
    digest = settings.digest or None
    if settings.engine == Engine.REMOTE:
        from commentsvc.scoring.remote_scorer import RemoteOptions, RemoteScorer

        return RemoteScorer(RemoteOptions(settings.url, settings.secret_file, settings.timeout_s, settings.batch, digest))
    return build_scorer(settings.engine, Path(settings.path) if settings.path else None, digest)


def build_scorer(engine: str, path: Path | None = None, digest: str | None = None) -> Scorer:
    """A scorer ready to answer; ScorerFileError (a ScorerUnavailableError) says why there is none.

    `shipped` and `fake` need no path. `onnx` takes a directory as `commentsvc scorer export` writes it; `torch` a directory
    with a Detoxify checkpoint, and the digest of that checkpoint, for loading one is running code. Only `torch` needs torch.
    """
    try:
        chosen = Engine(engine)
    except ValueError as error:
        raise ScorerFileError(f"no engine is called {engine!r}; there are {', '.join(Engine)}") from error
    if chosen is Engine.REMOTE:
        raise ScorerFileError("the engine remote is to be had through the settings alone: scorer.engine and scorer.url")
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
