"""Leases and back-off."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.domain.leases import MAX_ATTEMPTS, is_dead, is_held, retry_at

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(("until", "expected"), [(None, False), (NOW - TICK, False), (NOW, False), (NOW + TICK, True)])
def test_a_lease_that_ends_now_is_free(until, expected):
    assert is_held(until, NOW) is expected


def test_waits_double_up_to_a_minute():
    assert [(retry_at(n, NOW) - NOW).total_seconds() for n in (1, 2, 3, 6, 7, 8, 1000, 32_767)] == [1, 2, 4, 32, 60, 60, 60, 60]


@given(st.integers(1, 10**9))
def test_a_wait_is_never_shorter_than_the_one_before(attempts):
    assert NOW < retry_at(attempts, NOW) <= retry_at(attempts + 1, NOW) <= NOW + timedelta(seconds=60)


def test_a_job_dies_with_its_last_attempt():
    assert [is_dead(attempts) for attempts in (1, MAX_ATTEMPTS - 1, MAX_ATTEMPTS, MAX_ATTEMPTS + 1)] == [False, False, True, True]
