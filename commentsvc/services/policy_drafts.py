"""Drafts of policies: kept while somebody works on them, and made a version in the end.

A draft belongs to whoever made it, and nobody else changes it: so the maker of a version is the one who wrote what it says, which is
what an approval by a second person rests on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import ConflictError, ForbiddenError, NotFoundError
from commentsvc.domain.policy import parse_policy
from commentsvc.services.audit import actor_of, append_audit_entry
from commentsvc.services.policies import create_policy_version
from commentsvc.services.policy_approval import lock_site
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id

_DRAFT = table_of(models.PolicyDraft)
MOST_DRAFTS: Final = 100


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A draft to be kept; `base_version` is the number of the version that it began from."""

    site_id: str
    account_id: str | None
    name: str
    document: dict[str, object]
    base_version: int


@dataclass(frozen=True, slots=True)
class DraftChange:
    """What a draft becomes; `edition` is the one that its maker saw."""

    draft_id: str
    name: str
    document: dict[str, object]
    edition: int


def create_draft(session: Session, new: NewDraft, now: datetime) -> str:
    """Keep a draft; returns its id. Caller holds a transaction.

    Raises InvalidError that names every problem of the document, ConflictError for more than `MOST_DRAFTS` on a site.
    """
    parse_policy(new.document)
    conn = session.connection()
    lock_site(conn, new.site_id)
    if conn.execute(select(func.count()).where(_DRAFT.c.site_id == new.site_id)).scalar_one() >= MOST_DRAFTS:
        raise ConflictError(f"A site may have {MOST_DRAFTS} drafts. Delete one first.")
    draft_id = new_id()
    row = {"id": draft_id, "site_id": new.site_id, "account_id": new.account_id, "name": new.name, "document": new.document}
    conn.execute(insert(_DRAFT), row | {"base_version": new.base_version, "edition": 1, "created_at": now, "changed_at": now})
    after = {"name": new.name, "document": new.document, "base_version": new.base_version}
    _audit(session, new.site_id, _Step(new.account_id, "policy_draft_created", draft_id, after=after), now)
    return draft_id


def change_draft(session: Session, site_id: str, change: DraftChange, account_id: str | None, now: datetime) -> None:
    """Give a draft another name and document. Caller holds a transaction.

    Raises InvalidError, NotFoundError, ForbiddenError for another's draft, and ConflictError when it was changed since `edition`.
    """
    parse_policy(change.document)
    conn = session.connection()
    row = _own(conn, site_id, change.draft_id, account_id)
    values: dict[str, object] = {"name": change.name, "document": change.document}
    done = conn.execute(
        update(_DRAFT)
        .where(_DRAFT.c.id == change.draft_id, _DRAFT.c.edition == change.edition)
        .values(**values, edition=change.edition + 1, changed_at=now)
        .returning(_DRAFT.c.id)
    )
    if done.one_or_none() is None:
        raise ConflictError("This draft was changed meanwhile, perhaps in another window. Look at it again.")
    before = {"name": row.name, "document": row.document}
    _audit(session, site_id, _Step(account_id, "policy_draft_changed", change.draft_id, before, values), now)


def delete_draft(session: Session, site_id: str, draft_id: str, account_id: str | None, now: datetime) -> None:
    """Forget a draft. Raises NotFoundError, and ForbiddenError for another's. Caller holds a transaction."""
    conn = session.connection()
    row = _own(conn, site_id, draft_id, account_id)
    conn.execute(delete(_DRAFT).where(_DRAFT.c.id == draft_id))
    before = {"name": row.name, "document": row.document}
    _audit(session, site_id, _Step(account_id, "policy_draft_deleted", draft_id, before), now)


def publish_draft(session: Session, site_id: str, draft_id: str, account_id: str | None, note: str, now: datetime) -> int:
    """Make a draft the site's next version, which is not active yet, and forget the draft; returns the version's number.

    Raises NotFoundError, and ForbiddenError for another's draft. Caller holds a transaction.
    """
    conn = session.connection()
    lock_site(conn, site_id)
    row = _own(conn, site_id, draft_id, account_id)
    conn.execute(delete(_DRAFT).where(_DRAFT.c.id == draft_id))
    new = NewPolicyVersion(site_id, account_id, dict(row.document), note or row.name)
    _, number = create_policy_version(session, new, now)
    step = _Step(account_id, "policy_draft_published", draft_id, {"name": row.name}, {"version": number})
    _audit(session, site_id, step, now)
    return number


def _own(conn: Connection, site_id: str, draft_id: str, account_id: str | None) -> Row[Any]:
    row = conn.execute(select(_DRAFT).where(_DRAFT.c.id == draft_id, _DRAFT.c.site_id == site_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError("There is no such draft.")
    if row.account_id != account_id:
        raise ForbiddenError("Only who made a draft may change it. Make one of your own from it.")
    return row


@dataclass(frozen=True, slots=True)
class _Step:
    account_id: str | None
    action: str
    draft_id: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def _audit(session: Session, site_id: str, step: _Step, now: datetime) -> None:
    actor, subject = actor_of(step.account_id), f"policy_draft:{step.draft_id}"
    append_audit_entry(session, site_id, AuditFact(actor, step.action, subject, now, step.before, step.after))
