"""The queue, claims, decisions and authors."""

import pytest

from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.store import models
from tests.support.world import CIVIL, HELD, REVIEWED
from tests.web.api.api_client import ADMIN, CHIEF, MODERATOR, counted_queries, pointers, problem

ITEMS = "moderation/items"


@pytest.fixture
def token(api):
    return api.caller(MODERATOR)


def hold(api, count=1, body=HELD, **rest):
    return [api.comment(f"{body} Number {number} {rest}.", token=api.jwt("wanda"), **rest)["id"] for number in range(count)]


def comments(answer):
    assert answer.status_code == 200, answer.json
    return [item["comment"] for item in answer.json["items"]]


def the_item(api, token, comment_id):
    return next(item for item in api.get(ITEMS, token=token).json["items"] if item["comment"] == comment_id)


def decision(item, verdict="approve", **rest):
    return {"decision": verdict, "revision": item["revision"], **rest}


def test_an_item_has_all_that_a_decision_needs(api, token):
    root = api.comment("The root of it.", name="Olga")
    answer = api.post(
        "sites/gazette/comments",
        {"article": {"key": "tram", "section": "local"}, "body": HELD, "parent": root["id"]},
        token=api.jwt("wanda"),
    )
    (listed,) = api.get(ITEMS, token=token).json["items"]
    item = api.get(f"{ITEMS}/{listed['id']}", token=token).json
    assert (item["comment"], item["queue"], item["status"], item["site"]) == (answer.json["id"], "held", "held", "gazette")
    assert (item["body"], item["body_html"], item["revision_no"]) == (HELD, f"<p>{HELD}</p>", 1)
    assert item["reasons"] == answer.json["reasons"]
    assert item["scores"]["toxicity"] == 0.75
    assert item["parent"] == {"id": root["id"], "author_name": "Olga", "body_html": "<p>The root of it.</p>"}
    assert (item["author"]["name"], item["author"]["comment_count"], item["author"]["is_guest"]) == ("Wanda", 1, False)
    assert item["article"]["key"] == "tram"
    assert (item["lease"], item["reports"]) == (None, [])
    begin = HELD.index("stupid")
    assert {(span["begin"], span["end"]) for span in item["spans"]} == {(begin, begin + 6)}
    assert listed == {**item, "spans": []}


def test_marked_words_are_a_help_and_no_more(api, world, token, monkeypatch):
    hold(api)
    (listed,) = api.get(ITEMS, token=token).json["items"]

    def fail(_text):
        raise ScorerUnavailableError("down")

    monkeypatch.setattr(world.scorer, "spans", fail)
    assert api.get(f"{ITEMS}/{listed['id']}", token=token).json["spans"] == []
    assert api.post("moderation/claims", {"queue": "held"}, token=token).json["items"][0]["spans"] == []


@pytest.mark.parametrize("sort", ["riskiest", "newest", "oldest"])
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_pages_follow_each_other_without_gap_or_overlap(api, world, token, sort, limit):
    made = []
    for number in range(5):
        world.clock.advance(minutes=1)
        made += hold(api, body=f"{number} stupid toxicity=0.7{number} ones.", article=f"a{number}")
    found, query = [], {"queue": "held", "sort": sort, "limit": limit}
    while True:
        answer = api.get(ITEMS, query_string=query, token=token)
        found += comments(answer)
        if answer.json["next"] is None:
            break
        query["cursor"] = answer.json["next"]
    assert sorted(found) == sorted(made)
    if sort != "riskiest":
        assert found == (made if sort == "oldest" else made[::-1])


@pytest.mark.parametrize(
    ("query", "code", "at"),
    [
        ({"queue": "nope"}, "validation-failed", "queue"),
        ({"sort": "best"}, "validation-failed", "sort"),
        ({"limit": "0"}, "validation-failed", "limit"),
        ({"colour": "red"}, "validation-failed", "colour"),
        ({"cursor": "abc"}, "not-found", "cursor"),
    ],
)
def test_a_query_that_does_not_fit_is_refused(api, token, query, code, at):
    answer = api.get(ITEMS, query_string=query, token=token)
    problem(answer, {"not-found": 404}.get(code, 422), code)
    assert set(pointers(answer)) == {at}


