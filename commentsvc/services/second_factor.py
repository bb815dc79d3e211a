"""The second factor of accounts, and the browsers that are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session as DbSession

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import NotFoundError
from commentsvc.services.accounts import secret_hash
from commentsvc.services.audit import INSTALLATION, append_audit_entry
from commentsvc.store.base import table_of
from commentsvc.store.models import Account, RecoveryCode, Session

_ACCOUNT = table_of(Account)
_CODE = table_of(RecoveryCode)
_SESSION = table_of(Session)


@dataclass(frozen=True, slots=True)
class Factor:
    """An account's second factor: the sealed secret (None: it has none) and how many recovery codes are left."""

    account_id: str
    email: str
    name: str
    sealed: str | None
    code_count: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser that is signed in."""

    id: str
    agent: str | None
    created_at: datetime
    expires_at: datetime
    is_this: bool


def get_factor(session: DbSession, account_id: str) -> Factor:
    """The second factor of an account. Raises NotFoundError."""
    conn = session.connection()
    query = select(_ACCOUNT.c.email, _ACCOUNT.c.name, _ACCOUNT.c.factor_sealed).where(_ACCOUNT.c.id == account_id)
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NotFoundError("There is no such account.")
    count = conn.execute(select(func.count()).select_from(_CODE).where(_CODE.c.account_id == account_id)).scalar_one()
    return Factor(account_id, row.email, row.name, row.factor_sealed, count)


def turn_on_factor(session: DbSession, account_id: str, sealed: str, step: int, code_hashes: Sequence[str], now: datetime) -> None:
    """Give an account a second factor in place of any it had; `step` is the one that proved it. Caller holds a transaction."""
    conn = session.connection()
    conn.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(factor_sealed=sealed, factor_step=step))
    _replace_codes(session, account_id, code_hashes)
    _audit(session, account_id, account_id, "second_factor_on", now)


def renew_recovery_codes(session: DbSession, account_id: str, code_hashes: Sequence[str], now: datetime) -> None:
    """Let these recovery codes hold, and no others. Caller holds a transaction."""
    _replace_codes(session, account_id, code_hashes)
    _audit(session, account_id, account_id, "recovery_codes_renewed", now)


def _replace_codes(session: DbSession, account_id: str, code_hashes: Sequence[str]) -> None:
    conn = session.connection()
    conn.execute(delete(_CODE).where(_CODE.c.account_id == account_id))
    conn.execute(insert(_CODE), [{"account_id": account_id, "code_hash": one} for one in code_hashes])


def turn_off_factor(session: DbSession, account_id: str, by: str | None, now: datetime) -> None:
    """Take the second factor from an account, and its recovery codes. Raises NotFoundError when it has none. Caller holds a transaction."""
    conn = session.connection()
    had = _ACCOUNT.c.factor_sealed.is_not(None)
    changed = update(_ACCOUNT).where(_ACCOUNT.c.id == account_id, had).values(factor_sealed=None, factor_step=None)
    if conn.execute(changed.returning(_ACCOUNT.c.id)).one_or_none() is None:
        raise NotFoundError("This account has no second factor.")
    conn.execute(delete(_CODE).where(_CODE.c.account_id == account_id))
    _audit(session, by, account_id, "second_factor_off", now)


def take_step(session: DbSession, account_id: str, step: int) -> bool:
    """Whether this step's code, which was typed rightly, is taken now and for the first time. Caller holds a transaction."""
    fresh = or_(_ACCOUNT.c.factor_step.is_(None), _ACCOUNT.c.factor_step < step)
    changed = update(_ACCOUNT).where(_ACCOUNT.c.id == account_id, _ACCOUNT.c.factor_sealed.is_not(None), fresh).values(factor_step=step)
    return session.connection().execute(changed.returning(_ACCOUNT.c.id)).one_or_none() is not None


def take_recovery_code(session: DbSession, account_id: str, code_hash: str, now: datetime) -> bool:
    """Whether this is one of the account's recovery codes, which it then is no longer. Caller holds a transaction."""
    used = delete(_CODE).where(_CODE.c.account_id == account_id, _CODE.c.code_hash == code_hash).returning(_CODE.c.account_id)
    if session.connection().execute(used).one_or_none() is None:
        return False
    _audit(session, account_id, account_id, "recovery_code_used", now)
    return True


def list_sessions(session: DbSession, account_id: str, raw: str, now: datetime) -> list[SignedIn]:
    """The browsers in which an account is signed in, newest first; `raw` is the cookie of the one that asks."""
    query = select(
        _SESSION.c.id, _SESSION.c.agent, _SESSION.c.created_at, _SESSION.c.expires_at, _SESSION.c.cookie_hash == secret_hash(raw)
    )
    query = query.where(_SESSION.c.account_id == account_id, _SESSION.c.expires_at > now).order_by(_SESSION.c.id.desc())
    return [SignedIn(*row) for row in session.connection().execute(query)]


def end_session(session: DbSession, account_id: str, session_id: str, now: datetime) -> None:
    """Sign one of the account's browsers out. Nothing happens for one that has ended. Caller holds a transaction."""
    ended = delete(_SESSION).where(_SESSION.c.account_id == account_id, _SESSION.c.id == session_id).returning(_SESSION.c.id)
    if session.connection().execute(ended).one_or_none() is not None:
        _audit(session, account_id, account_id, "session_ended", now)


def end_other_sessions(session: DbSession, account_id: str, raw: str, now: datetime) -> int:
    """Sign every browser of the account out but the one with the cookie `raw`, and tell how many. Caller holds a transaction."""
    others = (
        delete(_SESSION).where(_SESSION.c.account_id == account_id, _SESSION.c.cookie_hash != secret_hash(raw)).returning(_SESSION.c.id)
    )
    count = len(session.connection().execute(others).all())
    if count:
        _audit(session, account_id, account_id, "sessions_ended", now)
    return count


def _audit(session: DbSession, by: str | None, account_id: str, action: str, now: datetime) -> None:
    actor = f"account:{by}" if by else "system"
    append_audit_entry(session, INSTALLATION, AuditFact(actor=actor, action=action, subject=f"account:{account_id}", at=now))
