"""One comment at a time: claimed on opening, decided by one key, followed by the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from commentsvc.domain.commands import Decide
from commentsvc.domain.errors import (
    AlreadyDecidedError,
    ConflictError,
    FieldProblem,
    InvalidError,
    KeptFromError,
    LeaseHeldError,
    NotFoundError,
)
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.leases import UNDO_WINDOW
from commentsvc.domain.revising import compare_texts
from commentsvc.domain.status import ReasonCode, Standing, Verdict
from commentsvc.domain.wording import moderator_sentence
from commentsvc.services.acting import AlsoSanction, act
from commentsvc.services.review import claim_review_item, release_review_item, undo_decision
from commentsvc.store.queries.authors import count_waiting_of, list_kin, list_notes
from commentsvc.store.queries.overview import OwnWork, count_own_work, list_item_decisions, list_rejections
from commentsvc.store.queries.proposals import count_bans_proposed
from commentsvc.store.queries.queue import DecisionLine, QueueItem, list_decisions, load_items
from commentsvc.store.queries.revisions import list_revisions
from commentsvc.web.console.desk import (
    CIVIL_AGE_S,
    CIVIL_COOKIE,
    CIVIL_TAB,
    SKIP_AGE_S,
    SKIP_COOKIE,
    Desk,
    Tab,
    Waiting,
    candidates,
    choose_tab,
    count_waiting,
    is_turn_of_civil,
    open_desk,
    skipped_ids,
    tab_of,
    wants_civil,
    with_skipped,
)
from commentsvc.web.context import get_runtime, is_secure, reading, transaction
from commentsvc.web.forms import read_form
from commentsvc.web.pages.marks import find_marks
from commentsvc.web.pages.render import page
from commentsvc.web.pages.wording import REASON_WORDS, marked

_FIELDS: Final = {"queue": 36, "site": 63}
_MAX_NOTE: Final = 2000
KEYS: Final[dict[ReasonCode, str]] = {
    ReasonCode.ABUSE: "a",
    ReasonCode.HATE: "h",
    ReasonCode.THREAT: "t",
    ReasonCode.OBSCENE: "o",
    ReasonCode.SPAM: "s",
    ReasonCode.OFF_TOPIC: "f",
    ReasonCode.PERSONAL_DATA: "p",
    ReasonCode.MISINFORMATION: "m",
    ReasonCode.ILLEGAL: "i",
    ReasonCode.OTHER: "x",
}

_TRUST: Final = "trust"
PENALTIES: Final[dict[str, tuple[Standing, int, str]]] = {
    "premoderated": (Standing.PREMODERATED, 0, "Read before shown from now on"),
    "suspended-1": (Standing.SUSPENDED, 1, "Suspended for 1 day"),
    "suspended-7": (Standing.SUSPENDED, 7, "Suspended for 7 days"),
    "suspended-30": (Standing.SUSPENDED, 30, "Suspended for 30 days"),
    "banned": (Standing.BANNED, 0, "Banned"),
}
"""What a rejection may do to its author as well: the standing, for how many days (0: until somebody changes it), and in words."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A score against the threshold it reached (None: it reached none), in hundredths for drawing."""

    label: Label
    score: float
    threshold: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a card: counts, own work, and the last decision while it can be undone."""

    desk: Desk
    waiting: Waiting
    tab: Tab
    work: OwnWork
    last: DecisionLine | None
    ban_count: int


def add_cards(console: Blueprint) -> None:
    """Serve the card and what is done with it."""
    console.add_url_rule("", "start", _start, methods=["GET"])
    console.add_url_rule("/civil", "civil", _civil, methods=["POST"])
    console.add_url_rule("/items/<item_id>", "item", _item, methods=["GET"])
    console.add_url_rule("/items/<item_id>/decide", "decide", _decide, methods=["POST"])
    console.add_url_rule("/items/<item_id>/skip", "skip", _skip, methods=["POST"])
    console.add_url_rule("/items/<item_id>/undo", "undo", _undo, methods=["POST"])


def _start() -> Response:
    now = get_runtime().clock.now()
    with reading() as session:
        desk = open_desk(session, request.args.get("site"))
        around = _around(session, desk, request.args.get("queue"), now)
        skipped = frozenset(skipped_ids())
        found = candidates(session, desk, CIVIL_TAB, skipped, now) if wants_civil() and is_turn_of_civil(around.work.count) else []
        found += candidates(session, desk, around.tab, skipped, now)
        starts_over = not found and bool(skipped)
        if starts_over:
            found = candidates(session, desk, around.tab, frozenset(), now)
    for item in found:
        try:
            with transaction() as session:
                claim_review_item(session, item.id, desk.principal.account_id, desk.site_ids, now)
        except (ConflictError, NotFoundError):
            continue  # a colleague was faster; the next one then
        response = redirect(_address("console.item", desk, around.tab, item_id=item.id), 303)
        if starts_over:
            response.delete_cookie(SKIP_COOKIE, path="/moderate")
        response.headers["Cache-Control"] = "no-store"
        return response
    return page("console/empty.html", around=around, is_busy=any(one.count for one in around.waiting.tabs if one.tab.key == around.tab.key))


def _address(endpoint: str, desk: Desk, tab: Tab, **values: Any) -> str:  # noqa: ANN401 - parts of an address
    return url_for(endpoint, queue=tab.key, site=desk.chosen.key if desk.chosen else None, **values)


def _around(session: Any, desk: Desk, key: str | None, now: datetime) -> Around:  # noqa: ANN401 - a session
    waiting = count_waiting(session, desk, now)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    account = desk.principal.account_id
    latest = list_decisions(session, [site.id for site in desk.sites], account_id=account, limit=1)
    last = latest[0] if latest and latest[0].undone_at is None and now - latest[0].created_at <= UNDO_WINDOW else None
    ban_count = count_bans_proposed(session, desk.working_ids)
    return Around(desk, waiting, choose_tab(key, waiting), count_own_work(session, account, midnight), last, ban_count)


def _item(item_id: str) -> Response:
    return show_item(item_id, request.args)


def show_item(item_id: str, asked: Mapping[str, str], *, trouble: str = "", status: int = 200) -> Response:
    """The card of one item, claimed where that is possible; where it is not, it is shown for reading, and says why."""
    now = get_runtime().clock.now()
    with reading() as session:
        desk = open_desk(session, asked.get("site") or None)
    until: datetime | None = None
    obstacle = ""
    try:
        with transaction() as session:
            until = claim_review_item(session, item_id, desk.principal.account_id, desk.site_ids, now).leased_until
    except (LeaseHeldError, AlreadyDecidedError, KeptFromError) as error:
        obstacle = error.detail
    with reading() as session:
        found = load_items(session, [item_id])
        if not found:
            raise NotFoundError("There is no such item.")
        item = found[0]
        around = _around(session, desk, asked.get("queue") or tab_of(item.queue).key, now)
        decisions = list_item_decisions(session, item_id)
        waiting_count = count_waiting_of(session, item.author.id) - item.is_open
        texts = list_revisions(session, item.comment_id, item.revision_no) if item.revision_no > 1 else []
        notes, kin = list_notes(session, item.author.id, limit=3), list_kin(session, item.author.id, limit=3)
        rejections = [] if item.appeal is None else list_rejections(session, item.revision_id, before_item=item_id)
    marks = find_marks(item.revision_id, item.body, item.reasons)
    return page(
        "console/card.html",
        status=status,
        around=around,
        item=item,
        until=until,
        obstacle=obstacle,
        trouble=trouble,
        decisions=decisions,
        rejections=rejections,
        text=marked(item.body, marks),
        bars=_bars(item),
        sentences=_sentences(item),
        others=_other_scores(item),
        report_counts=_report_counts(item),
        keys=KEYS,
        waiting_count=waiting_count,
        changes=[(before, compare_texts(before.body, after.body)) for after, before in pairwise(texts)],
        penalties=PENALTIES,
        wants_civil=wants_civil(),
        notes=notes,
        # Who shares a network and has done nothing is nobody's business here.
        kin=[one for one in kin if one.standing is not Standing.NORMAL or one.rejected_count],
    )


def _bars(item: QueueItem) -> list[Bar]:
    return [
        Bar(Label(reason["label"]), float(reason["score"]), float(reason["threshold"]), moderator_sentence(reason))
        for reason in item.reasons
        if reason.get("label")
    ]


def _sentences(item: QueueItem) -> list[str]:
    found = [moderator_sentence(reason) for reason in item.reasons if not reason.get("label")]
    if item.reports:
        found.append(moderator_sentence({"kind": "reported", "count": len(item.reports)}))
    return found or ([] if item.reasons else [moderator_sentence({"kind": "sample"})])


def _other_scores(item: QueueItem) -> list[Bar]:
    named = {reason.get("label") for reason in item.reasons}
    return [
        Bar(label, item.scores[label], None, f"{item.scores[label]:.2f}")
        for label in ALL_LABELS
        if label in item.scores and label not in named
    ]


def _report_counts(item: QueueItem) -> dict[ReasonCode, int]:
    counted: dict[ReasonCode, int] = {}
    for report in item.reports:
        counted[report.reason] = counted.get(report.reason, 0) + 1
    return counted


def _decide(item_id: str) -> Response:
    with reading() as session:
        desk = open_desk(session, request.form.get("site") or None)
    form = read_form({**_FIELDS, "verdict": 10, "reason": 20, "note": _MAX_NOTE, "revision": 36, "penalty": 20})
    reason = ReasonCode(form["reason"]) if form["reason"] in set(ReasonCode) else None
    verdict = form["verdict"] or ("reject" if reason else "")
    trusts = verdict == _TRUST
    verdict = Verdict.APPROVE.value if trusts else verdict
    if verdict not in set(Verdict):
        raise InvalidError(
            "Choose what to do with the comment.", fields=(FieldProblem("/verdict", "Must be approve, reject or escalate."),)
        )
    command = Decide(
        item_id,
        desk.principal.account_id,
        Verdict(verdict),
        form["revision"],
        reason if verdict == Verdict.REJECT else None,
        form["note"].strip(),
    )
    runtime = get_runtime()
    now = runtime.clock.now()
    also: AlsoSanction | None = None
    if trusts:
        also = AlsoSanction(Standing.TRUSTED, "With the approval of a comment")
    elif command.verdict is Verdict.REJECT and form["penalty"] in PENALTIES:
        standing, days, _ = PENALTIES[form["penalty"]]
        until = now + timedelta(days=days) if days else None
        also = AlsoSanction(
            standing, f"With the rejection of a comment: {REASON_WORDS[command.reason_code].lower()}" if command.reason_code else "", until
        )
    try:
        runtime.in_transaction(lambda session: act(session, command, also, desk.site_ids, now))
    except ConflictError as error:
        return show_item(item_id, form, trouble=error.detail, status=409)
    except InvalidError as error:
        return show_item(item_id, form, trouble=error.detail, status=422)
    return _next(desk, form["queue"])


def _next(desk: Desk, queue: str) -> Response:
    response = redirect(url_for("console.start", queue=queue or None, site=desk.chosen.key if desk.chosen else None), 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _skip(item_id: str) -> Response:
    with reading() as session:
        desk = open_desk(session, request.form.get("site") or None)
    form = read_form(_FIELDS)
    with transaction() as session:
        release_review_item(session, item_id, desk.principal.account_id)
    response = _next(desk, form["queue"])
    response.set_cookie(
        SKIP_COOKIE, with_skipped(item_id), max_age=SKIP_AGE_S, path="/moderate", httponly=True, secure=is_secure(), samesite="Lax"
    )
    return response


def _civil() -> Response:
    with reading() as session:
        desk = open_desk(session, request.form.get("site") or None)
    form = read_form({**_FIELDS, "on": 1})
    response = _next(desk, form["queue"])
    response.set_cookie(CIVIL_COOKIE, form["on"], max_age=CIVIL_AGE_S, path="/moderate", httponly=True, secure=is_secure(), samesite="Lax")
    return response


def _undo(item_id: str) -> Response:
    with reading() as session:
        desk = open_desk(session, request.form.get("site") or None)
    form = read_form(_FIELDS)
    runtime = get_runtime()
    now = runtime.clock.now()
    try:
        runtime.in_transaction(lambda session: undo_decision(session, item_id, desk.principal.account_id, desk.site_ids, now))
    except ConflictError as error:
        return show_item(item_id, form, trouble=error.detail, status=409)
    response = redirect(url_for("console.item", item_id=item_id, queue=form["queue"] or None, site=form["site"] or None), 303)
    response.headers["Cache-Control"] = "no-store"
    return response
