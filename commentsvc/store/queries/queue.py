"""What moderators see: the queue, and each item with all that a decision needs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import Any, Final, cast

from sqlalchemy import Row, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from commentsvc.domain.filters import ItemFilter
from commentsvc.domain.labels import ALL_LABELS, Label
from commentsvc.domain.status import Queue, ReasonCode, Standing, Status, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import (
    Account,
    Appeal,
    Article,
    Author,
    Comment,
    Decision,
    Report,
    ReviewItem,
    Revision,
    Routing,
    ScoreSet,
    SecondOpinion,
    Section,
    Site,
)
from commentsvc.store.queries.filters import conditions_of

_I = table_of(ReviewItem)
_C = table_of(Comment)
_R = table_of(Revision)
_A = table_of(Author)
_ARTICLE = table_of(Article)
_SITE = table_of(Site)
_SECTION = table_of(Section)
_ROUTING = table_of(Routing)
_SCORES = table_of(ScoreSet)
_REPORT = table_of(Report)
_ACCOUNT = table_of(Account)
_DECISION = table_of(Decision)
_APPEAL = table_of(Appeal)
_SECOND = table_of(SecondOpinion)


class QueueSort(StrEnum):
    """The order of a queue: most urgent first, or by arrival."""

    RISKIEST = "riskiest"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One reader's report."""

    reason: ReasonCode
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuthorFigures:
    """An author in figures."""

    id: str
    name: str
    is_guest: bool
    standing: Standing
    comment_count: int
    published_count: int
    rejected_count: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ParentText:
    """The comment that an item answers, as readers see it; `body_html` is None when it is not published."""

    id: str
    author_name: str
    body_html: str | None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One revision waiting for a human, with all that a decision needs."""

    id: str
    queue: Queue
    site_id: str
    site_key: str
    section: str | None
    comment_id: str
    comment_status: Status
    revision_id: str
    revision_no: int
    body: str
    body_html: str
    language: str | None
    created_at: datetime
    waiting_since: datetime
    urgency: float
    article_key: str
    article_title: str | None
    article_url: str | None
    scores: dict[Label, float]
    reasons: list[dict[str, Any]]
    author: AuthorFigures
    parent: ParentText | None
    reports: list[ReportLine]
    leased_by: str | None
    leased_by_name: str | None
    leased_until: datetime | None
    is_open: bool
    kept_from: str | None = None
    appeal: str | None = None
    """What the author says against the rejection, '' when nothing; None where nobody appeals."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of a queue and the key after which the next begins (None: the end)."""

    items: list[QueueItem]
    next_after: tuple[float, str] | None


def find_item_site(session: Session, item_id: str) -> str | None:
    """The id of the site an item belongs to, or None."""
    found: str | None = session.connection().execute(_FIND_SITE, {"item_id": item_id}).scalar_one_or_none()
    return found


def list_queue(
    session: Session,
    queue: Queue | tuple[Queue, ...],
    site_ids: list[str],
    *,
    sort: QueueSort = QueueSort.RISKIEST,
    after: tuple[float, str] | None = None,
    limit: int = 50,
    wish: tuple[ItemFilter, datetime] | None = None,
) -> QueuePage:
    """Open items of a queue on the given sites. `after` is the `next_after` of the page before.

    Several queues (`parts_of`) are given as one. `wish` is a filter with the time at which its ages are counted.
    """
    queues = (queue,) if isinstance(queue, Queue) else queue
    narrowed = [] if wish is None else conditions_of(*wish)
    found: list[tuple[float, str]] = []
    # Site by site and queue by queue, so that each look-up walks the index in order and stops after a page.
    for site_id, part in product(site_ids, queues):
        query = select(_I.c.id, _I.c.urgency).where(_I.c.is_open, _I.c.site_id == site_id, _I.c.queue == part, *narrowed)
        if sort is QueueSort.RISKIEST:
            if after is not None:
                query = query.where(tuple_(_I.c.urgency, _I.c.id) < tuple_(*after))
            query = query.order_by(_I.c.urgency.desc(), _I.c.id.desc())
        elif sort is QueueSort.NEWEST:
            query = query.where(_I.c.id < after[1]) if after else query
            query = query.order_by(_I.c.id.desc())
        else:
            query = query.where(_I.c.id > after[1]) if after else query
            query = query.order_by(_I.c.id)
        found += [(row.urgency, row.id) for row in session.connection().execute(query.limit(limit + 1))]
    if sort is QueueSort.RISKIEST:
        found.sort(reverse=True)
    else:
        found.sort(key=lambda key: key[1], reverse=sort is QueueSort.NEWEST)
    page = found[:limit]
    items = load_items(session, [item_id for _, item_id in page])
    return QueuePage(items, page[-1] if len(found) > limit else None)


