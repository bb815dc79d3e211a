"""Your account: password, second factor, passkeys, and the browsers that are signed in."""

from flask import Blueprint, redirect, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup
from werkzeug.wrappers import Response

from commentsvc.domain.errors import ConflictError, InvalidError, UnauthenticatedError
from commentsvc.domain.principals import Principal
from commentsvc.integrations.passkeys import MAX_CREDENTIAL
from commentsvc.integrations.sealing import Purpose, seal
from commentsvc.integrations.second_factor import (
    enrolment_picture,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_hash,
)
from commentsvc.services import accounts, passkeys, second_factor
from commentsvc.services.identities import list_identities, unbind_identity
from commentsvc.web.auth import require_principal, session_cookie, set_session_cookie
from commentsvc.web.context import get_runtime, reading, transaction
from commentsvc.web.forms import read_form
from commentsvc.web.pages.passkeys import made_passkey, offer_to_make
from commentsvc.web.pages.render import page
from commentsvc.web.pages.signin import browser_name, require_signed_in, takes_code
from commentsvc.web.plumbing import throttle

_MAX_PASSWORD = 1000
_MAX_TICKET = 4000
_MAX_CODE = 40
_MAX_NAME = 60
_TICKET_S = 900


def add_own_account(pages: Blueprint) -> None:
    """Serve the page on which everybody looks after their own account."""
    pages.add_url_rule("/account", "own_account", _show, methods=["GET"])
    pages.add_url_rule("/account/password", "own_password", _change_password, methods=["POST"])
    pages.add_url_rule("/account/factor/new", "new_factor", _begin_factor, methods=["POST"])
    pages.add_url_rule("/account/factor", "own_factor", _turn_on, methods=["POST"])
    pages.add_url_rule("/account/factor/off", "factor_off", _turn_off, methods=["POST"])
    pages.add_url_rule("/account/codes", "own_codes", _make_codes, methods=["POST"])
    pages.add_url_rule("/account/passkeys", "new_passkey", _add_passkey, methods=["POST"])
    pages.add_url_rule("/account/passkeys/remove", "remove_passkey", _remove_passkey, methods=["POST"])
    pages.add_url_rule("/account/identities/unbind", "unbind_identity", _unbind, methods=["POST"])
    pages.add_url_rule("/account/sessions/end", "end_session", _end_session, methods=["POST"])
    pages.add_url_rule("/account/sessions/end-others", "end_other_sessions", _end_others, methods=["POST"])


def _show() -> Response:
    return require_signed_in() or _page()


def _page(*, trouble: str = "", where: str = "", done: str = "", codes: tuple[str, ...] = (), status: int = 200) -> Response:
    runtime = get_runtime()
    with reading() as session:
        principal = require_principal(session)
        factor = second_factor.get_factor(session, principal.account_id)
        known, elsewhere = passkeys.list_passkeys(session, principal.account_id), list_identities(session, principal.account_id)
        signed_in = second_factor.list_sessions(session, principal.account_id, session_cookie() or "", runtime.clock.now())
    return page(
        "pages/account.html",
        status=status,
        factor=factor,
        signed_in=signed_in,
        passkeys=known,
        elsewhere=elsewhere,
        passkey=offer_to_make(principal.account_id, factor.email, factor.name, [one.credential_id for one in known]),
        trouble=trouble,
        where=where,
        done=done,
        codes=codes,
        least=accounts.MIN_PASSWORD_CHARS,
    )


def _me() -> Principal:
    with reading() as session:
        return require_principal(session)


def _prove(email: str, password: str) -> bool:
    """Whether this is the account's password: asked for again before anything that would lock its owner out, or let somebody in."""
    limits = get_runtime().settings.limits
    throttle("signin", rate=1, per_s=limits.signin_every_s, burst=limits.signin_burst)
    try:
        with get_runtime().turnstile.aside(), reading() as session:
            accounts.check_password(session, email, password)
    except UnauthenticatedError:
        return False
    return True


def _email(account_id: str) -> str:
    with reading() as session:
        return second_factor.get_factor(session, account_id).email


def _change_password() -> Response:
    me = _me()
    form = read_form({"current": _MAX_PASSWORD, "new": _MAX_PASSWORD, "again": _MAX_PASSWORD})
    if not _prove(_email(me.account_id), form["current"]):
        return _page(trouble="The present password is wrong.", where="password", status=422)
    if form["new"] != form["again"]:
        return _page(trouble="The new password was typed in two ways.", where="password", status=422)
    now = get_runtime().clock.now()
    try:
        hashed = accounts.hash_password(form["new"])
    except InvalidError as error:
        return _page(trouble=error.detail, where="password", status=422)
    agent = browser_name(request.headers.get("User-Agent", "")) or None
    with transaction() as session:
        accounts.set_password(session, me.account_id, hashed, me.account_id, now)
        raw = accounts.open_session(session, me.account_id, now, agent=agent)
    response = redirect(url_for("pages.own_account"), 303)
    set_session_cookie(response, raw, max_age_s=int(accounts.SESSION_LENGTH.total_seconds()))  # type: ignore[arg-type]  # werkzeug's is enough
    response.headers["Cache-Control"] = "no-store"
    return response


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(get_runtime().secret, salt="a second factor to be")


