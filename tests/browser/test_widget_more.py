"""What the widget loads when it is needed: a proof of work, replies by e-mail; and what a page may do to it while it loads."""

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from commentsvc.domain.commands import Identity
from commentsvc.domain.status import Pace, ProofRule
from commentsvc.integrations.sealing import Purpose, unseal
from commentsvc.services.sites import SiteChange, change_site
from commentsvc.store import models
from tests.browser.conftest import Place
from tests.browser.test_widget import Open, news, write
from tests.browser.test_widget_habits import said, shown, the
from tests.support.waiting import wait_until

__all__ = ["news"]
pytestmark = pytest.mark.browser


@pytest.fixture
def mailing(place: Place) -> Place:
    """The service has a mail server, though no worker that writes to it."""
    settings = place.world.runtime.settings
    place.world.runtime.settings = replace(
        settings,
        server=replace(settings.server, public_url=place.base),
        mail=replace(settings.mail, host="127.0.0.1", sender="comments@gazette.example"),
    )
    return place


def ask_guests(place: Place) -> None:
    account = place.world.moderator("chief")
    place.world.do(lambda session: change_site(session, place.world.site.id, SiteChange(proof=ProofRule.GUESTS), account, place.world.now))


def test_a_guests_browser_does_the_work_by_itself_and_the_comment_lands(page: Page, place: Place, news: Open):
    ask_guests(place)
    news()
    expect(shown(page)).to_have_count(4)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]) if "/events?" not in request.url else None)
    write(page, "Worked for.")
    expect(page.locator("li[id]", has_text="Worked for.")).to_be_focused(timeout=60_000)
    assert asked == ["comments:preview", "comments", "embed-more.js?lang=en", "challenge", "comments"]
    assert len(place.world.rows(models.SpentProof)) == 1
    write(page, "And once more.")
    expect(page.locator("li[id]", has_text="And once more.")).to_be_focused(timeout=60_000)
    assert len(place.world.rows(models.SpentProof)) == 2


def test_work_that_cannot_be_had_is_told_and_the_text_kept(page: Page, place: Place, news: Open):
    ask_guests(place)
    news()
    expect(shown(page)).to_have_count(4)
    page.route("**/challenge", lambda route: route.abort())
    write(page, "A thought that stays.")
    expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    expect(page.get_by_label("Your comment", exact=True)).to_have_value("A thought that stays.")


def test_what_cannot_be_loaded_just_now_can_be_tried_again(page: Page, news: Open):
    news()
    expect(shown(page)).to_have_count(4)
    page.route("**/embed-more.js*", lambda route: route.abort())
    report = page.get_by_role("button", name="Report the comment of Ben")
    report.click()
    expect(said(page, "cannot be reached just now")).to_be_visible()
    page.unroute("**/embed-more.js*")
    report.click()
    expect(page.get_by_role("group", name="What is wrong with it?")).to_be_visible()


def test_a_guest_asks_for_replies_by_mail(page: Page, mailing: Place, news: Open):
    news()
    page.get_by_label("Your comment", exact=True).click()
    page.keyboard.type("Tell me more.")
    box = page.get_by_role("checkbox", name="E-mail me replies")
    box.check()
    expect(page.get_by_label("Your e-mail")).to_be_focused()
    page.keyboard.type("gus@reader.example")
    page.get_by_label("How often").select_option("daily")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("li[id]", has_text="Tell me more.")).to_be_focused()
    expect(said(page, "Look into your mailbox to confirm the address.")).to_be_visible()
    row = mailing.world.row(models.Subscription)
    assert (row.pace, row.language, row.confirmed_at) == (Pace.DAILY, "en", None)
    assert unseal(mailing.world.runtime.secret, row.email_sealed, Purpose.EMAIL) == "gus@reader.example"


def test_a_box_that_is_cleared_again_asks_for_nothing(page: Page, mailing: Place, news: Open):
    news()
    page.get_by_label("Your comment", exact=True).click()
    page.keyboard.type("Never mind.")
    box = page.get_by_role("checkbox", name="E-mail me replies")
    box.check()
    expect(page.get_by_label("Your e-mail")).to_be_visible()
    box.uncheck()
    expect(page.get_by_label("Your e-mail")).to_have_count(0)
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("li[id]", has_text="Never mind.")).to_be_focused()
    assert not mailing.world.rows(models.Subscription)


