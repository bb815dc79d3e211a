"""One at a time, but nobody waits for ever."""

import threading
from collections.abc import Callable

import pytest

from commentsvc.integrations.turnstile import Turnstile

LONG_S = 60.0
"""Far longer than anything here takes; what waits in vain fails after it."""


class Visitor:
    """A thread that goes in, says so, and leaves when it is told to; `wanders` tells whether it steps aside first."""

    def __init__(self, turnstile: Turnstile, *, wanders: bool = False) -> None:
        self.is_in, self.is_aside, self.may_go = threading.Event(), threading.Event(), threading.Event()
        self._turnstile, self._wanders = turnstile, wanders
        self._thread = threading.Thread(target=self._visit, daemon=True)
        self._thread.start()

    def _visit(self) -> None:
        with self._turnstile.inside():
            self.is_in.set()
            if self._wanders:
                with self._turnstile.aside():
                    self.is_aside.set()
                    self.may_go.wait(LONG_S)
            else:
                self.may_go.wait(LONG_S)

    def leave(self) -> None:
        self.may_go.set()
        self._thread.join(LONG_S)
        assert not self._thread.is_alive()


def test_second_goes_in_when_the_first_has_left():
    turnstile = Turnstile(patience_s=LONG_S)
    first = Visitor(turnstile)
    assert first.is_in.wait(LONG_S)
    second = Visitor(turnstile)
    assert not second.is_in.wait(0.05)
    first.leave()
    assert second.is_in.wait(LONG_S)
    second.leave()


def test_who_steps_aside_lets_another_in():
    turnstile = Turnstile(patience_s=LONG_S)
    first = Visitor(turnstile, wanders=True)
    assert first.is_aside.wait(LONG_S)
    second = Visitor(turnstile)
    assert second.is_in.wait(LONG_S)
    second.leave()
    first.leave()


def test_who_has_waited_long_goes_on_beside():
    turnstile = Turnstile(patience_s=0.01)
    first = Visitor(turnstile)
    assert first.is_in.wait(LONG_S)
    second = Visitor(turnstile)
    assert second.is_in.wait(LONG_S)
    second.leave()
    first.leave()


def test_who_went_beside_gives_away_no_place_that_was_not_theirs():
    """Their leaving would let a third one in beside the first."""
    turnstile = Turnstile(patience_s=0.01)
    first = Visitor(turnstile)
    assert first.is_in.wait(LONG_S)
    second = Visitor(turnstile)
    assert second.is_in.wait(LONG_S)
    second.leave()
    turnstile._patience_s = LONG_S
    third = Visitor(turnstile)
    assert not third.is_in.wait(0.05)
    first.leave()
    assert third.is_in.wait(LONG_S)
    third.leave()


def test_open_turnstile_holds_nobody_up():
    turnstile = Turnstile(is_open=True, patience_s=LONG_S)
    visitors = [Visitor(turnstile), Visitor(turnstile, wanders=True)]
    for visitor in visitors:
        assert visitor.is_in.wait(LONG_S)
        visitor.leave()


def test_what_is_raised_inside_frees_the_place():
    turnstile = Turnstile(patience_s=LONG_S)

    def fail(environ: dict[str, object], start_response: Callable[..., object]) -> list[bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        turnstile.around(fail)({}, print)
    after = Visitor(turnstile)
    assert after.is_in.wait(LONG_S)
    after.leave()


def test_stepping_aside_outside_does_nothing():
    turnstile = Turnstile(patience_s=LONG_S)
    with turnstile.aside(), turnstile.inside():
        pass
    after = Visitor(turnstile)
    assert after.is_in.wait(LONG_S)
    after.leave()
