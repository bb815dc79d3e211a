"""Webhooks: who is told of what happens on a site, and the messages on their way."""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import ConflictError, FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.webhooks import SECRET_PREFIX, TEST_TOPIC, TOPICS, retry_delivery_at
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.jobs import ClaimedJob, JobKind, claim_jobs, enqueue_job, finish_job, put_job_back
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id

_WEBHOOK: Final = table_of(models.Webhook)
_DELIVERY: Final = table_of(models.WebhookDelivery)
_OUTBOX: Final = table_of(models.Outbox)
_COMMENT: Final = table_of(models.Comment)
_ARTICLE: Final = table_of(models.Article)
_SITE: Final = table_of(models.Site)
MOST_WEBHOOKS: Final = 20
_TOGETHER: Final = 200
_LEASE: Final = timedelta(seconds=60)
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook to be made; no topics means all of them."""

    site_id: str
    account_id: str
    url: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be sent now, under a lease; `url` is None when its webhook is gone or off."""

    job: ClaimedJob
    id: str
    url: str | None
    secret_sealed: str
    body: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending one: the answer's status, or a code where there was none."""

    status: int | None
    error: str | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - success, as HTTP has it


def new_webhook_secret() -> str:
    """A secret of 256 bits as Standard Webhooks writes it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def create_webhook(session: Session, new: NewWebhook, secret_sealed: str, now: datetime) -> str:
    """Have an address told of what happens from now on; returns the webhook's id. Caller holds a transaction and has checked the address.

    Raises InvalidError for an unknown topic, ConflictError for more than `MOST_WEBHOOKS` on a site.
    """
    unknown = [topic for topic in new.topics if topic not in TOPICS]
    if unknown:
        raise InvalidError("There is no such topic.", fields=(FieldProblem("/topics", f"Must be of: {', '.join(TOPICS)}."),))
    conn = session.connection()
    there = conn.execute(select(_WEBHOOK.c.id).where(_WEBHOOK.c.site_id == new.site_id)).all()
    if len(there) >= MOST_WEBHOOKS:
        raise ConflictError(f"A site may have {MOST_WEBHOOKS} webhooks. Remove one first.")
    if not there:
        # What was announced while nobody listened is nobody's news any more.
        heard = _OUTBOX.c.site_id == new.site_id, _OUTBOX.c.delivered_at.is_(None)
        conn.execute(update(_OUTBOX).where(*heard).values(delivered_at=now))
    webhook_id = new_id()
    row = {"id": webhook_id, "site_id": new.site_id, "url": new.url, "topics": " ".join(new.topics), "secret_sealed": secret_sealed}
    conn.execute(insert(_WEBHOOK), row | {"is_active": True, "created_at": now})
    _audit(session, new.site_id, new.account_id, "webhook_created", webhook_id, now)
    return webhook_id


def delete_webhook(session: Session, site_id: str, webhook_id: str, account_id: str, now: datetime) -> None:
    """Tell an address nothing any more; messages on their way are dropped. Raises NotFoundError. Caller holds a transaction."""
    conn = session.connection()
    mine = _WEBHOOK.c.id == webhook_id, _WEBHOOK.c.site_id == site_id
    if not conn.execute(select(_WEBHOOK.c.id).where(*mine)).first():
        raise NotFoundError("There is no such webhook.")
    conn.execute(delete(_DELIVERY).where(_DELIVERY.c.webhook_id == webhook_id))
    conn.execute(delete(_WEBHOOK).where(*mine))
    _audit(session, site_id, account_id, "webhook_deleted", webhook_id, now)


def try_webhook(session: Session, site_id: str, webhook_id: str, now: datetime) -> str:
    """Send a message that says nothing, and turn a webhook on again that was off; returns the message's id. Raises NotFoundError."""
    conn = session.connection()
    mine = _WEBHOOK.c.id == webhook_id, _WEBHOOK.c.site_id == site_id
    found = conn.execute(update(_WEBHOOK).where(*mine).values(is_active=True).returning(_WEBHOOK.c.id)).one_or_none()
    if found is None:
        raise NotFoundError("There is no such webhook.")
    site_key = conn.execute(select(_SITE.c.key).where(_SITE.c.id == site_id)).scalar_one()
    return _write(session, webhook_id, TEST_TOPIC, {"site": site_key}, now, now)


def has_news(session: Session) -> bool:
    """Whether something was announced on a site that has a webhook: a look that needs no write transaction."""
    query = (
        select(_OUTBOX.c.id)
        .join(_WEBHOOK, _WEBHOOK.c.site_id == _OUTBOX.c.site_id)
        .where(_OUTBOX.c.delivered_at.is_(None), _WEBHOOK.c.is_active)
        .limit(1)
    )
    return session.connection().execute(query).first() is not None