def test_an_address_that_is_none_is_not_sent(page: Page, mailing: Place, news: Open):
    news()
    page.get_by_label("Your comment", exact=True).click()
    page.keyboard.type("Tell me more.")
    page.get_by_role("checkbox", name="E-mail me replies").check()
    expect(page.get_by_label("Your e-mail")).to_be_focused()
    page.keyboard.type("gus")
    page.get_by_role("button", name="Post comment").click()
    assert page.get_by_label("Your e-mail").evaluate("(input) => input.matches(':invalid')")
    assert not mailing.world.rows(models.Subscription)


def test_where_no_mail_is_sent_none_is_offered(page: Page, news: Open):
    news()
    page.get_by_label("Your comment", exact=True).click()
    expect(page.get_by_role("button", name="Post comment")).to_be_visible()
    expect(page.get_by_role("checkbox", name="E-mail me replies")).to_have_count(0)


def test_the_articles_author_is_marked(page: Page, place: Place, news: Open):
    author = Identity("sso:eva", "Eva", is_guest=False, is_article_author=True)
    place.world.submit("I wrote this one.", identity=author)
    news()
    expect(the(page, "Eva").locator("[part=badge]").first).to_have_text("Author")
    expect(the(page, "Ben").locator(":scope > article [part=badge]")).to_have_count(0)


# -- While it loads ------------------------------------------------------------------------------------------------------------
def test_a_thread_that_is_asked_for_twice_is_shown_once(page: Page, news: Open):
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/comments?*", hold)
    news()
    wait_until("the first thread to be asked for", lambda: page.evaluate("1") == 1 and len(held) == 1)
    page.evaluate("document.querySelector('comment-thread').reload()")
    wait_until("the second to be asked for", lambda: page.evaluate("1") == 1 and len(held) == 2)
    page.unroute("**/comments?*")
    for route in held:
        route.continue_()
    expect(shown(page)).to_have_count(4)
    expect(page.locator("comment-thread section")).to_have_count(1)
    page.locator("comment-thread li[id]").first.focus()
    page.keyboard.press("j")
    assert (
        page.evaluate(
            "[...document.querySelector('comment-thread').shadowRoot.querySelectorAll('li[id]')].findIndex((one) => one.matches(':focus'))"
        )
        == 1
    )


def test_a_token_that_the_page_set_before_the_script_came_is_used(page: Page, place: Place):
    html = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The tram</title></head><body><h1>The tram</h1>
        <comment-thread site="gazette" article="tram" loading="eager"></comment-thread>
        <script>document.querySelector("comment-thread").token = () => { window.asked = true; return null; };</script>
        <script src="/embed.js"></script></body></html>"""
    page.route("**/news/*", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{place.base}/news/tram")
    expect(shown(page)).to_have_count(4)
    assert page.evaluate("window.asked") is True


# -- Where the focus is, and what stands below a comment -------------------------------------------------------------------------
def test_muting_by_keyboard_keeps_the_focus_on_the_comment(page: Page, news: Open):
    news()
    page.get_by_role("button", name="Mute Ben").focus()
    page.keyboard.press("Enter")
    expect(the(page, "Ben")).to_be_focused()
    page.get_by_role("button", name="Show again").focus()
    page.keyboard.press("Enter")
    expect(the(page, "Ben")).to_be_focused()


def test_the_button_that_folds_is_in_sight_when_it_has_the_focus(page: Page, news: Open):
    news()
    fold = page.get_by_role("button", name="Hide 1 reply").first
    fold.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(fold).to_be_focused()
    box = fold.bounding_box()
    assert box is not None
    assert box["height"] >= 24
    assert box["width"] >= 24


def test_one_form_gives_way_to_another_at_the_first_press(page: Page, news: Open):
    news()
    ben = the(page, "Ben").locator(":scope > article")
    ben.get_by_role("button", name="Reply to Ben").click()
    page.get_by_label("Your reply to Ben").fill("Half a thought")
    ben.get_by_role("button", name="Report the comment of Ben").click()
    expect(page.get_by_role("group", name="What is wrong with it?")).to_be_visible()
    expect(page.get_by_label("Your reply to Ben")).to_have_count(0)
    ben.get_by_role("button", name="Reply to Ben").click()
    expect(page.get_by_label("Your reply to Ben")).to_have_value("Half a thought")
    expect(page.get_by_role("group", name="What is wrong with it?")).to_have_count(0)
    ben.get_by_role("button", name="Reply to Ben").click()
    expect(page.get_by_label("Your reply to Ben")).to_have_count(0)