def test_the_queue_is_filtered_by_section(api, token):
    in_section = api.post(
        "sites/gazette/comments", {"article": {"key": "match", "section": "sport"}, "body": HELD}, token=api.jwt("wanda")
    ).json["id"]
    hold(api)
    assert comments(api.get(ITEMS, query_string={"section": "sport"}, token=token)) == [in_section]
    assert comments(api.get(ITEMS, query_string={"section": "none"}, token=token)) == []


@pytest.mark.parametrize("count", [2, 20])
def test_a_page_takes_as_many_queries_however_long_it_is(api, world, token, count):
    hold(api, count)
    with counted_queries(world) as statements:
        assert len(api.get(ITEMS, token=token).json["items"]) == count
    assert len(statements) <= 6


def test_the_sample_waits_among_the_reviews_unmarked(api, world, token):
    world.chance.value = 0.0
    sampled = api.comment(CIVIL)["id"]
    world.chance.value = 0.999
    reviewed = api.comment(REVIEWED)["id"]
    listed = api.get(ITEMS, query_string={"queue": "review"}, token=token)
    assert set(comments(listed)) == {sampled, reviewed}
    assert {item["queue"] for item in listed.json["items"]} == {"review"}
    counts = api.get("moderation/counts", token=token).json["counts"]
    assert (counts["review"], "sample" in counts) == (2, False)
    problem(api.get(ITEMS, query_string={"queue": "sample"}, token=token), 403, "forbidden")
    problem(api.post("moderation/claims", {"queue": "sample"}, token=token), 403, "forbidden")
    alone = api.get(ITEMS, query_string={"queue": "sample"}, token=api.caller(ADMIN))
    assert (comments(alone), alone.json["items"][0]["queue"]) == ([sampled], "sample")
    taken = api.post("moderation/claims", {"queue": "review", "limit": 5}, token=token)
    assert set(comments(taken)) == {sampled, reviewed}
    assert {item["queue"] for item in taken.json["items"]} == {"review"}


def test_counts_tell_what_waits(api, world, token):
    assert api.get("moderation/counts", token=token).json["oldest_at"] is None
    hold(api, 3)
    told = api.get("moderation/counts", token=token).json
    assert (told["counts"]["held"], told["counts"]["reported"]) == (3, 0)
    assert told["oldest_at"] == world.now.isoformat().replace("+00:00", "Z")


# -- Claims --------------------------------------------------------------------------------------------------------------------
def test_a_claimed_item_is_nobody_else_s(api, world, token):
    hold(api, 2)
    (mine,) = api.post("moderation/claims", {"queue": "held"}, token=token).json["items"]
    assert mine["lease"]["is_mine"]
    assert mine["lease"]["until"] > world.now.isoformat()
    (other,) = api.post("moderation/claims", {"queue": "held"}, token=api.caller(ADMIN)).json["items"]
    assert other["id"] != mine["id"]
    problem(api.post("moderation/claims", {"item": mine["id"]}, token=api.caller(ADMIN)), 409, "lease-held")
    problem(api.post(f"{ITEMS}/{mine['id']}/decision", decision(mine), token=api.caller(ADMIN)), 409, "lease-held")
    seen = api.get(f"{ITEMS}/{mine['id']}", token=api.caller(ADMIN)).json
    assert (seen["lease"]["is_mine"], seen["lease"]["account"]) == (False, api.account_of(MODERATOR))


def test_a_lease_ends_by_itself_or_is_given_back(api, world, token):
    hold(api)
    claim = {"queue": "held"}
    (item,) = api.post("moderation/claims", claim, token=token).json["items"]
    assert api.post("moderation/claims", claim, token=api.caller(ADMIN)).json["items"] == []
    assert api.delete(f"moderation/claims/{item['id']}", token=api.caller(ADMIN)).status_code == 204
    assert api.post("moderation/claims", claim, token=api.caller(ADMIN)).json["items"] == []
    assert api.delete(f"moderation/claims/{item['id']}", token=token).status_code == 204
    assert api.get(f"{ITEMS}/{item['id']}", token=token).json["lease"] is None
    assert len(api.post("moderation/claims", claim, token=api.caller(ADMIN)).json["items"]) == 1
    world.clock.advance(minutes=6)
    assert len(api.post("moderation/claims", {"item": item["id"]}, token=token).json["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"queue": "held", "item": "01890000-0000-7000-8000-000000000000"},
        {"queue": "held", "limit": 0},
        {"queue": "held", "limit": 51},
        {"queue": "held", "limit": True},
        {"item": "x"},
    ],
)
def test_a_claim_that_does_not_fit_is_refused(api, token, body):
    assert problem(api.post("moderation/claims", body, token=token), 422, "validation-failed")["errors"]


