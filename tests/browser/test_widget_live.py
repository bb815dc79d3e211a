"""An open page is told of new comments at once, where the server has room, and looks by itself where it has not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from commentsvc.integrations.streams import Streams
from tests.browser.conftest import Place
from tests.browser.test_widget import news, write  # noqa: F401 - a fixture
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
HIDE = """(hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
Open = Callable[..., None]


@pytest.fixture
def streams(place: Place) -> Iterator[Streams]:
    streams = place.world.runtime.streams
    streams.open(8)
    yield streams
    streams.stop()
    wait_until("streams to end", lambda: streams.held == 0)


def open_page(page: Page, news: Open, streams: Streams) -> None:  # noqa: F811 - the fixture
    news()
    expect(page.locator("comment-thread li[id]")).to_have_count(4)
    wait_until("the page to be followed", lambda: page.evaluate("1") == 1 and streams.held == 1)


def test_a_new_comment_is_told_at_once(page: Page, place: Place, news: Open, streams: Streams):  # noqa: F811 - the fixture
    open_page(page, news, streams)
    place.world.submit("The second tram is blue.", author="fay")
    page.get_by_role("button", name="1 new comment").click()
    expect(page.locator("li[id]", has_text="The second tram is blue.")).to_be_focused()


def test_ones_own_comment_is_never_announced(page: Page, place: Place, news: Open, streams: Streams):  # noqa: F811 - the fixture
    open_page(page, news, streams)
    kept: list[Route] = []

    def keep(route: Route) -> None:
        """The answer is on its way while word of the comment comes over the stream."""
        if route.request.method == "POST":
            kept.append(route)
            answer = route.fetch()
            expect(page.get_by_role("button", name="1 new comment")).to_be_visible()
            route.fulfill(response=answer)
        else:
            route.fallback()

    page.route("**/sites/gazette/comments", keep)
    write(page, "The tram was full, and merry.")
    expect(page.locator("li[id]", has_text="The tram was full")).to_have_count(1)
    expect(page.get_by_role("button", name="1 new comment")).to_be_hidden()
    assert len(kept) == 1
    place.world.submit("The second tram is blue.", author="fay")
    page.get_by_role("button", name="1 new comment").click()
    expect(page.locator("li[id]", has_text="The tram was full")).to_have_count(1)


def test_a_page_that_nobody_looks_at_holds_no_connection(page: Page, place: Place, news: Open, streams: Streams):  # noqa: F811 - the fixture
    open_page(page, news, streams)
    page.evaluate(HIDE, True)
    # The server learns of it when it next sends something.
    place.world.submit("The second tram is blue.", author="fay")
    wait_until("the stream to end", lambda: page.evaluate("1") == 1 and streams.held == 0)
    page.evaluate(HIDE, False)
    expect(page.get_by_role("button", name="1 new comment")).to_be_visible()
    wait_until("the page to be followed again", lambda: page.evaluate("1") == 1 and streams.held == 1)


def test_a_thread_that_is_taken_away_is_followed_no_more(page: Page, place: Place, news: Open, streams: Streams):  # noqa: F811 - the fixture
    open_page(page, news, streams)
    page.evaluate("document.querySelector('comment-thread').remove()")
    place.world.submit("The second tram is blue.", author="fay")
    wait_until("the stream to end", lambda: page.evaluate("1") == 1 and streams.held == 0)
    assert page.locator("comment-thread").count() == streams.held == 0


def test_without_room_nothing_goes_wrong(page: Page, place: Place, news: Open):  # noqa: F811 - the fixture
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    with page.expect_response(lambda answer: "/events?" in answer.url and answer.status == 204):
        news()
    expect(page.locator("comment-thread li[id]")).to_have_count(4)
    write(page, "The tram was full, and merry.")
    expect(page.locator("li[id]", has_text="The tram was full")).to_have_count(1)
    assert errors == []
