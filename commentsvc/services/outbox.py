"""Announcements written with the change they announce."""

from datetime import datetime

from sqlalchemy import Connection, insert

from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id
from commentsvc.store.models import Outbox
from commentsvc.store.prepared import Prepared

_INSERT = Prepared(insert(table_of(Outbox)))


def announce(conn: Connection, site_id: str, topic: str, payload: dict[str, str | None], at: datetime) -> None:
    """Write one announcement of `topic`. The payload carries ids and states only, never anybody's text. Caller holds a transaction."""
    row = {"id": new_id(), "site_id": site_id, "topic": topic, "payload": payload, "created_at": at, "delivered_at": None}
    _INSERT.execute(conn, row)
