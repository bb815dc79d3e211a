"""Statements of reasons (Article 17 DSA) in the form that the EU's Transparency Database takes.

They are public. So they are put together from fixed phrases: nothing that anybody wrote, neither author nor moderator, is in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from commentsvc.domain.labels import Label
from commentsvc.domain.status import ReasonCode, Standing

Document = dict[str, str | list[str]]


class StatementState(StrEnum):
    """Where a statement is."""

    KEPT = "kept"
    """Made, and sent to nobody, since no address is set."""
    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    """It does not fit the database's rules; to try again as it is would change nothing."""
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Publisher:
    """What every statement of an installation says. `legal_ground` empty: what is illegal is told as against the terms, and illegal."""

    terms_name: str
    terms_url: str
    legal_ground: str = ""
    territorial_scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restriction:
    """A rejected comment, or an author who was suspended or banned (`standing`).

    `labels` are those whose bands spoke, worst first. `is_decided` says that a moderator decided, `is_detected` that software had put it
    before one, or decided by itself. `reported_as` are the grounds on which readers had reported it before.
    """

    puid: str
    applied_on: date
    written_on: date
    reason_code: ReasonCode | None = None
    labels: tuple[Label, ...] = ()
    is_decided: bool = True
    is_detected: bool = False
    reported_as: frozenset[ReasonCode] = frozenset()
    language: str | None = None
    standing: Standing | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Kind:
    category: str
    words: str
    keywords: tuple[str, ...] = ()


_OTHER: Final = "OTHER_VIOLATION_TC"
_KINDS: Final[Mapping[ReasonCode, _Kind]] = {
    ReasonCode.ABUSE: _Kind("CYBER_VIOLENCE", "insults or harasses", ("KEYWORD_CYBER_HARASSMENT",)),
    ReasonCode.HATE: _Kind("ILLEGAL_OR_HARMFUL_SPEECH", "attacks people for who they are", ("KEYWORD_HATE_SPEECH",)),
    ReasonCode.THREAT: _Kind("VIOLENCE", "threatens somebody"),
    ReasonCode.OBSCENE: _Kind(_OTHER, "is obscene"),
    ReasonCode.SPAM: _Kind(_OTHER, "is spam"),
    ReasonCode.OFF_TOPIC: _Kind(_OTHER, "is off topic"),
    ReasonCode.PERSONAL_DATA: _Kind("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "tells private data of somebody"),
    ReasonCode.MISINFORMATION: _Kind(_OTHER, "spreads what is known to be untrue"),
    ReasonCode.ILLEGAL: _Kind("ILLEGAL_OR_HARMFUL_SPEECH", "is against the law"),
    ReasonCode.OTHER: _Kind(_OTHER, "is against the rules for comments"),
}
_CODE_OF_LABEL: Final[Mapping[Label, ReasonCode]] = {
    Label.TOXICITY: ReasonCode.ABUSE,
    Label.SEVERE_TOXICITY: ReasonCode.ABUSE,
    Label.INSULT: ReasonCode.ABUSE,
    Label.IDENTITY_ATTACK: ReasonCode.HATE,
    Label.THREAT: ReasonCode.THREAT,
    Label.OBSCENE: ReasonCode.OBSCENE,
    Label.SEXUAL_EXPLICIT: ReasonCode.OBSCENE,
}


def state_reasons(restriction: Restriction, publisher: Publisher) -> Document:
    """The statement about a restriction. `problems_of` says whether it fits: what the publisher has set may not."""
    code = restriction.reason_code or next((_CODE_OF_LABEL[label] for label in restriction.labels), ReasonCode.OTHER)
    kind = _KINDS[code]
    document: Document = {
        **_decision(restriction),
        **_ground(code, kind, restriction, publisher),
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": f"STATEMENT_CATEGORY_{kind.category}",
        "content_date": restriction.written_on.isoformat(),
        "application_date": restriction.applied_on.isoformat(),
        "decision_facts": _facts(kind, restriction),
        "source_type": _source(restriction),
        "automated_detection": "Yes" if restriction.is_detected else "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED" if restriction.is_decided else "AUTOMATED_DECISION_FULLY",
        "puid": restriction.puid,
    }
    if kind.keywords:
        document["category_specification"] = list(kind.keywords)
    if publisher.territorial_scope:
        document["territorial_scope"] = list(publisher.territorial_scope)
    language = (restriction.language or "").partition("-")[0].upper()
    if len(language) == 2:  # noqa: PLR2004 - ISO 639-1
        document["content_language"] = language
    return document


def _decision(restriction: Restriction) -> Document:
    if restriction.standing is None:
        return {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"]}
    if restriction.standing is Standing.BANNED:
        return {"decision_account": "DECISION_ACCOUNT_TERMINATED", "account_type": "ACCOUNT_TYPE_PRIVATE"}
    found: Document = {"decision_account": "DECISION_ACCOUNT_SUSPENDED", "account_type": "ACCOUNT_TYPE_PRIVATE"}
    return found | ({"end_date_account_restriction": restriction.ends_on.isoformat()} if restriction.ends_on else {})


def _ground(code: ReasonCode, kind: _Kind, restriction: Restriction, publisher: Publisher) -> Document:
    reference: Document = {"decision_ground_reference_url": publisher.terms_url} if publisher.terms_url else {}
    what = "The comment" if restriction.standing is None else "What the account wrote"
    if code is ReasonCode.ILLEGAL and publisher.legal_ground:
        return reference | {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": publisher.legal_ground,
            "illegal_content_explanation": f"{what} {kind.words}.",
        }
    return reference | {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": publisher.terms_name,
        "incompatible_content_explanation": f"{what} {kind.words}, which these rules do not allow.",
        "incompatible_content_illegal": "Yes" if code is ReasonCode.ILLEGAL else "No",
    }


def _source(restriction: Restriction) -> str:
    if ReasonCode.ILLEGAL in restriction.reported_as:
        return "SOURCE_ARTICLE_16"
    return "SOURCE_TYPE_OTHER_NOTIFICATION" if restriction.reported_as else "SOURCE_VOLUNTARY"


def _facts(kind: _Kind, restriction: Restriction) -> str:
    if restriction.standing is not None:
        how = "closed" if restriction.standing is Standing.BANNED else "suspended"
        return f"A moderator looked at what the account had written, and {how} the account: its comments are no longer taken."
    said = [f"A comment on a news article {kind.words}."]
    if restriction.reported_as:
        said.append("Readers had reported it.")
    if restriction.is_detected:
        said.append(f"Software had measured the text{_measures(restriction.labels)} or found words, links or repeats that the rules name.")
    said.append(
        "A moderator read it and rejected it."
        if restriction.is_decided
        else "It was rejected by the software, by thresholds set by people."
    )
    said.append("Nobody but its author sees it. The author was told, and may ask for a review by a person.")
    return " ".join(said)


def _measures(labels: Sequence[Label]) -> str:
    names = ", ".join(label.value.replace("_", " ") for label in labels)
    return f" ({names})" if names else ""
