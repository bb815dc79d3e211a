"""Threads: sorts, pages within pages, entity tags, counts, and what a reader sees of their own."""

import pytest

from commentsvc.scoring.fake_scorer import FakeMood
from commentsvc.services.sites import SiteChange, change_site, set_article_closed
from commentsvc.web.api.page_cache import PageCache
from commentsvc.web.pagination import encode_cursor
from tests.support.world import HELD, REJECTED
from tests.web.api.api_client import counted_queries, pointers, problem

THREAD = "sites/gazette/comments"


def post_many(api, count, **rest):
    return [api.comment(f"Comment number {number} on the tram.", **rest)["id"] for number in range(count)]


def ids(page):
    return [comment["id"] for comment in page["items"]]


def walk(api, **query):
    """Every id of a list, page by page."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.thread(**query, **cursor)
        found += ids(page)
        assert len(page["items"]) <= query.get("limit", 50)
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def test_an_article_without_comments_is_an_empty_page(api):
    page = api.thread("never-seen")
    rules = {"guests_allowed": True, "max_body_chars": 5000, "max_depth": 20, "mail": False}
    article = {"key": "never-seen", "title": None, "is_closed": False}
    assert page == {"article": article, "rules": rules, "total": 0, "items": [], "next": None}


def test_a_changed_rule_of_the_site_is_on_the_next_page(api, world):
    before = api.client.get("/api/v1/sites/gazette/comments?article=tram")
    site, admin = world.site.id, world.moderator("ada")
    change = SiteChange(guests_allowed=False, max_body_chars=99)
    world.do(lambda session: change_site(session, site, change, admin, world.now))
    after = api.client.get("/api/v1/sites/gazette/comments?article=tram", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.json["rules"] == {"guests_allowed": False, "max_body_chars": 99, "max_depth": 20, "mail": False}


def test_a_reader_is_told_who_they_are_and_what_became_of_their_text(api, world):
    token = api.jwt("ann")
    assert api.thread(token=token)["reader"] == {"id": None, "name": "Ann", "is_staff": False, "has_email": False}
    held = api.comment(HELD, token=token)
    page = api.thread(token=token)
    assert page["reader"]["id"] == world.comment(held["id"]).author_id
    assert [(mine["id"], mine["status"], mine["ground"]) for mine in page["mine"]] == [(held["id"], "held", None)]
    assert "reader" not in api.thread()


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_follow_each_other_without_gap_or_overlap(api, limit):
    made = post_many(api, 5)
    assert walk(api, sort="oldest", limit=limit) == made
    assert walk(api, sort="newest", limit=limit) == made[::-1]
    assert walk(api, limit=limit) == made[::-1]


def test_the_best_come_first(api):
    made = post_many(api, 4)
    for place, votes in ((1, 3), (2, 1)):
        for voter in range(votes):
            api.put(f"comments/{made[place]}/vote", {"value": 1}, token=api.jwt(f"voter{voter}"))
    assert walk(api, sort="best", limit=2) == [made[1], made[2], made[3], made[0]]


def test_replies_are_nested_and_go_on_by_cursor(api):
    root = api.comment("The root.")["id"]
    replies = post_many(api, 8, parent=root)
    deep = api.comment("Deeper.", parent=replies[0])["id"]
    page = api.thread()
    (shown,) = page["items"]
    assert (page["total"], shown["reply_count"]) == (10, 8)
    assert ids(shown["replies"]) == replies[:5]
    assert ids(shown["replies"]["items"][0]["replies"]) == [deep]
    rest = api.thread(parent=root, cursor=shown["replies"]["next"])
    assert (ids(rest), rest["next"]) == (replies[5:], None)
    assert walk(api, parent=root, limit=3) == replies


def test_deep_conversations_say_where_they_go_on(api):
    at, path = None, []
    for number in range(6):
        at = api.comment(f"Level {number}.", **({"parent": at} if at else {}))["id"]
        path.append(at)
    (shown,) = api.thread()["items"]
    for level in range(3):
        (shown,) = shown["replies"]["items"]
        assert (shown["id"], shown["depth"]) == (path[level + 1], level + 1)
    # Three levels of replies are shown; the fourth is a page of its own.
    assert shown["replies"]["items"] == []
    assert shown["reply_count"] == 1
    assert ids(api.thread(parent=shown["id"])) == [path[4]]


def test_the_headline_is_told(api):
    article = {"key": "a", "title": "Trams run", "url": "https://gazette.example/a"}
    api.post(THREAD, {"article": article, "body": "A text."})
    assert api.thread("a")["article"] == {"key": "a", "title": "Trams run", "is_closed": False}


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ({}, "article"),
        ({"article": ""}, "article"),
        ({"article": "a", "limit": "0"}, "limit"),
        ({"article": "a", "limit": "101"}, "limit"),
        ({"article": "a", "limit": "1e1"}, "limit"),
        ({"article": "a", "limit": ""}, "limit"),
        ({"article": "a", "sort": "worst"}, "sort"),
        ({"article": "a", "cursor": "!"}, "cursor"),
        ({"article": "a", "parent": "x"}, "parent"),
        ({"article": "a", "page": "2"}, "page"),
        ({"article": ["a", "b"]}, "article"),
    ],
)
def test_a_query_that_does_not_fit_is_refused(api, query, at):
    answer = api.get(THREAD, query_string=query)
    problem(answer, 422, "validation-failed")
    assert set(pointers(answer)) == {at}


@pytest.mark.parametrize(
    "cursor",
    [
        "abc",
        encode_cursor("oldest", (1,)),
        encode_cursor("newest", (1.5,)),
        encode_cursor("newest", (2**63,)),
        encode_cursor("newest", (-1,)),
        encode_cursor("newest", (1, 2)),
        encode_cursor("newest", ("1",)),
    ],
)
def test_a_cursor_that_the_list_did_not_give_leads_nowhere(api, cursor):
    problem(api.get(THREAD, query_string={"article": "tram", "cursor": cursor}), 404, "not-found")


def test_replies_are_asked_for_on_their_own_article(api):
    root = api.comment("The root.")["id"]
    assert api.thread(parent=root)["items"] == []
    for article in ("bus", "never-seen"):
        problem(api.get(THREAD, query_string={"article": article, "parent": root}), 404, "not-found")


def test_an_unknown_site_is_not_found(api):
    problem(api.get("sites/nowhere/comments?article=tram"), 404, "not-found")


# -- Entity tags ---------------------------------------------------------------------------------------------------------------
def test_an_unchanged_page_costs_one_query_and_no_body(api, world):
    post_many(api, 3)
    first = api.get(THREAD, query_string={"article": "tram"})
    tag = first.headers["ETag"]
    assert tag.startswith("W/")
    with counted_queries(world) as statements:
        again = api.get(THREAD, query_string={"article": "tram"}, headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["ETag"] == tag
    assert len(statements) == 1


def test_a_page_that_was_written_lately_costs_one_query(api, world):
    post_many(api, 3)
    first = api.get(THREAD, query_string={"article": "tram"})
    with counted_queries(world) as statements:
        again = api.get(THREAD, query_string={"article": "tram"})
    assert (again.get_data(), again.headers["ETag"]) == (first.get_data(), first.headers["ETag"])
    assert len(statements) == 1
    assert api.thread(limit=2)["next"] is not None


def test_the_pages_kept_have_a_bound():
    cache = PageCache()
    for number in range(300):
        cache.keep(str(number), b"page")
    cache.keep("large", b"x" * 65_537)
    assert [cache.find(name) for name in ("0", "299", "large")] == [None, b"page", None]


def test_whatever_readers_can_see_changes_the_tag(api, world):
    made = api.comment(token=api.jwt("ann"))
    seen = []

    def tag(**query):
        return api.get(THREAD, query_string={"article": "tram", **query}).headers["ETag"]

    def changed():
        seen.append(tag())
        return len(set(seen)) == len(seen)

    assert changed()
    api.comment("Another.")
    assert changed()
    api.put(f"comments/{made['id']}/vote", {"value": 1})
    assert changed()
    api.patch(f"comments/{made['id']}", {"body": "Edited."}, token=api.jwt("ann"))
    assert changed()
    world.do(lambda session: set_article_closed(session, world.site.id, "tram", is_closed=True, account_id="x", now=world.now))
    assert changed()
    api.delete(f"comments/{made['id']}", token=api.jwt("ann"))
    assert changed()
    assert len({tag(sort=sort, limit=limit) for sort in ("newest", "oldest", "best") for limit in (1, 2)}) == 6


def test_what_nobody_sees_leaves_the_tag_alone(api):
    api.comment()
    tag = api.get(THREAD, query_string={"article": "tram"}).headers["ETag"]
    api.comment(HELD)
    api.comment(REJECTED)
    assert api.get(THREAD, query_string={"article": "tram"}, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("count", [3, 30])
def test_a_page_takes_as_many_queries_however_long_it_is(api, world, count):
    for root in post_many(api, count):
        api.comment(f"A reply to {root}.", parent=root)
    with counted_queries(world) as statements:
        api.thread(limit=100)
    assert len(statements) <= 5


# -- One's own -----------------------------------------------------------------------------------------------------------------
def test_a_reader_gets_their_own_waiting_comments_beside_the_page(api, world):
    held = api.comment(HELD, token=api.jwt("ann"))
    rejected = api.comment(REJECTED, token=api.jwt("ann"))
    world.scorer.mood = FakeMood.FAILING
    pending = api.comment("Not scored yet.", token=api.jwt("ann"))
    answer = api.get(THREAD, query_string={"article": "tram"}, token=api.jwt("ann"))
    mine = {comment["id"]: comment for comment in answer.json["mine"]}
    assert {one["id"]: one["status"] for one in mine.values()} == {held["id"]: "held", rejected["id"]: "rejected", pending["id"]: "pending"}
    assert mine[held["id"]]["reasons"] == held["reasons"]
    assert mine[held["id"]]["message"] == held["message"]
    assert answer.json["items"] == []
    assert "ETag" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]


def test_nobody_else_gets_them(api):
    api.comment(HELD, token=api.jwt("ann"))
    assert api.thread(token=api.jwt("bob"))["mine"] == []
    assert "mine" not in api.thread()
    assert api.thread("never-seen", token=api.jwt("ann"))["mine"] == []


def test_a_token_that_does_not_hold_is_refused(api):
    problem(api.get(THREAD, query_string={"article": "tram"}, token="a.b.c"), 401, "unauthenticated")


# -- Counts --------------------------------------------------------------------------------------------------------------------
def test_counts_are_of_published_comments(api):
    post_many(api, 2)
    api.comment(HELD)
    api.comment("On the bus.", article="bus")
    answer = api.post("sites/gazette/counts", {"articles": ["tram", "bus", "never-seen"]})
    assert answer.json == {"counts": {"tram": 2, "bus": 1, "never-seen": 0}}
    assert api.post("sites/courier/counts", {"articles": ["tram"]}).json == {"counts": {"tram": 0}}


@pytest.mark.parametrize("articles", [[], ["x"] * 501, [""], ["x" * 501], [7], "tram", None])
def test_counts_have_bounds(api, articles):
    problem(api.post("sites/gazette/counts", {"articles": articles}), 422, "validation-failed")


def test_nothing_is_counted_on_an_unknown_site(api):
    problem(api.post("sites/nowhere/counts", {"articles": ["tram"]}), 404, "not-found")


def test_five_hundred_articles_are_counted_in_one_query(api, world):
    with counted_queries(world) as statements:
        answer = api.post("sites/gazette/counts", {"articles": [f"article-{number}" for number in range(500)]})
    assert len(answer.json["counts"]) == 500
    assert len(statements) == 1


# -- Other origins -------------------------------------------------------------------------------------------------------------
OURS, THEIRS = "https://gazette.example", "https://courier.example"
ALLOWED = "Access-Control-Allow-Origin"


def test_a_site_s_own_pages_may_read(api):
    made = api.comment()
    for path in (f"{THREAD}?article=tram", f"comments/{made['id']}"):
        assert api.get(path, headers={"Origin": OURS}).headers[ALLOWED] == OURS
        assert "Origin" in api.get(path).headers["Vary"]
        for origin in (THEIRS, "null", "https://gazette.example.evil", f"{OURS}:8443", ""):
            assert ALLOWED not in api.get(path, headers={"Origin": origin}).headers
    answer = api.get(f"{THREAD}?article=tram", headers={"Origin": OURS})
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


def test_refusals_can_be_read_there_too(api):
    answer = api.post(THREAD, {}, headers={"Origin": OURS})
    problem(answer, 422, "validation-failed")
    assert answer.headers[ALLOWED] == OURS


def test_a_preflight_is_answered_for_listed_origins(api):
    made = api.comment()
    asked = {"Origin": OURS, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for path in (THREAD, "sites/gazette/counts", f"comments/{made['id']}", f"comments/{made['id']}/vote"):
        answer = api.send("OPTIONS", path, headers=asked)
        assert (answer.status_code, answer.headers[ALLOWED]) == (204, OURS)
        assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
        refused = api.send("OPTIONS", path, headers={**asked, "Origin": THEIRS})
        assert ALLOWED not in refused.headers
        assert "Access-Control-Allow-Methods" not in refused.headers


def test_moderators_routes_are_for_no_other_origin(api):
    answer = api.send("OPTIONS", "moderation/items", headers={"Origin": OURS, "Access-Control-Request-Method": "GET"})
    assert ALLOWED not in answer.headers
