"""Moderators and admins, their roles on sites, their API tokens and their signed-in sessions."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commentsvc.domain.principals import Role
from commentsvc.store.base import Base, Id, UTCDateTime, one_of, stored_enum


class Account(Base):
    """Somebody who works with the service: never an author."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True, comment="lower case")
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(255), comment="Argon2id; NULL when sign-in by password is off")
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    factor_sealed: Mapped[str | None] = mapped_column(String(255), comment="secret of the second factor, sealed; NULL without one")
    factor_step: Mapped[int | None] = mapped_column(BigInteger, comment="the last step whose code was taken, so that none works twice")


class AccountRole(Base):
    """A role on one site, or on every site where `site_id` is '*'."""

    __tablename__ = "account_role"

    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, primary_key=True, comment="a site's id or '*'")
    role: Mapped[Role] = mapped_column(stored_enum(Role))

    __table_args__ = (one_of("role", Role), Index("ix_account_role_site", "site_id"))


class Token(Base):
    """An API token; only its SHA-256 is kept."""

    __tablename__ = "token"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Base):
    """A code that stands in once for the second factor; only its SHA-256 is kept, and only until it is used."""

    __tablename__ = "recovery_code"

    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class Passkey(Base):
    """A key pair of an account's phone, computer or token; only the public half is here."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60), comment="what its owner calls it")
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True, comment="as the authenticator names it, in base64url")
    public_key: Mapped[bytes] = mapped_column(LargeBinary, comment="COSE")
    sign_count: Mapped[int] = mapped_column(BigInteger, comment="how often it has signed, as it counts; 0 when it does not")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AccountIdentity(Base):
    """Who an account is at an OpenID provider."""

    __tablename__ = "account_identity"

    issuer: Mapped[str] = mapped_column(String(500), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True, comment="the provider's own name for them, which never changes")
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (UniqueConstraint("account_id", "issuer"),)


class Session(Base):
    """A signed-in browser; only the SHA-256 of its cookie is kept."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    cookie_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    agent: Mapped[str | None] = mapped_column(String(60), comment="which browser, in a few words")
