"""What moderators do with many comments at once, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from commentsvc.domain.status import Status
from commentsvc.store import models
from tests.browser.conftest import Place
from tests.support.world import HELD

pytestmark = pytest.mark.browser


def test_many_are_chosen_by_keyboard_decided_and_taken_back(page: Page, place: Place):
    posted = [place.world.submit(f"{HELD} Cheap tickets, number {number}.", author="spammer").comment_id for number in range(3)]
    place.sign_in(page, "ada")
    page.goto(f"{place.base}/moderate/list?queue=held&site=gazette&label=toxicity&score_from=0.7")
    chosen = page.get_by_role("button", name="Decide about the chosen")
    expect(chosen).to_be_disabled()
    for box in page.get_by_role("checkbox", name="Choose the comment by Spammer").all():
        box.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Decide about the 3 chosen").press("Enter")
    expect(page.get_by_role("heading", name="Decide about 3 comments")).to_be_visible()
    page.get_by_role("radio", name="Reject").check()
    page.get_by_label("Reason").select_option("spam")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("heading", name="3 comments rejected")).to_be_visible()
    assert {place.world.comment(one).status for one in posted} == {Status.REJECTED}
    page.get_by_role("button", name="Take all 3 back").click()
    expect(page.locator(".notice.good")).to_contain_text("3 of 3 wait again")
    assert {place.world.comment(one).status for one in posted} == {Status.HELD}


def test_all_on_the_page_are_chosen_by_one_box(page: Page, place: Place):
    place.sign_in(page, "ada")
    page.goto(f"{place.base}/moderate/list?queue=held")
    number = page.locator("input[name=item]").count()
    page.get_by_label("All on this page").check()
    expect(page.get_by_role("button", name=f"Decide about the {number} chosen")).to_be_enabled()
    page.locator("input[name=item]").first.uncheck()
    expect(page.get_by_label("All on this page")).not_to_be_checked()
    expect(page.get_by_role("button", name=f"Decide about the {number - 1} chosen")).to_be_enabled()


def test_a_kept_filter_is_a_queue_whose_count_follows(page: Page, place: Place):
    place.sign_in(page, "ada")
    page.goto(f"{place.base}/moderate/list?queue=held&site=gazette&label=toxicity&score_from=0.7")
    page.get_by_label("Keep it as a queue").fill("Toxic and held")
    page.get_by_role("button", name="Keep it").click()
    own = place.world.row(models.QueueFilter).id
    tab = page.locator(f"[data-count='{own}']")
    before = int(tab.inner_text())
    place.world.submit(f"{HELD} One more.", author="late")
    # The page asks again when it is looked at again.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(tab).to_have_text(str(before + 1))
    page.goto(f"{place.base}/moderate?queue={own}&site=gazette")
    page.keyboard.press("a")
    expect(page.locator(".undo")).to_contain_text("You approved a comment")
    expect(tab).to_have_text(str(before))
