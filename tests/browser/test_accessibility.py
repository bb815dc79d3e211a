"""axe on every page, wide and narrow, light and dark; and nothing is wider than the window."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from commentsvc.services.webhooks import NewWebhook
from commentsvc.store import models
from tests.browser.conftest import NARROW, WIDE, Place
from tests.web.pages.browsing import PASSWORD

pytestmark = pytest.mark.browser
READER = [
    "/",
    "/demo/harbour-post/harbour-bridge",
    "/embed/gazette?article=tram",
    "/embed/gazette?article=nothing",
    "/signin",
    "/embed/no?article=x",
]
MODERATOR = ["/moderate?queue=held", "/moderate?queue=reported", "/moderate?queue=appeals", "/moderate/list", "/moderate/log", "/account"]
ADMIN = [
    "/admin",
    "/admin/sites/gazette",
    "/admin/sites/gazette/policies",
    "/admin/sites/gazette/transparency",
    "/admin/sites/gazette/policies/1",
    "/admin/sites/gazette/policies/draft",
]
ADMIN += ["/admin/accounts", "/admin/audit?verify=1"]


@pytest.fixture(params=[(size, scheme) for size in (WIDE, NARROW) for scheme in ("light", "dark")], ids=lambda p: f"{p[0]['width']}-{p[1]}")
def sight(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    size, scheme = request.param
    context = chromium.new_context(viewport=size, color_scheme=scheme, has_touch=size is NARROW, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def look(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window."""
    found = [
        f"{page.url} {violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"][:3]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{page.url} is wider than the window")
    return found


def test_nothing_stands_in_anybodys_way(sight: Page, place: Place):
    found = []
    for path in READER:
        sight.goto(place.base + path)
        found += look(sight)
    sight.goto(place.base + "/embed/gazette?article=tram")
    sight.get_by_text("Add a comment").click()
    found += look(sight)
    sight.get_by_label("Your comment", exact=True).fill("What a stupid tram.")
    sight.get_by_role("button", name="Post comment").click()
    sight.locator(".waiting").wait_for()
    found += look(sight)
    sight.get_by_role("link", name="Edit").click()
    found += look(sight)
    sight.goto(place.base + "/embed/gazette?article=tram")
    sight.get_by_role("link", name="Reply to Ben").click()
    found += look(sight)
    sight.goto(place.base + "/embed/gazette?article=tram")
    sight.get_by_role("link", name="Report the comment of Ben").click()
    found += look(sight)
    assert found == []


def test_nothing_stands_in_moderators_way(sight: Page, place: Place):
    place.sign_in(sight, "mo")
    found = []
    for path in MODERATOR:
        sight.goto(place.base + path)
        found += look(sight)
    sight.goto(place.base + "/moderate?queue=held")
    sight.keyboard.press("r")
    found += look(sight)
    sight.keyboard.press("a")
    sight.locator(".undo").wait_for()
    found += look(sight)
    sight.keyboard.press("h")
    sight.get_by_role("heading", name="Latest comments").wait_for()
    found += look(sight)
    sight.goto(place.base + "/admin")
    found += look(sight)
    assert found == []


def test_nothing_stands_in_admins_way(sight: Page, place: Place):
    place.sign_in(sight, "ada")
    found = []
    chief = place.world.rows(models.Account)[0].id
    webhook = NewWebhook(place.world.site.id, chief, "https://cms.gazette.example/comments/hook")
    place.world.runtime.add_webhook(webhook)
    for path in ADMIN:
        sight.goto(place.base + path)
        found += look(sight)
    sight.goto(place.base + "/admin/sites/gazette/policies/draft")
    sight.locator("#toxicity-hold").fill("0.5")
    sight.get_by_role("button", name="See what it would do").click()
    sight.get_by_role("heading", name="Nearest the threshold").wait_for()
    found += look(sight)
    sight.goto(place.base + "/admin/accounts")
    sight.get_by_role("link", name="Mo").click()
    found += look(sight)
    sight.goto(place.base + "/account")
    sight.locator("#on-password").fill(PASSWORD)
    sight.get_by_role("button", name="Set it up").click()
    found += look(sight)
    assert found == []
