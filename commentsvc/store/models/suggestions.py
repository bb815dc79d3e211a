"""What moderators elsewhere said of texts that were scored or routed here, and how those were routed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.status import Route
from commentsvc.store.base import Base, Id, UTCDateTime, one_of, stored_enum

_UNSCORED = text("scored_at IS NULL")


class Suggestion(Base):
    """One text, as moderators of another system judged it last. A key names a text once."""

    __tablename__ = "suggestion"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(100), comment="name of the key it came with")
    text_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the folded text")
    body: Mapped[str] = mapped_column(Text)
    is_rejected: Mapped[bool] = mapped_column(comment="rejected, for whatever reason")
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, comment="what each attribute should score, by its name")
    language: Mapped[str | None] = mapped_column(String(16))
    client_token: Mapped[str | None] = mapped_column(String(255), comment="the client's own id of the text")
    times: Mapped[int] = mapped_column(Integer, comment="how often the text was judged; the latest counts")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    scorer_version_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("scorer_version.id"), comment="NULL until scored, and where it cannot be"
    )
    scores: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), comment="by label, as the scorer gives them")
    scored_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("source", "text_hash"),
        Index("ix_suggestion_source_updated", "source", "updated_at"),
        Index("ix_suggestion_expires", "expires_at"),
        Index("ix_suggestion_token", "client_token"),
        Index("ix_suggestion_unscored", "id", postgresql_where=_UNSCORED, sqlite_where=_UNSCORED),
    )


class PhaseRouting(Base):
    """How a comment of another system was routed under a site's policy. Of the text only its hash is kept."""

    __tablename__ = "phase_routing"

    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of the folded text, which is not kept")
    route: Mapped[Route] = mapped_column(stored_enum(Route))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    policy_version_id: Mapped[str] = mapped_column(Id, ForeignKey("policy_version.id"))
    times: Mapped[int] = mapped_column(Integer, comment="how often the text came; the latest routing counts")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        one_of("route", Route),
        Index("ix_phase_routing_expires", "expires_at"),
        Index("ix_phase_routing_updated", "site_id", "updated_at"),
    )
