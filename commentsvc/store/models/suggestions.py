"""What moderators elsewhere said of texts that were scored here."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.store.base import Base, Id, UTCDateTime

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
