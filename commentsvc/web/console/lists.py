"""The queue as a list, the log of decisions, and an author with what may be done about them."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commentsvc.domain.commands import Sanction
from commentsvc.domain.errors import ConflictError, FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.principals import Principal, Role, require_role
from commentsvc.domain.status import Standing
from commentsvc.domain.wording import moderator_sentence
from commentsvc.services.noting import add_note, take_note_back
from commentsvc.services.reporting import sanction_author
from commentsvc.store.queries.authors import get_author, list_author_comments, list_kin, list_notes
from commentsvc.store.queries.queue import QueueItem, QueueSort, list_decisions
from commentsvc.store.queries.sites import get_site_by_id
from commentsvc.web.auth import require_principal
from commentsvc.web.console.desk import choose_tab, count_waiting, list_tab, open_desk
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.pages.render import page
from commentsvc.web.pagination import decode_cursor, encode_cursor

_DAYS: Final = {"1": "1 day", "7": "7 days", "30": "30 days", "365": "1 year"}
_MAX_REASON: Final = 500
_MAX_NOTE: Final = 2000


def add_lists(console: Blueprint) -> None:
    """Serve the lists of the console."""
    console.add_url_rule("/list", "listing", _listing, methods=["GET"])
    console.add_url_rule("/log", "log", _log, methods=["GET"])
    console.add_url_rule("/authors/<author_id>", "author", _author, methods=["GET"])
    console.add_url_rule("/authors/<author_id>/sanctions", "sanction", _sanction, methods=["POST"])
    console.add_url_rule("/authors/<author_id>/notes", "leave_note", _leave_note, methods=["POST"])
    console.add_url_rule("/authors/<author_id>/notes/<note_id>/delete", "delete_note", _delete_note, methods=["POST"])


def _listing() -> Response:
    sort = QueueSort(request.args.get("sort", "")) if request.args.get("sort") in set(QueueSort) else QueueSort.RISKIEST
    with reading() as session:
        desk = open_desk(session, request.args.get("site"))
        waiting = count_waiting(session, desk)
        tab = choose_tab(request.args.get("queue"), waiting)
        kind = f"queue-{tab.key}-{sort}"
        after = decode_cursor(request.args.get("cursor"), kind, (float, str))
        listed = list_tab(session, desk, tab, sort, (float(str(after[0])), str(after[1])) if after else None)
    cursor = encode_cursor(kind, listed.next_after) if listed.next_after else None
    return page(
        "console/list.html",
        desk=desk,
        waiting=waiting,
        tab=tab,
        sort=sort,
        items=listed.items,
        cursor=cursor,
        is_first=after is None,
        why=_why,
        now=get_runtime().clock.now(),
    )


def _why(item: QueueItem) -> str:
    if item.reasons:
        return moderator_sentence(item.reasons[0])
    kind = {"kind": "reported", "count": len(item.reports)} if item.reports else {"kind": "sample"}
    return moderator_sentence(kind)


def _log() -> Response:
    is_mine = request.args.get("who") == "me"
    with reading() as session:
        desk = open_desk(session, request.args.get("site"))
        lines = list_decisions(session, desk.working_ids, account_id=desk.principal.account_id if is_mine else None, limit=100)
    return page("console/log.html", desk=desk, lines=lines, is_mine=is_mine)


def _author(author_id: str) -> Response:
    return _show_author(author_id)


def _show_author(author_id: str, *, trouble: str = "", status: int = 200) -> Response:
    with reading() as session:
        principal = require_principal(session)
        found = get_author(session, author_id)
        if found is None:
            raise NotFoundError("There is no such author.")
        figures, site_id, until = found
        require_role(principal, Role.MODERATOR, site_id)
        site = get_site_by_id(session, site_id)
        comments = list_author_comments(session, author_id)
        notes, kin = list_notes(session, author_id), list_kin(session, author_id)
    return page(
        "console/author.html",
        status=status,
        author=figures,
        site=site,
        until=until,
        comments=comments,
        notes=notes,
        kin=kin,
        is_admin=principal.role_on(site_id) is Role.ADMIN,
        me=principal.account_id,
        days=_DAYS,
        trouble=trouble,
        is_kept=request.args.get("kept") == "1",
    )


def _sanction(author_id: str) -> Response:
    with reading() as session:
        desk = open_desk(session, None)
    form = read_form({"standing": 20, "days": 4, "reason": _MAX_REASON})
    if form["standing"] not in set(Standing):
        raise InvalidError("Choose a standing.", fields=(FieldProblem("/standing", "Is not one of the list."),))
    runtime = get_runtime()
    now = runtime.clock.now()
    standing = Standing(form["standing"])
    until = now + timedelta(days=int(form["days"])) if standing is Standing.SUSPENDED and form["days"] in _DAYS else None
    reason = form["reason"].strip()
    if standing is not Standing.NORMAL and not reason:
        return _show_author(author_id, trouble="Say why, in a few words: colleagues will want to know.", status=422)
    command = Sanction(author_id, desk.principal.account_id, standing, reason, until)
    try:
        runtime.in_transaction(lambda session: sanction_author(session, command, desk.site_ids, now))
    except InvalidError as error:
        return _show_author(author_id, trouble=error.detail, status=422)
    response = redirect(url_for("console.author", author_id=author_id, kept="1"), 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _moderator_of(session: Session, author_id: str) -> tuple[Principal, bool]:
    """The caller, who must be a moderator of the author's site, and whether they are an admin there. Raises NotFoundError."""
    principal = require_principal(session)
    found = get_author(session, author_id)
    if found is None:
        raise NotFoundError("There is no such author.")
    require_role(principal, Role.MODERATOR, found[1])
    return principal, principal.role_on(found[1]) is Role.ADMIN


def _leave_note(author_id: str) -> Response:
    with reading() as session:
        principal, _ = _moderator_of(session, author_id)
    body = read_form({"body": _MAX_NOTE})["body"].strip()
    if not body:
        return _show_author(author_id, trouble="Write the note first.", status=422)
    runtime = get_runtime()
    now = runtime.clock.now()
    try:
        runtime.in_transaction(lambda session: add_note(session, author_id, principal.account_id, body, now))
    except ConflictError as error:
        return _show_author(author_id, trouble=error.detail, status=409)
    return _back(author_id)


def _delete_note(author_id: str, note_id: str) -> Response:
    with reading() as session:
        principal, is_admin = _moderator_of(session, author_id)
    read_form({})
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: take_note_back(session, author_id, note_id, principal.account_id, now, may_all=is_admin))
    return _back(author_id)


def _back(author_id: str) -> Response:
    response = redirect(url_for("console.author", author_id=author_id, _anchor="notes"), 303)
    response.headers["Cache-Control"] = "no-store"
    return response
