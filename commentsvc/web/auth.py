"""Who is calling: accounts by API token or session cookie, readers by a token that their site signed, guests by an edit token."""

import base64
import binascii
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

import jwt
from flask import Flask, Response, current_app, g, request
from jwt.api_jws import PyJWS

from commentsvc.domain.errors import FieldProblem, UnauthenticatedError
from commentsvc.domain.principals import Principal, Reader, ReaderKind, Role, require_role
from commentsvc.web import csrf, strictjson
from commentsvc.web.context import get_runtime, is_secure, mark_authenticated, reading
from commentsvc.web.refusals import MalformedJsonError, MalformedRequestError, PayloadTooLargeError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from sqlalchemy.orm import Session

API_TOKEN_PREFIX = "csv_"  # noqa: S105 - a prefix, not a secret
EDIT_TOKEN_HEADER = "X-Edit-Token"  # noqa: S105 - a header's name
LEEWAY_S = 30
MAX_JWT_BYTES = 4096
MIN_HS256_BYTES = 32

_EXTENSION = "commentsvc.auth"
_COOKIE = "commentsvc_session"
_MAX_CREDENTIAL = 200
_MAX_SUBJECT = 200
_MAX_NAME = 100
_MAX_EMAIL = 254
_MAX_ROLES = 20
_MAX_ROLE = 50
_MAX_ARTICLES = 100
_MAX_ARTICLE = 500
_MAX_KEY_ID = 200
_JOINERS: dict[int, None] = {0x200C: None, 0x200D: None, 0x3000: None}
"""Joiners of letters and the wide blank: ordinary in Persian, Indic and Japanese names. What turns the direction of writing is none."""
_CREDENTIAL = re.compile(r"[A-Za-z0-9_.~-]{1,200}")
_JWT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_JWS = PyJWS()

if TYPE_CHECKING:
    Authenticate = Callable[[Session, str, datetime], Principal | None]


@dataclass(frozen=True, slots=True)
class AuthBackend:
    """How credentials are looked up; each is called as `f(session, raw, now)` and answers None where they do not hold."""

    authenticate_token: "Authenticate"
    authenticate_session: "Authenticate"


@dataclass(frozen=True, slots=True)
class SiteKeys:
    """What a site's reader tokens are checked with. Where there is no key for an algorithm, it is refused.

    Of `hs256_secrets` any will do: while a site changes its secret, two hold.
    """

    site_key: str
    hs256_secrets: tuple[bytes, ...] = ()
    rs256_public_key: str | None = None
    find_published: "Callable[[str | None], RSAPublicKey | None] | None" = None
    """Gives the key of an id from what the site publishes, where it publishes keys."""


def install_auth(app: Flask, backend: AuthBackend) -> None:
    """Let `app` look credentials up through `backend`."""
    app.extensions[_EXTENSION] = backend


# -- Accounts ------------------------------------------------------------------------------------------------------------------
def current_principal(session: "Session | None" = None) -> Principal | None:
    """Find the account that is calling; None where no API token and no session cookie is sent.

    Looked up once for each request, in `session` or in a short reading of its own. Raises UnauthenticatedError for an API token that does
    not hold (a cookie that does not hold counts as none), and CsrfRefusedError where an unsafe request with a cookie did not come from our
    page.
    """
    if "principal" not in g:
        g.principal = _find_principal(session)
        if g.principal is not None:
            mark_authenticated()
    return cast("Principal | None", g.principal)


def require_principal(session: "Session | None" = None) -> Principal:
    """Like `current_principal`, and raises UnauthenticatedError where nobody is signed in."""
    principal = current_principal(session)
    if principal is None:
        raise UnauthenticatedError("Sign in, or send an API token.")
    return principal


def require(role: Role, site_id: str, session: "Session | None" = None) -> Principal:
    """Give the caller when they hold `role` on the site; raises as `require_principal` and `domain.principals.require_role` do."""
    principal = require_principal(session)
    require_role(principal, role, site_id)
    return principal


def session_cookie() -> str | None:
    """Read the raw session credential from the cookie; None where it is absent or malformed."""
    raw = request.cookies.get(cookie_name())
    return raw if raw is not None and _CREDENTIAL.fullmatch(raw) else None


