"""Who is calling: tokens that are forged, borrowed, old or malformed open nothing."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from commentsvc.domain.errors import UnauthenticatedError
from commentsvc.domain.principals import Reader, ReaderKind
from commentsvc.web import strictjson
from commentsvc.web.auth import SiteKeys, decode_reader_jwt
from tests.web.plumbing.small_app import ADMIN_TOKEN, HS256_SECRET, KEYS, MODERATOR_TOKEN, NOW, SESSION, problem_of

SECONDS = int(NOW.timestamp())
CLAIMS = {"aud": "daily", "sub": "reader-7", "name": "Ann", "exp": SECONDS + 60}


def make_rsa_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key, public.decode()


PRIVATE_KEY, PUBLIC_KEY = make_rsa_key()
OTHER_PRIVATE_KEY, _ = make_rsa_key()
RS_KEYS = SiteKeys("daily", rs256_public_key=PUBLIC_KEY)
BOTH_KEYS = SiteKeys("daily", hs256_secrets=(HS256_SECRET,), rs256_public_key=PUBLIC_KEY)


def part(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(claims=None, *, header=None, key=HS256_SECRET, digest=hashlib.sha256):
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT'} if header is None else header)}.{part(CLAIMS if claims is None else claims)}"
    return f"{signed}.{part(hmac.new(key, signed.encode(), digest).digest())}"


def sign_rsa(claims=None, key=PRIVATE_KEY, algorithm="RS256"):
    return jwt.encode(CLAIMS if claims is None else claims, key, algorithm=algorithm)


def without(claim):
    return {name: value for name, value in CLAIMS.items() if name != claim}


def test_a_reader_is_who_their_site_says():
    claims = {**CLAIMS, "email": "ann@example.org", "roles": ["subscriber"], "iat": SECONDS, "nbf": SECONDS, "extra": {"x": [1]}}
    expected = Reader(ReaderKind.SSO, "reader-7", "Ann", "ann@example.org", ("subscriber",))
    assert decode_reader_jwt(sign(claims), keys=KEYS, now=NOW) == expected
    assert decode_reader_jwt(sign_rsa(claims), keys=RS_KEYS, now=NOW) == expected
    assert decode_reader_jwt(sign_rsa(claims), keys=BOTH_KEYS, now=NOW) == expected


@pytest.mark.parametrize(
    "claims",
    [
        {**CLAIMS, "aud": ["other", "daily"]},
        {**CLAIMS, "exp": SECONDS - 29},
        {**CLAIMS, "exp": SECONDS + 0.5},
        {**CLAIMS, "iat": SECONDS + 30},
        {**CLAIMS, "email": None, "roles": None},
        {**CLAIMS, "sub": "x" * 200, "name": "  Zoë 😀 "},
        {**CLAIMS, "roles": []},
    ],
)
def test_tokens_at_the_edge_hold(claims):
    assert decode_reader_jwt(sign(claims), keys=KEYS, now=NOW).kind is ReaderKind.SSO


HEADERS = {
    "none": {"alg": "none"},
    "None": {"alg": "None"},
    "NONE with typ": {"alg": "NONE", "typ": "JWT"},
    "hs384": {"alg": "HS384"},
    "hs512": {"alg": "HS512"},
    "rs256": {"alg": "RS256"},
    "es256": {"alg": "ES256"},
    "lower case": {"alg": "hs256"},
    "no alg": {"typ": "JWT"},
    "null alg": {"alg": None},
    "list alg": {"alg": ["HS256"]},
    "object alg": {"alg": {"a": 1}},
    "number alg": {"alg": 256},
    "empty alg": {"alg": ""},
    "crit": {"alg": "HS256", "crit": ["exp"]},
    "unencoded payload": {"alg": "HS256", "b64": False, "crit": ["b64"]},
    "other typ": {"alg": "HS256", "typ": "at+jwt"},
    "typ that is no text": {"alg": "HS256", "typ": ["JWT"]},
    "duplicate alg": b'{"alg":"none","alg":"HS256"}',
    "list header": [],
    "text header": "HS256",
    "broken header": b"{",
    "deep header": b'{"alg":"HS256","x":' + b"[" * 500 + b"]" * 500 + b"}",
}

CLAIM_SETS = {
    "no aud": without("aud"),
    "other aud": {**CLAIMS, "aud": "other"},
    "null aud": {**CLAIMS, "aud": None},
    "aud list without us": {**CLAIMS, "aud": ["other"]},
    "empty aud list": {**CLAIMS, "aud": []},
    "aud prefix": {**CLAIMS, "aud": "dail"},
    "aud object": {**CLAIMS, "aud": {"daily": 1}},
    "aud case": {**CLAIMS, "aud": "Daily"},
    "no exp": without("exp"),
    "expired": {**CLAIMS, "exp": SECONDS - 30},
    "expired long ago": {**CLAIMS, "exp": 0},
    "negative exp": {**CLAIMS, "exp": -1},
    "text exp": {**CLAIMS, "exp": str(SECONDS + 60)},
    "boolean exp": {**CLAIMS, "exp": True},
    "null exp": {**CLAIMS, "exp": None},
    "list exp": {**CLAIMS, "exp": [SECONDS + 60]},
    "NaN exp": b'{"aud":"daily","sub":"r","name":"n","exp":NaN}',
    "infinite exp": b'{"aud":"daily","sub":"r","name":"n","exp":1e999}',
    "not before": {**CLAIMS, "nbf": SECONDS + 31},
    "issued later": {**CLAIMS, "iat": SECONDS + 31},
    "text nbf": {**CLAIMS, "nbf": "0"},
    "null iat": {**CLAIMS, "iat": None},
    "no sub": without("sub"),
    "empty sub": {**CLAIMS, "sub": ""},
    "blank sub": {**CLAIMS, "sub": "   "},
    "long sub": {**CLAIMS, "sub": "x" * 201},
    "number sub": {**CLAIMS, "sub": 7},
    "null sub": {**CLAIMS, "sub": None},
    "sub with a line break": {**CLAIMS, "sub": "a\nb"},
    "sub with NUL": {**CLAIMS, "sub": "a\0b"},
    "no name": without("name"),
    "long name": {**CLAIMS, "name": "x" * 101},
    "name with direction override": {**CLAIMS, "name": "ann\u202enimda"},
    "name with zero width": {**CLAIMS, "name": "an\u200bn"},
    "name of a joiner": {**CLAIMS, "name": "\u200d"},
    "list name": {**CLAIMS, "name": ["Ann"]},
    "name with lone surrogate": b'{"aud":"daily","sub":"r","exp":9999999999,"name":"\\ud800"}',
    "email without at": {**CLAIMS, "email": "ann"},
    "email of one at": {**CLAIMS, "email": "@"},
    "email number": {**CLAIMS, "email": 1},
    "long email": {**CLAIMS, "email": "a" * 250 + "@b.cd"},
    "roles text": {**CLAIMS, "roles": "admin"},
    "roles of numbers": {**CLAIMS, "roles": [1]},
    "too many roles": {**CLAIMS, "roles": ["x"] * 21},
    "long role": {**CLAIMS, "roles": ["x" * 51]},
    "empty role": {**CLAIMS, "roles": [""]},
    "list": [CLAIMS],
    "text": "x",
    "null": b"null",
    "no JSON": b"\xff\xfe",
    "duplicate sub": b'{"aud":"daily","exp":9999999999,"name":"n","sub":"ann","sub":"admin"}',
    "deep": b'{"aud":"daily","x":' + b"[" * 1000 + b"]" * 1000 + b"}",
}

TOKENS = {
    "empty": "",
    "word": "token",
    "two parts": ".".join(sign().split(".")[:2]),
    "four parts": sign() + ".x",
    "no signature": ".".join(sign().split(".")[:2]) + ".",
    "none, no signature": f"{part({'alg': 'none'})}.{part(CLAIMS)}.",
    "other secret": sign(key=b"another secret that is also long enough"),
    "empty secret": sign(key=b""),
    "sha512": sign(digest=hashlib.sha512),
    "signature of zeros": ".".join(sign().split(".")[:2]) + "." + part(bytes(32)),
    "signature cut": sign()[:-2],
    "signature longer": sign() + "AA",
    "claims swapped": sign().split(".")[0] + "." + part({**CLAIMS, "sub": "admin"}) + "." + sign().split(".")[2],
    "padding": sign() + "=",
    "blank inside": sign().replace(".", ". ", 1),
    "line break": sign() + "\n",
    "other base64 letters": sign().replace(".", "+", 1),
    "not ASCII": "é" + sign(),
    "too long": sign({**CLAIMS, "x": "y" * 4000}),
    "impossible base64": "A.A.A",
    "rsa key confusion": sign(header={"alg": "HS256"}, key=PUBLIC_KEY.encode()),
    "signed by RSA": sign_rsa(),
}
TOKENS |= {f"header {name}": sign(header=header) for name, header in HEADERS.items()}
TOKENS |= {f"claims {name}": sign(claims) for name, claims in CLAIM_SETS.items()}


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_that_does_not_hold_opens_nothing(name):
    with pytest.raises(UnauthenticatedError) as refused:
        decode_reader_jwt(TOKENS[name], keys=KEYS, now=NOW)
    assert "reader token" in refused.value.detail


@pytest.mark.parametrize("keys", [RS_KEYS, BOTH_KEYS], ids=["only RSA", "both"])
@pytest.mark.parametrize(
    "token",
    [
        sign(key=PUBLIC_KEY.encode()),
        sign(key=PUBLIC_KEY.strip().encode()),
        sign(header={"alg": "RS256"}, key=PUBLIC_KEY.encode()),
        sign(header={"alg": "RS256"}),
        sign_rsa(key=OTHER_PRIVATE_KEY),
        sign_rsa(algorithm="RS384"),
        sign_rsa(algorithm="PS256"),
        sign_rsa({**CLAIMS, "aud": "other"}),
        sign_rsa({**CLAIMS, "exp": SECONDS - 31}),
        f"{part({'alg': 'none'})}.{part(CLAIMS)}.",
    ],
    ids=[
        "confusion",
        "confusion stripped",
        "HMAC called RSA",
        "secret called RSA",
        "other key",
        "RS384",
        "PS256",
        "aud",
        "expired",
        "none",
    ],
)
def test_a_public_key_is_no_secret(keys, token):
    with pytest.raises(UnauthenticatedError):
        decode_reader_jwt(token, keys=keys, now=NOW)


@pytest.mark.parametrize("secret", [b"", b"short", b"x" * 31])
def test_a_short_secret_signs_nothing(secret):
    with pytest.raises(UnauthenticatedError):
        decode_reader_jwt(sign(key=secret), keys=SiteKeys("daily", hs256_secrets=(secret,)), now=NOW)


def test_a_site_without_keys_takes_no_tokens():
    with pytest.raises(UnauthenticatedError):
        decode_reader_jwt(sign(), keys=SiteKeys("daily"), now=NOW)


def test_a_broken_public_key_refuses_and_does_not_fail():
    with pytest.raises(UnauthenticatedError):
        decode_reader_jwt(sign_rsa(), keys=SiteKeys("daily", rs256_public_key="-----BEGIN PUBLIC KEY-----\nx"), now=NOW)


def test_time_is_the_clocks_and_not_the_machines():
    assert abs(time.time() - SECONDS) > 0
    later = datetime(2040, 1, 1, tzinfo=UTC)
    with pytest.raises(UnauthenticatedError, match="expired"):
        decode_reader_jwt(sign(), keys=KEYS, now=later)
    assert decode_reader_jwt(sign({**CLAIMS, "exp": later.timestamp() + 1}), keys=KEYS, now=later).name == "Ann"


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_a_reader_reaches_the_view(client):
    response = client.get("/reader", headers=bearer(sign()))
    assert response.get_json() == {"reader": {"subject": "reader-7", "name": "Ann", "roles": []}}
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/reader").get_json() == {"reader": None}
    assert client.get("/reader", headers=bearer(MODERATOR_TOKEN)).get_json() == {"reader": None}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "bearer", sign(), "Bearer a b", "Bearer " + "x" * 5000, "Token x"]
)
def test_a_malformed_authorization_is_a_401(client, header):
    response = client.get("/reader", headers={"Authorization": header})
    problem_of(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_account_is_found_by_token_or_cookie(app):
    client = app.test_client()
    assert client.get("/account", headers=bearer(ADMIN_TOKEN)).get_json() == {"id": "a2"}
    assert client.get("/account", headers={"Authorization": f"bEARER {ADMIN_TOKEN}"}).get_json() == {"id": "a2"}
    client.set_cookie("commentsvc_session", SESSION)
    assert client.get("/account").get_json() == {"id": "a1"}
    assert client.get("/account", headers=bearer(ADMIN_TOKEN)).get_json() == {"id": "a2"}
    assert app.extensions["commentsvc"].db.opened == ["reading"] * 4


@pytest.mark.parametrize("token", ["csv_unknown", "csv_", "csv_" + "x" * 300, f"csv_{SESSION}", SESSION, sign(), "csv_'--", "csv_é"])
def test_what_is_no_live_token_is_no_account(client, token):
    problem_of(client.get("/account", headers=bearer(token.encode().decode("latin-1"))), 401, "unauthenticated")


@pytest.mark.parametrize("cookie", ["", "unknown", MODERATOR_TOKEN, "x" * 300, "a b", "<x>"])
def test_what_is_no_live_session_is_no_account(client, cookie):
    client.set_cookie("commentsvc_session", cookie)
    problem_of(client.get("/account"), 401, "unauthenticated")


def test_a_plain_cookie_is_not_taken_on_https(client):
    client.set_cookie("commentsvc_session", SESSION, secure=True)
    problem_of(client.get("/account", base_url="https://localhost"), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [("http://localhost", "commentsvc_session", False), ("https://localhost", "__Host-commentsvc_session", True)],
)
def test_the_session_cookie_is_closed_to_others(client, base_url, name, secure):
    cookie = client.post("/sign-in", base_url=base_url).headers["Set-Cookie"]
    assert cookie.startswith(f"{name}={SESSION};")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert ("Secure" in cookie.split("; ")) is secure
    assert "Domain" not in cookie
    assert client.get("/account", base_url=base_url).get_json() == {"id": "a1"}
    client.post("/sign-out", base_url=base_url)
    assert client.get("/account", base_url=base_url).status_code == 401


@pytest.mark.parametrize(
    ("token", "site", "role", "status"),
    [
        (MODERATOR_TOKEN, "site-1", "moderator", 200),
        (MODERATOR_TOKEN, "site-1", "admin", 403),
        (MODERATOR_TOKEN, "site-2", "moderator", 404),
        (MODERATOR_TOKEN, "site-2", "admin", 404),
        (MODERATOR_TOKEN, "*", "moderator", 403),
        (MODERATOR_TOKEN, "*", "admin", 403),
        (ADMIN_TOKEN, "site-1", "moderator", 200),
        (ADMIN_TOKEN, "site-2", "admin", 200),
        (ADMIN_TOKEN, "*", "admin", 200),
        (None, "site-1", "moderator", 401),
    ],
)
def test_roles_hold_where_they_were_given(client, token, site, role, status):
    assert client.get(f"/site/{site}/{role}", headers=bearer(token) if token else {}).status_code == status


@pytest.mark.parametrize("raw", ["", "a b", "x" * 201, "<x>", "a\tb", "caf\xc3\xa9"])
def test_an_edit_token_that_cannot_be_one_is_refused(client, raw):
    document = problem_of(client.get("/edit-token", headers={"X-Edit-Token": raw}), 400, "malformed-request")
    assert document["errors"][0]["header"] == "X-Edit-Token"


def test_an_edit_token_is_read(client):
    assert client.get("/edit-token", headers={"X-Edit-Token": "abc-_.~9"}).get_json() == {"token": "abc-_.~9"}
    assert client.get("/edit-token").get_json() == {"token": None}


def test_a_refusal_does_not_repeat_the_token(client):
    response = client.get("/account", headers=bearer("csv_canary"))
    assert "canary" not in response.get_data(as_text=True)
    assert isinstance(strictjson.loads(response.get_data()), dict)


@pytest.mark.parametrize("name", ["علی\u200cرضا", "ක්\u200dර", "山田\u3000太郎", "\U0001f469\u200d\U0001f4bb"])
def test_joiners_belong_to_names(name):
    assert decode_reader_jwt(sign({**CLAIMS, "name": name}), keys=KEYS, now=NOW).name == name
