"""Messages to webhooks: signed, to who wants them, again until they are taken, and never anybody's text."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from commentsvc.domain.errors import ConflictError, InvalidError, NotFoundError
from commentsvc.integrations.outward import Outward
from commentsvc.integrations.sealing import Purpose, seal
from commentsvc.services.jobs import count_jobs, oldest_waiting_at
from commentsvc.services.retention import ANNOUNCEMENTS_KEPT, tidy
from commentsvc.services.webhooks import (
    NewWebhook,
    Sent,
    claim_messages,
    create_webhook,
    delete_webhook,
    fan_out,
    new_webhook_secret,
    record_sending,
    try_webhook,
)
from commentsvc.store import models
from commentsvc.worker.delivering import deliver_once
from tests.support.world import CIVIL, HELD, World

SECRET = new_webhook_secret()


@dataclass
class Receiver:
    """What was posted, and what is answered: the next of `statuses`, or 204."""

    url: str
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def topics(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(made.statuses.pop(0) if made.statuses else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def callable_here(world: World) -> None:
    world.runtime.outward = Outward(allow_private=True, timeout_s=5)


def hook(world: World, url: str, topics: tuple[str, ...] = (), site_id: str | None = None) -> str:
    sealed = seal(world.runtime.secret, SECRET, Purpose.WEBHOOK)
    new = NewWebhook(site_id or world.site.id, world.moderator("chief"), url, topics)
    return world.do(lambda session: create_webhook(session, new, sealed, world.now))


def deliver(world: World) -> int:
    done = 0
    while handled := deliver_once(world.runtime):
        done += handled
    return done


def test_a_message_is_signed_and_says_what_happened_without_anybody_s_text(world: World, receiver: Receiver):
    hook(world, receiver.url)
    made = world.submit(HELD)
    deliver(world)
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert told == {
        "type": "comment.held",
        "timestamp": world.now.isoformat().replace("+00:00", "Z"),
        "data": {"site": "gazette", "article": "tram", "comment": made.comment_id, "revision": made.revision_id, "before": "pending"},
    }
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["content-type"] == "application/json"
    assert world.row(models.WebhookDelivery).delivered_at == world.now
    assert world.rows(models.Job, kind="deliver") == []
    assert deliver(world) == 0


def test_each_webhook_hears_what_it_asked_for_and_of_its_own_site(world: World, receiver: Receiver):
    hook(world, receiver.url, ("comment.published", "decision.made"))
    made = world.submit(HELD)
    (item,) = world.open_items(made.comment_id)
    world.decide(item.id, world.moderator())
    deliver(world)
    assert sorted(receiver.topics) == ["comment.published", "decision.made"]


def test_what_happened_before_nobody_listened_is_not_told(world: World, receiver: Receiver):
    world.submit(CIVIL)
    hook(world, receiver.url)
    assert deliver(world) == 0
    world.submit("Another.", author="ben")
    deliver(world)
    assert receiver.topics == ["comment.published"]


def test_without_a_webhook_nothing_is_made(world: World):
    world.submit(CIVIL)
    before = world.snapshot()
    assert deliver(world) == 0
    assert world.snapshot() == before


def test_a_refusal_is_tried_again_with_the_same_id(world: World, receiver: Receiver):
    hook(world, receiver.url)
    receiver.statuses = [500, 302]
    world.submit(CIVIL)
    deliver(world)
    assert (world.row(models.WebhookDelivery).last_status, len(receiver.got)) == (500, 1)
    world.clock.advance(seconds=4)
    assert deliver(world) == 0
    world.clock.advance(seconds=1)
    deliver(world)
    world.clock.advance(seconds=60)
    deliver(world)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    row = world.row(models.WebhookDelivery)
    assert (row.attempts, row.last_status, row.delivered_at) == (3, 204, world.now)


def test_what_is_never_taken_is_given_up_after_days(world: World):
    hook(world, "http://127.0.0.1:9/")
    world.submit(CIVIL)
    began = world.now
    for _ in range(20):
        deliver(world)
        world.clock.advance(hours=25)
    row = world.row(models.WebhookDelivery)
    assert (row.attempts, row.last_status, row.last_error, row.delivered_at) == (11, None, "connection", None)
    assert row.given_up_at - began > timedelta(days=3)
    assert world.rows(models.Job, kind="deliver") == []


def test_who_answers_410_is_asked_no_more_until_a_test(world: World, receiver: Receiver):
    webhook_id = hook(world, receiver.url)
    receiver.statuses = [410]
    world.submit(CIVIL)
    deliver(world)
    world.submit("Another.", author="ben")
    deliver(world)
    assert len(receiver.got) == 1
    assert not world.row(models.Webhook).is_active
    message = world.do(lambda session: try_webhook(session, world.site.id, webhook_id, world.now))
    deliver(world)
    assert message in [headers["webhook-id"] for headers, _ in receiver.got]
    # What happened meanwhile is told, too.
    assert sorted(receiver.topics[1:]) == ["comment.published", "webhook.test"]
    assert world.row(models.Webhook).is_active


def test_a_sender_that_dies_is_followed_by_another_after_its_lease(world: World, receiver: Receiver):
    hook(world, receiver.url)
    world.submit(CIVIL)
    world.do(lambda session: fan_out(session, world.now))
    (lost,) = world.do(lambda session: claim_messages(session, 8, world.now))
    assert deliver(world) == 0
    world.clock.advance(seconds=61)
    deliver(world)
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [lost.id]


def test_who_comes_too_late_takes_nothing_back(world: World, receiver: Receiver):
    """A sender whose lease ran out says at last that nobody answered, after another one has delivered the message."""
    hook(world, receiver.url)
    world.submit(CIVIL)
    world.do(lambda session: fan_out(session, world.now))
    (late,) = world.do(lambda session: claim_messages(session, 8, world.now))
    world.clock.advance(seconds=61)
    deliver(world)
    before = world.snapshot()
    assert not world.do(lambda session: record_sending(session, late, Sent(None, "timeout"), world.now))
    assert world.snapshot() == before
    assert world.row(models.WebhookDelivery).delivered_at == world.now


def test_a_receiver_that_is_away_is_no_backlog(world: World):
    hook(world, "http://127.0.0.1:9/")
    world.submit(CIVIL)
    deliver(world)
    with world.db.reading() as session:
        assert (oldest_waiting_at(session), count_jobs(session)["waiting"]) == (None, 0)


def test_a_removed_webhook_hears_nothing_of_what_was_on_its_way(world: World, receiver: Receiver):
    webhook_id = hook(world, receiver.url)
    world.submit(CIVIL)
    world.do(lambda session: fan_out(session, world.now))
    chief = world.moderator("chief2")
    world.do(lambda session: delete_webhook(session, world.site.id, webhook_id, chief, world.now))
    deliver(world)
    assert receiver.got == []
    assert world.rows(models.Job, kind="deliver") == []
    with pytest.raises(NotFoundError):
        world.do(lambda session: delete_webhook(session, world.site.id, webhook_id, "x", world.now))


def test_under_another_key_nothing_is_sent_unsigned(world: World, receiver: Receiver):
    hook(world, receiver.url)
    world.submit(CIVIL)
    world.runtime.secret = b"another key of this installation"
    deliver(world)
    assert receiver.got == []
    assert world.row(models.WebhookDelivery).last_error == "secret-unreadable"


def test_topics_are_of_the_list_and_webhooks_are_few(world: World):
    with pytest.raises(InvalidError):
        hook(world, "https://hooks.example/", ("comment.read",))
    chief = world.moderator("chief3")
    for number in range(20):
        new = NewWebhook(world.site.id, chief, f"https://hooks.example/{number}")
        world.do(partial(create_webhook, new=new, secret_sealed="sealed", now=world.now))
    with pytest.raises(ConflictError):
        world.do(lambda session: create_webhook(session, NewWebhook(world.site.id, chief, "https://hooks.example/x"), "sealed", world.now))


def test_old_messages_go_with_the_rest(world: World, receiver: Receiver):
    webhook_id = hook(world, receiver.url)
    world.do(lambda session: try_webhook(session, world.site.id, webhook_id, world.now))
    deliver(world)
    world.clock.advance(seconds=ANNOUNCEMENTS_KEPT.total_seconds() + 1)
    world.do(lambda session: tidy(session, world.now))
    assert world.rows(models.WebhookDelivery) == []
