"""In which language a text is judged: the one that the client names, or the one that it is seen to be in."""

import re
from dataclasses import dataclass
from typing import Final

from commentsvc.domain.ports import ScorerVersion
from commentsvc.scoring.language import detect_language
from commentsvc.web.protocols.perspective.refusals import RefusedRequestError

ENOUGH_WORDS: Final = 40
"""A text of so many words whose language cannot be told is in none that anybody can name."""
_DEFAULT: Final = "en"
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_NO_LANGUAGE: Final = "zxx"
"""ISO 639-2's code for what is in none: what the detector says of letters that make no words."""


@dataclass(frozen=True, slots=True)
class Languages:
    """`judged_in` are those that the scores are given for, `detected` what the text is taken for; `unknown` those that the scorer lacks."""

    requested: tuple[str, ...]
    judged_in: tuple[str, ...]
    detected: tuple[str, ...]
    unknown: tuple[str, ...]

    def refusal_of(self, attribute: str) -> RefusedRequestError:
        """Why the attribute is not scored in the unknown languages."""
        about: dict[str, object] = {"detectedLanguages": self.detected, "attribute": attribute}
        if self.requested:
            about["requestedLanguages"] = self.requested
        return RefusedRequestError(
            f"Attribute {attribute} does not support request languages: {', '.join(self.unknown)}",
            "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
            {"languageNotSupportedByAttributeError": about},
        )


def settle_languages(requested: tuple[str, ...], text: str, scorer: ScorerVersion, *, trust: bool) -> Languages:
    """Obey the client; without its word look at the text, and take a short one that tells nothing for the scorer's first language.

    With `trust` turned off, a text that is plainly in a language which the scorer lacks counts as in that one, whatever the client says.
    Raises RefusedRequestError where neither the client nor a long text says anything.
    """
    seen = find_language(text)
    if seen is None and not requested and scorer.languages and len(_WORD.findall(text)) >= ENOUGH_WORDS:
        raise RefusedRequestError("Unable to detect language", "LANGUAGE_DETECTION_FAILED")
    assumed = seen or (scorer.languages[0] if scorer.languages else _DEFAULT)
    judged_in = requested or (assumed,)
    # Clients that read the first of the detected languages have always found one.
    detected = (seen,) if seen else judged_in
    unknown = tuple(one for one in judged_in if not _knows(scorer, one))
    if not unknown and not trust and not _knows(scorer, detected[0]):
        unknown = detected
    return Languages(requested, judged_in, detected, unknown)


def warm_languages() -> None:
    """Load what languages are told by: it takes up to a second, which is longer than some clients wait before they publish unscored."""
    detect_language("Il fait beau, et nous allons nous promener le long de la rivière avant la nuit.")


def find_language(text: str) -> str | None:
    """The language (ISO 639-1) that the text is plainly in, or None."""
    seen = detect_language(text)
    return None if seen == _NO_LANGUAGE else seen


def _knows(scorer: ScorerVersion, language: str) -> bool:
    return not scorer.languages or language.replace("_", "-").partition("-")[0].strip().lower() in scorer.languages
