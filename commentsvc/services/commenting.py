"""Posting a comment: admitted, stored, scored, routed and announced in one transaction."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Table, bindparam, false, func, insert, or_, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.admission import AdmissionFacts, admit, effective_standing
from commentsvc.domain.commands import Proof, SubmitComment
from commentsvc.domain.errors import ConflictError, FieldProblem, IdempotencyMismatchError, NotFoundError, ProofRequiredError
from commentsvc.domain.routing import Routing, RoutingFacts, route
from commentsvc.domain.status import STATUS_OF_ROUTE, Standing, Status
from commentsvc.domain.threads import child_path, depth_of
from commentsvc.services.jobs import JobKind, enqueue_job
from commentsvc.services.judging import (
    Assessment,
    Judged,
    JustPosted,
    NewRevision,
    audit_judgement,
    count_repeats,
    insert_revision,
    routes_beside,
)
from commentsvc.services.moderation import (
    ARTICLE,
    AUTHOR,
    COMMENT,
    JudgedRevision,
    StatusChange,
    announce_status,
    find_comment_row,
    show_in_parent,
    store_judgement,
)
from commentsvc.services.sites import ensure_section
from commentsvc.services.subscribing import Followed, follow, notify_followers
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id
from commentsvc.store.prepared import Prepared
from commentsvc.store.queries.sites import SiteState, find_posting_state

_KEY = table_of(models.IdempotencyKey)
_SECTION = table_of(models.Section)
_SPENT = table_of(models.SpentProof)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a submission. `status` is that of the revision; `routing` is None while it is pending, and on a replay.

    `made` is None on a replay: the comment may have changed since.
    """

    comment_id: str
    revision_id: str
    status: Status
    is_replay: bool = False
    routing: Routing | None = None
    item_id: str | None = None
    made: "Made | None" = None


@dataclass(frozen=True, slots=True)
class Made:
    """What an answer tells of a comment that was stored just now, so that nobody has to read it again."""

    body_html: str
    created_at: datetime
    edit_until: datetime


def _insert_ignore(conn: Connection, table: Table, row: dict[str, object]) -> None:
    conn.execute(insert_of(conn, table).on_conflict_do_nothing(), row)


@dataclass(frozen=True, slots=True)
class _Place:
    """Article, section and author of a comment about to be stored, with both rows locked."""

    article_id: str
    section_id: str | None
    section_key: str | None
    is_closed: bool
    closes_at: datetime | None
    root_count: int
    author_id: str
    standing: Standing
    standing_until: datetime | None
    approved_count: int


_TRIES: Final = 3
_FIND_PLACE: Final = Prepared(
    select(
        ARTICLE.c.id,
        ARTICLE.c.section_id,
        _SECTION.c.key,
        or_(ARTICLE.c.is_closed, func.coalesce(_SECTION.c.is_closed, false())),
        ARTICLE.c.closes_at,
        ARTICLE.c.root_count,
        AUTHOR.c.id,
        AUTHOR.c.standing,
        AUTHOR.c.standing_until,
        AUTHOR.c.published_count,
        ARTICLE.c.title,
        ARTICLE.c.url,
        AUTHOR.c.name,
        AUTHOR.c.is_staff,
    )
    .select_from(ARTICLE.outerjoin(_SECTION, _SECTION.c.id == ARTICLE.c.section_id).join(AUTHOR, AUTHOR.c.site_id == ARTICLE.c.site_id))
    .where(
        ARTICLE.c.site_id == bindparam("site_id"),
        ARTICLE.c.key == bindparam("article_key"),
        AUTHOR.c.subject == bindparam("subject"),
    )
    .with_for_update(of=[ARTICLE, AUTHOR])
)
COUNT_ARTICLE: Final = Prepared(
    update(ARTICLE)
    .where(ARTICLE.c.id == bindparam("article_id"))
    .values(
        root_count=ARTICLE.c.root_count + bindparam("roots"),
        published_count=ARTICLE.c.published_count + bindparam("published"),
        version=ARTICLE.c.version + bindparam("versions"),
    )
)
COUNT_AUTHOR: Final = Prepared(
    update(AUTHOR)
    .where(AUTHOR.c.id == bindparam("author_id"))
    .values(
        comment_count=AUTHOR.c.comment_count + bindparam("comments"),
        published_count=AUTHOR.c.published_count + bindparam("published"),
        rejected_count=AUTHOR.c.rejected_count + bindparam("rejected"),
    )
)
_FIND_PARENT: Final = Prepared(
    select(COMMENT.c.path, COMMENT.c.reply_count, COMMENT.c.status).where(
        COMMENT.c.id == bindparam("parent_id"), COMMENT.c.article_id == bindparam("article_id")
    )
)
_COUNT_REPLY: Final = Prepared(update(COMMENT).where(COMMENT.c.id == bindparam("parent_id")).values(reply_count=bindparam("count")))
_INSERT_COMMENT: Final = Prepared(insert(COMMENT))
_INSERT_KEY: Final = Prepared(insert(_KEY))
_FIND_KEY: Final = Prepared(
    select(_KEY.c.request_hash, _KEY.c.subject_id).where(_KEY.c.scope == bindparam("scope"), _KEY.c.key == bindparam("key"))
)


