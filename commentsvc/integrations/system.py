"""The machine's own time, chance and thread wake-ups."""

import random
import threading
from collections.abc import Sequence
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


class SystemChance:
    """The machine's randomness, seeded by the system."""

    def __init__(self) -> None:
        """Seed from the system."""
        self._random = random.SystemRandom()

    def uniform(self) -> float:
        """A number drawn evenly from [0, 1)."""
        return self._random.random()


class ThreadWaker:
    """Wakes the worker thread of this process, if there is one."""

    def __init__(self) -> None:
        """Begin asleep."""
        self.has_work = threading.Event()

    def wake(self, job_ids: Sequence[str]) -> None:
        """Say that jobs wait."""
        del job_ids
        self.has_work.set()
