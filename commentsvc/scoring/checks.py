"""What every answer of a scorer must be before anybody routes by it."""

import math
from collections.abc import Mapping, Sequence

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError, ScorerVersion, ScoreSet


class ScorerFileError(ScorerUnavailableError):
    """A scorer's files are missing, changed or made for another version of this software."""


def check_score_sets(score_sets: Sequence[ScoreSet], expected_count: int, version: ScorerVersion) -> list[ScoreSet]:
    """The same score sets, once each is known to be complete, finite and within [0, 1]; otherwise ScorerUnavailableError."""
    if len(score_sets) != expected_count:
        message = f"{version.id} answered {len(score_sets)} score sets for {expected_count} texts"
        raise ScorerUnavailableError(message)
    for score_set in score_sets:
        check_values(score_set.values, version)
    return list(score_sets)


def check_values(values: Mapping[Label, float], version: ScorerVersion) -> None:
    """Raise ScorerUnavailableError unless `values` holds a score for each label of `version`, and nothing else."""
    if values.keys() != set(version.labels):
        message = f"{version.id} answered other labels than its own"
        raise ScorerUnavailableError(message)
    for label, value in values.items():
        if not (math.isfinite(value) and 0 <= value <= 1):
            message = f"{version.id} answered {value} for {label}, which is no score"
            raise ScorerUnavailableError(message)
