"""Accounts of moderators and admins: made, signed in, given tokens and roles."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session as DbSession

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import ConflictError, FieldProblem, InvalidError, NotFoundError, UnauthenticatedError
from commentsvc.domain.principals import Principal, Role, Via
from commentsvc.services.appealing import free_appeals
from commentsvc.services.audit import INSTALLATION, append_audit_entry
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id
from commentsvc.store.models import Account, AccountRole, Session, Token

_ACCOUNT = table_of(Account)
_ROLE = table_of(AccountRole)
_TOKEN = table_of(Token)
_SESSION = table_of(Session)
PasswordHash = NewType("PasswordHash", str)
TOKEN_PREFIX: Final = "csv_"  # noqa: S105 - a prefix, not a secret
SESSION_LENGTH: Final = timedelta(hours=12)
MIN_PASSWORD_CHARS: Final = 12
MAX_PASSWORD_CHARS: Final = 1000
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id with OWASP's second recommended setting: 19 MiB, two passes."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as admins see it; `roles` by site id, or '*' for every site."""

    id: str
    email: str
    name: str
    is_active: bool
    must_change_password: bool
    roles: dict[str, Role]
    created_at: datetime
    has_factor: bool


@dataclass(frozen=True, slots=True)
class TokenState:
    """A token without its secret."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def secret_hash(secret: str) -> str:
    """SHA-256 (hex) of a token or cookie. Enough for secrets of 256 random bits, which nobody can guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    # Checked where an account does not exist, so that signing in takes as long for unknown names as for known ones.
    return _HASHER.hash(secrets.token_urlsafe(24))


