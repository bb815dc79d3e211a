"""The moderator's console: one comment at a time, the queue as a list, decisions, authors."""

from flask import Blueprint, Flask

from commentsvc.web.console.authors import add_authors
from commentsvc.web.console.bulk import add_bulk
from commentsvc.web.console.cards import add_cards
from commentsvc.web.console.figures import add_figures
from commentsvc.web.console.leases import add_leases
from commentsvc.web.console.lists import add_lists
from commentsvc.web.console.own_queues import add_own_queues
from commentsvc.web.console.routings import add_routings
from commentsvc.web.pages.signin import require_signed_in


def register_console(app: Flask) -> None:
    """Serve the console below `/moderate`, for accounts that moderate at least one site."""
    console = Blueprint("console", __name__, url_prefix="/moderate", template_folder="templates")
    console.before_request(require_signed_in)
    add_cards(console)
    add_lists(console)
    add_routings(console)
    add_authors(console)
    add_bulk(console)
    add_own_queues(console)
    add_figures(console)
    add_leases(console)
    app.register_blueprint(console)
