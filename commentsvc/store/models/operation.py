"""What keeps the service honest and going: audit chains, jobs, the outbox and idempotency keys."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.status import AlertKind
from commentsvc.store.base import Base, Id, UTCDateTime, one_of, stored_enum


class AuditChain(Base):
    """The end of one chain of audit entries: one for each site, and `installation` for what belongs to none."""

    __tablename__ = "audit_chain"

    name: Mapped[str] = mapped_column(Id, primary_key=True)
    length: Mapped[int] = mapped_column(Integer, default=0)
    hash: Mapped[str] = mapped_column(String(64))


class AuditEntry(Base):
    """Who did what, when, with the state before and after. Never updated or deleted by code."""

    __tablename__ = "audit_entry"

    chain: Mapped[str] = mapped_column(Id, ForeignKey("audit_chain.name"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    actor: Mapped[str] = mapped_column(String(100), comment="system, author:<id> or account:<id>")
    action: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(100), comment="comment:<id> and the like")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_audit_entry_subject", "subject"),)


class JobState(enum.StrEnum):
    """Where a job is. A leased one whose lease has run out may be claimed again."""

    WAITING = "waiting"
    LEASED = "leased"
    DEAD = "dead"


class Job(Base):
    """A stored unit of background work. Done jobs are deleted in the transaction that does their work."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(50))
    subject_id: Mapped[str] = mapped_column(Id, comment="what it is about, e.g. a revision")
    state: Mapped[JobState] = mapped_column(stored_enum(JobState), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    run_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lease_token: Mapped[str | None] = mapped_column(Id, comment="who holds it; another value means the lease was lost")
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str | None] = mapped_column(String(200), comment="a code, never anybody's text")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        one_of("state", JobState),
        Index("uq_job_kind_subject", "kind", "subject_id", unique=True),
        Index("ix_job_due", "state", "run_at"),
    )


class Outbox(Base):
    """An announcement written with the change it announces, delivered afterwards at least once."""

    __tablename__ = "outbox"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(50), comment="comment.published and the like")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index(
            "ix_outbox_waiting", "site_id", "id", postgresql_where=text("delivered_at IS NULL"), sqlite_where=text("delivered_at IS NULL")
        ),
    )


class IdempotencyKey(Base):
    """What was once made under a key, so that a retry gets the same thing again."""

    __tablename__ = "idempotency_key"

    scope: Mapped[str] = mapped_column(String(255), primary_key=True, comment="site and author")
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[str] = mapped_column(Id, comment="the comment that was made")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class SpentProof(Base):
    """A proof that was taken once: of work, which buys one comment, or of a passkey, which signs in once."""

    __tablename__ = "spent_proof"

    challenge: Mapped[str] = mapped_column(String(64), primary_key=True, comment="hash that the challenge asked for")
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Webhook(Base):
    """An address of a site's own software that is told of what happens. `topics` are separated by blanks; empty means all."""

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    topics: Mapped[str] = mapped_column(String(500), default="")
    secret_sealed: Mapped[str] = mapped_column(String(255), comment="what messages are signed with, sealed")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class WebhookDelivery(Base):
    """One message to one webhook, sent until it is taken or given up."""

    __tablename__ = "webhook_delivery"

    id: Mapped[str] = mapped_column(Id, primary_key=True, comment="the message's id, the same at each try")
    webhook_id: Mapped[str] = mapped_column(Id, ForeignKey("webhook.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(50))
    body: Mapped[str] = mapped_column(Text, comment="JSON with ids and states, never anybody's text")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    last_status: Mapped[int | None] = mapped_column(SmallInteger, comment="HTTP status of the last answer")
    last_error: Mapped[str | None] = mapped_column(String(100), comment="a code, where there was no answer")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_webhook_delivery_webhook", "webhook_id", "id"), Index("ix_webhook_delivery_created", "created_at"))


class WatchWeek(Base):
    """A site's week in counts, made by a worker and made anew while it can still change."""

    __tablename__ = "watch_week"

    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True, comment="a Monday, 00:00 UTC")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, comment="domain/watching.py: counts and ids, never anybody's text")
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class WatchRule(Base):
    """What a site wants to be alerted to. A site without a row has the usual."""

    __tablename__ = "watch_rule"

    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    waiting_hours: Mapped[int] = mapped_column(Integer, comment="how long the oldest item may wait; 0: as long as it likes")


class Alert(Base):
    """Something that an admin should look at. It is over when it has `closed_at`."""

    __tablename__ = "alert"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    kind: Mapped[AlertKind] = mapped_column(stored_enum(AlertKind))
    subject: Mapped[str] = mapped_column(String(140), comment="a label, with @section where it is of one; empty for the site")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, comment="figures")
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        one_of("kind", AlertKind),
        Index(
            "uq_alert_open",
            "site_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
        Index("ix_alert_site", "site_id", "id"),
    )


class AlertReader(Base):
    """An admin who gets a site's alerts by e-mail."""

    __tablename__ = "alert_reader"

    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AlertLetter(Base):
    """A letter about an alert to one of its readers, until it is sent; its job has this id as its subject."""

    __tablename__ = "alert_letter"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    alert_id: Mapped[str] = mapped_column(Id, ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
