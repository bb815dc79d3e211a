"""Signing in through an OpenID provider: there, and back again."""

from typing import Final

import structlog
from flask import Blueprint, redirect, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from commentsvc.domain.errors import NotFoundError, ThrottledError
from commentsvc.integrations.openid import MAX_CODE, Errand, OpenIdError, OpenIdProvider, new_errand
from commentsvc.services.identities import account_of_identity
from commentsvc.web.context import get_runtime, is_secure, own_origin
from commentsvc.web.pages.signin import ask_factor, local_path, signin_form
from commentsvc.web.plumbing import throttle

log = structlog.get_logger(__name__)
COOKIE: Final = "commentsvc_openid"
_PATH: Final = "/signin/openid"
_ERRAND_S: Final = 600
_MAX_STATE: Final = 200


def add_openid(pages: Blueprint) -> None:
    """Serve the way to the provider and the way back."""
    pages.add_url_rule(_PATH, "openid", _go, methods=["GET"])
    pages.add_url_rule(f"{_PATH}/back", "openid_back", _back, methods=["GET"])


def _provider() -> OpenIdProvider:
    found = get_runtime().openid
    if found is None:
        raise NotFoundError("There is no such page.")
    return found


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(get_runtime().secret, salt="signing in through a provider")


def _home() -> str:
    return own_origin() + url_for("pages.openid_back")


def _trouble(provider: OpenIdProvider, what: str, status: int) -> Response:
    response = signin_form("", "", f"{provider.client.name} {what} Try again, or use your password.", status)
    response.delete_cookie(COOKIE, path=_PATH, secure=is_secure(), httponly=True, samesite="Lax")
    return response


def _go() -> Response:
    """To the provider. A link and not a form: browsers let no form of ours end anywhere else."""
    provider = _provider()
    runtime = get_runtime()
    limits = runtime.settings.limits
    try:
        throttle("signin", rate=1, per_s=limits.signin_every_s, burst=limits.signin_burst)
    except ThrottledError as error:
        return _trouble(provider, f"was asked too often. Wait {error.retry_after_s} s.", 429)
    errand = new_errand()
    try:
        address = provider.address_to(errand, _home(), runtime.clock.now())
    except OpenIdError as error:
        log.warning("openid_failed", error=error.code)
        return _trouble(provider, "does not answer as it should.", 503)
    response = redirect(address, 303)
    target = local_path(request.args.get("next", "")) or ""
    ticket = str(_tickets().dumps([errand.state, errand.nonce, errand.verifier, target]))
    # Lax, since the browser comes back from elsewhere.
    response.set_cookie(COOKIE, ticket, max_age=_ERRAND_S, path=_PATH, secure=is_secure(), httponly=True, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    return response


def _back() -> Response:
    """From the provider: only the browser that went there comes back."""
    provider = _provider()
    runtime = get_runtime()
    now = runtime.clock.now()
    try:
        state, nonce, verifier, target = _tickets().loads(request.cookies.get(COOKIE, ""), max_age=_ERRAND_S)
    except (BadData, ValueError):
        return _trouble(provider, "sent you back too late, or to another browser.", 401)
    code = request.args.get("code", "")
    if request.args.get("state", "")[:_MAX_STATE] != state or request.args.get("iss", provider.client.issuer) != provider.client.issuer:
        return _trouble(provider, "sent you back from another sign-in.", 401)
    if not 1 <= len(code) <= MAX_CODE:
        return _trouble(provider, "did not sign you in.", 401)
    try:
        person = provider.redeem(code, Errand(state, nonce, verifier), _home(), now)
    except OpenIdError as error:
        log.warning("openid_failed", error=error.code)
        return _trouble(provider, "does not answer as it should.", 503)
    account_id = runtime.in_transaction(
        lambda session: account_of_identity(session, provider.client.issuer, person.subject, person.email, now)
    )
    if account_id is None:
        return _trouble(
            provider, "knows you, and this installation does not: an admin has to make you an account with the same address.", 403
        )
    response = ask_factor(account_id, target)
    response.delete_cookie(COOKIE, path=_PATH, secure=is_secure(), httponly=True, samesite="Lax")
    return response