# Built once: making these statements anew takes longer than the database does.
_PARENT, _PARENT_AUTHOR, _PARENT_REVISION = _C.alias(), _A.alias(), _R.alias()
_FIRST: Final = _DECISION.alias()
_LOAD: Final = (
    select(
        _I,
        _SITE.c.key.label("site_key"),
        _SECTION.c.key.label("section_key"),
        # Who gives a second opinion sees what the first moderator saw.
        func.coalesce(_FIRST.c.status_before, _C.c.status, type_=_C.c.status.type).label("comment_status"),
        _C.c.created_at.label("comment_created_at"),
        _R.c.no,
        _R.c.body,
        _R.c.body_html,
        _R.c.language,
        _ARTICLE.c.key.label("article_key"),
        _ARTICLE.c.title,
        _ARTICLE.c.url,
        _ROUTING.c.reasons,
        *(_SCORES.c[label.value] for label in ALL_LABELS),
        _A.c.id.label("author_id"),
        _A.c.name.label("author_name"),
        _A.c.is_guest,
        _A.c.standing,
        _A.c.comment_count,
        _A.c.published_count,
        _A.c.rejected_count,
        _A.c.created_at.label("author_created_at"),
        _PARENT.c.id.label("parent_id"),
        _PARENT_AUTHOR.c.name.label("parent_author"),
        _PARENT_REVISION.c.body_html.label("parent_html"),
        _ACCOUNT.c.name.label("leased_by_name"),
        _APPEAL.c.body.label("appeal_body"),
    )
    .select_from(
        _I.join(_C, _C.c.id == _I.c.comment_id)
        .join(_R, _R.c.id == _I.c.revision_id)
        .join(_ARTICLE, _ARTICLE.c.id == _C.c.article_id)
        .join(_SITE, _SITE.c.id == _I.c.site_id)
        .join(_A, _A.c.id == _C.c.author_id)
        .outerjoin(_SECTION, _SECTION.c.id == _I.c.section_id)
        .outerjoin(_ROUTING, (_ROUTING.c.revision_id == _I.c.revision_id) & _ROUTING.c.is_in_force)
        .outerjoin(_SCORES, _SCORES.c.id == _ROUTING.c.score_set_id)
        .outerjoin(_PARENT, _PARENT.c.id == _C.c.parent_id)
        .outerjoin(_PARENT_AUTHOR, _PARENT_AUTHOR.c.id == _PARENT.c.author_id)
        .outerjoin(_PARENT_REVISION, _PARENT_REVISION.c.id == _PARENT.c.published_revision_id)
        .outerjoin(_ACCOUNT, _ACCOUNT.c.id == _I.c.leased_by)
        .outerjoin(_APPEAL, _APPEAL.c.item_id == _I.c.id)
        .outerjoin(_SECOND, (_SECOND.c.item_id == _I.c.id) & _I.c.is_open & (_I.c.queue == Queue.SAMPLE))
        .outerjoin(_FIRST, _FIRST.c.id == _SECOND.c.first_decision_id)
    )
    .where(_I.c.id.in_(bindparam("item_ids", expanding=True)))
)
_LOAD_REPORTS: Final = (
    select(_REPORT.c.comment_id, _REPORT.c.reason, _REPORT.c.note, _REPORT.c.created_at)
    .where(_REPORT.c.comment_id.in_(bindparam("comment_ids", expanding=True)))
    .order_by(_REPORT.c.created_at)
)
_FIND_SITE: Final = select(_I.c.site_id).where(_I.c.id == bindparam("item_id"))


