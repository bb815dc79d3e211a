"""Being told to stop, from any thread and from a signal's handler."""

import signal
import threading

import pytest

from commentsvc.cli.stopping import Interrupt


@pytest.fixture
def interrupt():
    made = Interrupt()
    yield made
    made.close()


def test_another_thread_wakes_who_waits(interrupt):
    other = threading.Thread(target=interrupt.set)
    other.start()
    interrupt.wait()
    assert interrupt.is_set()
    other.join()


def test_being_set_after_it_was_given_back_does_no_harm(interrupt):
    interrupt.close()
    interrupt.set()
    assert interrupt.is_set()


def test_a_signal_that_comes_while_it_is_being_set_does_no_harm(interrupt):
    before = signal.signal(signal.SIGUSR1, lambda *_: interrupt.set())
    try:
        for _ in range(200):
            signal.raise_signal(signal.SIGUSR1)
            interrupt.set()
            interrupt.wait()
            interrupt.clear()
            assert not interrupt.is_set()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_being_set_many_times_never_blocks(interrupt):
    for _ in range(100_000):
        interrupt.set()
    assert interrupt.wait()


def test_waiting_in_vain_ends(interrupt):
    assert not interrupt.wait(0.01)
    interrupt.set()
    assert interrupt.wait(0.01)
