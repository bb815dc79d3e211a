"""Posting, editing and withdrawing, as readers and guests do it."""

import pytest

from commentsvc.domain.status import Standing
from commentsvc.scoring.fake_scorer import FakeMood
from commentsvc.services.sites import SiteChange, change_site, set_article_closed
from commentsvc.store import models
from tests.support.world import CIVIL, HELD, REJECTED, REVIEWED
from tests.web.api.api_client import pointers, problem

POST = "sites/gazette/comments"
BODY = {"article": {"key": "tram"}, "body": CIVIL, "author": {"name": "Gus"}}


def test_a_civil_comment_is_published_at_once(api):
    answer = api.post(POST, BODY)
    made = answer.json
    assert answer.status_code == 201
    assert (made["status"], made["reasons"], made["message"]) == ("published", [], "")
    assert made["body_html"] == f"<p>{CIVIL}</p>"
    assert answer.headers["Location"] == f"/api/v1/comments/{made['id']}"
    assert api.thread()["items"][0]["id"] == made["id"]


def test_a_vile_comment_is_held_with_the_labels_and_thresholds_that_held_it(api):
    made = api.comment(HELD)
    assert made["status"] == "held"
    assert made["reasons"][0] == {"kind": "band", "route": "hold", "label": "toxicity", "score": 0.75, "threshold": 0.7}
    assert made["message"] == "Waiting for a moderator. Your comment was held because it looks like rude or hurtful language."
    assert api.thread()["items"] == []


@pytest.mark.parametrize(("body", "status", "route"), [(REVIEWED, "published", "review"), (REJECTED, "rejected", "reject")])
def test_the_other_routes_say_why(api, body, status, route):
    made = api.comment(body)
    assert (made["status"], made["reasons"][0]["route"]) == (status, route)


def test_a_late_scorer_gives_202_and_nobody_sees_the_comment(api, world):
    world.scorer.mood = FakeMood.FAILING
    answer = api.post(POST, BODY)
    assert (answer.status_code, answer.json["status"]) == (202, "pending")
    assert answer.json["message"].startswith("Your comment is being checked.")
    assert api.thread()["items"] == []
    assert len(world.rows(models.Job)) == 1


def test_a_retry_gives_the_same_comment_again(api, world):
    headers = {"Idempotency-Key": "k1"}
    first, again = (api.post(POST, {**BODY, "body": HELD}, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(world.rows(models.Comment)) == 1


def test_a_key_used_for_something_else_is_refused(api, world):
    headers = {"Idempotency-Key": "k1"}
    api.post(POST, BODY, headers=headers)
    problem(api.post(POST, {**BODY, "body": "Something else."}, headers=headers), 409, "idempotency-key-reused")
    assert [row.body for row in world.rows(models.Revision)] == [BODY["body"]]


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "ké"])
def test_a_malformed_key_is_refused(api, key):
    answer = api.post(POST, BODY, headers={"Idempotency-Key": key.encode().decode("latin-1")})
    problem(answer, 422, "validation-failed")
    assert pointers(answer) == ["Idempotency-Key"]


def test_a_signed_in_reader_needs_no_edit_token(api):
    made = api.comment(token=api.jwt("ann"))
    assert "edit_token" not in made
    author = api.thread()["items"][0]["author"]
    assert (author["name"], author["is_staff"]) == ("Ann", False)


def test_the_site_says_who_is_staff(api):
    api.comment(token=api.jwt("eve", roles=["staff"]))
    author = api.thread()["items"][0]["author"]
    assert (author["name"], author["is_staff"]) == ("Eve", True)


def test_an_author_has_one_id_for_all_they_write(api):
    for number, name in enumerate(("ann", "ann", "eve")):
        api.comment(f"Text number {number}.", token=api.jwt(name))
    eve, *anns = [comment["author"]["id"] for comment in api.thread()["items"]]
    assert anns[0] == anns[1] != eve


