"""Sites, their sections and articles, and the authors who comment on them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.status import ProofRule, Standing
from commentsvc.store.base import Base, Id, UTCDateTime, one_of, stored_enum


class Site(Base):
    """A client of the service, with its own keys, limits and policy."""

    __tablename__ = "site"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(63), unique=True, comment="slug that stands in addresses")
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16), default="en")
    origins: Mapped[str] = mapped_column(Text, default="", comment="origins of the site's pages, one a line")
    jwt_secret: Mapped[str | None] = mapped_column(String(255), comment="HS256 secret shared with the site")
    jwt_public_key: Mapped[str | None] = mapped_column(Text, comment="RS256 public key of the site, PEM")
    guests_allowed: Mapped[bool] = mapped_column(default=True)
    max_body_chars: Mapped[int] = mapped_column(Integer, default=5000)
    max_depth: Mapped[int] = mapped_column(Integer, default=20)
    edit_window_s: Mapped[int] = mapped_column(Integer, default=600)
    policy_version_id: Mapped[str | None] = mapped_column(Id, comment="the active policy; set with the site's first version")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    close_after_days: Mapped[int | None] = mapped_column(Integer, comment="new articles close by themselves; NULL: never")
    jwks_url: Mapped[str | None] = mapped_column(String(2000), comment="where the site publishes its RS256 keys")
    proof: Mapped[ProofRule] = mapped_column(stored_enum(ProofRule), default=ProofRule.BUSY, server_default=ProofRule.BUSY.value)
    jwt_secret_before: Mapped[str | None] = mapped_column(String(255), comment="the HS256 secret before this one")
    jwt_secret_before_until: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="how long it still holds")

    __table_args__ = (
        CheckConstraint("max_body_chars BETWEEN 1 AND 50000", name="max_body_chars"),
        CheckConstraint("max_depth BETWEEN 0 AND 50", name="max_depth"),
        CheckConstraint("edit_window_s >= 0", name="edit_window_s"),
    )


class Section(Base):
    """A part of a site (sport, local) that may have bands of its own."""

    __tablename__ = "section"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    close_after_days: Mapped[int | None] = mapped_column(Integer, comment="NULL: as the site says; 0: never")
    is_closed: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (UniqueConstraint("site_id", "key"),)


class Article(Base):
    """The page commented on. `changed_at` moves with every change that readers can see."""

    __tablename__ = "article"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    section_id: Mapped[str | None] = mapped_column(Id, ForeignKey("section.id", ondelete="SET NULL"), index=True)
    key: Mapped[str] = mapped_column(String(500), comment="the publisher's own key")
    url: Mapped[str | None] = mapped_column(String(2000))
    title: Mapped[str | None] = mapped_column(String(500))
    is_closed: Mapped[bool] = mapped_column(default=False)
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    root_count: Mapped[int] = mapped_column(Integer, default=0, comment="root comments ever stored; numbers the next one")
    published_count: Mapped[int] = mapped_column(Integer, default=0)
    version: Mapped[int] = mapped_column(Integer, default=0, comment="grows with every change that readers can see; the ETag")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (UniqueConstraint("site_id", "key"), CheckConstraint("published_count >= 0", name="published_count"))


class Author(Base):
    """Who writes comments on one site."""

    __tablename__ = "author"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(255), comment="sso:<sub> or guest:<hash>")
    name: Mapped[str] = mapped_column(String(100))
    is_guest: Mapped[bool]
    is_staff: Mapped[bool] = mapped_column(default=False)
    email_hash: Mapped[str | None] = mapped_column(String(64))
    standing: Mapped[Standing] = mapped_column(stored_enum(Standing), default=Standing.NORMAL)
    standing_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    comment_count: Mapped[int] = mapped_column(Integer, default=0)
    published_count: Mapped[int] = mapped_column(Integer, default=0)
    rejected_count: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("site_id", "subject"),
        one_of("standing", Standing),
        CheckConstraint("comment_count >= 0 AND published_count >= 0 AND rejected_count >= 0", name="counts"),
        Index(
            "ix_author_standing",
            "site_id",
            "standing",
            postgresql_where=text("standing <> 'normal'"),
            sqlite_where=text("standing <> 'normal'"),
        ),
    )