# -- Decisions -----------------------------------------------------------------------------------------------------------------
def test_approving_shows_and_undoing_hides_again(api, token):
    (comment_id,) = hold(api)
    item = the_item(api, token, comment_id)
    answer = api.post(f"{ITEMS}/{item['id']}/decision", decision(item), token=token)
    assert (answer.json["status"], answer.json["status_before"], answer.json["comment"]) == ("published", "held", comment_id)
    assert api.thread()["total"] == 1
    problem(api.post(f"{ITEMS}/{item['id']}/decision", decision(item), token=token), 409, "already-decided")
    undone = api.post(f"{ITEMS}/{item['id']}/undo", token=token)
    assert undone.json["status"] == "held"
    assert api.thread()["total"] == 0
    problem(api.post(f"{ITEMS}/{item['id']}/undo", token=token), 404, "not-found")
    assert the_item(api, token, comment_id)["is_open"]


def test_a_rejection_has_a_reason(api, token):
    (comment_id,) = hold(api)
    item = the_item(api, token, comment_id)
    answer = api.post(f"{ITEMS}/{item['id']}/decision", decision(item, "reject"), token=token)
    problem(answer, 422, "validation-failed")
    assert pointers(answer) == ["/reason_code"]
    kept = api.post(f"{ITEMS}/{item['id']}/decision", decision(item, "reject", reason_code="abuse", note="Again."), token=token)
    assert kept.json["status"] == "rejected"


def test_escalating_moves_the_item(api, token):
    (comment_id,) = hold(api)
    item = the_item(api, token, comment_id)
    assert api.post(f"{ITEMS}/{item['id']}/decision", decision(item, "escalate"), token=token).json["status"] == "held"
    assert comments(api.get(ITEMS, query_string={"queue": "escalated"}, token=token)) == [comment_id]


def test_a_decision_on_an_older_text_is_refused(api, token):
    (comment_id,) = hold(api)
    item = the_item(api, token, comment_id)
    api.patch(f"comments/{comment_id}", {"body": f"{HELD} And more."}, token=api.jwt("wanda"))
    problem(api.post(f"{ITEMS}/{item['id']}/decision", decision(item), token=token), 409, "stale-revision")
    assert api.get(f"comments/{comment_id}", token=api.jwt("wanda")).json["status"] == "held"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"decision": "approve"},
        {"decision": "maybe", "revision": "01890000-0000-7000-8000-000000000000"},
        {"decision": "approve", "revision": "x"},
        {"decision": "reject", "revision": "01890000-0000-7000-8000-000000000000", "reason_code": "ugly"},
        {"decision": "approve", "revision": "01890000-0000-7000-8000-000000000000", "note": "x" * 2001},
    ],
)
def test_a_decision_that_does_not_fit_is_refused(api, token, body):
    (comment_id,) = hold(api)
    item = the_item(api, token, comment_id)
    assert problem(api.post(f"{ITEMS}/{item['id']}/decision", body, token=token), 422, "validation-failed")["errors"]


def test_each_decision_of_a_batch_stands_by_itself(api, world, token):
    made = hold(api, 3)
    items = [the_item(api, token, comment_id) for comment_id in made]
    nothing = "01890000-0000-7000-8000-000000000000"
    batch = [
        {**decision(items[0]), "item": items[0]["id"]},
        {**decision(items[1], "reject"), "item": items[1]["id"]},
        {"decision": "approve", "revision": nothing, "item": nothing},
        {**decision(items[2], "reject", reason_code="spam"), "item": items[2]["id"]},
        {**decision(items[0]), "item": items[0]["id"]},
    ]
    lines = api.post("moderation/decisions:batch", {"decisions": batch}, token=token).json["items"]
    assert [line["item"] for line in lines] == [one["item"] for one in batch]
    told = [line["outcome"]["status"] if "outcome" in line else line["problem"]["type"].rpartition("/")[2] for line in lines]
    assert told == ["published", "validation-failed", "not-found", "rejected", "already-decided"]
    assert [row.status for row in world.rows(models.Comment)] == ["published", "held", "rejected"]


