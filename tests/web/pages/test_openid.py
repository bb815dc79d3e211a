"""Signing in through an OpenID provider."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from commentsvc.domain.principals import Role
from commentsvc.integrations.key_sets import KeySets
from commentsvc.integrations.openid import Client, OpenIdProvider
from commentsvc.integrations.outward import Outward
from commentsvc.services.accounts import set_active
from commentsvc.settings import SettingsError, load_settings
from commentsvc.store import models
from tests.support.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdServer, serving_openid
from tests.support.world import World
from tests.web.pages.browsing import Browser, Page
from tests.web.pages.conftest import make_account
from tests.web.pages.test_own_account import code_of, set_up

GO = "/signin/openid"


@pytest.fixture
def provider(world: World) -> Iterator[OpenIdServer]:
    with serving_openid(lambda: world.now) as server:
        outward = Outward(allow_private=True)
        client = Client(server.issuer, CLIENT_ID, CLIENT_SECRET, "the newsroom's account")
        world.runtime.openid = OpenIdProvider(client, outward, KeySets(outward))
        yield server


def go(browser: Browser, address: str = GO) -> str:
    """To the provider; gives the address there."""
    answer = browser.get(address, follow=False)
    assert answer.status == 303
    return answer.headers["Location"]


def come(browser: Browser, provider: OpenIdServer, address: str = GO) -> Page:
    """There and back."""
    back = provider.authorize(go(browser, address))
    return browser.get(back.removeprefix("http://localhost"))


def is_in(browser: Browser) -> bool:
    return browser.client.get_cookie("commentsvc_session") is not None


@pytest.fixture
def account_id(world: World) -> str:
    return make_account(world, "mo", Role.MODERATOR, "gazette")


def test_who_has_an_account_is_signed_in_and_comes_where_they_wanted(app, world: World, provider: OpenIdServer, account_id: str):
    browser = Browser(app)
    page = browser.get("/moderate/list?queue=review")
    page = come(browser, provider, page.links["Sign in with the newsroom's account"])
    assert (page.status, page.address) == (200, "/moderate/list?queue=review")
    bound = world.row(models.AccountIdentity)
    assert (bound.issuer, bound.subject, bound.account_id) == (provider.issuer, "7", account_id)
    assert world.row(models.AuditEntry, action="identity_bound").after == {"issuer": provider.issuer}
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_from_then_on_the_subject_counts_and_not_the_address(app, world: World, provider: OpenIdServer, account_id: str):
    come(Browser(app), provider)
    provider.person = {"sub": "7", "email": "changed@example.org", "email_verified": True}
    browser = Browser(app)
    come(browser, provider)
    assert is_in(browser)
    # The address was given to somebody else.
    provider.person = {"sub": "8", "email": "mo@example.org", "email_verified": True}
    stranger = Browser(app)
    page = come(stranger, provider)
    assert (page.status, "an admin has to make you an account" in page.text, is_in(stranger)) == (403, True, False)
    assert [row.subject for row in world.rows(models.AccountIdentity)] == ["7"]


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "7", "email": "mo@example.org"},
        {"sub": "7", "email": "mo@example.org", "email_verified": "true"},
        {"sub": "7", "email": "nobody@example.org", "email_verified": True},
        {"sub": "7"},
    ],
)
def test_no_account_is_made_and_no_address_believed_that_is_not_verified(app, world: World, provider: OpenIdServer, account_id, person):
    provider.person = person
    browser = Browser(app)
    assert (come(browser, provider).status, is_in(browser)) == (403, False)
    assert world.rows(models.AccountIdentity) == []
    assert len(world.rows(models.Account)) == 1


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"aud": [CLIENT_ID, "another"]},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 0},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"exp": True},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(app, provider: OpenIdServer, account_id: str, lies: dict[str, object]):
    provider.lies = lies
    browser = Browser(app)
    page = come(browser, provider)
    assert (page.status, is_in(browser)) == (503, False)
    assert "does not answer as it should" in page.text


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("how", ["another key", "none", "HS256"])
def test_a_token_that_is_signed_otherwise_is_refused(app, provider: OpenIdServer, account_id: str, how: str):
    if how == "another key":
        provider.signs_with = rsa.generate_private_key(65537, 2048)
    elif how == "HS256":
        provider.algorithm, provider.signs_with = "HS256", "the public key, as a secret, long enough for its kind"
    else:
        provider.algorithm, provider.signs_with = "none", ""
    browser = Browser(app)
    assert (come(browser, provider).status, is_in(browser)) == (503, False)


def test_only_the_browser_that_went_comes_back(app, provider: OpenIdServer, account_id: str):
    one, other = Browser(app), Browser(app)
    back = provider.authorize(go(one)).removeprefix("http://localhost")
    assert other.get(back).status == 401
    go(other)
    assert other.get(back).status == 401
    assert not is_in(other)
    late = provider.authorize(go(one)).removeprefix("http://localhost")
    assert one.get(late.replace("code=", "kode=")).status == 401
    assert one.get(late).status == 401
    assert one.get(f"{late}&iss=https%3A%2F%2Felsewhere.example").status == 401
    assert not is_in(one)


def test_a_second_factor_of_the_account_is_asked_for_as_well(app, world: World, provider: OpenIdServer, moderator: Browser):
    secret, _ = set_up(moderator, world)
    world.clock.advance(seconds=30)
    browser = Browser(app)
    page = come(browser, provider)
    assert ("One more step" in page.text, is_in(browser)) == (True, False)
    browser.send(page.form("/code"), code=code_of(world, secret))
    assert is_in(browser)


def test_who_is_closed_stays_out(app, world: World, provider: OpenIdServer, account_id: str):
    come(Browser(app), provider)
    world.do(lambda session: set_active(session, account_id, None, world.now, is_active=False))
    browser = Browser(app)
    assert (come(browser, provider).status, is_in(browser)) == (403, False)


def test_one_may_be_forgotten_there_and_bound_anew(app, world: World, provider: OpenIdServer, account_id: str):
    browser = Browser(app)
    come(browser, provider)
    page = browser.send(browser.get("/account").form("/identities/unbind"))
    assert "Single sign-on" not in page.text
    assert world.row(models.AuditEntry, action="identity_unbound").before == {"issuer": provider.issuer}
    provider.person["sub"] = "9"
    come(Browser(app), provider)
    assert world.row(models.AccountIdentity).subject == "9"


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_provider_that_says_odd_things_of_itself_is_not_gone_to(app, provider: OpenIdServer, about: dict[str, object]):
    provider.about = about
    assert Browser(app).get(GO).status == 503


def test_a_provider_in_our_own_network_is_not_called_unless_the_operator_wants_it(app, world: World, provider: OpenIdServer):
    client = Client(provider.issuer.replace("http:", "https:"), CLIENT_ID, CLIENT_SECRET, "x")
    world.runtime.openid = OpenIdProvider(client, Outward(), KeySets(Outward()))
    assert Browser(app).get(GO).status == 503
    assert provider.asked == []


def test_what_a_provider_said_is_taken_for_an_hour(app, world: World, provider: OpenIdServer):
    go(Browser(app))
    world.clock.advance(minutes=59)
    go(Browser(app))
    world.clock.advance(minutes=2)
    go(Browser(app))
    assert provider.asked.count("/.well-known/openid-configuration") == 2


def test_without_a_provider_there_is_no_such_page(app):
    assert Browser(app).get(GO).status == 404
    assert Browser(app).get(f"{GO}/back").status == 404
    assert "Sign in with" not in Browser(app).get("/signin").html.replace("Sign in with a passkey", "")


def test_half_a_setting_is_refused():
    with pytest.raises(SettingsError, match=r"openid\.client_id"):
        load_settings({"COMMENTSVC_OPENID_ISSUER": "https://id.example"})