def _begin_factor() -> Response:
    me = _me()
    form = read_form({"password": _MAX_PASSWORD})
    email = _email(me.account_id)
    if not _prove(email, form["password"]):
        return _page(trouble="The password is wrong.", where="factor", status=422)
    return _factor_page(_tickets().dumps([me.account_id, new_secret()]), email)


def _factor_page(ticket: str, email: str, trouble: str = "") -> Response:
    _, secret = _tickets().loads(ticket)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    # Made here, from letters and digits of ours and the account's own address, which the code encodes.
    picture = Markup(enrolment_picture(secret, email))  # noqa: S704
    return page("pages/factor.html", status=422 if trouble else 200, ticket=ticket, secret=grouped, picture=picture, trouble=trouble)


def _turn_on() -> Response:
    me = _me()
    form = read_form({"ticket": _MAX_TICKET, "code": _MAX_CODE})
    try:
        account_id, secret = _tickets().loads(form["ticket"], max_age=_TICKET_S)
    except BadData:
        account_id, secret = "", ""
    if account_id != me.account_id:
        return _page(trouble="That took too long. Begin again.", where="factor", status=422)
    runtime = get_runtime()
    now = runtime.clock.now()
    step = matching_step(secret, form["code"], now)
    if step is None:
        return _factor_page(form["ticket"], _email(me.account_id), "This code does not fit. Is the clock of the phone right?")
    codes = new_recovery_codes()
    sealed = seal(runtime.secret, secret, Purpose.SECOND_FACTOR)
    hashes = [recovery_hash(code) for code in codes]
    runtime.in_transaction(lambda session: second_factor.turn_on_factor(session, me.account_id, sealed, step, hashes, now))
    return _page(done="The second factor is on. Keep these codes somewhere safe: they are shown this once.", codes=tuple(codes))


def _turn_off() -> Response:
    me = _me()
    form = read_form({"password": _MAX_PASSWORD})
    if not _prove(_email(me.account_id), form["password"]):
        return _page(trouble="The password is wrong.", where="factor", status=422)
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: second_factor.turn_off_factor(session, me.account_id, me.account_id, now))
    return _page(done="The second factor is off. Your password alone signs you in.")


def _make_codes() -> Response:
    me = _me()
    form = read_form({"code": _MAX_CODE})
    throttle("signin-code", rate=1, per_s=60.0, burst=5, key=me.account_id)
    if not takes_code(me.account_id, form["code"]):
        return _page(trouble="This code does not fit, or was used already.", where="factor", status=422)
    codes = new_recovery_codes()
    hashes = [recovery_hash(code) for code in codes]
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: second_factor.renew_recovery_codes(session, me.account_id, hashes, now))
    return _page(done="These codes hold now, and none from before. They are shown this once.", codes=tuple(codes))


def _add_passkey() -> Response:
    me = _me()
    form = read_form({"password": _MAX_PASSWORD, "name": _MAX_NAME, "ticket": _MAX_TICKET, "credential": MAX_CREDENTIAL})
    if not _prove(_email(me.account_id), form["password"]):
        return _page(trouble="The password is wrong.", where="passkeys", status=422)
    made = made_passkey(me.account_id, form["ticket"], form["credential"])
    if made is None:
        return _page(trouble="The browser has not made a passkey. Try again.", where="passkeys", status=422)
    name = " ".join(form["name"].split()) or browser_name(request.headers.get("User-Agent", "")) or "Passkey"
    new = passkeys.PasskeyToAdd(me.account_id, name, made.credential_id, made.public_key, made.sign_count)
    runtime = get_runtime()
    now = runtime.clock.now()
    try:
        runtime.in_transaction(lambda session: passkeys.add_passkey(session, new, now))
    except ConflictError as error:
        return _page(trouble=error.detail, where="passkeys", status=409)
    return _page(done=f"The passkey “{name}” signs you in from now on, without password and code.")


def _remove_passkey() -> Response:
    me = _me()
    form = read_form({"id": 36})
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: passkeys.remove_passkey(session, me.account_id, form["id"], now))
    return redirect(url_for("pages.own_account"), 303)


def _unbind() -> Response:
    me = _me()
    form = read_form({"issuer": 500})
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: unbind_identity(session, me.account_id, form["issuer"], now))
    return redirect(url_for("pages.own_account"), 303)


def _end_session() -> Response:
    me = _me()
    form = read_form({"id": 36})
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: second_factor.end_session(session, me.account_id, form["id"], now))
    return redirect(url_for("pages.own_account"), 303)


def _end_others() -> Response:
    me = _me()
    read_form({})
    runtime = get_runtime()
    now = runtime.clock.now()
    raw = session_cookie() or ""
    runtime.in_transaction(lambda session: second_factor.end_other_sessions(session, me.account_id, raw, now))
    return redirect(url_for("pages.own_account"), 303)
