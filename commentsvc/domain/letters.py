"""Letters to readers: what stands in them, and when the next one is due. Plain text, so that no mail program shows it otherwise."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from commentsvc.domain.letter_words import letter_words
from commentsvc.domain.status import Pace

MOST_IN_ONE: Final = 20
"""Replies told of in one letter; the page has the rest."""
_EXCERPT: Final = 600
_SUBJECT: Final = 150
_GATHERED: Final = timedelta(minutes=1)
"""What a busy conversation says within it comes in one letter."""
_SPANS: Final = {Pace.EACH: timedelta(), Pace.HOURLY: timedelta(hours=1), Pace.DAILY: timedelta(days=1)}
_BREAK: Final = re.compile(r"</(?:p|li|blockquote|pre)>\n?|<br>\n?")
_TAG: Final = re.compile(r"<[^>]*>")
_BLANKS: Final = re.compile(r"\n{3,}")
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's subject, one line, and its text."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A published reply that somebody is told of; `address` is where it stands on its page."""

    name: str
    article: str
    body_html: str
    address: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whom a letter is from, in which language, and the address of the page at which it can be stopped."""

    site: str
    language: str
    manage: str


def due_at(pace: Pace, sent_at: datetime | None, now: datetime) -> datetime:
    """When a reply that is published now is to be told of, `sent_at` being the time of the letter before."""
    soon = now + _GATHERED
    return soon if sent_at is None else max(soon, sent_at + _SPANS[pace])


def write_confirmation(head: Letterhead) -> Letter:
    """The question whether an address is its owner's. Nothing that a stranger wrote is in it: anybody can have it sent to anybody."""
    words = letter_words(head.language)
    site = _line(head.site)
    lines = [words["confirm_ask"].format(site=site), head.manage, words["confirm_else"]]
    return Letter(_subject(words["confirm_subject"].format(site=site)), "\n\n".join(lines) + "\n")


def write_digest(head: Letterhead, replies: Sequence[Reply]) -> Letter:
    """A letter about one reply or several (1 or more), oldest first."""
    words = letter_words(head.language)
    site, names = _line(head.site), [_line(reply.name) for reply in replies]
    parts = []
    for reply, name in list(zip(replies, names, strict=True))[:MOST_IN_ONE]:
        head_line = words["wrote"].replace("{name}", name).replace("{article}", _line(reply.article))
        quoted = "\n".join(f"> {line}".rstrip() for line in plain_text(reply.body_html).split("\n"))
        parts.append(f"{head_line}\n\n{quoted}\n\n{words['read']} {reply.address}")
    if len(replies) > MOST_IN_ONE:
        parts.append(words["more"])
    parts.append(f"-- \n{words['why'].replace('{site}', site)}\n{words['stop']} {head.manage}")
    chosen = words["one_subject"] if len(replies) == 1 else words["many_subject"]
    subject = chosen.replace("{site}", site).replace("{n}", str(len(replies))).replace("{name}", names[0])
    return Letter(_subject(subject), "\n\n".join(parts) + "\n")


def plain_text(body_html: str, *, most: int = _EXCERPT) -> str:
    """What a comment's HTML says, cut after a word where it has more than `most` characters."""
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", body_html.replace("\n", " "))))
    text = _BLANKS.sub("\n\n", "\n".join(line.strip() for line in _UNSEEN.sub("", text).split("\n"))).strip()
    if len(text) <= most:
        return text
    return text[:most].rsplit(None, 1)[0].rstrip() + " …"


def _line(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split())


def _subject(text: str) -> str:
    return text if len(text) <= _SUBJECT else text[: _SUBJECT - 1].rstrip() + "…"
