"""Our own format: JSON Lines that hold all that a site's threads are made of, for moving them between installations without loss.

The first line names the format and the site, the last one counts the comments, so that a file that was cut off is told from a whole
one. Between them stand articles, authors and comments, one object a line, in any order. `docs/moving.md` describes each field.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from commentsvc.domain.status import Standing
from commentsvc.transfer.records import (
    Flaw,
    ImportedArticle,
    ImportedAuthor,
    ImportedComment,
    Problem,
    Record,
    Records,
    State,
    refused,
)
from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.source_files import Object, opened, read_objects
from commentsvc.transfer.values import count_of, is_true, some_text, text_of, time_of

FORMAT: Final = "commentsvc comments 1"
_STATES: Final = {state.value: state for state in State}
_STANDINGS: Final = {standing.value: standing for standing in Standing}


def read_json_lines(path: Path) -> Records:
    """The records of a file. Raises ImportFileError for one that is not such a file, or not all of it."""
    with opened(path) as source:
        objects = read_objects(source, path)
        _, head = next(objects, ("", None))
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise ImportFileError(f"{path} does not begin with a line that says it is {FORMAT!r}")
        comments, end = 0, None
        for at, found in objects:
            if end is not None:
                raise ImportFileError(f"{path} goes on after its end, in {at}")
            if isinstance(found, Problem):
                yield found
            elif found.get("type") == "end":
                end = count_of(found.get("comments"))
            else:
                comments += found.get("type") == "comment"
                yield _record(found, at)
        if end is None:
            raise ImportFileError(f"{path} was cut off: its last line is missing")
        if end < comments:
            raise ImportFileError(f"{path} says that it holds {end:,} comments, and holds {comments:,}")


def _record(found: Object, at: str) -> Record:
    kind = found.get("type")
    if kind == "comment":
        return _comment(found, at)
    if kind == "author":
        return ImportedAuthor(
            id=text_of(found.get("id")),
            name=text_of(found.get("name")),
            email=some_text(found.get("email")),
            is_guest=is_true(found.get("is_guest")),
            is_staff=is_true(found.get("is_staff")),
            subject=some_text(found.get("id")),
            email_hash=_hash(found.get("email_hash")),
            standing=_STANDINGS.get(text_of(found.get("standing")), Standing.NORMAL),
            standing_until=time_of(found.get("standing_until")),
            created_at=time_of(found.get("created_at")),
        )
    if kind == "article":
        key = text_of(found.get("key"))
        return ImportedArticle(
            id=key,
            key=key,
            url=some_text(found.get("url")),
            title=some_text(found.get("title")),
            section=some_text(found.get("section")),
            is_closed=is_true(found.get("is_closed")),
            closes_at=time_of(found.get("closes_at")),
            created_at=time_of(found.get("created_at")),
        )
    return refused(Flaw.UNREADABLE, at)


def _comment(found: Object, at: str) -> Record:
    state = _STATES.get(text_of(found.get("state", State.PUBLISHED.value)))
    key = text_of(found.get("id"))
    if state is None or not isinstance(found.get("body", ""), str):
        return refused(Flaw.UNREADABLE, at, key or None)
    return ImportedComment(
        at=at,
        id=key,
        article_id=text_of(found.get("article")),
        author_id=text_of(found.get("author")),
        body=text_of(found.get("body")),
        state=state,
        created_at=time_of(found.get("created_at")),
        parent_id=some_text(found.get("parent")),
        edited_at=time_of(found.get("edited_at")),
        up=count_of(found.get("up")),
        down=count_of(found.get("down")),
        number=count_of(found.get("number")),
    )


def _hash(value: object) -> str | None:
    text = text_of(value)
    return text if len(text) == 64 and text.isascii() and text.isalnum() else None  # noqa: PLR2004 - SHA-256 in hex


def write_json_lines(records: Iterable[Record], site: str) -> Iterator[bytes]:
    """One line for each record, after one that names the site and before one that counts the comments."""
    yield _line({"format": FORMAT, "site": site})
    comments = 0
    for record in records:
        if isinstance(record, ImportedComment):
            comments += 1
            yield _line(_comment_document(record))
        elif isinstance(record, ImportedAuthor):
            yield _line(_author_document(record))
        elif isinstance(record, ImportedArticle):
            yield _line(_article_document(record))
    yield _line({"type": "end", "comments": comments})


def _comment_document(comment: ImportedComment) -> Object:
    return {
        "type": "comment",
        "id": comment.id,
        "article": comment.article_id,
        "author": comment.author_id,
        "parent": comment.parent_id,
        "number": comment.number,
        "state": comment.state.value,
        "created_at": _time(comment.created_at),
        "edited_at": _time(comment.edited_at),
        "up": comment.up,
        "down": comment.down,
        "body": comment.body,
    }


def _author_document(author: ImportedAuthor) -> Object:
    return {
        "type": "author",
        "id": author.id,
        "name": author.name,
        "is_guest": author.is_guest,
        "is_staff": author.is_staff,
        "email_hash": author.email_hash,
        "standing": author.standing.value,
        "standing_until": _time(author.standing_until),
        "created_at": _time(author.created_at),
    }


def _article_document(article: ImportedArticle) -> Object:
    return {
        "type": "article",
        "key": article.key,
        "url": article.url,
        "title": article.title,
        "section": article.section,
        "is_closed": article.is_closed,
        "closes_at": _time(article.closes_at),
        "created_at": _time(article.created_at),
    }


def _line(document: Object) -> bytes:
    told = {name: value for name, value in document.items() if value is not None}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
