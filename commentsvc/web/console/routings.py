"""Why a comment went where it went: every routing, told from the policy version that made it."""

from flask import Blueprint
from werkzeug.wrappers import Response

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.principals import Role, require_role
from commentsvc.domain.wording import moderator_sentence
from commentsvc.store.queries.history import find_comment_site
from commentsvc.store.queries.policies import explain_comment
from commentsvc.store.queries.sites import get_site_by_id
from commentsvc.store.queries.threads import find_comment
from commentsvc.web.auth import require_principal
from commentsvc.web.context import reading
from commentsvc.web.pages.render import page


def add_routings(console: Blueprint) -> None:
    """Serve the page."""
    console.add_url_rule("/comments/<comment_id>/routings", "routings", _routings, methods=["GET"])


def _routings(comment_id: str) -> Response:
    with reading() as session:
        principal = require_principal(session)
        site_id = find_comment_site(session, comment_id)
        if site_id is None:
            raise NotFoundError("There is no such comment.")
        require_role(principal, Role.MODERATOR, site_id)
        comment = find_comment(session, comment_id)
        site = get_site_by_id(session, site_id)
        found = explain_comment(session, comment_id)
    return page(
        "console/routings.html",
        comment=comment,
        site=site,
        routings=[(one, [moderator_sentence(reason) for reason in one.reasons]) for one in found],
        is_admin=principal.role_on(site_id) is Role.ADMIN,
    )
