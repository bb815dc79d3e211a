"""Comments that a history brings in, many at a time, with the state that they had where they come from.

Nothing is published or hidden anew: each gets a routing that says what it was, with the reason `imported`, from no scores. Nothing is
announced either, since nothing happens now: neither webhooks nor live readers hear of it. The audit log has one entry for each batch.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.status import Queue, Route, Status
from commentsvc.domain.threads import best_score, child_path, depth_of
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.commenting import COUNT_ARTICLE, COUNT_AUTHOR
from commentsvc.services.judging import Text
from commentsvc.services.moderation import ARTICLE, COMMENT, ITEM, REVISION, ROUTING, urgency
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_ids
from commentsvc.store.padding import padded
from commentsvc.store.prepared import Prepared

_SITE = table_of(models.Site)
_SECTION = table_of(models.Section)
_VOTE = table_of(models.Vote)
_RECORD = table_of(models.ImportRecord)
_INSERT_COMMENTS: Final = Prepared(insert(COMMENT))
_INSERT_REVISIONS: Final = Prepared(insert(REVISION))
_INSERT_ROUTINGS: Final = Prepared(insert(ROUTING))
_INSERT_ITEMS: Final = Prepared(insert(ITEM))
_INSERT_VOTES: Final = Prepared(insert(_VOTE))
_INSERT_RECORDS: Final = Prepared(insert(_RECORD))
_SET_REPLIES: Final = Prepared(
    update(COMMENT)
    .where(COMMENT.c.id == bindparam("comment_id"))
    .values(reply_count=bindparam("replies"), shown_reply_count=bindparam("shown_replies"), is_shown=bindparam("shown"))
)
_ROUTE_OF: Final = {Status.PUBLISHED: Route.PUBLISH, Status.HELD: Route.HOLD, Status.REJECTED: Route.REJECT}
HARM_UNKNOWN: Final = 0.2
"""What is expected of a comment without scores: see `expected_harm`."""
VOTE_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class ImportPlace:
    """Where a history goes: the site, the policy its routings name, how deep threads may be, and whose ids its records have."""

    site_id: str
    policy_version_id: str
    max_depth: int
    source: str


@dataclass(frozen=True, slots=True)
class PastComment:
    """One comment of a history. Article and author are there; `parent_id` is a comment that is stored, or earlier in the batch.

    `id` is a new comment's, never used before.
    """

    id: str
    source_id: str
    article_id: str
    author_id: str
    parent_id: str | None
    text: Text
    status: Status
    created_at: datetime
    edited_at: datetime | None
    up: int
    down: int


@dataclass(slots=True)
class _Node:
    """A comment's place in its thread while a batch is put below it; `row` is what is to be stored when it is new."""

    id: str
    article_id: str
    parent_id: str | None
    path: str
    status: Status
    reply_count: int = 0
    shown_reply_count: int = 0
    is_shown: bool = False
    row: dict[str, object] | None = None


@dataclass(slots=True)
class _Rows:
    comments: list[_Node] = field(default_factory=list)
    revisions: list[dict[str, object]] = field(default_factory=list)
    routings: list[dict[str, object]] = field(default_factory=list)
    items: list[dict[str, object]] = field(default_factory=list)
    votes: list[dict[str, object]] = field(default_factory=list)
    records: list[dict[str, object]] = field(default_factory=list)


def lock_imports(session: Session, site_id: str) -> None:
    """Make this transaction the only one that imports into a site. Readers who post are not kept waiting."""
    conn = session.connection()
    if conn.dialect.name != "sqlite":
        conn.execute(select(_SITE.c.id).where(_SITE.c.id == site_id).with_for_update(key_share=True))


@dataclass(slots=True)
class Moved:
    """Source ids of comments that stand elsewhere than they were to: less deep, or on their own since their parent has another article."""

    flattened: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


def store_past_comments(session: Session, place: ImportPlace, batch: Sequence[PastComment], now: datetime) -> Moved:
    """Store comments, what is answered before its answers; returns which of them stand elsewhere than they were to.

    Caller holds a transaction in which `lock_imports` was called and none of the source ids is known yet. Some thousand at a time.
    """
    conn = session.connection()
    batch_writer = _Batch(conn, place, batch, now)
    for comment in batch:
        batch_writer.place(comment)
    batch_writer.write()
    if batch:
        states = Counter(comment.status.value for comment in batch)
        after: dict[str, object] = {"source": place.source, "comments": len(batch)}
        after.update(sorted(states.items()))
        fact = AuditFact(actor="system", action="comments_imported", subject=f"site:{place.site_id}", after=after, at=now)
        append_audit_entry(session, place.site_id, fact)
    return batch_writer.moved


