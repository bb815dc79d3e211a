"""Sharing of model calls, with a scorer whose answers the test holds back and lets go. Nothing here waits for a duration to pass."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from commentsvc.domain.labels import Label
from commentsvc.domain.ports import ScorerUnavailableError, ScoreSet
from commentsvc.scoring.batching import BatchingScorer, ScoringEvent
from commentsvc.scoring.fake_scorer import FakeMood, FakeScorer

LONG_S = 60.0


class Events:
    """Counts what the scorer reports; `wait_for` returns as soon as an event has come so often."""

    def __init__(self):
        self.seen = []
        self._changed = threading.Condition()

    def __call__(self, event, count, seconds):
        assert seconds >= 0
        with self._changed:
            self.seen.append((event, count))
            self._changed.notify_all()

    def wait_for(self, event, times):
        with self._changed:
            came = self._changed.wait_for(lambda: sum(one is event for one, _ in self.seen) >= times, LONG_S)
        assert came, f"{event} came {self.seen} instead of {times} times"


@pytest.fixture
def fake():
    scorer = FakeScorer()
    yield scorer
    scorer.release()


@pytest.fixture
def events():
    return Events()


@pytest.fixture
def batching(fake, events):
    scorer = BatchingScorer(fake, max_batch=4, queue_limit=6, observe=events)
    yield scorer
    scorer.close()


def wait_until_queued(batching, count):
    """Yields the processor until the other threads have put their texts into the queue."""
    turn = threading.Event()
    for _ in range(100_000):
        if batching.waiting_count == count:
            return
        turn.wait(0.0005)
    pytest.fail(f"{batching.waiting_count} texts wait instead of {count}")


def test_concurrent_requests_share_a_call(batching, fake, events):
    fake.hold()
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(batching.score_within, "first", LONG_S)
        assert fake.has_entered.wait(LONG_S)
        others = [pool.submit(batching.score_within, f"idiot {at}" if at % 2 else f"text {at}", LONG_S) for at in range(4)]
        wait_until_queued(batching, 4)
        fake.release()
        answers = [one.result() for one in others]
        assert first.result() is not None
    assert [len(batch) for batch in fake.batches] == [1, 4]
    assert [answer.values[Label.INSULT] > 0.5 for answer in answers] == [False, True, False, True]
    assert (ScoringEvent.BATCH, 4) in events.seen
    assert events.seen.count((ScoringEvent.SCORED, 1)) == 5


def test_late_answer_is_none_and_the_next_one_comes(batching, fake, events):
    fake.hold()
    assert batching.score_within("too slow", 0.0) is None
    assert (ScoringEvent.LATE, 1) in events.seen
    fake.release()
    assert batching.score_within("in time", LONG_S) is not None


def test_who_has_gone_is_not_scored(batching, fake):
    fake.hold()
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(batching.score_within, "busy", LONG_S)
        assert fake.has_entered.wait(LONG_S)
        assert batching.score_within("gone", 0.0) is None
        fake.release()
        assert busy.result() is not None
    assert batching.score_within("stays", LONG_S) is not None
    assert ("gone",) not in fake.batches


def test_full_queue_refuses_at_once(batching, fake, events):
    fake.hold()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(batching.score_within, "first", LONG_S)]
        assert fake.has_entered.wait(LONG_S)
        waiting += [pool.submit(batching.score_within, f"text {at}", LONG_S) for at in range(6)]
        wait_until_queued(batching, 6)
        assert batching.score_within("one too many", LONG_S) is None
        assert (ScoringEvent.FULL, 1) in events.seen
        fake.release()
        assert all(one.result() is not None for one in waiting)


@pytest.mark.parametrize("mood", [FakeMood.FAILING, FakeMood.CRASHING, FakeMood.ANSWERING_NAN])
def test_trouble_is_none_and_passes(batching, fake, events, mood):
    fake.mood = mood
    assert batching.score_within("x", LONG_S) is None
    assert (ScoringEvent.FAILED, 1) in events.seen
    with pytest.raises(ScorerUnavailableError):
        batching.score(["x"])
    fake.mood = FakeMood.WELL
    assert batching.score_within("x", LONG_S) is not None


class Picky(FakeScorer):
    """Breaks down at one text, and at every batch with it."""

    def score(self, texts):
        if "poison" in texts:
            raise RuntimeError("cannot bear this")
        return super().score(texts)


def test_one_bad_text_does_not_take_others_down():
    picky = Picky()
    batching = BatchingScorer(picky, max_batch=8)
    picky.hold()
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(batching.score_within, "first", LONG_S)
        assert picky.has_entered.wait(LONG_S)
        others = [pool.submit(batching.score_within, text, LONG_S) for text in ("good", "poison", "fine")]
        wait_until_queued(batching, 3)
        picky.release()
        assert first.result() is not None
        assert sorted(one.result() is None for one in others) == [False, False, True]
        assert others[1].result() is None
    batching.close()


class WrongCount(FakeScorer):
    def score(self, texts):
        return super().score(texts)[:-1]


class OutOfRange(FakeScorer):
    def score(self, texts):
        return [ScoreSet({**one.values, Label.THREAT: 1.5}, one.scorer) for one in super().score(texts)]


class MissingLabel(FakeScorer):
    def score(self, texts):
        return [ScoreSet({Label.TOXICITY: 0.1}, one.scorer) for one in super().score(texts)]


@pytest.mark.parametrize("kind", [WrongCount, OutOfRange, MissingLabel])
def test_what_is_no_score_is_refused(kind):
    batching = BatchingScorer(kind())
    with pytest.raises(ScorerUnavailableError):
        batching.score(["x"])
    assert batching.score_within("x", LONG_S) is None
    batching.close()


def test_ready_after_warm_until_close(batching, fake):
    assert not batching.is_ready
    batching.warm()
    assert batching.is_ready
    batching.close()
    assert not batching.is_ready
    assert batching.score_within("x", LONG_S) is None


def test_warm_says_when_the_model_cannot(batching, fake):
    fake.mood = FakeMood.FAILING
    with pytest.raises(ScorerUnavailableError):
        batching.warm()
    assert not batching.is_ready


def test_close_lets_waiting_requests_go(batching, fake, events):
    fake.hold()
    with ThreadPoolExecutor(2) as pool:
        busy = pool.submit(batching.score_within, "busy", LONG_S)
        assert fake.has_entered.wait(LONG_S)
        queued = pool.submit(batching.score_within, "queued", LONG_S)
        wait_until_queued(batching, 1)
        batching.close()
        assert queued.result() is None
        fake.release()
        assert busy.result() is not None


def test_many_threads_each_get_their_own(events):
    batching = BatchingScorer(FakeScorer(), max_batch=8, queue_limit=1000, observe=events)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda at: batching.score_within(f"toxicity=0.{at:03d}", LONG_S), range(300)))
    assert [answer and answer.values[Label.TOXICITY] for answer in answers] == [float(f"0.{at:03d}") for at in range(300)]
    events.wait_for(ScoringEvent.SCORED, 300)
    batching.close()
