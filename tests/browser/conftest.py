"""Debian's Chromium, driven by playwright, with what it would ask of other machines turned off, and the pages served to it."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from commentsvc.app import create_app
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.domain.status import ReasonCode, Verdict
from commentsvc.services.accounts import create_account, hash_password, set_role
from commentsvc.services.sites import NewSite
from tests.support.world import CIVIL, HELD, POLICY, REVIEWED, World
from tests.web.pages.browsing import PASSWORD

QUIET = [
    "--no-sandbox",  # CI runs as root, and the pages are ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "the browser's tests need Debian's package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=[WIDE, NARROW], ids=["1280", "390"])
def context(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh profile, once as wide as a desktop's window and once as a telephone's."""
    context = chromium.new_context(viewport=request.param)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen: no script fails, and the policy for content is never broken."""
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if "Content Security Policy" in message.text else None)
    yield page
    assert troubles == []


@dataclass
class Place:
    """The pages as they are served, and the world behind them."""

    base: str
    world: World

    def sign_in(self, page: Page, name: str) -> None:
        page.goto(f"{self.base}/signin")
        page.get_by_label("E-mail address").fill(f"{name}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/signin" not in url)


def _account(world: World, name: str, role: Role, site_id: str) -> str:
    def work(session) -> str:
        account_id = create_account(session, f"{name}@example.org", name.title(), hash_password(PASSWORD), None, world.now)
        set_role(session, account_id, site_id, role, None, world.now)
        return account_id

    return world.do(work)


def _fill(world: World) -> None:
    """Something in every queue, a thread with replies, and a history to simulate on."""
    moderator = _account(world, "mo", Role.MODERATOR, ALL_SITES)
    _account(world, "ada", Role.ADMIN, ALL_SITES)
    world.make_site(NewSite("harbour-post", "The Harbour Post"), POLICY)
    for number in range(10):
        decided = world.submit(f"{HELD} {number}", author=f"a{number}", article="ferry")
        world.decide(str(decided.item_id), moderator, Verdict.REJECT if number % 3 else Verdict.APPROVE)
        world.submit(f"{CIVIL} toxicity=0.{30 + number}", author=f"b{number}", article="ferry")
    root = world.submit(CIVIL)
    reply = world.submit("It was late when *I* took it: <https://tram.example/late>", author="ben", parent=root.comment_id)
    world.submit("أخذت الترام في يومه الأول", author="سلمى", parent=reply.comment_id)
    world.report(root.comment_id, reason=ReasonCode.OFF_TOPIC)
    world.submit(HELD, author="cy", parent=root.comment_id)
    world.submit("You stupid people, all of you, and a very" + "y" * 120 + "long word.", author="dee")
    world.submit(REVIEWED, author="eve")


@pytest.fixture
def place(make_database_url) -> Iterator[Place]:
    world = World(make_database_url("sqlite"))
    settings = world.runtime.settings
    world.runtime.settings = replace(
        settings, limits=replace(settings.limits, signin_burst=10_000, comments_burst=10_000, site_burst=10_000, form_min_s=0.0)
    )
    _fill(world)
    server = make_server("127.0.0.1", 0, create_app(world.runtime.settings, world.runtime, demo=True), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Place(f"http://127.0.0.1:{server.server_port}", world)
    server.shutdown()
    thread.join()
    server.server_close()
    world.check()
    world.close()
