"""Token buckets that all server processes share, kept by Redis or Valkey."""

import math
import time
from collections.abc import Callable
from typing import cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

from commentsvc.web.ratelimit import RateLimiter

log = structlog.get_logger(__name__)

_TIMEOUT_S = 0.2
_ASK_AGAIN_AFTER_S = 5.0

_TAKE = """
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
local step = tonumber(ARGV[1])
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + step
local wait = full_at - now - tonumber(ARGV[2]) * step
if wait > 0.000001 then return tostring(wait) end
redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', math.max(1, math.ceil((full_at - now) * 1000)))
return '0'
"""


class RedisRateLimiter(RateLimiter):
    """Shares the buckets of all server processes. While Redis does not answer, each process counts for itself."""

    def __init__(self, client: Redis, *, fallback: RateLimiter, now: Callable[[], float] = time.monotonic) -> None:
        self._script = client.register_script(_TAKE)
        self._fallback = fallback
        self._now = now
        self._ask_again_at = -math.inf

    def take(self, bucket: str, *, per_token_s: float, burst: int) -> float:
        """Take one token and return 0, or return the seconds until there is one."""
        if self._now() >= self._ask_again_at:
            try:
                return float(cast("bytes | str", self._script(keys=[f"commentsvc:rate:{bucket}"], args=[per_token_s, burst])))
            except (RedisError, OSError) as error:
                self._ask_again_at = self._now() + _ASK_AGAIN_AFTER_S
                log.warning("rate_limits_local", exc_type=type(error).__name__)
        return self._fallback.take(bucket, per_token_s=per_token_s, burst=burst)


def connect(redis_url: str, *, fallback: RateLimiter) -> RedisRateLimiter:
    """Make a limiter on the server at `redis_url`; nothing is sent until the first check."""
    client = Redis.from_url(redis_url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S)
    return RedisRateLimiter(client, fallback=fallback)