def test_a_guest_may_leave_out_their_name(api):
    api.comment(name=None)
    assert api.thread()["items"][0]["author"]["name"] == "Guest"


def test_a_guest_cannot_pass_as_a_reader(api, world):
    api.comment(token=api.jwt("ann"))
    api.comment("Another text.", name="Ann")
    assert len({row.author_id for row in world.rows(models.Comment)}) == 2


def test_an_address_is_kept_as_a_hash_alone(api, world):
    api.post(POST, {**BODY, "author": {"name": "Gus", "email": "Gus@Example.org"}})
    (author,) = world.rows(models.Author)
    assert len(author.email_hash) == 64
    assert "gus@" not in repr(world.snapshot()).lower()


REFUSED = [
    ({"body": CIVIL}, ["/article"]),
    ({**BODY, "body": ""}, ["/body"]),
    ({**BODY, "body": "  \n "}, ["/body"]),
    ({**BODY, "body": "x" * 50_001}, ["/body"]),
    ({**BODY, "body": 7}, ["/body"]),
    ({**BODY, "surprise": 1}, ["/surprise"]),
    ({**BODY, "article": {"key": ""}}, ["/article/key"]),
    ({**BODY, "article": {"key": "a\nb"}}, ["/article/key"]),
    ({**BODY, "article": {"key": "x" * 501}}, ["/article/key"]),
    ({**BODY, "article": {"key": "a", "url": "javascript:alert(1)"}}, ["/article/url"]),
    ({**BODY, "article": {"key": "a", "title": "t" * 501}}, ["/article/title"]),
    ({**BODY, "article": {"key": "a", "section": "s" * 101}}, ["/article/section"]),
    ({**BODY, "article": "tram"}, ["/article"]),
    ({**BODY, "parent": "not-an-id"}, ["/parent"]),
    ({**BODY, "author": {"name": "   "}}, ["/author/name"]),
    ({**BODY, "author": {"name": "a\u0007b"}}, ["/author/name"]),
    ({**BODY, "author": {"name": "x" * 101}}, ["/author/name"]),
    ({**BODY, "author": {"name": "Gus", "email": "nowhere"}}, ["/author/email"]),
    ({**BODY, "author": {"email": "a@b"}}, ["/author/name"]),
    ([], [""]),
]


