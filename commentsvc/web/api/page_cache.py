"""Pages of threads that were written lately, kept by what they were written from."""

import threading
from collections import OrderedDict
from typing import Final

_KEPT: Final = 256
_LARGEST: Final = 64 * 1024


class PageCache:
    """Keeps up to 256 pages of at most 64 KiB, those asked for last, in this process. Safe between threads.

    A page is kept under its entity tag, which is made from the article's version in the database: whoever changes what readers see moves
    the version, in whichever process, and the old page is never asked for again.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, etag: str) -> bytes | None:
        """The page kept under `etag`, or None."""
        with self._lock:
            page = self._pages.get(etag)
            if page is not None:
                self._pages.move_to_end(etag)
            return page

    def keep(self, etag: str, page: bytes) -> None:
        """Keep a page, unless it is large."""
        if len(page) > _LARGEST:
            return
        with self._lock:
            self._pages[etag] = page
            self._pages.move_to_end(etag)
            if len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
