"""Changing how a site's moderators work."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.practice import Practice
from commentsvc.services.audit import append_audit_entry
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.queries.practice import get_practice

_PRACTICE: Final = table_of(models.SitePractice)
_SITE: Final = table_of(models.Site)


def change_practice(session: Session, site_id: str, wanted: Practice, account_id: str, now: datetime) -> None:
    """Set how a site's moderators work, from now on. Caller holds a transaction and has checked that the account is an admin there.

    Raises InvalidError for a share that is not in [0, 1]. What changes nothing leaves no entry in the audit log.
    """
    if not 0.0 <= wanted.second_share <= 1.0:
        raise InvalidError("The share does not fit.", fields=(FieldProblem("/second_share", "Must be a number from 0 to 1."),))
    conn = session.connection()
    # Locked, so that what the log says stood before did stand before.
    conn.execute(select(_SITE.c.id).where(_SITE.c.id == site_id).with_for_update())
    before = get_practice(session, site_id)
    values = {name: getattr(wanted, name) for name in Practice.__slots__ if getattr(wanted, name) != getattr(before, name)}
    if not values:
        return
    row = {"site_id": site_id, **{name: getattr(wanted, name) for name in Practice.__slots__}}
    conn.execute(insert_of(conn, _PRACTICE).values(**row).on_conflict_do_update(index_elements=["site_id"], set_=values))
    old = {name: getattr(before, name) for name in values}
    fact = AuditFact(actor=f"account:{account_id}", action="practice_changed", subject=f"site:{site_id}", before=old, after=values, at=now)
    append_audit_entry(session, site_id, fact)
