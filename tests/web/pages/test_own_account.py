"""Everybody's own account: the second factor, the password, and the browsers that are signed in."""

import re

import pyotp
import pytest
from sqlalchemy import select

from commentsvc.domain.principals import Role
from commentsvc.store import models
from commentsvc.store.base import table_of
from tests.web.pages.browsing import PASSWORD, Browser
from tests.web.pages.conftest import make_account

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def code_of(world, secret: str) -> str:
    return pyotp.TOTP(secret).at(int(world.now.timestamp()))


def set_up(browser, world) -> tuple[str, list[str]]:
    """Turn the second factor on; gives the secret and the recovery codes."""
    page = browser.send(browser.get("/account").form("/factor/new"), password=PASSWORD)
    (secret,) = re.findall(r'<code class="secret">([A-Z2-7 ]+)</code>', page.html)
    secret = secret.replace(" ", "")
    page = browser.send(page.form("/account/factor"), code=code_of(world, secret))
    assert "The second factor is on" in page.text
    return secret, re.findall(r'<code class="secret">([^<]+)</code>', page.html)


def stored(world, name: str):
    with world.db.reading() as session:
        return session.execute(select(table_of(models.Account)).where(table_of(models.Account).c.email == f"{name}@example.org")).one()


def test_signing_in_asks_for_the_code_once_it_is_set_up(app, world, moderator):
    secret, codes = set_up(moderator, world)
    assert len(set(codes)) == 8
    world.clock.advance(seconds=30)
    browser = Browser(app)
    page = browser.sign_in("mo@example.org")
    assert "One more step" in page.text
    assert browser.client.get_cookie("commentsvc_session") is None
    assert browser.send(page.form("/code"), code="000000").status == 401
    page = browser.send(page.form("/code"), code=code_of(world, secret))
    assert page.address.startswith("/moderate")
    assert browser.cookie("commentsvc_session")


def test_who_was_on_the_way_somewhere_comes_there_after_the_code(app, world, moderator):
    secret, _ = set_up(moderator, world)
    world.clock.advance(seconds=30)
    browser = Browser(app)
    page = browser.get("/moderate/list?queue=review")
    page = browser.send(page.form("/signin"), email="mo@example.org", password=PASSWORD)
    assert browser.send(page.form("/code"), code=code_of(world, secret)).address == "/moderate/list?queue=review"


def test_a_code_works_once(app, world, moderator):
    secret, _ = set_up(moderator, world)
    first, second = Browser(app), Browser(app)
    page = first.sign_in("mo@example.org")
    # The code that set it up is used already.
    assert first.send(page.form("/code"), code=code_of(world, secret)).status == 401
    world.clock.advance(seconds=30)
    code = code_of(world, secret)
    assert first.send(page.form("/code"), code=code).status == 200
    assert second.send(second.sign_in("mo@example.org").form("/code"), code=code).status == 401


def test_a_recovery_code_stands_in_once(app, world, moderator):
    _, codes = set_up(moderator, world)
    browser = Browser(app)
    assert browser.send(browser.sign_in("mo@example.org").form("/code"), code=codes[0].upper()).address.startswith("/moderate")
    other = Browser(app)
    assert other.send(other.sign_in("mo@example.org").form("/code"), code=codes[0]).status == 401
    assert "7 recovery codes are left" in browser.get("/account").text


def test_new_recovery_codes_end_the_old_ones(app, world, moderator):
    secret, codes = set_up(moderator, world)
    world.clock.advance(seconds=30)
    page = moderator.send(moderator.get("/account").form("/codes"), code=code_of(world, secret))
    fresh = re.findall(r'<code class="secret">([^<]+)</code>', page.html)
    assert not set(fresh) & set(codes)
    browser = Browser(app)
    page = browser.sign_in("mo@example.org")
    assert browser.send(page.form("/code"), code=codes[0]).status == 401
    assert browser.send(page.form("/code"), code=fresh[0]).status == 200
    assert [row.action for row in world.rows(models.AuditEntry) if "recovery" in row.action] == [
        "recovery_codes_renewed",
        "recovery_code_used",
    ]


def test_guessing_codes_is_throttled_and_the_ticket_ends(app, world, moderator):
    set_up(moderator, world)
    browser = Browser(app)
    page = browser.sign_in("mo@example.org")
    assert [browser.send(page.form("/code"), code=f"00000{number}").status for number in range(6)] == [401] * 5 + [429]
    assert browser.post("/signin/code", {"ticket": "forged", "code": "000000"}).status == 401


