"""How moderators work together: decisions made many at a time, and queues of a site's own."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.status import ProposalOutcome, Queue, ReasonCode, Verdict
from commentsvc.store.base import Base, Id, UTCDateTime, one_of, stored_enum

_WAITS = text("outcome IS NULL")


class BulkDecision(Base):
    """One verdict on many items, kept as a decision on each; this row holds them together for one undo."""

    __tablename__ = "bulk_decision"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(stored_enum(Verdict))
    reason_code: Mapped[ReasonCode | None] = mapped_column(stored_enum(ReasonCode))
    note: Mapped[str] = mapped_column(String(2000), default="")
    asked_count: Mapped[int] = mapped_column(Integer, comment="items that it was asked for; some may have been refused")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))

    __table_args__ = (
        one_of("verdict", Verdict),
        CheckConstraint("verdict <> 'reject' OR reason_code IS NOT NULL", name="rejection_has_reason"),
        CheckConstraint("asked_count >= 1", name="asked_count"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
    )


class BulkMember(Base):
    """A decision that was made as one of many."""

    __tablename__ = "bulk_member"

    decision_id: Mapped[str] = mapped_column(Id, ForeignKey("decision.id", ondelete="CASCADE"), primary_key=True)
    bulk_id: Mapped[str] = mapped_column(Id, ForeignKey("bulk_decision.id", ondelete="CASCADE"), index=True)


class QueueFilter(Base):
    """A queue of a site's own: what waits and fits the wish. `wish` is a document that `domain.filters` reads."""

    __tablename__ = "queue_filter"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    queue: Mapped[Queue | None] = mapped_column(stored_enum(Queue), comment="NULL: whatever waits")
    wish: Mapped[dict[str, Any]] = mapped_column(JSON)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), comment="who made it")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        CheckConstraint("queue IS NULL OR queue IN ('held', 'review', 'reported', 'appeals', 'escalated')", name="queue"),
    )


class SitePractice(Base):
    """How a site wants its moderators to work, where it wants anything but the usual."""

    __tablename__ = "site_practice"

    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    has_public_log: Mapped[bool] = mapped_column(default=False, comment="everybody may see what is decided, in figures")
    two_for_bans: Mapped[bool] = mapped_column(default=False, comment="one moderator proposes a ban, another confirms it")
    second_share: Mapped[float] = mapped_column(Float, default=0.0, comment="share of the decided sample that a second moderator judges")

    __table_args__ = (CheckConstraint("second_share BETWEEN 0 AND 1", name="second_share"),)


class BanProposal(Base):
    """A ban that one moderator proposes and another confirms or declines. `outcome` is NULL while it waits."""

    __tablename__ = "ban_proposal"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("author.id", ondelete="CASCADE"))
    proposed_by: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[ProposalOutcome | None] = mapped_column(stored_enum(ProposalOutcome))
    settled_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        CheckConstraint("outcome IS NULL OR outcome IN ('confirmed', 'declined', 'withdrawn', 'overtaken')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by IS NULL)", name="settled"),
        CheckConstraint("outcome <> 'confirmed' OR settled_by <> proposed_by", name="two"),
        Index("uq_ban_proposal_open", "author_id", unique=True, postgresql_where=_WAITS, sqlite_where=_WAITS),
    )


class SecondOpinion(Base):
    """A decided sample that goes to another moderator, who does not know of the first. `decision_id` is theirs, NULL while it waits."""

    __tablename__ = "second_opinion"

    item_id: Mapped[str] = mapped_column(Id, ForeignKey("review_item.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), index=True)
    first_decision_id: Mapped[str] = mapped_column(Id, ForeignKey("decision.id", ondelete="CASCADE"), unique=True)
    decision_id: Mapped[str | None] = mapped_column(Id, ForeignKey("decision.id", ondelete="SET NULL"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