def fan_out(session: Session, now: datetime) -> int:
    """Write a message for each webhook that wants to know what was announced; returns how many announcements. Caller holds a transaction.

    Several workers may do this at once: each announcement goes to one of them.
    """
    conn = session.connection()
    hooks: dict[str, list[Any]] = {}
    for hook in conn.execute(select(_WEBHOOK).where(_WEBHOOK.c.is_active)):
        hooks.setdefault(hook.site_id, []).append(hook)
    if not hooks:
        return 0
    waiting = (
        select(_OUTBOX)
        .where(_OUTBOX.c.site_id.in_(list(hooks)), _OUTBOX.c.delivered_at.is_(None))
        .order_by(_OUTBOX.c.id)
        .limit(_TOGETHER)
        .with_for_update(skip_locked=True)
    )
    rows = conn.execute(waiting).all()
    comments = {row.payload["comment"] for row in rows if row.payload.get("comment")}
    place = select(_COMMENT.c.id, _ARTICLE.c.key).join(_ARTICLE, _ARTICLE.c.id == _COMMENT.c.article_id).where(_COMMENT.c.id.in_(comments))
    articles: dict[str, str] = dict(conn.execute(place).all())
    keys: dict[str, str] = dict(conn.execute(select(_SITE.c.id, _SITE.c.key).where(_SITE.c.id.in_(list(hooks)))).all())
    for row in rows:
        data = {"site": keys[row.site_id], "article": articles.get(row.payload.get("comment")), **row.payload}
        for hook in hooks[row.site_id]:
            if row.topic in TOPICS and (not hook.topics or row.topic in hook.topics.split()):
                _write(session, hook.id, row.topic, data, row.created_at, now)
    conn.execute(update(_OUTBOX).where(_OUTBOX.c.id.in_([row.id for row in rows])).values(delivered_at=now))
    return len(rows)


def claim_messages(session: Session, limit: int, now: datetime) -> list[Message]:
    """Take up to `limit` messages that are due, under a lease that outlasts the sending."""
    jobs = {job.subject_id: job for job in claim_jobs(session, JobKind.DELIVER, limit, now, lease=_LEASE)}
    query = (
        select(_DELIVERY.c.id, _DELIVERY.c.body, _WEBHOOK.c.url, _WEBHOOK.c.secret_sealed, _WEBHOOK.c.is_active)
        .join(_WEBHOOK, _WEBHOOK.c.id == _DELIVERY.c.webhook_id)
        .where(_DELIVERY.c.id.in_(list(jobs)))
    )
    found = {row.id: row for row in session.connection().execute(query)}
    return [
        Message(job, subject_id, row.url if row.is_active else None, row.secret_sealed, row.body)
        if (row := found.get(subject_id)) is not None
        else Message(job, subject_id, None, "", "")
        for subject_id, job in jobs.items()
    ]


def record_sending(session: Session, message: Message, sent: Sent, now: datetime) -> bool:
    """Keep what came of it: taken, to be tried again, or given up. A receiver that answers 410 is not asked again for anything.

    False, changing nothing, when the lease was lost meanwhile: another sender's word counts. Caller holds a transaction.
    """
    conn = session.connection()
    tried = conn.execute(select(_DELIVERY.c.attempts, _DELIVERY.c.webhook_id).where(_DELIVERY.c.id == message.id)).one_or_none()
    if message.url is None or tried is None:
        return finish_job(session, message.job)
    attempts = tried.attempts + 1
    is_last = sent.is_taken or sent.status == _GONE
    again = None if is_last else retry_delivery_at(attempts, now)
    is_ours = finish_job(session, message.job) if again is None else put_job_back(session, message.job, again)
    if not is_ours:
        return False
    ended = {"delivered_at": now if sent.is_taken else None, "given_up_at": now if again is None and not sent.is_taken else None}
    known = {"attempts": attempts, "last_status": sent.status, "last_error": sent.error}
    conn.execute(update(_DELIVERY).where(_DELIVERY.c.id == message.id).values(known | ended))
    if sent.status == _GONE:
        conn.execute(update(_WEBHOOK).where(_WEBHOOK.c.id == tried.webhook_id).values(is_active=False))
    return True


def _write(session: Session, webhook_id: str, topic: str, data: dict[str, Any], happened_at: datetime, now: datetime) -> str:
    message_id = new_id()
    body = json.dumps({"type": topic, "timestamp": happened_at.isoformat().replace("+00:00", "Z"), "data": data})
    session.connection().execute(
        insert(_DELIVERY),
        {
            "id": message_id,
            "webhook_id": webhook_id,
            "topic": topic,
            "body": body,
            "attempts": 0,
            "last_status": None,
            "last_error": None,
            "created_at": now,
            "delivered_at": None,
            "given_up_at": None,
        },
    )
    enqueue_job(session, JobKind.DELIVER, message_id, now)
    return message_id


def _audit(session: Session, site_id: str, account_id: str, action: str, webhook_id: str, now: datetime) -> None:
    fact = AuditFact(actor=f"account:{account_id}", action=action, subject=f"webhook:{webhook_id}", at=now)
    append_audit_entry(session, site_id, fact)
