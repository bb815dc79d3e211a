"""Passkeys in a real browser, with Chromium's own virtual authenticator."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from commentsvc.store import models
from tests.browser.conftest import Place
from tests.web.pages.browsing import PASSWORD

pytestmark = pytest.mark.browser


def plug_in(page: Page, *, verifies: bool = True) -> None:
    """Give the browser an authenticator that keeps passkeys and asks its owner, who says yes, or cannot be told apart."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": verifies, "automaticPresenceSimulation": True}})


def by_name(place: Place) -> Place:
    """The same pages by the machine's name: browsers know no passkeys at an address by number."""
    return Place(f"http://localhost:{urlsplit(place.base).port}", place.world)


def test_a_passkey_is_made_and_signs_in(page: Page, place: Place):
    place = by_name(place)
    plug_in(page)
    place.sign_in(page, "mo")
    page.goto(f"{place.base}/account")
    page.get_by_label("What to call it").fill("This computer")
    page.locator("#passkey-password").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("“This computer” signs you in from now on")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/moderate**")
    assert place.world.row(models.Passkey).used_at is not None


def test_who_is_not_recognised_is_told_what_to_do(page: Page, place: Place):
    place = by_name(place)
    plug_in(page, verifies=False)
    place.sign_in(page, "mo")
    page.goto(f"{place.base}/account")
    page.locator("#passkey-password").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("#passkeys").get_by_role("alert")).to_contain_text("Nothing was chosen.")
    assert place.world.rows(models.Passkey) == []


def test_it_is_not_offered_at_an_address_by_number(page: Page, place: Place):
    page.goto(f"{place.base}/signin")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
