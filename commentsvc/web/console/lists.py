"""The queue as a list, and the log of decisions."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, request
from werkzeug.wrappers import Response

from commentsvc.domain.errors import InvalidError
from commentsvc.domain.filters import ItemFilter, in_words
from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.principals import Role
from commentsvc.domain.wording import moderator_sentence
from commentsvc.store.queries.queue import QueueItem, QueueSort, list_decisions
from commentsvc.store.queries.sites import list_sections
from commentsvc.web.console.desk import Look, choose_tab, count_tab, count_waiting, list_tab, open_desk
from commentsvc.web.console.wishes import read_wish, written_wish
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.pages.render import page
from commentsvc.web.pagination import decode_cursor, encode_cursor

_DAYS: Final = {"1": "1 day", "7": "7 days", "30": "30 days", "365": "1 year"}
_MAX_REASON: Final = 500
_MAX_NOTE: Final = 2000


def add_lists(console: Blueprint) -> None:
    """Serve the lists of the console."""
    console.add_url_rule("/list", "listing", _listing, methods=["GET"])
    console.add_url_rule("/log", "log", _log, methods=["GET"])


def _listing() -> Response:
    return show_listing(request.args)


def show_listing(asked: Mapping[str, str], *, trouble: str = "", status: int = 200) -> Response:
    """The queue as a list, or the part of it that fits a filter."""
    sort = QueueSort(asked.get("sort", "")) if asked.get("sort") in set(QueueSort) else QueueSort.RISKIEST
    now = get_runtime().clock.now()
    try:
        wish = read_wish(asked)
    except InvalidError as error:
        wish, status = ItemFilter(), 422
        trouble = trouble or " ".join([error.detail, *(f"{field.pointer[1:]}: {field.detail}" for field in error.fields)])
    with reading() as session:
        desk = open_desk(session, asked.get("site") or None)
        waiting = count_waiting(session, desk, now, whole=True)
        tab = choose_tab(asked.get("queue"), waiting)
        look = Look(tab, ItemFilter() if tab.own else wish, sort)
        fields = written_wish(look.wish)
        kind = f"queue-{tab.key}-{sort}-{'&'.join(f'{name}={value}' for name, value in fields.items())}"
        after = decode_cursor(asked.get("cursor"), kind, (float, str))
        listed = list_tab(session, desk, look, now, after=(float(str(after[0])), str(after[1])) if after else None)
        count = count_tab(session, desk, look, now)
        sections = sorted({section.key for site_id in desk.working_ids for section in list_sections(session, site_id)})
    cursor = encode_cursor(kind, listed.next_after) if listed.next_after else None
    return page(
        "console/list.html",
        status=status,
        desk=desk,
        waiting=waiting,
        tab=tab,
        sort=sort,
        items=listed.items,
        count=count,
        cursor=cursor,
        is_first=after is None,
        why=_why,
        now=now,
        trouble=trouble,
        wish=look.wish,
        fields=fields,
        words=in_words(tab.own.wish if tab.own else look.wish),
        place={"queue": tab.key, "site": desk.chosen.key if desk.chosen else None, "sort": sort.value, **fields},
        sections=sections,
        labels=ALL_LABELS,
        # A queue belongs to one site.
        home=desk.chosen or (desk.sites[0] if len(desk.sites) == 1 else None),
        may_delete=tab.own is not None
        and (tab.own.account_id == desk.principal.account_id or desk.principal.role_on(tab.own.site_id) is Role.ADMIN),
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
