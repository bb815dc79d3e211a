"""Sign-in and sign-out, the assets, and pages about refusals."""

import re
from dataclasses import replace

import pytest

from commentsvc.domain.principals import Role
from tests.web.pages.browsing import PASSWORD, Browser
from tests.web.pages.conftest import make_account


def test_moderator_comes_to_the_queue_and_admin_to_the_sites(app, world):
    make_account(world, "mo", Role.MODERATOR, "gazette")
    make_account(world, "ada", Role.ADMIN, None)
    assert Browser(app).sign_in("mo@example.org").address.startswith("/moderate")
    assert Browser(app).sign_in(" ADA@example.org ").address == "/admin"


@pytest.mark.parametrize(("email", "password"), [("mo@example.org", "wrong password here"), ("nobody@example.org", PASSWORD), ("", "")])
def test_wrong_sign_ins_are_answered_alike(app, world, email, password):
    make_account(world, "mo", Role.MODERATOR, "gazette")
    page = Browser(app).sign_in(email, password)
    assert page.status == 401
    assert "The address or the password is wrong." in page.text
    assert "Set-Cookie" not in page.headers
    assert password == "" or password not in page.html


def test_session_changes_with_every_sign_in_and_the_old_one_ends(app, world):
    make_account(world, "mo", Role.MODERATOR, "gazette")
    browser = Browser(app)
    form = browser.get("/signin").form("/signin")
    browser.client.set_cookie("commentsvc_session", "chosen-by-somebody-else")
    browser.send(form, email="mo@example.org", password=PASSWORD)
    first = browser.cookie("commentsvc_session")
    assert first != "chosen-by-somebody-else"
    browser.send(form, email="mo@example.org", password=PASSWORD)
    second = browser.cookie("commentsvc_session")
    assert second != first
    browser.client.set_cookie("commentsvc_session", first)
    assert browser.get("/moderate").address.startswith("/signin")


def test_who_is_not_signed_in_comes_back_to_where_they_wanted(app, world):
    make_account(world, "mo", Role.MODERATOR, "gazette")
    browser = Browser(app)
    page = browser.get("/moderate/list?queue=review")
    assert page.address.startswith("/signin")
    page = browser.send(page.form("/signin"), email="mo@example.org", password=PASSWORD)
    assert page.address == "/moderate/list?queue=review"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\tx", "evil"])
def test_sign_in_never_leads_elsewhere(app, world, target):
    make_account(world, "mo", Role.MODERATOR, "gazette")
    browser = Browser(app)
    answer = browser.post("/signin", {"email": "mo@example.org", "password": PASSWORD, "next": target}, follow=False)
    assert answer.headers["Location"] == "/moderate"


def test_sign_in_from_another_site_is_refused(app, world):
    make_account(world, "mo", Role.MODERATOR, "gazette")
    answer = Browser(app).post("/signin", {"email": "mo@example.org", "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


def test_sign_in_is_throttled(app, world):
    settings = world.runtime.settings
    world.runtime.settings = replace(settings, limits=replace(settings.limits, signin_burst=2, signin_every_s=30.0))
    browser = Browser(app)
    assert [browser.sign_in("mo@example.org").status for _ in range(3)] == [401, 401, 429]


def test_signing_out_needs_our_page_and_ends_the_session(moderator):
    raw = moderator.cookie("commentsvc_session")
    assert moderator.post("/signout", {}).status == 403
    page = moderator.send(moderator.get("/moderate").form("/signout"))
    assert page.address == "/signin"
    moderator.client.set_cookie("commentsvc_session", raw)
    assert moderator.get("/moderate").address.startswith("/signin")


def test_pages_of_accounts_are_kept_by_no_cache(moderator):
    assert moderator.get("/moderate").headers["Cache-Control"] == "no-store"


def test_assets_are_kept_for_ever_under_names_of_their_own(reader):
    page = reader.get("/signin")
    names = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.html)
    assert len(names) >= 4
    for name in names:
        assert re.search(r"\.[0-9a-f]{10}\.(css|js|svg)$", name)
        answer = reader.client.get(name)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reader.client.get("/assets/page.css").status_code == 404


def test_no_page_has_inline_style_or_script(reader, admin, world):
    held = world.submit("What a stupid idea this tram is, all of it.")
    pages = [reader.get("/signin"), reader.get("/embed/gazette?article=tram"), admin.get("/moderate"), admin.get("/admin")]
    pages += [admin.get(f"/admin/sites/gazette/{part}") for part in ("policies", "policies/1", "policies/draft")]
    assert held.item_id in pages[2].address
    for page in pages:
        assert page.status == 200
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page.html), page.address
