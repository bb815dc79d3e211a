"""The reader's widget on a publisher's page, whose policy for content allows nothing but the script and its calls."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from commentsvc.domain.status import Nudged, Queue, ReasonCode, Status, Verdict
from commentsvc.services.sites import SiteChange, change_site, set_article_closed
from commentsvc.store import models
from tests.browser.conftest import Place
from tests.support.waiting import wait_until
from tests.support.world import CIVIL

pytestmark = pytest.mark.browser
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
HELD = "What a stupid tram."
SHIFTS = """new Promise((done) => { new PerformanceObserver((list) => done(list.getEntries().map((one) => one.value)))
    .observe({ type: 'layout-shift', buffered: true }); setTimeout(() => done([]), 300); })"""

Open = Callable[..., None]


@pytest.fixture
def news(page: Page, place: Place) -> Open:
    """Opens a page of the newspaper with the widget in it."""

    def go(article: str = "tram", lang: str = "en", tail: str = "", attributes: str = "", scheme: str = "light dark") -> None:
        html = f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>The tram – The Gazette</title>
            <meta name="viewport" content="width=device-width"><meta name="color-scheme" content="{scheme}">
            <script src="/embed.js" data-comment-site="gazette"></script></head>
            <body><main><h1>The tram</h1><p>Comments: <span data-comment-count="tram"></span></p>
            <comment-thread site="gazette" article="{article}" loading="eager" {attributes}></comment-thread></main>
            <footer role="contentinfo">The Gazette</footer></body></html>"""
        headers = {"Content-Security-Policy": POLICY}
        page.route("**/news/*", lambda route: route.fulfill(body=html, content_type="text/html", headers=headers))
        page.clock.set_system_time(place.world.now)
        page.goto(f"{place.base}/news/{article}{tail}")

    return go


def write(page: Page, text: str, button: str = "Post comment", label: str = "Your comment") -> None:
    page.get_by_label(label, exact=True).click()
    page.keyboard.type(text)
    page.get_by_role("button", name=button).click()


def test_first_comments_come_after_one_script_and_one_call(page: Page, news: Open):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(re.sub(r"\?.*", "", request.url)))
    news()
    expect(page.locator("comment-thread li[id]")).to_have_count(4)
    paths = [re.sub(r"^https?://[^/]+", "", address) for address in asked]
    before = paths[: paths.index("/api/v1/sites/gazette/comments") + 1]
    assert [path for path in before if "/news/" not in path and "counts" not in path] == ["/embed.js", "/api/v1/sites/gazette/comments"]
    expect(page.locator("[data-comment-count]")).to_have_text("4 comments")


def test_nothing_moves_while_comments_come_in(page: Page, news: Open):
    news()
    expect(page.locator("comment-thread li[id]")).to_have_count(4)
    assert page.evaluate(SHIFTS) == []


def test_a_comment_is_written_by_keyboard_and_can_be_changed_and_taken_back(page: Page, place: Place, news: Open):
    news()
    page.get_by_label("Your comment", exact=True).focus()
    page.keyboard.type("The tram was full, and merry.")
    page.keyboard.press("Control+Enter")
    mine = page.locator("li[id]", has_text="The tram was full").first
    expect(mine).to_be_focused()
    expect(mine).to_contain_text("left")
    page.reload()
    expect(mine).to_contain_text("You")
    mine.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Change your comment")).to_be_focused()
    page.keyboard.type(" So was I.")
    page.keyboard.press("Control+Enter")
    expect(mine).to_contain_text("merry. So was I.")
    mine.get_by_role("button", name="Withdraw").click()
    mine.get_by_role("button", name="Take it back").click()
    expect(mine).to_have_count(0)
    assert place.world.rows(models.Comment)[-1].status is Status.WITHDRAWN


