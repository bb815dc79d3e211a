"""Passkeys: made on one's own account, used at sign-in, and worth nothing anywhere else."""

import html
import re

import pytest

from commentsvc.domain.principals import Role
from commentsvc.services.accounts import set_active
from commentsvc.store import models
from tests.support.authenticator import PRESENT, Authenticator
from tests.support.world import World
from tests.web.pages.browsing import PASSWORD, Browser, Page
from tests.web.pages.test_own_account import set_up

FORM = "/account/passkeys"


def options_of(page: Page, kind: str) -> str:
    (found,) = re.findall(rf'data-passkey="{kind}" data-options="([^"]+)"', page.html)
    return html.unescape(found)


def add(browser: Browser, device: Authenticator, *, password: str = PASSWORD, name: str = "Phone") -> Page:
    page = browser.get("/account")
    return browser.send(page.form(FORM), password=password, name=name, credential=device.make(options_of(page, "make")))


def sign_in(browser: Browser, device: Authenticator, page: Page | None = None) -> Page:
    page = page or browser.get("/signin")
    return browser.send(page.form("/signin/passkey"), credential=device.use(options_of(page, "use")))


@pytest.fixture
def phone(moderator: Browser) -> Authenticator:
    """A passkey of the moderator's."""
    device = Authenticator()
    assert "The passkey “Phone” signs you in from now on" in add(moderator, device).text
    return device


def test_a_passkey_signs_in_without_password_and_code(app, world: World, moderator: Browser, phone: Authenticator):
    set_up(moderator, world)
    browser = Browser(app)
    page = browser.get("/moderate/list?queue=review")
    page = sign_in(browser, phone, page)
    assert (page.status, page.address) == (200, "/moderate/list?queue=review")
    assert world.row(models.Passkey).used_at == world.now
    entry = world.row(models.AuditEntry, action="passkey_added")
    assert entry.after == {"passkey": world.row(models.Passkey).id, "name": "Phone"}


def test_an_answer_holds_once(app, phone: Authenticator):
    browser = Browser(app)
    page = browser.get("/signin")
    form, credential = page.form("/signin/passkey"), phone.use(options_of(page, "use"))
    assert browser.send(form, credential=credential).status == 200
    again = Browser(app).send(form, credential=credential)
    assert (again.status, "signs nobody in here" in again.text) == (401, True)


def test_an_answer_to_another_challenge_is_none(app, phone: Authenticator):
    one, other = Browser(app).get("/signin"), Browser(app).get("/signin")
    assert Browser(app).send(one.form("/signin/passkey"), credential=phone.use(options_of(other, "use"))).status == 401


@pytest.mark.parametrize(
    "lie",
    [{"origin": "http://localhost.example"}, {"origin": "https://localhost"}, {"host": "example.org"}, {"flags": PRESENT}, {"flags": 0}],
    ids=lambda lie: "-".join(map(str, *lie.items())),
)
def test_what_was_signed_for_another_site_or_by_nobody_is_refused(app, phone: Authenticator, lie: dict[str, object]):
    for name, value in lie.items():
        setattr(phone, name, value)
    assert sign_in(Browser(app), phone).status == 401


def test_another_key_under_the_same_name_is_refused(app, phone: Authenticator):
    assert sign_in(Browser(app), Authenticator(credential_id=phone.credential_id)).status == 401
    assert sign_in(Browser(app), Authenticator()).status == 401


def test_a_counter_that_goes_back_is_a_copy(app, moderator: Browser, world: World):
    device = Authenticator(counts=5)
    add(moderator, device)
    assert sign_in(Browser(app), device).status == 200
    assert world.row(models.Passkey).sign_count == 6
    device.counts = 3
    assert sign_in(Browser(app), device).status == 401
    device.counts = 6
    assert sign_in(Browser(app), device).status == 200


def test_who_takes_it_away_or_is_closed_is_not_signed_in(app, moderator: Browser, world: World, phone: Authenticator):
    account_id = world.row(models.Passkey).account_id
    ada = world.moderator("ada", role=Role.ADMIN)
    world.do(lambda session: set_active(session, account_id, ada, world.now, is_active=False))
    assert sign_in(Browser(app), phone).status == 401
    world.do(lambda session: set_active(session, account_id, ada, world.now, is_active=True))
    moderator.sign_in("mo@example.org")
    moderator.send(moderator.get("/account").form(f"{FORM}/remove"))
    assert world.rows(models.Passkey) == []
    assert sign_in(Browser(app), phone).status == 401
    assert world.row(models.AuditEntry, action="passkey_removed").before["name"] == "Phone"


def test_adding_one_asks_for_the_password_and_takes_each_once(app, moderator: Browser, sign_in, world: World):
    device = Authenticator()
    assert "The password is wrong." in add(moderator, device, password="not the password").text
    assert world.rows(models.Passkey) == []
    add(moderator, device, name="<b>Phone</b>")
    assert "&lt;b&gt;Phone&lt;/b&gt;" in moderator.get("/account").html
    assert add(moderator, device).status == 409
    other = sign_in("mia", Role.MODERATOR)
    assert add(other, device).status == 409
    page = moderator.get("/account")
    stolen = other.get("/account").form(FORM)
    answer = Authenticator().make(options_of(page, "make"))
    assert other.send(stolen, password=PASSWORD, credential=answer).status == 422
    ticket = page.form(FORM).fields["ticket"]
    assert other.send(stolen, password=PASSWORD, ticket=ticket, credential=answer).status == 422


def test_a_colleague_cannot_take_it_away(sign_in, world: World, phone: Authenticator):
    other = sign_in("mia", Role.MODERATOR)
    add(other, Authenticator())
    form = other.get("/account").form(f"{FORM}/remove")
    mine = next(row.id for row in world.rows(models.Passkey) if row.credential_id != form.fields["id"] and row.id != form.fields["id"])
    assert other.send(form, id=mine).status == 404
    assert len(world.rows(models.Passkey)) == 2


@pytest.mark.parametrize(
    "answer", ["", "{", "[]", "{}", '{"id": 7}', '{"id": "AAAA"}', '{"id": "AAAA", "rawId": "!", "type": "x"}', "[" * 15_000]
)
def test_nonsense_is_refused(app, moderator: Browser, phone: Authenticator, answer: str):
    page = Browser(app).get("/signin")
    assert Browser(app).send(page.form("/signin/passkey"), credential=answer).status == 401
    mine = moderator.get("/account").form(FORM)
    assert moderator.send(mine, password=PASSWORD, credential=answer).status == 422


def test_it_is_not_offered_where_browsers_know_none(app):
    page = Browser(app).get("/signin", headers={"Host": "192.0.2.7"})
    assert "data-passkey" not in page.html
    assert "data-passkey" not in Browser(app).get("/signin", headers={"Host": "comments.example.org"}).html
