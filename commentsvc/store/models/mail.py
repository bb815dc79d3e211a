"""Readers who are told of replies by e-mail, of replies to what, and of which ones they are still to be told."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.status import Pace
from commentsvc.store.base import Base, Id, UTCDateTime, one_of, stored_enum


class Subscription(Base):
    """One author's address on one site. Without `confirmed_at` nothing but the question whether to confirm is sent to it."""

    __tablename__ = "subscription"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("author.id", ondelete="CASCADE"), index=True)
    email_hash: Mapped[str] = mapped_column(String(64), comment="keyed hash, by which an address is found again")
    email_sealed: Mapped[str] = mapped_column(String(600), comment="the address, sealed")
    language: Mapped[str] = mapped_column(String(16))
    pace: Mapped[Pace] = mapped_column(stored_enum(Pace))
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="when the address was last asked to confirm")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="when replies were last sent")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (UniqueConstraint("site_id", "email_hash", "author_id"), one_of("pace", Pace))


class Follow(Base):
    """A comment whose replies a subscriber is told of."""

    __tablename__ = "follow"

    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    subscription_id: Mapped[str] = mapped_column(Id, ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True, index=True)


class Notice(Base):
    """A published reply that a subscriber has not been told of yet."""

    __tablename__ = "notice"

    subscription_id: Mapped[str] = mapped_column(Id, ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True)
    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True, index=True, comment="the reply to be told of"
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
