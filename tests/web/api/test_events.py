"""An open page is told of each change once, by events that tell no comment."""

import json
from collections.abc import Callable

import pytest

from commentsvc.domain.status import Verdict
from commentsvc.integrations.streams import EACH, Streams
from commentsvc.store.engine import StorageUnavailableError
from commentsvc.web.api import events
from commentsvc.web.api.events import BEAT_LOOKS, LOOKS
from tests.support.world import HELD, REJECTED, World
from tests.web.api.api_client import Api, problem

EVENTS = "sites/gazette/events"
THREAD = "sites/gazette/comments"
TRAM = {"article": "tram"}


class Steps(Streams):
    """Time is what a test does between two looks. The stream ends after the last step."""

    def __init__(self, steps: list[Callable[[], object]], room: int = 8) -> None:
        super().__init__()
        self.open(room)
        self.steps = steps

    def rest(self, seconds: float) -> bool:
        del seconds
        if not self.steps:
            return False
        self.steps.pop(0)()
        return True


def nothing() -> None:
    """A second in which nothing happens."""


class Follow:
    """What a stream tells while a test's steps happen, one by one: (id, data) of each event, and the beats as None."""

    def __init__(self, api: Api, world: World) -> None:
        self._api, self._world = api, world
        self.left = 0
        """Steps that the last stream has not come to."""

    def __call__(self, *steps: Callable[[], object], last: str | None = None) -> list[tuple[str, dict[str, int]] | None]:
        self._world.runtime.streams = left = Steps(list(steps))
        answer = self._api.get(EVENTS, query_string=TRAM, headers={"Last-Event-ID": last} if last else {}, check=False)
        assert answer.status_code == 200
        assert answer.content_type.startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        first, *blocks = answer.get_data(as_text=True).removesuffix("\n\n").split("\n\n")
        assert first == "retry: 5000"
        answer.close()
        assert left.held == 0
        self.left = len(left.steps)
        return [read(block) for block in blocks]


@pytest.fixture
def follow(api: Api, world: World) -> Follow:
    return Follow(api, world)


def read(block: str) -> tuple[str, dict[str, int]] | None:
    if block == ":":
        return None
    lines = dict(line.split(": ", 1) for line in block.split("\n"))
    assert lines.keys() == {"id", "data"}
    return lines["id"], json.loads(lines["data"])


def post(api: Api, body: str) -> str:
    answer = api.post(THREAD, {"article": {"key": "tram"}, "body": body})
    assert answer.status_code in {201, 202}
    return str(answer.json["id"])


def test_each_change_is_told_once(api: Api, follow):
    told = follow(lambda: post(api, "The first about trams."), nothing, lambda: post(api, "The second about trams."), nothing)
    assert [data for _, data in told] == [{"total": 0}, {"total": 1}, {"total": 2}]
    assert len({state for state, _ in told}) == 3


def test_what_waits_or_is_rejected_tells_nothing(api: Api, follow):
    assert len(follow(lambda: post(api, f"A {HELD} one."), lambda: post(api, f"A {REJECTED} one."), nothing)) == 1


def test_what_a_moderator_publishes_is_told(api: Api, follow, world: World):
    moderator = world.moderator()

    def decide() -> None:
        (claimed,) = world.claim(moderator)
        world.decide(claimed.item_id, moderator, Verdict.APPROVE)

    told = follow(lambda: post(api, f"A {HELD} one."), decide, nothing)
    assert [data for _, data in told] == [{"total": 0}, {"total": 1}]


def test_who_comes_back_is_told_only_what_they_have_missed(api: Api, follow):
    ((state, _),) = follow()
    assert follow(nothing, last=state) == []
    post(api, "While the connection was away.")
    assert [data for _, data in follow(last=state)] == [{"total": 1}]


def test_a_quiet_stream_beats(follow):
    told = follow(*[nothing] * (3 * BEAT_LOOKS))
    assert told[1:] == [None] * 3


def test_a_stream_ends_so_that_others_get_in(follow):
    follow(*[nothing] * (LOOKS + 50))
    assert follow.left == 50


def test_a_stream_ends_when_the_database_is_away(follow, monkeypatch):
    def away() -> None:
        def fail(*_: object) -> None:
            raise StorageUnavailableError

        monkeypatch.setattr(events, "glance_at_thread_head", fail)

    assert len(follow(away, nothing, nothing)) == 1
    assert follow.left == 2


def test_without_room_there_is_no_stream(api: Api, world: World):
    answer = api.get(EVENTS, query_string=TRAM)
    assert answer.status_code == 204
    world.runtime.streams.open(100)
    open_ones = [api.client.get(f"/api/v1/{EVENTS}?article=tram", buffered=False) for _ in range(EACH)]
    assert {one.status_code for one in open_ones} == {200}
    assert api.get(EVENTS, query_string=TRAM).status_code == 204
    for one in open_ones:
        one.close()
    assert world.runtime.streams.held == 0


def test_the_pages_of_the_site_may_follow_and_no_others(api: Api):
    mine = api.get(EVENTS, query_string=TRAM, headers={"Origin": "https://gazette.example"})
    assert mine.headers["Access-Control-Allow-Origin"] == "https://gazette.example"
    assert "Access-Control-Allow-Origin" not in api.get(EVENTS, query_string=TRAM, headers={"Origin": "https://courier.example"}).headers


def test_what_is_not_there_is_refused(api: Api, world: World):
    world.runtime.streams.open(1)
    problem(api.get("sites/nowhere/events", query_string=TRAM), 404, "not-found")
    problem(api.get(EVENTS), 422, "validation-failed")
    problem(api.get(EVENTS, query_string={"article": "x" * 1000}), 422, "validation-failed")
    assert world.runtime.streams.held == 0
