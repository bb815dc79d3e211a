"""Two moderators in two browsers clear one queue by keyboard: nothing is decided twice, and neither is told of a conflict."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from commentsvc.domain.status import Queue
from commentsvc.store import models
from tests.browser.conftest import Place
from tests.support.world import HELD

pytestmark = pytest.mark.browser
HELD_QUEUE = "/moderate?queue=held"
CARD = ".item .body"
CHANGED = """([selector, before]) => { const now = document.querySelector(selector); return !now || now.innerText !== before; }"""


@pytest.fixture
def colleague(chromium: Browser, place: Place) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    place.sign_in(page, "ada")
    yield page
    context.close()


def card(page: Page) -> str | None:
    shown = page.locator(CARD)
    return shown.inner_text() if shown.count() else None


@pytest.mark.parametrize("count", [pytest.param(20, id="20"), pytest.param(200, id="200", marks=pytest.mark.slow)])
def test_two_moderators_clear_a_queue_in_parallel(page: Page, colleague: Page, place: Place, count: int):
    world = place.world
    waiting = len([item for item in world.rows(models.ReviewItem) if item.queue is Queue.HELD and item.is_open])
    for number in range(count - waiting):
        world.submit(f"{HELD} A word of its own: {number}.", author=f"reader{number}", article=f"a{number % 7}")
    before = {decision.id for decision in world.rows(models.Decision)}
    place.sign_in(page, "mo")
    refused: list[str] = []
    for one in (page, colleague):
        # A lease is known by when it ends: no two moments are the same.
        world.clock.advance(seconds=1)
        one.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
        one.goto(place.base + HELD_QUEUE)
        expect(one.locator(CARD)).to_be_visible()

    done = {page: 0, colleague: 0}
    while shown := {one: text for one in (page, colleague) if (text := card(one)) is not None}:
        # Nobody has before them what the other one has.
        assert len(set(shown.values())) == len(shown)
        world.clock.advance(seconds=1)
        for one in shown:
            one.keyboard.press("a")
        for one, text in shown.items():
            one.wait_for_function(CHANGED, arg=[CARD, text])
            done[one] += 1

    decided = [decision for decision in world.rows(models.Decision) if decision.id not in before]
    assert len(decided) == len({decision.item_id for decision in decided}) == count
    assert sum(done.values()) == count
    assert min(done.values()) >= count * 0.4
    assert refused == []
    assert not [item for item in world.rows(models.ReviewItem) if item.queue is Queue.HELD and item.is_open]
