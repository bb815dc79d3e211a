"""What is not published is seen by its author and by moderators, and by nobody else on any way."""

import pytest

from commentsvc.scoring.fake_scorer import FakeMood
from commentsvc.store import models
from tests.support.world import HELD, REJECTED
from tests.web.api.api_client import MODERATOR, problem

CANARY = "canary of yellow feathers"
WRITER = "Wanda"
STATUSES = ["pending", "held", "rejected", "withdrawn"]


def hide(api, world, status, **rest):
    """A comment of Wanda's with this status; its document."""
    texts = {"held": HELD, "rejected": REJECTED}
    if status == "pending":
        world.scorer.mood = FakeMood.FAILING
    made = api.comment(f"{texts.get(status, '')} {CANARY}", token=api.jwt("wanda"), **rest)
    world.scorer.mood = FakeMood.WELL
    if status == "withdrawn":
        assert api.delete(f"comments/{made['id']}", token=api.jwt("wanda")).status_code == 204
    else:
        assert made["status"] == status
    return made


def public_reads(api, made, article):
    """Everything that somebody else can ask."""
    strangers = [{}, {"token": api.jwt("bob")}, {"headers": {"X-Edit-Token": "x" * 32}}, {"token": api.caller(MODERATOR)}]
    for stranger in strangers:
        for sort in ("newest", "oldest", "best"):
            yield api.get("sites/gazette/comments", query_string={"article": article, "sort": sort}, **stranger)
        yield api.get("sites/gazette/comments", query_string={"article": article, "parent": made["id"]}, **stranger)
        yield api.get(f"comments/{made['id']}", **stranger)
        yield api.patch(f"comments/{made['id']}", {"body": "Mine."}, **stranger)
        yield api.delete(f"comments/{made['id']}", **stranger)
        yield api.put(f"comments/{made['id']}/vote", {"value": 1}, **stranger)
        yield api.delete(f"comments/{made['id']}/vote", **stranger)
        yield api.post(f"comments/{made['id']}/reports", {"reason": "abuse"}, **stranger)
        yield api.post("sites/gazette/counts", {"articles": [article]}, **stranger)


@pytest.mark.parametrize("status", STATUSES)
def test_nobody_else_sees_it(api, world, status):
    api.comment("Something civil.", article="bus")
    made = hide(api, world, status, article="bus")
    for answer in public_reads(api, made, "bus"):
        told = answer.get_data(as_text=True)
        assert CANARY not in told
        assert WRITER not in told
        if "/counts" not in answer.request.path and "article" not in answer.request.args:
            assert answer.status_code == 404
    assert api.thread("bus")["total"] == 1


@pytest.mark.parametrize("status", STATUSES)
def test_with_replies_below_it_is_an_empty_placeholder(api, world, status):
    root = api.comment("Something civil.", token=api.jwt("wanda"))
    api.comment("A reply.", parent=root["id"])
    if status == "withdrawn":
        api.delete(f"comments/{root['id']}", token=api.jwt("wanda"))
    else:
        world.scorer.mood = FakeMood.FAILING if status == "pending" else FakeMood.WELL
        texts = {"held": HELD, "rejected": REJECTED, "pending": "An edit."}
        api.patch(f"comments/{root['id']}", {"body": f"{texts[status]} {CANARY}"}, token=api.jwt("wanda"))
    for answer in public_reads(api, root, "tram"):
        assert CANARY not in answer.get_data(as_text=True)
    (shown,) = api.thread()["items"]
    assert len(shown["replies"]["items"]) == 1
    if status == "pending":
        # An edit that is not routed yet leaves the text that is there.
        assert shown["body_html"] == "<p>Something civil.</p>"
    else:
        assert shown["status"] == ("withdrawn" if status == "withdrawn" else "hidden")
        assert (shown["author"], shown["body_html"], shown["edited_at"]) == (None, None, None)


def test_a_refusal_says_the_same_for_a_hidden_comment_and_for_none(api, world):
    hidden = hide(api, world, "held")["id"]
    nothing = "01890000-0000-7000-8000-000000000000"
    for caller in ({}, {"token": api.jwt("bob")}, {"token": "a.b.c"}, {"token": api.jwt("bob", site="courier")}):
        answers = [api.get(f"comments/{one}", **caller) for one in (hidden, nothing)]
        first, second = ({k: v for k, v in answer.json.items() if k != "instance"} for answer in answers)
        assert first == second
        assert first["status"] == 404


@pytest.mark.parametrize("status", ["pending", "held", "rejected"])
def test_its_author_sees_it_with_the_reasons(api, world, status):
    made = hide(api, world, status)
    seen = api.get(f"comments/{made['id']}", token=api.jwt("wanda"))
    assert (seen.json["status"], seen.json["revision_status"]) == (status, status)
    assert CANARY in seen.json["body"]
    assert (seen.json["reasons"], seen.json["message"]) == (made["reasons"], made["message"])
    assert "no-store" in seen.headers["Cache-Control"]


def test_a_guest_sees_theirs_by_the_edit_token(api):
    made, other = api.comment(HELD), api.comment("Another's.", name="Olga")
    path = f"comments/{made['id']}"
    assert api.get(path, headers={"X-Edit-Token": made["edit_token"]}).json["status"] == "held"
    problem(api.get(path, headers={"X-Edit-Token": other["edit_token"]}), 404, "not-found")
    problem(api.get(path), 404, "not-found")


def test_a_moderator_s_approval_shows_it_to_everybody(api, world):
    made = hide(api, world, "held")
    (item,) = world.open_items(made["id"])
    api.post(f"moderation/items/{item.id}/decision", {"decision": "approve", "revision": item.revision_id}, token=api.caller(MODERATOR))
    assert CANARY in api.get(f"comments/{made['id']}").json["body_html"]
    assert api.thread()["total"] == 1


def test_a_worker_s_late_scores_decide(api, world):
    from commentsvc.worker.loop import run_once

    made = hide(api, world, "pending")
    run_once(world.runtime)
    assert world.row(models.Comment, id=made["id"]).status == "published"
    assert CANARY in api.get(f"comments/{made['id']}").json["body_html"]
