"""Taking away what has served its time: keys, spent proofs, ended sessions, messages, addresses never confirmed, old suggestions."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session as DbSession

from commentsvc.services.subscribing import forget_unconfirmed
from commentsvc.services.suggesting import forget_expired
from commentsvc.store.base import table_of
from commentsvc.store.models import IdempotencyKey, Outbox, Session, SpentProof, WebhookDelivery

KEYS_KEPT: Final = timedelta(days=1)
ANNOUNCEMENTS_KEPT: Final = timedelta(days=30)


def tidy(session: DbSession, now: datetime) -> int:
    """Delete what is past its time; returns how many rows went. Caller holds a transaction."""
    conn = session.connection()
    key, outbox, ended = table_of(IdempotencyKey), table_of(Outbox), table_of(Session)
    message, spent = table_of(WebhookDelivery), table_of(SpentProof)
    gone = conn.execute(delete(key).where(key.c.created_at < now - KEYS_KEPT)).rowcount
    gone += conn.execute(delete(outbox).where(outbox.c.created_at < now - ANNOUNCEMENTS_KEPT)).rowcount
    gone += conn.execute(delete(message).where(message.c.created_at < now - ANNOUNCEMENTS_KEPT)).rowcount
    gone += conn.execute(delete(spent).where(spent.c.expires_at < now)).rowcount
    gone += conn.execute(delete(ended).where(ended.c.expires_at < now)).rowcount
    gone += forget_unconfirmed(session, now)
    gone += forget_expired(session, now)
    return int(gone)
