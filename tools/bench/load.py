"""Load in a process of its own: keep-alive connections driven by one epoll loop, each answer timed.

Reads a job as JSON from standard input and writes the outcome as JSON to standard output. A job names a scenario of `scenarios.py`,
how many connections to hold, for how long, and in `rate` how many requests a second are to begin (0: as many as are answered). With a
rate, a request's time counts from when it was due and not from when a connection was free, so that a stall is seen in every request
that it held up.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from typing import Any

from tools.bench.scenarios import SCENARIOS, Answer

READ_SIZE = 1 << 18
GIVE_UP_S = 30.0

Talk = Generator[bytes, Answer, None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to do. `options` go to the scenario."""

    port: int
    scenario: str
    connections: int = 8
    seconds: float = 4.0
    rate: float = 0.0
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back: answers by status, bytes of the last body, and times in milliseconds."""

    answered: int
    seconds: float
    statuses: dict[str, int]
    broken: int
    body_bytes: int
    p50_ms: float
    p99_ms: float
    worst_ms: float

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0


class _Connection:
    """One keep-alive connection and the talk that is held over it."""

    def __init__(self, port: int, talk: Talk) -> None:
        self.port = port
        self.talk = talk
        self.request = next(talk)
        self.began_at = 0.0
        self.waits = False
        self._read = b""
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=GIVE_UP_S)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def send(self, at: float) -> None:
        """Send the next request; its time counts from `at`."""
        self.began_at = at
        self.waits = True
        self.socket.sendall(self.request)

    def receive(self) -> Answer | None:
        """Take what has arrived; the answer once it is whole. Raises ConnectionError when the server hung up."""
        chunk = self.socket.recv(READ_SIZE)
        if not chunk:
            raise ConnectionError("the server hung up")
        self._read += chunk
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._read[:end].lower()
        status = int(head[9:12])
        if status == 304:  # noqa: PLR2004 - has no body
            length = 0
        else:
            place = head.find(b"content-length:")
            if place < 0:
                raise ConnectionError("an answer without Content-Length")
            length = int(head[place + 15 : (head.find(b"\r", place) + 1 or len(head) + 1) - 1])
        whole = end + 4 + length
        if len(self._read) < whole:
            return None
        body = self._read[end + 4 : whole]
        self._read = self._read[whole:]
        self.waits = False
        return Answer(status, head, body)

    def go_on(self, answer: Answer) -> bool:
        """Give the answer to the talk; False when it has no more to say."""
        try:
            self.request = self.talk.send(answer)
        except StopIteration:
            return False
        return True

    def reconnect(self) -> None:
        """Begin anew after a broken connection."""
        self.socket.close()
        self._read, self.waits = b"", False
        self.socket = self._connect()


class _Load:
    """One job under way."""

    def __init__(self, job: Job) -> None:
        self.job = job
        make = SCENARIOS[job.scenario]
        self.idle = [_Connection(job.port, make(number, job.options)) for number in range(job.connections)]
        self.connections = list(self.idle)
        self.times: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.broken = self.body_bytes = 0
        self.selector = selectors.DefaultSelector()
        for connection in self.connections:
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)
        self.due_at = self.began_at = time.perf_counter()
        self.ends_at = self.began_at + job.seconds

    def run(self) -> Outcome:
        while True:
            now = time.perf_counter()
            self._begin(now)
            running = sum(connection.waits for connection in self.connections)
            is_over = now >= self.ends_at or not self.idle
            if not running and is_over:
                break
            if now > self.ends_at + GIVE_UP_S:
                self.broken += running
                break
            # With a rate, the next request may be due before anything arrives.
            pause = max(0.0, min(self.due_at, self.ends_at) - now) if self.job.rate and self.idle and not is_over else 1.0
            for key, _ in self.selector.select(pause):
                self._receive(key.data)
        seconds = time.perf_counter() - self.began_at
        for connection in self.connections:
            connection.socket.close()
        return self._outcome(seconds)

    def _begin(self, now: float) -> None:
        rate = self.job.rate
        while self.idle and now < self.ends_at and (not rate or self.due_at <= now):
            self.idle.pop().send(self.due_at if rate else now)
            self.due_at += 1 / rate if rate else 0

    def _receive(self, connection: _Connection) -> None:
        try:
            answer = connection.receive()
        except OSError:
            self.broken += 1
            self.selector.unregister(connection.socket)
            connection.reconnect()
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)
            self.idle.append(connection)
            return
        if answer is None:
            return
        now = time.perf_counter()
        self.times.append(now - connection.began_at)
        self.statuses[str(answer.status)] += 1
        self.body_bytes = len(answer.body)
        if connection.go_on(answer):
            if self.job.rate or now >= self.ends_at:
                self.idle.append(connection)
            else:
                connection.send(now)

    def _outcome(self, seconds: float) -> Outcome:
        times = sorted(self.times)
        last = len(times) - 1
        p50, p99, worst = (1000 * times[min(last, int(len(times) * share))] if times else 0.0 for share in (0.5, 0.99, 1.0))
        return Outcome(len(times), seconds, dict(self.statuses), self.broken, self.body_bytes, p50, p99, worst)


def run(job: Job) -> Outcome:
    """Hold the connections for `job.seconds`, or until every talk has ended."""
    return _Load(job).run()


if __name__ == "__main__":
    json.dump(asdict(run(Job(**json.load(sys.stdin)))), sys.stdout)
