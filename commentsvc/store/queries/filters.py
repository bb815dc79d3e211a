"""Items that fit a filter: as conditions for whoever lists, counts or claims, and the queues that sites have made of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from commentsvc.domain.errors import NotFoundError
from commentsvc.domain.filters import ItemFilter, read_filter
from commentsvc.domain.status import Queue, Standing, parts_of
from commentsvc.store.base import table_of
from commentsvc.store.models import Account, Author, Comment, QueueFilter, ReviewItem, Revision, Routing, ScoreSet, Section, Site

_I = table_of(ReviewItem)
_C = table_of(Comment)
_R = table_of(Revision)
_A = table_of(Author)
_SECTION = table_of(Section)
_ROUTING = table_of(Routing)
_SCORES = table_of(ScoreSet)
_FILTER = table_of(QueueFilter)
_ACCOUNT = table_of(Account)
_SITE = table_of(Site)
OF_ANY: Final = tuple(Queue)
"""What a filter without a queue looks through."""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A queue of a site's own."""

    id: str
    site_id: str
    site_key: str
    name: str
    queue: Queue | None
    wish: ItemFilter
    account_id: str
    account_name: str
    created_at: datetime

    @property
    def queues(self) -> tuple[Queue, ...]:
        """The queues that it looks through. The sample is among the reviews, unmarked."""
        return OF_ANY if self.queue is None else parts_of(self.queue)


def conditions_of(wish: ItemFilter, now: datetime) -> list[ColumnElement[bool]]:
    """What must hold of a row of `review_item`; each looks other tables up by their keys."""
    found: list[ColumnElement[bool]] = []
    if wish.section is not None:
        found.append(exists(select(1).where(_SECTION.c.id == _I.c.section_id, _SECTION.c.key == wish.section).correlate(_I)))
    if wish.label is not None:
        score = _SCORES.c[wish.label.value]
        measured = (
            select(1)
            .join_from(_ROUTING, _SCORES, _SCORES.c.id == _ROUTING.c.score_set_id)
            .where(_ROUTING.c.revision_id == _I.c.revision_id, _ROUTING.c.is_in_force, score >= (wish.score_from or 0.0))
        )
        if wish.score_below is not None:
            measured = measured.where(score < wish.score_below)
        found.append(exists(measured.correlate(_I)))
    if wish.language is not None:
        found.append(exists(select(1).where(_R.c.id == _I.c.revision_id, _R.c.language == wish.language).correlate(_I)))
    written = _authored(wish, now)
    if written is not None:
        found.append(exists(written.correlate(_I)))
    if wish.waits_at_least_h is not None:
        found.append(_I.c.created_at <= now - timedelta(hours=wish.waits_at_least_h))
    if wish.waits_at_most_h is not None:
        found.append(_I.c.created_at >= now - timedelta(hours=wish.waits_at_most_h))
    return found


def _authored(wish: ItemFilter, now: datetime) -> Select[Any] | None:
    conditions: list[ColumnElement[bool]] = []
    if wish.author_id is not None:
        conditions.append(_C.c.author_id == wish.author_id)
    if wish.standing is not None:
        holds = or_(_A.c.standing_until.is_(None), _A.c.standing_until > now)
        kept = _A.c.standing == wish.standing
        # Who was suspended until yesterday is as everybody.
        conditions.append(or_(kept, ~holds) if wish.standing is Standing.NORMAL else and_(kept, holds))
    if wish.author_days_below is not None:
        conditions.append(_A.c.created_at > now - timedelta(days=wish.author_days_below))
    if not conditions:
        return None
    return select(1).join_from(_C, _A, _A.c.id == _C.c.author_id).where(_C.c.id == _I.c.comment_id, *conditions)


def count_items(session: Session, site_ids: list[str], queues: tuple[Queue, ...], wish: ItemFilter, now: datetime) -> int:
    """How many open items fit, exactly."""
    query = select(func.count()).select_from(_I).where(_I.c.is_open, _I.c.site_id.in_(site_ids), _I.c.queue.in_(queues))
    found: int = session.connection().execute(query.where(*conditions_of(wish, now))).scalar_one()
    return found


_SAVED: Final = (
    select(
        _FILTER.c.id,
        _FILTER.c.site_id,
        _SITE.c.key,
        _FILTER.c.name,
        _FILTER.c.queue,
        _FILTER.c.wish,
        _FILTER.c.account_id,
        _ACCOUNT.c.name.label("account_name"),
        _FILTER.c.created_at,
    )
    .join_from(_FILTER, _ACCOUNT, _ACCOUNT.c.id == _FILTER.c.account_id)
    .join(_SITE, _SITE.c.id == _FILTER.c.site_id)
)


def list_filters(session: Session, site_ids: list[str]) -> list[SavedFilter]:
    """The queues that these sites have made, by name."""
    query = _SAVED.where(_FILTER.c.site_id.in_(site_ids)).order_by(_FILTER.c.name, _FILTER.c.id)
    return [_saved(row) for row in session.connection().execute(query)]


def get_filter(session: Session, filter_id: str, site_ids: frozenset[str] | None) -> SavedFilter:
    """One of them. Raises NotFoundError for one that is unknown or on none of these sites (None: any)."""
    row = session.connection().execute(_SAVED.where(_FILTER.c.id == filter_id)).one_or_none()
    if row is None or (site_ids is not None and row.site_id not in site_ids):
        raise NotFoundError("There is no such queue.")
    return _saved(row)


def _saved(row: Row[*tuple[Any, ...]]) -> SavedFilter:
    return SavedFilter(
        row.id, row.site_id, row.key, row.name, row.queue, read_filter(row.wish), row.account_id, row.account_name, row.created_at
    )
