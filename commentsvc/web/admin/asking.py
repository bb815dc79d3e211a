"""What the laboratory is asked, from the fields of its forms: which comments, which thresholds, which goal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from commentsvc.domain.advising import Goal
from commentsvc.domain.dragging import Handle
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.policy import Band, Policy, parse_policy, thresholds_into
from commentsvc.services.laboratory import Scope
from commentsvc.services.simulation import Wish
from commentsvc.store.queries.history import Period
from commentsvc.web.admin.draft import STEPS

PERIODS: Final = {"7": "last 7 days", "30": "last 30 days", "90": "last 90 days", "365": "last year"}
USUAL: Final = "30"
_LONGEST: Final = 12
THRESHOLDS: Final = {f"{label.value}-{step}": _LONGEST for label in ALL_LABELS for step in STEPS}
SAVE_FORM: Final = {**THRESHOLDS, "section": 100, "language": 8, "days": 4, "since": 10, "until": 10, "note": 1000, "act": 10}
_MOST: Final = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The page's state, as it stands in its address."""

    values: Mapping[str, str]
    scope: Scope
    days: str
    has_draft: bool

    @property
    def filters(self) -> dict[str, str]:
        """What chooses the comments, as fields of a form."""
        kept = {name: self.values.get(name, "") for name in ("section", "language", "since", "until")}
        return {"days": self.days, **{name: value for name, value in kept.items() if value}}


def read_asked(values: Mapping[str, str]) -> Asked:
    """Read the fields; what does not fit counts as not asked."""
    section, language = values.get("section", "")[:100], values.get("language", "")[:8]
    days = values.get("days", "")
    return Asked(
        values,
        Scope(section or None, language or None),
        days if days in PERIODS else USUAL,
        any(name in values for name in THRESHOLDS),
    )


def chosen_period(asked: Asked, now: datetime) -> Period | None:
    """The days chosen by their dates (UTC, both included); None where they are not, or make no period."""
    since, until = (_date(asked.values.get(name, "")) for name in ("since", "until"))
    if since is None and until is None:
        return None
    end = min(now + timedelta(seconds=1), _midnight(until, now) + timedelta(days=1) if until else now + timedelta(seconds=1))
    begin = _midnight(since, now) if since else end - timedelta(days=int(asked.days))
    return Period(begin, end) if begin < end else None


def _midnight(day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None  # noqa: PLR2004 - a day before or after it is neither a mistake nor an overflow


def thresholds_of(policy: Policy, section: str | None) -> dict[str, str]:
    """The thresholds in force as the form's fields."""
    bands = policy.bands_for(section)
    return dict.fromkeys(THRESHOLDS, "") | {
        f"{label.value}-{step}": f"{value:g}"
        for label in ALL_LABELS
        for step in STEPS
        if label in bands and (value := getattr(bands[label], f"{step}_at")) is not None
    }


def draft_document(document: Mapping[str, Any], fields: Mapping[str, str], section: str | None) -> dict[str, Any]:
    """The active document with the form's thresholds, for the site or as a section's own where they differ from the site's.

    What is no number stays as it was typed: the check refuses it.
    """
    bands: dict[str, Any] = {}
    for label in ALL_LABELS:
        band = {f"{step}_at": _number(text) for step in STEPS if (text := fields.get(f"{label.value}-{step}", "").strip())}
        if band:
            bands[label.value] = band
    if section is None:
        return {**document, "bands": bands}
    site, sections = document.get("bands", {}), dict(document.get("sections", {}))
    named = {*bands, *site}
    own = {label: bands.get(label, {}) for label in sorted(named) if bands.get(label, {}) != site.get(label, {})}
    sections.pop(section, None)
    if own:
        sections[section] = {"bands": own}
    changed = {**document, "sections": sections}
    if not sections:
        del changed["sections"]
    return changed


def document_of_policy(document: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The document with a recommended policy's thresholds."""
    return thresholds_into(document, policy)


def hand_of(asked: Asked, draft: Policy, labels: tuple[Label, ...]) -> Handle | None:
    """The threshold that is looked at: the one named, or else the first one that the draft has."""
    section, bands = asked.scope.section, draft.bands_for(asked.scope.section)
    label, _, step = asked.values.get("hand", "").partition("-")
    if label in labels and step in STEPS:
        return Handle(Label(label), f"{step}_at", section)
    for one in labels:
        for step in STEPS:
            if one in bands and getattr(bands[one], f"{step}_at") is not None:
                return Handle(one, f"{step}_at", section)
    return None


def in_hand(draft: Policy, handle: Handle) -> Policy:
    """The draft, with a band of the section's own for the threshold in hand where it is a section's."""
    if handle.section is None:
        return draft
    own = draft.section_bands.get(handle.section, {})
    bands = {handle.label: draft.bands.get(handle.label, Band()), **own}
    return replace(draft, section_bands={**draft.section_bands, handle.section: bands})


def wish_of(asked: Asked) -> tuple[Wish | None, str]:
    """The goal asked for and what is wrong with it; shares come in percent."""
    goal, text, most = (asked.values.get(name, "").strip() for name in ("goal", "limit", "most"))
    if goal not in set(Goal):
        return None, ""
    limit, costs = _number(text), _number(most) if most else _MOST
    if not isinstance(limit, float) or not isinstance(costs, float) or not 0 < costs <= _MOST:
        return None, "Give a number."
    if goal == Goal.ITEMS:
        return (Wish(Goal.ITEMS, limit), "") if 0 < limit <= _MOST else (None, "Give a number of items above 0.")
    return (Wish(Goal(goal), limit / 100, costs), "") if 0 < limit < 100 else (None, "Give a percentage above 0 and below 100.")  # noqa: PLR2004 - per cent


def parsed(document: dict[str, Any]) -> Policy:
    """The policy of a document. Raises InvalidError that names every problem."""
    return parse_policy(document)


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text
