"""Pages of threads that were written lately, kept by what they were written from, and which address gave which of them."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, NamedTuple, TypeVar

from commentsvc.domain.admission import SiteLimits
from commentsvc.store.queries.sites import ThreadHead

PAGES: Final = "commentsvc.api.pages"
"""Where an application keeps its pages."""
_KEPT: Final = 256
_LARGEST: Final = 64 * 1024
_ADDRESSES_KEPT: Final = 2048
_LONGEST: Final = 2000
K = TypeVar("K")
V = TypeVar("V")


class Version(NamedTuple):
    """All that a page depends on besides its query. Whoever changes what readers see moves it, in whichever process."""

    article_id: str | None
    version: int
    published_count: int
    is_closed: bool
    title: str | None
    limits: SiteLimits


def version_of(head: ThreadHead, now: datetime) -> Version:
    """The version that a page is of which begins with `head`."""
    is_closed = head.is_closed or (head.closes_at is not None and head.closes_at <= now)
    return Version(head.article_id, head.version, head.published_count, is_closed, head.title, head.limits)


class Address(NamedTuple):
    """A site's key, and the query of a request as it was sent."""

    site: str
    query: bytes


@dataclass(frozen=True, slots=True)
class Given:
    """What an address gave last: a page of this version, under this tag."""

    version: Version
    etag: str


class PageCache:
    """Keeps up to 256 pages of at most 64 KiB, those asked for last, in this process. Safe between threads.

    A page is kept under its entity tag, which is made from the article's version in the database: whoever changes what readers see moves
    the version, in whichever process, and the old page is never asked for again. So it is kept beside the page, for up to 2,048 addresses,
    what each gave last: whether that still holds, only the database can tell.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._pages: Final = _Latest[str, bytes](_KEPT)
        self._given: Final = _Latest[Address, Given](_ADDRESSES_KEPT)

    def find(self, etag: str) -> bytes | None:
        """The page kept under `etag`, or None."""
        return self._pages.find(etag)

    def keep(self, etag: str, page: bytes) -> None:
        """Keep a page, unless it is large."""
        if len(page) <= _LARGEST:
            self._pages.keep(etag, page)

    def find_given(self, address: Address) -> Given | None:
        """What `address` gave last, or None."""
        return self._given.find(address)

    def keep_given(self, address: Address, given: Given) -> None:
        """Keep what an address gave, unless it is long."""
        if len(address.query) <= _LONGEST:
            self._given.keep(address, given)


class _Latest(Generic[K, V]):
    """The values that were asked for last, so many of them."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: K) -> V | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def keep(self, key: K, value: V) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._kept:
                self._values.popitem(last=False)
