"""Who may see which of the admin's pages."""

from flask import redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commentsvc.domain.errors import ForbiddenError
from commentsvc.domain.principals import ALL_SITES, Principal, Role, require_role
from commentsvc.store.queries.sites import SiteState, get_site
from commentsvc.web.auth import require_principal


def require_any_admin(session: Session) -> tuple[Principal, frozenset[str] | None]:
    """The caller and the sites that they administer (None: all). Raises ForbiddenError for who administers none."""
    principal = require_principal(session)
    allowed = principal.sites_with(Role.ADMIN)
    if allowed is not None and not allowed:
        raise ForbiddenError("These pages are for admins. Your account moderates.")
    return principal, allowed


def require_installation_admin(session: Session) -> Principal:
    """The caller, when they administer every site; raises ForbiddenError."""
    principal = require_principal(session)
    require_role(principal, Role.ADMIN, ALL_SITES)
    return principal


def require_site_admin(session: Session, key: str) -> tuple[Principal, SiteState]:
    """The caller and the site, when they administer it. Raises NotFoundError where they hold nothing, ForbiddenError for moderators."""
    principal = require_principal(session)
    site = get_site(session, key)
    require_role(principal, Role.ADMIN, site.id)
    return principal, site


def back_to(address: str) -> Response:
    """The redirect after a form."""
    response = redirect(address, 303)
    response.headers["Cache-Control"] = "no-store"
    return response
