"""Shadow policies: versions that route every new revision beside the active one, and change nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import ConflictError, NotFoundError
from commentsvc.domain.status import Route
from commentsvc.services.audit import actor_of, append_audit_entry
from commentsvc.services.policy_approval import lock_site
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id
from commentsvc.store.prepared import Prepared

_VERSION = table_of(models.PolicyVersion)
_SHADOW = table_of(models.PolicyShadow)
_BESIDE = table_of(models.ShadowRouting)
MOST_SHADOWS: Final = 3
"""At once on a site: each costs every comment a row."""
_LIST_RUNNING: Final = Prepared(
    select(_SHADOW.c.id, _SHADOW.c.version_id).where(_SHADOW.c.site_id == bindparam("site_id"), _SHADOW.c.ended_at.is_(None))
)
_INSERT: Final = Prepared(insert(_BESIDE))


def list_running(session: Session, site_id: str) -> list[tuple[str, str]]:
    """The shadows that run on a site: their ids with those of their versions. Asked for each comment, so it is quick."""
    return [(str(shadow_id), str(version_id)) for shadow_id, version_id in _LIST_RUNNING.rows(session.connection(), {"site_id": site_id})]


def store_beside(conn: Connection, routing_id: str, active: Route, beside: Sequence[tuple[str, Route]]) -> None:
    """Keep where shadows, by their ids, would have sent the revision of a routing. Caller holds a transaction."""
    for shadow_id, route in beside:
        _INSERT.execute(conn, {"shadow_id": shadow_id, "routing_id": routing_id, "active_route": active, "route": route})


def begin_policy_shadow(session: Session, site_id: str, version: int, account_id: str | None, now: datetime) -> str:
    """Have a version route beside the active one from the next comment on; returns the shadow's id, of the one that runs if it does.

    Raises NotFoundError, and ConflictError for the active version and for more than `MOST_SHADOWS`. Caller holds a transaction.
    """
    conn = session.connection()
    active = lock_site(conn, site_id)
    version_id = _version_id(conn, site_id, version)
    if version_id == active:
        raise ConflictError("This version is active. A shadow runs beside the active one.")
    running = conn.execute(
        select(_SHADOW.c.id, _SHADOW.c.version_id).where(_SHADOW.c.site_id == site_id, _SHADOW.c.ended_at.is_(None))
    ).all()
    for shadow in running:
        if shadow.version_id == version_id:
            return str(shadow.id)
    if len(running) >= MOST_SHADOWS:
        raise ConflictError(f"A site may have {MOST_SHADOWS} shadows at once. End one first.")
    shadow_id = new_id()
    row = {"id": shadow_id, "site_id": site_id, "version_id": version_id, "account_id": account_id, "begun_at": now, "ended_at": None}
    conn.execute(insert(_SHADOW), row)
    before, after = {"in_shadow": False, "version": version}, {"in_shadow": True, "version": version}
    fact = AuditFact(actor_of(account_id), "policy_shadow_begun", f"policy_version:{version_id}", now, before, after)
    append_audit_entry(session, site_id, fact)
    return shadow_id


def end_policy_shadow(session: Session, site_id: str, version: int, account_id: str | None, now: datetime) -> None:
    """Let a version's shadow run no longer; what it counted stays. Raises NotFoundError where none runs. Caller holds a transaction."""
    conn = session.connection()
    lock_site(conn, site_id)
    version_id = _version_id(conn, site_id, version)
    running = _SHADOW.c.version_id == version_id, _SHADOW.c.ended_at.is_(None)
    if conn.execute(update(_SHADOW).where(*running).values(ended_at=now).returning(_SHADOW.c.id)).one_or_none() is None:
        raise NotFoundError("This version does not run in shadow.")
    counts = conn.execute(
        select(func.count())
        .select_from(_BESIDE.join(_SHADOW, _SHADOW.c.id == _BESIDE.c.shadow_id))
        .where(_SHADOW.c.version_id == version_id, _SHADOW.c.ended_at == now)
    ).scalar_one()
    before: dict[str, object] = {"in_shadow": True, "version": version}
    after: dict[str, object] = {"in_shadow": False, "version": version, "counted": int(counts)}
    fact = AuditFact(actor_of(account_id), "policy_shadow_ended", f"policy_version:{version_id}", now, before, after)
    append_audit_entry(session, site_id, fact)


def _version_id(conn: Connection, site_id: str, version: int) -> str:
    found = conn.execute(select(_VERSION.c.id).where(_VERSION.c.site_id == site_id, _VERSION.c.version == version)).scalar_one_or_none()
    if found is None:
        raise NotFoundError("There is no such policy version.")
    return str(found)