def cookie_name() -> str:
    """Name the session cookie: on https with the prefix that ties it to this host."""
    return f"__Host-{_COOKIE}" if is_secure() else _COOKIE


def set_session_cookie(response: Response, raw: str, *, max_age_s: int) -> None:
    """Give the browser a new session. Always a fresh `raw` at sign-in, never the one that was sent."""
    response.set_cookie(cookie_name(), raw, max_age=max_age_s, secure=is_secure(), httponly=True, samesite="Lax", path="/")


def clear_session_cookie(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(cookie_name(), secure=is_secure(), httponly=True, samesite="Lax", path="/")


def _find_principal(session: "Session | None") -> Principal | None:
    backend: AuthBackend = current_app.extensions[_EXTENSION]
    bearer = _bearer()
    if bearer is not None:
        if not bearer.startswith(API_TOKEN_PREFIX):
            return None  # a reader's token; `current_reader` judges it
        principal = _look_up(backend.authenticate_token, bearer, session) if _CREDENTIAL.fullmatch(bearer) else None
        if principal is None:
            raise UnauthenticatedError("The API token is unknown, expired or revoked.")
        return principal
    cookie = session_cookie()
    if cookie is None:
        return None
    principal = _look_up(backend.authenticate_session, cookie, session)
    if principal is not None:
        csrf.protect(cookie)
    return principal


def _look_up(authenticate: "Authenticate", raw: str, session: "Session | None") -> Principal | None:
    now = get_runtime().clock.now()
    if session is not None:
        return authenticate(session, raw, now)
    with reading() as own:
        return authenticate(own, raw, now)


def _bearer() -> str | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, credential = header.partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential:
        raise UnauthenticatedError("Authorization must be `Bearer` and one token.")
    if len(credential) > MAX_JWT_BYTES:
        raise UnauthenticatedError(f"The token has more than {MAX_JWT_BYTES} characters.")
    return credential


# -- Readers -------------------------------------------------------------------------------------------------------------------
def current_reader(keys: SiteKeys) -> Reader | None:
    """Find the reader that the site vouches for; None for guests. Raises UnauthenticatedError for a token that does not hold."""
    bearer = _bearer()
    if bearer is None or bearer.startswith(API_TOKEN_PREFIX):
        return None
    reader = decode_reader_jwt(bearer, keys=keys, now=get_runtime().clock.now())
    mark_authenticated()
    return reader


def edit_token() -> str | None:
    """Read a guest's proof that a comment is theirs (`X-Edit-Token`). Raises MalformedRequestError when it cannot be one."""
    raw = request.headers.get(EDIT_TOKEN_HEADER)
    if raw is None:
        return None
    if not _CREDENTIAL.fullmatch(raw):
        raise MalformedRequestError(
            f"{EDIT_TOKEN_HEADER} is not an edit token.",
            fields=(FieldProblem(f"header:{EDIT_TOKEN_HEADER}", f"Must be 1 to {_MAX_CREDENTIAL} letters, digits or -._~"),),
        )
    mark_authenticated()
    return raw


def decode_reader_jwt(raw: str, *, keys: SiteKeys, now: datetime) -> Reader:
    """Check a site-signed token and give the reader it speaks of.

    The algorithm is the one of the key the site has (HS256 with its secret, RS256 with its public key), never the token's choice alone.
    `aud` must be the site's key, `exp` is required; clocks may differ by `LEEWAY_S`. Raises UnauthenticatedError that says what is wrong.
    """
    parts = _JWT.fullmatch(raw) if len(raw) <= MAX_JWT_BYTES else None
    if parts is None:
        raise UnauthenticatedError("The reader token is not a signed JWT of at most 4096 characters.")
    header = _json_part(parts[1])
    claims = _json_part(parts[2])
    _check_signature(raw, header, keys)
    _check_audience(claims.get("aud"), keys.site_key)
    _check_times(claims, now.timestamp())
    return Reader(
        ReaderKind.SSO,
        subject=_text_claim(claims, "sub", _MAX_SUBJECT),
        name=_text_claim(claims, "name", _MAX_NAME),
        email=_email_claim(claims),
        roles=_words_claim(claims, "roles", _MAX_ROLES, _MAX_ROLE),
        author_of=_words_claim(claims, "author_of", _MAX_ARTICLES, _MAX_ARTICLE),
        is_email_verified=claims.get("email_verified") is True,
    )


def _json_part(part: str) -> dict[str, object]:
    try:
        value = strictjson.loads(base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True), max_depth=4)
    except (binascii.Error, MalformedJsonError, PayloadTooLargeError):
        value = None
    if not isinstance(value, dict):
        raise UnauthenticatedError("The reader token is not a well-formed JWT.")
    return value


