"""Many decided at once through the API, and queues of a site's own."""

import pytest

from commentsvc.domain.status import Queue, Status
from commentsvc.store import models
from tests.support.world import CIVIL
from tests.web.api.api_client import ADMIN, MODERATOR, OTHER_MODERATOR


def hold(api, world, *scores: float) -> list[str]:
    """Held comments of the given toxicity; returns their ids."""
    return [api.comment(f"Number {n} has toxicity={score} in it.", token=api.jwt(f"a{n}"))["id"] for n, score in enumerate(scores)]


def preview(api, **wish):
    answer = api.post("moderation/bulk:preview", {"site": "gazette", **wish}, token=api.caller(MODERATOR))
    assert answer.status_code == 200, answer.json
    return answer.json


def send(api, lines, caller=MODERATOR, **rest):
    pairs = [{"item": line["item"], "revision": line["revision"]} for line in lines]
    return api.post("moderation/bulk", {"decision": "reject", "reason_code": "spam", "items": pairs, **rest}, token=api.caller(caller))


def test_a_preview_tells_what_would_be_hit_and_changes_nothing(api, world):
    hold(api, world, 0.71, 0.8, 0.9)
    api.caller(MODERATOR)
    before = world.snapshot()
    found = preview(api, queue="held", label="toxicity", score_from=0.75)
    assert (found["count"], found["free_count"]) == (2, 2)
    assert [line["body"][:8] for line in found["items"]] == ["Number 2", "Number 1"]
    assert world.snapshot() == before


def test_exactly_what_was_seen_is_decided_and_one_undo_takes_all_back(api, world):
    ids = hold(api, world, 0.75, 0.8)
    lines = preview(api, queue="held")["items"]
    late = hold(api, world, 0.85)[0]
    done = send(api, lines).json
    assert (done["decided_count"], done["refused_count"]) == (2, 0)
    assert [world.comment(one).status for one in [*ids, late]] == [Status.REJECTED, Status.REJECTED, Status.HELD]
    shown = api.get(f"moderation/bulk/{done['id']}", token=api.caller(ADMIN)).json
    assert (shown["decided_count"], shown["standing_count"], shown["is_undone"]) == (2, 2, False)
    undone = api.post(f"moderation/bulk/{done['id']}/undo", token=api.caller(ADMIN)).json
    assert undone["decided_count"] == 2
    assert [world.comment(one).status for one in ids] == [Status.HELD] * 2
    again = api.post(f"moderation/bulk/{done['id']}/undo", token=api.caller(ADMIN)).json
    assert (again["decided_count"], again["refused_count"]) == (0, 0)
    assert api.get(f"moderation/bulk/{done['id']}", token=api.caller(ADMIN)).json["is_undone"] is True


def test_what_a_colleague_holds_or_the_author_has_changed_is_left_and_told(api, world):
    held, edited, free = hold(api, world, 0.75, 0.8, 0.85)
    lines = preview(api)["items"]
    (item,) = world.open_items(held)
    api.post("moderation/claims", {"item": item.id}, token=api.caller(ADMIN))
    assert {line["obstacle"] for line in preview(api)["items"]} == {"", "a colleague is working on it"}
    world.edit(edited, "Now it has toxicity=0.9 in it.")
    done = send(api, lines).json
    assert (done["decided_count"], done["refused_count"]) == (1, 2)
    problems = {line["item"]: line["problem"]["type"] for line in done["items"] if "problem" in line}
    assert problems[item.id] == "/problems/lease-held"
    assert sorted(problems.values()) == ["/problems/lease-held", "/problems/stale-revision"]
    assert world.comment(free).status is Status.REJECTED


def test_all_of_an_author_are_found(api, world):
    hold(api, world, 0.75)
    mine = [api.comment(f"Spam toxicity=0.7{n} of mine.", token=api.jwt("spammer"))["id"] for n in range(2)]
    found = preview(api, author=world.comment(mine[0]).author_id)
    assert {line["comment"] for line in found["items"]} == set(mine)


def test_the_sample_is_not_told_from_reviews(api, world):
    world.chance.value = 0.0
    sampled = api.comment(CIVIL, token=api.jwt("ann"))["id"]
    (line,) = preview(api, queue="review")["items"]
    assert (line["comment"], line["queue"]) == (sampled, "review")
    assert world.open_items(sampled)[0].queue is Queue.SAMPLE


def test_nothing_of_another_site_is_decided(api, world):
    hold(api, world, 0.8)
    lines = preview(api)["items"]
    done = send(api, lines, OTHER_MODERATOR).json
    assert [line["problem"]["type"] for line in done["items"]] == ["/problems/not-found"]
    assert api.get(f"moderation/bulk/{done['id']}", token=api.caller(MODERATOR)).status_code == 404
    assert world.rows(models.Decision) == []


@pytest.mark.parametrize(
    "wish",
    [
        {"score_from": 0.5},
        {"label": "toxicity", "score_from": 2},
        {"label": "wit"},
        {"queue": "sample"},
        {"waits_at_least_h": 0},
        {"language": ""},
        {"mood": "grim"},
    ],
)
def test_a_wish_that_does_not_fit_is_refused(api, wish):
    answer = api.post("moderation/bulk:preview", {"site": "gazette", **wish}, token=api.caller(MODERATOR))
    assert answer.status_code == 422


def test_rejecting_many_needs_a_reason_and_items(api, world):
    hold(api, world, 0.8)
    lines = preview(api)["items"]
    assert send(api, lines, reason_code=None).status_code == 422
    assert send(api, []).status_code == 422
    assert world.rows(models.BulkDecision) == []


def test_a_queue_of_a_sites_own_is_listed_counted_and_claimed(api, world):
    hold(api, world, 0.71, 0.8, 0.9)
    wish = {"site": "gazette", "name": "The worst", "queue": "held", "label": "toxicity", "score_from": 0.75}
    made = api.post("moderation/filters", wish, token=api.caller(ADMIN))
    assert (made.status_code, made.json["count"]) == (201, 2)
    own = made.json["id"]
    assert api.post("moderation/filters", wish, token=api.caller(MODERATOR)).status_code == 409
    first = api.get("moderation/items", query_string={"filter": own, "limit": 1}, token=api.caller(MODERATOR)).json
    rest = api.get("moderation/items", query_string={"filter": own, "cursor": first["next"]}, token=api.caller(MODERATOR)).json
    assert [item["body"][:8] for item in first["items"] + rest["items"]] == ["Number 2", "Number 1"]
    claimed = api.post("moderation/claims", {"filter": own, "limit": 5}, token=api.caller(MODERATOR)).json
    assert {item["id"] for item in claimed["items"]} == {item["id"] for item in first["items"] + rest["items"]}
    (listed,) = api.get("moderation/filters", token=api.caller(MODERATOR)).json["items"]
    assert (listed["name"], listed["count"], listed["wish"]["label"]) == ("The worst", 2, "toxicity")
    for path, body in (("moderation/items", None), ("moderation/claims", {"filter": own})):
        send_as = {"token": api.caller(OTHER_MODERATOR)}
        answer = api.post(path, body, **send_as) if body else api.get(path, query_string={"filter": own}, **send_as)
        assert answer.status_code == 404
    assert api.post("moderation/claims", {"filter": own, "queue": "held"}, token=api.caller(MODERATOR)).status_code == 422
