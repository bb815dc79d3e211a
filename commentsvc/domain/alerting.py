"""Alerts in plain words, for pages and letters."""

from collections.abc import Mapping
from typing import Any

from commentsvc.domain.labels import PLAIN_NAMES, Label
from commentsvc.domain.letters import Letter
from commentsvc.domain.status import AlertKind

_HOUR_S = 3600
_MOST_SUBJECT = 150


def alert_sentence(kind: AlertKind, subject: str, detail: Mapping[str, Any]) -> str:
    """What an alert says, in one sentence."""
    if kind is AlertKind.WAITING:
        waited, most = float(detail.get("waited_s", 0)) / _HOUR_S, int(detail.get("hours", 0))
        return f"The oldest comment has waited {waited:.0f} hours for a moderator; it should not be more than {most}."
    label, _, section = subject.partition("@")
    place = f" in the section {section}" if section else ""
    name = PLAIN_NAMES[Label(label)] if label in set(Label) else label
    index = float(detail.get("index", 0))
    return f"{name} scores{place} fall as they did not in the four weeks before (stability index {index:.2f}, an alert from 0.25)."


def alert_advice(kind: AlertKind) -> str:
    """What to do about it."""
    if kind is AlertKind.WAITING:
        return "Look at the queue, or flag fewer comments: the thresholds page tells what a change would do."
    return "What readers write has changed, or the scorer has. Look at the thresholds again: promises made from older comments do not hold."


def write_alert(site: str, sentence: str, advice: str, page: str) -> Letter:
    """The letter about an alert to an admin who asked for it. Nothing that a reader wrote is in it."""
    site = " ".join(site.split())
    subject = f"{site}: {sentence}"
    if len(subject) > _MOST_SUBJECT:
        subject = subject[: _MOST_SUBJECT - 1].rstrip() + "…"
    text = f"{sentence}\n\n{advice}\n\n{page}\n\n-- \nYou get this because you asked for {site}'s alerts. Stop them on that page.\n"
    return Letter(subject, text)
