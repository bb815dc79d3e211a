"""Whether a scorer treats texts that name a group of people like other texts.

The three areas under the curve are those of Borkan, Dixon, Sorensen, Thain and Vasserman, "Nuanced Metrics for Measuring Unintended
Bias with Real Data for Text Classification" (2019); the background is all texts that do not name the group:

- subgroup: positives of the group against negatives of the group. Low: the scorer cannot tell abuse from the rest within the group.
- BPSN: positives of the background against negatives of the group. Low: civil texts that name the group score too high.
- BNSP: negatives of the background against positives of the group. Low: abuse that names the group scores too low.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from commentsvc.domain.estimation import Share, wilson
from commentsvc.scoring.evaluation import ROUNDS, Figure, Ranking, Scores, Truth, Weights, bootstrapped, measure_roc_auc

FEWEST: Final = 10
"""An area with fewer texts than this on either side is not told: its interval would be a guess too."""
AREAS: Final = ("subgroup_auc", "bpsn_auc", "bnsp_auc")


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of the texts that name a group. `fpr_at_review` is None where there is no threshold or no civil text.

    The intervals of the areas come from resampling; that of the rate is Wilson's, since resampling no alarm gives none.
    """

    text_count: int
    positive_count: int
    areas: Mapping[str, Figure]
    fpr_at_review: Figure | None


def measure_groups(
    targets: Scores, scores: Scores, mentions: Mapping[str, Truth], *, review_at: float | None = None, rounds: int = ROUNDS
) -> dict[str, GroupFigures]:
    """For each group that is named at all. `mentions` says which texts name it; a text counts as positive from 0.5."""
    order = np.argsort(-scores, kind="stable")
    targets, scores = targets[order], scores[order]
    whole = Ranking.sorted(targets, scores)
    named = {group: mentioned[order] for group, mentioned in mentions.items() if mentioned.any()}
    measures = {
        (group, area): partial(_area, Ranking.sorted(targets[chosen], scores[chosen]), chosen)
        for group, inside in named.items()
        for area, chosen in _sides(whole.is_positive, inside).items()
        if _is_enough(whole.is_positive[chosen])
    }
    found = bootstrapped(measures, len(scores), rounds=rounds)
    return {
        group: GroupFigures(
            int(inside.sum()),
            int((inside & whole.is_positive).sum()),
            {area: found[group, area] for area in AREAS if (group, area) in found},
            _false_positive_rate(scores[inside & ~whole.is_positive], review_at),
        )
        for group, inside in named.items()
    }


def _sides(is_positive: Truth, inside: Truth) -> dict[str, Truth]:
    return {
        "subgroup_auc": inside,
        "bpsn_auc": np.where(inside, ~is_positive, is_positive),
        "bnsp_auc": np.where(inside, is_positive, ~is_positive),
    }


def _is_enough(is_positive: Truth) -> bool:
    return bool(is_positive.sum() >= FEWEST and (~is_positive).sum() >= FEWEST)


def _area(texts: Ranking, chosen: Truth, weights: Weights) -> Scores:
    return measure_roc_auc(texts, weights[:, chosen])


def _false_positive_rate(negative_scores: Scores, review_at: float | None) -> Figure | None:
    share = Share.unknown() if review_at is None else wilson(float((negative_scores >= review_at).sum()), len(negative_scores))
    if share.value is None or share.low is None or share.high is None:
        return None
    return Figure(share.value, share.low, share.high)
