"""What has been taken in already, and what waits: looked up while a history is imported."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from commentsvc.domain.status import Queue
from commentsvc.store.base import table_of
from commentsvc.store.models import Author, Comment, ImportRecord, ReviewItem
from commentsvc.store.padding import padded

_AUTHOR = table_of(Author)
_COMMENT = table_of(Comment)
_ITEM = table_of(ReviewItem)
_RECORD = table_of(ImportRecord)


def find_comments_by_subject(session: Session, site_id: str, subjects: Sequence[str]) -> dict[str, str]:
    """For each of these authors' subjects that is known on the site, the id of their first comment. At most some thousand at a time."""
    query = (
        select(_AUTHOR.c.subject, _COMMENT.c.id)
        .join_from(_AUTHOR, _COMMENT, _COMMENT.c.author_id == _AUTHOR.c.id)
        .where(_AUTHOR.c.site_id == site_id, _AUTHOR.c.subject.in_(subjects))
        .order_by(_COMMENT.c.id.desc())
    )
    return {row.subject: row.id for row in session.connection().execute(query)}


def find_author_ids(session: Session, site_id: str, subjects: Sequence[str]) -> dict[str, str]:
    """The ids of the authors with these subjects, of those that the site knows."""
    query = select(_AUTHOR.c.subject, _AUTHOR.c.id).where(_AUTHOR.c.site_id == site_id, _AUTHOR.c.subject.in_(subjects))
    return {row.subject: row.id for row in session.connection().execute(query)}


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A review item that waits for a decision on one revision."""

    id: str
    revision_id: str
    queue: Queue


def find_open_item(session: Session, comment_id: str) -> OpenItem | None:
    """The item in which a comment waits for a moderator, or None."""
    query = select(_ITEM.c.id, _ITEM.c.revision_id, _ITEM.c.queue).where(_ITEM.c.comment_id == comment_id, _ITEM.c.is_open)
    row = session.connection().execute(query).one_or_none()
    return OpenItem(*row) if row else None


def find_imported(session: Session, site_id: str, source: str, source_ids: Sequence[str]) -> dict[str, str]:
    """For each of these ids of another system whose record has been taken in, the id of the comment it became. Some thousand at most."""
    if not source_ids:
        return {}
    query = select(_RECORD.c.source_id, _RECORD.c.comment_id).where(
        _RECORD.c.site_id == site_id, _RECORD.c.source == source, _RECORD.c.source_id.in_(padded(source_ids))
    )
    return {row.source_id: row.comment_id for row in session.connection().execute(query)}


def find_sites_of_comments(session: Session, comment_ids: Sequence[str]) -> dict[str, str]:
    """For each of these ids that a comment has, on whichever site, the id of its site. Some thousand at most."""
    if not comment_ids:
        return {}
    query = select(_COMMENT.c.id, _COMMENT.c.site_id).where(_COMMENT.c.id.in_(padded(comment_ids)))
    return {row.id: row.site_id for row in session.connection().execute(query)}
