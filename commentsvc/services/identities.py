"""Accounts as an OpenID provider knows them: bound once by a verified address, by the provider's own name for them from then on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import NotFoundError
from commentsvc.services.audit import INSTALLATION, append_audit_entry
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.models import Account, AccountIdentity

_IDENTITY = table_of(AccountIdentity)
_ACCOUNT = table_of(Account)


@dataclass(frozen=True, slots=True)
class Identity:
    """An account's name at a provider."""

    issuer: str
    subject: str
    created_at: datetime


def account_of_identity(session: Session, issuer: str, subject: str, email: str | None, now: datetime) -> str | None:
    """The open account that somebody at a provider has here, or None. Caller holds a transaction.

    Who is not bound yet is bound to the account with the address that the provider has verified (`email`, lower case), unless that account
    is bound to somebody else there: addresses are given to other people, subjects are not. Accounts are never made.
    """
    conn = session.connection()
    bound = (
        select(_IDENTITY.c.account_id, _ACCOUNT.c.is_active)
        .join_from(_IDENTITY, _ACCOUNT, _ACCOUNT.c.id == _IDENTITY.c.account_id)
        .where(_IDENTITY.c.issuer == issuer, _IDENTITY.c.subject == subject)
    )
    found = conn.execute(bound).one_or_none()
    if found is not None:
        return str(found.account_id) if found.is_active else None
    if email is None:
        return None
    account_id = conn.execute(select(_ACCOUNT.c.id).where(_ACCOUNT.c.email == email, _ACCOUNT.c.is_active)).scalar_one_or_none()
    if account_id is None:
        return None
    row = {"issuer": issuer, "subject": subject, "account_id": account_id, "created_at": now}
    made = conn.execute(insert_of(conn, _IDENTITY).values(**row).on_conflict_do_nothing().returning(_IDENTITY.c.account_id)).first()
    if made is None:
        return None
    _audit(session, str(account_id), "identity_bound", None, {"issuer": issuer}, now)
    return str(account_id)


def list_identities(session: Session, account_id: str) -> list[Identity]:
    """An account's names at providers."""
    query = select(_IDENTITY.c.issuer, _IDENTITY.c.subject, _IDENTITY.c.created_at).where(_IDENTITY.c.account_id == account_id)
    return [Identity(*row) for row in session.connection().execute(query.order_by(_IDENTITY.c.issuer))]


def unbind_identity(session: Session, account_id: str, issuer: str, now: datetime) -> None:
    """Forget an account's name at a provider; its next sign-in there binds anew. Raises NotFoundError. Caller holds a transaction."""
    mine = (_IDENTITY.c.account_id == account_id, _IDENTITY.c.issuer == issuer)
    if session.connection().execute(delete(_IDENTITY).where(*mine).returning(_IDENTITY.c.account_id)).first() is None:
        raise NotFoundError("The account is not known there.")
    _audit(session, account_id, "identity_unbound", {"issuer": issuer}, None, now)


def _audit(
    session: Session, account_id: str, action: str, before: dict[str, object] | None, after: dict[str, object] | None, now: datetime
) -> None:
    subject = f"account:{account_id}"
    append_audit_entry(session, INSTALLATION, AuditFact(actor=subject, action=action, subject=subject, before=before, after=after, at=now))
