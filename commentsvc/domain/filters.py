"""Which of the waiting items are meant: by section, by a label's score, by language, by author and by age."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.labels import PLAIN_NAMES, Label
from commentsvc.domain.status import Queue, Standing

MOST_HOURS: Final = 24 * 365
MOST_DAYS: Final = 3650
MAX_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What an item must be to be meant; None asks for nothing. All that is asked for must hold.

    `score_from` <= score < `score_below`, both in [0, 1], are the part of a label's scale that is meant (`score_below` None: to its end).
    The waiting time counts in hours since the item was opened, the author's age in days since their first comment.
    """

    section: str | None = None
    label: Label | None = None
    score_from: float | None = None
    score_below: float | None = None
    language: str | None = None
    standing: Standing | None = None
    author_id: str | None = None
    waits_at_least_h: int | None = None
    waits_at_most_h: int | None = None
    author_days_below: int | None = None

    def is_empty(self) -> bool:
        """Whether everything is meant."""
        return self == ItemFilter()

    def as_document(self) -> dict[str, object]:
        """What is asked for, as JSON."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class NewFilter:
    """A queue of a site's own, to be made: `queue` None takes whatever waits."""

    site_id: str
    name: str
    queue: Queue | None
    wish: ItemFilter


def check_filter(wish: ItemFilter) -> ItemFilter:
    """Give the filter back. Raises InvalidError with a pointer to each value that does not fit."""
    problems = [FieldProblem(f"/{name}", text) for name, text in _problems(wish)]
    if problems:
        raise InvalidError("The filter does not fit.", fields=tuple(problems))
    return wish


def _problems(wish: ItemFilter) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if wish.label is None and (wish.score_from is not None or wish.score_below is not None):
        found.append(("label", "Say of which label the score is."))
    for name in ("score_from", "score_below"):
        value = getattr(wish, name)
        if value is not None and not 0.0 <= value <= 1.0:
            found.append((name, "Must be a number from 0 to 1."))
    if wish.score_from is not None and wish.score_below is not None and wish.score_from >= wish.score_below:
        found.append(("score_below", "Must be more than where the part begins."))
    for name, most in (("waits_at_least_h", MOST_HOURS), ("waits_at_most_h", MOST_HOURS), ("author_days_below", MOST_DAYS)):
        value = getattr(wish, name)
        if value is not None and not 1 <= value <= most:
            found.append((name, f"Must be a whole number from 1 to {most:,}."))
    if wish.waits_at_least_h is not None and wish.waits_at_most_h is not None and wish.waits_at_least_h > wish.waits_at_most_h:
        found.append(("waits_at_most_h", "Must not be less than the other one."))
    return found


def read_filter(document: Mapping[str, object]) -> ItemFilter:
    """Read what `as_document` wrote.

    What a later release added and this one does not know raises InvalidError: half a filter is another one.
    """
    known = {one.name for one in fields(ItemFilter)}
    unknown = sorted(set(document) - known)
    if unknown:
        raise InvalidError("The filter asks for what this release does not know.", fields=(FieldProblem(f"/{unknown[0]}", "Unknown."),))
    values = dict(document)
    if "label" in values:
        values["label"] = Label(str(values["label"]))
    if "standing" in values:
        values["standing"] = Standing(str(values["standing"]))
    return check_filter(ItemFilter(**values))  # type: ignore[arg-type]  # written by `as_document`


_STANDINGS: Final = {
    Standing.NORMAL: "in normal standing",
    Standing.TRUSTED: "trusted",
    Standing.PREMODERATED: "read before shown",
    Standing.SUSPENDED: "suspended",
    Standing.BANNED: "banned",
}


def in_words(wish: ItemFilter) -> tuple[str, ...]:
    """What a filter asks for, a few words each, for people."""
    found: list[str] = []
    if wish.section is not None:
        found.append(f"section {wish.section}")
    if wish.label is not None:
        begin, end = wish.score_from or 0.0, wish.score_below
        found.append(f"{PLAIN_NAMES[wish.label].lower()} from {begin:.2f}" + (f" to below {end:.2f}" if end is not None else ""))
    if wish.language is not None:
        found.append(f"language {wish.language}")
    if wish.standing is not None:
        found.append(f"authors {_STANDINGS[wish.standing]}")
    if wish.author_id is not None:
        found.append("one author")
    if wish.author_days_below is not None:
        found.append(f"authors of less than {wish.author_days_below:,} d")
    if wish.waits_at_least_h is not None:
        found.append(f"waiting {wish.waits_at_least_h:,} h or longer")
    if wish.waits_at_most_h is not None:
        found.append(f"waiting {wish.waits_at_most_h:,} h at most")
    return tuple(found)
