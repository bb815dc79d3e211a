"""The moderator's card: what it adds to a decision, and how long it is theirs."""

import pytest

from commentsvc.domain.practice import Practice
from commentsvc.domain.principals import Role
from commentsvc.domain.status import Standing, Status, Verdict
from commentsvc.services.practice import change_practice
from commentsvc.store import models
from tests.support.world import HELD, World


def author(world: World, name: str):
    return world.row(models.Author, subject=f"sso:{name}")


def test_approving_and_trusting_is_one_act(moderator, world: World):
    posted = world.submit(HELD, author="ann")
    moderator.send(moderator.get("/moderate").form("/decide"), "Approve and trust")
    assert world.comment(posted.comment_id).status is Status.PUBLISHED
    assert (author(world, "ann").standing, world.row(models.Decision).verdict) == (Standing.TRUSTED, Verdict.APPROVE)


@pytest.mark.parametrize(
    ("penalty", "standing", "days"), [("premoderated", Standing.PREMODERATED, 0), ("suspended-7", Standing.SUSPENDED, 7)]
)
def test_rejecting_and_sanctioning_is_one_act(moderator, world: World, penalty: str, standing: Standing, days: int):
    posted = world.submit(HELD, author="ann")
    moderator.send(moderator.get("/moderate").form("/decide"), "H Hate against a group", penalty=penalty)
    found = author(world, "ann")
    assert (world.comment(posted.comment_id).status, found.standing) == (Status.REJECTED, standing)
    assert ((found.standing_until - world.now).days if found.standing_until else 0) == days
    told = world.row(models.AuditEntry, action="author_sanctioned")
    assert told.after["reason"] == "With the rejection of a comment: hate against a group"


def test_both_are_kept_or_neither(moderator, world: World):
    mo = world.moderator("max")
    world.do(lambda session: change_practice(session, world.site.id, Practice(two_for_bans=True), mo, world.now))
    posted = world.submit(HELD, author="ann")
    world.sanction("ann", Standing.BANNED, mo)
    page = moderator.send(moderator.get("/moderate").form("/decide"), "S Spam", penalty="banned")
    assert (page.status, "proposed already" in page.text) == (409, True)
    assert world.comment(posted.comment_id).status is Status.HELD
    assert world.rows(models.Decision) == []


def test_approving_takes_no_penalty_along(moderator, world: World):
    world.submit(HELD, author="ann")
    moderator.send(moderator.get("/moderate").form("/decide"), "Approve A", penalty="banned")
    assert author(world, "ann").standing is Standing.NORMAL


def test_what_the_author_has_changed_is_told_word_by_word(moderator, world: World):
    posted = world.submit("What a stupid tram, says <b>.", author="ann")
    world.edit(posted.comment_id, "What a stupid ferry, says <b>.")
    (item,) = world.open_items(posted.comment_id)
    page = moderator.get(f"/moderate/items/{item.id}")
    assert "What a stupid <del>tram,</del><ins>ferry,</ins> says &lt;b&gt;." in page.html
    assert "What the author has changed" not in moderator.get(f"/moderate/items/{world.submit(HELD, author='ben').item_id}").text


def test_other_comments_of_the_author_that_wait_are_counted(moderator, world: World):
    for number in range(3):
        item_id = world.submit(f"{HELD} {number}", author="ann").item_id
    assert "2 more of theirs wait" in moderator.get(f"/moderate/items/{item_id}").text
    assert "of theirs" not in moderator.get(f"/moderate/items/{world.submit(HELD, author='ben').item_id}").text


def test_a_card_in_use_is_renewed_and_one_that_is_left_is_free(moderator, sign_in, world: World):
    item_id = str(world.submit(HELD).item_id)
    form = moderator.get(f"/moderate/items/{item_id}").form("/skip")
    token = {name: value for name, value in form.fields.items() if "csrf" in name}
    first = world.item(item_id).leased_until
    world.clock.advance(minutes=4)
    answer = moderator.post(f"/moderate/items/{item_id}/renew", token)
    second = world.item(item_id).leased_until
    assert (answer.status, second.isoformat() in answer.html, (second - first).seconds) == (200, True, 240)
    colleague = sign_in("mia", Role.MODERATOR, "gazette")
    theirs = {name: value for name, value in colleague.get("/account").forms[0].fields.items() if "csrf" in name}
    release = f"/moderate/items/{item_id}/release"
    assert colleague.post(f"/moderate/items/{item_id}/renew", theirs).status == 409
    for browser, fields in ((colleague, {**theirs, "until": second.isoformat()}), (moderator, {**token, "until": first.isoformat()})):
        assert browser.post(release, fields).status == 204
        assert world.item(item_id).leased_until == second
    assert moderator.post(release, {**token, "until": "soon"}).status == 422
    moderator.post(release, {**token, "until": second.isoformat()})
    assert world.item(item_id).leased_by is None


def test_each_fourth_card_is_a_civil_one_for_who_asks(moderator, world: World):
    world.chance.value = 0.0
    civil = [world.submit(f"{text} on the tram.", author=f"c{text[:3]}").item_id for text in ("Good morning", "Nice people")]
    for number in range(8):
        world.submit(f"{HELD} {number * 'x'}", author=f"a{number}")
    page = moderator.get("/moderate?queue=held")
    page = moderator.send(page.form("/civil"))
    assert "Leave the civil comments out again" in page.text
    seen = []
    for _ in range(6):
        seen.append(page.address.partition("/items/")[2].partition("?")[0])
        page = moderator.send(page.form("/decide"), "Approve A")
    assert [item_id in civil for item_id in seen] == [False, False, False, True, False, False]
    page = moderator.send(page.form("/civil"))
    assert "Mix in a civil comment now and then" in page.text
    page = moderator.send(page.form("/decide"), "Approve A")
    assert page.address.partition("/items/")[2].partition("?")[0] not in civil
