"""Immutable versions of what judges a comment: policies and scorers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.store.base import Base, Id, UTCDateTime


class PolicyVersion(Base):
    """A numbered copy of a site's policy document. Never updated but for the time it was first activated."""

    __tablename__ = "policy_version"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(1000), default="")
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"), comment="NULL when made with the site")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    activated_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="when it was last activated")

    __table_args__ = (UniqueConstraint("site_id", "version"),)


class ScorerVersion(Base):
    """A scorer that has judged comments here, named so that it can be run again."""

    __tablename__ = "scorer_version"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[str] = mapped_column(String(200), unique=True, comment="name@digest+preparation")
    name: Mapped[str] = mapped_column(String(100))
    engine: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    preparation: Mapped[str] = mapped_column(String(32))
    labels: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
