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
    calibration: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="by label, what the network says and the score given for it"
    )
    shadow_since: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="since when it scores new comments beside the active one")
    shadow_cursor: Mapped[str | None] = mapped_column(Id, comment="the routing up to which it has done so")


class Rescoring(Base):
    """A site's stored comments scored anew by another scorer in the background, latest first, beside the scores they have."""

    __tablename__ = "rescoring"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), index=True)
    scorer_version_id: Mapped[str] = mapped_column(Id, ForeignKey("scorer_version.id"))
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    since: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="comments posted from then on; NULL for all")
    most: Mapped[int | None] = mapped_column(Integer, comment="how many comments at most; NULL for all")
    total: Mapped[int] = mapped_column(Integer, comment="comments to be scored when it was asked for")
    scored: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0, comment="comments that the scorer could not bear")
    reached_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="with reached_id: the comment it has come to")
    reached_id: Mapped[str | None] = mapped_column(Id)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), comment="once finished: routes that would change")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
