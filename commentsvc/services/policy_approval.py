"""Two people for a change of policy, where a site wants it: whoever made a version cannot approve it.

Every step locks the site's row first, so that an approval, an activation and a change of the rule at once follow each other.
"""

from datetime import datetime

from sqlalchemy import Connection, Select, func, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.errors import ConflictError, ForbiddenError, NotFoundError
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.services.audit import actor_of, append_audit_entry
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of

_SITE = table_of(models.Site)
_VERSION = table_of(models.PolicyVersion)
_APPROVAL = table_of(models.PolicyApproval)
_RULE = table_of(models.PolicyRule)
_ACCOUNT = table_of(models.Account)
_ROLE = table_of(models.AccountRole)
_TWO = 2


def lock_site(conn: Connection, site_id: str) -> str | None:
    """Keep others from changing a site's policy until the caller's transaction ends; the id of the active version. Raises NotFoundError."""
    row = conn.execute(select(_SITE.c.policy_version_id).where(_SITE.c.id == site_id).with_for_update()).one_or_none()
    if row is None:
        msg = "There is no such site."
        raise NotFoundError(msg)
    active: str | None = row.policy_version_id
    return active


def previous_version(site_id: str, active: str | None) -> Select[*tuple[str, int]]:
    """The version that was active before the active one: of the others the one that was activated last."""
    return (
        select(_VERSION.c.id, _VERSION.c.version)
        .where(_VERSION.c.site_id == site_id, _VERSION.c.id != active, _VERSION.c.activated_at.is_not(None))
        .order_by(_VERSION.c.activated_at.desc(), _VERSION.c.version.desc())
        .limit(1)
    )


def check_approval(conn: Connection, site_id: str, version_id: str) -> None:
    """Return when a version may be activated. Raises ConflictError where the site wants an approval and there is none.

    The version that was active before this one needs none: in an emergency nobody should have to wait for a second person.
    Caller has locked the site.
    """
    needs = conn.execute(select(_RULE.c.needs_approval).where(_RULE.c.site_id == site_id)).scalar_one_or_none()
    if not needs:
        return
    if conn.execute(select(_APPROVAL.c.version_id).where(_APPROVAL.c.version_id == version_id)).first():
        return
    active = conn.execute(select(_SITE.c.policy_version_id).where(_SITE.c.id == site_id)).scalar_one()
    previous = conn.execute(previous_version(site_id, active)).one_or_none()
    if previous is None or previous.id != version_id:
        raise ConflictError("This site wants a second person to approve a version before it routes. Nobody has approved this one yet.")


def approve_version(session: Session, site_id: str, version: int, account_id: str | None, note: str, now: datetime) -> None:
    """Say yes to a version that somebody else made. A second approval changes nothing. Caller holds a transaction.

    `account_id` None is the operator on the command line, who may not approve what was made there. Raises NotFoundError, and
    ForbiddenError for the version's own maker.
    """
    conn = session.connection()
    lock_site(conn, site_id)
    line = conn.execute(
        select(_VERSION.c.id, _VERSION.c.account_id).where(_VERSION.c.site_id == site_id, _VERSION.c.version == version)
    ).one_or_none()
    if line is None:
        raise NotFoundError("There is no such policy version.")
    if line.account_id == account_id:
        raise ForbiddenError("Who made a version cannot approve it. Ask another admin of this site.")
    row = {"version_id": line.id, "account_id": account_id, "note": note, "created_at": now}
    given = conn.execute(insert_of(conn, _APPROVAL).values(row).on_conflict_do_nothing().returning(_APPROVAL.c.version_id)).first()
    if given is None:
        return
    fact = AuditFact(
        actor=actor_of(account_id),
        action="policy_approved",
        subject=f"policy_version:{line.id}",
        before={"approved": False},
        after={"approved": True, "version": version, "note": note},
        at=now,
    )
    append_audit_entry(session, site_id, fact)


def want_approval(session: Session, site_id: str, account_id: str | None, now: datetime) -> None:
    """Have every version approved by a second person from now on; also the way to take back a wish to do without.

    Raises ConflictError where fewer than two open accounts are admins of the site: then nothing could ever be approved. Caller holds a
    transaction.
    """
    conn = session.connection()
    lock_site(conn, site_id)
    if _count_admins(conn, site_id) < _TWO:
        raise ConflictError("A second person has to be there first: make another account an admin of this site.")
    _set_rule(session, site_id, {"needs_approval": True, "off_asked_by": None, "off_asked_at": None}, account_id, now)


def do_without_approval(session: Session, site_id: str, account_id: str | None, now: datetime) -> bool:
    """Ask to do without approvals, or agree to what another admin has asked; whether they are off now. Caller holds a transaction.

    It takes two people, as everything it guards. The operator on the command line (`account_id` None) needs nobody.
    """
    conn = session.connection()
    lock_site(conn, site_id)
    rule = conn.execute(select(_RULE).where(_RULE.c.site_id == site_id)).one_or_none()
    if rule is None or not rule.needs_approval:
        return True
    if account_id is None or rule.off_asked_by not in {None, account_id}:
        _set_rule(session, site_id, {"needs_approval": False, "off_asked_by": None, "off_asked_at": None}, account_id, now)
        return True
    if rule.off_asked_by is None:
        _set_rule(session, site_id, {"needs_approval": True, "off_asked_by": account_id, "off_asked_at": now}, account_id, now)
    return False


def _set_rule(session: Session, site_id: str, values: dict[str, object], account_id: str | None, now: datetime) -> None:
    conn = session.connection()
    row = conn.execute(select(_RULE).where(_RULE.c.site_id == site_id)).one_or_none()
    before = {"needs_approval": bool(row and row.needs_approval), "off_asked_by": row.off_asked_by if row else None}
    after = {name: values[name] for name in before}
    if before == after:
        return
    if row is None:
        conn.execute(insert(_RULE), values | {"site_id": site_id})
    else:
        conn.execute(update(_RULE).where(_RULE.c.site_id == site_id).values(values))
    fact = AuditFact(
        actor=actor_of(account_id), action="policy_rule_changed", subject=f"site:{site_id}", before=before, after=after, at=now
    )
    append_audit_entry(session, site_id, fact)


def _count_admins(conn: Connection, site_id: str) -> int:
    query = (
        select(func.count(_ACCOUNT.c.id.distinct()))
        .join_from(_ROLE, _ACCOUNT, _ACCOUNT.c.id == _ROLE.c.account_id)
        .where(_ROLE.c.site_id.in_((site_id, ALL_SITES)), _ROLE.c.role == Role.ADMIN, _ACCOUNT.c.is_active)
    )
    return int(conn.execute(query).scalar_one())