def test_the_nudge_marks_the_words_and_leaves_the_choice(page: Page, place: Place, news: Open):
    news()
    before = len(place.world.rows(models.Comment))
    write(page, HELD)
    nudge = page.get_by_role("group", name="Before you post")
    expect(nudge.locator("mark")).to_have_text("stupid")
    assert len(place.world.rows(models.Comment)) == before
    nudge.get_by_role("button", name="Rephrase").click()
    expect(page.get_by_label("Your comment", exact=True)).to_be_focused()
    page.get_by_role("button", name="Post comment").click()
    waiting = page.locator(".waiting")
    expect(waiting).to_contain_text("Yours, waiting for a moderator")
    expect(waiting).to_contain_text("It was held because it looks like rude or hurtful language.")
    page.reload()
    expect(waiting).to_contain_text(HELD)
    held = place.world.rows(models.Comment)[-1]
    item = place.world.rows(models.ReviewItem)[-1]
    moderator = place.world.rows(models.Account)[0].id
    place.world.decide(item.id, moderator, Verdict.REJECT, reason_code=ReasonCode.ABUSE)
    page.reload()
    expect(waiting).to_contain_text("A moderator read it and decided not to show it. Ground: Abuse or insult.")
    assert place.world.comment(held.id).status is Status.REJECTED
    assert held.nudged is Nudged.POSTED_ANYWAY


def test_whoever_rephrases_is_counted_so(page: Page, place: Place, news: Open):
    news()
    write(page, HELD)
    page.get_by_role("button", name="Rephrase").click()
    page.keyboard.type("slow")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("li[id]", has_text="What a slow tram.")).to_be_visible()
    assert place.world.rows(models.Comment)[-1].nudged is Nudged.REPHRASED
    write(page, "It is red.")
    expect(page.locator("li[id]", has_text="It is red.")).to_be_visible()
    assert place.world.rows(models.Comment)[-1].nudged is None


def test_a_rejection_is_appealed_by_keyboard_and_its_outcome_is_told(page: Page, place: Place, news: Open):
    news()
    write(page, HELD)
    page.get_by_role("button", name="Post anyway").click()
    expect(page.locator(".waiting")).to_contain_text("waiting for a moderator")
    comment, item = place.world.rows(models.Comment)[-1], place.world.rows(models.ReviewItem)[-1]
    place.world.decide(item.id, place.world.rows(models.Account)[0].id, Verdict.REJECT, reason_code=ReasonCode.ABUSE)
    page.reload()
    page.locator("summary", has_text="Ask for another look").focus()
    page.keyboard.press("Enter")
    page.get_by_label("A moderator who did not decide before reads it again").focus()
    page.keyboard.type("It is the name of the band.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    waiting = page.locator(".waiting")
    expect(waiting).to_contain_text("You asked for another look. A moderator will decide.")
    assert place.world.row(models.Appeal, comment_id=comment.id).body == "It is the name of the band."
    assert Axe().run(page).violations_count == 0
    flo = place.world.moderator("flo")
    (claimed,) = place.world.claim(flo, Queue.APPEALS)
    place.world.decide(claimed.item_id, flo, Verdict.REJECT)
    page.reload()
    expect(waiting).to_contain_text("A second moderator agrees: it stays as it is.")
    expect(page.locator("summary", has_text="Ask for another look")).to_have_count(0)
    place.world.undo(claimed.item_id, flo)
    place.world.decide(claimed.item_id, flo)
    page.reload()
    expect(page.locator("li[id]", has_text=HELD)).to_be_visible()
    expect(waiting).to_have_count(0)


def test_a_draft_outlives_a_reload(page: Page, news: Open):
    news()
    page.get_by_label("Your comment", exact=True).click()
    page.keyboard.type("Half a thought")
    expect(page.get_by_label("Your comment", exact=True)).to_have_value("Half a thought")
    wait_until("the draft to be kept", lambda: "Half a thought" in page.evaluate("JSON.stringify(localStorage)"))
    page.reload()
    expect(page.get_by_label("Your comment", exact=True)).to_have_value("Half a thought")


def test_bold_and_preview(page: Page, news: Open):
    news()
    page.get_by_label("Your comment", exact=True).click()
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type("Late")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview strong")).to_have_text("Late")


def test_reply_vote_report_and_mute(page: Page, place: Place, news: Open):
    news()
    page.get_by_role("button", name="Reply to Ben").click()
    page.keyboard.type("Mine came at once.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("li[id]:focus")).to_contain_text("in reply to Ben")
    page.get_by_role("button", name="Vote up, 0 so far").first.click()
    voted = page.get_by_role("button", name="Vote up, 1 so far")
    expect(voted).to_have_attribute("aria-pressed", "true")
    expect(voted).to_be_focused()
    page.reload()
    expect(voted).to_have_attribute("aria-pressed", "true")
    report = page.get_by_role("button", name="Report the comment of Ben")
    report.focus()
    report.press("Enter")
    page.get_by_label("Off topic").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("status").filter(has_text="Thank you.")).to_be_visible()
    assert place.world.rows(models.Report)[-1].reason is ReasonCode.OFF_TOPIC
    page.get_by_role("button", name="Mute Ben").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have muted Ben.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You have muted Ben.")).to_be_visible()
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_role("button", name="Reply to Ben")).to_be_visible()


