"""What servers and the scoring process say to each other: paths, bounds, and versions, texts, scores and spans as JSON.

Requests hold bare arrays and strings, so that no member can occur twice in them. Nothing here is promised to anybody else: both
ends are of the same release, and a server refuses answers that it does not understand.
"""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.ports import ScorerUnavailableError, ScorerVersion, ScoreSet, Span
from commentsvc.scoring.checks import ScorerFileError, check_score_sets

HEALTH: Final = "/health"
VERSION: Final = "/v1/version"
SCORE: Final = "/v1/score"
SPANS: Final = "/v1/spans"
PATIENCE: Final = "Patience-Ms"
"""The header that tells how long the asker will wait; nothing is scored for those who have gone."""

MAX_TEXTS: Final = 64
MAX_REQUEST_BYTES: Final = 17 << 20
"""More than the largest comment that the settings let in."""
MAX_ANSWER_BYTES: Final = 4 << 20
MIN_SECRET_CHARS: Final = 32

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_GOES_TOO: Final = "\u200b"  # What text preparation takes out as it does a lone surrogate, and one character like it.
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_SECRET: Final = re.compile(r"[\x21-\x7e]+")


class WireError(ValueError):
    """A request that is not what it should be. The message never holds what was sent."""


def read_secret(path: str) -> str | None:
    """The secret that servers and the scoring process share; None where no file is named. Raises ScorerFileError."""
    if not path:
        return None
    try:
        secret = Path(path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ScorerFileError(f"scorer.secret_file: {path} cannot be read: {type(error).__name__}") from error
    if len(secret) < MIN_SECRET_CHARS or not _SECRET.fullmatch(secret):
        raise ScorerFileError(f"scorer.secret_file: {path} must hold one word of at least {MIN_SECRET_CHARS} characters")
    return secret


# -- Versions ------------------------------------------------------------------------------------------------------------------
def write_version(version: ScorerVersion) -> dict[str, Any]:
    """Everything about a version, with a `fingerprint` of it all: two scorers of one fingerprint score alike."""
    document: dict[str, Any] = {
        "name": version.name,
        "engine": version.engine,
        "digest": version.digest,
        "preparation": version.preparation,
        "labels": [label.value for label in version.labels],
        "languages": list(version.languages),
        "calibration": {label.value: [list(raw), list(score)] for label, (raw, score) in version.calibration.items()},
    }
    return document | {"fingerprint": hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()}


def read_version(document: object) -> tuple[ScorerVersion, str]:
    """The version that a document describes, and its fingerprint. Raises ScorerUnavailableError when it describes none."""
    try:
        found = _build_version(document)
    except (LookupError, TypeError, ValueError) as error:
        raise ScorerUnavailableError("the scoring process does not say which scorer it has") from error
    written = write_version(found)
    if written != document:
        raise ScorerUnavailableError("the scoring process describes its scorer in another way than this release does")
    return found, written["fingerprint"]


def _build_version(document: Any) -> ScorerVersion:  # noqa: ANN401 - whatever came; what does not fit raises
    labels = tuple(Label(name) for name in document["labels"])
    if labels != tuple(label for label in ALL_LABELS if label in labels) or not labels:
        raise ValueError("labels")
    name, engine, digest, preparation = words = [document[key] for key in ("name", "engine", "digest", "preparation")]
    if not all(isinstance(word, str) and word for word in [*words, *document["languages"]]) or not _DIGEST.fullmatch(digest):
        raise ValueError("words")
    calibration = {
        Label(key): (tuple(float(one) for one in raw), tuple(float(one) for one in score))
        for key, (raw, score) in document["calibration"].items()
    }
    return ScorerVersion(name, engine, digest, preparation, labels, tuple(document["languages"]), calibration)


# -- Requests ------------------------------------------------------------------------------------------------------------------
def write_request(texts: Sequence[str] | str) -> bytes:
    """Texts, or one text, as JSON. JSON has no lone surrogates; preparation takes them out, so another such character does for them."""
    try:
        return orjson.dumps(texts)
    except orjson.JSONEncodeError:
        if isinstance(texts, str):
            return orjson.dumps(_LONE_SURROGATE.sub(_GOES_TOO, texts))
        return orjson.dumps([_LONE_SURROGATE.sub(_GOES_TOO, text) for text in texts])


def read_texts(raw: bytes) -> list[str]:
    """The texts of a request. Raises WireError."""
    texts = _load(raw)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise WireError("The body must be an array of texts.")
    if len(texts) > MAX_TEXTS:
        raise WireError(f"At most {MAX_TEXTS} texts are scored at once.")
    return texts


def read_text(raw: bytes) -> str:
    """The text of a request. Raises WireError."""
    text = _load(raw)
    if not isinstance(text, str):
        raise WireError("The body must be one text.")
    return text


def _load(raw: bytes) -> object:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        # Without its cause, which holds the whole body.
        raise WireError("The body is not JSON.") from None


# -- Answers -------------------------------------------------------------------------------------------------------------------
def write_scores(score_sets: Sequence[ScoreSet], fingerprint: str) -> bytes:
    """The answer to `SCORE`."""
    return orjson.dumps({"fingerprint": fingerprint, "scores": [_plain(one.values) for one in score_sets]})


def _plain(values: Mapping[Label, float]) -> dict[str, float]:
    return {label.value: value for label, value in values.items()}


def write_spans(spans: Sequence[Span], fingerprint: str) -> bytes:
    """The answer to `SPANS`."""
    return orjson.dumps({"fingerprint": fingerprint, "spans": [[one.begin, one.end, one.label, one.score] for one in spans]})


def read_answer(raw: bytes) -> Mapping[str, object]:
    """The object that an answer holds. Raises ScorerUnavailableError."""
    try:
        answer = orjson.loads(raw)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise ScorerUnavailableError("the scoring process answered with something else than JSON")
    return answer


def read_scores(answer: Mapping[str, object], count: int, version: ScorerVersion) -> list[ScoreSet]:
    """As many checked score sets as texts were sent. Raises ScorerUnavailableError."""
    rows = answer.get("scores")
    if not isinstance(rows, list):
        raise ScorerUnavailableError(f"{version.id} answered without scores")
    return check_score_sets([ScoreSet(_read_values(row, version), version.id) for row in rows], count, version)


def _read_values(row: object, version: ScorerVersion) -> dict[Label, float]:
    if not isinstance(row, dict) or len(row) != len(version.labels):
        raise ScorerUnavailableError(f"{version.id} answered other labels than its own")
    return {label: _read_score(row.get(label.value), version) for label in version.labels}


def _read_score(value: Any, version: ScorerVersion) -> float:  # noqa: ANN401 - whatever came; what does not fit raises
    # What is no number is written as null; true is no number either.
    if type(value) in {int, float}:
        return float(value)
    raise ScorerUnavailableError(f"{version.id} answered something that is no score")


def read_spans(answer: Mapping[str, object], text: str, version: ScorerVersion) -> list[Span]:
    """Checked spans of `text`. Raises ScorerUnavailableError."""
    rows = answer.get("spans")
    try:
        spans = [_read_span(row, version) for row in rows] if isinstance(rows, list) else None
    except (TypeError, ValueError):
        spans = None
    if spans is None or not _are_in_order(spans, len(text)):
        raise ScorerUnavailableError(f"{version.id} answered something that is no list of spans")
    return spans


def _read_span(row: Any, version: ScorerVersion) -> Span:  # noqa: ANN401 - whatever came; what does not fit raises
    begin, end, name, value = row
    score, label = _read_score(value, version), Label(name)
    if type(begin) is not int or type(end) is not int or label not in version.labels or not (math.isfinite(score) and 0 <= score <= 1):
        raise ValueError("span")
    return Span(begin, end, label, score)


def _are_in_order(spans: Sequence[Span], length: int) -> bool:
    """Whether they lie in the text, in order of `begin`, and do not overlap within a label."""
    ends: dict[Label, int] = {}
    last = 0
    for span in spans:
        if not (last <= span.begin < span.end <= length) or span.begin < ends.get(span.label, 0):
            return False
        last, ends[span.label] = span.begin, span.end
    return True
