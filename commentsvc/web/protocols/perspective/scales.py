"""Which scale each label's scores are given on, by what is written beside the scorer's weights."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from commentsvc.domain.labels import Label
from commentsvc.domain.perspective import Scale, match_scales
from commentsvc.scoring.checks import ScorerFileError
from commentsvc.scoring.scorer_files import MODEL, read_description

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime


def scales_for(runtime: "Runtime") -> Mapping[Label, Scale]:
    """The scales of the scorer that runs; none, which means its own scores, where the settings say so or its files name no shares.

    A scorer that runs elsewhere is known by the digest of its weights, when the same files are here.
    """
    if runtime.settings.perspective.scale == "plain":
        return {}
    from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY  # noqa: PLC0415 - not loaded for those who never ask

    places = [SHIPPED_DIRECTORY, *([Path(runtime.settings.scorer.path)] if runtime.settings.scorer.path else [])]
    for place in places:
        with suppress(ScorerFileError):
            found = read_description(place)
            if found.digests.get(MODEL) == runtime.scorer.version.digest:
                return match_scales(found.thresholds)
    return {}
