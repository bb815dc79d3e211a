"""Sections that take no comments, or for a time of their own."""

from datetime import timedelta
from typing import Any

import pytest

from commentsvc.store import models
from tests.support.world import CIVIL, World
from tests.web.api.api_client import ADMIN, Api, pointers, problem

SECTION = "admin/sites/gazette/sections/sport"


def put(api: Api, **wish: Any) -> Any:
    answer = api.put(SECTION, {"name": "Sport", **wish}, token=api.caller(ADMIN))
    assert answer.status_code == 200, answer.json
    return answer.json


def post(api: Api, article: str = "derby", section: str | None = "sport", **rest: Any) -> Any:
    place = {"key": article} | ({"section": section} if section else {})
    return api.post("sites/gazette/comments", {"article": place, "body": rest.pop("body", CIVIL), **rest})


def test_what_is_not_said_of_a_section_stays(api: Api):
    assert put(api) == {"key": "sport", "name": "Sport", "is_closed": False, "close_after_days": None}
    assert put(api, is_closed=True, close_after_days=3)["close_after_days"] == 3
    assert put(api, close_after_days=0) == {"key": "sport", "name": "Sport", "is_closed": True, "close_after_days": 0}
    assert put(api, close_after_days=None, is_closed=False) == {
        "key": "sport", "name": "Sport", "is_closed": False, "close_after_days": None,
    }  # fmt: skip
    answer = api.get("admin/sites/gazette/sections", token=api.caller(ADMIN))
    assert answer.json["items"] == [{"key": "sport", "name": "Sport", "is_closed": False, "close_after_days": None}]


@pytest.mark.parametrize("days", [-1, 3651, "7", 1.5])
def test_days_that_are_none_are_refused(api: Api, days):
    answer = api.put(SECTION, {"name": "Sport", "close_after_days": days}, token=api.caller(ADMIN))
    problem(answer, 422, "validation-failed")
    assert pointers(answer) == ["/close_after_days"]


def test_a_closed_section_takes_no_comments_and_shows_what_was_said(api: Api):
    first = post(api).json
    before = api.get("sites/gazette/comments", query_string={"article": "derby"})
    put(api, is_closed=True)
    problem(post(api, body="More."), 409, "article-closed")
    problem(post(api, "another"), 409, "article-closed")
    after = api.get("sites/gazette/comments", query_string={"article": "derby"}, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.json["article"]["is_closed"] is True
    assert [comment["id"] for comment in after.json["items"]] == [first["id"]]
    assert api.get(f"comments/{first['id']}/context").json["article"]["is_closed"] is True
    assert post(api, "elsewhere", None).status_code == 201
    put(api, is_closed=False)
    assert post(api, body="More.").status_code == 201


def test_opening_a_section_leaves_articles_closed_that_were_closed_by_hand(api: Api):
    post(api)
    api.post("admin/sites/gazette/articles:close", {"article": "derby"}, token=api.caller(ADMIN))
    put(api, is_closed=True)
    put(api, is_closed=False)
    problem(post(api, body="More."), 409, "article-closed")


@pytest.mark.parametrize(("site_days", "section_days", "closes_after"), [(0, None, None), (7, None, 7), (7, 2, 2), (7, 0, None), (0, 3, 3)])
def test_a_sections_new_articles_close_as_it_says_or_as_its_site_does(api: Api, world: World, site_days, section_days, closes_after):
    api.patch("admin/sites/gazette", {"close_after_days": site_days}, token=api.caller(ADMIN))
    put(api, close_after_days=section_days)
    assert post(api).status_code == 201
    closes_at = world.row(models.Article, key="derby").closes_at
    assert closes_at == (None if closes_after is None else world.now + timedelta(days=closes_after))


def test_articles_that_are_there_keep_their_day(api: Api, world: World):
    post(api)
    put(api, close_after_days=1)
    world.clock.advance(days=30)
    assert post(api, body="Late.").status_code == 201
