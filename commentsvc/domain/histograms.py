"""How the scores of a label are spread, and what moderators said of them."""

from typing import Final

import numpy as np

from commentsvc.domain.estimation import Counts
from commentsvc.domain.labels import Label
from commentsvc.domain.simulation import Ground

BINS: Final = 50
FINDINGS: Final = ("rejected", "undecided", "approved")


def spread(ground: Ground, label: Label) -> Counts:
    """Comments by score (BINS of equal width from 0 to 1, the last one with its upper end) and finding, (BINS x FINDINGS).

    These are counts of what there is, not estimates: of what was published, few were looked at.
    """
    scores = ground.columns[label]
    known = np.flatnonzero(~np.isnan(scores))
    bins = np.minimum((scores[known] * BINS).astype(np.int64), BINS - 1)
    # 1 rejected, 0 approved, -1 undecided.
    findings = np.array([2, 0, 1])[ground.comments.verdicts[known]]
    counts: Counts = np.bincount(bins * len(FINDINGS) + findings, minlength=BINS * len(FINDINGS))
    return counts.reshape(BINS, len(FINDINGS))
