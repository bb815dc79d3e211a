"""The public log of a site's moderation, read at most once in a quarter of an hour, for every face that shows it."""

import threading
from datetime import datetime, timedelta
from typing import Final

from flask import current_app

from commentsvc.domain.errors import NotFoundError
from commentsvc.store.queries.practice import get_practice
from commentsvc.store.queries.public_log import PublicLog, read_public_log
from commentsvc.store.queries.sites import SiteState, get_site
from commentsvc.web.context import get_runtime, reading

PERIOD: Final = timedelta(days=90)
KEPT: Final = timedelta(minutes=15)
"""How old what is shown may be: anybody may ask, and reading it costs far more than asking."""
_EXTENSION: Final = "commentsvc.public_log"
_MOST_SITES: Final = 1000


class LogCache:
    """What was read for each site, and when. One reader at a time, so that a crowd costs no more than one of it."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[datetime, PublicLog]] = {}

    def get(self, site_id: str, now: datetime) -> PublicLog:
        """The log of a site as it was at most `KEPT` ago."""
        with self._lock:
            kept = self._kept.get(site_id)
            if kept is not None and timedelta() <= now - kept[0] < KEPT:
                return kept[1]
            with reading() as session:
                found = read_public_log(session, site_id, now - PERIOD, now)
            if len(self._kept) >= _MOST_SITES:
                self._kept.clear()
            self._kept[site_id] = (now, found)
            return found


def public_log_of(site_key: str) -> tuple[SiteState, PublicLog]:
    """A site with its log. Raises NotFoundError where there is no such site, or its log is not public."""
    cache: LogCache = current_app.extensions.setdefault(_EXTENSION, LogCache())
    with reading() as session:
        site = get_site(session, site_key)
        is_public = get_practice(session, site.id).has_public_log
    if not is_public:
        raise NotFoundError("There is no such page. The site does not show how it moderates.")
    return site, cache.get(site.id, get_runtime().clock.now())
