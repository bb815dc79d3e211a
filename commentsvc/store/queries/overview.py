"""Figures and records for admins' pages: what is on a site, what moderators did today, who is who."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commentsvc.domain.status import Nudged, Status, Verdict
from commentsvc.store.base import table_of
from commentsvc.store.models import Account, Comment, Decision, ReviewItem, Routing

_C = table_of(Comment)
_ITEM = table_of(ReviewItem)
_ROUTING = table_of(Routing)
_DECISION = table_of(Decision)
_ACCOUNT = table_of(Account)


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """A site in figures: comments by status, routings and nudges of a period, items that wait now."""

    by_status: dict[Status, int]
    routed: dict[str, int]
    waiting: int
    nudged: dict[Nudged, int]
    """What authors of the period did who were told before posting that their words would be flagged."""

    @property
    def comment_count(self) -> int:
        """Every comment that is stored, whatever became of it."""
        return sum(self.by_status.values())


def count_site(session: Session, site_id: str, since: datetime) -> SiteFigures:
    """A site in figures; routings and nudges from `since` on."""
    conn = session.connection()
    statuses = conn.execute(select(_C.c.status, func.count()).where(_C.c.site_id == site_id).group_by(_C.c.status))
    routes = conn.execute(
        select(_ROUTING.c.route, func.count())
        .where(_ROUTING.c.site_id == site_id, _ROUTING.c.is_in_force, _ROUTING.c.created_at >= since)
        .group_by(_ROUTING.c.route)
    )
    waiting = conn.execute(select(func.count()).select_from(_ITEM).where(_ITEM.c.site_id == site_id, _ITEM.c.is_open)).scalar_one()
    nudges = conn.execute(
        select(_C.c.nudged, func.count())
        .where(_C.c.site_id == site_id, _C.c.created_at >= since, _C.c.nudged.is_not(None))
        .group_by(_C.c.nudged)
    )
    return SiteFigures(
        {Status(row[0]): row[1] for row in statuses},
        {row[0].value: row[1] for row in routes},
        waiting,
        dict.fromkeys(Nudged, 0) | {row[0]: row[1] for row in nudges},
    )


@dataclass(frozen=True, slots=True)
class OwnWork:
    """What one moderator did since a time: decisions that stand, and the median of the seconds each took (None: not known)."""

    count: int
    median_s: float | None


def count_own_work(session: Session, account_id: str, since: datetime) -> OwnWork:
    """A moderator's decisions since a time; undone ones and escalations do not count."""
    query = select(_DECISION.c.seconds).where(
        _DECISION.c.account_id == account_id,
        _DECISION.c.created_at >= since,
        _DECISION.c.undone_at.is_(None),
        _DECISION.c.verdict != Verdict.ESCALATE,
    )
    taken = list(session.connection().execute(query).scalars())
    known = sorted(seconds for seconds in taken if seconds is not None)
    return OwnWork(len(taken), known[len(known) // 2] if known else None)


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """A decision on one item, as its page shows it."""

    id: str
    account_id: str
    account_name: str
    verdict: Verdict
    reason_code: str | None
    note: str
    created_at: datetime
    undone_at: datetime | None


_SELECT_LINES = (
    select(
        _DECISION.c.id,
        _DECISION.c.account_id,
        _ACCOUNT.c.name,
        _DECISION.c.verdict,
        _DECISION.c.reason_code,
        _DECISION.c.note,
        _DECISION.c.created_at,
        _DECISION.c.undone_at,
    )
    .join_from(_DECISION, _ACCOUNT, _ACCOUNT.c.id == _DECISION.c.account_id)
    .order_by(_DECISION.c.id.desc())
)


def list_item_decisions(session: Session, item_id: str) -> list[ItemDecision]:
    """Every decision on an item, newest first, undone ones too."""
    return [ItemDecision(*row) for row in session.connection().execute(_SELECT_LINES.where(_DECISION.c.item_id == item_id))]


def list_rejections(session: Session, revision_id: str, *, before_item: str) -> list[ItemDecision]:
    """Rejections of a text on other items than `before_item` that were not undone, newest first: what an appeal is about."""
    query = _SELECT_LINES.where(
        _DECISION.c.revision_id == revision_id,
        _DECISION.c.item_id != before_item,
        _DECISION.c.verdict == Verdict.REJECT,
        _DECISION.c.undone_at.is_(None),
    )
    return [ItemDecision(*row) for row in session.connection().execute(query)]


def find_item_of_comment(session: Session, comment_id: str) -> str | None:
    """The latest review item of a comment, or None where nobody ever had to look at it."""
    query = select(_ITEM.c.id).where(_ITEM.c.comment_id == comment_id).order_by(_ITEM.c.id.desc()).limit(1)
    found: str | None = session.connection().execute(query).scalar_one_or_none()
    return found


def find_account_names(session: Session) -> dict[str, str]:
    """The name of every account by its id."""
    names: dict[str, str] = dict(session.connection().execute(select(_ACCOUNT.c.id, _ACCOUNT.c.name)).all())
    return names
