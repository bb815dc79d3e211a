"""Signing in with address and password, and out again."""

from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from commentsvc.domain.errors import ThrottledError, UnauthenticatedError
from commentsvc.domain.principals import Principal, Role
from commentsvc.services import accounts
from commentsvc.web import csrf
from commentsvc.web.auth import clear_session_cookie, current_principal, session_cookie, set_session_cookie
from commentsvc.web.context import get_runtime, mark_authenticated, reading, transaction
from commentsvc.web.forms import read_form
from commentsvc.web.plumbing import throttle

_MAX_EMAIL = 254
_MAX_PASSWORD = 1000
_MAX_NEXT = 2000


def add_signin(pages: Blueprint) -> None:
    """Put sign-in and sign-out among the shared pages."""
    pages.add_url_rule("/signin", "signin", _show, methods=["GET"])
    pages.add_url_rule("/signin", "sign_in", _sign_in, methods=["POST"])
    pages.add_url_rule("/signout", "sign_out", _sign_out, methods=["POST"])


def require_signed_in() -> AnyResponse | None:
    """For `before_request` of a face: who is not signed in goes to sign-in, and comes back from there."""
    if current_principal() is not None:
        return None
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    address = url_for("pages.signin") + (f"?next={quote(here, safe='/')}" if here else "")
    response = redirect(address, 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def local_path(text: str) -> str | None:
    """`text` when it is a path on this server and nothing that a browser could take for another one; None otherwise."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable() or len(text) > _MAX_NEXT:
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text


def home_of(principal: Principal) -> str:
    """Where an account begins its work."""
    return url_for("admin.overview" if Role.ADMIN in principal.roles.values() else "console.start")


def _show() -> AnyResponse:
    principal = current_principal()
    target = local_path(request.args.get("next", ""))
    if principal is not None:
        return redirect(target or home_of(principal), 303)
    return _form("", target or "")


def _form(email: str, target: str, trouble: str = "", status: int = 200) -> Response:
    mark_authenticated()
    text = render_template("pages/signin.html", email=email, target=target, trouble=trouble)
    return Response(text, status, content_type="text/html; charset=utf-8")


def _sign_in() -> AnyResponse:
    csrf.check_origin()
    form = read_form({"email": _MAX_EMAIL, "password": _MAX_PASSWORD, "next": _MAX_NEXT})
    target = local_path(form["next"]) or ""
    runtime = get_runtime()
    limits = runtime.settings.limits
    address = form["email"].strip().lower()
    try:
        throttle("signin", rate=1, per_s=limits.signin_every_s, burst=limits.signin_burst)
        with runtime.turnstile.aside(), reading() as session:
            account_id = accounts.check_password(session, address, form["password"])
    except UnauthenticatedError as error:
        return _form(form["email"], target, error.detail, 401)
    except ThrottledError as error:
        refused = _form(form["email"], target, f"That was tried too often. Wait {error.retry_after_s} s and try again.", 429)
        refused.headers["Retry-After"] = str(error.retry_after_s)
        return refused
    before = session_cookie()
    now = runtime.clock.now()
    with transaction() as session:
        if before is not None:
            accounts.close_session(session, before)
        raw = accounts.open_session(session, account_id, now)
    with reading() as session:
        principal = accounts.authenticate_session(session, raw, now=now)
    response = redirect(target or (home_of(principal) if principal else url_for("console.start")), 303)
    set_session_cookie(response, raw, max_age_s=int(accounts.SESSION_LENGTH.total_seconds()))  # type: ignore[arg-type]  # werkzeug's is enough
    response.headers["Cache-Control"] = "no-store"
    return response


def _sign_out() -> AnyResponse:
    raw = session_cookie()
    if current_principal() is not None and raw is not None:
        with transaction() as session:
            accounts.close_session(session, raw)
    response = redirect(url_for("pages.signin"), 303)
    clear_session_cookie(response)  # type: ignore[arg-type]  # werkzeug's is enough
    response.headers["Cache-Control"] = "no-store"
    return response
