"""An author, with what may be done about them."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commentsvc.domain.commands import Sanction
from commentsvc.domain.errors import ConflictError, FieldProblem, ForbiddenError, InvalidError, NotFoundError
from commentsvc.domain.principals import Principal, Role, require_role
from commentsvc.domain.status import Standing
from commentsvc.services.noting import add_note, take_note_back
from commentsvc.services.sanctioning import confirm_ban, decline_ban, sanction_author
from commentsvc.store.queries.authors import count_waiting_of, get_author, list_author_comments, list_kin, list_notes
from commentsvc.store.queries.practice import get_practice
from commentsvc.store.queries.proposals import find_ban_proposed, get_proposal_place, list_bans_proposed
from commentsvc.store.queries.sites import get_site_by_id
from commentsvc.web.auth import require_principal
from commentsvc.web.console.desk import open_desk
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.pages.render import page

_DAYS: Final = {"1": "1 day", "7": "7 days", "30": "30 days", "365": "1 year"}
_MAX_REASON: Final = 500
_MAX_NOTE: Final = 2000


def add_authors(console: Blueprint) -> None:
    """Serve the pages of authors, and of bans that wait for a second moderator."""
    console.add_url_rule("/authors/<author_id>", "author", _author, methods=["GET"])
    console.add_url_rule("/authors/<author_id>/sanctions", "sanction", _sanction, methods=["POST"])
    console.add_url_rule("/authors/<author_id>/notes", "leave_note", _leave_note, methods=["POST"])
    console.add_url_rule("/authors/<author_id>/notes/<note_id>/delete", "delete_note", _delete_note, methods=["POST"])
    console.add_url_rule("/bans", "bans", _bans, methods=["GET"])
    console.add_url_rule("/bans/<proposal_id>", "settle_ban", _settle_ban, methods=["POST"])


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
        proposal, practice = find_ban_proposed(session, author_id), get_practice(session, site_id)
        waiting_count = count_waiting_of(session, author_id)
    return page(
        "console/author.html",
        status=status,
        author=figures,
        site=site,
        until=until,
        comments=comments,
        notes=notes,
        kin=kin,
        waiting_count=waiting_count,
        is_admin=principal.role_on(site_id) is Role.ADMIN,
        me=principal.account_id,
        days=_DAYS,
        trouble=trouble,
        proposal=proposal,
        two_for_bans=practice.two_for_bans,
        kept=request.args.get("kept", ""),
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
        proposal_id = runtime.in_transaction(lambda session: sanction_author(session, command, desk.site_ids, now))
    except (InvalidError, ConflictError) as error:
        return _show_author(author_id, trouble=error.detail, status=409 if isinstance(error, ConflictError) else 422)
    response = redirect(url_for("console.author", author_id=author_id, kept="proposed" if proposal_id else "1"), 303)
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


def _bans() -> Response:
    with reading() as session:
        desk = open_desk(session, request.args.get("site"))
        lines = list_bans_proposed(session, desk.working_ids)
    return page("console/bans.html", lines=lines, me=desk.principal.account_id)


def _settle_ban(proposal_id: str) -> Response:
    with reading() as session:
        _, author_id = get_proposal_place(session, proposal_id)
        principal, _ = _moderator_of(session, author_id)
    form = read_form({"answer": 10})
    if form["answer"] not in {"confirm", "decline"}:
        raise InvalidError("Confirm the ban, or decline it.", fields=(FieldProblem("/answer", "Must be confirm or decline."),))
    runtime = get_runtime()
    now = runtime.clock.now()
    sites = principal.sites_with(Role.MODERATOR)
    settle = confirm_ban if form["answer"] == "confirm" else decline_ban
    try:
        runtime.in_transaction(lambda session: settle(session, proposal_id, principal.account_id, sites, now))
    except (ConflictError, ForbiddenError) as error:
        return _show_author(author_id, trouble=error.detail, status=409 if isinstance(error, ConflictError) else 403)
    response = redirect(url_for("console.author", author_id=author_id, kept="1" if form["answer"] == "confirm" else "declined"), 303)
    response.headers["Cache-Control"] = "no-store"
    return response