class _Batch:
    def __init__(self, conn: Connection, place: ImportPlace, batch: Sequence[PastComment], now: datetime) -> None:
        self._conn, self._place, self._now = conn, place, now
        self.moved = Moved()
        self._rows = _Rows()
        self._nodes: dict[str, _Node] = {}
        self._touched: dict[str, _Node] = {}
        self._roots, self._first_roots, self._sections = self._lock_articles(sorted({comment.article_id for comment in batch}))
        made = {comment.id for comment in batch}
        self._load({comment.parent_id for comment in batch if comment.parent_id and comment.parent_id not in made})
        self._published: Counter[str] = Counter()
        self._ids = iter(new_ids(3 * len(batch)))
        self._authors: dict[str, Counter[Status]] = {}

    def _lock_articles(self, ids: list[str]) -> tuple[dict[str, int], dict[str, int], dict[str, tuple[str | None, str | None]]]:
        columns = (ARTICLE.c.id, ARTICLE.c.root_count, ARTICLE.c.section_id, _SECTION.c.key)
        query = select(*columns).select_from(ARTICLE.outerjoin(_SECTION, _SECTION.c.id == ARTICLE.c.section_id))
        found = self._conn.execute(query.where(ARTICLE.c.id.in_(padded(ids))).order_by(ARTICLE.c.id).with_for_update(of=ARTICLE)).all()
        roots = {row.id: row.root_count for row in found}
        return roots, dict(roots), {row.id: (row.section_id, row.key) for row in found}

    def _load(self, ids: Iterable[str]) -> None:
        columns = (COMMENT.c.id, COMMENT.c.article_id, COMMENT.c.parent_id, COMMENT.c.path, COMMENT.c.status)
        counts = (COMMENT.c.reply_count, COMMENT.c.shown_reply_count, COMMENT.c.is_shown)
        wanted = list(ids)
        if wanted:
            for row in self._conn.execute(select(*columns, *counts).where(COMMENT.c.id.in_(padded(wanted)))):
                self._nodes[row.id] = _Node(*row)

    def _node(self, comment_id: str | None) -> _Node | None:
        if comment_id is None:
            return None
        if comment_id not in self._nodes:
            self._load([comment_id])
        return self._nodes[comment_id]

    def place(self, comment: PastComment) -> None:
        if len(self._rows.votes) >= VOTE_ROWS:
            self._write_comments()
        parent = self._parent_of(comment)
        if parent is None:
            number = self._roots[comment.article_id] = self._roots[comment.article_id] + 1
        else:
            parent.reply_count += 1
            number = parent.reply_count
            self._touched[parent.id] = parent
        path = child_path(parent.path if parent else "", number)
        is_published = comment.status is Status.PUBLISHED
        node = _Node(comment.id, comment.article_id, parent.id if parent else None, path, comment.status, is_shown=is_published)
        self._nodes[comment.id] = node
        revision_id = next(self._ids)
        node.row = self._comment_row(comment, node, revision_id, number)
        self._rows.comments.append(node)
        if is_published:
            self._show_above(parent)
        self._add_rows(comment, revision_id)
        self._published[comment.article_id] += is_published
        self._authors.setdefault(comment.author_id, Counter())[comment.status] += 1

    def _parent_of(self, comment: PastComment) -> _Node | None:
        parent = self._node(comment.parent_id)
        if parent is not None and parent.article_id != comment.article_id:
            self.moved.strays.append(comment.source_id)
            return None
        if parent is not None and depth_of(parent.path) >= self._place.max_depth:
            self.moved.flattened.append(comment.source_id)
            while parent is not None and depth_of(parent.path) >= self._place.max_depth:
                parent = self._node(parent.parent_id)
        return parent

    def _show_above(self, parent: _Node | None) -> None:
        while parent is not None:
            parent.shown_reply_count += 1
            self._touched[parent.id] = parent
            if parent.is_shown:
                return
            parent.is_shown = True
            parent = self._node(parent.parent_id)

    def _comment_row(self, comment: PastComment, node: _Node, revision_id: str, number: int) -> dict[str, object]:
        is_published = comment.status is Status.PUBLISHED
        return {
            "id": comment.id,
            "site_id": self._place.site_id,
            "article_id": comment.article_id,
            "author_id": comment.author_id,
            "parent_id": node.parent_id,
            "path": node.path,
            "depth": depth_of(node.path),
            "reply_no": number,
            "status": comment.status,
            "current_revision_id": revision_id,
            "published_revision_id": revision_id if is_published else None,
            "revision_count": 1,
            "up_count": comment.up,
            "down_count": comment.down,
            "best_score": best_score(comment.up, comment.down),
            "report_count": 0,
            "edit_until": comment.created_at,
            "address_hash": None,
            "created_at": comment.created_at,
            "edited_at": comment.edited_at,
            "published_at": comment.created_at if is_published else None,
            "nudged": None,
            "is_by_article_author": False,
        }

    def _add_rows(self, comment: PastComment, revision_id: str) -> None:
        rows, site_id, text, at = self._rows, self._place.site_id, comment.text, comment.created_at
        told: dict[str, object] = {"site_id": site_id, "comment_id": comment.id, "created_at": at}
        of_text = {"body": text.body, "body_html": text.html, "text_hash": text.text_hash, "language": text.language, "likeness": None}
        rows.revisions.append(told | of_text | {"id": revision_id, "no": 1, "status": comment.status})
        rows.records.append({"site_id": site_id, "source": self._place.source, "source_id": comment.source_id, "comment_id": comment.id})
        values = [1] * comment.up + [-1] * comment.down
        rows.votes += [
            {"comment_id": comment.id, "voter": f"past:{number}", "value": value, "created_at": at} for number, value in enumerate(values)
        ]
        route = _ROUTE_OF.get(comment.status)
        if route is None:
            return
        section_id, section_key = self._sections[comment.article_id]
        told["revision_id"] = revision_id
        rows.routings.append(told | self._routing_row(route, section_key) | {"language": text.language})
        if route is Route.HOLD:
            waiting: dict[str, object] = {"id": next(self._ids), "section_id": section_id, "queue": Queue.HELD, "is_open": True}
            waiting |= {"urgency": urgency(HARM_UNKNOWN, self._now), "leased_by": None, "leased_until": None, "closed_at": None}
            rows.items.append(told | waiting | {"created_at": self._now, "kept_from": None})

    def _routing_row(self, route: Route, section_key: str | None) -> dict[str, object]:
        is_plain = route is Route.PUBLISH
        return {
            "id": next(self._ids),
            "score_set_id": None,
            "policy_version_id": self._place.policy_version_id,
            "section_key": section_key,
            "route": route,
            "rule_route": route,
            "reasons": [] if is_plain else [{"kind": "imported", "route": route.value}],
            # No sample was drawn from what was decided elsewhere.
            "sample_probability": 0.0 if is_plain else 1.0,
            "is_sampled": False,
            "is_in_force": True,
            "packed": None,
        }

    def write(self) -> None:
        self._write_comments()
        conn = self._conn
        replies = [
            {"comment_id": node.id, "replies": node.reply_count, "shown_replies": node.shown_reply_count, "shown": node.is_shown}
            for node in self._touched.values()
        ]
        _SET_REPLIES.execute_many(conn, replies)
        counts = [
            {"article_id": key, "versions": 1, "roots": roots - self._first_roots[key], "published": self._published[key]}
            for key, roots in sorted(self._roots.items())
        ]
        COUNT_ARTICLE.execute_many(conn, counts)
        authors = [
            {"author_id": key, "comments": states.total(), "published": states[Status.PUBLISHED], "rejected": states[Status.REJECTED]}
            for key, states in sorted(self._authors.items())
        ]
        COUNT_AUTHOR.execute_many(conn, authors)

    def _write_comments(self) -> None:
        conn, rows = self._conn, self._rows
        for node in rows.comments:
            if node.row is not None:
                node.row |= {"reply_count": node.reply_count, "shown_reply_count": node.shown_reply_count, "is_shown": node.is_shown}
                # What changes after this is written as for any other comment that was there.
                self._touched.pop(node.id, None)
        _INSERT_COMMENTS.execute_many(conn, [node.row for node in rows.comments if node.row is not None])
        _INSERT_REVISIONS.execute_many(conn, rows.revisions)
        _INSERT_ROUTINGS.execute_many(conn, rows.routings)
        _INSERT_ITEMS.execute_many(conn, rows.items)
        _INSERT_VOTES.execute_many(conn, rows.votes)
        _INSERT_RECORDS.execute_many(conn, rows.records)
        self._rows = _Rows()
