"""Accounts, their roles and their tokens."""

import secrets

from flask import Blueprint, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commentsvc.domain.errors import ConflictError, DomainError, FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.services import accounts
from commentsvc.services.second_factor import turn_off_factor
from commentsvc.store.queries.sites import list_sites
from commentsvc.web.admin.gate import back_to, require_installation_admin
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.forms import read_form
from commentsvc.web.pages.render import page


def add_people(admin: Blueprint) -> None:
    """Serve the pages of accounts."""
    admin.add_url_rule("/accounts", "accounts", _accounts, methods=["GET"])
    admin.add_url_rule("/accounts", "create_account", _create, methods=["POST"])
    admin.add_url_rule("/accounts/<account_id>", "account", _account, methods=["GET"])
    admin.add_url_rule("/accounts/<account_id>/role", "set_role", _set_role, methods=["POST"])
    admin.add_url_rule("/accounts/<account_id>/active", "set_active", _set_active, methods=["POST"])
    admin.add_url_rule("/accounts/<account_id>/password", "new_password", _new_password, methods=["POST"])
    admin.add_url_rule("/accounts/<account_id>/factor/off", "factor_off", _factor_off, methods=["POST"])
    admin.add_url_rule("/accounts/<account_id>/tokens", "create_token", _create_token, methods=["POST"])
    admin.add_url_rule("/accounts/<account_id>/tokens/<token_id>/revoke", "revoke_token", _revoke_token, methods=["POST"])


def _accounts() -> Response:
    return _show_accounts()


def _show_accounts(trouble: DomainError | None = None) -> Response:
    with reading() as session:
        require_installation_admin(session)
        listed = accounts.list_accounts(session)
        sites = {site.id: site for site in list_sites(session)}
    status = 200 if trouble is None else 409 if isinstance(trouble, ConflictError) else 422
    return page("admin/accounts.html", status=status, accounts=listed, sites=sites, trouble=trouble, everywhere=ALL_SITES)


def _find(session: Session, account_id: str) -> accounts.AccountState:
    found = next((account for account in accounts.list_accounts(session) if account.id == account_id), None)
    if found is None:
        raise NotFoundError("There is no such account.")
    return found


def _account(account_id: str) -> Response:
    return _show_account(account_id)


def _show_account(account_id: str, *, secret: str = "", secret_kind: str = "", trouble: str = "") -> Response:
    with reading() as session:
        principal = require_installation_admin(session)
        account = _find(session, account_id)
        tokens = accounts.list_tokens(session, account_id)
        sites = list_sites(session)
    return page(
        "admin/account.html",
        status=422 if trouble else 200,
        account=account,
        tokens=tokens,
        sites=sites,
        site_names={ALL_SITES: "Every site", **{site.id: site.name for site in sites}},
        secret=secret,
        secret_kind=secret_kind,
        trouble=trouble,
        is_me=account.id == principal.account_id,
        roles=list(Role),
        everywhere=ALL_SITES,
        now=get_runtime().clock.now(),
    )


def _new_secret() -> str:
    return secrets.token_urlsafe(12)


def _create() -> Response:
    with reading() as session:
        principal = require_installation_admin(session)
    form = read_form({"email": 254, "name": 100})
    email, name = form["email"].strip(), form["name"].strip()
    if "@" not in email[1:-1] or not name:
        return _show_accounts(
            InvalidError("An account needs an e-mail address and a name.", fields=(FieldProblem("/email", "Does not fit."),))
        )
    password = _new_secret()
    hashed = accounts.hash_password(password)
    runtime = get_runtime()
    now = runtime.clock.now()
    try:
        made = runtime.in_transaction(lambda session: accounts.create_account(session, email, name, hashed, principal.account_id, now))
    except (ConflictError, InvalidError) as error:
        return _show_accounts(error)
    # Shown on the answer itself and nowhere else: an address would be kept in the browser's history.
    return _show_account(made, secret=password, secret_kind="password")  # noqa: S106 - the kind of secret


def _set_role(account_id: str) -> Response:
    with reading() as session:
        principal = require_installation_admin(session)
        sites = {site.id for site in list_sites(session)} | {ALL_SITES}
    form = read_form({"site": 36, "role": 12})
    if form["site"] not in sites:
        raise InvalidError("There is no such site.", fields=(FieldProblem("/site", "Is not one of the list."),))
    role = Role(form["role"]) if form["role"] in set(Role) else None
    if account_id == principal.account_id and form["site"] == ALL_SITES and role is not Role.ADMIN:
        return _show_account(account_id, trouble="You cannot take your own role as admin away. Ask another admin.")
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: accounts.set_role(session, account_id, form["site"], role, principal.account_id, now))
    return back_to(url_for("admin.account", account_id=account_id))


def _set_active(account_id: str) -> Response:
    with reading() as session:
        principal = require_installation_admin(session)
    form = read_form({"active": 3})
    if account_id == principal.account_id:
        return _show_account(account_id, trouble="You cannot close your own account. Ask another admin.")
    runtime = get_runtime()
    now = runtime.clock.now()
    is_active = form["active"] == "yes"
    runtime.in_transaction(lambda session: accounts.set_active(session, account_id, principal.account_id, now, is_active=is_active))
    return back_to(url_for("admin.account", account_id=account_id))


def _new_password(account_id: str) -> Response:
    with reading() as session:
        principal = require_installation_admin(session)
    read_form({})
    password = _new_secret()
    runtime = get_runtime()
    now = runtime.clock.now()
    if account_id == principal.account_id:
        return _show_account(
            account_id, trouble="A new password ends every session, yours too. Ask another admin, or use the command line."
        )
    hashed = accounts.hash_password(password)
    runtime.in_transaction(lambda session: accounts.set_password(session, account_id, hashed, principal.account_id, now))
    return _show_account(account_id, secret=password, secret_kind="password")  # noqa: S106 - the kind of secret


def _factor_off(account_id: str) -> Response:
    with reading() as session:
        principal = require_installation_admin(session)
    read_form({})
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: turn_off_factor(session, account_id, principal.account_id, now))
    return back_to(url_for("admin.account", account_id=account_id))


def _create_token(account_id: str) -> Response:
    with reading() as session:
        principal = require_installation_admin(session)
        _find(session, account_id)
    form = read_form({"name": 100})
    if not form["name"].strip():
        return _show_account(account_id, trouble="Give the token a name that says what uses it.")
    runtime = get_runtime()
    now = runtime.clock.now()
    name = form["name"].strip()
    _, token = runtime.in_transaction(lambda session: accounts.create_token(session, account_id, name, principal.account_id, now))
    return _show_account(account_id, secret=token, secret_kind="token")  # noqa: S106 - the kind of secret


def _revoke_token(account_id: str, token_id: str) -> Response:
    with reading() as session:
        principal = require_installation_admin(session)
        if token_id not in {token.id for token in accounts.list_tokens(session, account_id)}:
            raise NotFoundError("There is no such token.")
    read_form({})
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: accounts.revoke_token(session, token_id, principal.account_id, now))
    return back_to(url_for("admin.account", account_id=account_id))
