"""Posting a comment: admitted, stored, scored, routed and announced in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Select, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from commentsvc.domain.admission import AdmissionFacts, admit, effective_standing
from commentsvc.domain.commands import SubmitComment
from commentsvc.domain.errors import FieldProblem, IdempotencyMismatchError, NotFoundError
from commentsvc.domain.policy import Policy
from commentsvc.domain.ports import ScorerVersion, ScoreSet
from commentsvc.domain.routing import Routing, RoutingFacts, route
from commentsvc.domain.status import STATUS_OF_ROUTE, Standing, Status
from commentsvc.domain.threads import child_path, depth_of
from commentsvc.services.jobs import JobKind, enqueue_job
from commentsvc.services.judging import Judge, Judged, JustPosted, NewRevision, Text, audit_judgement, count_repeats, insert_revision
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
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.ids import new_id
from commentsvc.store.queries.sites import SiteState, find_posting_state

_KEY = table_of(models.IdempotencyKey)
_SECTION = table_of(models.Section)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a submission. `status` is that of the revision; `routing` is None while it is pending, and on a replay."""

    comment_id: str
    revision_id: str
    status: Status
    is_replay: bool = False
    routing: Routing | None = None
    item_id: str | None = None


def _insert_ignore(conn: Connection, table: Table, row: dict[str, object]) -> None:
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    conn.execute(dialect.insert(table).on_conflict_do_nothing(), row)


@dataclass(frozen=True, slots=True)
class _Place:
    article_id: str
    section_id: str | None
    section_key: str | None
    is_closed: bool
    closes_at: datetime | None