def hash_password(password: str) -> PasswordHash:
    """What is kept of a password. Slow by intent (tens of ms): call it with no transaction open. Raises InvalidError for a weak one."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        msg = f"A password needs at least {MIN_PASSWORD_CHARS} characters."
        raise InvalidError(msg, fields=(FieldProblem("/password", "Is too short or longer than 1,000 characters."),))
    return PasswordHash(_HASHER.hash(password))


def create_account(session: DbSession, email: str, name: str, password: PasswordHash | None, by: str | None, now: datetime) -> str:
    """Make an account without roles; without a password it cannot sign in. Returns its id. Raises ConflictError when the address is taken.

    Caller holds a transaction.
    """
    conn = session.connection()
    address = email.strip().lower()
    if conn.execute(select(_ACCOUNT.c.id).where(_ACCOUNT.c.email == address)).first():
        msg = "There is an account with this address already."
        raise ConflictError(msg)
    account_id = new_id()
    conn.execute(
        insert(_ACCOUNT),
        {
            "id": account_id,
            "email": address,
            "name": name,
            "password_hash": password,
            "must_change_password": False,
            "is_active": True,
            "created_at": now,
        },
    )
    _audit(session, by, "account_created", account_id, now)
    return account_id


def _audit(session: DbSession, by: str | None, action: str, account_id: str, now: datetime, after: dict[str, object] | None = None) -> None:
    actor = f"account:{by}" if by else "system"
    append_audit_entry(session, INSTALLATION, AuditFact(actor=actor, action=action, subject=f"account:{account_id}", after=after, at=now))


def set_role(session: DbSession, account_id: str, site_id: str, role: Role | None, by: str | None, now: datetime) -> None:
    """Give an account a role on a site ('*': all), or take it away with None. Takes effect with the next request.

    Raises NotFoundError. Caller holds a transaction.
    """
    conn = session.connection()
    if not conn.execute(select(_ACCOUNT.c.id).where(_ACCOUNT.c.id == account_id)).first():
        msg = "There is no such account."
        raise NotFoundError(msg)
    conn.execute(delete(_ROLE).where(_ROLE.c.account_id == account_id, _ROLE.c.site_id == site_id))
    if role is not None:
        conn.execute(insert(_ROLE), {"account_id": account_id, "site_id": site_id, "role": role})
    else:
        free_appeals(conn)
    _audit(session, by, "role_set", account_id, now, {"site": site_id, "role": role.value if role else None})


def set_active(session: DbSession, account_id: str, by: str | None, now: datetime, *, is_active: bool) -> None:
    """Open or close an account; closing ends its sessions and revokes its tokens. Raises NotFoundError."""
    conn = session.connection()
    changed = update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(is_active=is_active).returning(_ACCOUNT.c.id)
    if conn.execute(changed).one_or_none() is None:
        msg = "There is no such account."
        raise NotFoundError(msg)
    if not is_active:
        conn.execute(delete(_SESSION).where(_SESSION.c.account_id == account_id))
        conn.execute(update(_TOKEN).where(_TOKEN.c.account_id == account_id, _TOKEN.c.revoked_at.is_(None)).values(revoked_at=now))
        free_appeals(conn)
    _audit(session, by, "account_opened" if is_active else "account_closed", account_id, now)


def set_password(session: DbSession, account_id: str, password: PasswordHash, by: str | None, now: datetime) -> None:
    """Give an account another password and end its sessions. Raises NotFoundError. Caller holds a transaction."""
    conn = session.connection()
    values = {"password_hash": password, "must_change_password": False}
    if conn.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(values).returning(_ACCOUNT.c.id)).one_or_none() is None:
        msg = "There is no such account."
        raise NotFoundError(msg)
    conn.execute(delete(_SESSION).where(_SESSION.c.account_id == account_id))
    _audit(session, by, "password_set", account_id, now)


def check_password(session: DbSession, email: str, password: str) -> str:
    """The id of the account with this address and password. Slow by intent (tens of ms): call it with no transaction open.

    Raises UnauthenticatedError, the same and as slowly for an unknown address, a closed account and a wrong password.
    """
    row = session.execute(
        select(_ACCOUNT.c.id, _ACCOUNT.c.password_hash, _ACCOUNT.c.is_active).where(_ACCOUNT.c.email == email.strip().lower())
    ).one_or_none()
    stored: str | None = row.password_hash if row is not None else None
    known = stored is not None
    try:
        _HASHER.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        known = False
    if row is None or not known or not row.is_active:
        msg = "The address or the password is wrong."
        raise UnauthenticatedError(msg)
    return str(row.id)


def open_session(session: DbSession, account_id: str, now: datetime, *, agent: str | None = None) -> str:
    """Sign an account in: returns the cookie's secret, which is kept only as a hash. Each sign-in gets a new one."""
    secret = secrets.token_urlsafe(32)
    row = {"id": new_id(), "account_id": account_id, "cookie_hash": secret_hash(secret), "created_at": now, "agent": agent}
    session.connection().execute(insert(_SESSION), row | {"expires_at": now + SESSION_LENGTH})
    _audit(session, account_id, "signed_in", account_id, now)
    return secret


def close_session(session: DbSession, secret: str) -> None:
    """Sign out. Nothing happens for a session that has ended."""
    session.connection().execute(delete(_SESSION).where(_SESSION.c.cookie_hash == secret_hash(secret)))


