"""Making records fit what this service can keep. Pure: a record in, and out comes one that fits with what was mended, or a refusal."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, State

LONGEST_ID: Final = 255
LONGEST_KEY: Final = 500
LONGEST_TITLE: Final = 500
LONGEST_SECTION: Final = 100
LONGEST_URL: Final = 2000
LONGEST_NAME: Final = 100
LONGEST_BODY: Final = 50_000
MOST_VOTES: Final = 10_000
NAMELESS: Final = "Reader"
"""Stands where a source gives no name."""
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Nobody commented on the web before; what systems write for no time at all lies far before."""
CLOCK_SKEW: Final = timedelta(days=1)
# What no text needs: line breaks and tabs stay.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TEXTLESS: Final = frozenset({State.WITHDRAWN, State.ERASED})


class UnfitError(Exception):
    """A record that cannot be kept."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(slots=True)
class Clock:
    """The last time that could be true in a file, for records that have none; at first, when the import began."""

    now: datetime
    last: datetime | None = None

    def believe(self, at: datetime | None) -> datetime | None:
        """`at` when it can be true, else None."""
        return at if at is not None and EARLIEST <= at <= self.now + CLOCK_SKEW else None


def fit_comment(comment: ImportedComment, clock: Clock) -> tuple[ImportedComment, tuple[Flaw, ...]]:
    """The comment as it can be kept, and what was mended. Raises UnfitError."""
    if not 0 < len(comment.id) <= LONGEST_ID or _CONTROL.search(comment.id):
        raise UnfitError(Flaw.ID)
    body, created_at, flaws = comment.body, clock.believe(comment.created_at), []
    if created_at is None:
        created_at = clock.last or clock.now
        flaws.append(Flaw.TIME)
    else:
        clock.last = created_at
    if _CONTROL.search(body):
        body = _CONTROL.sub("", body)
        flaws.append(Flaw.CHARACTERS)
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if comment.state is State.ERASED:
        body = ""
    if not body.strip() and comment.state not in _TEXTLESS:
        raise UnfitError(Flaw.EMPTY)
    if len(body) > LONGEST_BODY:
        raise UnfitError(Flaw.TOO_LONG)
    up, down = min(max(comment.up, 0), MOST_VOTES), min(max(comment.down, 0), MOST_VOTES)
    if (up, down) != (comment.up, comment.down):
        flaws.append(Flaw.VOTES)
    edited_at = clock.believe(comment.edited_at)
    is_as_it_was = not flaws and body is comment.body and edited_at is comment.edited_at
    fitting = comment if is_as_it_was else replace(comment, body=body, created_at=created_at, edited_at=edited_at, up=up, down=down)
    return fitting, tuple(flaws)


def fit_author(author: ImportedAuthor, clock: Clock) -> tuple[ImportedAuthor, tuple[Flaw, ...]]:
    """The author as they can be kept, and what was mended. Raises UnfitError for one without an id."""
    if not 0 < len(author.id) <= LONGEST_ID:
        raise UnfitError(Flaw.AUTHOR)
    name = " ".join(_CONTROL.sub(" ", author.name).split())[:LONGEST_NAME].rstrip()
    flaws = (Flaw.NAME,) if not name or len(author.name.strip()) > LONGEST_NAME else ()
    subject = author.subject if author.subject and len(author.subject) <= LONGEST_ID else None
    email = author.email if author.email and "@" in author.email else None
    created_at = clock.believe(author.created_at)
    return replace(author, name=name or NAMELESS, subject=subject, email=email, created_at=created_at), flaws


def fit_article(article: ImportedArticle, clock: Clock) -> tuple[ImportedArticle, tuple[Flaw, ...]]:
    """The article as it can be kept, and what was mended. Raises UnfitError for one without a key."""
    if not article.id:
        raise UnfitError(Flaw.ARTICLE)
    key = article.key.strip()
    if not 0 < len(key) <= LONGEST_KEY or _CONTROL.search(key):
        raise UnfitError(Flaw.ARTICLE_KEY)
    title = _line(article.title, LONGEST_TITLE)
    section = _line(article.section, LONGEST_SECTION)
    url = article.url.strip() if article.url else None
    if url and (len(url) > LONGEST_URL or _CONTROL.search(url) or not _is_web_address(url)):
        url = None
    told = zip((title, section, url), (article.title, article.section, article.url), strict=True)
    is_whole = all((kept or "") == " ".join((given or "").split()) for kept, given in told)
    created_at = clock.believe(article.created_at)
    fitting = replace(article, key=key, title=title, section=section, url=url or None, created_at=created_at)
    return fitting, () if is_whole else (Flaw.DETAILS,)


def _line(text: str | None, longest: int) -> str | None:
    line = " ".join(_CONTROL.sub(" ", text or "").split())[:longest].rstrip()
    return line or None


def _is_web_address(url: str) -> bool:
    try:
        return urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return False