def _find_place(session: Session, site: SiteState, command: SubmitComment, now: datetime) -> _Place:
    """Lock article and author, made when they are new: comments of one article are numbered one after another."""
    conn = session.connection()
    keys = {"site_id": site.id, "article_key": command.article.key, "subject": command.identity.subject}
    row = _FIND_PLACE.find(conn, keys)
    for _ in range(_TRIES):
        if row is not None:
            break
        _make_article(session, site, command, now)
        _make_author(conn, site, command, now)
        # None again when the author was erased, and so renamed, while we waited for the lock: they begin anew.
        row = _FIND_PLACE.find(conn, keys)
    if row is None:
        msg = "Somebody else changed the same thing meanwhile. Try again."
        raise ConflictError(msg)
    *known, title, url, name, is_staff = row
    place = _Place(*known)
    article, who = command.article, command.identity
    told = {column: value for column, old, value in (("title", title, article.title), ("url", url, article.url)) if old is None and value}
    if told:
        conn.execute(update(ARTICLE).where(ARTICLE.c.id == place.article_id).values(**told))
    if not who.is_guest and (name, is_staff) != (who.name, who.is_staff):
        # The site vouches for the name, so a change there is a change here.
        conn.execute(update(AUTHOR).where(AUTHOR.c.id == place.author_id).values(name=who.name, is_staff=who.is_staff))
    return place


def _make_article(session: Session, site: SiteState, command: SubmitComment, now: datetime) -> None:
    article = command.article
    section_id, days = None, site.close_after_days
    if article.section:
        section_id = ensure_section(session, site.id, article.section)
        own_days = session.connection().execute(select(_SECTION.c.close_after_days).where(_SECTION.c.id == section_id)).scalar_one()
        days = days if own_days is None else own_days
    row: dict[str, object] = {"id": new_id(), "site_id": site.id, "section_id": section_id, "key": article.key, "is_closed": False}
    row |= {"url": article.url, "title": article.title, "root_count": 0, "published_count": 0, "version": 0, "created_at": now}
    if days and not command.is_history:
        row["closes_at"] = now + timedelta(days=days)
    _insert_ignore(session.connection(), ARTICLE, row)


def _make_author(conn: Connection, site: SiteState, command: SubmitComment, now: datetime) -> None:
    who = command.identity
    row: dict[str, object] = {"id": new_id(), "site_id": site.id, "subject": who.subject, "name": who.name, "is_guest": who.is_guest}
    row |= {"is_staff": who.is_staff, "email_hash": who.email_hash, "standing": Standing.NORMAL, "created_at": now}
    _insert_ignore(conn, AUTHOR, row | {"comment_count": 0, "published_count": 0, "rejected_count": 0})


