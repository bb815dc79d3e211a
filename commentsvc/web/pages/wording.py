"""How times, numbers, scores and marked words are written on pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from commentsvc.domain.labels import PLAIN_NAMES, Label
from commentsvc.domain.status import ReasonCode, Standing
from commentsvc.web.context import get_runtime

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400
_MONTH: Final = 30 * _DAY

LETTERS: Final[dict[Label, str]] = {
    Label.TOXICITY: "To",
    Label.SEVERE_TOXICITY: "Se",
    Label.OBSCENE: "Ob",
    Label.THREAT: "Th",
    Label.INSULT: "In",
    Label.IDENTITY_ATTACK: "Id",
    Label.SEXUAL_EXPLICIT: "Sx",
}
"""Stands beside a label's colour where there is no room for its name."""

REASON_WORDS: Final[dict[ReasonCode, str]] = {
    ReasonCode.ABUSE: "Abuse or insult",
    ReasonCode.HATE: "Hate against a group",
    ReasonCode.THREAT: "Threat",
    ReasonCode.OBSCENE: "Obscene",
    ReasonCode.SPAM: "Spam or advertising",
    ReasonCode.OFF_TOPIC: "Off topic",
    ReasonCode.PERSONAL_DATA: "Personal data",
    ReasonCode.MISINFORMATION: "False information",
    ReasonCode.ILLEGAL: "Illegal",
    ReasonCode.OTHER: "Something else",
}

STANDING_WORDS: Final[dict[Standing, str]] = {
    Standing.NORMAL: "Normal",
    Standing.TRUSTED: "Trusted",
    Standing.PREMODERATED: "Read before shown",
    Standing.SUSPENDED: "Suspended",
    Standing.BANNED: "Banned",
}

# The most telling label first: what is a threat is hardly ever not toxic as well.
_TELLING: Final = (
    Label.THREAT,
    Label.IDENTITY_ATTACK,
    Label.SEVERE_TOXICITY,
    Label.SEXUAL_EXPLICIT,
    Label.OBSCENE,
    Label.INSULT,
    Label.TOXICITY,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters [`begin`, `end`) of a text that stand out, by a label or (None) by a word list."""

    begin: int
    end: int
    label: Label | None
    score: float | None = None


def exact_time(at: datetime) -> str:
    """A time with the minute and its zone."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def short_span(seconds: float) -> str:
    """A length of time in its largest unit."""
    if seconds < 1:
        return "under 1 s"
    if seconds < _MINUTE:
        return f"{int(seconds)} s"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h"
    return f"{count(int(seconds // _DAY))} d"


def ago(at: datetime, ending: str = "") -> Markup:
    """How long ago, with the exact time on hover; a script keeps it right. `ending` (" ago") follows a length of time, not a date."""
    seconds = (get_runtime().clock.now() - at).total_seconds()
    text = "now" if 0 <= seconds < _MINUTE else short_span(seconds) + ending
    if seconds >= _MONTH or seconds < 0:
        text = f"{at.day} {at:%b %Y}"
    made = Markup('<time datetime="{}" title="{}" data-ago="{}">{}</time>')
    return made.format(at.isoformat(timespec="seconds"), exact_time(at), ending, text)


def when(at: datetime) -> Markup:
    """The exact time."""
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), exact_time(at))


def count(number: float) -> str:
    """A whole number with its thousands apart."""
    return f"{number:,.0f}"


def amount(number: float) -> str:
    """A number that need not be whole: with one decimal below 100, and none above."""
    return f"{number:,.1f}" if abs(number) < 100 else f"{number:,.0f}"  # noqa: PLR2004 - below, a tenth still says something


def percent(share: float | None) -> str:
    """A share in [0, 1] as percent without decimals; a dash where it is not known."""
    return "–" if share is None else f"{share * 100:.0f} %"  # noqa: RUF001 - a dash


def web_address(address: str | None) -> str | None:
    """An address that is safe to link to; None for any that is not of the web."""
    return address if address and address.startswith(("https://", "http://")) else None


def label_name(label: str) -> str:
    """The word for a label."""
    return PLAIN_NAMES[Label(label)]


def label_letters(label: str) -> str:
    """Two letters for a label."""
    return LETTERS[Label(label)]


def marked(text: str, marks: Iterable[Mark]) -> Markup:
    """`text`, escaped, with its marks. Where several lie on the same characters, the most telling label is shown and all are named."""
    good = [mark for mark in marks if 0 <= mark.begin < mark.end <= len(text)]
    edges = sorted({0, len(text), *(mark.begin for mark in good), *(mark.end for mark in good)})
    parts: list[Markup] = []
    before: Sequence[Mark] = ()
    start = 0
    for begin, end in pairwise(edges):
        here = [mark for mark in good if mark.begin <= begin and mark.end >= end]
        if here != before:
            parts.append(_part(text[start:begin], before))
            start, before = begin, here
    parts.append(_part(text[start:], before))
    return Markup("").join(parts)


def _part(text: str, marks: Sequence[Mark]) -> Markup:
    if not marks or not text:
        return escape(text)
    labelled = sorted((mark for mark in marks if mark.label), key=lambda mark: _TELLING.index(Label(str(mark.label))))
    names = [PLAIN_NAMES[mark.label] for mark in labelled if mark.label] or ["Word list"]
    first = labelled[0].label if labelled else None
    css, letters = (first.value, LETTERS[first]) if first else ("word", "W")
    return Markup('<mark class="label-{}" data-letters="{}" title="{}">{}</mark>').format(css, letters, ", ".join(names), text)
