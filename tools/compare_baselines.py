"""Simpler scorers for tools/compare_scorers.py: for each its name, a function from texts to toxicity, and its bytes on disk."""

import io
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import joblib
import numpy as np
import numpy.typing as npt
import profanity_check as package
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

Baseline = tuple[str, Callable[[Sequence[str]], npt.NDArray[np.float64]], int]


def profanity_check() -> Baseline:
    """alt-profanity-check as it is installed."""

    def score(texts: Sequence[str]) -> npt.NDArray[np.float64]:
        return np.asarray(package.predict_prob(list(texts)), dtype=float)

    files = Path(package.__file__).parent.rglob("*.joblib")
    return f"alt-profanity-check {version('alt-profanity-check')}", score, sum(path.stat().st_size for path in files)


def tfidf(texts: Sequence[str], is_toxic: Sequence[bool]) -> Baseline:
    """Words and pairs of words, weighted by TF-IDF, into a logistic regression."""
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, strip_accents="unicode"),
        LogisticRegression(C=4.0, max_iter=1000),
    )
    model.fit(texts, is_toxic)
    packed = io.BytesIO()
    joblib.dump(model, packed)

    def score(texts: Sequence[str]) -> npt.NDArray[np.float64]:
        return np.asarray(model.predict_proba(list(texts))[:, 1], dtype=float)

    return f"TF-IDF and logistic regression ({len(texts):,} rows)", score, len(packed.getvalue())
