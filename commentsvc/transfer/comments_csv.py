"""A site's comments as a table for a spreadsheet. It is for reading: nothing takes it in again."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from commentsvc.store.queries.export import ArticleLine, CommentLine, iterate_articles, iterate_comments
from commentsvc.transfer.intake import Advance, show_nothing
from commentsvc.transfer.leaving import state_of

COLUMNS: Final = (
    "id",
    "parent",
    "article",
    "title",
    "author",
    "name",
    "state",
    "created_at",
    "edited_at",
    "up",
    "down",
    "body",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_HELD_TOGETHER: Final = 200


def write_csv(session: Session, site_id: str, advance: Advance = show_nothing) -> Iterator[bytes]:
    """A head line and a line for each comment, in reading order, as UTF-8 with the mark by which spreadsheets know it.

    What a spreadsheet would take for a formula begins with an apostrophe.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    yield b"\xef\xbb\xbf"
    written = 0
    for article in iterate_articles(session, site_id):
        for comment in iterate_comments(session, article.id):
            writer.writerow([_safe(cell) for cell in _cells(article, comment)])
            advance(1)
            written += 1
            if written % _HELD_TOGETHER == 0:
                yield _taken(buffer)
    yield _taken(buffer)


def _cells(article: ArticleLine, comment: CommentLine) -> tuple[str | int, ...]:
    return (
        comment.id,
        comment.parent_id or "",
        article.key,
        article.title or "",
        comment.subject,
        comment.author_name,
        state_of(comment).value,
        _time(comment.created_at),
        _time(comment.edited_at),
        comment.up,
        comment.down,
        comment.body,
    )


def _safe(cell: str | int) -> str | int:
    # White space before it does not stop a spreadsheet from taking it for a formula.
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA) else cell


def _time(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
