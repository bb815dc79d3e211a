"""Isso: its SQLite file, and the JSON that its own importer calls generic."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from commentsvc.transfer.json_stream import read_elements
from commentsvc.transfer.records import Flaw, ImportedArticle, ImportedAuthor, ImportedComment, Record, Records, State, refused
from commentsvc.transfer.reply_files import ImportFileError
from commentsvc.transfer.source_files import Object, objects_in, opened
from commentsvc.transfer.values import count_of, guest_id, some_text, text_of, time_of

_SQLITE: Final = b"SQLite format 3\0"
_STATES: Final = {1: State.PUBLISHED, 2: State.HELD, 4: State.WITHDRAWN}
_QUERY: Final = """
    SELECT comments.id, comments.parent, comments.created, comments.modified, comments.mode, comments.text, comments.author,
        comments.email, comments.likes, comments.dislikes, threads.uri, threads.title
    FROM comments LEFT JOIN threads ON threads.id = comments.tid ORDER BY comments.id
"""


def read_isso(path: Path) -> Records:
    """The records of either file. Raises ImportFileError for a file that is neither.

    Articles are called by the paths that Isso knew them by. Authors' websites are left behind.
    """
    with opened(path) as source:
        is_database = source.read(len(_SQLITE)) == _SQLITE
    return _database(path) if is_database else _generic(path)


def _database(path: Path) -> Records:
    try:
        # Read only, also where another process writes.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            for row in connection.execute(_QUERY):
                yield from _row(row)
    except sqlite3.Error as error:
        raise ImportFileError(f"{path} is no database of Isso: {error}") from error


def _row(row: tuple[Any, ...]) -> Iterator[Record]:
    key, parent, created, modified, mode, text, name, email, likes, dislikes, uri, title = row
    page, at = text_of(uri), f"comment {key}"
    state = _STATES.get(mode)
    if state is None:
        yield refused(Flaw.UNREADABLE, at, text_of(key))
        return
    who, address = text_of(name), some_text(email)
    yield ImportedArticle(page, page, _web_address(page), some_text(title))
    yield ImportedAuthor(guest_id(who, address), who, address)
    yield ImportedComment(
        at=at,
        id=text_of(key),
        article_id=page,
        author_id=guest_id(who, address),
        body="" if state is State.WITHDRAWN else text_of(text),
        state=state,
        created_at=time_of(created),
        parent_id=some_text(parent),
        edited_at=time_of(modified),
        up=count_of(likes),
        down=count_of(dislikes),
    )


def _generic(path: Path) -> Records:
    with opened(path) as source:
        for number, (name, thread) in enumerate(read_elements(source, path), start=1):
            at = f"thread {number}"
            if name:
                raise ImportFileError(f"{path} is neither a database of Isso nor its generic JSON")
            if not isinstance(thread, dict):
                yield refused(Flaw.UNREADABLE, at)
                continue
            page = text_of(thread.get("id"))
            yield ImportedArticle(page, page, _web_address(page), some_text(thread.get("title")))
            for place, found in enumerate(objects_in(thread, "comments"), start=1):
                who, address = text_of(found.get("author")), some_text(found.get("email"))
                yield ImportedAuthor(guest_id(who, address), who, address)
                yield _generic_comment(found, f"{at}, comment {place}", page, guest_id(who, address))


def _generic_comment(found: Object, at: str, page: str, author_id: str) -> ImportedComment:
    key, parent = text_of(found.get("id")), text_of(found.get("parent"))
    # Ids there are only those of one thread.
    return ImportedComment(
        at=at,
        id=f"{page}#{key}" if key else "",
        article_id=page,
        author_id=author_id,
        body=text_of(found.get("text")),
        state=State.PUBLISHED,
        created_at=time_of(found.get("created")),
        parent_id=f"{page}#{parent}" if parent else None,
    )


def _web_address(page: str) -> str | None:
    return page if page.startswith(("http://", "https://")) else None
