"""The rules of the EU's DSA Transparency Database for a statement of reasons, held against one before it is sent.

Source: the database's own published request rules, as of June 2026.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from commentsvc.domain.errors import FieldProblem

VISIBILITY: Final = tuple(
    f"DECISION_VISIBILITY_{word}"
    for word in (
        "CONTENT_REMOVED", "CONTENT_DISABLED", "CONTENT_DEMOTED", "CONTENT_AGE_RESTRICTED", "CONTENT_INTERACTION_RESTRICTED",
        "CONTENT_LABELLED", "OTHER",
    )
)  # fmt: skip
CATEGORIES: Final = tuple(
    f"STATEMENT_CATEGORY_{word}"
    for word in (
        "ANIMAL_WELFARE", "CONSUMER_INFORMATION", "CYBER_VIOLENCE", "CYBER_VIOLENCE_AGAINST_WOMEN",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "ILLEGAL_OR_HARMFUL_SPEECH", "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "NOT_SPECIFIED_NOTICE", "OTHER_VIOLATION_TC", "PROTECTION_OF_MINORS",
        "RISK_FOR_PUBLIC_SECURITY", "SCAMS_AND_FRAUD", "SELF_HARM", "UNSAFE_AND_PROHIBITED_PRODUCTS", "VIOLENCE",
    )
)  # fmt: skip
COUNTRIES: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905 - read as words
)
_ILLEGAL, _INCOMPATIBLE = "DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "decision_account": ("DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"),
    "decision_provision": tuple(
        f"DECISION_PROVISION_{word}" for word in ("PARTIAL_SUSPENSION", "TOTAL_SUSPENSION", "PARTIAL_TERMINATION", "TOTAL_TERMINATION")
    ),
    "account_type": ("ACCOUNT_TYPE_PRIVATE", "ACCOUNT_TYPE_BUSINESS"),
    "decision_ground": (_ILLEGAL, _INCOMPATIBLE),
    "incompatible_content_illegal": ("Yes", "No"),
    "category": CATEGORIES,
    "source_type": ("SOURCE_VOLUNTARY", "SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION"),
    "automated_detection": ("Yes", "No"),
    "automated_decision": tuple(f"AUTOMATED_DECISION_{word}" for word in ("FULLY", "PARTIALLY", "NOT_AUTOMATED")),
}
_LISTS: Final[Mapping[str, Callable[[str], bool]]] = {
    "decision_visibility": VISIBILITY.__contains__,
    "content_type": ("CONTENT_TYPE_TEXT",).__contains__,
    "category_addition": CATEGORIES.__contains__,
    "category_specification": lambda word: re.fullmatch(r"KEYWORD_[A-Z_]{1,100}", word) is not None,
    "territorial_scope": COUNTRIES.__contains__,
}
_TEXTS: Final[Mapping[str, int]] = {
    "decision_visibility_other": 500,
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2000,
    "decision_facts": 5000,
    "source_identity": 500,
}
_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "decision_ground_reference_url": re.compile(r"https?://[^\s/?#]+\.[^\s]{1,480}"),
    "content_language": re.compile(r"[A-Z]{2}"),
    "puid": re.compile(r"[A-Za-z0-9_-]{1,500}"),
}
_DATES: Final[Mapping[str, date]] = {
    "content_date": date(2000, 1, 1),
    "application_date": date(2020, 1, 1),
    "end_date_visibility_restriction": date(2020, 1, 1),
    "end_date_account_restriction": date(2020, 1, 1),
    "end_date_service_restriction": date(2020, 1, 1),
}
_LATEST: Final = date(2038, 1, 1)
_REQUIRED: Final = (
    "decision_ground", "content_type", "category", "content_date", "application_date", "decision_facts", "source_type",
    "automated_detection", "automated_decision", "puid",
)  # fmt: skip
_OF_GROUND: Final[Mapping[str, tuple[str, ...]]] = {
    _ILLEGAL: ("illegal_content_legal_ground", "illegal_content_explanation"),
    _INCOMPATIBLE: ("incompatible_content_ground", "incompatible_content_explanation"),
}
_MOST_URL: Final = 500
_PERSONAL: Final = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|(?<!\w)@\w{2,}|\+?\d(?:[ ()/-]{0,2}\d){7,}"
    r"|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){4,}"
)
"""What looks like an address of a person or of a machine, a handle, or a telephone number."""


def problems_of(document: Mapping[str, object]) -> list[FieldProblem]:
    """What keeps a statement from being taken, or from being public; empty when nothing does."""
    return [FieldProblem(f"/{name}", detail) for name, detail in _find(document)]


def _find(document: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    known = {*_CHOICES, *_LISTS, *_TEXTS, *_PATTERNS, *_DATES}
    for name, value in document.items():
        objection = _object_to(name, value) if name in known else "Is no field of a statement."
        if objection:
            yield name, objection
    for name in _REQUIRED:
        if not document.get(name):
            yield name, "Is required."
    if not any(document.get(name) for name in ("decision_visibility", "decision_account", "decision_provision")):
        yield "decision_visibility", "Some restriction is required."
    yield from _find_between(document)


def _find_between(document: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    ground = document.get("decision_ground")
    for kind, names in _OF_GROUND.items():
        for name in names:
            if kind == ground and not document.get(name):
                yield name, "Is required with this ground."
            if kind != ground and name in document:
                yield name, "Belongs to the other ground."
    if ground == _ILLEGAL and "incompatible_content_illegal" in document:
        yield "incompatible_content_illegal", "Belongs to the other ground."
    visibility = document.get("decision_visibility")
    is_other = isinstance(visibility, list) and VISIBILITY[-1] in visibility
    if is_other is not bool(document.get("decision_visibility_other")):
        yield "decision_visibility_other", "Is required with DECISION_VISIBILITY_OTHER, and belongs to it alone."
    if document.get("source_type") == "SOURCE_VOLUNTARY" and document.get("source_identity"):
        yield "source_identity", "Nobody is the source of one's own look."


def _object_to(name: str, value: object) -> str | None:
    if name in _LISTS:
        fits = isinstance(value, list) and bool(value) and all(isinstance(word, str) and _LISTS[name](word) for word in value)
        return None if fits else "Must be a list of the database's words."
    return _object_to_text(name, value) if isinstance(value, str) else "Must be a text."


def _object_to_text(name: str, value: str) -> str | None:
    if name in _CHOICES:
        return None if value in _CHOICES[name] else f"Must be one of {', '.join(_CHOICES[name])}."
    if name in _PATTERNS:
        return None if _PATTERNS[name].fullmatch(value) and len(value) <= _MOST_URL else "Is not of the form that the database takes."
    if name in _DATES:
        return _object_to_date(value, _DATES[name])
    if not value.strip() or len(value) > _TEXTS[name]:
        return f"Must have 1 to {_TEXTS[name]:,} characters."
    return "Seems to hold personal data, and the database is public." if _PERSONAL.search(value) else None


def _object_to_date(value: str, earliest: date) -> str | None:
    try:
        found = date.fromisoformat(value) if len(value) == len("2026-01-01") else None
    except ValueError:
        found = None
    return None if found and earliest <= found <= _LATEST else f"Must be a day from {earliest} to {_LATEST}, as YYYY-MM-DD."
