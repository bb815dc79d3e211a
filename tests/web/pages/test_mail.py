"""The page behind the links in letters."""

import re
from dataclasses import replace
from typing import Any

import pytest

from commentsvc.domain.commands import Notify
from commentsvc.domain.status import Pace
from commentsvc.integrations.sealing import Purpose, seal
from commentsvc.store import models
from tests.support.world import World


@pytest.fixture
def path(world: World) -> str:
    """The page of Ann's subscription, which she has not confirmed."""
    settings = world.runtime.settings
    world.runtime.settings = replace(
        settings,
        server=replace(settings.server, public_url="http://localhost"),
        mail=replace(settings.mail, host="mail.example", sender="a@b.example"),
    )
    wish = Notify("h", seal(world.runtime.secret, "ann@reader.example", Purpose.EMAIL), Pace.EACH, "en")
    world.submit(notify=wish)
    return world.runtime.mail_page(row(world).id).removeprefix("http://localhost")


def row(world: World) -> Any:
    return world.row(models.Subscription)


def test_looking_changes_nothing(reader, world: World, path):
    before = world.snapshot()
    for _ in range(2):
        page = reader.get(path)
        assert page.status == 200
        assert "Shall The Gazette send replies to your comments to this address?" in page.text
    assert world.snapshot() == before
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"], page.headers["Referrer-Policy"]) == (
        "no-store", "noindex", "no-referrer",
    )  # fmt: skip


def test_an_address_is_confirmed_its_pace_chosen_and_all_of_it_stopped(reader, world: World, path):
    page = reader.post(path, {"act": "confirm"})
    assert "Thank you. You will be told of replies." in page.text
    assert row(world).confirmed_at == world.now
    page = reader.post(path, {"act": "pace", "pace": "daily"})
    assert "Saved." in page.text
    assert re.search(r'value="daily" checked', page.html)
    assert row(world).pace is Pace.DAILY
    page = reader.post(path, {"act": "end"})
    assert (page.status, "The address is forgotten." in page.text) == (200, True)
    assert not world.rows(models.Subscription)
    assert not world.rows(models.Follow)
    assert reader.get(path).status == 404


def test_confirming_again_keeps_the_first_time(reader, world: World, path):
    reader.post(path, {"act": "confirm"})
    first = row(world).confirmed_at
    world.clock.advance(days=1)
    reader.post(path, {"act": "confirm"})
    assert row(world).confirmed_at == first


def test_one_click_of_a_mail_program_stops_it_without_a_login_and_from_anywhere(reader, world: World, path):
    page = reader.post(path, {"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"})
    assert page.status == 200
    assert not world.rows(models.Subscription)


def test_a_stranger_who_was_asked_can_have_the_address_forgotten(reader, world: World, path):
    assert reader.post(path, {"act": "end"}).status == 200
    assert not world.rows(models.Subscription)


@pytest.mark.parametrize("fields", [{}, {"act": "x"}, {"act": "pace"}, {"act": "pace", "pace": "never"}])
def test_what_is_no_button_of_the_page_changes_nothing(reader, world: World, path, fields):
    before = world.snapshot()
    assert reader.post(path, fields).status == 422
    assert world.snapshot() == before


def test_a_link_that_is_not_whole_opens_nothing(reader, world: World, path):
    subscription_id, _, proof = path.removeprefix("/mail/").partition(".")
    wrong = [f"/mail/{subscription_id}", f"/mail/{subscription_id}.", f"/mail/{subscription_id}.{proof[:-1]}", "/mail/x.y"]
    wrong += [f"/mail/{subscription_id}.{proof[:-1]}{'A' if proof[-1] != 'A' else 'B'}", f"/mail/{'0' * 36}.{proof}"]
    for one in wrong:
        assert reader.get(one).status == 404, one
        assert reader.post(one, {"act": "end"}).status == 404, one
    assert len(world.rows(models.Subscription)) == 1


def test_the_page_speaks_the_language_of_the_letters(reader, world: World, path):
    wish = Notify("h", row(world).email_sealed, Pace.EACH, "ar-EG")
    world.submit("Another.", notify=wish)
    page = reader.get(path)
    assert '<html lang="ar-EG" dir="rtl">' in page.html
    assert "نعم، أرسلها" in page.text
