"""Who may do what through the API: every look at a role is here."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from commentsvc.domain.errors import ForbiddenError, NotFoundError
from commentsvc.domain.principals import ALL_SITES, Principal, Role, require_role
from commentsvc.store.queries.authors import get_author
from commentsvc.store.queries.history import find_comment_site
from commentsvc.store.queries.queue import find_item_site
from commentsvc.store.queries.sites import SiteState, get_site, list_sites
from commentsvc.web.auth import require, require_principal


@dataclass(frozen=True, slots=True)
class Scope:
    """On which sites the caller works: their ids, and for services None where it is every site."""

    principal: Principal
    sites: dict[str, SiteState]
    limit: frozenset[str] | None

    @property
    def site_ids(self) -> list[str]:
        """The ids, to be looked through."""
        return list(self.sites)


def scope_of(session: Session, role: Role, site_key: str | None = None) -> Scope:
    """The sites on which the caller holds `role`, or the one that is named.

    Raises UnauthenticatedError, ForbiddenError for who holds it nowhere, NotFoundError for a site that is unknown or not theirs.
    """
    principal = require_principal(session)
    allowed = principal.sites_with(role)
    if site_key is not None:
        site, _ = site_for(session, site_key, role)
        return Scope(principal, {site.id: site}, frozenset({site.id}))
    if allowed is not None and not allowed:
        raise ForbiddenError(f"This needs the role of {role.value}.")
    return Scope(principal, {site.id: site for site in list_sites(session, allowed)}, allowed)


def site_for(session: Session, site_key: str, role: Role) -> tuple[SiteState, Principal]:
    """The site with this key, when the caller holds `role` on it.

    Raises UnauthenticatedError, ForbiddenError, and NotFoundError where the site is unknown or the caller holds nothing there.
    """
    principal = require_principal(session)
    site = get_site(session, site_key)
    if principal.role_on(site.id) is None:
        # The same words as for a site that does not exist.
        raise NotFoundError("There is no such site.")
    require_role(principal, role, site.id)
    return site, principal


def principal_for_item(session: Session, item_id: str) -> Principal:
    """The caller, when they moderate the site of this item. Raises UnauthenticatedError, and NotFoundError otherwise."""
    principal = require_principal(session)
    site_id = find_item_site(session, item_id)
    if site_id is None or principal.role_on(site_id) is None:
        raise NotFoundError("There is no such item.")
    return principal


def principal_for_comment(session: Session, comment_id: str) -> Principal:
    """The caller, when they moderate the site of this comment. Raises UnauthenticatedError, and NotFoundError otherwise."""
    principal = require_principal(session)
    site_id = find_comment_site(session, comment_id)
    if site_id is None or principal.role_on(site_id) is None:
        raise NotFoundError("There is no such comment.")
    return principal


def principal_for_author(session: Session, author_id: str) -> Principal:
    """The caller, when they moderate the site of this author. Raises UnauthenticatedError, and NotFoundError otherwise."""
    principal = require_principal(session)
    found = get_author(session, author_id)
    if found is None or principal.role_on(found[1]) is None:
        raise NotFoundError("There is no such author.")
    return principal


def admin_of_all(session: Session) -> Principal:
    """The caller, when they are an admin of every site. Raises UnauthenticatedError or ForbiddenError."""
    return require(Role.ADMIN, ALL_SITES, session)
