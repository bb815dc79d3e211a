"""Signing in with address, password and, where the account has one, a second factor; and out again."""

from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from commentsvc.domain.errors import ThrottledError, UnauthenticatedError
from commentsvc.domain.principals import Principal, Role
from commentsvc.integrations.passkeys import MAX_CREDENTIAL
from commentsvc.integrations.sealing import Purpose, unseal
from commentsvc.integrations.second_factor import matching_step, recovery_hash
from commentsvc.services import accounts, second_factor
from commentsvc.web import csrf
from commentsvc.web.auth import clear_session_cookie, current_principal, session_cookie, set_session_cookie
from commentsvc.web.context import get_runtime, mark_authenticated, reading, transaction
from commentsvc.web.forms import read_form
from commentsvc.web.pages.passkeys import account_of_passkey, offer_to_use
from commentsvc.web.plumbing import throttle

_MAX_EMAIL = 254
_MAX_PASSWORD = 1000
_MAX_NEXT = 2000
_MAX_TICKET = 4000
_MAX_CODE = 40
_TICKET_S = 300
_CODE_EVERY_S = 60.0
_CODE_BURST = 5
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))


def add_signin(pages: Blueprint) -> None:
    """Put sign-in and sign-out among the shared pages."""
    pages.add_url_rule("/signin", "signin", _show, methods=["GET"])
    pages.add_url_rule("/signin", "sign_in", _sign_in, methods=["POST"])
    pages.add_url_rule("/signin/code", "sign_in_code", _sign_in_with_code, methods=["POST"])
    pages.add_url_rule("/signin/passkey", "sign_in_passkey", _sign_in_with_passkey, methods=["POST"])
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


def browser_name(agent: str) -> str:
    """Which browser on which system, as far as it says so; '' when it says nothing that is known."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if browser and system else browser or system


def _show() -> AnyResponse:
    principal = current_principal()
    target = local_path(request.args.get("next", ""))
    if principal is not None:
        return redirect(target or home_of(principal), 303)
    return signin_form("", target or "")


def signin_form(email: str, target: str, trouble: str = "", status: int = 200) -> Response:
    """The page on which one signs in, with what went wrong."""
    mark_authenticated()
    provider = get_runtime().openid
    text = render_template("pages/signin.html", email=email, target=target, trouble=trouble, passkey=offer_to_use(), provider=provider)
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
        return signin_form(form["email"], target, error.detail, 401)
    except ThrottledError as error:
        refused = signin_form(form["email"], target, f"That was tried too often. Wait {error.retry_after_s} s and try again.", 429)
        refused.headers["Retry-After"] = str(error.retry_after_s)
        return refused
    return ask_factor(account_id, target)


def ask_factor(account_id: str, target: str) -> AnyResponse:
    """Let somebody in who has shown the first factor; where the account has a second one, ask for that first."""
    with reading() as session:
        factor = second_factor.get_factor(session, account_id)
    if factor.sealed is not None:
        return _code_form(_tickets().dumps([account_id, target]))
    return _let_in(account_id, target)


def _let_in(account_id: str, target: str) -> AnyResponse:
    before = session_cookie()
    runtime = get_runtime()
    now = runtime.clock.now()
    with transaction() as session:
        if before is not None:
            accounts.close_session(session, before)
        raw = accounts.open_session(session, account_id, now, agent=browser_name(request.headers.get("User-Agent", "")) or None)
    with reading() as session:
        principal = accounts.authenticate_session(session, raw, now=now)
    response = redirect(target or (home_of(principal) if principal else url_for("console.start")), 303)
    set_session_cookie(response, raw, max_age_s=int(accounts.SESSION_LENGTH.total_seconds()))  # type: ignore[arg-type]  # werkzeug's is enough
    response.headers["Cache-Control"] = "no-store"
    return response


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(get_runtime().secret, salt="sign-in, second step")


def _code_form(ticket: str, trouble: str = "", status: int = 200) -> Response:
    mark_authenticated()
    text = render_template("pages/code.html", ticket=ticket, trouble=trouble)
    return Response(text, status, content_type="text/html; charset=utf-8")


def _sign_in_with_code() -> AnyResponse:
    """The second step: who has shown the password shows the phone's code, or a recovery code."""
    csrf.check_origin()
    form = read_form({"ticket": _MAX_TICKET, "code": _MAX_CODE})
    try:
        account_id, target = _tickets().loads(form["ticket"], max_age=_TICKET_S)
    except BadData:
        return signin_form("", "", "That took too long. Begin again with your password.", 401)
    try:
        throttle("signin-code", rate=1, per_s=_CODE_EVERY_S, burst=_CODE_BURST, key=account_id)
    except ThrottledError as error:
        refused = _code_form(form["ticket"], f"That was tried too often. Wait {error.retry_after_s} s and try again.", 429)
        refused.headers["Retry-After"] = str(error.retry_after_s)
        return refused
    if takes_code(account_id, form["code"]):
        return _let_in(account_id, target)
    return _code_form(form["ticket"], "This code does not fit, or was used already. Wait for the next one.", 401)


def _sign_in_with_passkey() -> AnyResponse:
    """A passkey stands for the password and the second factor: it is something one has, and asks for a finger, a face or a code."""
    csrf.check_origin()
    form = read_form({"ticket": _MAX_TICKET, "credential": MAX_CREDENTIAL, "next": _MAX_NEXT})
    target = local_path(form["next"]) or ""
    limits = get_runtime().settings.limits
    try:
        throttle("signin", rate=1, per_s=limits.signin_every_s, burst=limits.signin_burst)
    except ThrottledError as error:
        refused = signin_form("", target, f"That was tried too often. Wait {error.retry_after_s} s and try again.", 429)
        refused.headers["Retry-After"] = str(error.retry_after_s)
        return refused
    account_id = account_of_passkey(form["ticket"], form["credential"])
    if account_id is None:
        return signin_form("", target, "This passkey signs nobody in here. Try again, or use your password.", 401)
    return _let_in(account_id, target)


def takes_code(account_id: str, code: str) -> bool:
    """Whether a code of the account's phone, or one of its recovery codes, was typed; each holds once."""
    runtime = get_runtime()
    now = runtime.clock.now()
    with reading() as session:
        factor = second_factor.get_factor(session, account_id)
    secret = unseal(runtime.secret, factor.sealed, Purpose.SECOND_FACTOR) if factor.sealed is not None else None
    step = matching_step(secret, code, now) if secret is not None else None
    if step is not None:
        return runtime.in_transaction(lambda session: second_factor.take_step(session, account_id, step))
    return runtime.in_transaction(lambda session: second_factor.take_recovery_code(session, account_id, recovery_hash(code), now))


def _sign_out() -> AnyResponse:
    raw = session_cookie()
    if current_principal() is not None and raw is not None:
        with transaction() as session:
            accounts.close_session(session, raw)
    response = redirect(url_for("pages.signin"), 303)
    clear_session_cookie(response)  # type: ignore[arg-type]  # werkzeug's is enough
    response.headers["Cache-Control"] = "no-store"
    return response
