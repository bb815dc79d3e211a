"""What every other system's comments are turned into, and every export is made from: one neutral stream of records.

A format is a module that yields these, one at a time, in whatever order its file has them. Records name each other by the ids that
they have in the source: a comment its article, its author and what it answers. Nothing is judged here beyond the form; what does not
fit a site is refused or mended where the stream is taken in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from commentsvc.domain.status import Standing


class State(StrEnum):
    """What had become of a comment where it comes from.

    `REJECTED` is also spam; `WITHDRAWN` is deleted, by its author or, where the source does not tell, by anybody; `ERASED` is a
    placeholder of somebody who was forgotten.
    """

    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ImportedArticle:
    """A page with comments. `id` is what comments name it by, `key` what the publisher's own pages call it."""

    id: str
    key: str
    url: str | None = None
    title: str | None = None
    section: str | None = None
    is_closed: bool = False
    closes_at: datetime | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportedAuthor:
    """Who wrote comments. `is_guest` says that nobody vouches for them: then `id` is made from what they said of themselves.

    `subject`, `email_hash` and standings are known only where comments come from this service.
    """

    id: str
    name: str
    email: str | None = None
    is_guest: bool = True
    is_staff: bool = False
    subject: str | None = None
    email_hash: str | None = None
    standing: Standing = Standing.NORMAL
    standing_until: datetime | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportedComment:
    """One comment with the text that readers saw last, in Markdown. `at` tells where in the file it stands.

    `number` orders it among its siblings where the source has such an order; else time does. `created_at` is None where the source
    has no time that can be read.
    """

    at: str
    id: str
    article_id: str
    author_id: str
    body: str
    state: State
    created_at: datetime | None
    parent_id: str | None = None
    edited_at: datetime | None = None
    up: int = 0
    down: int = 0
    number: int = 0


class Action(StrEnum):
    """What came of a record with something wrong about it."""

    REFUSED = "refused"
    MENDED = "mended"


class Flaw(StrEnum):
    """What can be wrong with a record. The words for each are in `FLAWS`."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    ID = "id"
    DUPLICATE = "duplicate"
    ARTICLE = "article"
    ARTICLE_KEY = "article_key"
    CYCLE = "cycle"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    PARENT = "parent"
    TOO_DEEP = "too_deep"
    TIME = "time"
    AUTHOR = "author"
    NAME = "name"
    VOTES = "votes"
    CHARACTERS = "characters"
    DETAILS = "details"


FLAWS: dict[Flaw, str] = {
    Flaw.UNREADABLE: "it is not what the format says it is",
    Flaw.TOO_LARGE: "it is larger than any comment",
    Flaw.ID: "it has no id of 1 to 255 characters",
    Flaw.DUPLICATE: "an earlier record has the same id",
    Flaw.ARTICLE: "its article is not in the file",
    Flaw.ARTICLE_KEY: "its article has no key of 1 to 500 characters",
    Flaw.CYCLE: "it answers itself, through others",
    Flaw.EMPTY: "it has no text",
    Flaw.TOO_LONG: "its text has more than 50,000 characters",
    Flaw.PARENT: "what it answers is not there: it stands on its own",
    Flaw.TOO_DEEP: "it is nested deeper than the site allows: it stands beside what it answers",
    Flaw.TIME: "its time cannot be true: it has that of the record before it",
    Flaw.AUTHOR: "its author is not in the file",
    Flaw.NAME: "its author's name was empty or longer than 100 characters",
    Flaw.VOTES: "its votes were below 0 or above 10,000",
    Flaw.CHARACTERS: "control characters were left out of its text",
    Flaw.DETAILS: "title, address or section of its article were too long and were cut or left out",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one record: where it stands, its id in the source if it has one, and what was done about it."""

    action: Action
    flaw: Flaw
    at: str
    id: str | None = None

    def as_document(self) -> dict[str, str | None]:
        """The problem as one line of a report."""
        return {"action": self.action.value, "reason": self.flaw.value, "detail": FLAWS[self.flaw], "at": self.at, "id": self.id}


def refused(flaw: Flaw, at: str, source_id: str | None = None) -> Problem:
    """A record that is left out."""
    return Problem(Action.REFUSED, flaw, at, source_id)


def mended(flaw: Flaw, at: str, source_id: str | None = None) -> Problem:
    """A record that is taken in, after it was changed."""
    return Problem(Action.MENDED, flaw, at, source_id)


Record: TypeAlias = ImportedArticle | ImportedAuthor | ImportedComment | Problem
Records: TypeAlias = Iterator[Record]
