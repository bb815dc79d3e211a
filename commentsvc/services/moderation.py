"""Applying what was judged: statuses, what is shown, counts, review items. Used by routings and by decisions alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from commentsvc.domain.labels import ALL_LABELS
from commentsvc.domain.ports import ScoreSet
from commentsvc.domain.routing import Routing, expected_harm
from commentsvc.domain.status import Queue, Route, Status
from commentsvc.services.outbox import announce
from commentsvc.services.policy_shadow import store_beside
from commentsvc.services.subscribing import notify_followers
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id
from commentsvc.store.packing import pack_routing
from commentsvc.store.prepared import Prepared

ARTICLE: Final = table_of(models.Article)
AUTHOR: Final = table_of(models.Author)
COMMENT: Final = table_of(models.Comment)
REVISION: Final = table_of(models.Revision)
SCORE_SET: Final = table_of(models.ScoreSet)
ROUTING: Final = table_of(models.Routing)
ITEM: Final = table_of(models.ReviewItem)

_INSERT_ROUTING: Final = Prepared(insert(ROUTING))
_INSERT_SCORES: Final = Prepared(insert(SCORE_SET))
_INSERT_ITEM: Final = Prepared(insert(ITEM))
_FIND_OPEN_ITEM: Final = Prepared(
    select(ITEM.c.id, ITEM.c.queue, ITEM.c.urgency).where(ITEM.c.revision_id == bindparam("revision_id"), ITEM.c.is_open).with_for_update()
)
_SHOW_REPLY: Final = Prepared(
    update(COMMENT)
    .where(COMMENT.c.id == bindparam("parent"))
    .values(shown_reply_count=COMMENT.c.shown_reply_count + bindparam("step"))
    .returning(COMMENT.c.parent_id, COMMENT.c.status, COMMENT.c.shown_reply_count, COMMENT.c.is_shown)
)
# Built once: making a statement anew takes longer than SQLite does with it.
_LOCK_ARTICLE: Final = select(ARTICLE.c.id).where(ARTICLE.c.id == bindparam("article_id")).with_for_update()
_FIND_COMMENT: Final = select(COMMENT).where(COMMENT.c.id == bindparam("comment_id"))
_SET_STATUS: Final = (
    update(COMMENT)
    .where(
        COMMENT.c.id == bindparam("comment_id"),
        COMMENT.c.current_revision_id == bindparam("revision_id"),
        COMMENT.c.status == bindparam("before"),
        COMMENT.c.status.not_in((Status.WITHDRAWN, Status.ERASED)),
    )
    .values(
        status=bindparam("after"),
        is_shown=bindparam("shown"),
        published_revision_id=bindparam("published_revision"),
        published_at=bindparam("first_published_at"),
    )
    .returning(COMMENT.c.id)
)
_SET_REVISION_STATUS: Final = update(REVISION).where(REVISION.c.id == bindparam("revision_id")).values(status=bindparam("after"))
_COUNT_ARTICLE: Final = (
    update(ARTICLE)
    .where(ARTICLE.c.id == bindparam("article_id"))
    .values(published_count=ARTICLE.c.published_count + bindparam("published"), version=ARTICLE.c.version + 1)
)
_COUNT_AUTHOR: Final = (
    update(AUTHOR)
    .where(AUTHOR.c.id == bindparam("author_id"))
    .values(
        published_count=AUTHOR.c.published_count + bindparam("published"), rejected_count=AUTHOR.c.rejected_count + bindparam("rejected")
    )
)
_LABEL_COLUMNS: Final = tuple((label, label.value) for label in ALL_LABELS)

URGENCY_SPAN_S: Final = 3 * 24 * 3600
"""How far expected harm of 1 puts an item ahead of a harmless one: three days of waiting."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A comment taken from one status to another on account of one revision."""

    comment_id: str
    site_id: str
    revision_id: str
    before: Status
    after: Status


def lock_article(conn: Connection, article_id: str) -> None:
    """Make this transaction the only one that changes the article's comments. Taken first, so that no two wait for each other."""
    # On SQLite a write transaction is the only one anyway.
    if conn.dialect.name != "sqlite":
        conn.execute(_LOCK_ARTICLE, {"article_id": article_id})


def find_comment_row(conn: Connection, comment_id: str) -> Row[Any] | None:
    """All columns of a comment, or None. For services only: rows do not leave this room."""
    return conn.execute(_FIND_COMMENT, {"comment_id": comment_id}).one_or_none()


