"""Which scale each label's scores are given on to clients of the Perspective API, by what is written beside the scorer's weights."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from commentsvc.domain.labels import Label
from commentsvc.domain.perspective import Scale, match_scales
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.scorer_files import MODEL, read_description
from commentsvc.settings import Settings


def scales_for(settings: Settings, digest: str) -> Mapping[Label, Scale]:
    """The scales of the scorer with this digest; none, which means its own scores, where the settings say so or its files name no shares.

    A scorer that runs elsewhere is known by the digest of its weights, when the same files are here.
    """
    if settings.perspective.scale == "plain":
        return {}
    from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY

    for place in (SHIPPED_DIRECTORY, *([Path(settings.scorer.path)] if settings.scorer.path else [])):
        with suppress(ScorerFileError):
            found = read_description(place)
            if found.digests.get(MODEL) == digest:
                return match_scales(found.thresholds)
    return {}
