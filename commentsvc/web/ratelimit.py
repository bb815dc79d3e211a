"""Token buckets: so many requests at once, so many a second after that. In this process, or shared through Redis or Valkey."""

import hashlib
import math
import threading
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable

from commentsvc.domain.errors import ThrottledError

MAX_BUCKETS = 50_000


class RateLimiter(ABC):
    """Counts what each key does. Safe to call from several threads."""

    def check(self, name: str, key: str, *, rate: float, per_s: float, burst: int) -> None:
        """Take one token from the bucket of (`name`, `key`), which holds `burst` and refills by `rate` every `per_s` seconds.

        Raises ThrottledError when it is empty.
        """
        wait_s = self.take(f"{name}:{hashlib.sha256(key.encode()).hexdigest()[:32]}", per_token_s=per_s / rate, burst=burst)
        if wait_s > 0:
            retry_after_s = max(1, math.ceil(wait_s))
            raise ThrottledError(f"Too many requests; try again in {retry_after_s} s.", retry_after_s=retry_after_s)

    @abstractmethod
    def take(self, bucket: str, *, per_token_s: float, burst: int) -> float:
        """Take one token and return 0, or return the seconds until there is one."""


class MemoryRateLimiter(RateLimiter):
    """Keeps the buckets of the `max_buckets` keys seen last, in this process."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic, max_buckets: int = MAX_BUCKETS) -> None:
        self._now = now
        self._max_buckets = max_buckets
        self._lock = threading.Lock()
        # When each bucket will be full again: one number says how empty it is.
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, bucket: str, *, per_token_s: float, burst: int) -> float:
        """Take one token and return 0, or return the seconds until there is one."""
        with self._lock:
            now = self._now()
            full_at = max(self._full_at.get(bucket, now), now) + per_token_s
            wait_s = full_at - now - burst * per_token_s
            if wait_s > 1e-9:  # noqa: PLR2004 - rounding of sums of seconds
                return wait_s
            self._full_at[bucket] = full_at
            self._full_at.move_to_end(bucket)
            if len(self._full_at) > self._max_buckets:
                self._full_at.popitem(last=False)
            return 0.0

    def __len__(self) -> int:
        return len(self._full_at)


def build_rate_limiter(redis_url: str | None) -> RateLimiter:
    """Make the limiter for `redis_url` (`redis://`, Valkey too), or one for this process alone where there is none."""
    memory = MemoryRateLimiter()
    if redis_url is None:
        return memory
    from commentsvc.web.ratelimit_redis import connect  # noqa: PLC0415 - the client belongs to an extra

    return connect(redis_url, fallback=memory)