@pytest.mark.parametrize(("body", "at"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_pointer(api, world, body, at):
    before = world.snapshot()
    answer = api.post(POST, body)
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == set(at)
    assert world.snapshot() == before


def test_the_site_sets_the_length(api, world):
    world.do(lambda session: change_site(session, world.site.id, SiteChange(max_body_chars=10), "x", world.now))
    answer = api.post(POST, {**BODY, "body": "Eleven char"})
    problem(answer, 422, "body-too-long")
    assert pointers(answer) == ["/body"]


def test_a_closed_article_takes_no_comments(api, world):
    api.comment()
    close = {"is_closed": True, "account_id": "x", "now": world.now}
    world.do(lambda session: set_article_closed(session, world.site.id, "tram", **close))
    problem(api.post(POST, {**BODY, "body": "Too late."}), 409, "article-closed")
    assert api.thread()["article"]["is_closed"] is True


def test_a_banned_reader_is_told_so(api, world):
    api.comment(token=api.jwt("ann"))
    world.sanction("ann", Standing.BANNED, world.moderator())
    problem(api.post(POST, {"article": {"key": "tram"}, "body": "Again."}, token=api.jwt("ann")), 403, "author-banned")
    assert len(world.rows(models.Comment)) == 1


def test_guests_are_turned_away_where_the_site_wants_none(api, world):
    world.do(lambda session: change_site(session, world.site.id, SiteChange(guests_allowed=False), "x", world.now))
    problem(api.post(POST, BODY), 403, "guests-not-allowed")
    assert api.comment(token=api.jwt("ann"))["status"] == "published"


def test_the_same_text_twice_is_refused(api, world):
    api.post(POST, BODY)
    problem(api.post(POST, BODY), 409, "repeated")
    assert len(world.rows(models.Comment)) == 1


def test_a_reply_needs_a_published_parent_of_the_same_article(api):
    root, held = api.comment(), api.comment(HELD)
    assert api.comment("A reply.", parent=root["id"])["parent"] == root["id"]
    for parent, article in ((held["id"], "tram"), (root["id"], "bus"), ("01890000-0000-7000-8000-000000000000", "tram")):
        answer = api.post(POST, {**BODY, "article": {"key": article}, "body": f"To {parent} on {article}.", "parent": parent})
        problem(answer, 404, "not-found")
        assert pointers(answer) == ["/parent"]


def test_an_unknown_site_is_not_found(api, world):
    problem(api.post("sites/nowhere/comments", BODY), 404, "not-found")
    assert world.rows(models.Comment) == []


@pytest.mark.parametrize("token", ["not.a.jwt", "x"])
def test_a_token_that_does_not_hold_is_refused(api, token):
    problem(api.post(POST, BODY, token=token), 401, "unauthenticated")


def test_a_token_of_another_site_is_refused(api):
    problem(api.post(POST, BODY, token=api.jwt(site="courier")), 401, "unauthenticated")


# -- Editing -------------------------------------------------------------------------------------------------------------------
def test_a_reader_edits_their_own_comment(api):
    made = api.comment(token=api.jwt("ann"))
    answer = api.patch(f"comments/{made['id']}", {"body": "A *better* text."}, token=api.jwt("ann"))
    assert answer.status_code == 200
    assert (answer.json["revision"], answer.json["revision_status"], answer.json["body"]) == (2, "published", "A *better* text.")
    seen = api.get(f"comments/{made['id']}").json
    assert seen["body_html"] == "<p>A <em>better</em> text.</p>"
    assert "body" not in seen


def test_a_guest_edits_with_the_edit_token(api):
    made = api.comment()
    headers = {"X-Edit-Token": made["edit_token"]}
    assert api.patch(f"comments/{made['id']}", {"body": "Better."}, headers=headers).json["body"] == "Better."


def test_an_edit_that_is_held_hides_the_comment(api):
    made = api.comment(token=api.jwt("ann"))
    answer = api.patch(f"comments/{made['id']}", {"body": HELD}, token=api.jwt("ann"))
    assert (answer.status_code, answer.json["status"], answer.json["revision_status"]) == (200, "held", "held")
    assert answer.json["message"].startswith("Waiting for a moderator.")
    problem(api.get(f"comments/{made['id']}"), 404, "not-found")


def test_a_late_edit_leaves_the_old_text_for_readers(api, world):
    made = api.comment(token=api.jwt("ann"))
    world.scorer.mood = FakeMood.FAILING
    answer = api.patch(f"comments/{made['id']}", {"body": "Newer."}, token=api.jwt("ann"))
    assert (answer.status_code, answer.json["revision_status"], answer.json["body"]) == (202, "pending", "Newer.")
    assert api.get(f"comments/{made['id']}").json["body_html"] == f"<p>{CIVIL}</p>"
    assert api.get(f"comments/{made['id']}", token=api.jwt("ann")).json["revision_status"] == "pending"


def test_nobody_else_may_change_a_comment(api, world):
    made, other = api.comment(token=api.jwt("ann")), api.comment("By a guest.")
    path = f"comments/{made['id']}"
    before = world.snapshot()
    problem(api.patch(path, {"body": "Mine now."}), 401, "unauthenticated")
    problem(api.delete(path), 401, "unauthenticated")
    problem(api.patch(path, {"body": "Mine now."}, token=api.jwt("bob")), 403, "forbidden")
    problem(api.delete(path, token=api.jwt("bob")), 403, "forbidden")
    problem(api.patch(path, {"body": "Mine now."}, headers={"X-Edit-Token": other["edit_token"]}), 403, "forbidden")
    problem(api.delete(f"comments/{other['id']}", headers={"X-Edit-Token": "x" * 32}), 403, "forbidden")
    # An edit token is for guests: a reader's comment has none, whatever our key would make of its id.
    forged = world.runtime.edit_token(made["id"])
    problem(api.delete(path, headers={"X-Edit-Token": forged}), 403, "forbidden")
    assert world.snapshot() == before


def test_the_edit_window_closes(api, world):
    made = api.comment(token=api.jwt("ann"))
    world.clock.advance(minutes=11)
    problem(api.patch(f"comments/{made['id']}", {"body": "Too late."}, token=api.jwt("ann")), 409, "edit-window-closed")
    problem(api.delete(f"comments/{made['id']}", token=api.jwt("ann")), 409, "edit-window-closed")


def test_an_edit_of_an_older_revision_is_refused(api):
    made = api.comment(token=api.jwt("ann"))
    path = f"comments/{made['id']}"
    assert api.patch(path, {"body": "Second.", "revision": 1}, token=api.jwt("ann")).status_code == 200
    problem(api.patch(path, {"body": "Third.", "revision": 1}, token=api.jwt("ann")), 409, "stale-revision")


def test_withdrawing_leaves_a_placeholder_above_replies(api):
    root = api.comment("The root.", token=api.jwt("ann"))
    api.comment("A reply.", parent=root["id"])
    assert api.delete(f"comments/{root['id']}", token=api.jwt("ann")).status_code == 204
    page = api.thread()
    (shown,) = page["items"]
    assert (shown["status"], shown["author"], shown["body_html"]) == ("withdrawn", None, None)
    assert (page["total"], len(shown["replies"]["items"])) == (1, 1)
    problem(api.get(f"comments/{root['id']}", token=api.jwt("ann")), 404, "not-found")


def test_a_withdrawn_comment_without_replies_is_gone(api):
    made = api.comment()
    assert api.delete(f"comments/{made['id']}", headers={"X-Edit-Token": made["edit_token"]}).status_code == 204
    assert api.thread()["items"] == []


# -- Preview -------------------------------------------------------------------------------------------------------------------
def test_a_preview_renders_and_nudges_and_stores_nothing(api, world):
    before = world.snapshot()
    civil = api.post("sites/gazette/comments:preview", {"body": "Some *words* <script>alert(1)</script>"}).json
    assert (civil["route"], civil["nudge"], civil["reasons"]) == ("publish", None, [])
    assert "<em>words</em>" in civil["body_html"]
    assert "<script" not in civil["body_html"]
    vile = api.post("sites/gazette/comments:preview", {"body": HELD}).json
    assert (vile["route"], vile["nudge"]) == (
        "hold",
        "This may be looked at by a moderator because it looks like rude or hurtful language.",
    )
    assert civil["marks"] == []
    assert {HELD[mark["begin"] : mark["end"]] for mark in vile["marks"]} == {"stupid"}
    assert world.snapshot() == before


def test_a_preview_speaks_of_the_words_alone(api, world):
    world.set_policy({"premoderation": True, "first_comments": {"count": 3, "route": "hold"}, "sample_rate": 1.0})
    told = api.post("sites/gazette/comments:preview", {"body": "The tram was on time."}).json
    assert (told["route"], told["nudge"], told["reasons"], told["marks"]) == ("publish", None, [], [])
    assert api.comment("The tram was on time.")["status"] == "held"


def test_a_preview_without_scores_has_no_nudge(api, world):
    world.scorer.mood = FakeMood.FAILING
    assert api.post("sites/gazette/comments:preview", {"body": HELD}).json["route"] is None


def test_a_preview_has_the_bounds_of_a_comment(api):
    problem(api.post("sites/gazette/comments:preview", {"body": "x" * 5001}), 422, "body-too-long")
    problem(api.post("sites/gazette/comments:preview", {"body": " "}), 422, "validation-failed")
