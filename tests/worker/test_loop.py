"""The loop and the thread that runs it: they end when told, work when woken, and share the work out."""

import threading
from concurrent.futures import ThreadPoolExecutor

from commentsvc.domain.status import Status
from commentsvc.integrations.system import ThreadWaker
from commentsvc.scoring.fake_scorer import FakeMood
from commentsvc.store import models
from commentsvc.worker.embedded import EmbeddedWorker
from commentsvc.worker.loop import run_once, run_until_stopped
from tests.support.world import World

PATIENCE_S = 30


def wait_for(world: World, comment_id: str, status: Status) -> None:
    """Wait until the comment is announced to have the status: a condition, not a duration."""
    tick = threading.Event()
    for _ in range(PATIENCE_S * 100):
        if world.comment(comment_id).status is status:
            return
        tick.wait(0.01)
    raise AssertionError(f"{comment_id} never became {status}: {world.comment(comment_id)}")


def test_a_loop_that_is_told_to_stop_ends_at_once(sqlite_world: World):
    sqlite_world.submit(is_late=True)
    stop = threading.Event()
    stop.set()
    run_until_stopped(sqlite_world.runtime, stop, threading.Event())
    assert len(sqlite_world.rows(models.Job)) == 1


def test_the_embedded_worker_does_what_it_is_woken_for_and_ends(sqlite_world: World):
    worker = EmbeddedWorker(sqlite_world.runtime)
    worker.start()
    for number in range(5):
        submitted = sqlite_world.submit(f"Text {number}.", is_late=True)
        wait_for(sqlite_world, submitted.comment_id, Status.PUBLISHED)
    worker.stop()
    assert not worker._thread.is_alive()
    sqlite_world.submit("After the end.", is_late=True)
    assert len(sqlite_world.rows(models.Job)) == 1


def test_what_waited_before_the_worker_began_is_done(sqlite_world: World):
    submitted = sqlite_world.submit(is_late=True)
    assert isinstance(sqlite_world.runtime.waker, ThreadWaker)
    sqlite_world.runtime.waker.has_work.clear()
    worker = EmbeddedWorker(sqlite_world.runtime)
    worker.start()
    wait_for(sqlite_world, submitted.comment_id, Status.PUBLISHED)
    worker.stop()


def test_the_worker_finishes_the_job_at_hand_before_it_ends(sqlite_world: World):
    submitted = sqlite_world.submit(is_late=True)
    sqlite_world.scorer.hold()
    worker = EmbeddedWorker(sqlite_world.runtime)
    worker.start()
    assert sqlite_world.scorer.has_entered.wait(PATIENCE_S)
    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(worker.stop)
        sqlite_world.scorer.release()
        stopping.result(PATIENCE_S)
    assert not worker._thread.is_alive()
    assert sqlite_world.comment(submitted.comment_id).status is Status.PUBLISHED


def test_stopping_a_worker_that_never_began_does_nothing(sqlite_world: World):
    EmbeddedWorker(sqlite_world.runtime).stop()


def test_loops_beside_each_other_do_each_job_once(world: World):
    for number in range(60):
        world.submit(f"Text {number}.", author=f"a{number}", article=f"a{number % 7}", is_late=True)
    gate = threading.Barrier(4)

    def work(_: int) -> int:
        gate.wait()
        done = 0
        while claimed := run_once(world.runtime):
            done += claimed
        return done

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))
    # Who looked past rows that another was just taking may have stopped early; what is left is still due.
    assert sum(done) + len(world.rows(models.Job)) == 60
    while run_once(world.runtime):
        pass
    assert len(world.rows(models.Routing)) == 60


def test_a_request_that_the_scorer_keeps_waiting_is_answered_and_finished_by_the_worker(world: World):
    world.scorer.hold()
    submitted = world.runtime.submit(world.site, world.command())
    assert submitted.status is Status.PENDING
    world.scorer.release()
    assert run_once(world.runtime) == 1
    assert world.comment(submitted.comment_id).status is Status.PUBLISHED


def test_a_scorer_out_of_order_never_lets_a_request_through_unscored(world: World):
    for mood in (FakeMood.FAILING, FakeMood.ANSWERING_NAN, FakeMood.CRASHING):
        world.scorer.mood = mood
        submitted = world.runtime.submit(world.site, world.command(f"Text while {mood.value}."))
        assert submitted.status is Status.PENDING
        assert not world.comment(submitted.comment_id).is_shown
    world.check()
