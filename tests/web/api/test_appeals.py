"""An author's appeal through the API, what its state looks like to them, and what nudges led to."""

import pytest

from commentsvc.domain.status import Queue, ReasonCode, Verdict
from commentsvc.store import models
from tests.support.world import HELD
from tests.web.api.api_client import ADMIN, pointers, problem


@pytest.fixture
def rejected(api, world):
    """A guest's comment that a moderator rejected."""
    made = api.comment(HELD)
    mo, _ = world.moderator("mo"), world.moderator("flo")
    (item,) = world.open_items(made["id"])
    world.decide(item.id, mo, Verdict.REJECT, reason_code=ReasonCode.HATE)
    return made


def test_its_author_appeals_once_and_sees_how_it_stands(api, world, rejected):
    own = {"X-Edit-Token": rejected["edit_token"]}
    path = f"comments/{rejected['id']}"
    assert api.get(path, headers=own).json["appeal"] is None
    first = api.post(f"{path}/appeals", {"body": " It is a quotation. "}, headers=own)
    again = api.post(f"{path}/appeals", {}, headers=own)
    assert (first.status_code, first.json, again.status_code, again.json) == (201, {"is_new": True}, 200, {"is_new": False})
    assert world.row(models.Appeal).body == "It is a quotation."
    waits = api.get(path, headers=own).json["appeal"]
    assert (waits["outcome"], waits["decided_at"]) == (None, None)
    eva = world.moderator("eva")
    (claimed,) = world.claim(eva, Queue.APPEALS)
    world.decide(claimed.item_id, eva, Verdict.REJECT)
    assert api.get(path, headers=own).json["appeal"]["outcome"] == "upheld"


def test_a_signed_in_author_finds_it_among_their_own_on_the_page(api, world):
    token = api.jwt("ann")
    made = api.comment(HELD, token=token)
    (item,) = world.open_items(made["id"])
    world.decide(item.id, world.moderator("mo"), Verdict.REJECT, reason_code=ReasonCode.HATE)
    assert api.thread(token=token)["mine"][0]["appeal"] is None
    assert api.post(f"comments/{made['id']}/appeals", {}, token=token).status_code == 201
    assert api.thread(token=token)["mine"][0]["appeal"]["outcome"] is None


def test_nobody_else_appeals_or_learns_of_it(api, world, rejected):
    path = f"comments/{rejected['id']}/appeals"
    problem(api.post(path, {}), 404, "not-found")
    problem(api.post(path, {}, token=api.jwt("bob")), 404, "not-found")
    problem(api.post(path, {}, headers={"X-Edit-Token": "wrong"}), 404, "not-found")
    assert world.rows(models.Appeal) == []


def test_what_is_shown_needs_no_appeal(api, world):
    made = api.comment()
    answer = api.post(f"comments/{made['id']}/appeals", {}, headers={"X-Edit-Token": made["edit_token"]})
    problem(answer, 409, "conflict")
    assert world.rows(models.Appeal) == []


@pytest.mark.parametrize("body", [{"body": "x" * 2001}, {"body": 7}, {"reason": "none"}, {"body": "a\u0000b"}])
def test_an_appeal_is_bounded(api, rejected, body):
    answer = api.post(f"comments/{rejected['id']}/appeals", body, headers={"X-Edit-Token": rejected["edit_token"]})
    assert answer.status_code in {400, 422}


def test_who_decided_does_not_see_the_appeal_among_what_they_may_take(api, world):
    made = api.comment(HELD)
    (item,) = world.open_items(made["id"])
    admin = api.caller(ADMIN)
    world.decide(item.id, api.account_of(ADMIN), Verdict.REJECT)
    world.moderator("flo")
    assert api.get(f"moderation/items/{item.id}", token=admin).json["appeal"] is None
    api.post(f"comments/{made['id']}/appeals", {"body": "Look again."}, headers={"X-Edit-Token": made["edit_token"]})
    assert api.post("moderation/claims", {"queue": "appeals"}, token=admin).json["items"] == []
    (waiting,) = world.open_items(made["id"])
    assert api.get(f"moderation/items/{waiting.id}", token=admin).json["appeal"] == "Look again."
    problem(api.post("moderation/claims", {"item": waiting.id}, token=admin), 409, "kept-from")


@pytest.mark.parametrize("nudged", ["rephrased", "posted_anyway"])
def test_what_a_nudge_led_to_is_kept(api, world, nudged):
    made = api.comment(nudged=nudged)
    assert world.comment(made["id"]).nudged == nudged


@pytest.mark.parametrize("nudged", ["ignored", "", 1, ["rephrased"], {}])
def test_a_nudge_has_one_of_two_ends(api, nudged):
    answer = api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": "Fine.", "author": {"name": "Gus"}, "nudged": nudged})
    problem(answer, 422, "validation-failed")
    assert pointers(answer) == ["/nudged"]


def test_new_articles_close_after_the_days_that_the_site_says(api, world):
    old = api.comment(article="old")
    assert old["status"] == "published"
    answer = api.patch("admin/sites/gazette", {"close_after_days": 7}, token=api.caller(ADMIN))
    assert answer.json["close_after_days"] == 7
    api.comment(article="new")
    world.clock.advance(days=7)
    refused = api.post("sites/gazette/comments", {"article": {"key": "new"}, "body": "Late.", "author": {"name": "Gus"}})
    problem(refused, 409, "article-closed")
    assert api.thread("new")["article"]["is_closed"]
    api.comment(article="old")
    api.patch("admin/sites/gazette", {"close_after_days": 0}, token=api.caller(ADMIN))
    api.comment(article="newer")
    world.clock.advance(days=400)
    api.comment(article="newer")
