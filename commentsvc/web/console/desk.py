"""A moderator's desk: the sites they work on, the queues they see, and which comment comes next."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import request
from sqlalchemy.orm import Session

from commentsvc.domain.errors import ForbiddenError, NotFoundError
from commentsvc.domain.filters import ItemFilter
from commentsvc.domain.leases import is_held
from commentsvc.domain.principals import Principal, Role
from commentsvc.domain.status import Queue
from commentsvc.store.queries.filters import SavedFilter, count_items, list_filters
from commentsvc.store.queries.queue import QueueItem, QueuePage, QueueSort, count_queues, list_queue
from commentsvc.store.queries.sites import SiteState, list_sites
from commentsvc.web.auth import require_principal

CIVIL_COOKIE: Final = "commentsvc_civil"
CIVIL_AGE_S: Final = 365 * 86_400
_CIVIL_EACH: Final = 4
SKIP_COOKIE: Final = "commentsvc_skipped"
SKIP_AGE_S: Final = 900
_SKIPPED_AT_MOST: Final = 30
_SKIPPED: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOOK: Final = 20
_LOOKS: Final = 10


@dataclass(frozen=True, slots=True)
class Tab:
    """A queue as moderators see it. What came by chance stands among what rules have flagged, unmarked.

    `own` is the filter of a queue that a site has made for itself.
    """

    key: str
    name: str
    queues: tuple[Queue, ...]
    own: SavedFilter | None = None


TABS: Final = (
    Tab("held", "Held", (Queue.HELD,)),
    Tab("review", "Review", (Queue.REVIEW, Queue.SAMPLE)),
    Tab("reported", "Reported", (Queue.REPORTED,)),
    Tab("escalated", "Escalated", (Queue.ESCALATED,)),
    Tab("appeals", "Appeals", (Queue.APPEALS,)),
)
ANYTHING: Final = ItemFilter()
CIVIL_TAB: Final = Tab("", "Sample", (Queue.SAMPLE,))
"""What no rule has flagged: long runs of vile text exhaust people, and the sample has to be judged anyway."""
COUNTED_AT_ONCE: Final = 5_000
"""Items above which the counts of own queues follow the page: looking through more of them would hold it up."""


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
    """A tab with the number of items that wait there; None where that is told a moment later."""

    tab: Tab
    count: int | None


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


def count_waiting(session: Session, desk: Desk, now: datetime, *, whole: bool = False) -> Waiting:
    """What waits on the desk. Where very much does, the counts of own queues are left out unless `whole` is asked for."""
    counted = count_queues(session, desk.working_ids)
    tabs = [TabCount(tab, sum(counted.counts[queue] for queue in tab.queues)) for tab in TABS]
    at_once = whole or sum(counted.counts.values()) <= COUNTED_AT_ONCE
    for own in list_filters(session, desk.working_ids):
        count = count_items(session, [own.site_id], own.queues, own.wish, now) if at_once else None
        tabs.append(TabCount(Tab(own.id, own.name, own.queues, own), count))
    return Waiting(tabs, counted.oldest_at)


def choose_tab(key: str | None, waiting: Waiting) -> Tab:
    """The tab that was asked for, or the first in which something waits."""
    found = next((counted.tab for counted in waiting.tabs if counted.tab.key == key), None)
    return found or next((counted.tab for counted in waiting.tabs if counted.count), TABS[0])


def tab_named(session: Session, desk: Desk, key: str) -> Tab | None:
    """The tab of this key, one of everybody's or of the desk's sites; None where there is none."""
    found = next((tab for tab in TABS if tab.key == key), None)
    own = (Tab(one.id, one.name, one.queues, one) for one in list_filters(session, desk.working_ids) if one.id == key)
    return found or next(own, None)


def tab_of(queue: Queue) -> Tab:
    """The tab in which a queue is shown."""
    return next(tab for tab in TABS if queue in tab.queues)


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for on a desk: a tab's items, all of them or those that fit a filter, and in which order."""

    tab: Tab
    wish: ItemFilter = ANYTHING
    sort: QueueSort = QueueSort.RISKIEST


def list_tab(
    session: Session, desk: Desk, look: Look, now: datetime, *, after: tuple[float, str] | None = None, limit: int = 50
) -> QueuePage:
    """A page of a tab: its queues as one."""
    own = look.tab.own
    site_ids, wish = (desk.working_ids, look.wish) if own is None else ([own.site_id], own.wish)
    return list_queue(session, look.tab.queues, site_ids, sort=look.sort, after=after, limit=limit, wish=(wish, now))


def count_tab(session: Session, desk: Desk, look: Look, now: datetime) -> int:
    """How many items `list_tab` would give, page by page."""
    own = look.tab.own
    site_ids, wish = (desk.working_ids, look.wish) if own is None else ([own.site_id], own.wish)
    return count_items(session, site_ids, look.tab.queues, wish, now)


def candidates(session: Session, desk: Desk, tab: Tab, skipped: frozenset[str], now: datetime) -> list[QueueItem]:
    """The most urgent items of a tab that nobody else holds and that were not skipped; those already ours first."""
    after: tuple[float, str] | None = None
    me = desk.principal.account_id
    for _ in range(_LOOKS):
        page = list_tab(session, desk, Look(tab), now, after=after, limit=_LOOK)
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


def wants_civil() -> bool:
    """Whether this browser asked for civil comments among the others."""
    return request.cookies.get(CIVIL_COOKIE) == "1"


def is_turn_of_civil(decided_count: int) -> bool:
    """Whether the next card should be a civil one: each fourth, by how many were decided today."""
    return decided_count % _CIVIL_EACH == _CIVIL_EACH - 1


def skipped_ids() -> tuple[str, ...]:
    """The items that this browser skipped a while ago, oldest first."""
    return tuple(_SKIPPED.findall(request.cookies.get(SKIP_COOKIE, ""))[:_SKIPPED_AT_MOST])


def with_skipped(item_id: str) -> str:
    """The cookie's value with one more item."""
    return ".".join([*(known for known in skipped_ids() if known != item_id), item_id][-_SKIPPED_AT_MOST:])
