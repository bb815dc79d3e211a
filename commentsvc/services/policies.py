"""Policy versions: made, activated, looked up. What a draft would do is in `simulation`."""

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.policy import Policy, escape_pointer, parse_policy
from commentsvc.services.audit import append_audit_entry
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id
from commentsvc.store.models import PolicyVersion, Site

_VERSION = table_of(PolicyVersion)
_SITE = table_of(Site)
_KEPT: Final = 512


class PolicyBook:
    """Parsed policies by version id. Versions never change, so what is kept here is never stale. Safe between threads."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: dict[str, Policy] = {}
        self._lock = threading.Lock()

    def get(self, session: Session, version_id: str) -> Policy:
        """The policy of a version. Raises NotFoundError."""
        policy = self._kept.get(version_id)
        if policy is None:
            document = session.connection().execute(select(_VERSION.c.document).where(_VERSION.c.id == version_id)).scalar_one_or_none()
            if document is None:
                msg = "There is no such policy version."
                raise NotFoundError(msg)
            policy = parse_policy(document)
            with self._lock:
                if len(self._kept) >= _KEPT:
                    self._kept.clear()
                self._kept[version_id] = policy
        return policy


def create_policy_version(session: Session, draft: NewPolicyVersion, now: datetime) -> tuple[str, int]:
    """Store a document as the site's next version, not yet active. Returns its id and number. Caller holds a transaction.

    Raises InvalidError that names every problem of the document, NotFoundError for an unknown site.
    """
    parse_policy(draft.document)
    conn = session.connection()
    # The site's row is locked so that two drafts at once get two numbers.
    locked = conn.execute(select(_SITE.c.id).where(_SITE.c.id == draft.site_id).with_for_update()).one_or_none()
    if locked is None:
        msg = "There is no such site."
        raise NotFoundError(msg)
    last = conn.execute(select(func.max(_VERSION.c.version)).where(_VERSION.c.site_id == draft.site_id)).scalar()
    number, version_id = (last or 0) + 1, new_id()
    row = {"id": version_id, "site_id": draft.site_id, "version": number, "document": draft.document, "note": draft.note}
    conn.execute(insert(_VERSION), row | {"account_id": draft.account_id, "created_at": now})
    actor = f"account:{draft.account_id}" if draft.account_id else "system"
    after = {"version": number, "document": draft.document}
    append_audit_entry(
        session, draft.site_id, AuditFact(actor=actor, action="policy_created", subject=f"policy_version:{version_id}", after=after, at=now)
    )
    return version_id, number


def activate_policy(session: Session, site_id: str, version: int, account_id: str | None, now: datetime) -> str:
    """Make a version the one that routes from the next comment on; also the way back to an older one. Returns its id.

    Activating the active version changes nothing. Raises NotFoundError. Caller holds a transaction.
    """
    conn = session.connection()
    found = conn.execute(select(_VERSION.c.id).where(_VERSION.c.site_id == site_id, _VERSION.c.version == version)).scalar_one_or_none()
    if found is None:
        msg = "There is no such policy version."
        raise NotFoundError(msg)
    before = conn.execute(select(_SITE.c.policy_version_id).where(_SITE.c.id == site_id).with_for_update()).scalar_one()
    version_id = str(found)
    if before == version_id:
        return version_id
    conn.execute(update(_SITE).where(_SITE.c.id == site_id).values(policy_version_id=version_id))
    conn.execute(update(_VERSION).where(_VERSION.c.id == version_id).values(activated_at=now))
    append_audit_entry(
        session,
        site_id,
        AuditFact(
            actor=f"account:{account_id}" if account_id else "system",
            action="policy_activated",
            subject=f"policy_version:{version_id}",
            before={"policy_version": before},
            after={"policy_version": version_id, "version": version},
            at=now,
        ),
    )
    return version_id


def difference(before: Mapping[str, object], after: Mapping[str, object], pointer: str = "") -> list[tuple[str, object, object]]:
    """What changed between two documents: pointer, old value, new value (None where absent), in order of the pointers."""
    changes: list[tuple[str, object, object]] = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            changes += difference(old, new, f"{pointer}/{escape_pointer(key)}")
        elif old != new:
            changes.append((f"{pointer}/{escape_pointer(key)}", old, new))
    return changes
