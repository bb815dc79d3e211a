"""Comments, their revisions, and what readers do with them."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.status import Nudged, ReasonCode, Status
from commentsvc.store.base import Base, Id, PathText, UTCDateTime, one_of, stored_enum

# SQLite uses a partial index only where the query's own words imply its condition, and there a boolean is compared with 1.
_SHOWN_ROOT, _SHOWN_ROOT_SQLITE = text("is_shown AND depth = 0"), text("is_shown = 1 AND depth = 0")
_FROM_SOMEWHERE = text("address_hash IS NOT NULL")
_SHOWN, _SHOWN_SQLITE = text("is_shown"), text("is_shown = 1")


class Comment(Base):
    """The identity that persists over revisions.

    `status` is what readers see now: an edit that has not been routed leaves it, and `published_revision_id`, alone.
    `is_shown` says that the comment has a place on the page: it is published, or a placeholder above replies that are shown.
    """

    __tablename__ = "comment"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    article_id: Mapped[str] = mapped_column(Id, ForeignKey("article.id", ondelete="CASCADE"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("author.id"))
    parent_id: Mapped[str | None] = mapped_column(Id, ForeignKey("comment.id"))
    path: Mapped[str] = mapped_column(PathText)
    depth: Mapped[int] = mapped_column(SmallInteger)
    reply_no: Mapped[int] = mapped_column(Integer, comment="number among its siblings, from 1")
    reply_count: Mapped[int] = mapped_column(Integer, default=0, comment="replies ever stored; numbers the next one")
    shown_reply_count: Mapped[int] = mapped_column(Integer, default=0, comment="direct replies that are shown")
    status: Mapped[Status] = mapped_column(stored_enum(Status))
    is_shown: Mapped[bool]
    current_revision_id: Mapped[str] = mapped_column(Id, comment="latest text; the one that decisions are about")
    published_revision_id: Mapped[str | None] = mapped_column(Id, comment="the text that readers see, if any")
    revision_count: Mapped[int] = mapped_column(Integer, default=1)
    up_count: Mapped[int] = mapped_column(Integer, default=0)
    down_count: Mapped[int] = mapped_column(Integer, default=0)
    best_score: Mapped[float] = mapped_column(Float, default=0.0, comment="lower end of the Wilson interval of the up-votes")
    report_count: Mapped[int] = mapped_column(Integer, default=0)
    edit_until: Mapped[datetime] = mapped_column(UTCDateTime)
    address_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    nudged: Mapped[Nudged | None] = mapped_column(stored_enum(Nudged), comment="what its author did when told to think again")
    is_by_article_author: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        UniqueConstraint("article_id", "path"),
        one_of("status", Status),
        CheckConstraint("status <> 'published' OR published_revision_id IS NOT NULL", name="published_has_text"),
        CheckConstraint("status = 'published' OR published_revision_id IS NULL", name="hidden_has_no_text"),
        CheckConstraint("shown_reply_count >= 0 AND up_count >= 0 AND down_count >= 0 AND report_count >= 0", name="counts"),
        Index("ix_comment_roots", "article_id", "reply_no", postgresql_where=_SHOWN_ROOT, sqlite_where=_SHOWN_ROOT_SQLITE),
        Index("ix_comment_best", "article_id", "best_score", "reply_no", postgresql_where=_SHOWN_ROOT, sqlite_where=_SHOWN_ROOT_SQLITE),
        Index("ix_comment_replies", "parent_id", "reply_no", postgresql_where=_SHOWN, sqlite_where=_SHOWN_SQLITE),
        Index("ix_comment_latest", "article_id", "created_at", "id", postgresql_where=_SHOWN, sqlite_where=_SHOWN_SQLITE),
        Index("ix_comment_author", "author_id", "created_at"),
        Index("ix_comment_site_created", "site_id", "created_at"),
        Index("ix_comment_address", "site_id", "address_hash", "author_id", postgresql_where=_FROM_SOMEWHERE, sqlite_where=_FROM_SOMEWHERE),
    )


class Revision(Base):
    """One immutable text of a comment. Scores and decisions attach to it."""

    __tablename__ = "revision"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comment.id", ondelete="CASCADE"))
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"))
    no: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the folded text, for repeats")
    language: Mapped[str | None] = mapped_column(String(8))
    status: Mapped[Status] = mapped_column(stored_enum(Status))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    likeness: Mapped[int | None] = mapped_column(BigInteger, comment="SimHash, for texts nearly the same")

    __table_args__ = (
        UniqueConstraint("comment_id", "no"),
        one_of("status", Status),
        Index("ix_revision_repeats", "site_id", "text_hash", "created_at"),
        Index("ix_revision_recent", "site_id", "created_at", "likeness"),
    )


class Vote(Base):
    """One reader's vote on one comment: 1 or -1."""

    __tablename__ = "vote"

    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    voter: Mapped[str] = mapped_column(String(255), primary_key=True)
    value: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (CheckConstraint("value IN (-1, 1)", name="value"),)


class Report(Base):
    """A reader's complaint about one revision."""

    __tablename__ = "report"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comment.id", ondelete="CASCADE"))
    revision_id: Mapped[str] = mapped_column(Id, ForeignKey("revision.id", ondelete="CASCADE"))
    reporter: Mapped[str] = mapped_column(String(255))
    reason: Mapped[ReasonCode] = mapped_column(stored_enum(ReasonCode))
    note: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (UniqueConstraint("comment_id", "reporter"), one_of("reason", ReasonCode))


class ImportRecord(Base):
    """Which comment a record of another system became: what has been taken in once is known for ever."""

    __tablename__ = "import_record"

    site_id: Mapped[str] = mapped_column(Id, ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True, comment="which system or file the ids belong to")
    source_id: Mapped[str] = mapped_column(String(255), primary_key=True, comment="the comment's id there")
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comment.id", ondelete="CASCADE"), index=True)