def _check_signature(raw: str, header: dict[str, object], keys: SiteKeys) -> None:
    algorithm = header.get("alg")
    tried: tuple[bytes | str | RSAPublicKey | None, ...] = ()
    if algorithm == "HS256":
        tried = tuple(secret for secret in keys.hs256_secrets if len(secret) >= MIN_HS256_BYTES)
    elif algorithm == "RS256":
        tried = (keys.rs256_public_key or _published(header.get("kid"), keys),)
    found = [key for key in tried if key is not None]
    if not found:
        raise UnauthenticatedError("The reader token is signed in a way that this site does not use.")
    if str(header.get("typ", "JWT")).upper() != "JWT" or "crit" in header or "b64" in header:
        raise UnauthenticatedError("The reader token's header asks for something that is not supported.")
    if not any(_is_signed_with(raw, key, str(algorithm)) for key in found):
        raise UnauthenticatedError("The reader token's signature does not hold.")


def _is_signed_with(raw: str, key: "bytes | str | RSAPublicKey", algorithm: str) -> bool:
    try:
        _JWS.decode(raw, key, algorithms=[algorithm])
    except (jwt.exceptions.PyJWTError, ValueError):
        return False
    return True


def _published(key_id: object, keys: SiteKeys) -> "RSAPublicKey | None":
    if keys.find_published is None or not (key_id is None or (isinstance(key_id, str) and len(key_id) <= _MAX_KEY_ID)):
        return None
    found = keys.find_published(key_id)
    if found is None:
        raise UnauthenticatedError("The reader token is signed with a key that the site does not publish.")
    return found


def _check_audience(audience: object, site_key: str) -> None:
    if audience != site_key and not (isinstance(audience, list) and site_key in audience):
        raise UnauthenticatedError("The reader token is for another site (`aud`).")


def _check_times(claims: dict[str, object], now_s: float) -> None:
    expires = _time_claim(claims, "exp")
    if expires is None:
        raise UnauthenticatedError("The reader token has no expiry (`exp`).")
    if expires + LEEWAY_S <= now_s:
        raise UnauthenticatedError("The reader token has expired.")
    for claim in ("nbf", "iat"):
        begins = _time_claim(claims, claim)
        if begins is not None and begins - LEEWAY_S > now_s:
            raise UnauthenticatedError(f"The reader token is not valid yet (`{claim}`).")


def _time_claim(claims: dict[str, object], claim: str) -> float | None:
    value = claims.get(claim)
    if value is None and claim not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnauthenticatedError(f"The reader token's `{claim}` is not a number of seconds.")
    return float(value)


def _text_claim(claims: dict[str, object], claim: str, longest: int) -> str:
    value = claims.get(claim)
    plain = value.translate(_JOINERS) if isinstance(value, str) else ""
    if not isinstance(value, str) or not plain.strip() or len(value) > longest or not plain.isprintable():
        raise UnauthenticatedError(f"The reader token's `{claim}` must be a text of 1 to {longest} printable characters.")
    return value.strip()


def _email_claim(claims: dict[str, object]) -> str | None:
    if claims.get("email") is None:
        return None
    value = _text_claim(claims, "email", _MAX_EMAIL)
    if "@" not in value[1:-1]:
        raise UnauthenticatedError("The reader token's `email` is not an address.")
    return value


def _words_claim(claims: dict[str, object], claim: str, most: int, longest: int) -> tuple[str, ...]:
    value = claims.get(claim)
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) and 0 < len(one) <= longest for one in value):
        raise UnauthenticatedError(f"The reader token's `{claim}` must be a list of at most {most} words.")
    return tuple(value)
