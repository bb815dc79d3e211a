"""Leases and back-off: how long work is held, and when a failed job is tried again."""

from datetime import datetime, timedelta
from typing import Final

REVIEW_LEASE: Final = timedelta(minutes=5)
JOB_LEASE: Final = timedelta(seconds=30)
UNDO_WINDOW: Final = timedelta(seconds=60)
MAX_ATTEMPTS: Final = 12
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 60.0


def is_held(leased_until: datetime | None, now: datetime) -> bool:
    """Whether a lease is still in force. One that ends now is free."""
    return leased_until is not None and leased_until > now


def retry_at(attempts: int, now: datetime) -> datetime:
    """When a job that has failed `attempts` times (1 or more) runs again: 1 s, doubling, at most 60 s."""
    wait = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(attempts - 1, 10))
    return now + timedelta(seconds=wait)


def is_dead(attempts: int) -> bool:
    """Whether a job has used up its attempts and waits for an operator. Scoring jobs never die: the comment would be lost."""
    return attempts >= MAX_ATTEMPTS