def set_status(conn: Connection, comment: Row[Any], revision_id: str, after: Status, now: datetime) -> StatusChange | None:
    """Give a comment the status that its revision has been judged to have. Caller has locked the article.

    A compare-and-set: returns None, changing nothing, when `revision_id` is no longer current or the comment was withdrawn or
    erased meanwhile. Keeps what readers see, the counts of article, author and parents, and announces the change.
    """
    before = Status(comment.status)
    is_visible = after is Status.PUBLISHED
    is_shown = is_visible or comment.shown_reply_count > 0
    changed = conn.execute(
        _SET_STATUS,
        {
            "comment_id": comment.id,
            "revision_id": revision_id,
            "before": before,
            "after": after,
            "shown": is_shown,
            "published_revision": revision_id if is_visible else None,
            "first_published_at": now if is_visible and comment.published_at is None else comment.published_at,
        },
    ).one_or_none()
    if changed is None:
        return None
    conn.execute(_SET_REVISION_STATUS, {"revision_id": revision_id, "after": after})
    count_change(conn, comment, before, after)
    if is_shown != comment.is_shown:
        show_in_parent(conn, comment.parent_id, 1 if is_shown else -1)
    change = StatusChange(comment.id, comment.site_id, revision_id, before, after)
    announce_status(conn, change, now)
    if is_visible and comment.parent_id is not None and comment.published_at is None:
        notify_followers(conn, comment.parent_id, comment.id, comment.author_id, now)
    return change


def announce_status(conn: Connection, change: StatusChange, now: datetime) -> None:
    """Write the announcement of a status change."""
    payload: dict[str, str | None] = {"comment": change.comment_id, "revision": change.revision_id, "before": change.before.value}
    announce(conn, change.site_id, f"comment.{change.after.value}", payload, now)


def count_change(conn: Connection, comment: Row[Any], before: Status, after: Status) -> None:
    """Move the counts of article and author from one status to another, and the article's version with what readers see."""
    published = (after is Status.PUBLISHED) - (before is Status.PUBLISHED)
    rejected = (after is Status.REJECTED) - (before is Status.REJECTED)
    if published or before is Status.PUBLISHED or after is Status.PUBLISHED:
        conn.execute(_COUNT_ARTICLE, {"article_id": comment.article_id, "published": published})
    if published or rejected:
        conn.execute(_COUNT_AUTHOR, {"author_id": comment.author_id, "published": published, "rejected": rejected})


def show_in_parent(conn: Connection, parent_id: str | None, step: int) -> None:
    """Count one shown reply more (or fewer) at the parent, and upwards as long as a placeholder appears or goes by it."""
    while parent_id is not None:
        ((grandparent_id, status, shown_count, was_shown),) = _SHOW_REPLY.rows(conn, {"parent": parent_id, "step": step})
        is_shown = status is Status.PUBLISHED or shown_count > 0
        if is_shown == was_shown:
            return
        conn.execute(update(COMMENT).where(COMMENT.c.id == parent_id).values(is_shown=is_shown))
        parent_id = grandparent_id


@dataclass(frozen=True, slots=True)
class WaitingRevision:
    """A revision that is to be put before moderators."""

    site_id: str
    section_id: str | None
    comment_id: str
    revision_id: str


@dataclass(frozen=True, slots=True)
class JudgedRevision:
    """A revision with what judged it: the ids that a routing is explained from later."""

    site_id: str
    section_id: str | None
    section_key: str | None
    comment_id: str
    revision_id: str
    policy_version_id: str
    scorer_version_id: str
    language: str | None


def store_judgement(
    conn: Connection,
    judged: JudgedRevision,
    scores: ScoreSet | None,
    routing: Routing,
    now: datetime,
    *,
    is_new: bool = False,
    beside: Sequence[tuple[str, Route]] = (),
) -> str | None:
    """Write score set, routing and, when somebody must look, the review item. Returns the item's id or None.

    The routing before it, if any, is no longer in force. `is_new` says that the revision was stored in this transaction, so that
    nothing of it can be there yet. `beside` are the routes of shadow policies, by the shadow's id. Caller holds a transaction.
    """
    score_set_id = store_score_set(conn, judged, scores, now, is_new=is_new) if scores is not None else None
    routing_id = new_id()
    _INSERT_ROUTING.execute(
        conn,
        {
            "id": routing_id,
            "site_id": judged.site_id,
            "comment_id": judged.comment_id,
            "revision_id": judged.revision_id,
            "score_set_id": score_set_id,
            "policy_version_id": judged.policy_version_id,
            "section_key": judged.section_key,
            "route": routing.route,
            "rule_route": routing.rule_route,
            "packed": pack_routing(routing.route, routing.rule_route, scores.values) if scores is not None else None,
            "reasons": [reason.as_document() for reason in routing.reasons],
            "sample_probability": routing.sample_probability,
            "is_sampled": routing.is_sampled,
            "is_in_force": True,
            "created_at": now,
            "language": judged.language,
        },
    )
    if beside:
        store_beside(conn, routing_id, routing.route, beside)
    if routing.queue is None:
        return None
    waiting = WaitingRevision(judged.site_id, judged.section_id, judged.comment_id, judged.revision_id)
    harm = expected_harm(routing)
    return _insert_item(conn, waiting, routing.queue, harm, now) if is_new else open_item(conn, waiting, routing.queue, harm, now)


