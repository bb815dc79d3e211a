"""Replies by e-mail: who follows which comment, what they are still to be told, and the letters that do it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from commentsvc.domain.commands import Notify
from commentsvc.domain.letters import MOST_IN_ONE, Letter, Letterhead, Reply, due_at, write_confirmation, write_digest
from commentsvc.domain.status import Pace, Status
from commentsvc.domain.webhooks import retry_delivery_at
from commentsvc.services.jobs import ClaimedJob, JobKind, claim_jobs, ensure_job_at, finish_job, retry_job
from commentsvc.store import models
from commentsvc.store.base import insert_of, table_of
from commentsvc.store.ids import new_id
from commentsvc.store.prepared import Prepared

_SUBSCRIPTION: Final = table_of(models.Subscription)
_FOLLOW: Final = table_of(models.Follow)
_NOTICE: Final = table_of(models.Notice)
_COMMENT: Final = table_of(models.Comment)
_REVISION: Final = table_of(models.Revision)
_AUTHOR: Final = table_of(models.Author)
_ARTICLE: Final = table_of(models.Article)
_SITE: Final = table_of(models.Site)
ASKED_AGAIN_AFTER: Final = timedelta(days=1)
"""An address that has not answered is not asked again before: anybody can give anybody's."""
MOST_ASKED: Final = 3
"""How often within that time, by whatever authors, a site asks one address at all."""
UNCONFIRMED_KEPT: Final = timedelta(days=14)
_LEASE: Final = timedelta(minutes=15)
_FIND_FOLLOWERS: Final = Prepared(
    select(_SUBSCRIPTION.c.id, _SUBSCRIPTION.c.pace, _SUBSCRIPTION.c.sent_at)
    .select_from(_FOLLOW.join(_SUBSCRIPTION, _SUBSCRIPTION.c.id == _FOLLOW.c.subscription_id))
    .where(
        _FOLLOW.c.comment_id == bindparam("parent_id"),
        _SUBSCRIPTION.c.confirmed_at.is_not(None),
        _SUBSCRIPTION.c.author_id != bindparam("author_id"),
    )
    # Locked in one order, and against a letter that is just being recorded: it must see this notice or leave its job to it.
    .order_by(_SUBSCRIPTION.c.id)
    .with_for_update(of=_SUBSCRIPTION)
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A comment that was posted with the wish to be told of replies."""

    site_id: str
    author_id: str
    comment_id: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What somebody asked for; `site` is its name."""

    id: str
    site: str
    language: str
    pace: Pace
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A letter to be sent now, under a lease. `letter` is None where there is nothing to say any more.

    `told` are the replies in it; `subscription_id` also names its page.
    """

    job: ClaimedJob
    subscription_id: str
    email_sealed: str
    letter: Letter | None
    told: tuple[str, ...] = ()


def follow(session: Session, followed: Followed, wish: Notify, now: datetime) -> None:
    """Have an address told of the replies to a comment, once it is confirmed. Caller holds a transaction.

    A subscription is one author's: somebody else who gives the same address has to confirm it for themselves.
    """
    conn = session.connection()
    mine = select(_SUBSCRIPTION).where(
        _SUBSCRIPTION.c.site_id == followed.site_id,
        _SUBSCRIPTION.c.email_hash == wish.email_hash,
        _SUBSCRIPTION.c.author_id == followed.author_id,
    )
    found = conn.execute(mine).one_or_none()
    if found is None:
        row: dict[str, object] = {"id": new_id(), "site_id": followed.site_id, "author_id": followed.author_id}
        row |= {
            "email_hash": wish.email_hash,
            "email_sealed": wish.email_sealed,
            "language": wish.language,
            "pace": wish.pace,
            "created_at": now,
        }
        conn.execute(insert(_SUBSCRIPTION), row | {"confirmed_at": now if wish.is_verified else None})
        found = conn.execute(mine).one()
    else:
        confirmed_at = found.confirmed_at or (now if wish.is_verified else None)
        known = update(_SUBSCRIPTION).where(_SUBSCRIPTION.c.id == found.id)
        conn.execute(known.values(pace=wish.pace, language=wish.language, confirmed_at=confirmed_at))
    if found.confirmed_at is None and not wish.is_verified:
        _ask(session, found, now)
    conn.execute(insert_of(conn, _FOLLOW).on_conflict_do_nothing(), {"comment_id": followed.comment_id, "subscription_id": found.id})


def _ask(session: Session, subscription: Any, now: datetime) -> None:  # noqa: ANN401 - a row
    conn = session.connection()
    since = now - ASKED_AGAIN_AFTER
    asked = select(func.count()).where(
        _SUBSCRIPTION.c.site_id == subscription.site_id,
        _SUBSCRIPTION.c.email_hash == subscription.email_hash,
        _SUBSCRIPTION.c.asked_at > since,
    )
    is_fresh = subscription.asked_at is not None and subscription.asked_at > since
    if is_fresh or conn.execute(asked).scalar_one() >= MOST_ASKED:
        return
    conn.execute(update(_SUBSCRIPTION).where(_SUBSCRIPTION.c.id == subscription.id).values(asked_at=now))
    ensure_job_at(conn, JobKind.CONFIRM, subscription.id, now, now)


def notify_followers(conn: Connection, parent_id: str, reply_id: str, author_id: str, now: datetime) -> None:
    """Note a reply, published for the first time, for everybody who follows what it answers; its own author is told nothing."""
    for subscription_id, pace, sent_at in _FIND_FOLLOWERS.rows(conn, {"parent_id": parent_id, "author_id": author_id}):
        row = {"subscription_id": subscription_id, "comment_id": reply_id, "created_at": now}
        conn.execute(insert_of(conn, _NOTICE).on_conflict_do_nothing(), row)
        ensure_job_at(conn, JobKind.MAIL, subscription_id, due_at(pace, sent_at, now), now)


def claim_posts(session: Session, limit: int, now: datetime, public_url: str, page_of: Callable[[str], str]) -> list[Post]:
    """Take up to `limit` letters that are due, under a lease that outlasts the sending. `page_of` gives a subscription's own page.

    What is not published at this moment is not told of.
    """
    jobs = claim_jobs(session, JobKind.CONFIRM, limit, now, lease=_LEASE)
    jobs += claim_jobs(session, JobKind.MAIL, limit - len(jobs), now, lease=_LEASE) if limit > len(jobs) else []
    return [_write(session.connection(), job, public_url, page_of(job.subject_id)) for job in jobs]


def _write(conn: Connection, job: ClaimedJob, public_url: str, manage: str) -> Post:
    query = (
        select(_SUBSCRIPTION, _SITE.c.name.label("site_name"))
        .join(_SITE, _SITE.c.id == _SUBSCRIPTION.c.site_id)
        .where(_SUBSCRIPTION.c.id == job.subject_id)
    )
    found = conn.execute(query).one_or_none()
    if found is None:
        return Post(job, job.subject_id, "", None)
    head = Letterhead(found.site_name, found.language, manage)
    if job.kind is JobKind.CONFIRM:
        return Post(job, found.id, found.email_sealed, write_confirmation(head) if found.confirmed_at is None else None)
    told = _replies(conn, found.id, public_url)
    letter = write_digest(head, [reply for _, reply in told]) if told and found.confirmed_at is not None else None
    return Post(job, found.id, found.email_sealed, letter, tuple(comment_id for comment_id, _ in told))


def _replies(conn: Connection, subscription_id: str, public_url: str) -> list[tuple[str, Reply]]:
    query = (
        select(
            _COMMENT.c.id,
            _AUTHOR.c.name,
            _ARTICLE.c.key,
            _ARTICLE.c.title,
            _ARTICLE.c.url,
            _REVISION.c.body_html,
            _SITE.c.key.label("site"),
        )
        .select_from(
            _NOTICE.join(_COMMENT, _COMMENT.c.id == _NOTICE.c.comment_id)
            .join(_AUTHOR, _AUTHOR.c.id == _COMMENT.c.author_id)
            .join(_ARTICLE, _ARTICLE.c.id == _COMMENT.c.article_id)
            .join(_SITE, _SITE.c.id == _COMMENT.c.site_id)
            .join(_REVISION, _REVISION.c.id == _COMMENT.c.published_revision_id)
        )
        .where(_NOTICE.c.subscription_id == subscription_id, _COMMENT.c.status == Status.PUBLISHED)
        .order_by(_COMMENT.c.created_at, _COMMENT.c.id)
        .limit(MOST_IN_ONE * 5)
    )
    found = []
    for row in conn.execute(query):
        page = row.url
        if page is None or not page.startswith(("https://", "http://")):
            page = f"{public_url}/embed/{quote(row.site)}?{urlencode({'article': row.key})}"
        address = f"{page.partition('#')[0]}#comment-{row.id}"
        found.append((row.id, Reply(row.name, row.title or row.key, row.body_html, address)))
    return found


def record_post(session: Session, post: Post, error: str | None, now: datetime, *, is_gone: bool = False) -> bool:
    """Keep what came of a letter: told, to be tried again (`error` is a code), or, `is_gone`, an address that takes none any more.

    False, changing nothing, when the lease was lost meanwhile. Caller holds a transaction.
    """
    conn = session.connection()
    if error is not None and not is_gone:
        # As patient as with webhooks: a mail server may be away for a weekend.
        return retry_job(session, post.job, error, retry_delivery_at(post.job.attempts, now))
    conn.execute(select(_SUBSCRIPTION.c.id).where(_SUBSCRIPTION.c.id == post.subscription_id).with_for_update())
    if not finish_job(session, post.job):
        return False
    if is_gone:
        forget(session, post.subscription_id)
        return True
    if post.job.kind is JobKind.CONFIRM:
        return True
    notices = delete(_NOTICE).where(_NOTICE.c.subscription_id == post.subscription_id)
    # A reply that was published while this letter was on its way has none yet; one that is hidden by now never gets one.
    hidden = exists().where(_COMMENT.c.id == _NOTICE.c.comment_id, _COMMENT.c.status != Status.PUBLISHED)
    conn.execute(notices.where(or_(_NOTICE.c.comment_id.in_(post.told), hidden)))
    if post.letter is not None:
        conn.execute(update(_SUBSCRIPTION).where(_SUBSCRIPTION.c.id == post.subscription_id).values(sent_at=now))
    left = conn.execute(select(_NOTICE.c.comment_id).where(_NOTICE.c.subscription_id == post.subscription_id).limit(1)).first()
    known = conn.execute(select(_SUBSCRIPTION.c.pace).where(_SUBSCRIPTION.c.id == post.subscription_id)).one_or_none()
    if left is not None and known is not None:
        ensure_job_at(conn, JobKind.MAIL, post.subscription_id, due_at(Pace(known.pace), now, now), now)
    return True


def confirm(session: Session, subscription_id: str, now: datetime) -> None:
    """Take the owner's word that the address is theirs. Said again it changes nothing. Caller holds a transaction."""
    mine = update(_SUBSCRIPTION).where(_SUBSCRIPTION.c.id == subscription_id, _SUBSCRIPTION.c.confirmed_at.is_(None))
    session.connection().execute(mine.values(confirmed_at=now))


def set_pace(session: Session, subscription_id: str, pace: Pace) -> None:
    """Change how often letters come. Caller holds a transaction."""
    session.connection().execute(update(_SUBSCRIPTION).where(_SUBSCRIPTION.c.id == subscription_id).values(pace=pace))


def find_subscription(session: Session, subscription_id: str) -> Subscribed | None:
    """A subscription as its own page shows it; None where there is none any more."""
    query = (
        select(_SUBSCRIPTION.c.id, _SITE.c.name, _SUBSCRIPTION.c.language, _SUBSCRIPTION.c.pace, _SUBSCRIPTION.c.confirmed_at.is_not(None))
        .join(_SITE, _SITE.c.id == _SUBSCRIPTION.c.site_id)
        .where(_SUBSCRIPTION.c.id == subscription_id)
    )
    found = session.connection().execute(query).one_or_none()
    return None if found is None else Subscribed(*found)


def forget(session: Session, subscription_id: str) -> None:
    """Stop a subscription and forget its address. Said again it changes nothing. Caller holds a transaction."""
    conn = session.connection()
    for table in (_NOTICE, _FOLLOW):
        conn.execute(delete(table).where(table.c.subscription_id == subscription_id))
    conn.execute(delete(_SUBSCRIPTION).where(_SUBSCRIPTION.c.id == subscription_id))


def forget_author(session: Session, author_id: str) -> None:
    """Stop everything that an author asked for by e-mail. Caller holds a transaction."""
    query = select(_SUBSCRIPTION.c.id).where(_SUBSCRIPTION.c.author_id == author_id)
    for (subscription_id,) in session.connection().execute(query).all():
        forget(session, subscription_id)


def forget_unconfirmed(session: Session, now: datetime) -> int:
    """Forget addresses that were never confirmed; returns how many. Caller holds a transaction."""
    query = select(_SUBSCRIPTION.c.id).where(_SUBSCRIPTION.c.confirmed_at.is_(None), _SUBSCRIPTION.c.created_at < now - UNCONFIRMED_KEPT)
    found = session.connection().execute(query).all()
    for (subscription_id,) in found:
        forget(session, subscription_id)
    return len(found)
