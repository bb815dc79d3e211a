"""Reasons in plain words, for authors and for moderators."""

from collections.abc import Iterable, Mapping

from commentsvc.domain.labels import PLAIN_NAMES, Label
from commentsvc.domain.status import ReasonCode

_LOOKS_LIKE: dict[str, str] = {
    "toxicity": "rude or hurtful language",
    "severe_toxicity": "very hurtful language",
    "obscene": "obscene language",
    "threat": "a threat",
    "insult": "an insult",
    "identity_attack": "an attack on people for who they are",
    "sexual_explicit": "sexual language",
}

_FOR_AUTHORS: dict[str, str] = {
    "suspect_word": "it contains a word that this site looks at first",
    "banned_word": "it contains a word that this site does not show",
    "premoderation": "every comment on this site is read by a moderator first",
    "premoderated_author": "your comments are read by a moderator first",
    "first_comments": "it is one of your first comments here",
    "links": "it contains many links",
    "repeats": "the same text has been posted several times",
    "unknown_language": "it is in a language that cannot be checked automatically here",
    "unscored": "it could not be checked automatically",
    "imported": "it was not shown where it was first posted",
}

_GROUNDS: dict[ReasonCode, str] = {
    ReasonCode.ABUSE: "abuse or an insult",
    ReasonCode.HATE: "hate against a group",
    ReasonCode.THREAT: "a threat",
    ReasonCode.OBSCENE: "obscene",
    ReasonCode.SPAM: "spam or advertising",
    ReasonCode.OFF_TOPIC: "off topic",
    ReasonCode.PERSONAL_DATA: "giving away personal data",
    ReasonCode.MISINFORMATION: "false information",
    ReasonCode.ILLEGAL: "illegal",
    ReasonCode.OTHER: "against the rules of this site",
}

_FROM = {"review": "reviewed", "hold": "held", "reject": "rejected"}


def author_sentence(status: str, reasons: Iterable[Mapping[str, object]], ground: ReasonCode | None = None) -> str:
    """What the author is told about a comment that is not simply on the page; '' when there is nothing to say.

    `ground` is that of a moderator who rejected it: then what software thought before means nothing any more.
    """
    if status == "rejected" and ground is not None:
        return f"Your comment is not shown. A moderator read it and rejected it as {_GROUNDS[ground]}."
    looks: list[str] = []
    rules: list[str] = []
    for reason in reasons:
        label = reason.get("label")
        part, parts = (_LOOKS_LIKE[str(label)], looks) if label else (_FOR_AUTHORS.get(str(reason["kind"]), ""), rules)
        if part and part not in parts:
            parts.append(part)
    parts = [f"it looks like {_join(looks)}", *rules] if looks else rules
    because = f" because {_join(parts)}" if parts else ""
    if status == "pending":
        return "Your comment is being checked. It appears as soon as that is done."
    if status == "held":
        return f"Waiting for a moderator. Your comment was held{because}."
    if status == "rejected":
        return f"Your comment is not shown{because}."
    return ""


def moderator_sentence(reason: Mapping[str, object]) -> str:
    """One reason as a moderator reads it: the number against its threshold, or the rule in words."""
    label, kind, route = reason.get("label"), str(reason["kind"]), str(reason.get("route", ""))
    if label:
        return f"{PLAIN_NAMES[Label(str(label))]} {_number(reason['score'])}, {_FROM.get(route, route)} from {_number(reason['threshold'])}"
    match = reason.get("match")
    words = {
        "suspect_word": f"Suspect word: {match}",
        "banned_word": f"Banned word: {match}",
        "premoderation": "Every comment on this site is read first",
        "premoderated_author": "This author's comments are read first",
        "first_comments": "One of this author's first comments",
        "links": "More links than the policy allows",
        "repeats": "The same text was posted several times today",
        "unknown_language": f"Language not known to the scorer: {match}",
        "unscored": "The scorer has not answered",
        "imported": "Not shown where it was imported from",
        "reported": f"Reported by readers: {reason.get('count', 1)}",
        "sample": "Routine check",
    }
    return words.get(kind, kind)


def _number(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, int | float) else str(value)


def _join(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