def store_score_set(conn: Connection, judged: JudgedRevision, scores: ScoreSet, now: datetime, *, is_new: bool = False) -> str:
    """Keep the scores of a revision. A second score by the same scorer replaces the first, so that a repeated job adds no row."""
    row: dict[str, object] = {name: scores.values.get(label) for label, name in _LABEL_COLUMNS}
    row |= {"id": new_id(), "revision_id": judged.revision_id, "scorer_version_id": judged.scorer_version_id, "created_at": now}
    if is_new:
        _INSERT_SCORES.execute(conn, row)
        return str(row["id"])
    statement = insert_of(conn, SCORE_SET)
    fresh = {name: statement.excluded[name] for _, name in _LABEL_COLUMNS}
    upsert = statement.on_conflict_do_update(index_elements=["revision_id", "scorer_version_id"], set_=fresh)
    return str(conn.execute(upsert.returning(SCORE_SET.c.id), row).scalar_one())


def withdraw_routing(conn: Connection, revision_id: str) -> None:
    """Take the routing in force for a revision out of force, before another takes its place."""
    conn.execute(update(ROUTING).where(ROUTING.c.revision_id == revision_id, ROUTING.c.is_in_force).values(is_in_force=False))


def urgency(harm: float, now: datetime) -> float:
    """The number by which the queue is ordered: see ReviewItem. `harm` lies in [0, 1]."""
    return harm * URGENCY_SPAN_S - now.timestamp()


def open_item(conn: Connection, revision: WaitingRevision, queue: Queue, harm: float, now: datetime) -> str:
    """Put a revision before moderators. Where it waits already, the stricter queue and the higher urgency stand. Returns the item's id."""
    waiting = _FIND_OPEN_ITEM.find(conn, {"revision_id": revision.revision_id})
    if waiting is None:
        return _insert_item(conn, revision, queue, harm, now)
    item_id, queue_before, ahead_before = waiting
    queue = queue if _RANK[queue] > _RANK[queue_before] else queue_before
    conn.execute(update(ITEM).where(ITEM.c.id == item_id).values(queue=queue, urgency=max(urgency(harm, now), ahead_before)))
    return str(item_id)


def _insert_item(conn: Connection, revision: WaitingRevision, queue: Queue, harm: float, now: datetime) -> str:
    item_id = new_id()
    _INSERT_ITEM.execute(
        conn,
        {
            "id": item_id,
            "site_id": revision.site_id,
            "section_id": revision.section_id,
            "comment_id": revision.comment_id,
            "revision_id": revision.revision_id,
            "queue": queue,
            "is_open": True,
            "urgency": urgency(harm, now),
            "leased_by": None,
            "leased_until": None,
            "created_at": now,
            "closed_at": None,
            "kept_from": None,
        },
    )
    return item_id


_RANK: Final[dict[Queue, int]] = {
    queue: rank for rank, queue in enumerate((Queue.SAMPLE, Queue.REVIEW, Queue.REPORTED, Queue.HELD, Queue.APPEALS, Queue.ESCALATED))
}


def take_away(conn: Connection, comment: Row[Any], after: Status, now: datetime) -> None:
    """Take a comment off every page for good (`after` is withdrawn or erased); a placeholder stays while replies hang on it.

    Caller has locked the article.
    """
    is_shown = comment.shown_reply_count > 0
    conn.execute(update(COMMENT).where(COMMENT.c.id == comment.id).values(status=after, published_revision_id=None, is_shown=is_shown))
    conn.execute(update(REVISION).where(REVISION.c.comment_id == comment.id).values(status=after))
    before = Status(comment.status)
    count_change(conn, comment, before, after)
    if is_shown != comment.is_shown:
        show_in_parent(conn, comment.parent_id, -1)
    close_items(conn, comment.id, now)
    announce_status(conn, StatusChange(comment.id, comment.site_id, comment.current_revision_id, before, after), now)


def close_items(conn: Connection, comment_id: str, now: datetime) -> None:
    """Close the open items of a comment whose text nobody needs to look at any more (withdrawn, erased or edited)."""
    closed = {"is_open": False, "closed_at": now, "leased_by": None, "leased_until": None}
    conn.execute(update(ITEM).where(ITEM.c.comment_id == comment_id, ITEM.c.is_open).values(closed))
