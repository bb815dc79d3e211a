"""A share of the decided sample goes to a second moderator, unmarked, so that it can be told how far moderators agree.

The first decision stands whatever the second says; what differs is shown to admins. Where the second moderator escalates, or readers
report the comment meanwhile, the item is judged like any other and is no second opinion any more.
"""

import hashlib
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.status import Queue
from commentsvc.services.appealing import someone_else
from commentsvc.services.moderation import ITEM, WaitingRevision, open_item
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.queries.practice import get_practice

_SECOND: Final = table_of(models.SecondOpinion)
_DECISION: Final = table_of(models.Decision)
_FIND: Final = select(_SECOND.c.item_id).where(_SECOND.c.item_id == bindparam("item_id"), _SECOND.c.decision_id.is_(None))


def is_second(conn: Connection, item_id: str, queue: Queue) -> bool:
    """Whether an item waits for a second opinion. What readers have reported or the author has appealed since is judged as usual."""
    return queue is Queue.SAMPLE and conn.execute(_FIND, {"item_id": item_id}).first() is not None


def chance_of(decision_id: str) -> float:
    """A number in [0, 1), even over decisions and the same for one whenever it is asked, so that a retry changes nothing."""
    return int.from_bytes(hashlib.sha256(decision_id.encode()).digest()[:8]) / 2.0**64


def ask_second(session: Session, waiting: WaitingRevision, decision_id: str, account_id: str, now: datetime) -> None:
    """Put a sample that was just decided before another moderator, with the chance that the site wants.

    Nothing happens where nobody else may judge. Caller holds a transaction.
    """
    conn = session.connection()
    share = get_practice(session, waiting.site_id).second_share
    if chance_of(decision_id) >= share or not someone_else(conn, waiting.site_id, account_id):
        return
    item_id = open_item(conn, waiting, Queue.SAMPLE, SECOND_HARM, now)
    conn.execute(update(ITEM).where(ITEM.c.id == item_id).values(kept_from=account_id))
    row = {"item_id": item_id, "site_id": waiting.site_id, "first_decision_id": decision_id, "decision_id": None, "created_at": now}
    conn.execute(insert(_SECOND), row)


SECOND_HARM: Final = 0.2
"""Expected harm by which it is ordered: that of a comment without a reason, so that it stands where samples stand."""


def note_second(conn: Connection, item_id: str, decision_id: str) -> None:
    """Keep which decision the second moderator made."""
    conn.execute(update(_SECOND).where(_SECOND.c.item_id == item_id).values(decision_id=decision_id))


def forget_second(conn: Connection, decision_id: str) -> bool:
    """Let a second opinion wait again whose decision is undone. False when that decision was none."""
    query = update(_SECOND).where(_SECOND.c.decision_id == decision_id).values(decision_id=None).returning(_SECOND.c.item_id)
    return conn.execute(query).first() is not None


def withdraw_second(conn: Connection, decision_id: str, now: datetime) -> None:
    """Stop asking for a second opinion about a decision that is undone: its own item waits again."""
    asked = select(_SECOND.c.item_id).where(_SECOND.c.first_decision_id == decision_id, _SECOND.c.decision_id.is_(None))
    item_ids = list(conn.execute(asked).scalars())
    conn.execute(delete(_SECOND).where(_SECOND.c.item_id.in_(item_ids)))
    closed = {"is_open": False, "closed_at": now, "leased_by": None, "leased_until": None}
    conn.execute(update(ITEM).where(ITEM.c.id.in_(item_ids), ITEM.c.is_open).values(closed))


def set_aside(conn: Connection, revision_id: str) -> None:
    """Take the decision in force about a text out of force, where one about an item that a second moderator escalated takes its place."""
    conn.execute(update(_DECISION).where(_DECISION.c.revision_id == revision_id, _DECISION.c.is_in_force).values(is_in_force=False))
