"""What the Perspective API's words mean here: its attributes are our labels, its cut-offs are shares of civil comments."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from commentsvc.domain.labels import Label

LABEL_OF_ATTRIBUTE: Final[Mapping[str, Label]] = {
    "TOXICITY": Label.TOXICITY,
    "SEVERE_TOXICITY": Label.SEVERE_TOXICITY,
    "IDENTITY_ATTACK": Label.IDENTITY_ATTACK,
    "INSULT": Label.INSULT,
    "PROFANITY": Label.OBSCENE,
    "OBSCENE": Label.OBSCENE,
    "THREAT": Label.THREAT,
    "SEXUALLY_EXPLICIT": Label.SEXUAL_EXPLICIT,
}
"""Attributes with a counterpart. Others (SPAM, FLIRTATION, INFLAMMATORY...) measure what no scorer of ours does."""
REFERENCE: Final = Label.TOXICITY
"""The label whose scores all others are put beside."""
_RATHER: Final = 0.5
_LEAST_CUT_OFF: Final = 0.4
"""Nobody cuts off below it. What lies under it is left in one line from 0, so that civil texts stay near there."""


def find_label(attribute: str) -> Label | None:
    """The label that an attribute's name asks for, whatever version stands behind an `@` in it; None where there is no counterpart."""
    return LABEL_OF_ATTRIBUTE.get(attribute.partition("@")[0])


@dataclass(frozen=True, slots=True)
class Scale:
    """Straight lines from a scorer's score to the score that clients see; both rise from 0 to 1, so the order of texts stays."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    def apply(self, score: float) -> float:
        """What clients see for a score in [0, 1]."""
        after = min(max(bisect_right(self.ours, score), 1), len(self.ours) - 1)
        left, right = self.ours[after - 1], self.ours[after]
        low, high = self.theirs[after - 1], self.theirs[after]
        return min(1.0, max(0.0, low + (score - left) / (right - left) * (high - low)))


PLAIN_SCALE: Final = Scale((0.0, 1.0), (0.0, 1.0))
"""Scores as the scorer gives them."""


def match_scales(civil_shares: Mapping[Label, Mapping[str, float]]) -> dict[Label, Scale]:
    """Scales on which one number is equally rare among civil comments whatever the label, and toxicity stays as it is.

    `civil_shares[label]` names shares of civil texts, and the score that so many of them reach (`{"fpr_5": 0.46, "fpr_1": 0.83}`). Clients
    apply one cut-off (0.7, 0.8, 0.9) to every attribute, while a calibrated score of a rare label hardly ever gets there. A label gets the
    plain scale where its shares are missing or do not rise strictly with toxicity's.
    """
    reference = civil_shares.get(REFERENCE, {})
    return {label: _match(shares, reference) for label, shares in civil_shares.items()}


def _match(shares: Mapping[str, float], reference: Mapping[str, float]) -> Scale:
    pairs = sorted((score, reference[share]) for share, score in shares.items() if reference.get(share, 0.0) >= _LEAST_CUT_OFF)
    ours = (0.0, *(score for score, _ in pairs), 1.0)
    theirs = (0.0, *(score for _, score in pairs), 1.0)
    rises = all(before < after for line in (ours, theirs) for before, after in pairwise(line))
    return Scale(ours, theirs) if rises else PLAIN_SCALE


@dataclass(frozen=True, slots=True)
class SuggestedSpan:
    """What a client says that a part of a text should score; `begin` and `end` (exclusive) count UTF-16 units of the text as sent."""

    begin: int
    end: int
    value: float


@dataclass(frozen=True, slots=True)
class SuggestedScore:
    """What a client says that a text should score in one attribute: as a whole, in parts, or both. Values in [0, 1]."""

    value: float | None
    spans: tuple[SuggestedSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody's judgement of a text, sent as scores that it should have. `text` is as sent; `context` are the texts beside it, in order.

    From a site's moderators 0 means approved and 1 rejected, for whatever reason, whichever attribute it is said of. It does not name an
    earlier request for scores: only the text itself joins the two. `plain` is what a reader sees of the text.
    """

    text: str
    scores: Mapping[str, SuggestedScore]
    context: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    community_id: str | None = None
    session_id: str | None = None
    client_token: str | None = None
    key_name: str = ""
    plain: str = ""

    @property
    def values(self) -> dict[str, float]:
        """What each attribute should score, for the text as a whole or else for its worst part."""
        return {name: _whole(score) for name, score in self.scores.items()}

    @property
    def is_rejection(self) -> bool:
        """Whether any attribute is said to be rather there than not."""
        return any(value >= _RATHER for value in self.values.values())


def _whole(score: SuggestedScore) -> float:
    return score.value if score.value is not None else max((span.value for span in score.spans), default=0.0)


SuggestionStore = Callable[[Suggestion], None]
"""Keeps one suggestion. Called without a transaction open; what it raises is answered as a failure of ours."""


def forget_suggestion(suggestion: Suggestion) -> None:
    """The store of those who keep no suggestions."""
    del suggestion
