"""The laboratory in a browser: a threshold dragged and moved by keys, a goal recommended for, a version made active and gone back from."""

import random
import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from commentsvc.domain.status import Queue, Verdict
from commentsvc.store import models
from tests.browser.conftest import NARROW, WIDE, Place
from tests.support.world import POLICY

pytestmark = pytest.mark.browser
LAB = "/admin/sites/gazette/laboratory"


@pytest.fixture
def history(place: Place) -> Place:
    """Sixty more comments of every score over ten days, the sample decided and most of what was flagged."""
    world, chance = place.world, random.Random(3)
    moderator = world.moderator("lea")
    world.set_policy({**POLICY, "repeats": {"count": 0}, "sample_rate": 0.5})
    for number in range(60):
        score = chance.random()
        world.chance.value = 0.0 if number % 3 == 0 else 1.0
        submitted = world.submit(f"The tram, part {number}, for the paper. toxicity={score:.4f}", author=f"h{number}", article="history")
        for item in world.open_items(submitted.comment_id):
            if item.queue is Queue.SAMPLE or number % 6:
                world.decide(item.id, moderator, Verdict.REJECT if score > 0.35 else Verdict.APPROVE)
        world.clock.advance(hours=4)
    return place


def open_laboratory(page: Page, place: Place) -> None:
    place.sign_in(page, "ada")
    page.goto(place.base + LAB)


def test_a_threshold_is_dragged_and_moved_by_keys(page: Page, history: Place):
    open_laboratory(page, history)
    expect(page.get_by_text("0 comments treated more strictly than today, 0 more mildly.")).to_be_visible()
    grip = page.get_by_role("slider", name="Toxicity, hold from")
    expect(grip).to_have_attribute("aria-valuenow", "0.7")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    room = page.locator('.plot-box[data-label="toxicity"]').bounding_box()
    assert box is not None
    assert room is not None
    assert box["width"] >= 44
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(room["x"] + room["width"] * 0.6, y, steps=3)
    page.mouse.move(room["x"] + room["width"] * 0.5, y, steps=3)
    # What it does is told while the hand still holds it.
    stricter = page.locator('[data-side="stricter"]')
    expect(stricter).not_to_have_text("0")
    expect(grip).to_have_attribute("aria-valuenow", "0.5")
    told = stricter.text_content()
    page.mouse.up()
    expect(page).to_have_url(re.compile("toxicity-hold=0.5&"))
    expect(page.get_by_role("heading", name="Around the threshold: toxicity, hold from 0.5")).to_be_visible()
    expect(stricter).to_have_text(str(told))
    expect(page.get_by_text("Changing sides")).to_contain_text(f"({told})")
    grip.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Hold toxicity from", exact=True)).to_have_value("0.51")
    page.keyboard.press("Home")
    # A milder threshold cannot be passed.
    expect(grip).to_have_attribute("aria-valuenow", "0.4")
    page.keyboard.press("End")
    expect(grip).to_have_attribute("aria-valuenow", "0.94")
    expect(page.get_by_role("heading", name="Around the threshold: toxicity, hold from 0.94")).to_be_visible()


def test_a_goal_is_recommended_for_activated_and_gone_back_from(page: Page, history: Place):
    world = history.world
    first = world.site.policy_version_id
    open_laboratory(page, history)
    page.get_by_label("Items a day, or per cent").fill("5")
    page.get_by_role("button", name="Recommend").click()
    expect(page.get_by_text("These thresholds were chosen from one half of the comments")).to_be_visible()
    assert page.get_by_label("Review toxicity from", exact=True).input_value() != "0.4"
    page.get_by_label("Note").fill("Five a day")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Make and activate").click()
    if page.get_by_role("dialog").is_visible():
        page.get_by_role("dialog").get_by_role("button").first.click()
    expect(page.get_by_text("is active: it routes from the next comment on.")).to_be_visible()
    assert world.site.policy_version_id != first
    made = world.rows(models.PolicyVersion, site_id=world.site.id, note="Five a day")
    assert [row.id for row in made] == [world.site.policy_version_id]
    page.get_by_role("button", name=re.compile("Go back to version")).click()
    expect(page.get_by_text("is active: it routes from the next comment on.")).to_be_visible()
    assert world.site.policy_version_id == first
    page.get_by_label("Miss at most").check()
    page.get_by_label("Items a day, or per cent").fill("0.1")
    page.get_by_label("Missing: at most items a day").fill("1")
    page.get_by_role("button", name="Recommend").click()
    expect(page.get_by_text("already bring")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["1280-light", "390-dark"])
def test_nothing_stands_in_the_way(chromium: Browser, history: Place, size, scheme):
    context = chromium.new_context(viewport=size, color_scheme=scheme, has_touch=size is NARROW, reduced_motion="reduce")
    page = context.new_page()
    place = history
    place.sign_in(page, "ada")
    until = (place.world.now + timedelta(days=1)).date().isoformat()
    for path in (f"{LAB}?toxicity-hold=0.5&toxicity-review=0.3", f"{LAB}?goal=items&limit=5", f"{LAB}?section=none&until={until}"):
        page.goto(place.base + path)
        found = [
            f"{path} {violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for violation in Axe().run(page).response["violations"]
            for node in violation["nodes"][:3]
        ]
        assert found == []
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), path
    context.close()
