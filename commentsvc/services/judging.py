"""From scores to a routing in force: what posting, editing and late scoring have in common."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, insert, select
from sqlalchemy.orm import Session

from commentsvc.domain.admission import effective_standing
from commentsvc.domain.auditing import AuditFact
from commentsvc.domain.policy import Policy
from commentsvc.domain.ports import ScorerVersion, ScoreSet
from commentsvc.domain.routing import Routing, RoutingFacts, route
from commentsvc.domain.status import STATUS_OF_ROUTE, Route, Standing, Status
from commentsvc.services.audit import append_audit_entry
from commentsvc.services.jobs import JobKind, enqueue_job
from commentsvc.services.moderation import (
    ARTICLE,
    AUTHOR,
    COMMENT,
    REVISION,
    JudgedRevision,
    set_status,
    store_judgement,
    store_score_set,
    withdraw_routing,
)
from commentsvc.services.scoring import ScoringJob, finish_scoring_job
from commentsvc.store import models
from commentsvc.store.base import table_of
from commentsvc.store.prepared import Prepared

_SECTION = table_of(models.Section)
_DECISION = table_of(models.Decision)
NEAR: Final = 14
"""Of 64 bits, how many the likeness of two texts may differ in for them to be nearly the same.

Of 18 million pairs of comments of forty letters or more, seven in a million were within this distance, and of those within 12 all
were variants of one text; a word changed in a text of 15 to 40 words moves it by 9 in the median, by 13 or less in nine of ten.
"""
NEAR_LOOKED_AT: Final = 300
"""The site's latest texts among which near repeats are looked for: bursts are short, and a look at all of a day's would not be."""
_BITS_64: Final = (1 << 64) - 1
REPEAT_WINDOW: Final = timedelta(minutes=10)
REPEAT_DAY: Final = timedelta(days=1)
SHORT_TEXT: Final = 25
"""Texts up to this length repeat in any civil conversation ("Thank you!"), so across authors they do not count as repeats."""


_FIND_REPEATS: Final = Prepared(
    select(COMMENT.c.author_id, COMMENT.c.article_id, REVISION.c.created_at)
    .join_from(REVISION, COMMENT, COMMENT.c.id == REVISION.c.comment_id)
    .where(
        REVISION.c.site_id == bindparam("site_id"),
        REVISION.c.text_hash == bindparam("text_hash"),
        REVISION.c.created_at > bindparam("since"),
    )
    .order_by(REVISION.c.created_at.desc())
    .limit(1000)
)
# Only what the index holds: three hundred texts are looked at, and hardly ever is one of them near.
_FIND_LATEST: Final = Prepared(
    select(REVISION.c.likeness)
    .where(
        REVISION.c.site_id == bindparam("site_id"),
        REVISION.c.created_at > bindparam("since"),
        REVISION.c.likeness.is_not(None),
    )
    .order_by(REVISION.c.created_at.desc())
    .limit(NEAR_LOOKED_AT)
)
_INSERT_REVISION: Final = Prepared(insert(REVISION))


@dataclass(frozen=True, slots=True)
class Text:
    """A body with what was made of it before the transaction: HTML, hash, language, links, and the text prepared for the scorer.

    Texts whose `likeness` differs in few bits are nearly the same; None for those too short to tell.
    """

    body: str
    html: str
    text_hash: str
    language: str | None
    link_count: int
    prepared: str | None = None
    likeness: int | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A policy that routes in shadow: its shadow's id, and what it says."""

    shadow_id: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class Judge:
    """What a comment is judged by: the policy and its version, the scorer and its version's row.

    `chance` is drawn evenly from [0, 1) and decides whether a published comment enters the sample.
    """

    policy: Policy
    policy_version_id: str
    scorer: ScorerVersion
    scorer_version_id: str
    chance: float
    shadows: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that was found about a text before the transaction, and the time at which it is judged.

    `scores` is None when the scorer did not answer in its budget.
    """

    text: Text
    scores: ScoreSet | None
    judge: Judge
    now: datetime


@dataclass(frozen=True, slots=True)
class JustPosted:
    """Where and by whom a text is posted, for counting repeats; `comment_id` where the comment is there already."""

    site_id: str
    article_id: str
    author_id: str
    comment_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewRevision:
    """The identity of a revision to be stored, numbered from 1 within its comment."""

    site_id: str
    comment_id: str
    revision_id: str
    no: int
    status: Status


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging changed: the revision, the status before and after, and the routing (None while the comment waits for a score)."""

    revision: JudgedRevision
    before: Status
    after: Status
    routing: Routing | None


def count_repeats(conn: Connection, posted: JustPosted, text: Text, now: datetime) -> tuple[bool, int]:
    """Whether this author just posted this text on this article, and how often it was posted on the site within a day.

    The latter by anybody, and counting texts that are nearly the same, among the site's latest.
    """
    since = {"site_id": posted.site_id, "text_hash": text.text_hash, "since": now - REPEAT_DAY}
    rows = _FIND_REPEATS.rows(conn, since)
    mine = [(article_id, at) for author_id, article_id, at in rows if author_id == posted.author_id]
    just_now = any(article_id == posted.article_id and at > now - REPEAT_WINDOW for article_id, at in mine)
    exact = len(rows if len(text.body) > SHORT_TEXT else mine)
    return just_now, exact + _count_near(conn, posted, text, now)