def load_items(session: Session, item_ids: list[str]) -> list[QueueItem]:
    """Items by id, open or not, in the order given; unknown ids are left out."""
    if not item_ids:
        return []
    rows = {row.id: row for row in session.connection().execute(_LOAD, {"item_ids": item_ids})}
    reports: dict[str, list[ReportLine]] = {}
    for line in session.connection().execute(_LOAD_REPORTS, {"comment_ids": [row.comment_id for row in rows.values()]}):
        reports.setdefault(line.comment_id, []).append(ReportLine(line.reason, line.note, line.created_at))
    return [_item(rows[item_id], reports.get(rows[item_id].comment_id, [])) for item_id in item_ids if item_id in rows]


def _item(row: Row[*tuple[Any, ...]], reports: list[ReportLine]) -> QueueItem:
    return QueueItem(
        id=row.id,
        queue=row.queue,
        site_id=row.site_id,
        site_key=row.site_key,
        section=row.section_key,
        comment_id=row.comment_id,
        comment_status=row.comment_status,
        revision_id=row.revision_id,
        revision_no=row.no,
        body=row.body,
        body_html=row.body_html,
        language=row.language,
        created_at=row.comment_created_at,
        waiting_since=row.created_at,
        urgency=row.urgency,
        article_key=row.article_key,
        article_title=row.title,
        article_url=row.url,
        scores={label: score for label in ALL_LABELS if (score := getattr(row, label.value)) is not None},
        reasons=row.reasons or [],
        author=AuthorFigures(
            row.author_id,
            row.author_name,
            row.is_guest,
            row.standing,
            row.comment_count,
            row.published_count,
            row.rejected_count,
            row.author_created_at,
        ),
        parent=ParentText(row.parent_id, row.parent_author, row.parent_html) if row.parent_id else None,
        reports=reports,
        leased_by=row.leased_by,
        leased_by_name=row.leased_by_name,
        leased_until=row.leased_until,
        is_open=row.is_open,
        kept_from=row.kept_from,
        appeal=row.appeal_body,
    )


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Open items by queue, and since when the oldest waits (None: nothing does)."""

    counts: dict[Queue, int]
    oldest_at: datetime | None


def count_queues(session: Session, site_ids: list[str]) -> QueueCounts:
    """Exact counts over the given sites."""
    conn = session.connection()
    query = select(_I.c.queue, func.count(), func.min(_I.c.created_at)).where(_I.c.is_open, _I.c.site_id.in_(site_ids)).group_by(_I.c.queue)
    counts, oldest_at = dict.fromkeys(Queue, 0), None
    for queue, count, since in conn.execute(query):
        counts[queue] = count
        oldest_at = since if oldest_at is None else min(since, oldest_at)
    return QueueCounts(counts, oldest_at)


_LATEST: Final = 100


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision in the log."""

    id: str
    item_id: str
    comment_id: str
    account_name: str
    verdict: Verdict
    reason_code: ReasonCode | None
    note: str
    body_html: str
    created_at: datetime
    undone_at: datetime | None


def list_decisions(
    session: Session,
    site_ids: list[str],
    *,
    account_id: str | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[DecisionLine]:
    """Latest decisions on the given sites, newest first; of one account, or of all; before the one made at that time with that id."""
    query = (
        select(
            _DECISION.c.id,
            _DECISION.c.item_id,
            _DECISION.c.comment_id,
            _ACCOUNT.c.name,
            _DECISION.c.verdict,
            _DECISION.c.reason_code,
            _DECISION.c.note,
            _R.c.body_html,
            _DECISION.c.created_at,
            _DECISION.c.undone_at,
        )
        .select_from(_DECISION.join(_ACCOUNT, _ACCOUNT.c.id == _DECISION.c.account_id).join(_R, _R.c.id == _DECISION.c.revision_id))
        .where(_DECISION.c.site_id.in_(site_ids))
        .order_by(_DECISION.c.created_at.desc(), _DECISION.c.id.desc())
        .limit(min(limit, _LATEST))
    )
    if account_id is not None:
        query = query.where(_DECISION.c.account_id == account_id)
    if before is not None:
        query = query.where(tuple_(_DECISION.c.created_at, _DECISION.c.id) < tuple_(*before))
    return [DecisionLine(*cast("tuple[Any, ...]", row)) for row in session.connection().execute(query)]