def check_admission(session: Session, site: SiteState, command: SubmitComment, now: datetime) -> None:
    """Refuse early, before the scorer is asked, what `submit_comment` would refuse. Reads only."""
    known = find_posting_state(session, site.id, command.article.key, command.identity.subject)
    facts = AdmissionFacts(
        body=command.body,
        is_guest=command.identity.is_guest,
        depth=0,
        is_article_closed=known.article is not None and known.article.is_closed,
        article_closes_at=known.article.closes_at if known.article else None,
        standing=known.standing,
        standing_until=known.standing_until,
        is_repeat=False,
        lacks_proof=command.asks_proof and command.proof is None,
    )
    admit(site.limits, facts, now)


def submit_comment(session: Session, site: SiteState, command: SubmitComment, assessed: Assessment) -> Submitted:
    """Admit, store, route and announce one comment, all in the caller's transaction.

    Without `scores` the comment is stored `pending` with a scoring job, unless the policy publishes unscored comments.
    Raises the refusals of admission; NotFoundError for a parent that is not there to be answered; IdempotencyMismatchError.
    """
    conn = session.connection()
    text, scores, judge, now = assessed.text, assessed.scores, assessed.judge, assessed.now
    place = _find_place(session, site, command, now)
    request_hash, scope = _request_hash(command), f"{site.id}:{command.identity.subject}"
    if command.idempotency_key:
        # Looked up with the article locked, so that a retry waits for the try before it and then finds its comment.
        replay = _find_replay(conn, scope, command.idempotency_key, request_hash)
        if replay:
            return replay
    parent_path, reply_no = _next_place(conn, place, command)
    is_repeat, repeat_count = count_repeats(conn, JustPosted(site.id, place.article_id, place.author_id), text, now)
    admission = AdmissionFacts(
        body=command.body,
        is_guest=command.identity.is_guest,
        depth=depth_of(parent_path) + 1,
        is_article_closed=place.is_closed,
        article_closes_at=place.closes_at,
        standing=place.standing,
        standing_until=place.standing_until,
        is_repeat=is_repeat and not command.is_history,
        lacks_proof=command.asks_proof and command.proof is None,
    )
    admit(site.limits, admission, now)
    if command.asks_proof and command.proof is not None:
        _spend(conn, command.proof)
    comment_id, revision_id = new_id(), new_id()
    facts = RoutingFacts(
        text=text.body,
        scores=scores.values if scores else None,
        section=place.section_key,
        standing=effective_standing(place.standing, place.standing_until, now),
        approved_count=place.approved_count,
        link_count=text.link_count,
        repeat_count=repeat_count,
        language=text.language,
        scorer_languages=judge.scorer.languages,
        prepared_text=text.prepared,
    )
    waits = scores is None and not judge.policy.publish_unscored
    routing = None if waits else route(judge.policy, facts, chance=judge.chance)
    status = STATUS_OF_ROUTE[routing.route] if routing else Status.PENDING
    is_published = status is Status.PUBLISHED
    edit_until = now + timedelta(seconds=site.edit_window_s)
    comment = {
        "id": comment_id,
        "site_id": site.id,
        "article_id": place.article_id,
        "author_id": place.author_id,
        "parent_id": command.parent,
        "path": child_path(parent_path, reply_no),
        "depth": admission.depth,
        "reply_no": reply_no,
        "reply_count": 0,
        "shown_reply_count": 0,
        "status": status,
        "is_shown": is_published,
        "current_revision_id": revision_id,
        "published_revision_id": revision_id if is_published else None,
        "revision_count": 1,
        "up_count": 0,
        "down_count": 0,
        "best_score": 0.0,
        "report_count": 0,
        "edit_until": edit_until,
        "address_hash": command.address_hash,
        "created_at": now,
        "edited_at": None,
        "published_at": now if is_published else None,
        "nudged": command.nudged,
        "is_by_article_author": command.identity.is_article_author,
    }
    _INSERT_COMMENT.execute(conn, comment)
    insert_revision(conn, NewRevision(site.id, comment_id, revision_id, 1, status), text, now)
    shown = int(is_published)
    COUNT_AUTHOR.execute(
        conn, {"author_id": place.author_id, "comments": 1, "published": shown, "rejected": int(status is Status.REJECTED)}
    )
    COUNT_ARTICLE.execute(
        conn, {"article_id": place.article_id, "roots": int(command.parent is None), "published": shown, "versions": shown}
    )
    if command.parent is not None:
        _COUNT_REPLY.execute(conn, {"parent_id": command.parent, "count": reply_no})
        if is_published:
            show_in_parent(conn, command.parent, 1)
            notify_followers(conn, command.parent, comment_id, place.author_id, now)
    if command.notify is not None:
        follow(session, Followed(site.id, place.author_id, comment_id), command.notify, now)
    judged = JudgedRevision(
        site.id,
        place.section_id,
        place.section_key,
        comment_id,
        revision_id,
        judge.policy_version_id,
        judge.scorer_version_id,
        text.language,
    )
    beside = routes_beside(judge, facts) if routing else ()
    item_id = store_judgement(conn, judged, scores, routing, now, is_new=True, beside=beside) if routing else None
    if scores is None:
        enqueue_job(session, JobKind.SCORE, revision_id, now)
    announce_status(conn, StatusChange(comment_id, site.id, revision_id, Status.PENDING, status), now)
    if command.idempotency_key:
        key = {"scope": scope, "key": command.idempotency_key, "request_hash": request_hash, "subject_id": comment_id, "created_at": now}
        _INSERT_KEY.execute(conn, key)
    audit_judgement(session, Judged(judged, Status.PENDING, status, routing), f"author:{place.author_id}", "comment_submitted", assessed)
    made = Made(text.html, now, edit_until)
    return Submitted(comment_id, revision_id, status, routing=routing, item_id=item_id, made=made)


