"""A moderator's desk: the sites they work on, the queues they see, and which comment comes next."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import request
from sqlalchemy.orm import Session

from commentsvc.domain.errors import ForbiddenError, NotFoundError
from commentsvc.domain.leases import is_held
from commentsvc.domain.principals import Principal, Role
from commentsvc.domain.status import Queue
from commentsvc.store.queries.queue import QueueItem, QueuePage, QueueSort, count_queues, list_queue
from commentsvc.store.queries.sites import SiteState, list_sites
from commentsvc.web.auth import require_principal

SKIP_COOKIE: Final = "commentsvc_skipped"
SKIP_AGE_S: Final = 900
_SKIPPED_AT_MOST: Final = 30
_SKIPPED: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOOK: Final = 20
_LOOKS: Final = 10


@dataclass(frozen=True, slots=True)
class Tab:
    """A queue as moderators see it. What came by chance stands among what rules have flagged, unmarked."""

    key: str
    name: str
    queues: tuple[Queue, ...]


TABS: Final = (
    Tab("held", "Held", (Queue.HELD,)),
    Tab("review", "Review", (Queue.REVIEW, Queue.SAMPLE)),
    Tab("reported", "Reported", (Queue.REPORTED,)),
    Tab("escalated", "Escalated", (Queue.ESCALATED,)),
    Tab("appeals", "Appeals", (Queue.APPEALS,)),
)
_BY_KEY: Final = {tab.key: tab for tab in TABS}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works, on which sites (`site_ids` None: all), and on which of them just now (`chosen` None: all of theirs)."""

    principal: Principal
    site_ids: frozenset[str] | None
    sites: list[SiteState]
    chosen: SiteState | None

    @property
    def working_ids(self) -> list[str]:
        """The sites whose queues are shown."""
        return [self.chosen.id] if self.chosen else [site.id for site in self.sites]


@dataclass(frozen=True, slots=True)
class TabCount:
    """A tab with the number of items that wait there."""

    tab: Tab
    count: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: each tab with its exact count, and since when the oldest does."""

    tabs: list[TabCount]
    oldest_at: datetime | None


def open_desk(session: Session, site: str | None) -> Desk:
    """The caller's desk. Raises ForbiddenError for accounts that moderate nothing, NotFoundError for a site that is not theirs."""
    principal = require_principal(session)
    allowed = principal.sites_with(Role.MODERATOR)
    if allowed is not None and not allowed:
        raise ForbiddenError("This account does not moderate any site. Ask an admin for the role.")
    sites = list_sites(session, allowed)
    chosen = next((one for one in sites if one.key == site), None)
    if site and chosen is None:
        raise NotFoundError("There is no such site, or it is not yours.")
    return Desk(principal, allowed, sites, chosen)


def count_waiting(session: Session, desk: Desk) -> Waiting:
    """What waits on the desk."""
    counted = count_queues(session, desk.working_ids)
    tabs = [TabCount(tab, sum(counted.counts[queue] for queue in tab.queues)) for tab in TABS]
    return Waiting(tabs, counted.oldest_at)


def choose_tab(key: str | None, waiting: Waiting) -> Tab:
    """The tab that was asked for, or the first in which something waits."""
    if key in _BY_KEY:
        return _BY_KEY[str(key)]
    return next((counted.tab for counted in waiting.tabs if counted.count), TABS[0])


def tab_of(queue: Queue) -> Tab:
    """The tab in which a queue is shown."""
    return next(tab for tab in TABS if queue in tab.queues)


def list_tab(
    session: Session, desk: Desk, tab: Tab, sort: QueueSort = QueueSort.RISKIEST, after: tuple[float, str] | None = None, limit: int = 50
) -> QueuePage:
    """A page of a tab: its queues as one."""
    return list_queue(session, tab.queues, desk.working_ids, sort=sort, after=after, limit=limit)


def candidates(session: Session, desk: Desk, tab: Tab, skipped: frozenset[str], now: datetime) -> list[QueueItem]:
    """The most urgent items of a tab that nobody else holds and that were not skipped; those already ours first."""
    after: tuple[float, str] | None = None
    me = desk.principal.account_id
    for _ in range(_LOOKS):
        page = list_tab(session, desk, tab, after=after, limit=_LOOK)
        free = [
            item
            for item in page.items
            if item.id not in skipped and item.kept_from != me and (item.leased_by == me or not is_held(item.leased_until, now))
        ]
        if free:
            return sorted(free, key=lambda item: not (item.leased_by == me and is_held(item.leased_until, now)))
        if page.next_after is None:
            return []
        after = page.next_after
    return []


def skipped_ids() -> tuple[str, ...]:
    """The items that this browser skipped a while ago, oldest first."""
    return tuple(_SKIPPED.findall(request.cookies.get(SKIP_COOKIE, ""))[:_SKIPPED_AT_MOST])


def with_skipped(item_id: str) -> str:
    """The cookie's value with one more item."""
    return ".".join([*(known for known in skipped_ids() if known != item_id), item_id][-_SKIPPED_AT_MOST:])