def _count_near(conn: Connection, posted: JustPosted, text: Text, now: datetime) -> int:
    known = text.likeness
    if known is None:
        return 0
    since = now - REPEAT_DAY
    latest = _FIND_LATEST.rows(conn, {"site_id": posted.site_id, "since": since})
    near = {other for (other,) in latest if ((known ^ other) & _BITS_64).bit_count() <= NEAR}
    if not near:
        return 0
    # The same text is counted elsewhere, and a comment that was edited is no repeat of itself.
    count = select(func.count()).where(
        REVISION.c.site_id == posted.site_id,
        REVISION.c.created_at > since,
        REVISION.c.likeness.in_(near),
        REVISION.c.text_hash != text.text_hash,
        REVISION.c.comment_id != (posted.comment_id or ""),
    )
    return int(conn.execute(count).scalar_one())


def insert_revision(conn: Connection, new: NewRevision, text: Text, now: datetime) -> None:
    """Store one text of a comment. Caller holds a transaction."""
    row = {"id": new.revision_id, "comment_id": new.comment_id, "site_id": new.site_id, "no": new.no, "status": new.status}
    row |= {"body": text.body, "body_html": text.html, "text_hash": text.text_hash, "language": text.language}
    _INSERT_REVISION.execute(conn, row | {"created_at": now, "likeness": text.likeness})


def routes_beside(judge: Judge, facts: RoutingFacts) -> list[tuple[str, Route]]:
    """Where each shadow would send a revision, by the shadow's id."""
    return [(shadow.shadow_id, route(shadow.policy, facts, chance=judge.chance).route) for shadow in judge.shadows]


def judge_revision(session: Session, comment: Row[Any], assessed: Assessment) -> Judged:
    """Route the current revision of a stored comment and give the comment the status that follows.

    The routing before it is withdrawn. Where a human has decided about this revision already, the scores are kept and nothing
    else changes. Without `scores` a scoring job is written, and the comment waits unless the policy publishes unscored ones.
    Caller has locked the article.
    """
    conn = session.connection()
    text, scores, judge, now = assessed.text, assessed.scores, assessed.judge, assessed.now
    revision_id = comment.current_revision_id
    before = Status(comment.status)
    place = conn.execute(
        select(ARTICLE.c.section_id, _SECTION.c.key)
        .select_from(ARTICLE.outerjoin(_SECTION, _SECTION.c.id == ARTICLE.c.section_id))
        .where(ARTICLE.c.id == comment.article_id)
    ).one()
    revision = JudgedRevision(
        comment.site_id,
        place.section_id,
        place.key,
        comment.id,
        revision_id,
        judge.policy_version_id,
        judge.scorer_version_id,
        text.language,
    )
    decided = select(_DECISION.c.id).where(_DECISION.c.revision_id == revision_id, _DECISION.c.is_in_force)
    if conn.execute(decided).first():
        if scores is not None:
            store_score_set(conn, revision, scores, now)
        return Judged(revision, before, before, None)
    if scores is None:
        enqueue_job(session, JobKind.SCORE, revision_id, now)
        if not judge.policy.publish_unscored:
            return Judged(revision, before, before, None)
    author = conn.execute(
        select(AUTHOR.c.standing, AUTHOR.c.standing_until, AUTHOR.c.published_count).where(AUTHOR.c.id == comment.author_id)
    ).one()
    _, repeat_count = count_repeats(conn, JustPosted(comment.site_id, comment.article_id, comment.author_id, comment.id), text, now)
    facts = RoutingFacts(
        text=text.body,
        scores=scores.values if scores else None,
        section=place.key,
        standing=effective_standing(Standing(author.standing), author.standing_until, now),
        approved_count=author.published_count,
        link_count=text.link_count,
        # The revision itself is among those counted.
        repeat_count=max(0, repeat_count - 1),
        language=text.language,
        scorer_languages=judge.scorer.languages,
        prepared_text=text.prepared,
    )
    routing = route(judge.policy, facts, chance=judge.chance)
    withdraw_routing(conn, revision_id)
    after = STATUS_OF_ROUTE[routing.route]
    if set_status(conn, comment, revision_id, after, now) is None:
        return Judged(revision, before, before, None)
    store_judgement(conn, revision, scores, routing, now, beside=routes_beside(judge, facts))
    return Judged(revision, before, after, routing)


def audit_judgement(session: Session, judged: Judged, actor: str, action: str, assessed: Assessment) -> None:
    """Write the audit entry of a routing: last in its transaction."""
    after: dict[str, object] = {"status": judged.after.value, "revision": judged.revision.revision_id}
    if judged.routing:
        after |= {
            "route": judged.routing.route.value,
            "policy_version": assessed.judge.policy_version_id,
            "scorer": assessed.judge.scorer.id,
        }
    append_audit_entry(
        session,
        judged.revision.site_id,
        AuditFact(
            actor=actor,
            action=action,
            subject=f"comment:{judged.revision.comment_id}",
            before={"status": judged.before.value},
            after=after,
            at=assessed.now,
        ),
    )


def record_scores(session: Session, claimed: ScoringJob, assessed: Assessment) -> Judged | None:
    """Finish a scoring job: route the revision it was about. Caller holds a transaction.

    None, changing nothing, when the lease was lost. A revision that is no longer current is dropped with its job.
    """
    conn = session.connection()
    if not finish_scoring_job(session, claimed.job):
        return None
    found = conn.execute(select(COMMENT.c.article_id).where(COMMENT.c.id == claimed.comment_id)).one_or_none()
    if found is None:
        return None
    # Locked before it is read, so that what is read here is what is changed below.
    conn.execute(select(ARTICLE.c.id).where(ARTICLE.c.id == found.article_id).with_for_update())
    comment = conn.execute(select(COMMENT).where(COMMENT.c.id == claimed.comment_id)).one()
    if comment.current_revision_id != claimed.revision_id or comment.status in {Status.WITHDRAWN, Status.ERASED}:
        return None
    judged = judge_revision(session, comment, assessed)
    audit_judgement(session, judged, "system", "comment_routed", assessed)
    return judged
