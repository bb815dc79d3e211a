"""Coral: its collections of comments, stories and users, as `mongoexport` writes them: one JSON object a line."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from commentsvc.transfer.html_markdown import html_to_markdown
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Problem, Record, Records, State, refused
from commentsvc.transfer.source_files import Object, object_in, objects_in, opened, read_objects
from commentsvc.transfer.values import count_of, some_text, text_of, time_of

_STATES: Final = {
    "APPROVED": State.PUBLISHED,
    "NONE": State.PUBLISHED,
    "PREMOD": State.HELD,
    "SYSTEM_WITHHELD": State.HELD,
    "REJECTED": State.REJECTED,
}
_STAFF: Final = frozenset({"STAFF", "MODERATOR", "ADMIN"})


def read_coral(comments: Path, stories: Path, users: Path | None) -> Records:
    """The records of the three collections. Without users, authors have no names. Raises ImportFileError for a file that was cut off.

    Articles are called by the ids of their stories. Reactions become votes for a comment; reports, tags and older texts are left behind.
    """
    yield from _collection(stories, _story)
    if users is not None:
        yield from _collection(users, _user)
    yield from _collection(comments, _comment)


def _collection(path: Path, make: Callable[[Object, str], Record]) -> Records:
    with opened(path) as source:
        for at, found in read_objects(source, path):
            place = f"{path.name}, {at}"
            if isinstance(found, Problem):
                yield refused(found.flaw, place)
            else:
                yield make(found, place)


def _story(found: Object, at: str) -> Record:
    del at
    key, url, about = _id(found), some_text(found.get("url")), object_in(found, "metadata")
    closed_at = _time(found.get("closedAt"))
    return ImportedArticle(
        id=key,
        key=key,
        url=url,
        title=some_text(about.get("title")),
        section=some_text(about.get("section")),
        closes_at=closed_at or None,
        created_at=_time(found.get("createdAt")),
    )


def _user(found: Object, at: str) -> Record:
    del at
    return ImportedAuthor(
        id=_id(found),
        name=text_of(found.get("username")),
        email=some_text(found.get("email")),
        is_guest=False,
        is_staff=text_of(found.get("role")) in _STAFF,
        created_at=_time(found.get("createdAt")),
    )


def _comment(found: Object, at: str) -> Record:
    key = _id(found)
    state = _STATES.get(text_of(found.get("status")))
    texts = objects_in(found, "revisions")
    is_deleted = _time(found.get("deletedAt")) is not None
    if state is None or (not texts and not is_deleted):
        return refused(Flaw.UNREADABLE, at, key or None)
    return ImportedComment(
        at=at,
        id=key,
        article_id=text_of(found.get("storyID")),
        author_id=text_of(found.get("authorID")),
        body="" if is_deleted else html_to_markdown(text_of(texts[-1].get("body"))),
        state=State.WITHDRAWN if is_deleted else state,
        created_at=_time(found.get("createdAt")),
        parent_id=some_text(found.get("parentID")),
        edited_at=_time(texts[-1].get("createdAt")) if len(texts) > 1 else None,
        up=_number(object_in(found, "actionCounts").get("REACTION")),
    )


def _id(found: Object) -> str:
    return text_of(found.get("id")) or text_of(found.get("_id"))


def _number(value: object) -> int:
    # In the canonical form of its JSON numbers are objects.
    if isinstance(value, dict):
        value = value.get("$numberInt", value.get("$numberLong"))
    return count_of(value)


def _time(value: object) -> datetime | None:
    if isinstance(value, dict):
        value = value.get("$date")
    if isinstance(value, dict):
        milliseconds = _number(value)
        return time_of(milliseconds / 1000) if milliseconds else None
    return time_of(value)
