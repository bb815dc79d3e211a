"""axe on every page, wide and narrow, light and dark; and nothing is wider than the window."""

from collections.abc import Iterator
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from commentsvc.domain.commands import NewPolicyVersion
from commentsvc.domain.watching import WEEK, DriftLine, WeekFigures, week_of
from commentsvc.services.policies import create_policy_version
from commentsvc.services.policy_shadow import begin_policy_shadow
from commentsvc.services.watching import refresh_alerts, store_week
from commentsvc.services.webhooks import NewWebhook
from commentsvc.store import models
from commentsvc.worker.watching import watch_once
from tests.browser.conftest import NARROW, WIDE, Place
from tests.support.world import POLICY, World
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
MODERATOR += ["/moderate/list?queue=held&label=toxicity&score_from=0.7", "/moderate/bulk", "/moderate/bans", "/moderate/figures"]
ADMIN = [
    "/admin",
    "/admin/sites/gazette",
    "/admin/sites/gazette/policies",
    "/admin/sites/gazette/transparency",
    "/admin/sites/gazette/policies/1",
    "/admin/sites/gazette/policies/draft",
    "/admin/sites/gazette/laboratory",
]
ADMIN += ["/admin/sites/gazette/policies/2", "/admin/sites/gazette/watch", "/admin/sites/harbour-post/watch"]
ADMIN += ["/admin/accounts", "/admin/audit?verify=1", "/admin/sites/gazette/moderators"]


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
    sight.goto(place.base + "/moderate/list?queue=held")
    sight.get_by_role("button", name="Decide about all").click()
    sight.get_by_role("radio", name="Escalate").check()
    found += look(sight)
    sight.get_by_role("button", name="Decide", exact=True).click()
    sight.get_by_role("heading", name="escalated").wait_for()
    found += look(sight)
    assert found == []


def watch_something(world: World) -> None:
    """A second version in shadow, with a section of its own, and a week with its alert."""
    site_id = world.site.id
    document = {**POLICY, "sections": {"sport": {"bands": {"toxicity": {"hold_at": 0.2}}}}}
    world.do(lambda session: create_policy_version(session, NewPolicyVersion(site_id, None, document, "For sport"), world.now))
    world.do(lambda session: begin_policy_shadow(session, site_id, 2, None, world.now))
    world.submit("Nearly a foul. toxicity=0.25", author="fay", section="sport", article="match")
    assert watch_once(world.runtime) == 1
    shift = WeekFigures(drift=[DriftLine(None, "toxicity", 0.4, 0.02, 300, "alert")])
    world.do(lambda session: refresh_alerts(session, site_id, shift, None, world.now))
    full = WeekFigures(comments=90, routed={"publish": 80, "hold": 10}, flagged=(0, 4, 6), strata=[(0.5, (40, 39, 1))], drift=shift.drift)
    for back in (1, 2, 3):
        start = week_of(world.now) - back * WEEK
        world.do(partial(store_week, site_id=site_id, starts_at=start, figures=full, now=world.now))


def test_nothing_stands_in_admins_way(sight: Page, place: Place):
    place.sign_in(sight, "ada")
    found = []
    chief = place.world.rows(models.Account)[0].id
    webhook = NewWebhook(place.world.site.id, chief, "https://cms.gazette.example/comments/hook")
    place.world.runtime.add_webhook(webhook)
    watch_something(place.world)
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
    sight.goto(place.base + "/admin/sites/gazette/moderators")
    sight.get_by_label("Show everybody how it is moderated").check()
    sight.get_by_role("button", name="Save").click()
    sight.get_by_role("link", name="See it").click()
    sight.get_by_role("heading", name="How The Gazette moderates comments").wait_for()
    found += look(sight)
    assert found == []
