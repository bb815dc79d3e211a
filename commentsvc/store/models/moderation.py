"""Scores, routings, review items and decisions: how a revision was judged, by software and by people."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.status import AppealOutcome, Queue, ReasonCode, Route, Status, Verdict
from commentsvc.store.base import Base, Id, UTCDateTime, one_of, stored_enum

# See comments.py: SQLite wants the condition in the words of the query.
_IN_FORCE, _IN_FORCE_SQLITE = text("is_in_force"), text("is_in_force = 1")
_UNPACKED = text("is_in_force AND packed IS NULL AND score_set_id IS NOT NULL")
_UNPACKED_SQLITE = text("is_in_force = 1 AND packed IS NULL AND score_set_id IS NOT NULL")
_OPEN, _OPEN_SQLITE = text("is_open"), text("is_open = 1")


class ScoreSet(Base):
    """All labels of one revision by one scorer version. A label that the scorer does not measure is NULL."""

    __tablename__ = "score_set"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    revision_id: Mapped[str] = mapped_column(Id, ForeignKey("revision.id", ondelete="CASCADE"))
    scorer_version_id: Mapped[str] = mapped_column(Id, ForeignKey("scorer_version.id"))
    toxicity: Mapped[float | None] = mapped_column(Float)
    severe_toxicity: Mapped[float | None] = mapped_column(Float)
    obscene: Mapped[float | None] = mapped_column(Float)
    threat: Mapped[float | None] = mapped_column(Float)
    insult: Mapped[float | None] = mapped_column(Float)
    identity_attack: Mapped[float | None] = mapped_column(Float)
    sexual_explicit: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        CheckConstraint(
            " AND ".join(
                f"({label} IS NULL OR {label} BETWEEN 0 AND 1)"
                for label in ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")
            ),
            name="range",
        ),
        Index("uq_score_set_revision_scorer", "revision_id", "scorer_version_id", unique=True),
    )


class Routing(Base):
    """What software made of a revision, with everything needed to explain it later. One is in force for each revision."""

    __tablename__ = "routing"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[str] = mapped_column(Id, ForeignKey("revision.id", ondelete="CASCADE"))
    score_set_id: Mapped[str | None] = mapped_column(Id, ForeignKey("score_set.id"), comment="NULL when routed unscored")
    policy_version_id: Mapped[str] = mapped_column(Id, ForeignKey("policy_version.id"))
    section_key: Mapped[str | None] = mapped_column(String(100))
    route: Mapped[Route] = mapped_column(stored_enum(Route))
    rule_route: Mapped[Route] = mapped_column(stored_enum(Route), comment="strictest route without the bands")
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sample_probability: Mapped[float] = mapped_column(Float, comment="chance that a human was to look at it; 1 when flagged")
    is_sampled: Mapped[bool]
    is_in_force: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    packed: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="routes and scores as big-endian doubles, for simulations; NULL when unscored"
    )
    language: Mapped[str | None] = mapped_column(String(8), comment="of the text; here too, so that simulations tell languages apart")

    __table_args__ = (
        one_of("route", Route),
        one_of("rule_route", Route),
        CheckConstraint("sample_probability BETWEEN 0 AND 1", name="sample_probability"),
        Index("uq_routing_in_force", "revision_id", unique=True, postgresql_where=_IN_FORCE, sqlite_where=_IN_FORCE_SQLITE),
        # All that a simulation reads, so that it need not look into the table; see docs/adr/0011-packed-scores.md. SQLite does
        # without the table only where every column of the query is here, that of the predicate too.
        Index(
            "ix_routing_history",
            "site_id",
            "created_at",
            "section_key",
            "packed",
            "is_in_force",
            "sample_probability",
            "is_sampled",
            "language",
            "revision_id",
            postgresql_where=_IN_FORCE,
            sqlite_where=_IN_FORCE_SQLITE,
        ),
        Index("ix_routing_unpacked", "site_id", "created_at", postgresql_where=_UNPACKED, sqlite_where=_UNPACKED_SQLITE),
    )


class ReviewItem(Base):
    """One revision that waits for a human. Items of higher `urgency` come first.

    `urgency` is expected harm in [0, 1] times three days in seconds, minus the time of arrival in seconds: so the worst
    comes first, and yet whatever waits long enough overtakes everything newer, without any row being rewritten.
    """

    __tablename__ = "review_item"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    section_id: Mapped[str | None] = mapped_column(Id, ForeignKey("section.id", ondelete="SET NULL"))
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[str] = mapped_column(Id, ForeignKey("revision.id", ondelete="CASCADE"))
    queue: Mapped[Queue] = mapped_column(stored_enum(Queue))
    is_open: Mapped[bool] = mapped_column(default=True)
    urgency: Mapped[float] = mapped_column(Float)
    leased_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kept_from: Mapped[str | None] = mapped_column(Id, comment="the account whose rejection is appealed, while others can judge it")

    __table_args__ = (
        one_of("queue", Queue),
        Index("uq_review_item_open", "revision_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN_SQLITE),
        Index("ix_review_item_urgency", "site_id", "queue", "urgency", "id", postgresql_where=_OPEN, sqlite_where=_OPEN_SQLITE),
        Index("ix_review_item_age", "site_id", "queue", "id", postgresql_where=_OPEN, sqlite_where=_OPEN_SQLITE),
    )


class Decision(Base):
    """What a moderator chose about one revision. Undone decisions stay, marked; at most one verdict is in force."""

    __tablename__ = "decision"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    item_id: Mapped[str] = mapped_column(Id, ForeignKey("review_item.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[str] = mapped_column(Id, ForeignKey("revision.id", ondelete="CASCADE"))
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    verdict: Mapped[Verdict] = mapped_column(stored_enum(Verdict))
    reason_code: Mapped[ReasonCode | None] = mapped_column(stored_enum(ReasonCode))
    note: Mapped[str] = mapped_column(String(2000), default="")
    queue: Mapped[Queue] = mapped_column(stored_enum(Queue), comment="the queue it was decided from")
    status_before: Mapped[Status] = mapped_column(stored_enum(Status))
    status_after: Mapped[Status] = mapped_column(stored_enum(Status))
    seconds: Mapped[float | None] = mapped_column(Float, comment="from lease to decision")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    is_in_force: Mapped[bool] = mapped_column(comment="a verdict that stands; escalations never are")

    __table_args__ = (
        one_of("verdict", Verdict),
        one_of("queue", Queue),
        one_of("status_before", Status),
        one_of("status_after", Status),
        CheckConstraint("verdict <> 'reject' OR reason_code IS NOT NULL", name="rejection_has_reason"),
        CheckConstraint("NOT is_in_force OR (undone_at IS NULL AND verdict <> 'escalate')", name="in_force"),
        CheckConstraint(f"reason_code IS NULL OR reason_code IN ({', '.join(repr(c.value) for c in ReasonCode)})", name="reason_code"),
        Index("uq_decision_in_force", "revision_id", unique=True, postgresql_where=_IN_FORCE, sqlite_where=_IN_FORCE_SQLITE),
        Index("ix_decision_account_created", "account_id", "created_at"),
        Index("ix_decision_site_created", "site_id", "created_at"),
    )


class AuthorNote(Base):
    """What a moderator leaves about an author for colleagues."""

    __tablename__ = "author_note"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("author.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), comment="who wrote it")
    body: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Appeal(Base):
    """An author's objection to the rejection of one text. `outcome` is NULL until a moderator has looked again."""

    __tablename__ = "appeal"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[str] = mapped_column(Id, ForeignKey("revision.id", ondelete="CASCADE"), unique=True)
    item_id: Mapped[str] = mapped_column(Id, ForeignKey("review_item.id", ondelete="CASCADE"), unique=True)
    body: Mapped[str] = mapped_column(String(2000), comment="why, in the author's words; may be empty")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[AppealOutcome | None] = mapped_column(stored_enum(AppealOutcome))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        CheckConstraint("outcome IS NULL OR outcome IN ('upheld', 'overturned')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
    )
