"""The console's bulk decisions and own queues, without scripts."""

import pytest

from commentsvc.domain.principals import Role
from commentsvc.domain.status import Queue, ReasonCode, Status
from commentsvc.store import models
from tests.support.world import HELD, World


def hold(world: World, *scores: float) -> list[str]:
    posted = [world.submit(f"Number {n} has toxicity={score} in it.", author=f"a{n}") for n, score in enumerate(scores)]
    return [one.comment_id for one in posted]


def statuses(world: World, ids: list[str]) -> list[Status]:
    return [world.comment(one).status for one in ids]


def test_a_filter_is_looked_through_decided_and_taken_back(moderator, world: World):
    ids = hold(world, 0.71, 0.8, 0.9)
    page = moderator.get("/moderate/list?queue=held")
    page = moderator.send(page.form("/moderate/list", having="score_from"), "Show these", label="toxicity", score_from="0.75")
    assert "2 comments that fit" in page.text
    assert "Number 0" not in page.text
    page = moderator.send(page.form("/bulk/preview", having="score_from"))
    assert "Decide about 2 comments" in page.text
    assert "toxicity from 0.75" in page.text
    assert statuses(world, ids) == [Status.HELD] * 3
    form = page.form("/moderate/bulk")
    items = [world.open_items(one)[0] for one in ids[1:]]
    values = {**form.fields, "verdict": "reject", "reason": "spam", "pair": [f"{item.id}.{item.revision_id}" for item in items]}
    page = moderator.post(form.action, values)
    assert "2 comments rejected" in page.text
    assert statuses(world, ids) == [Status.HELD, Status.REJECTED, Status.REJECTED]
    assert {row.reason_code for row in world.rows(models.Decision)} == {ReasonCode.SPAM}
    page = moderator.send(page.form("/undo"), "Take all 2 back")
    assert "2 of 2 wait again" in page.text
    assert statuses(world, ids) == [Status.HELD] * 3
    assert "2 comments rejected" in moderator.get("/moderate/bulk").text


def test_chosen_ones_are_asked_about_and_what_a_colleague_holds_is_shown_as_left(moderator, sign_in, world: World):
    # Signing in claims the first that waits.
    colleague = sign_in("mia", Role.MODERATOR, "gazette")
    items = [world.open_items(one)[0] for one in hold(world, 0.75, 0.8)]
    colleague.get(f"/moderate/items/{items[0].id}")
    form = moderator.get("/moderate/list").form("/bulk/preview")
    page = moderator.post(form.action, {**form.fields, "item": [item.id for item in items]})
    assert "Decide about 1 comment" in page.text
    assert "a colleague is working on it" in page.text
    assert items[0].revision_id not in page.html


def test_all_that_wait_of_an_author_are_one_press_away(moderator, world: World):
    hold(world, 0.75)
    mine = [world.submit(f"{HELD} {n}", author="spammer").comment_id for n in range(3)]
    page = moderator.get(f"/moderate/authors/{world.comment(mine[0]).author_id}")
    assert "3 of them wait for a moderator" in page.text
    page = moderator.send(page.form("/bulk/preview"))
    assert "Decide about 3 comments" in page.text
    assert "By 1 author." in page.text


def test_without_a_reason_or_a_choice_nothing_happens_and_the_page_says_so(moderator, world: World):
    (comment_id,) = hold(world, 0.8)
    (item,) = world.open_items(comment_id)
    form = moderator.send(moderator.get("/moderate/list").form("/bulk/preview", having="Decide about all 1")).form("/moderate/bulk")
    pair = f"{item.id}.{item.revision_id}"
    refused = moderator.post(form.action, {**form.fields, "verdict": "reject", "pair": pair})
    assert (refused.status, "Say why the comments are rejected" in refused.text) == (422, True)
    empty = {name: value for name, value in form.fields.items() if name != "pair"}
    assert "Nothing is chosen" in moderator.post(form.action, {**empty, "verdict": "approve"}).text
    assert moderator.post(form.action, {**form.fields, "verdict": "approve", "pair": "x"}).status == 422
    assert world.rows(models.BulkDecision) == []


