"""The page of a thread: newest, oldest or best first; a branch of it; forms where they were asked for."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.status import Status
from commentsvc.store.queries.sites import ArticleState, find_article, get_site
from commentsvc.store.queries.threads import OwnedComment, Sort, ThreadPage, find_comment, list_replies, list_thread
from commentsvc.web.context import get_runtime, mark_authenticated, reading
from commentsvc.web.csrf import FORM_FIELD, csrf_token
from commentsvc.web.embed.articles import find_demo_site
from commentsvc.web.embed.own import own_ids, own_raw
from commentsvc.web.embed.place import Place, read_place
from commentsvc.web.embed.ticket import new_ticket, opened_at
from commentsvc.web.embed.view import add_own, arrange, load_own, load_votes
from commentsvc.web.pages.guests import NAMELESS, guest_subject
from commentsvc.web.pagination import decode_cursor, encode_cursor

PAGE = 50
_SHAPES: Mapping[Sort, tuple[type, ...]] = {Sort.BEST: (float, int), Sort.NEWEST: (int,), Sort.OLDEST: (int,)}
_SAID = {"reported": "report_thanks", "reported-before": "report_before", "withdrawn": "withdrawn_said", "edited": "saved"}
"""Which words of the catalogue tell what was done."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader wrote that could not be taken as it is: it comes back with the reason beside it."""

    body: str = ""
    name: str = ""
    parent: str | None = None
    trouble: str = ""
    edits: str | None = None
    preview_html: str | None = None
    opened: str = ""


@dataclass(frozen=True, slots=True)
class Once:
    """What a form carries so that it is taken once (`key`), and not before a person could have written it (`opened`)."""

    key: str
    opened: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked for."""

    sort: Sort
    cursor: str | None
    branch: str | None
    after: int
    reply: str | None
    edit: str | None
    posted: str | None
    said: str | None

    @property
    def sort_word(self) -> str | None:
        """The order for addresses; None for the usual one."""
        return None if self.sort is Sort.NEWEST else self.sort.value


def read_asked(query: Mapping[str, str]) -> Asked:
    """Read the query of a page; what does not fit there counts as not said, because people type and share addresses."""
    sort = query.get("sort", "")
    after = query.get("after", "")
    return Asked(
        sort=Sort(sort) if sort in set(Sort) else Sort.NEWEST,
        cursor=query.get("cursor"),
        branch=query.get("branch"),
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0,  # noqa: PLR2004 - fits the column
        reply=query.get("reply"),
        edit=query.get("edit"),
        posted=query.get("posted"),
        said=_SAID.get(query.get("said", "")),
    )


def add_thread(embed: Blueprint) -> None:
    """Serve the thread's own page."""
    embed.add_url_rule("/embed/<site>", "thread", _thread, methods=["GET"])


def _thread(site: str) -> Response:
    with reading() as session:
        state = get_site(session, site)
    return show_thread(read_place(state, request.args), request.args)


def show_thread(
    place: Place,
    query: Mapping[str, str],
    *,
    draft: Draft | None = None,
    status: int = 200,
) -> Response:
    """The page of a thread, with the draft that was not taken where there is one."""
    asked = read_asked(query)
    runtime = get_runtime()
    now = runtime.clock.now()
    ids = own_ids()
    with reading() as session:
        article = find_article(session, place.site.id, place.article.key)
        branch = _find_branch(session, article, asked.branch)
        stored = _load(session, article, asked, branch)
        votes = load_votes(session, guest_subject(""), stored.comments)
        own = load_own(session, article.id, ids) if article else []
    comments = arrange(stored.comments, votes, (branch.author_name or NAMELESS) if branch else None)
    if branch is not None:
        own = [mine for mine in own if mine.comment.path.startswith(branch.path)]
    first = add_own(comments, own if asked.cursor is None else [], now, asked.posted, place.words)
    if ids:
        mark_authenticated()
    is_closed = article is not None and (article.is_closed or (article.closes_at is not None and article.closes_at <= now))
    text = render_template(
        "embed/article.html" if place.demo else "embed/thread.html",
        place=place,
        newspaper=find_demo_site(place.site.key) if place.demo else None,
        before=lambda minutes: now - timedelta(minutes=minutes),
        asked=asked,
        count=article.published_count if article else 0,
        comments=first + comments,
        branch=branch,
        next_address=_next_address(place, asked, stored),
        is_closed=is_closed,
        may_write=not is_closed and place.site.limits.guests_allowed,
        can_answer=lambda comment: comment.is_published and comment.depth < place.site.limits.max_depth,
        draft=draft or Draft(parent=asked.reply, edits=asked.edit),
        once=Once(secrets.token_urlsafe(12), _opened(place, draft)),
        own_field=_own_field,
    )
    response = Response(text, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _opened(place: Place, draft: Draft | None) -> str:
    # A form that comes back has been open since it was opened first.
    is_ours = draft is not None and opened_at(place.site.id, draft.opened) is not None
    return draft.opened if draft is not None and is_ours else new_ticket(place.site.id)


def _own_field() -> tuple[str, str] | None:
    raw = own_raw()
    return (FORM_FIELD, csrf_token(raw)) if raw else None


def _find_branch(session: Session, article: ArticleState | None, comment_id: str | None) -> OwnedComment | None:
    if comment_id is None:
        return None
    found = find_comment(session, comment_id)
    if article is None or found is None or found.article_id != article.id or found.status is not Status.PUBLISHED:
        raise NotFoundError("This comment is not here, or not any more.")
    return found


def _load(session: Session, article: ArticleState | None, asked: Asked, branch: OwnedComment | None) -> ThreadPage:
    if article is None:
        return ThreadPage([], None)
    if branch is not None:
        return list_replies(session, branch.id, after=asked.after, limit=PAGE)
    decoded = decode_cursor(asked.cursor, f"thread-{asked.sort}", _SHAPES[asked.sort])
    after = cast("tuple[float, int] | tuple[int] | None", decoded)
    return list_thread(session, article.id, asked.sort, after=after, limit=PAGE)


def _next_address(place: Place, asked: Asked, stored: ThreadPage) -> str | None:
    if stored.next_after is None:
        return None
    if asked.branch is not None:
        return place.address("comments", branch=asked.branch, after=str(stored.next_after[0]))
    return place.address("comments", sort=asked.sort_word, cursor=encode_cursor(f"thread-{asked.sort}", stored.next_after))
