"""One verdict on many comments: chosen by hand, by author or by filter; looked through; done; taken back as a whole."""

import re
from typing import Final

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commentsvc.domain.commands import DecideMany
from commentsvc.domain.errors import FieldProblem, InvalidError
from commentsvc.domain.filters import in_words
from commentsvc.domain.status import ReasonCode, Verdict
from commentsvc.store.queries.bulk import get_bulk, list_bulk
from commentsvc.store.queries.filters import OF_ANY
from commentsvc.store.queries.queue import QueueItem, load_items
from commentsvc.web.bulk import MAX_BULK, Pair, decide_many, obstacle_to, undo_many
from commentsvc.web.console.desk import TABS, Desk, Look, Tab, count_tab, list_tab, open_desk, tab_named
from commentsvc.web.console.wishes import WISH_FIELDS, read_wish
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form, read_list
from commentsvc.web.pages.render import page

_ID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ITEM: Final = re.compile(_ID)
_PAIR: Final = re.compile(rf"{_ID}\.{_ID}")
_MAX_NOTE: Final = 2000
_BY_HAND: Final = "Chosen by hand"
EVERYWHERE: Final = Tab("", "Whatever waits", OF_ANY)


def add_bulk(console: Blueprint) -> None:
    """Serve the pages of bulk decisions."""
    console.add_url_rule("/bulk", "bulk_list", _list, methods=["GET"])
    console.add_url_rule("/bulk", "bulk_decide", _decide, methods=["POST"])
    console.add_url_rule("/bulk/preview", "bulk_preview", _preview, methods=["POST"])
    console.add_url_rule("/bulk/<bulk_id>", "bulk", _show, methods=["GET"])
    console.add_url_rule("/bulk/<bulk_id>/undo", "bulk_undo", _undo, methods=["POST"])


def _list() -> Response:
    with reading() as session:
        desk = open_desk(session, request.args.get("site"))
        lines = list_bulk(session, desk.working_ids)
    return page("console/bulk_list.html", desk=desk, lines=lines)


def _chosen_items(session: Session, desk: Desk, item_ids: list[str]) -> list[QueueItem]:
    """The items of a selection that are the moderator's to see."""
    theirs = {site.id for site in desk.sites}
    return [item for item in load_items(session, item_ids) if item.site_id in theirs]


def _preview() -> Response:
    form = read_form({"queue": 36, "site": 63, "by": 10, **WISH_FIELDS}, lists=("item",))
    picked = read_list("item", _ITEM, at_most=MAX_BULK)
    now = get_runtime().clock.now()
    with reading() as session:
        desk = open_desk(session, form["site"] or None)
        if form["by"] == "hand":
            items = _chosen_items(session, desk, picked)
            count = len(items)
            words: tuple[str, ...] = (_BY_HAND,)
        else:
            tab = tab_named(session, desk, form["queue"]) or EVERYWHERE
            look = Look(tab, read_wish(form))
            count = count_tab(session, desk, look, now)
            items = list_tab(session, desk, look, now, limit=MAX_BULK).items
            words = (tab.name, *in_words(look.wish if tab.own is None else tab.own.wish))
    return _show_preview(items, count, words, queue=form["queue"])


def _show_preview(
    items: list[QueueItem], count: int, words: tuple[str, ...], *, queue: str = "", trouble: str = "", status: int = 200
) -> Response:
    with reading() as session:
        me = open_desk(session, None).principal.account_id
    lines = [(item, obstacle_to(item, me)) for item in items]
    return page(
        "console/bulk_preview.html",
        status=status,
        lines=lines,
        count=count,
        free_count=sum(not obstacle for _, obstacle in lines),
        author_count=len({item.author.id for item, obstacle in lines if not obstacle}),
        words=words,
        is_by_hand=words == (_BY_HAND,),
        queue=queue,
        trouble=trouble,
        most=MAX_BULK,
    )


def _decide() -> Response:
    with reading() as session:
        desk = open_desk(session, None)
    form = read_form({"verdict": 10, "reason": 20, "note": _MAX_NOTE, "queue": 36}, lists=("pair",))
    pairs = [Pair(*text.split(".")) for text in read_list("pair", _PAIR, at_most=MAX_BULK)]
    reason = ReasonCode(form["reason"]) if form["reason"] in set(ReasonCode) else None
    if form["verdict"] not in set(Verdict):
        problem = FieldProblem("/verdict", "Must be approve, reject or escalate.")
        raise InvalidError("Choose what to do with the comments.", fields=(problem,))
    verdict = Verdict(form["verdict"])
    trouble = ""
    if not pairs:
        trouble = "Nothing is chosen, so nothing was decided."
    elif verdict is Verdict.REJECT and reason is None:
        trouble = "Say why the comments are rejected: the authors are told."
    if trouble:
        with reading() as session:
            items = _chosen_items(session, desk, [pair.item_id for pair in pairs])
        return _show_preview(items, len(items), (_BY_HAND,), queue=form["queue"], trouble=trouble, status=422)
    command = DecideMany(desk.principal.account_id, verdict, reason if verdict is Verdict.REJECT else None, form["note"].strip())
    return _to(decide_many(command, pairs, desk.site_ids).id)


def _to(bulk_id: str) -> Response:
    response = redirect(url_for("console.bulk", bulk_id=bulk_id), 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _show(bulk_id: str) -> Response:
    with reading() as session:
        desk = open_desk(session, None)
        bulk = get_bulk(session, bulk_id, desk.principal.account_id, desk.site_ids)
        items = {item.id: item for item in load_items(session, [member.item_id for member in bulk.members])}
    lines = [(items[member.item_id], member.is_undone) for member in bulk.members if member.item_id in items]
    return page("console/bulk.html", bulk=bulk, lines=lines, tabs=TABS)


def _undo(bulk_id: str) -> Response:
    with reading() as session:
        desk = open_desk(session, None)
        bulk = get_bulk(session, bulk_id, desk.principal.account_id, desk.site_ids)
    read_form({})
    undo_many(bulk, desk.principal.account_id, desk.site_ids)
    return _to(bulk_id)
