"""Signing in through an OpenID provider (OpenID Connect Core 1.0): the code flow with PKCE, state and nonce.

See docs/adr/0018-openid.md.
"""

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

import jwt
import structlog

from commentsvc.integrations.key_sets import KeySets
from commentsvc.integrations.outward import Outward, OutwardError

log = structlog.get_logger(__name__)
MAX_SUBJECT: Final = 255
MAX_CODE: Final = 4000
_FRESH: Final = timedelta(hours=1)
"""How long what a provider says about itself is taken as it is."""
_SKEW: Final = timedelta(seconds=60)
_MAX_EMAIL: Final = 254
_OK: Final = 200
_JWS: Final = jwt.PyJWS()


class OpenIdError(Exception):
    """The provider does not answer, or not as it must; `code` is short and holds nothing that it said."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows this installation by: its issuer's address, our id there, and our secret."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    """What people call the provider."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What one sign-in is recognised by: `state` comes back in the address, `nonce` in the token, `verifier` proves that we began it."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in, as the provider says: `subject` never changes; `email` is lower case, or None where it has not been verified."""

    subject: str
    email: str | None


@dataclass(frozen=True, slots=True)
class _Endpoints:
    authorization: str
    token: str
    keys: str
    had_at: datetime


def new_errand() -> Errand:
    """Three secrets of 256 bits."""
    return Errand(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32))


class OpenIdProvider:
    """One provider. Safe between threads."""

    def __init__(self, client: Client, outward: Outward, key_sets: KeySets) -> None:
        """Nothing is asked yet."""
        self.client = client
        self._outward = outward
        self._key_sets = key_sets
        self._endpoints: _Endpoints | None = None
        self._lock = threading.Lock()

    def address_to(self, errand: Errand, back: str, now: datetime) -> str:
        """Where the browser goes to sign in; it comes back to `back`. Raises OpenIdError."""
        digest = hashlib.sha256(errand.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "scope": "openid email",
            "client_id": self.client.client_id,
            "redirect_uri": back,
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        address = self._find(now).authorization
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def redeem(self, code: str, errand: Errand, back: str, now: datetime) -> Person:
        """Who signed in, for the code that the browser brought. Raises OpenIdError."""
        endpoints = self._find(now)
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": errand.verifier}
        login = f"{quote(self.client.client_id, safe='')}:{quote(self.client.client_secret, safe='')}"
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"Basic {base64.b64encode(login.encode()).decode()}",
        }
        told = self._ask("POST", endpoints.token, headers, urlencode(asked).encode())
        token = told.get("id_token")
        if not isinstance(token, str):
            raise OpenIdError("no-token")
        return self._person(self._claims(token, endpoints.keys, now), errand, now)

    def _find(self, now: datetime) -> _Endpoints:
        with self._lock:
            found = self._endpoints
            if found is not None and timedelta() <= now - found.had_at < _FRESH:
                return found
            told = self._ask(
                "GET", f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration", {"Accept": "application/json"}, None
            )
            if told.get("issuer") != self.client.issuer:
                raise OpenIdError("other-issuer")
            named = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if not all(isinstance(one, str) and self._outward.objection(one) is None for one in named):
                raise OpenIdError("bad-endpoints")
            self._endpoints = _Endpoints(str(named[0]), str(named[1]), str(named[2]), now)
            return self._endpoints

    def _ask(self, method: str, address: str, headers: dict[str, str], body: bytes | None) -> dict[str, Any]:
        try:
            answer = self._outward.call(method, address, headers=headers, body=body)
        except OutwardError as error:
            raise OpenIdError(error.code) from None
        if answer.status != _OK:
            raise OpenIdError(f"status-{answer.status}")
        try:
            told = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise OpenIdError("not-json") from None
        if not isinstance(told, dict):
            raise OpenIdError("not-json")
        return told

    def _claims(self, token: str, keys: str, now: datetime) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.exceptions.PyJWTError:
            raise OpenIdError("bad-token") from None
        # The algorithm is ours to choose, never the token's: RS256 is what every provider must speak.
        key_id = header.get("kid")
        key = self._key_sets.find(keys, key_id if isinstance(key_id, str) else None, now) if header.get("alg") == "RS256" else None
        if key is None:
            raise OpenIdError("unknown-key")
        try:
            claims = json.loads(_JWS.decode(token, key, algorithms=["RS256"]))
        except (jwt.exceptions.PyJWTError, ValueError, RecursionError):
            raise OpenIdError("bad-token") from None
        if not isinstance(claims, dict):
            raise OpenIdError("bad-token")
        return claims

    def _person(self, claims: dict[str, Any], errand: Errand, now: datetime) -> Person:
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self.client.issuer or self.client.client_id not in named:
            raise OpenIdError("other-audience")
        if len(named) > 1 and claims.get("azp") != self.client.client_id:
            raise OpenIdError("other-audience")
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), errand.nonce.encode()):
            raise OpenIdError("other-nonce")
        expires_s, issued_s = _seconds(claims, "exp"), _seconds(claims, "iat")
        at_s, skew_s = now.timestamp(), _SKEW.total_seconds()
        if not (issued_s - skew_s <= at_s <= expires_s + skew_s):
            raise OpenIdError("bad-times")
        subject, email = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not 1 <= len(subject) <= MAX_SUBJECT or "\0" in subject:
            raise OpenIdError("no-subject")
        is_known = isinstance(email, str) and len(email) <= _MAX_EMAIL and claims.get("email_verified") is True
        return Person(subject, str(email).strip().lower() if is_known else None)


def _seconds(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if type(value) is int or type(value) is float:
        return value
    raise OpenIdError("bad-times")