def create_token(
    session: DbSession, account_id: str, name: str, by: str | None, now: datetime, *, expires_at: datetime | None = None
) -> tuple[str, str]:
    """Make an API token for an account. Returns its id and the token itself, which cannot be read again."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token_id = new_id()
    row = {"id": token_id, "account_id": account_id, "name": name, "token_hash": secret_hash(token), "created_at": now}
    session.connection().execute(insert(_TOKEN), row | {"expires_at": expires_at})
    _audit(session, by, "token_created", account_id, now, {"token": token_id, "name": name})
    return token_id, token


def revoke_token(session: DbSession, token_id: str, by: str, now: datetime) -> None:
    """End a token at once. Raises NotFoundError; revoking twice changes nothing."""
    conn = session.connection()
    row = conn.execute(select(_TOKEN.c.account_id, _TOKEN.c.revoked_at).where(_TOKEN.c.id == token_id)).one_or_none()
    if row is None:
        msg = "There is no such token."
        raise NotFoundError(msg)
    if row.revoked_at is None:
        conn.execute(update(_TOKEN).where(_TOKEN.c.id == token_id).values(revoked_at=now))
        _audit(session, by, "token_revoked", row.account_id, now, {"token": token_id})


_BY_TOKEN: Final = (
    select(_ACCOUNT.c.id, _ACCOUNT.c.name)
    .join_from(_TOKEN, _ACCOUNT, _ACCOUNT.c.id == _TOKEN.c.account_id)
    .where(
        _TOKEN.c.token_hash == bindparam("secret"),
        _TOKEN.c.revoked_at.is_(None),
        or_(_TOKEN.c.expires_at.is_(None), _TOKEN.c.expires_at > bindparam("now")),
        _ACCOUNT.c.is_active,
    )
)
_BY_SESSION: Final = (
    select(_ACCOUNT.c.id, _ACCOUNT.c.name)
    .join_from(_SESSION, _ACCOUNT, _ACCOUNT.c.id == _SESSION.c.account_id)
    .where(_SESSION.c.cookie_hash == bindparam("secret"), _SESSION.c.expires_at > bindparam("now"), _ACCOUNT.c.is_active)
)
_ROLES: Final = select(_ROLE.c.site_id, _ROLE.c.role).where(_ROLE.c.account_id == bindparam("account_id"))


def authenticate_token(session: DbSession, raw: str, *, now: datetime) -> Principal | None:
    """Who holds this token; None when it is unknown, expired, revoked, or its account closed."""
    return _authenticate(session, _BY_TOKEN, raw, now, Via.TOKEN) if raw.startswith(TOKEN_PREFIX) else None


def authenticate_session(session: DbSession, raw: str, *, now: datetime) -> Principal | None:
    """Who is signed in with this cookie; None when it has ended or the account is closed."""
    return _authenticate(session, _BY_SESSION, raw, now, Via.SESSION)


def _authenticate(session: DbSession, query: Select[str, str], raw: str, now: datetime, via: Via) -> Principal | None:
    conn = session.connection()
    row = conn.execute(query, {"secret": secret_hash(raw), "now": now}).one_or_none()
    if row is None:
        return None
    roles = {role.site_id: Role(role.role) for role in conn.execute(_ROLES, {"account_id": row.id})}
    return Principal(row.id, row.name, roles, via)


def list_accounts(session: DbSession) -> list[AccountState]:
    """Every account with its roles, by address."""
    roles: dict[str, dict[str, Role]] = {}
    for row in session.execute(select(_ROLE)):
        roles.setdefault(row.account_id, {})[row.site_id] = Role(row.role)
    return [
        AccountState(
            row.id,
            row.email,
            row.name,
            row.is_active,
            row.must_change_password,
            roles.get(row.id, {}),
            row.created_at,
            row.factor_sealed is not None,
        )
        for row in session.execute(select(_ACCOUNT).order_by(_ACCOUNT.c.email))
    ]


def find_account_id(session: DbSession, email: str) -> str | None:
    """The id of the account with this address, or None."""
    found: str | None = session.execute(select(_ACCOUNT.c.id).where(_ACCOUNT.c.email == email.strip().lower())).scalar_one_or_none()
    return found


def list_tokens(session: DbSession, account_id: str) -> list[TokenState]:
    """An account's tokens, newest first, without their secrets."""
    query = select(_TOKEN.c.id, _TOKEN.c.name, _TOKEN.c.created_at, _TOKEN.c.expires_at, _TOKEN.c.revoked_at)
    rows = session.execute(query.where(_TOKEN.c.account_id == account_id).order_by(_TOKEN.c.id.desc()))
    return [TokenState(*row) for row in rows]
