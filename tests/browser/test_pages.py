"""What people do with the pages, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from commentsvc.domain.status import ReasonCode, Status, Verdict
from commentsvc.store import models
from tests.browser.conftest import Place

pytestmark = pytest.mark.browser
THREAD = "/embed/gazette?article=tram"


def test_reader_writes_a_comment_by_keyboard(page: Page, place: Place):
    page.goto(place.base + THREAD)
    page.get_by_text("Add a comment").click()
    expect(page.get_by_label("Your comment", exact=True)).to_be_focused()
    page.keyboard.type("The tram was full, and merry.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment:target")).to_contain_text("The tram was full, and merry.")
    expect(page.locator("#comments")).to_contain_text("Comments 5")


def test_held_comment_tells_its_author_why(page: Page, place: Place):
    page.goto(place.base + THREAD)
    page.get_by_text("Add a comment").click()
    page.keyboard.type("What a stupid tram.")
    page.get_by_role("button", name="Post comment").click()
    waiting = page.locator(".waiting")
    expect(waiting).to_contain_text("Yours, waiting for a moderator")
    expect(waiting.locator("mark")).to_have_text("stupid")
    page.reload()
    expect(waiting).to_be_visible()


def test_vote_is_counted_without_leaving_the_place(page: Page, place: Place):
    page.goto(place.base + THREAD)
    before = page.url
    button = page.get_by_role("button", name="Vote up").first
    button.click()
    expect(page.get_by_role("button", name="Vote up, 1 so far").first).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Vote up, 1 so far").first).to_be_focused()
    assert page.url == before


def test_reply_form_opens_under_the_comment(page: Page, place: Place):
    page.goto(place.base + THREAD)
    page.get_by_role("link", name="Reply to Ben").click()
    expect(page.get_by_label("Your reply")).to_be_visible()
    page.keyboard.type("Mine came at once.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".comment:target")).to_contain_text("in reply to Ben")


def test_moderator_decides_by_keyboard_alone(page: Page, place: Place):
    place.sign_in(page, "mo")
    page.goto(f"{place.base}/moderate?queue=held")
    first = page.locator(".item .body").inner_text()
    page.keyboard.press("r")
    expect(page.get_by_role("group", name="Why is it rejected?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="Why is it rejected?")).to_be_hidden()
    page.keyboard.press("r")
    page.keyboard.press("a")
    expect(page.locator(".undo")).to_contain_text("You rejected a comment")
    assert page.locator(".item .body").inner_text() != first
    decision = place.world.rows(models.Decision)[-1]
    assert (decision.verdict, decision.reason_code) == (Verdict.REJECT, ReasonCode.ABUSE)
    page.keyboard.press("u")
    expect(page.locator(".item .body")).to_have_text(first)
    page.keyboard.press("a")
    expect(page.locator(".undo")).to_contain_text("You approved a comment")
    assert place.world.comment(decision.comment_id).status is Status.PUBLISHED


def test_escalating_and_skipping_by_keyboard(page: Page, place: Place):
    place.sign_in(page, "mo")
    page.goto(f"{place.base}/moderate?queue=held")
    first = page.locator(".item .body").inner_text()
    page.keyboard.press("s")
    expect(page.locator(".item .body")).not_to_have_text(first)
    page.keyboard.press("e")
    page.keyboard.type("an approval?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".undo")).to_contain_text("You escalated a comment")
    assert place.world.rows(models.Decision)[-1].note == "an approval?"


def test_keys_are_listed_and_the_text_can_be_blurred(page: Page, place: Place):
    place.sign_in(page, "mo")
    page.goto(f"{place.base}/moderate?queue=held")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("reject, then one key for the reason")
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert len(place.world.rows(models.Decision)) == 10  # those of the history: a key behind the dialog decides nothing
    page.keyboard.press("b")
    expect(page.locator(".item .body")).to_have_class("body lines blurred")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Latest comments")).to_be_visible()


def test_server_that_is_away_is_told_and_nothing_is_lost(page: Page, place: Place):
    place.sign_in(page, "mo")
    page.goto(f"{place.base}/moderate?queue=held")
    first = page.locator(".item .body").inner_text()
    page.route("**/decide", lambda route: route.abort())
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("The server did not answer, so nothing was decided.")
    expect(page.locator(".item .body")).to_have_text(first)
    page.unroute("**/decide")
    page.keyboard.press("a")
    expect(page.locator(".undo")).to_be_visible()


def test_admin_moves_a_threshold_and_sees_what_it_would_do(page: Page, place: Place):
    place.sign_in(page, "ada")
    page.goto(f"{place.base}/admin/sites/gazette/policies/draft")
    slider = page.get_by_role("slider", name="Hold toxicity from")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("PageDown")
    value = float(page.locator("#toxicity-hold").input_value())
    assert value < 0.5
    assert float(page.locator('[data-handle="toxicity-hold"]').get_attribute("x1") or 0) == pytest.approx(value * 500)
    page.locator("#toxicity-review").fill("0.2")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("heading", name="Nearest the threshold")).to_be_visible()
    expect(page.locator("#result")).to_contain_text("change sides")
    expect(page.locator("#result")).not_to_contain_text("0 of ")
    assert page.locator("#toxicity-hold").input_value() == f"{value:g}"


def test_handle_can_be_dragged(page: Page, place: Place):
    place.sign_in(page, "ada")
    page.goto(f"{place.base}/admin/sites/gazette/policies/draft")
    plot = page.locator(".plot").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + 50, steps=4)
    page.mouse.up()
    assert float(page.locator("#toxicity-hold").input_value()) == pytest.approx(0.55, abs=0.02)


def test_switch_between_light_and_dark_lasts(page: Page, place: Place):
    page.goto(place.base + "/signin")
    page.get_by_role("button", name="Dark page").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark == "rgb(21, 24, 27)"