def test_another_site_can_neither_preview_nor_decide_nor_see(moderator, sign_in, world: World):
    (comment_id,) = hold(world, 0.8)
    (item,) = world.open_items(comment_id)
    stranger = sign_in("olga", Role.MODERATOR, "courier")
    form = stranger.get("/account").forms[0]
    token = {name: value for name, value in form.fields.items() if "csrf" in name}
    page = stranger.post("/moderate/bulk/preview", {**token, "by": "hand", "item": item.id})
    assert "Nothing to decide about" in page.text
    assert stranger.post("/moderate/bulk/preview", {**token, "site": "gazette"}).status == 404
    page = stranger.post("/moderate/bulk", {**token, "verdict": "approve", "pair": f"{item.id}.{item.revision_id}"})
    assert "0 comments approved" in page.text
    assert statuses(world, [comment_id]) == [Status.HELD]
    assert moderator.get(page.address).status == 404


def test_a_filter_becomes_a_queue_of_the_site_with_its_own_cards(moderator, sign_in, world: World):
    ids = hold(world, 0.71, 0.9)
    page = moderator.get("/moderate/list?queue=held&label=toxicity&score_from=0.75")
    page = moderator.send(page.form("/filters"), "Keep it", name="The worst")
    assert "The worst 1" in page.text
    assert "Held, toxicity from 0.75" in page.text
    saved = world.row(models.QueueFilter)
    assert (saved.name, saved.queue, saved.wish) == ("The worst", Queue.HELD, {"label": "toxicity", "score_from": 0.75})
    colleague = sign_in("mia", Role.MODERATOR, "gazette")
    card = colleague.get(f"/moderate?queue={saved.id}")
    assert "Number 1" in card.text
    empty = colleague.send(card.form("/decide"), "Approve")
    assert "Nothing waits in The worst" in empty.text
    assert statuses(world, ids) == [Status.HELD, Status.PUBLISHED]
    counts = colleague.get("/moderate/counts")
    assert f'"{saved.id}":0' in counts.html
    assert '"held":1' in counts.html
    assert "Delete this queue" not in colleague.get(f"/moderate/list?queue={saved.id}").text
    page = moderator.get(f"/moderate/list?queue={saved.id}")
    moderator.send(page.form("/delete"))
    assert world.rows(models.QueueFilter) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("score_from=0.5", "Say of which label the score is."),
        ("label=toxicity&score_from=much", "score_from: Must be a number."),
        ("waits_at_least_h=-3", "waits_at_least_h: Must be a whole number"),
        ("label=toxicity&score_from=nan", "score_from: Must be a number from 0 to 1."),
    ],
)
def test_a_filter_that_does_not_fit_is_answered_in_words(moderator, query: str, words: str):
    page = moderator.get(f"/moderate/list?queue=held&{query}")
    assert page.status == 422
    assert words in page.text


def test_the_name_of_a_queue_is_escaped_and_taken_once(moderator, world: World):
    address = "/moderate/list?queue=held&language=en"
    moderator.send(moderator.get(address).form("/filters"), "Keep it", name="<b>En</b>")
    page = moderator.get(address)
    assert "&lt;b&gt;En&lt;/b&gt;" in page.html
    again = moderator.send(page.form("/filters"), "Keep it", name="<b>En</b>")
    assert (again.status, "of this name already" in again.text) == (409, True)


def test_very_long_queues_leave_the_counts_to_the_script(moderator, world: World, monkeypatch):
    monkeypatch.setattr("commentsvc.web.console.desk.COUNTED_AT_ONCE", 0)
    hold(world, 0.9)
    moderator.send(moderator.get("/moderate/list?queue=held&language=en").form("/filters"), "Keep it", name="English")
    own = world.row(models.QueueFilter).id
    assert f'data-count="{own}"></span>' in moderator.get("/moderate").html
    assert f'data-count="{own}">1</span>' in moderator.get("/moderate/list").html
