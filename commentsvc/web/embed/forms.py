"""What readers send from the page: comments, replies, changes, votes and reports. Each ends with a redirect back to the page."""

import hmac
from collections.abc import Callable
from typing import Final

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from commentsvc.domain.commands import EditComment, ReportComment, SubmitComment
from commentsvc.domain.errors import (
    DomainError,
    FieldProblem,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    ProofRequiredError,
    ThrottledError,
)
from commentsvc.domain.status import ReasonCode, Status
from commentsvc.services.editing import set_vote, withdraw_comment
from commentsvc.services.reporting import report_comment
from commentsvc.store.queries.sites import SiteState, get_site
from commentsvc.store.queries.threads import OwnedComment, find_comment
from commentsvc.web import csrf
from commentsvc.web.context import address_hash, get_runtime, reading
from commentsvc.web.embed.own import is_own, own_raw, remember
from commentsvc.web.embed.place import FIELDS, Place, read_place
from commentsvc.web.embed.thread import Draft, show_thread
from commentsvc.web.embed.ticket import MAX_TICKET, check_ticket
from commentsvc.web.forms import read_form
from commentsvc.web.limits import asks_proof, throttle_act, throttle_comment
from commentsvc.web.pages.guests import guest_identity, guest_subject
from commentsvc.web.problems import PROBLEMS

MAX_NAME: Final = 100
_MAX_BODY: Final = 50_000
_MAX_NOTE: Final = 1000
_ID: Final = 36
_VALUES: Final = {"up": 1, "down": -1, "none": 0}
# Marks that turn the direction of the text around them: a name must not rearrange its neighbours.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def add_forms(embed: Blueprint) -> None:
    """Take the forms of the reader's pages."""
    rules: list[tuple[str, str, Callable[..., Response | str], list[str]]] = [
        ("", "post", _post, ["POST"]),
        ("/<comment>/edit", "edit", _edit, ["POST"]),
        ("/<comment>/withdraw", "withdraw", _withdraw, ["POST"]),
        ("/<comment>/vote", "vote", _vote, ["POST"]),
        ("/<comment>/report", "report", _ask_report, ["GET"]),
        ("/<comment>/report", "send_report", _report, ["POST"]),
    ]
    for rule, endpoint, view, methods in rules:
        embed.add_url_rule(f"/embed/<site>/comments{rule}", endpoint, view, methods=methods)


def _site(key: str) -> SiteState:
    with reading() as session:
        return get_site(session, key)


def _clean_name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > MAX_NAME or any(mark in _TURNING or (ord(mark) < 32) for mark in name):  # noqa: PLR2004 - control characters
        raise InvalidError(f"A name may have {MAX_NAME} visible characters.", fields=(FieldProblem("/name", "Does not fit."),))
    return name


def _status_of(error: DomainError) -> int:
    return PROBLEMS[error.code].status if error.code in PROBLEMS else 400


def _again(place: Place, form: dict[str, str], draft: Draft, error: DomainError | None = None) -> Response:
    """The page again, with what was written and why it was not taken."""
    response = show_thread(place, {"sort": form["sort"]}, draft=draft, status=_status_of(error) if error else 200)
    if isinstance(error, ThrottledError):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _post(site: str) -> Response:
    csrf.check_origin()
    state = _site(site)
    form = read_form(
        {**FIELDS, "parent": _ID, "name": MAX_NAME * 4, "body": _MAX_BODY, "website": 200, "once": 40, "opened": MAX_TICKET, "act": 8}
    )
    place = read_place(state, form)
    runtime = get_runtime()
    body, parent = form["body"], form["parent"] or None
    try:
        if form["website"]:
            raise InvalidError("Leave the field for a website empty: it is there to catch programs.")
        name = _clean_name(form["name"])
        if form["act"] == "preview":
            throttle_act()
            preview = runtime.preview(state, body[: state.limits.max_body_chars], place.article.section)
            return _again(place, form, Draft(body, form["name"], parent, preview_html=preview.html, opened=form["opened"]))
        throttle_comment()
        who = guest_identity(name)
        is_asked = asks_proof(state, who)
        proof = check_ticket(state.id, form["opened"], asks_proof=is_asked)
        once = f"form:{form['once']}" if form["once"] else None
        submitted = runtime.submit(
            state, SubmitComment(state.key, place.article, who, body, parent, once, address_hash(), asks_proof=is_asked, proof=proof)
        )
    except ProofRequiredError as error:
        # Its ticket was spent on another comment: the page comes back with a new one.
        return _again(place, form, Draft(body, form["name"], parent, place.words.say("spent")), error)
    except DomainError as error:
        trouble = place.words.explain(error, state.limits.max_body_chars)
        return _again(place, form, Draft(body, form["name"], parent, trouble, opened=form["opened"]), error)
    response = redirect(place.address(f"comment-{submitted.comment_id}", sort=form["sort"], posted=submitted.comment_id), 303)
    remember(response, submitted.comment_id)
    return response


