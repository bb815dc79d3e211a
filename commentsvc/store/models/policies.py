"""Immutable versions of what judges a comment: policies and scorers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.status import Route, ScheduleState
from commentsvc.store.base import Base, Id, UTCDateTime, one_of, stored_enum

_WAITING = text("state = 'waiting'")
_RUNNING = text("ended_at IS NULL")


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


class PolicyDraft(Base):
    """A policy that somebody works on. It routes nothing, and its maker alone changes it; making a version of it deletes it."""

    __tablename__ = "policy_draft"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"), comment="NULL when made on the command line")
    name: Mapped[str] = mapped_column(String(200))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    base_version: Mapped[int] = mapped_column(Integer, comment="number of the version that it began from")
    edition: Mapped[int] = mapped_column(Integer, comment="grows with each change, so that two windows do not undo each other's work")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PolicyApproval(Base):
    """A second person's yes to a version. There is at most one, and it is never taken back: a version never changes either."""

    __tablename__ = "policy_approval"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("policy_version.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"), comment="NULL when given on the command line")
    note: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PolicyRule(Base):
    """How a site changes its policy. A site without a row needs no approval."""

    __tablename__ = "policy_rule"

    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    needs_approval: Mapped[bool]
    off_asked_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"), comment="who wants to do without; another must agree")
    off_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PolicySchedule(Base):
    """A version that is to be activated at a time. At most one waits for each site."""

    __tablename__ = "policy_schedule"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("policy_version.id", ondelete="CASCADE"))
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    activate_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[ScheduleState] = mapped_column(stored_enum(ScheduleState))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="when it was activated, cancelled or refused")

    __table_args__ = (
        one_of("state", ScheduleState),
        Index("uq_policy_schedule_waiting", "site_id", unique=True, postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("ix_policy_schedule_due", "activate_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
    )


class PolicyShadow(Base):
    """A version that routes beside the active one and changes nothing. It runs until `ended_at`."""

    __tablename__ = "policy_shadow"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("policy_version.id", ondelete="CASCADE"))
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index("uq_policy_shadow_running", "version_id", unique=True, postgresql_where=_RUNNING, sqlite_where=_RUNNING),
        Index("ix_policy_shadow_running", "site_id", postgresql_where=_RUNNING, sqlite_where=_RUNNING),
        Index("ix_policy_shadow_site", "site_id", "id"),
    )


class ShadowRouting(Base):
    """Where a shadow would have sent a revision, written with the routing that was made of it."""

    __tablename__ = "shadow_routing"

    shadow_id: Mapped[str] = mapped_column(Id, ForeignKey("policy_shadow.id", ondelete="CASCADE"), primary_key=True)
    routing_id: Mapped[str] = mapped_column(Id, ForeignKey("routing.id", ondelete="CASCADE"), primary_key=True, index=True)
    active_route: Mapped[Route] = mapped_column(stored_enum(Route), comment="where the active policy sent it")
    route: Mapped[Route] = mapped_column(stored_enum(Route))

    __table_args__ = (
        one_of("active_route", Route),
        one_of("route", Route),
        # Counting needs nothing but this.
        Index("ix_shadow_routing_counts", "shadow_id", "active_route", "route"),
    )
