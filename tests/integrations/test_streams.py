"""Room for answers that stay open: so many, so many for each, none before a server gives some or after it is told to stop."""

from commentsvc.integrations.streams import EACH, Streams


def test_there_is_none_until_a_server_gives_some():
    assert Streams().take("a") is None


def test_no_more_are_taken_in_than_there_is_room_for():
    streams = Streams()
    streams.open(3)
    seats = [streams.take(f"client {number}") for number in range(4)]
    assert [seat is not None for seat in seats] == [True, True, True, False]
    assert streams.held == 3


def test_nobody_takes_what_is_there_for_all():
    streams = Streams()
    streams.open(100)
    mine = [streams.take("a") for _ in range(EACH + 1)]
    assert mine[-1] is None
    assert None not in mine[:-1]
    assert streams.take("b") is not None
    assert mine[0] is not None
    mine[0].leave()
    assert streams.take("a") is not None


def test_leaving_twice_frees_one():
    streams = Streams()
    streams.open(2)
    first, second = streams.take("a"), streams.take("a")
    assert first is not None
    assert second is not None
    first.leave()
    first.leave()
    assert streams.held == 1


def test_all_end_when_the_server_is_told_to_stop():
    streams = Streams()
    streams.open(2)
    seat = streams.take("a")
    assert seat is not None
    assert seat.rest(0.0)
    streams.stop()
    # Far longer than a test may take, were it waited for.
    assert not seat.rest(3600.0)
    assert streams.take("b") is None
