"""The admin's pages: sites, policies and what a draft would do, what comes of them, accounts and tokens, the audit log."""

from flask import Blueprint, Flask

from commentsvc.web.admin.audit import add_audit
from commentsvc.web.admin.laboratory import add_laboratory
from commentsvc.web.admin.moderators import add_moderators
from commentsvc.web.admin.people import add_people
from commentsvc.web.admin.policies import add_policies
from commentsvc.web.admin.sites import add_sites
from commentsvc.web.admin.transparency import add_transparency
from commentsvc.web.admin.versions import add_versions
from commentsvc.web.admin.watch import add_watch
from commentsvc.web.pages.signin import require_signed_in


def register_admin(app: Flask) -> None:
    """Serve the admin's pages below `/admin`, for accounts that are admin of at least one site."""
    admin = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")
    admin.before_request(require_signed_in)
    add_sites(admin)
    add_versions(admin)
    add_policies(admin)
    add_watch(admin)
    add_moderators(admin)
    add_laboratory(admin)
    add_people(admin)
    add_audit(admin)
    add_transparency(admin)
    app.register_blueprint(admin)
