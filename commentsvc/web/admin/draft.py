"""A draft of a policy between its form and its document."""

from collections.abc import Mapping
from typing import Any, Final

from commentsvc.domain.errors import FieldProblem
from commentsvc.domain.labels import ALL_LABELS

STEPS: Final = ("review", "hold", "reject")
ROUTES: Final = ("publish", "review", "hold", "reject")
_NUMBER: Final = 12
_WORDS: Final = 200_000
_RULES: Final = ("first_comments", "links", "repeats")

FORM: Final[dict[str, int]] = {
    **{f"{label.value}-{step}": _NUMBER for label in ALL_LABELS for step in STEPS},
    **{f"{rule}-count": _NUMBER for rule in _RULES},
    **{f"{rule}-route": _NUMBER for rule in _RULES},
    "language-route": _NUMBER,
    "premoderation": 3,
    "publish_unscored": 3,
    "sample": _NUMBER,
    "suspect": _WORDS,
    "suspect-route": _NUMBER,
    "banned": _WORDS,
    "banned-route": _NUMBER,
    "base": _NUMBER,
    "draft": 36,
    "edition": _NUMBER,
    "scope": 100,
    "days": 4,
    "note": 1000,
    "act": 10,
}
"""Every field of the editor's form with its greatest length."""


def form_of(document: Mapping[str, Any], scope: str) -> dict[str, str]:
    """The values of the editor's fields for a stored document; `scope` is a section's key, '' for the whole site."""
    bands = _scoped_bands(document, scope)
    values = {f"{label.value}-{step}": _text(bands.get(label.value, {}).get(f"{step}_at")) for label in ALL_LABELS for step in STEPS}
    defaults = {"first_comments": ("count", 0, "review"), "links": ("max", 3, "hold"), "repeats": ("count", 3, "hold")}
    for rule, (key, count, route) in defaults.items():
        values[f"{rule}-count"] = _text(document.get(rule, {}).get(key, count))
        values[f"{rule}-route"] = str(document.get(rule, {}).get("route", route))
    words = document.get("words", {})
    values |= {
        "language-route": str(document.get("language", {}).get("unknown_route", "review")),
        "premoderation": "yes" if document.get("premoderation") else "",
        "publish_unscored": "yes" if document.get("publish_unscored") else "",
        "sample": _text(round(float(document.get("sample_rate", 0.02)) * 100, 4)),
        "suspect": "\n".join(words.get("suspect", [])),
        "suspect-route": str(words.get("suspect_route", "review")),
        "banned": "\n".join(words.get("banned", [])),
        "banned-route": str(words.get("banned_route", "hold")),
    }
    return values


def _scoped_bands(document: Mapping[str, Any], scope: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document.get("sections", {}).get(scope, {}).get("bands", {}) if scope else document.get("bands", {})
    return found


def document_of(form: Mapping[str, str], base: Mapping[str, Any]) -> dict[str, Any]:
    """The document that the form means, upon the version it began from. What is no number stays as it was typed: the check refuses it."""
    document = dict(base)
    scope = form["scope"]
    bands: dict[str, Any] = {}
    for label in ALL_LABELS:
        band = {f"{step}_at": _number(text) for step in STEPS if (text := form[f"{label.value}-{step}"].strip())}
        if band:
            bands[label.value] = band
    if scope:
        sections = {key: value for key, value in base.get("sections", {}).items() if key != scope}
        if bands:
            sections[scope] = {"bands": bands}
        document["sections"] = sections
        if not sections:
            del document["sections"]
        return document
    words: dict[str, Any] = {
        "suspect": _lines(form["suspect"]),
        "suspect_route": form["suspect-route"] or "review",
        "banned": _lines(form["banned"]),
        "banned_route": form["banned-route"] or "hold",
    }
    sample = _number(form["sample"].strip() or "0")
    document |= {
        "bands": bands,
        "words": words,
        "first_comments": {"count": _whole(form["first_comments-count"]), "route": form["first_comments-route"] or "review"},
        "links": {"max": _whole(form["links-count"]), "route": form["links-route"] or "hold"},
        "repeats": {"count": _whole(form["repeats-count"]), "route": form["repeats-route"] or "hold"},
        "language": {"unknown_route": form["language-route"] or "review"},
        "premoderation": form["premoderation"] == "yes",
        "publish_unscored": form["publish_unscored"] == "yes",
        "sample_rate": round(sample / 100, 6) if isinstance(sample, float) else sample,
    }
    return document


def field_problems(problems: tuple[FieldProblem, ...], scope: str) -> dict[str, str]:
    """What is wrong, by the name of the form's field that it is about; '' for what belongs to none."""
    found: dict[str, str] = {}
    for problem in problems:
        parts = problem.pointer.strip("/").split("/")
        if scope and parts[:1] == ["sections"]:
            parts = parts[2:]
        name = _FIELD_OF.get("/".join(parts[:2]), "")
        if parts[:1] == ["bands"] and len(parts) == 3:  # noqa: PLR2004 - bands, label, step
            name = f"{parts[1]}-{parts[2].removesuffix('_at')}"
        found.setdefault(name, problem.detail)
    return found


_FIELD_OF: Final = {
    "first_comments/count": "first_comments-count",
    "links/max": "links-count",
    "repeats/count": "repeats-count",
    "sample_rate": "sample",
    "words/suspect": "suspect",
    "words/banned": "banned",
}


def _text(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def _whole(text: str) -> int | str:
    text = text.strip() or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < _NUMBER else text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
