"""Webhooks as admins make and watch them."""

import pytest

from commentsvc.integrations.sealing import Purpose, unseal
from commentsvc.store import models
from tests.web.api.api_client import ADMIN, pointers, problem

PATH = "admin/sites/gazette/webhooks"


def test_a_webhook_shows_its_secret_once_and_keeps_it_sealed(api, world):
    token = api.caller(ADMIN)
    made = api.post(PATH, {"url": "https://cms.example/hook", "topics": ["comment.published"]}, token=token)
    assert made.status_code == 201
    secret = made.json["secret"]
    (listed,) = api.get(PATH, token=token).json["items"]
    assert listed == {key: value for key, value in made.json.items() if key != "secret"}
    row = world.row(models.Webhook)
    assert secret not in str(world.snapshot())
    assert unseal(world.runtime.secret, row.secret_sealed, Purpose.WEBHOOK) == secret
    entry = world.row(models.AuditEntry, action="webhook_created")
    assert entry.subject == f"webhook:{row.id}"
    assert api.delete(f"{PATH}/{row.id}", token=token).status_code == 204
    assert api.get(PATH, token=token).json["items"] == []


@pytest.mark.parametrize(
    "body",
    [{"url": "http://cms.example/"}, {"url": "https://u:p@cms.example/"}, {"url": "javascript:alert(1)"}, {"url": ""}, {"url": 1}, {}],
)
def test_only_https_addresses_are_told(api, body):
    answer = api.post(PATH, body, token=api.caller(ADMIN))
    problem(answer, 422, "validation-failed")
    assert pointers(answer) == ["/url"]


def test_only_known_topics_are_asked_for(api):
    answer = api.post(PATH, {"url": "https://cms.example/", "topics": ["comment.read"]}, token=api.caller(ADMIN))
    problem(answer, 422, "validation-failed")


def test_a_test_message_is_on_its_way_and_stands_in_the_list(api):
    token = api.caller(ADMIN)
    webhook_id = api.post(PATH, {"url": "https://cms.example/hook"}, token=token).json["id"]
    message = api.post(f"{PATH}/{webhook_id}:test", token=token).json["message"]
    (line,) = api.get(f"{PATH}/{webhook_id}/deliveries", token=token).json["items"]
    assert (line["id"], line["topic"], line["attempts"], line["delivered_at"]) == (message, "webhook.test", 0, None)


@pytest.mark.parametrize("tail", ["", ":test", "/deliveries"])
def test_what_is_another_site_s_is_not_there(api, world, tail):
    token = api.caller(ADMIN)
    webhook_id = api.post(PATH, {"url": "https://cms.example/hook"}, token=token).json["id"]
    theirs = api.caller("admin@courier")
    path = f"admin/sites/courier/webhooks/{webhook_id}{tail}"
    if tail == "/deliveries":
        api.post(f"{PATH}/{webhook_id}:test", token=token)
        assert api.get(path, token=theirs).json["items"] == []
    else:
        problem(api.send("DELETE" if not tail else "POST", path, token=theirs), 404, "not-found")
    assert len(world.rows(models.Webhook)) == 1