def test_the_secret_is_kept_sealed_and_a_wrong_code_turns_nothing_on(world, moderator):
    page = moderator.send(moderator.get("/account").form("/factor/new"), password=PASSWORD)
    page = moderator.send(page.form("/account/factor"), code="123456")
    assert "This code does not fit" in page.text
    assert stored(world, "mo").factor_sealed is None
    secret, codes = set_up(moderator, world)
    assert secret not in stored(world, "mo").factor_sealed
    assert len(world.rows(models.RecoveryCode)) == 8
    assert not {row.code_hash for row in world.rows(models.RecoveryCode)} & {*codes, *(code.replace("-", "") for code in codes)}


@pytest.mark.parametrize("path", ["/factor/new", "/factor/off"])
def test_a_changed_factor_needs_the_password(world, moderator, path):
    if path.endswith("off"):
        set_up(moderator, world)
    page = moderator.send(moderator.get("/account").form(path), password="not the password")
    assert page.status == 422
    assert "The password is wrong." in page.text
    assert (stored(world, "mo").factor_sealed is not None) is path.endswith("off")


def test_turning_it_off_leaves_the_password_alone(app, world, moderator):
    set_up(moderator, world)
    assert "is off" in moderator.send(moderator.get("/account").form("/factor/off"), password=PASSWORD).text
    assert Browser(app).sign_in("mo@example.org").address.startswith("/moderate")
    assert world.rows(models.RecoveryCode) == []


def test_an_admin_turns_a_lost_phone_off(app, admin, world, sign_in):
    set_up(sign_in("mo", Role.MODERATOR, "gazette"), world)
    account = stored(world, "mo").id
    page = admin.get(f"/admin/accounts/{account}")
    admin.send(page.form("/factor/off"))
    assert stored(world, "mo").factor_sealed is None
    assert Browser(app).sign_in("mo@example.org").address.startswith("/moderate")
    assert "second factor off" in admin.get("/admin/audit?chain=installation").text


def test_moderators_turn_nobody_elses_off(admin, moderator, world):
    set_up(admin, world)
    account = stored(world, "ada").id
    field = moderator.get("/account").form("/signout").fields["csrf_token"]
    assert moderator.post(f"/admin/accounts/{account}/factor/off", {"csrf_token": field}).status == 403
    assert stored(world, "ada").factor_sealed is not None


def test_the_password_is_changed_and_others_are_signed_out(app, world, moderator):
    other = Browser(app)
    other.sign_in("mo@example.org")
    form = moderator.get("/account").form("/password")
    new = "another long password"
    assert "wrong" in moderator.send(form, current="no", new=new, again=new).text
    assert "two ways" in moderator.send(form, current=PASSWORD, new=new, again=new + "!").text
    assert "at least" in moderator.send(form, current=PASSWORD, new="short", again="short").text
    assert moderator.send(form, current=PASSWORD, new=new, again=new).address == "/account"
    assert moderator.get("/moderate").address.startswith("/moderate")
    assert other.get("/moderate").address.startswith("/signin")
    assert Browser(app).sign_in("mo@example.org", PASSWORD).status == 401
    assert Browser(app).sign_in("mo@example.org", new).status == 200


def test_browsers_are_listed_and_signed_out(app, world):
    make_account(world, "mo", Role.MODERATOR, "gazette")
    here, there, elsewhere = Browser(app), Browser(app), Browser(app)
    for browser in (here, there, elsewhere):
        browser.client.environ_base["HTTP_USER_AGENT"] = CHROME
        browser.sign_in("mo@example.org")
    page = here.get("/account")
    assert page.text.count("Chrome on Linux") >= 3
    assert page.text.count("This one") == 1
    here.send(page.form("/sessions/end"))
    assert sorted(browser.get("/moderate").address.startswith("/signin") for browser in (there, elsewhere)) == [False, True]
    here.send(here.get("/account").form("/end-others"))
    assert [browser.get("/moderate").address.startswith("/signin") for browser in (here, there, elsewhere)] == [False, True, True]


def test_nobody_signs_another_accounts_browser_out(app, world, moderator, sign_in):
    other = sign_in("otto", Role.MODERATOR, "courier")
    theirs = next(row.id for row in world.rows(models.Session) if row.account_id == stored(world, "otto").id)
    field = moderator.get("/account").form("/signout").fields["csrf_token"]
    moderator.post("/account/sessions/end", {"csrf_token": field, "id": theirs})
    assert other.get("/moderate").address.startswith("/moderate")


def test_who_is_not_signed_in_has_no_account_page(reader):
    assert reader.get("/account").address.startswith("/signin")
    assert reader.post("/account/factor/off", {"password": PASSWORD}).status in {401, 403}
