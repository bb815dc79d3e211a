"""Room for answers that stay open. Each holds a thread of the server as long as it lasts, so there are only so many."""

import threading
from collections import Counter
from typing import Final

EACH: Final = 4
"""How many one client may hold. A reader looks at few pages at a time; nobody shall take what is there for all."""


class Seat:
    """Room that somebody holds until they leave."""

    def __init__(self, streams: "Streams", client: str) -> None:
        """Held by `client` already."""
        self._streams = streams
        self._client: str | None = client

    def leave(self) -> None:
        """Give the room back. Once is enough; more does nothing."""
        client, self._client = self._client, None
        if client is not None:
            self._streams.free(client)

    def rest(self, seconds: float) -> bool:
        """Wait for so long; False at once when the server is told to stop."""
        return self._streams.rest(seconds)


class Streams:
    """There is none until a server says how many it has threads for: under another WSGI server one answer could hold up all others."""

    def __init__(self) -> None:
        """Begin without room."""
        self._room = 0
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._is_over = threading.Event()

    def open(self, room: int) -> None:
        """From now on, `room` answers may stay open at a time."""
        self._room = room

    def take(self, client: str) -> Seat | None:
        """Take room for one more answer to `client`; None where there is none, or they hold their share."""
        with self._lock:
            if self._is_over.is_set() or self._held.total() >= self._room or self._held[client] >= EACH:
                return None
            self._held[client] += 1
        return Seat(self, client)

    def free(self, client: str) -> None:
        """What `Seat.leave` does."""
        with self._lock:
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]

    @property
    def held(self) -> int:
        """How many are open now."""
        with self._lock:
            return self._held.total()

    def rest(self, seconds: float) -> bool:
        """What `Seat.rest` does."""
        return not self._is_over.wait(seconds)

    def stop(self) -> None:
        """End all, and take in no more: the server waits for them."""
        self._is_over.set()
