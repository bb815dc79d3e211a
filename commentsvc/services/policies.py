"""Policy versions: made, activated, looked up. What a draft would do is in `simulation`."""

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import ConflictError, NotFoundError
from commentsvc.domain.policy import Policy, escape_pointer, parse_policy
from commentsvc.services.audit import actor_of, append_audit_entry
from commentsvc.services.policy_approval import check_approval, lock_site, previous_version
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id
from commentsvc.store.models import PolicyShadow, PolicyVersion, Site

_VERSION = table_of(PolicyVersion)
_SITE = table_of(Site)
_SHADOW = table_of(PolicyShadow)
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
    lock_site(conn, draft.site_id)
    last = conn.execute(select(func.max(_VERSION.c.version)).where(_VERSION.c.site_id == draft.site_id)).scalar()
    number, version_id = (last or 0) + 1, new_id()
    row = {"id": version_id, "site_id": draft.site_id, "version": number, "document": draft.document, "note": draft.note}
    conn.execute(insert(_VERSION), row | {"account_id": draft.account_id, "created_at": now})
    after = {"version": number, "document": draft.document}
    fact = AuditFact(actor=actor_of(draft.account_id), action="policy_created", subject=f"policy_version:{version_id}", after=after, at=now)
    append_audit_entry(session, draft.site_id, fact)
    return version_id, number


def activate_policy(session: Session, site_id: str, version: int, account_id: str | None, now: datetime, *, is_forced: bool = False) -> str:
    """Make a version the one that routes from the next comment on; also the way back to an older one. Returns its id.

    Activating the active version changes nothing. A version that runs in shadow stops doing so. `is_forced` is the operator's way round
    an approval that is missing. Raises NotFoundError, and ConflictError where the site wants an approval and there is none. Caller holds a
    transaction.
    """
    conn = session.connection()
    before = lock_site(conn, site_id)
    line = conn.execute(select(_VERSION.c.id).where(_VERSION.c.site_id == site_id, _VERSION.c.version == version)).one_or_none()
    if line is None:
        msg = "There is no such policy version."
        raise NotFoundError(msg)
    version_id = str(line.id)
    if before == version_id:
        return version_id
    if not is_forced:
        check_approval(conn, site_id, version_id)
    conn.execute(update(_SITE).where(_SITE.c.id == site_id).values(policy_version_id=version_id))
    conn.execute(update(_VERSION).where(_VERSION.c.id == version_id).values(activated_at=now))
    running = _SHADOW.c.version_id == version_id, _SHADOW.c.ended_at.is_(None)
    conn.execute(update(_SHADOW).where(*running).values(ended_at=now))
    number_before = conn.execute(select(_VERSION.c.version).where(_VERSION.c.id == before)).scalar_one_or_none()
    after: dict[str, object] = {"policy_version": version_id, "version": version}
    fact = AuditFact(
        actor=actor_of(account_id),
        action="policy_activated",
        subject=f"policy_version:{version_id}",
        before={"policy_version": before, "version": number_before},
        after=after | {"without_approval": True} if is_forced else after,
        at=now,
    )
    append_audit_entry(session, site_id, fact)
    return version_id


def go_back(session: Session, site_id: str, account_id: str | None, now: datetime, *, expected: int | None = None) -> int:
    """Activate the version that was active before this one; returns its number. It has routed before, so nobody need approve it again.

    `expected` is the version that the caller saw active: when another is by now, going back would undo what they have not seen. Raises
    ConflictError then, and where no other version was ever active. Caller holds a transaction.
    """
    conn = session.connection()
    active = lock_site(conn, site_id)
    number = conn.execute(select(_VERSION.c.version).where(_VERSION.c.id == active)).scalar_one_or_none()
    if expected is not None and expected != number:
        raise ConflictError(f"Version {number} is active by now. Look again before you go back.")
    previous = conn.execute(previous_version(site_id, active)).one_or_none()
    if previous is None:
        raise ConflictError("No other version has been active on this site yet.")
    activate_policy(session, site_id, previous.version, account_id, now)
    return int(previous.version)


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