def _ensure_article(session: Session, site: SiteState, command: SubmitComment, now: datetime) -> _Place:
    # Locks the article's row: comments of one article are numbered one after another.
    conn = session.connection()
    query = (
        select(ARTICLE.c.id, ARTICLE.c.section_id, ARTICLE.c.is_closed, ARTICLE.c.closes_at, ARTICLE.c.title, ARTICLE.c.url)
        .where(ARTICLE.c.site_id == site.id, ARTICLE.c.key == command.article.key)
        .with_for_update()
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        section_id = ensure_section(session, site.id, command.article.section) if command.article.section else None
        fresh: dict[str, object] = {
            "id": new_id(),
            "site_id": site.id,
            "section_id": section_id,
            "key": command.article.key,
            "is_closed": False,
        }
        fresh |= {"url": command.article.url, "title": command.article.title, "root_count": 0, "published_count": 0, "version": 0}
        _insert_ignore(conn, ARTICLE, fresh | {"created_at": now})
        row = conn.execute(query).one()
    missing = {name: value for name in ("title", "url") if getattr(row, name) is None and (value := getattr(command.article, name))}
    if missing:
        conn.execute(update(ARTICLE).where(ARTICLE.c.id == row.id).values(**missing))
    section_key = conn.execute(_section_key(row.section_id)).scalar_one_or_none() if row.section_id else None
    return _Place(row.id, row.section_id, section_key, row.is_closed, row.closes_at)


def _section_key(section_id: str) -> Select[str]:
    return select(_SECTION.c.key).where(_SECTION.c.id == section_id)


@dataclass(frozen=True, slots=True)
class _Writer:
    id: str
    standing: Standing
    standing_until: datetime | None
    published_count: int


def _ensure_author(conn: Connection, site_id: str, command: SubmitComment, now: datetime) -> _Writer:
    who = command.identity
    query = (
        select(AUTHOR.c.id, AUTHOR.c.standing, AUTHOR.c.standing_until, AUTHOR.c.published_count, AUTHOR.c.name, AUTHOR.c.is_staff)
        .where(AUTHOR.c.site_id == site_id, AUTHOR.c.subject == who.subject)
        .with_for_update()
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        fresh: dict[str, object] = {"id": new_id(), "site_id": site_id, "subject": who.subject, "name": who.name, "is_guest": who.is_guest}
        fresh |= {"is_staff": who.is_staff, "email_hash": who.email_hash, "standing": Standing.NORMAL, "created_at": now}
        _insert_ignore(conn, AUTHOR, fresh | {"comment_count": 0, "published_count": 0, "rejected_count": 0})
        row = conn.execute(query).one()
    elif not who.is_guest and (row.name != who.name or row.is_staff != who.is_staff):
        # The site vouches for the name, so a change there is a change here.
        conn.execute(update(AUTHOR).where(AUTHOR.c.id == row.id).values(name=who.name, is_staff=who.is_staff))
    return _Writer(row.id, row.standing, row.standing_until, row.published_count)


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
    )
    admit(site.limits, facts, now)


def submit_comment(
    session: Session, site: SiteState, command: SubmitComment, text: Text, scores: ScoreSet | None, judge: Judge, now: datetime
) -> Submitted:
    """Admit, store, route and announce one comment, all in the caller's transaction.

    Without `scores` the comment is stored `pending` with a scoring job, unless the policy publishes unscored comments.
    Raises the refusals of admission; NotFoundError for a parent that is not there to be answered; IdempotencyMismatchError.
    """
    conn = session.connection()
    request_hash = text.text_hash + (command.parent or "")
    scope = f"{site.id}:{command.identity.subject}"
    if command.idempotency_key:
        replay = _find_replay(conn, scope, command.idempotency_key, request_hash)
        if replay:
            return replay
    place = _ensure_article(session, site, command, now)
    writer = _ensure_author(conn, site.id, command, now)
    parent_path = _parent_path(conn, place.article_id, command.parent)
    is_repeat, repeat_count = count_repeats(conn, JustPosted(site.id, place.article_id, writer.id), text, now)
    admission = AdmissionFacts(
        body=command.body,
        is_guest=command.identity.is_guest,
        depth=depth_of(parent_path) + 1,
        is_article_closed=place.is_closed,
        article_closes_at=place.closes_at,
        standing=writer.standing,
        standing_until=writer.standing_until,
        is_repeat=is_repeat,
    )
    admit(site.limits, admission, now)
    comment_id, revision_id = new_id(), new_id()
    facts = RoutingFacts(
        text=text.body,
        scores=scores.values if scores else None,
        section=place.section_key,
        standing=effective_standing(writer.standing, writer.standing_until, now),
        approved_count=writer.published_count,
        link_count=text.link_count,
        repeat_count=repeat_count,
        language=text.language,
        scorer_languages=judge.scorer.languages,
        prepared_text=text.prepared,
    )
    waits = scores is None and not judge.policy.publish_unscored
    routing = None if waits else route(judge.policy, facts, chance=judge.chance)
    status = STATUS_OF_ROUTE[routing.route] if routing else Status.PENDING
    reply_no = _next_number(conn, place.article_id, command.parent)
    is_published = status is Status.PUBLISHED
    comment = {
        "id": comment_id,
        "site_id": site.id,
        "article_id": place.article_id,
        "author_id": writer.id,
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
        "edit_until": now + timedelta(seconds=site.edit_window_s),
        "address_hash": command.address_hash,
        "created_at": now,
        "published_at": now if is_published else None,
    }
    conn.execute(insert(COMMENT), comment)
    insert_revision(conn, NewRevision(site.id, comment_id, revision_id, 1, status), text, now)
    counts = {"comment_count": AUTHOR.c.comment_count + 1}
    if is_published:
        counts["published_count"] = AUTHOR.c.published_count + 1
    elif status is Status.REJECTED:
        counts["rejected_count"] = AUTHOR.c.rejected_count + 1
    conn.execute(update(AUTHOR).where(AUTHOR.c.id == writer.id).values(counts))
    if is_published:
        show_in_parent(conn, command.parent, 1)
    judged = JudgedRevision(
        site.id, place.section_id, place.section_key, comment_id, revision_id, judge.policy_version_id, judge.scorer_version_id
    )
    item_id = store_judgement(conn, judged, scores, routing, now) if routing else None
    if scores is None:
        enqueue_job(session, JobKind.SCORE, revision_id, now)
    announce_status(conn, StatusChange(comment_id, site.id, revision_id, Status.PENDING, status), now)
    if command.idempotency_key:
        key = {"scope": scope, "key": command.idempotency_key, "request_hash": request_hash, "subject_id": comment_id, "created_at": now}
        conn.execute(insert(_KEY), key)
    audit_judgement(session, Judged(judged, Status.PENDING, status, routing), f"author:{writer.id}", "comment_submitted", judge, now)
    return Submitted(comment_id, revision_id, status, routing=routing, item_id=item_id)


def _find_replay(conn: Connection, scope: str, key: str, request_hash: str) -> Submitted | None:
    kept = conn.execute(select(_KEY.c.request_hash, _KEY.c.subject_id).where(_KEY.c.scope == scope, _KEY.c.key == key)).one_or_none()
    if kept is None:
        return None
    if kept.request_hash != request_hash:
        msg = "This idempotency key was used with another comment."
        raise IdempotencyMismatchError(msg)
    row = find_comment_row(conn, kept.subject_id)
    if row is None:
        msg = "The comment made under this idempotency key is gone."
        raise IdempotencyMismatchError(msg)
    return Submitted(row.id, row.current_revision_id, Status(row.status), is_replay=True)


def _parent_path(conn: Connection, article_id: str, parent_id: str | None) -> str:
    if parent_id is None:
        return ""
    query = select(COMMENT.c.path).where(
        COMMENT.c.id == parent_id, COMMENT.c.article_id == article_id, COMMENT.c.status == Status.PUBLISHED
    )
    path = conn.execute(query).scalar_one_or_none()
    if path is None:
        msg = "The comment you answer is not there."
        raise NotFoundError(msg, fields=(FieldProblem("/parent", "Is not a published comment of this article."),))
    return str(path)


def _next_number(conn: Connection, article_id: str, parent_id: str | None) -> int:
    if parent_id is None:
        numbered = update(ARTICLE).where(ARTICLE.c.id == article_id).values(root_count=ARTICLE.c.root_count + 1)
        return int(conn.execute(numbered.returning(ARTICLE.c.root_count)).scalar_one())
    numbered = update(COMMENT).where(COMMENT.c.id == parent_id).values(reply_count=COMMENT.c.reply_count + 1)
    return int(conn.execute(numbered.returning(COMMENT.c.reply_count)).scalar_one())