def _own(site: SiteState, comment_id: str) -> OwnedComment:
    """The comment, when this browser wrote it on this site; otherwise there is none, whatever its status."""
    csrf.check_origin()
    raw = own_raw()
    with reading() as session:
        found = find_comment(session, comment_id)
    if (
        raw is None
        or found is None
        or found.site_id != site.id
        or not is_own(comment_id)
        or found.status in {Status.WITHDRAWN, Status.ERASED}
    ):
        raise NotFoundError("There is no such comment of yours.")
    if not hmac.compare_digest(request.form.get(csrf.FORM_FIELD, "").encode(), csrf.csrf_token(raw).encode()):
        raise ForbiddenError("The page is too old: load it again and try once more.")
    return found


def _edit(site: str, comment: str) -> Response:
    state = _site(site)
    found = _own(state, comment)
    form = read_form({**FIELDS, "body": _MAX_BODY})
    place = read_place(state, {**form, "article": found.article_key})
    try:
        throttle_comment()
        get_runtime().edit(state, EditComment(found.id, form["body"]))
    except DomainError as error:
        return _again(
            place, form, Draft(form["body"], edits=found.id, trouble=place.words.explain(error, state.limits.max_body_chars)), error
        )
    return redirect(place.address(f"comment-{found.id}", sort=form["sort"], posted=found.id, said="edited"), 303)


def _withdraw(site: str, comment: str) -> Response:
    state = _site(site)
    found = _own(state, comment)
    form = read_form(FIELDS)
    place = read_place(state, {**form, "article": found.article_key})
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: withdraw_comment(session, found.id, f"author:{found.author_id}", now))
    return redirect(place.address("comments", sort=form["sort"], said="withdrawn"), 303)


def _shown_comment(site: SiteState, comment_id: str) -> OwnedComment:
    with reading() as session:
        found = find_comment(session, comment_id)
    if found is None or found.site_id != site.id or found.status is not Status.PUBLISHED:
        raise NotFoundError("This comment is not here, or not any more.")
    return found


def _vote(site: str, comment: str) -> Response:
    csrf.check_origin()
    state = _site(site)
    found = _shown_comment(state, comment)
    form = read_form({**FIELDS, "value": 4})
    place = read_place(state, {**form, "article": found.article_key})
    if form["value"] not in _VALUES:
        raise InvalidError("Vote up, down or none.", fields=(FieldProblem("/value", "Must be up, down or none."),))
    throttle_act()
    runtime = get_runtime()
    now, voter = runtime.clock.now(), guest_subject("")
    runtime.in_transaction(lambda session: set_vote(session, found.id, voter, _VALUES[form["value"]], now))
    return redirect(place.address(f"comment-{found.id}", sort=form["sort"]), 303)


def _ask_report(site: str, comment: str) -> str:
    state = _site(site)
    found = _shown_comment(state, comment)
    place = read_place(state, {**request.args.to_dict(), "article": found.article_key})
    return render_template("embed/report.html", place=place, comment=found, trouble="", note="", sort=request.args.get("sort", ""))


def _report(site: str, comment: str) -> Response:
    csrf.check_origin()
    state = _site(site)
    found = _shown_comment(state, comment)
    form = read_form({**FIELDS, "reason": 30, "note": _MAX_NOTE})
    place = read_place(state, {**form, "article": found.article_key})
    if form["reason"] not in set(ReasonCode):
        text = render_template(
            "embed/report.html", place=place, comment=found, trouble=place.words.say("report_choose"), note=form["note"], sort=form["sort"]
        )
        return Response(text, 422, content_type="text/html; charset=utf-8")
    throttle_act()
    runtime = get_runtime()
    now = runtime.clock.now()
    command = ReportComment(found.id, guest_subject(""), ReasonCode(form["reason"]), form["note"].strip())
    is_new = runtime.in_transaction(lambda session: report_comment(session, command, now))
    said = "reported" if is_new else "reported-before"
    return redirect(place.address("comments", sort=form["sort"], said=said), 303)
