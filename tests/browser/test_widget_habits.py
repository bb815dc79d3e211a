"""What readers of the widget do over days: pass comments on, come back with a token that ran out, fold, mute, sort, and take up drafts."""

import re
from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest
from playwright.sync_api import Locator, Page, Response, expect

from commentsvc.services.sites import SiteChange, change_site
from commentsvc.store import models
from tests.browser.conftest import Place
from tests.browser.test_widget import POLICY, write
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
SECRET = "a secret that the site shares with us, long enough"
OVER = "Your sign-in is over. Sign in again; what you wrote is kept."
GIVE = """(tokens) => {
    const thread = document.querySelector("comment-thread");
    window.asked = [];
    thread.token = (isFresh) => { window.asked.push(isFresh); return isFresh ? tokens.fresh : tokens.held; };
}"""

Open = Callable[..., None]


@pytest.fixture
def news(page: Page, place: Place) -> Open:
    """Opens a page of the newspaper with the widget in it; what opens the same address afterwards gets the same page."""

    def go(article: str = "tram", **headers: str) -> None:
        html = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The tram – The Gazette</title>
            <meta name="viewport" content="width=device-width"><script src="/embed.js"></script></head>
            <body><main><h1>The tram</h1>
            <comment-thread site="gazette" article="{article}" loading="eager"></comment-thread></main></body></html>"""
        sent = {"Content-Security-Policy": POLICY} | {name.replace("_", "-"): value for name, value in headers.items()}
        page.route("**/news/*", lambda route: route.fulfill(body=html, content_type="text/html", headers=sent))
        page.clock.set_system_time(place.world.now)
        page.goto(f"{place.base}/news/{article}")
        expect(shown(page).first).to_be_visible()

    return go


def shown(page: Page) -> Locator:
    return page.locator("comment-thread li[id]")


def the(page: Page, name: str) -> Locator:
    """The comment of the author with this name, with the replies below it."""
    return shown(page).filter(has=page.locator(f':scope > article[aria-label="Comment of {name}"]'))


def said(page: Page, text: str) -> Locator:
    return page.get_by_role("status").filter(has_text=text)


def is_kept(page: Page, draft: str) -> None:
    wait_until("the draft to be kept", lambda: draft in page.evaluate("JSON.stringify(localStorage)"))


def press(button: Locator) -> None:
    button.focus()
    button.press("Enter")


# -- Sharing -------------------------------------------------------------------------------------------------------------------
def test_the_link_to_a_comment_is_copied_and_that_is_said(page: Page, place: Place, news: Open):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    news()
    share = page.get_by_role("button", name="Share the comment of Ben")
    press(share)
    expect(said(page, "Link copied.")).to_be_visible()
    expect(share).to_be_focused()
    ben = the(page, "Ben").get_attribute("id")
    assert page.evaluate("navigator.clipboard.readText()") == f"{place.base}/news/tram#{ben}"


def test_where_nothing_may_be_copied_the_link_is_there_to_take(page: Page, place: Place, news: Open):
    news(Permissions_Policy="clipboard-write=()")
    press(page.get_by_role("button", name="Share the comment of Ben"))
    field = page.get_by_role("textbox", name="Link to this comment")
    expect(field).to_have_value(f"{place.base}/news/tram#{the(page, 'Ben').get_attribute('id')}")
    expect(field).to_be_focused()
    expect(field).not_to_be_editable()
    assert field.evaluate("(one) => one.value.slice(one.selectionStart, one.selectionEnd) === one.value")
    expect(said(page, "Link copied.")).to_have_count(0)


def test_a_shared_link_opens_the_comment_among_those_it_answers(page: Page, place: Place, news: Open):
    world = place.world
    root = world.submit("It came at noon.", author="zoe", article="long")
    reply = world.submit("At one, I think.", author="yan", article="long", parent=root.comment_id)
    world.submit("Nor did I see it.", author="wim", article="long", parent=root.comment_id)
    deep = world.submit("I have a picture.", author="xia", article="long", parent=reply.comment_id)
    world.submit("Show it, then.", author="vic", article="long", parent=deep.comment_id)
    world.clock.advance(hours=1)
    for number in range(50):
        world.submit(f"The tram was red, said number {number}.", author=f"n{number}", article="long")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    news("long")
    expect(the(page, "Xia")).to_have_count(0)
    press(page.get_by_role("button", name="Oldest"))
    press(page.get_by_role("button", name="Share the comment of Xia"))
    expect(said(page, "Link copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(link)
    expect(the(page, "Xia")).to_be_focused()
    expect(the(page, "Xia").get_by_role("article").first).to_be_in_viewport()
    expect(shown(page).locator("> article .author")).to_have_text(["Zoe", "Yan", "Xia", "Vic"])
    expect(page.get_by_text("You see one conversation.")).to_be_visible()
    expect(page.get_by_role("button", name="Newest")).to_be_hidden()
    press(page.get_by_role("button", name="Show all comments"))
    expect(shown(page)).to_have_count(50)
    expect(page.get_by_role("button", name="Newest")).to_be_focused()
    expect(page.get_by_text("You see one conversation.")).to_have_count(0)
    assert page.url == link.partition("#")[0]


# -- Tokens --------------------------------------------------------------------------------------------------------------------
@pytest.fixture
def signed(place: Place) -> Callable[[timedelta], str]:
    """Gives tokens of the reader Rita that hold for so long."""
    world = place.world
    admin = world.rows(models.Account)[0].id
    world.do(lambda session: change_site(session, world.site.id, SiteChange(jwt_secret=SECRET), admin, world.now))

    def sign(holds: timedelta) -> str:
        claims = {"sub": "rita", "name": "Rita", "aud": "gazette", "exp": int((world.now + holds).timestamp())}
        return jwt.encode(claims, SECRET, algorithm="HS256")

    return sign


def read_as(page: Page, held: str, fresh: str) -> None:
    """Let the page's script give the tokens, and show the thread as the reader sees it."""
    page.evaluate(GIVE, {"held": held, "fresh": fresh})
    with page.expect_response(lambda answer: "/comments?" in answer.url and "authorization" in answer.request.headers):
        page.evaluate("document.querySelector('comment-thread').reload()")
    expect(shown(page)).to_have_count(4)
    page.get_by_label("Your comment", exact=True).focus()
    expect(page.get_by_role("button", name="Post comment")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_count(0)


def posts(page: Page) -> list[Response]:
    """Will hold the answers to what is posted from now on."""
    answers: list[Response] = []
    page.on(
        "response", lambda answer: answers.append(answer) if answer.request.method == "POST" and answer.url.endswith("/comments") else None
    )
    return answers


def test_a_token_that_ran_out_is_asked_for_anew_and_the_comment_lands(page: Page, place: Place, news: Open, signed: Callable[..., str]):
    news()
    read_as(page, signed(timedelta(minutes=5)), signed(timedelta(hours=1)))
    assert page.evaluate("window.asked.includes(true)") is False
    place.world.clock.advance(minutes=10)
    answers = posts(page)
    write(page, "I came back later.")
    mine = the(page, "Rita")
    expect(mine).to_be_focused()
    expect(mine).to_contain_text("I came back later.")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert [answer.status for answer in answers] == [401, 201]
    assert len({answer.request.headers["idempotency-key"] for answer in answers}) == 1
    assert page.evaluate("window.asked.slice(-2)") == [False, True]
    (rita,) = place.world.rows(models.Author, subject="sso:rita")
    assert [comment.author_id for comment in place.world.rows(models.Comment, author_id=rita.id)] == [rita.id]


def test_a_token_that_ran_out_still_votes_and_withdraws(page: Page, place: Place, news: Open, signed: Callable[..., str]):
    news()
    read_as(page, signed(timedelta(minutes=5)), signed(timedelta(hours=1)))
    write(page, "I came by tram.")
    expect(the(page, "Rita")).to_be_focused()
    place.world.clock.advance(minutes=6)
    with page.expect_response(lambda answer: answer.url.endswith("/vote") and answer.ok):
        the(page, "Ben").get_by_role("button", name="Vote up, 0 so far").first.click()
    the(page, "Rita").get_by_role("button", name="Withdraw").click()
    page.get_by_role("button", name="Take it back").click()
    expect(the(page, "Rita")).to_have_count(0)
    expect(the(page, "Ben").get_by_role("button", name="Vote up, 1 so far")).to_have_attribute("aria-pressed", "true")
    assert [vote.voter for vote in place.world.rows(models.Vote)] == ["sso:rita"]


def test_who_is_refused_twice_is_told_to_sign_in_and_keeps_the_draft(page: Page, place: Place, news: Open, signed: Callable[..., str]):
    news()
    before = len(place.world.rows(models.Comment))
    old = signed(timedelta(minutes=5))
    read_as(page, old, old)
    place.world.clock.advance(minutes=10)
    answers = posts(page)
    write(page, "A long thought.")
    field = page.get_by_label("Your comment", exact=True)
    expect(page.get_by_role("alert")).to_have_text([OVER])
    expect(field).to_have_value("A long thought.")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert [answer.status for answer in answers] == [401, 401]
    assert len(place.world.rows(models.Comment)) == before
    is_kept(page, "A long thought.")
    page.reload()
    expect(field).to_have_value("A long thought.")
    new = signed(timedelta(hours=1))
    read_as(page, new, new)
    expect(field).to_have_value("A long thought.")
    page.get_by_role("button", name="Post comment").click()
    expect(the(page, "Rita")).to_contain_text("A long thought.")
    assert len(place.world.rows(models.Comment)) == before + 1


def test_who_signs_in_after_a_refusal_posts_what_stands_in_the_form(page: Page, place: Place, news: Open, signed: Callable[..., str]):
    news()
    old = signed(timedelta(minutes=5))
    read_as(page, old, old)
    place.world.clock.advance(minutes=10)
    write(page, "Once more.")
    expect(page.get_by_role("alert")).to_have_text([OVER])
    page.evaluate(GIVE, {"held": signed(timedelta(hours=1)), "fresh": ""})
    page.get_by_role("button", name="Post comment").click()
    expect(the(page, "Rita")).to_contain_text("Once more.")
    expect(page.get_by_role("alert")).to_have_count(0)


# -- Drafts --------------------------------------------------------------------------------------------------------------------
def test_the_drafts_of_two_replies_outlive_a_reload(page: Page, news: Open):
    drafts = {"Ann": "It was late.", "Ben": "It was early."}
    news()
    for name, text in drafts.items():
        page.get_by_role("button", name=f"Reply to {name}").click()
        page.keyboard.type(text)
    for text in drafts.values():
        is_kept(page, text)
    page.reload()
    for name, text in drafts.items():
        press(page.get_by_role("button", name=f"Reply to {name}"))
        expect(page.get_by_label(f"Your reply to {name}")).to_have_value(text)
        expect(page.get_by_label(f"Your reply to {name}")).to_be_focused()
    expect(page.get_by_label("Your comment", exact=True)).to_have_value("")
    page.get_by_label("Your reply to Ben").press("Control+Enter")
    expect(shown(page).filter(has_text="It was early.").last).to_be_focused()
    page.reload()
    for name, text in {"Ann": "It was late.", "Ben": ""}.items():
        press(page.get_by_role("button", name=f"Reply to {name}"))
        expect(page.get_by_label(f"Your reply to {name}")).to_have_value(text)


def test_a_draft_that_is_given_up_does_not_come_back(page: Page, news: Open):
    news()
    page.get_by_role("button", name="Reply to Ben").click()
    page.keyboard.type("Never mind.")
    is_kept(page, "Never mind.")
    press(page.get_by_role("button", name="Cancel").last)
    expect(page.get_by_role("button", name="Reply to Ben")).to_be_focused()
    page.reload()
    page.get_by_role("button", name="Reply to Ben").click()
    expect(page.get_by_label("Your reply to Ben")).to_have_value("")


# -- Muting --------------------------------------------------------------------------------------------------------------------
def test_a_muted_author_stays_muted_until_taken_back(page: Page, place: Place, news: Open):
    parents = [place.world.submit(f"A bold claim, number {number}.", author="gil", article="mute").comment_id for number in range(2)]
    place.world.submit("A fair thought.", author="hal", article="mute", parent=parents[0])
    news("mute")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if re.search("/api/(?!.*/events)", request.url) else None)
    press(page.get_by_role("button", name="Mute Gil").first)
    expect(said(page, "You will not see what Gil writes. Only this device knows.")).to_be_visible()
    for again in (False, True):
        if again:
            assert asked == []
            page.reload()
        expect(page.get_by_text("You have muted Gil.")).to_have_count(2)
        expect(page.get_by_text("A bold claim")).to_have_count(0)
        expect(page.get_by_text("A fair thought.")).to_be_visible()
        expect(page.get_by_role("button", name="Reply to Gil")).to_have_count(0)
    press(page.get_by_role("button", name="Show again").last)
    expect(said(page, "You see Gil again.")).to_be_visible()
    for again in (False, True):
        if again:
            page.reload()
        expect(page.get_by_text("A bold claim")).to_have_text(["A bold claim, number 1.", "A bold claim, number 0."])
        expect(page.get_by_text("You have muted Gil.")).to_have_count(0)
        expect(page.get_by_role("button", name="Mute Gil")).to_have_count(2)


# -- Order ---------------------------------------------------------------------------------------------------------------------
def test_the_order_is_chosen_by_keyboard(page: Page, place: Place, news: Open):
    for name, votes in {"ida": 1, "jon": 4, "kay": 0}.items():
        made = place.world.submit(f"So says {name}.", author=name, article="order")
        for number in range(votes):
            place.world.vote(made.comment_id, f"voter {number}", 1)
        place.world.clock.advance(minutes=1)
    news("order")
    authors = shown(page).locator(".author")

    def is_sorted(by: str, *names: str) -> None:
        expect(authors).to_have_text(list(names))
        expect(page.get_by_role("button", name=by)).to_be_focused()
        expect(page.get_by_role("group", name="Order").locator('[aria-pressed="true"]')).to_have_text([by])

    page.get_by_role("button", name="Newest").focus()
    is_sorted("Newest", "Kay", "Jon", "Ida")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    is_sorted("Oldest", "Ida", "Jon", "Kay")
    expect(said(page, "Sorted anew.")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    is_sorted("Best", "Jon", "Ida", "Kay")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    is_sorted("Newest", "Kay", "Jon", "Ida")
    page.keyboard.press("j")
    expect(the(page, "Kay")).to_be_focused()