@pytest.mark.parametrize("decisions", [[], [{}] * 101, [{"decision": "approve"}], "all"])
def test_a_batch_has_bounds(api, token, decisions):
    assert problem(api.post("moderation/decisions:batch", {"decisions": decisions}, token=token), 422, "validation-failed")["errors"]


def test_the_log_goes_back_page_by_page(api, world, token):
    for comment_id in hold(api, 5):
        world.clock.advance(seconds=1)
        item = the_item(api, token, comment_id)
        api.post(f"{ITEMS}/{item['id']}/decision", decision(item), token=token)
    found, query = [], {"limit": 2}
    while True:
        page = api.get("moderation/decisions", query_string=query, token=token).json
        found += [line["created_at"] for line in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(set(found)) == 5
    assert found == sorted(found, reverse=True)
    assert api.get("moderation/decisions?mine=true", token=api.caller(ADMIN)).json["items"] == []
    assert len(api.get("moderation/decisions?mine=true", token=token).json["items"]) == 5
    problem(api.get("moderation/decisions?mine=yes", token=token), 422, "validation-failed")
    problem(api.get("moderation/decisions?cursor=abc", token=token), 404, "not-found")


# -- Authors -------------------------------------------------------------------------------------------------------------------
def test_an_author_s_history(api, world, token):
    made = hold(api, 2)
    item = the_item(api, token, made[0])
    api.post(f"{ITEMS}/{item['id']}/decision", decision(item, "reject", reason_code="abuse"), token=token)
    author_id = item["author"]["id"]
    told = api.get(f"moderation/authors/{author_id}", token=token).json
    assert (told["name"], told["site"], told["comment_count"], told["rejected_count"]) == ("Wanda", "gazette", 2, 1)
    verdicts = {comment["id"]: comment["verdict"] for comment in told["comments"]}
    assert verdicts == {made[0]: "reject", made[1]: None}


def test_a_sanction_holds_from_the_next_comment_on(api, world, token):
    (comment_id,) = hold(api)
    author_id = the_item(api, token, comment_id)["author"]["id"]
    path = f"moderation/authors/{author_id}/sanctions"
    assert api.post(path, {"standing": "premoderated", "reason": "To see."}, token=token).json["standing"] == "premoderated"
    assert api.comment("All civil now.", token=api.jwt("wanda"))["status"] == "held"
    until = world.clock.now().replace(year=2027).isoformat()
    told = api.post(path, {"standing": "suspended", "reason": "Enough.", "until": until}, token=token).json
    assert told["standing_until"] == "2027-03-01T12:00:00Z"
    answer = api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": "Hello?"}, token=api.jwt("wanda"))
    problem(answer, 403, "author-banned")


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"standing": "suspended", "reason": "x"}, "/until"),
        ({"standing": "suspended", "reason": "x", "until": "2020-01-01T00:00:00Z"}, "/until"),
        ({"standing": "suspended", "reason": "x", "until": "2027-01-01T00:00:00"}, "/until"),
        ({"standing": "suspended", "reason": "x", "until": 5}, "/until"),
        ({"standing": "rude", "reason": "x"}, "/standing"),
        ({"standing": "banned"}, "/reason"),
        ({"standing": "banned", "reason": "x" * 1001}, "/reason"),
    ],
)
def test_a_sanction_that_does_not_fit_is_refused(api, token, body, at):
    (comment_id,) = hold(api)
    author_id = the_item(api, token, comment_id)["author"]["id"]
    answer = api.post(f"moderation/authors/{author_id}/sanctions", body, token=token)
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == {at}


@pytest.mark.parametrize("item_id", ["01890000-0000-7000-8000-000000000000", "x", "%F0%9F%98%80", "x" * 3000])
def test_an_unknown_item_or_author_is_not_found(api, item_id):
    token = api.caller(CHIEF)
    answers = [
        api.get(f"{ITEMS}/{item_id}", token=token),
        api.post(f"{ITEMS}/{item_id}/undo", token=token),
        api.delete(f"moderation/claims/{item_id}", token=token),
        api.get(f"moderation/authors/{item_id}", token=token),
    ]
    assert {problem(answer, 404, "not-found")["title"] for answer in answers} == {"Not found"}
