"""Sites and sections: made and changed by admins."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.errors import ConflictError, FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.status import ProofRule
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.policies import activate_policy, create_policy_version
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id
from commentsvc.store.models import Article, Section, Site

_SITE = table_of(Site)
_SECTION = table_of(Section)
_ARTICLE = table_of(Article)
SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class NewSite:
    """A site to be made: its slug, its name, what it allows, and the secret with which it signs its readers."""

    key: str
    name: str
    language: str = "en"
    origins: tuple[str, ...] = ()
    guests_allowed: bool = True
    max_body_chars: int = 5000
    max_depth: int = 20
    edit_window_s: int = 600
    jwt_secret: str | None = None
    jwt_public_key: str | None = None
    close_after_days: int = 0
    jwks_url: str | None = None
    proof: ProofRule = ProofRule.BUSY


@dataclass(frozen=True, slots=True)
class SiteChange:
    """What to change about a site; None leaves a value as it is."""

    name: str | None = None
    language: str | None = None
    origins: tuple[str, ...] | None = None
    guests_allowed: bool | None = None
    max_body_chars: int | None = None
    max_depth: int | None = None
    edit_window_s: int | None = None
    jwt_secret: str | None = None
    jwt_public_key: str | None = None
    close_after_days: int | None = None
    """0 lets new articles stay open. Articles that have comments already keep what held when the first one came."""
    jwks_url: str | None = None
    """Empty for none."""
    proof: ProofRule | None = None
    jwt_secret_overlap_s: int | None = None
    """Seconds for which the secret before still holds when there is a new one; None for a day."""


@dataclass(frozen=True, slots=True)
class SectionChange:
    """What a section is to be; what is not said stays as it is, and a new section is open and closes as its site says."""

    key: str
    name: str
    is_closed: bool | None = None
    close_after_days: int | None = None
    """-1: as the site says; 0: never."""


OVERLAP: Final = timedelta(days=1)
AS_SITE: Final = -1
_SECRET_FIELDS: Final = frozenset({"jwt_secret"})


def create_site(session: Session, new: NewSite, policy: dict[str, object], account_id: str | None, now: datetime) -> str:
    """Make a site with its first policy version, active. Returns its id. Caller holds a transaction.

    Raises InvalidError for a key that is no slug, ConflictError for one that is taken.
    """
    if not SLUG.fullmatch(new.key):
        msg = "A site's key is made of small letters, digits and hyphens."
        raise InvalidError(msg, fields=(FieldProblem("/key", "Must match [a-z0-9-], 1 to 63 characters, no hyphen at the ends."),))
    conn = session.connection()
    if conn.execute(select(_SITE.c.id).where(_SITE.c.key == new.key)).first():
        msg = "There is a site with this key already."
        raise ConflictError(msg)
    site_id = new_id()
    row = {name: getattr(new, name) for name in NewSite.__slots__} | {"id": site_id, "origins": "\n".join(new.origins), "created_at": now}
    conn.execute(insert(_SITE), row)
    _, version = create_policy_version(session, NewPolicyVersion(site_id, account_id, policy, "First policy"), now)
    activate_policy(session, site_id, version, account_id, now)
    actor = f"account:{account_id}" if account_id else "system"
    append_audit_entry(
        session, site_id, AuditFact(actor=actor, action="site_created", subject=f"site:{site_id}", after={"key": new.key}, at=now)
    )
    return site_id


def change_site(session: Session, site_id: str, change: SiteChange, account_id: str, now: datetime) -> None:
    """Change what a site allows. Secrets go into the audit entry as a fact, not as a value. Raises NotFoundError.

    Of two HS256 secrets the one before holds for a while, so that no reader is signed out while the site's servers change over.
    """
    overlap_s = change.jwt_secret_overlap_s
    values = {
        name: value for name in SiteChange.__slots__ if name != "jwt_secret_overlap_s" and (value := getattr(change, name)) is not None
    }
    if "jwks_url" in values:
        values["jwks_url"] = values["jwks_url"] or None
    if "origins" in values:
        values["origins"] = "\n".join(values["origins"])
    conn = session.connection()
    before = conn.execute(select(_SITE).where(_SITE.c.id == site_id).with_for_update()).one_or_none()
    if before is None:
        msg = "There is no such site."
        raise NotFoundError(msg)
    if not values:
        return
    rotated: dict[str, object] = {}
    if "jwt_secret" in values and values["jwt_secret"] != before.jwt_secret:
        until = now + (OVERLAP if overlap_s is None else timedelta(seconds=overlap_s))
        rotated = {"jwt_secret_before": before.jwt_secret, "jwt_secret_before_until": until}
    conn.execute(update(_SITE).where(_SITE.c.id == site_id).values(**values, **rotated))
    shown = {name: "changed" if name in _SECRET_FIELDS else value for name, value in values.items()}
    old = {name: "set" if name in _SECRET_FIELDS else getattr(before, name) for name in values}
    append_audit_entry(
        session,
        site_id,
        AuditFact(actor=f"account:{account_id}", action="site_changed", subject=f"site:{site_id}", before=old, after=shown, at=now),
    )


def put_section(session: Session, site_id: str, wish: SectionChange, account_id: str | None, now: datetime) -> str:
    """Make a section or change the one with this key. Returns its id. Caller holds a transaction.

    A closed section takes no comments; what was said there stays. The days count for articles whose first comment is still to come.
    """
    section_id = ensure_section(session, site_id, wish.key, wish.name)
    conn = session.connection()
    before = conn.execute(select(_SECTION).where(_SECTION.c.id == section_id)).one()
    values: dict[str, object] = {"name": wish.name}
    if wish.close_after_days is not None:
        values["close_after_days"] = None if wish.close_after_days == AS_SITE else wish.close_after_days
    if wish.is_closed is not None:
        values["is_closed"] = wish.is_closed
        if wish.is_closed != before.is_closed:
            # Pages of threads are told apart by the article's version, and here all of them change.
            conn.execute(update(_ARTICLE).where(_ARTICLE.c.section_id == section_id).values(version=_ARTICLE.c.version + 1))
    conn.execute(update(_SECTION).where(_SECTION.c.id == section_id).values(**values))
    actor = f"account:{account_id}" if account_id else "system"
    after = {"key": wish.key, **values}
    append_audit_entry(session, site_id, AuditFact(actor=actor, action="section_put", subject=f"section:{section_id}", after=after, at=now))
    return section_id


def ensure_section(session: Session, site_id: str, key: str, name: str | None = None) -> str:
    """The id of the section with this key, made when it is new. Caller holds a transaction."""
    conn = session.connection()
    query = select(_SECTION.c.id).where(_SECTION.c.site_id == site_id, _SECTION.c.key == key)
    found = conn.execute(query).scalar_one_or_none()
    if found is None:
        row = {"id": new_id(), "site_id": site_id, "key": key, "name": name or key}
        conn.execute(insert_of(conn, _SECTION).values(**row).on_conflict_do_nothing())
        found = conn.execute(query).scalar_one()
    return str(found)


def set_article_closed(session: Session, site_id: str, article_key: str, *, is_closed: bool, account_id: str, now: datetime) -> None:
    """Close an article to comments or open it again. Raises NotFoundError for one without comments. Caller holds a transaction."""
    conn = session.connection()
    changed = conn.execute(
        update(_ARTICLE)
        .where(_ARTICLE.c.site_id == site_id, _ARTICLE.c.key == article_key)
        .values(is_closed=is_closed, version=_ARTICLE.c.version + 1)
        .returning(_ARTICLE.c.id)
    ).scalar_one_or_none()
    if changed is None:
        msg = "There is no such article."
        raise NotFoundError(msg)
    action = "article_closed" if is_closed else "article_opened"
    append_audit_entry(session, site_id, AuditFact(actor=f"account:{account_id}", action=action, subject=f"article:{changed}", at=now))
