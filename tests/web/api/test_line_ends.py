"""A line feed behind a value that fits makes it one that does not."""

import pytest

from tests.web.api.api_client import ADMIN, CHIEF, Api, pointers, problem

TRAM = {"key": "tram"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"article": {"key": "tram\n"}}, "/article/key"),
        ({"article": TRAM | {"title": "The tram\n"}}, "/article/title"),
        ({"article": TRAM | {"url": "https://gazette.example/\n"}}, "/article/url"),
        ({"article": TRAM, "author": {"name": "Gus\n"}}, "/author/name"),
        ({"article": TRAM, "author": {"name": "Gus", "email": "gus@reader.example\n"}}, "/author/email"),
        ({"article": TRAM, "notify": {"language": "en\n"}}, "/notify/language"),
        ({"article": TRAM, "proof": "AAAA\n"}, "/proof"),
    ],
)
def test_in_a_comment(api: Api, body, pointer):
    answer = api.post("sites/gazette/comments", {"body": "Fine.", **body})
    problem(answer, 422, "validation-failed")
    assert pointers(answer) == [pointer]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"language": "en\n"}, "/language"),
        ({"origins": ["https://gazette.example\n"]}, "/origins/0"),
        ({"jwt_secret": "x" * 32 + "\n"}, "/jwt_secret"),
        ({"name": "The Gazette\n"}, "/name"),
    ],
)
def test_in_a_site(api: Api, change, pointer):
    answer = api.patch("admin/sites/gazette", change, token=api.caller(ADMIN))
    problem(answer, 422, "validation-failed")
    assert pointers(answer) == [pointer]


def test_in_the_key_of_a_new_site_and_the_address_of_a_new_account(api: Api):
    answer = api.post("admin/sites", {"key": "herald\n", "name": "The Herald"}, token=api.caller(CHIEF))
    assert pointers(answer) == ["/key"]
    answer = api.post("admin/accounts", {"email": "new@example.org\n", "name": "New"}, token=api.caller(CHIEF))
    assert pointers(answer) == ["/email"]
