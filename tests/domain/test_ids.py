"""Ids are UUIDv7, and those of one process come in order."""

import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from commentsvc.store.ids import new_id

SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front():
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id())
    assert SHAPE.fullmatch(str(made))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80


def test_ids_grow_and_differ():
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_grow_within_each_thread_and_differ_between_them():
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [new_id() for _ in range(1_000)], range(8)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({one for batch in batches for one in batch}) == 8_000


def test_ids_grow_when_the_clock_is_set_back(monkeypatch):
    first = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert new_id() > first
