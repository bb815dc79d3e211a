"""Queues of a site's own: filters that its moderators save for all of them."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import ConflictError, FieldProblem, ForbiddenError, InvalidError, NotFoundError
from commentsvc.domain.filters import MAX_NAME, NewFilter, check_filter
from commentsvc.domain.status import Queue
from commentsvc.services.audit import append_audit_entry
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id

_FILTER: Final = table_of(models.QueueFilter)
_SITE: Final = table_of(models.Site)
MOST_FILTERS: Final = 20
"""Of one site: what moderators cannot see at a glance helps nobody."""


def save_filter(session: Session, new: NewFilter, account_id: str, now: datetime) -> str:
    """Make a queue for everybody who moderates the site; returns its id. Caller holds a transaction and has checked the role.

    Raises InvalidError for a filter that does not fit, asks for nothing, or is about the sample; ConflictError for a name that is taken and
    where there are `MOST_FILTERS` already.
    """
    check_filter(new.wish)
    if new.queue is None and new.wish.is_empty():
        raise InvalidError("The filter asks for nothing.", fields=(FieldProblem("/queue", "Name a queue, or something to look for."),))
    if new.queue is Queue.SAMPLE:
        raise InvalidError("The sample is no queue of its own.", fields=(FieldProblem("/queue", "It waits among `review`."),))
    if not 1 <= len(new.name) <= MAX_NAME:
        raise InvalidError("The queue needs a name.", fields=(FieldProblem("/name", f"Must have 1 to {MAX_NAME} characters."),))
    conn = session.connection()
    # Locked, so that two who save at once do not pass the limit together.
    conn.execute(select(_SITE.c.id).where(_SITE.c.id == new.site_id).with_for_update())
    if conn.execute(select(func.count()).select_from(_FILTER).where(_FILTER.c.site_id == new.site_id)).scalar_one() >= MOST_FILTERS:
        raise ConflictError(f"The site has {MOST_FILTERS} queues of its own. Delete one first.")
    filter_id = new_id()
    row = {
        "id": filter_id,
        "site_id": new.site_id,
        "name": new.name,
        "queue": new.queue,
        "wish": new.wish.as_document(),
        "account_id": account_id,
        "created_at": now,
    }
    saved = conn.execute(insert_of(conn, _FILTER).values(**row).on_conflict_do_nothing().returning(_FILTER.c.id)).one_or_none()
    if saved is None:
        raise ConflictError("The site has a queue of this name already.")
    after = {"name": new.name, "queue": new.queue.value if new.queue else None, "wish": new.wish.as_document()}
    fact = AuditFact(actor=f"account:{account_id}", action="filter_saved", subject=f"filter:{filter_id}", after=after, at=now)
    append_audit_entry(session, new.site_id, fact)
    return filter_id


def delete_filter(session: Session, filter_id: str, account_id: str, now: datetime, *, may_all: bool) -> None:
    """Delete a queue; with `may_all` a colleague's, too. What waits in it waits on. Raises NotFoundError, ForbiddenError.

    Caller holds a transaction and has checked that the site is the caller's.
    """
    conn = session.connection()
    found = conn.execute(select(_FILTER).where(_FILTER.c.id == filter_id)).one_or_none()
    if found is None:
        raise NotFoundError("There is no such queue.")
    if found.account_id != account_id and not may_all:
        raise ForbiddenError("Only who made a queue, or an admin, may delete it.")
    conn.execute(delete(_FILTER).where(_FILTER.c.id == filter_id))
    before = {"name": found.name, "queue": found.queue.value if found.queue else None, "wish": found.wish}
    fact = AuditFact(actor=f"account:{account_id}", action="filter_deleted", subject=f"filter:{filter_id}", before=before, at=now)
    append_audit_entry(session, found.site_id, fact)
