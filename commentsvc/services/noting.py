"""Notes that moderators leave on authors, for their colleagues."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import ConflictError, ForbiddenError, NotFoundError
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.moderation import AUTHOR
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id

_NOTE: Final = table_of(models.AuthorNote)
MOST_NOTES: Final = 100


def add_note(session: Session, author_id: str, account_id: str, body: str, now: datetime) -> str:
    """Leave a note (1 to 2,000 characters) on an author; returns its id. Caller holds a transaction and has checked the role.

    Raises NotFoundError, and ConflictError where there are `MOST_NOTES` already. The audit log keeps that it was left, not its words.
    """
    conn = session.connection()
    # Locked, so that nobody who is being erased gets one more.
    author = conn.execute(select(AUTHOR.c.site_id).where(AUTHOR.c.id == author_id).with_for_update()).one_or_none()
    if author is None:
        raise NotFoundError("There is no such author.")
    there = conn.execute(select(_NOTE.c.id).where(_NOTE.c.author_id == author_id)).all()
    if len(there) >= MOST_NOTES:
        raise ConflictError(f"There are {MOST_NOTES} notes on this author. Take one back first.")
    note_id = new_id()
    conn.execute(insert(_NOTE), {"id": note_id, "author_id": author_id, "account_id": account_id, "body": body, "created_at": now})
    _audit(session, author.site_id, account_id, "note_left", author_id, note_id, now)
    return note_id


def take_note_back(session: Session, author_id: str, note_id: str, account_id: str, now: datetime, *, may_all: bool) -> None:
    """Delete a note; with `may_all` a colleague's, too. Raises NotFoundError, ForbiddenError. Caller holds a transaction."""
    conn = session.connection()
    query = (
        select(_NOTE.c.account_id, AUTHOR.c.site_id)
        .join(AUTHOR, AUTHOR.c.id == _NOTE.c.author_id)
        .where(_NOTE.c.id == note_id, _NOTE.c.author_id == author_id)
    )
    found = conn.execute(query).one_or_none()
    if found is None:
        raise NotFoundError("There is no such note.")
    if found.account_id != account_id and not may_all:
        raise ForbiddenError("Only who left a note, or an admin, may take it back.")
    conn.execute(delete(_NOTE).where(_NOTE.c.id == note_id))
    _audit(session, found.site_id, account_id, "note_taken_back", author_id, note_id, now)


def _audit(session: Session, site_id: str, account_id: str, action: str, author_id: str, note_id: str, now: datetime) -> None:
    fact = AuditFact(actor=f"account:{account_id}", action=action, subject=f"author:{author_id}", after={"note": note_id}, at=now)
    append_audit_entry(session, site_id, fact)
