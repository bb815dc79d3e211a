"""A site's webhooks and the messages to them, for its admins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from commentsvc.store.base import table_of
from commentsvc.store.models import Webhook, WebhookDelivery

_WEBHOOK: Final = table_of(Webhook)
_DELIVERY: Final = table_of(WebhookDelivery)


@dataclass(frozen=True, slots=True)
class WebhookState:
    """A webhook; no topics means all. `is_active` is False after its receiver answered 410."""

    id: str
    url: str
    topics: tuple[str, ...]
    is_active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A message and what came of it so far."""

    id: str
    topic: str
    attempts: int
    last_status: int | None
    last_error: str | None
    created_at: datetime
    delivered_at: datetime | None
    given_up_at: datetime | None


def list_webhooks(session: Session, site_id: str) -> list[WebhookState]:
    """The webhooks of a site, oldest first."""
    query = select(_WEBHOOK.c.id, _WEBHOOK.c.url, _WEBHOOK.c.topics, _WEBHOOK.c.is_active, _WEBHOOK.c.created_at)
    rows = session.connection().execute(query.where(_WEBHOOK.c.site_id == site_id).order_by(_WEBHOOK.c.id))
    return [WebhookState(row.id, row.url, tuple(row.topics.split()), row.is_active, row.created_at) for row in rows]


def list_deliveries(session: Session, site_id: str, webhook_id: str, *, limit: int = 50) -> list[DeliveryLine]:
    """The latest messages to a webhook of the site, newest first; none for one that is not there."""
    query = (
        select(
            _DELIVERY.c.id,
            _DELIVERY.c.topic,
            _DELIVERY.c.attempts,
            _DELIVERY.c.last_status,
            _DELIVERY.c.last_error,
            _DELIVERY.c.created_at,
            _DELIVERY.c.delivered_at,
            _DELIVERY.c.given_up_at,
        )
        .join(_WEBHOOK, _WEBHOOK.c.id == _DELIVERY.c.webhook_id)
        .where(_DELIVERY.c.webhook_id == webhook_id, _WEBHOOK.c.site_id == site_id)
        .order_by(_DELIVERY.c.id.desc())
        .limit(limit)
    )
    return [DeliveryLine(*row) for row in session.connection().execute(query)]