def test_a_permalink_opens_at_the_comment(page: Page, place: Place, news: Open):
    reply = place.world.rows(models.Comment)
    arabic = next(comment for comment in reply if comment.depth == 2)
    news(tail=f"#comment-{arabic.id}")
    target = page.locator(f"#comment-{arabic.id}")
    expect(target).to_be_focused()
    expect(target).to_be_in_viewport()


def test_a_permalink_beyond_the_first_page_shows_its_conversation(page: Page, place: Place, news: Open):
    first = place.world.submit(CIVIL, author="zoe", article="long").comment_id
    for number in range(60):
        place.world.submit(f"{CIVIL} {number}", author=f"n{number}", article="long")
    news("long", tail=f"#comment-{first}")
    expect(page.locator(f"#comment-{first}")).to_be_focused()
    page.get_by_role("button", name="Show all comments").click()
    expect(page.locator("comment-thread li[id]")).to_have_count(50)
    page.get_by_role("button", name="More comments").click()
    expect(page.locator("comment-thread li[id]")).to_have_count(61)


def test_order_and_keys(page: Page, news: Open):
    news()
    page.get_by_role("button", name="Oldest").click()
    expect(page.get_by_role("button", name="Oldest")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Oldest")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("comment-thread li[id]").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("comment-thread li[id]").nth(1)).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_contain_text("Ctrl+Enter")


def test_a_service_that_is_away_is_told_and_nothing_is_lost(page: Page, news: Open):
    news()
    expect(page.locator("comment-thread li[id]")).to_have_count(4)
    page.route("**/api/v1/**", lambda route: route.abort())
    write(page, "A thought that stays.")
    expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    expect(page.get_by_label("Your comment", exact=True)).to_have_value("A thought that stays.")
    page.unroute("**/api/v1/**")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("li[id]", has_text="A thought that stays.")).to_be_focused()


def test_whose_token_does_not_hold_still_reads_and_is_told_when_writing(page: Page, news: Open):
    news(attributes='token="no.such.token"')
    expect(page.locator("comment-thread li[id]")).to_have_count(4)
    write(page, "It was on time.")
    expect(page.get_by_role("alert")).to_contain_text("Your sign-in is over. Sign in again; what you wrote is kept.")
    expect(page.get_by_label("Your comment", exact=True)).to_have_value("It was on time.")


def test_an_answer_that_was_lost_makes_no_second_comment(page: Page, place: Place, news: Open):
    news()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(re.compile(r"/comments$"), lose)
    write(page, "Said once.")
    expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    page.unroute(re.compile(r"/comments$"))
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("li[id]", has_text="Said once.")).to_be_focused()
    expect(page.get_by_role("button", name="Withdraw")).to_be_visible()
    assert [revision.body for revision in place.world.rows(models.Revision)].count("Said once.") == 1


