"""Readers who post at the same time, note what the server acknowledged, and try again what it did not answer."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.system.harness import SITE, Client, answers, wait_until

READERS: Final = 8
ACCEPTED: Final = {201, 202}


@dataclass(frozen=True)
class Post:
    """One comment to be posted. Its text occurs once."""

    number: int
    text: str
    article: str
    reader: str

    @property
    def key(self) -> str:
        return f"key-{self.number}"

    @property
    def body(self) -> dict[str, object]:
        return {"article": {"key": self.article}, "author": {"name": self.reader}, "body": self.text}


def make_posts(count: int, text: str = "A civil remark about the new bridge") -> list[Post]:
    return [Post(number, f"{text}, number {number}.", f"article-{number % 5}", f"Reader {number % 20}") for number in range(count)]


@dataclass
class Outcome:
    """What is known of each post by its number: the ids acknowledged, every status seen, and those nobody answered."""

    ids: dict[int, str] = field(default_factory=dict)
    statuses: dict[int, list[int]] = field(default_factory=dict)
    unanswered: set[int] = field(default_factory=set)


class Crowd:
    """Posts from several threads at once, to the servers whose ports `port_of` gives for each reader.

    A reader who got no answer goes on with the next post; where `waits`, once the server is back.
    """

    def __init__(self, posts: Sequence[Post], port_of: Callable[[int], int], *, readers: int = READERS, waits: bool = False) -> None:
        self.outcome = Outcome()
        self._posts, self._port_of, self._waits = posts, port_of, waits
        self._lock = threading.Lock()
        self._next = 0
        self._threads = [threading.Thread(target=self._post, args=(number,), daemon=True) for number in range(readers)]

    def start(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def join(self) -> Outcome:
        for thread in self._threads:
            thread.join()
        return self.outcome

    @property
    def acknowledged_count(self) -> int:
        return len(self.outcome.ids)

    def has_acknowledged(self, goal: int) -> bool:
        return self.acknowledged_count >= goal

    def _post(self, reader: int) -> None:
        port = self._port_of(reader)
        with Client(port) as client:
            while True:
                with self._lock:
                    if self._next >= len(self._posts):
                        break
                    post = self._posts[self._next]
                    self._next += 1
                send(client, post, self.outcome, self._lock)
                if self._waits and post.number in self.outcome.unanswered:
                    wait_until("the server to be back", lambda: answers(port, "/health/live"))


def send(client: Client, post: Post, outcome: Outcome, lock: threading.Lock) -> None:
    try:
        reply = client.post(f"/api/v1/sites/{SITE}/comments", post.body, {"Idempotency-Key": post.key})
    except OSError:
        with lock:
            outcome.unanswered.add(post.number)
        return
    with lock:
        outcome.unanswered.discard(post.number)
        outcome.statuses.setdefault(post.number, []).append(reply.status)
        if reply.status in ACCEPTED:
            outcome.ids[post.number] = reply.json["id"]


def post_all(posts: Sequence[Post], *ports: int) -> Outcome:
    return Crowd(posts, lambda reader: ports[reader % len(ports)]).start().join()