def _spend(conn: Connection, proof: Proof) -> None:
    row = {"challenge": proof.challenge, "expires_at": proof.expires_at}
    # Told by what comes back: how many rows went in is not known of every driver.
    if conn.execute(insert_of(conn, _SPENT).values(row).on_conflict_do_nothing().returning(_SPENT.c.challenge)).first() is None:
        msg = "This proof of work has been used before. Get a new challenge, solve it, and post again."
        raise ProofRequiredError(msg)


def _request_hash(command: SubmitComment) -> str:
    said = json.dumps([command.article.key, command.parent, command.body])
    return hashlib.sha256(said.encode()).hexdigest()


def _find_replay(conn: Connection, scope: str, key: str, request_hash: str) -> Submitted | None:
    kept = _FIND_KEY.find(conn, {"scope": scope, "key": key})
    if kept is None:
        return None
    kept_hash, comment_id = kept
    if kept_hash != request_hash:
        msg = "This idempotency key was used with another comment."
        raise IdempotencyMismatchError(msg)
    row = find_comment_row(conn, comment_id)
    if row is None:
        msg = "The comment made under this idempotency key is gone."
        raise IdempotencyMismatchError(msg)
    return Submitted(row.id, row.current_revision_id, Status(row.status), is_replay=True)


def _next_place(conn: Connection, place: _Place, command: SubmitComment) -> tuple[str, int]:
    """The path of the parent ('' for a root comment) and the number of the next comment below it."""
    if command.parent is None:
        return "", place.root_count + 1
    parent = _FIND_PARENT.find(conn, {"parent_id": command.parent, "article_id": place.article_id})
    if parent is None or (parent[2] is not Status.PUBLISHED and not command.is_history):
        msg = "The comment you answer is not there."
        raise NotFoundError(msg, fields=(FieldProblem("/parent", "Is not a published comment of this article."),))
    path, reply_count, _ = parent
    return str(path), int(reply_count) + 1
