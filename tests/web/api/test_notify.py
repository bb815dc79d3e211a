"""Asking for replies by e-mail when posting."""

from dataclasses import replace
from typing import Any

import pytest

from commentsvc.domain.status import Pace
from commentsvc.integrations.sealing import Purpose, unseal
from commentsvc.store import models
from tests.support.world import World
from tests.web.api.api_client import Api, pointers, problem


@pytest.fixture
def mailing(world: World) -> World:
    """The service has a mail server."""
    settings = world.runtime.settings
    world.runtime.settings = replace(
        settings,
        server=replace(settings.server, public_url="https://comments.example"),
        mail=replace(settings.mail, host="mail.example", sender="comments@gazette.example"),
    )
    return world


def post(api: Api, *, token: str | None = None, email: str | None = "gus@reader.example", **rest: Any) -> Any:
    author = {"author": {"name": "Gus"} | ({"email": email} if email else {})} if token is None else {}
    body = {"article": {"key": "tram"}, "body": "Is it on time?", "notify": {}, **author, **rest}
    return api.post("sites/gazette/comments", body, token=token)


def address_of(world: World) -> str | None:
    return unseal(world.runtime.secret, world.row(models.Subscription).email_sealed, Purpose.EMAIL)


def test_a_guest_gives_an_address_which_is_asked_first(api: Api, mailing: World):
    assert post(api).status_code == 201
    row = mailing.row(models.Subscription)
    assert (address_of(mailing), row.pace, row.language, row.confirmed_at) == ("gus@reader.example", Pace.EACH, "en", None)
    assert [job.kind for job in mailing.rows(models.Job)] == ["confirm"]


def test_a_signed_in_readers_address_is_their_sites_word(api: Api, mailing: World):
    assert post(api, token=api.jwt(email="ann@reader.example"), notify={"pace": "daily", "language": "fr-CA"}).status_code == 201
    row = mailing.row(models.Subscription)
    assert (address_of(mailing), row.pace, row.language, row.confirmed_at) == ("ann@reader.example", Pace.DAILY, "fr-CA", None)


@pytest.mark.parametrize(("claim", "is_confirmed"), [(True, True), (False, False), ("true", False), (1, False)])
def test_only_the_sites_plain_word_that_it_is_theirs_saves_the_question(api: Api, mailing: World, claim, is_confirmed):
    assert post(api, token=api.jwt(email="ann@reader.example", email_verified=claim)).status_code == 201
    assert (mailing.row(models.Subscription).confirmed_at is not None) is is_confirmed


def test_what_a_signed_in_reader_says_of_an_address_means_nothing(api: Api, mailing: World):
    token = api.jwt(email="ann@reader.example", email_verified=True)
    assert post(api, token=token, author={"name": "x", "email": "victim@reader.example"}).status_code == 201
    assert address_of(mailing) == "ann@reader.example"


UNMAILED = [None, "gus@[127.0.0.1]", "gus,eve@reader.example", "güs@reader.example", "gus@-reader.example"]


@pytest.mark.parametrize("email", [*UNMAILED, "a@b@c", "gus@reader.example, eve@reader.example"])
def test_an_address_that_cannot_be_written_to_is_refused(api: Api, mailing: World, email):
    answer = post(api, email=email)
    problem(answer, *((409, "no-mail") if email in UNMAILED else (422, "validation-failed")))
    assert pointers(answer) == ["/author/email"]
    assert not mailing.rows(models.Comment)


def test_a_token_without_an_address_is_told(api: Api, mailing: World):
    answer = post(api, token=api.jwt())
    problem(answer, 409, "no-mail")
    assert pointers(answer) == ["/notify"]


def test_a_service_without_a_mail_server_says_so(api: Api, world: World):
    assert api.thread()["rules"]["mail"] is False
    answer = post(api)
    assert "sends no e-mail" in problem(answer, 409, "no-mail")["detail"]


def test_the_thread_says_whether_it_can_be_asked_for(api: Api, mailing: World):
    assert api.thread(article="another")["rules"]["mail"] is True
    seen = api.thread(token=api.jwt(email="ann@reader.example"))
    assert (seen["rules"]["mail"], seen["reader"]["has_email"]) == (True, True)
    assert api.thread(token=api.jwt())["reader"]["has_email"] is False


@pytest.mark.parametrize("notify", [{"pace": "yearly"}, {"language": "?"}, {"language": "en\n"}, {"email": "x@y.example"}, [], "each"])
def test_a_wish_that_is_none_is_refused(api: Api, mailing: World, notify):
    problem(post(api, notify=notify), 422, "validation-failed")


def test_ones_own_data_tells_it_and_erasure_ends_it(api: Api, mailing: World):
    token = api.jwt(email="ann@reader.example")
    post(api, token=token)
    (line,) = api.get("sites/gazette/me/data", token=token).json["subscriptions"]
    assert (line["email"], line["pace"], line["confirmed_at"]) == ("ann@reader.example", "each", None)
    assert api.delete("sites/gazette/me", token=token).status_code == 204
    assert not mailing.rows(models.Subscription)
    assert not mailing.rows(models.Follow)


def test_no_public_answer_tells_an_address(api: Api, mailing: World):
    comment = post(api).json
    told = [api.get(f"comments/{comment['id']}"), api.get("sites/gazette/comments", query_string={"article": "tram"})]
    assert not any("reader.example" in answer.get_data(as_text=True) for answer in told)
