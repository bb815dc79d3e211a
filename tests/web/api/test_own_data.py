"""A reader's own comments, all that is held about them, and their right to be forgotten."""

import pytest

from commentsvc.domain.status import ReasonCode, Standing, Status, Verdict
from commentsvc.store import models
from commentsvc.web.pagination import encode_cursor
from tests.support.world import HELD
from tests.web.api.api_client import problem

SECRET = "Nobody but me may read this."


@pytest.fixture
def ann(api, world):
    """Ann wrote three comments (one held, one edited, one answered by Ben), voted, reported and appealed; Ben did something, too."""
    token, ben = api.jwt("ann", email="ann@example.org"), api.jwt("ben")
    first = api.comment(SECRET, token=token)
    held = api.comment(HELD, token=token, article="bus")
    answered = api.comment("The first text.", token=token)
    api.patch(f"comments/{answered['id']}", {"body": "The second text."}, token=token)
    reply = api.comment("I agree.", token=ben, parent=answered["id"])
    other = api.comment("By Ben.", token=ben)
    api.put(f"comments/{other['id']}/vote", {"value": 1}, token=token)
    api.post(f"comments/{other['id']}/reports", {"reason": "spam", "note": "I know him."}, token=token)
    (item,) = world.open_items(held["id"])
    world.decide(item.id, world.moderator("mo"), Verdict.REJECT, reason_code=ReasonCode.ABUSE)
    api.post(f"comments/{held['id']}/appeals", {"body": "I quote."}, token=token)
    return {"token": token, "ben": ben, "first": first, "held": held, "answered": answered, "reply": reply, "other": other}


def test_own_comments_come_newest_first_page_by_page(api, ann):
    first = api.get("sites/gazette/me/comments", query_string={"limit": 2}, token=ann["token"])
    assert first.headers["Cache-Control"] == "no-store"
    assert [item["id"] for item in first.json["items"]] == [ann["answered"]["id"], ann["held"]["id"]]
    rejected = first.json["items"][1]
    assert (rejected["status"], rejected["ground"], rejected["appeal"]["outcome"], rejected["article"]) == (
        "rejected",
        "abuse",
        None,
        "bus",
    )
    rest = api.get("sites/gazette/me/comments", query_string={"cursor": first.json["next"]}, token=ann["token"]).json
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([ann["first"]["id"]], None)
    assert api.get("sites/courier/me/comments", token=api.jwt("ann", site="courier")).json["items"] == []


@pytest.mark.parametrize("cursor", ["x", "WyJvd24iLCJhIiwiYiJd", encode_cursor("own", ("0001-01-01T00:00:00+14:00", "b"))])
def test_a_made_up_cursor_leads_nowhere(api, ann, cursor):
    answer = api.get("sites/gazette/me/comments", query_string={"cursor": cursor}, token=ann["token"])
    assert answer.status_code in {404, 422}


def test_all_that_is_held_is_handed_out(api, ann):
    answer = api.get("sites/gazette/me/data", token=ann["token"])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="gazette-comments.json"'
    data = answer.json
    assert (data["author"]["subject"], data["author"]["name"]) == ("sso:ann", "Ann")
    texts = [[text["body"] for text in comment["texts"]] for comment in data["comments"]]
    assert texts == [[SECRET], [HELD], ["The first text.", "The second text."]]
    assert [(line["comment_id"], line["value"]) for line in data["votes"]] == [(ann["other"]["id"], 1)]
    assert [(line["reason"], line["note"]) for line in data["reports"]] == [("spam", "I know him.")]
    assert [(line["body"], line["outcome"]) for line in data["appeals"]] == [("I quote.", None)]
    assert "By Ben" not in answer.get_data(as_text=True)


def test_a_reader_who_never_wrote_has_no_data(api):
    data = api.get("sites/gazette/me/data", token=api.jwt("eve")).json
    assert (data["author"], data["comments"], data["votes"]) == (None, [], [])
    assert api.delete("sites/gazette/me", token=api.jwt("eve")).status_code == 204


def test_who_is_erased_leaves_nothing_of_themselves(api, world, ann):
    assert api.delete("sites/gazette/me", token=ann["token"]).status_code == 204
    stored = str(world.snapshot())
    for trace in (SECRET, HELD, "The first text.", "The second text.", "I know him.", "I quote.", "sso:ann", "'Ann'"):
        assert trace not in stored, trace
    thread = api.thread()
    assert thread["total"] == 2
    shown = {item["id"]: item for item in thread["items"]}
    assert ann["first"]["id"] not in shown
    placeholder = shown[ann["answered"]["id"]]
    assert (placeholder["status"], placeholder["author"], placeholder["body_html"]) == ("withdrawn", None, None)
    assert placeholder["replies"]["items"][0]["id"] == ann["reply"]["id"]
    assert shown[ann["other"]["id"]]["up"] == 1
    assert world.open_items(ann["held"]["id"]) == []
    assert world.row(models.AuditEntry, action="author_erased").after == {"comments": 3}
    assert api.get("sites/gazette/me/comments", token=ann["token"]).json["items"] == []
    problem(api.get(f"comments/{ann['first']['id']}", token=ann["token"]), 404, "not-found")


def test_what_a_word_list_found_is_not_quoted_any_more(api, world):
    world.set_policy({"words": {"suspect": ["zeppelin"]}})
    token = api.jwt("ann")
    api.comment("The zeppelin was late.", token=token)
    assert "zeppelin" in str(world.rows(models.Routing))
    api.delete("sites/gazette/me", token=token)
    assert "zeppelin" not in str(world.rows(models.Routing))
    assert "zeppelin" not in str(world.rows(models.Revision))


def test_who_comes_back_begins_anew(api, world, ann):
    api.delete("sites/gazette/me", token=ann["token"])
    again = api.comment("Here I am again.", token=ann["token"])
    assert [item["id"] for item in api.get("sites/gazette/me/comments", token=ann["token"]).json["items"]] == [again["id"]]
    assert world.comment(ann["first"]["id"]).status is Status.ERASED


def test_a_ban_is_not_shaken_off(api, world, ann):
    world.sanction("ann", Standing.BANNED, world.moderator("flo"))
    assert api.delete("sites/gazette/me", token=ann["token"]).status_code == 204
    refused = api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": "Again."}, token=ann["token"])
    problem(refused, 403, "author-banned")
    assert SECRET not in str(world.snapshot())


def test_an_erasure_concerns_one_site(api, world, ann):
    elsewhere = api.post(
        "sites/courier/comments", {"article": {"key": "tram"}, "body": "At the Courier."}, token=api.jwt("ann", site="courier")
    ).json
    api.delete("sites/gazette/me", token=ann["token"])
    assert world.comment(elsewhere["id"]).status is Status.PUBLISHED
