"""Leases while a card stays open: renewed by use, released on leaving, told by the page's script."""

from datetime import datetime

from flask import Blueprint
from werkzeug.wrappers import Response

from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.services.review import claim_review_item, release_review_item
from commentsvc.web.console.desk import open_desk
from commentsvc.web.context import get_runtime, reading, transaction
from commentsvc.web.forms import read_form
from commentsvc.web.strictjson import json_response

_MAX_TIME = 40


def add_leases(console: Blueprint) -> None:
    """Serve what the script of a card asks for."""
    console.add_url_rule("/items/<item_id>/renew", "renew", _renew, methods=["POST"])
    console.add_url_rule("/items/<item_id>/release", "release", _release, methods=["POST"])


def _renew(item_id: str) -> Response:
    """Five minutes more, where nobody else has taken the item meanwhile (409)."""
    with reading() as session:
        desk = open_desk(session, None)
    read_form({})
    now = get_runtime().clock.now()
    with transaction() as session:
        claimed = claim_review_item(session, item_id, desk.principal.account_id, desk.site_ids, now)
    return json_response({"until": claimed.leased_until.isoformat()})


def _release(item_id: str) -> Response:
    """Give back the very lease that the page had: whoever has opened the item again, in another tab, keeps theirs."""
    with reading() as session:
        desk = open_desk(session, None)
    form = read_form({"until": _MAX_TIME})
    try:
        until = datetime.fromisoformat(form["until"])
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise InvalidError("Say which lease.", fields=(FieldProblem("/until", "Must be a time with its zone."),))
    with transaction() as session:
        release_review_item(session, item_id, desk.principal.account_id, until)
    return Response(status=204)
