"""Time and chance that a test chooses."""

from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until it is told to go on."""

    def __init__(self, now: datetime = BEGINNING) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **parts: float) -> datetime:
        """Let time pass: `advance(minutes=5)`; negative parts set the clock back."""
        self._now += timedelta(**parts)
        return self._now


class FakeChance:
    """Draws `value` until it is changed: 0.999 samples nothing, 0.0 samples everything."""

    def __init__(self, value: float = 0.999) -> None:
        self.value = value

    def uniform(self) -> float:
        return self.value