def test_a_reply_being_written_keeps_the_focus_while_a_vote_is_counted(page: Page, news: Open):
    news()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/vote", hold)
    item = page.get_by_role("article", name="Comment of Ben")
    page.get_by_role("button", name="Reply to Ben").click()
    page.keyboard.type("Half")
    item.get_by_role("button", name="Vote up, 0 so far").first.click()
    page.get_by_label("Your reply to Ben").focus()
    wait_until("the vote to be sent", lambda: page.evaluate("1") == 1 and bool(held))
    held[0].fulfill(json={"up": 7, "down": 0, "value": 1})
    expect(item.get_by_role("button", name="Vote up, 7 so far")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Your reply to Ben")).to_be_focused()
    expect(page.get_by_label("Your reply to Ben")).to_have_value("Half")


def test_new_comments_are_announced_and_shown_when_asked_for(page: Page, place: Place, news: Open):
    page.clock.install(time=place.world.now)
    news()
    expect(page.locator("comment-thread li[id]")).to_have_count(4)
    with page.expect_response(lambda answer: answer.status == 304):
        page.clock.run_for(31_000)
    place.world.submit("The second tram is blue.", author="fay")
    with page.expect_response(lambda answer: "/comments?" in answer.url and answer.status == 200):
        page.clock.run_for(31_000)
    page.get_by_role("button", name="1 new comment").click()
    fresh = page.locator("li[id]", has_text="The second tram is blue.")
    expect(fresh).to_be_focused()
    expect(fresh).to_contain_text("New")


def test_what_the_site_does_not_allow_is_told_at_once(page: Page, place: Place, news: Open):
    world, admin = place.world, place.world.rows(models.Account)[0].id
    world.do(lambda session: change_site(session, world.site.id, SiteChange(guests_allowed=False), admin, world.now))
    news(attributes='sign-in="https://news.example/sign-in"')
    expect(page.get_by_role("link", name="Sign in")).to_have_attribute("href", "https://news.example/sign-in")
    expect(page.get_by_role("button", name="Reply to Ben")).to_have_count(0)
    world.do(lambda session: set_article_closed(session, world.site.id, "tram", is_closed=True, account_id=admin, now=world.now))
    page.reload()
    expect(page.get_by_text("Comments on this article are closed.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)


def test_a_text_is_never_taken_for_markup(page: Page, place: Place, news: Open):
    place.world.submit("<img src=x onerror=alert(1)> [x](javascript:alert(1))", author="<b>bold</b>")
    news()
    expect(page.locator(".author").first).to_have_text("<B>Bold</B>")
    expect(page.locator("comment-thread img")).to_have_count(0)
    expect(page.locator('comment-thread a[href^="javascript"]')).to_have_count(0)


def test_it_speaks_the_language_of_the_page(page: Page, news: Open):
    news(lang="de-AT")
    expect(page.get_by_role("button", name="Ben antworten")).to_be_visible()
    expect(page.locator("[data-comment-count]")).to_have_text("4 Kommentare")
    expect(page.locator("comment-thread section")).to_have_attribute("lang", "de")


def test_arabic_is_written_from_right_to_left(page: Page, news: Open):
    news(lang="ar", attributes='theme="light"')
    expect(page.get_by_role("button", name="رد على Ben")).to_be_visible()
    first = page.locator("comment-thread li[id] .author").first.bounding_box()
    window = page.viewport_size
    assert first
    assert window
    assert first["x"] > window["width"] / 2
    write(page, HELD, button="انشر التعليق", label="تعليقك")
    page.get_by_role("button", name="انشر على أي حال").click()
    expect(page.locator(".waiting")).to_contain_text("يبدو فظًا أو جارحًا")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, news: Open, theme: str):
    news(scheme=theme, attributes=f'theme="{theme}"')
    expect(page.locator("comment-thread li[id]")).to_have_count(4)
    found = Axe().run(page).response["violations"]
    write(page, HELD)
    page.get_by_role("group", name="Before you post").wait_for()
    found += Axe().run(page).response["violations"]
    page.get_by_role("button", name="Post anyway").click()
    page.locator(".waiting").wait_for()
    page.get_by_role("button", name="Reply to Ben").click()
    page.get_by_role("button", name="Report the comment of Ben").focus()
    found += Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200], one["nodes"][0].get("failureSummary", "")[:300]) for one in found] == []
    wide = page.evaluate("""[...document.querySelector('comment-thread').shadowRoot.querySelectorAll('*')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML.slice(0, 150))""")
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
