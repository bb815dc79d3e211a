"""Passkeys of accounts: put on record, used, taken away."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import ConflictError, NotFoundError
from commentsvc.services.audit import INSTALLATION, append_audit_entry
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id
from commentsvc.store.models import Account, Passkey, SpentProof

_PASSKEY = table_of(Passkey)
_ACCOUNT = table_of(Account)
_SPENT = table_of(SpentProof)
MOST_PASSKEYS: Final = 10


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey in its account's list."""

    id: str
    credential_id: str
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class KnownPasskey:
    """A passkey of an account that is open, with what its next answer is held against."""

    id: str
    account_id: str
    public_key: bytes
    sign_count: int


def list_passkeys(session: Session, account_id: str) -> list[PasskeyLine]:
    """An account's passkeys, oldest first."""
    columns = (_PASSKEY.c.id, _PASSKEY.c.credential_id, _PASSKEY.c.name, _PASSKEY.c.created_at, _PASSKEY.c.used_at)
    query = select(*columns).where(_PASSKEY.c.account_id == account_id).order_by(_PASSKEY.c.id)
    return [PasskeyLine(*row) for row in session.connection().execute(query)]


def find_passkey(session: Session, credential_id: str) -> KnownPasskey | None:
    """The passkey with this id; None when it is unknown or its account closed."""
    query = (
        select(_PASSKEY.c.id, _PASSKEY.c.account_id, _PASSKEY.c.public_key, _PASSKEY.c.sign_count)
        .join_from(_PASSKEY, _ACCOUNT, _ACCOUNT.c.id == _PASSKEY.c.account_id)
        .where(_PASSKEY.c.credential_id == credential_id, _ACCOUNT.c.is_active)
    )
    row = session.connection().execute(query).one_or_none()
    return None if row is None else KnownPasskey(*row)


@dataclass(frozen=True, slots=True)
class PasskeyToAdd:
    """A passkey that its owner has just made, verified: `credential_id` in base64url, `public_key` as COSE."""

    account_id: str
    name: str
    credential_id: str
    public_key: bytes
    sign_count: int


def add_passkey(session: Session, new: PasskeyToAdd, now: datetime) -> str:
    """Put a passkey on record; returns its id. Raises ConflictError for one that is known, and for one too many.

    Caller holds a transaction, has verified the passkey and asked for the password.
    """
    conn = session.connection()
    # Locked, so that two who add at once do not pass the limit together.
    conn.execute(select(_ACCOUNT.c.id).where(_ACCOUNT.c.id == new.account_id).with_for_update())
    if (
        conn.execute(select(func.count()).select_from(_PASSKEY).where(_PASSKEY.c.account_id == new.account_id)).scalar_one()
        >= MOST_PASSKEYS
    ):
        raise ConflictError(f"There are {MOST_PASSKEYS} passkeys. Take one away first.")
    passkey_id = new_id()
    row = {name: getattr(new, name) for name in PasskeyToAdd.__slots__} | {"id": passkey_id, "created_at": now, "used_at": None}
    if conn.execute(insert_of(conn, _PASSKEY).values(**row).on_conflict_do_nothing().returning(_PASSKEY.c.id)).first() is None:
        raise ConflictError("This passkey is known already.")
    _audit(session, new.account_id, "passkey_added", None, {"passkey": passkey_id, "name": new.name}, now)
    return passkey_id


def spend_challenge(session: Session, challenge: str, expires_at: datetime) -> bool:
    """Note that a challenge was answered; False when it was before. `expires_at` is when it would have ended anyway."""
    conn = session.connection()
    row = {"challenge": hashlib.sha256(challenge.encode()).hexdigest(), "expires_at": expires_at}
    return conn.execute(insert_of(conn, _SPENT).values(**row).on_conflict_do_nothing().returning(_SPENT.c.challenge)).first() is not None


def use_passkey(session: Session, known: KnownPasskey, sign_count: int, now: datetime) -> bool:
    """Keep that a passkey has signed. False when it was taken away or used elsewhere meanwhile. Caller holds a transaction."""
    used = (
        update(_PASSKEY)
        .where(_PASSKEY.c.id == known.id, _PASSKEY.c.sign_count == known.sign_count)
        .values(sign_count=sign_count, used_at=now)
        .returning(_PASSKEY.c.id)
    )
    return session.connection().execute(used).first() is not None


def remove_passkey(session: Session, account_id: str, passkey_id: str, now: datetime) -> None:
    """Take one of an account's passkeys away; it signs nobody in from now on. Raises NotFoundError. Caller holds a transaction."""
    mine = (_PASSKEY.c.id == passkey_id, _PASSKEY.c.account_id == account_id)
    name = session.connection().execute(delete(_PASSKEY).where(*mine).returning(_PASSKEY.c.name)).scalar_one_or_none()
    if name is None:
        raise NotFoundError("There is no such passkey.")
    _audit(session, account_id, "passkey_removed", {"passkey": passkey_id, "name": name}, None, now)


def _audit(
    session: Session, account_id: str, action: str, before: dict[str, object] | None, after: dict[str, object] | None, now: datetime
) -> None:
    subject = f"account:{account_id}"
    append_audit_entry(session, INSTALLATION, AuditFact(actor=subject, action=action, subject=subject, before=before, after=after, at=now))
