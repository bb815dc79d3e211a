"""Queues that a site has made for itself, and the counts of all queues while a page stays open."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from commentsvc.domain.errors import ConflictError, InvalidError
from commentsvc.domain.filters import NewFilter
from commentsvc.domain.principals import Role
from commentsvc.domain.status import Queue
from commentsvc.services.filters import delete_filter, save_filter
from commentsvc.store.queries.filters import get_filter
from commentsvc.web.console.desk import count_waiting, open_desk
from commentsvc.web.console.lists import show_listing
from commentsvc.web.console.wishes import WISH_FIELDS, read_wish
from commentsvc.web.context import get_runtime, mark_authenticated, reading
from commentsvc.web.forms import read_form
from commentsvc.web.strictjson import json_response


def add_own_queues(console: Blueprint) -> None:
    """Serve what makes and deletes own queues, and the counts."""
    console.add_url_rule("/counts", "counts", _counts, methods=["GET"])
    console.add_url_rule("/filters", "save_filter", _save, methods=["POST"])
    console.add_url_rule("/filters/<filter_id>/delete", "delete_filter", _delete, methods=["POST"])


def _counts() -> Response:
    now = get_runtime().clock.now()
    with reading() as session:
        desk = open_desk(session, request.args.get("site"))
        waiting = count_waiting(session, desk, now, whole=True)
    mark_authenticated()
    return json_response({"counts": {one.tab.key: one.count for one in waiting.tabs}})


def _save() -> Response:
    form = read_form({"name": 60, "queue": 36, "site": 63, "sort": 10, "whole": 1, **WISH_FIELDS})
    runtime = get_runtime()
    now = runtime.clock.now()
    with reading() as session:
        desk = open_desk(session, form["site"] or None)
    home = desk.chosen or (desk.sites[0] if len(desk.sites) == 1 else None)
    if home is None:
        return show_listing(form, trouble="A queue belongs to one site: choose the site first.", status=422)
    try:
        queue = Queue(form["queue"]) if form["queue"] in set(Queue) and not form["whole"] else None
        new = NewFilter(home.id, " ".join(form["name"].split()), queue, read_wish(form))
        filter_id = runtime.in_transaction(lambda session: save_filter(session, new, desk.principal.account_id, now))
    except (InvalidError, ConflictError) as error:
        detail = " ".join([error.detail, *(field.detail for field in error.fields)])
        return show_listing(form, trouble=detail, status=409 if isinstance(error, ConflictError) else 422)
    return _to(queue=filter_id, site=form["site"] or None)


def _delete(filter_id: str) -> Response:
    runtime = get_runtime()
    now = runtime.clock.now()
    with reading() as session:
        desk = open_desk(session, None)
        found = get_filter(session, filter_id, desk.site_ids)
    read_form({})
    account_id, may_all = desk.principal.account_id, desk.principal.role_on(found.site_id) is Role.ADMIN
    runtime.in_transaction(lambda session: delete_filter(session, filter_id, account_id, now, may_all=may_all))
    return _to()


def _to(**place: str | None) -> Response:
    response = redirect(url_for("console.listing", **place), 303)  # type: ignore[arg-type]  # None leaves a part out
    response.headers["Cache-Control"] = "no-store"
    return response
