"""Statements of reasons for the EU's DSA Transparency Database."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.statements import StatementState
from commentsvc.store.base import Base, Id, UTCDateTime, one_of, stored_enum


class Statement(Base):
    """One statement about one restriction. It outlives the comment, and holds nothing of it."""

    __tablename__ = "statement"

    id: Mapped[str] = mapped_column(Id, primary_key=True, comment="its name in the database of the EU, too")
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(100), comment="revision:<id> or sanction:<number in the audit log>")
    document: Mapped[dict[str, Any]] = mapped_column(JSON, comment="as it is sent: no personal data")
    state: Mapped[StatementState] = mapped_column(stored_enum(StatementState))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    last_status: Mapped[int | None] = mapped_column(SmallInteger, comment="HTTP status of the last answer")
    last_error: Mapped[str | None] = mapped_column(String(200), comment="a code, or the fields that do not fit")
    applied_at: Mapped[datetime] = mapped_column(UTCDateTime, comment="when the restriction began")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("site_id", "subject"),
        one_of("state", StatementState),
        Index("ix_statement_applied", "site_id", "applied_at"),
    )
