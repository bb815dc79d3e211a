"""The scorer that comes inside the package."""

from pathlib import Path
from typing import Final

from commentsvc.scoring.onnx_scorer import OnnxScorer

SHIPPED_DIRECTORY: Final = Path(__file__).parent / "shipped"


def load_shipped_scorer(*, digest: str | None = None, threads: int = 1) -> OnnxScorer:
    """The embedded default: English, six labels. See docs/scorers/shipped.md for its figures and limits."""
    return OnnxScorer(SHIPPED_DIRECTORY, engine="shipped", digest=digest, threads=threads)
