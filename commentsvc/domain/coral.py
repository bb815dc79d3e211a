"""What a routing means in the words of Coral's external moderation phase."""

from typing import Final

from commentsvc.domain.routing import (
    Reason,
    ReasonKind,
    Routing,
    Rule,
    banned_word,
    links,
    premoderation,
    suspect_word,
    unknown_language,
    unscored,
)
from commentsvc.domain.status import Route

PHASE_RULES: Final[tuple[Rule, ...]] = (unscored, premoderation, banned_word, suspect_word, links, unknown_language)
"""Rules that need no knowledge of the author or of earlier comments: these are Coral's, and it has phases of its own for them."""
TOXIC: Final = "COMMENT_DETECTED_TOXIC"
SPAM: Final = "COMMENT_DETECTED_SPAM"
"""The only reasons that Coral takes from a phase."""
_UNJUDGED: Final = frozenset({ReasonKind.UNSCORED, ReasonKind.PREMODERATION, ReasonKind.UNKNOWN_LANGUAGE})


def phase_answer(routing: Routing) -> dict[str, object]:
    """The answer: empty for a pass, flags alone for what moderators should look at, and a status for what readers are not to see.

    What is held for what it says is SYSTEM_WITHHELD; what is held because nobody knows what it says is PREMOD.
    """
    flags = list(dict.fromkeys(flag for reason in routing.reasons if (flag := _flag(reason)) is not None))
    if routing.route is Route.PUBLISH:
        return {}
    if routing.route is Route.REVIEW:
        # Without a flag Coral would put it before nobody.
        return _with_flags({}, flags or [TOXIC])
    if routing.route is Route.REJECT:
        return _with_flags({"status": "REJECTED"}, flags)
    strict = [reason for reason in routing.reasons if reason.route is Route.HOLD]
    status = "PREMOD" if all(reason.kind in _UNJUDGED for reason in strict) else "SYSTEM_WITHHELD"
    return _with_flags({"status": status}, flags)


def _flag(reason: Reason) -> str | None:
    if reason.kind in _UNJUDGED:
        return None
    return SPAM if reason.kind is ReasonKind.LINKS else TOXIC


def _with_flags(answer: dict[str, object], flags: list[str]) -> dict[str, object]:
    return answer | ({"actions": [{"actionType": "FLAG", "reason": flag} for flag in flags]} if flags else {})
