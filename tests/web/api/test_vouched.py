"""What the site vouches for in a reader's token: who wrote the article, and a secret that changes hands."""

import jwt
import pytest

from tests.support.world import World
from tests.web.api.api_client import ADMIN, DAY_S, SECRET, Api, problem

NEW = "another secret, for the same site, and as long as the first"


def signed(api: Api, secret: str) -> str:
    claims = {"sub": "ann", "name": "Ann", "aud": "gazette", "exp": int(api.world.now.timestamp()) + 30 * DAY_S}
    return jwt.encode(claims, secret, algorithm="HS256")


def change(api: Api, **wish: object) -> None:
    assert api.patch("admin/sites/gazette", wish, token=api.caller(ADMIN)).status_code == 200


def test_the_articles_author_is_marked_below_their_own_article_alone(api: Api):
    token = api.jwt("eve", author_of=["tram", "https://gazette.example/2026/bus"])
    api.comment("I wrote this one.", token=token)
    api.comment("A reader's word.", token=api.jwt("ben"))
    assert [comment["author"]["is_article_author"] for comment in api.thread(sort="oldest")["items"]] == [True, False]
    elsewhere = api.comment("Not mine.", article="harbour", token=token)
    assert api.get(f"comments/{elsewhere['id']}").json["author"]["is_article_author"] is False
    assert "author" not in elsewhere


def test_the_mark_is_of_the_comment_and_stays_when_the_token_says_it_no_more(api: Api):
    first = api.comment("I wrote this one.", token=api.jwt("eve", author_of=["tram"]))
    api.comment("Now as a reader.", token=api.jwt("eve"))
    assert [comment["author"]["is_article_author"] for comment in api.thread(sort="oldest")["items"]] == [True, False]
    api.delete(f"comments/{first['id']}", token=api.jwt("eve"))
    assert [comment["id"] for comment in api.thread()["items"]].count(first["id"]) == 0


@pytest.mark.parametrize("claim", ["tram", [1], [""], ["x" * 501], ["a"] * 101, {}])
def test_articles_that_are_no_keys_are_refused(api: Api, claim):
    answer = api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": "Fine."}, token=api.jwt("eve", author_of=claim))
    assert answer.status_code == 401
    assert "author_of" in answer.json["detail"] or "4096" in answer.json["detail"]


def test_the_secret_before_holds_for_a_day(api: Api, world: World):
    change(api, jwt_secret=NEW)
    for secret in (SECRET, NEW):
        assert (
            api.post("sites/gazette/comments", {"article": {"key": "tram"}, "body": secret}, token=signed(api, secret)).status_code == 201
        )
    world.clock.advance(seconds=DAY_S)
    problem(api.get("sites/gazette/me/comments", token=signed(api, SECRET)), 401, "unauthenticated")
    assert api.get("sites/gazette/me/comments", token=signed(api, NEW)).status_code == 200


def test_the_overlap_can_be_chosen_and_left_out(api: Api, world: World):
    change(api, jwt_secret=NEW, jwt_secret_overlap_s=0)
    problem(api.get("sites/gazette/me/comments", token=signed(api, SECRET)), 401, "unauthenticated")
    change(api, jwt_secret=SECRET, jwt_secret_overlap_s=60)
    assert api.get("sites/gazette/me/comments", token=signed(api, NEW)).status_code == 200
    world.clock.advance(seconds=61)
    problem(api.get("sites/gazette/me/comments", token=signed(api, NEW)), 401, "unauthenticated")


def test_setting_the_same_secret_again_keeps_the_one_before(api: Api):
    change(api, jwt_secret=NEW)
    change(api, jwt_secret=NEW)
    assert api.get("sites/gazette/me/comments", token=signed(api, SECRET)).status_code == 200


def test_neither_secret_is_told_to_anybody(api: Api):
    change(api, jwt_secret=NEW)
    told = api.get("admin/sites/gazette", token=api.caller(ADMIN)).get_data(as_text=True)
    log = api.get("admin/sites/gazette/audit", token=api.caller(ADMIN)).get_data(as_text=True)
    assert NEW not in told + log
    assert SECRET not in told + log
