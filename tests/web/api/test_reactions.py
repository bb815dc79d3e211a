"""Votes and reports: one of each for each reader."""

import pytest

from commentsvc.store import models
from tests.web.api.api_client import pointers, problem


def test_the_last_vote_counts(api):
    made = api.comment()
    path = f"comments/{made['id']}/vote"
    assert api.put(path, {"value": 1}, token=api.jwt("bob")).json == {"up": 1, "down": 0, "value": 1}
    assert api.put(path, {"value": 1}, token=api.jwt("bob")).json == {"up": 1, "down": 0, "value": 1}
    assert api.put(path, {"value": -1}, token=api.jwt("bob")).json == {"up": 0, "down": 1, "value": -1}
    assert api.put(path, {"value": 1}, token=api.jwt("eve")).json == {"up": 1, "down": 1, "value": 1}
    assert api.delete(path, token=api.jwt("bob")).json == {"up": 1, "down": 0, "value": 0}
    assert api.delete(path, token=api.jwt("bob")).status_code == 200
    assert api.get(f"comments/{made['id']}").json["up"] == 1


def test_guests_vote_once_from_one_address(api):
    path = f"comments/{api.comment()['id']}/vote"
    for _ in range(3):
        assert api.put(path, {"value": 1}).json["up"] == 1
    elsewhere = api.put(path, {"value": 1}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.json["up"] == 2


@pytest.mark.parametrize("value", [0, 2, "1", True, None, 1.5, 2**62])
def test_a_vote_is_one_for_or_against(api, value):
    answer = api.put(f"comments/{api.comment()['id']}/vote", {"value": value})
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == {"/value"}


def test_a_report_puts_the_comment_before_moderators_once(api, world):
    made = api.comment()
    path = f"comments/{made['id']}/reports"
    first = api.post(path, {"reason": "spam", "note": "Sells shoes."}, token=api.jwt("bob"))
    again = api.post(path, {"reason": "abuse"}, token=api.jwt("bob"))
    assert (first.status_code, first.json, again.status_code, again.json) == (201, {"is_new": True}, 200, {"is_new": False})
    (item,) = world.open_items(made["id"])
    assert item.queue == "reported"
    assert [(row.reason, row.note) for row in world.rows(models.Report)] == [("spam", "Sells shoes.")]


@pytest.mark.parametrize("body", [{}, {"reason": "ugly"}, {"reason": "spam", "note": "x" * 1001}, {"reason": ["spam"]}, {"reason": None}])
def test_a_report_has_a_reason_of_the_list(api, body):
    problem(api.post(f"comments/{api.comment()['id']}/reports", body), 422, "validation-failed")


@pytest.mark.parametrize("comment_id", ["01890000-0000-7000-8000-000000000000", "x", "%00", "ü", "x" * 3000])
def test_an_unknown_comment_is_not_found(api, comment_id):
    for answer in (
        api.get(f"comments/{comment_id}", check=False),
        api.put(f"comments/{comment_id}/vote", {"value": 1}, check=False),
        api.post(f"comments/{comment_id}/reports", {"reason": "spam"}, check=False),
    ):
        assert answer.status_code in {400, 404}
