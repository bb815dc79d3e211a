"""Accounts, their roles and their tokens."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from commentsvc.domain.errors import ConflictError, FieldProblem, InvalidError, NotFoundError
from commentsvc.domain.principals import ALL_SITES, Role
from commentsvc.services.accounts import (
    AccountState,
    create_account,
    create_token,
    hash_password,
    list_accounts,
    list_tokens,
    revoke_token,
    set_active,
    set_role,
)
from commentsvc.store.queries.sites import get_site, list_sites
from commentsvc.web.api.access import admin_of_all, scope_of, site_for
from commentsvc.web.api.schemas.admin import (
    AccountSchema,
    AccountsSchema,
    NewAccount,
    NewAccountSchema,
    NewToken,
    NewTokenOutSchema,
    NewTokenSchema,
    RoleSchema,
    RoleWish,
    TokensQuerySchema,
    TokensSchema,
)
from commentsvc.web.auth import require_principal
from commentsvc.web.context import get_runtime, reading
from commentsvc.web.smorest import ACCOUNT, API_PREFIX, CommentBlueprint

blp = CommentBlueprint("accounts", "accounts", url_prefix=f"{API_PREFIX}/admin", description="Accounts, their roles and their tokens.")


@blp.route("/accounts", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.response(200, AccountsSchema)
def show_accounts() -> dict[str, Any]:
    """List accounts: all for admins of every site; for others those with a role on their sites, with no other role shown."""
    with reading() as session:
        return {"items": _visible(session), "next": None}


@blp.route("/accounts", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(NewAccountSchema)
@blp.response(201, AccountSchema)
def make_account(wish: NewAccount) -> dict[str, Any]:
    """Make an account, with roles to begin with. For admins of every site."""
    with reading() as session:
        by = admin_of_all(session).account_id
        site_ids = {role.site: _site_id(session, role.site, f"/roles/{place}/site") for place, role in enumerate(wish.roles)}
    hashed = hash_password(wish.password) if wish.password is not None else None
    runtime = get_runtime()
    now = runtime.clock.now()

    def work(session: Session) -> str:
        account_id = create_account(session, wish.email, wish.name, hashed, by, now)
        for role in wish.roles:
            set_role(session, account_id, site_ids[role.site], role.role, by, now)
        return account_id

    return _show(runtime.in_transaction(work))


@blp.route("/accounts/<account_id>/roles", methods=["PUT"])
@blp.doc(security=ACCOUNT)
@blp.arguments(RoleSchema)
@blp.response(200, AccountSchema)
def put_role(wish: RoleWish, account_id: str) -> dict[str, Any]:
    """Give an account a role on a site, or take it away with null. It holds from the account's next request on.

    Admins of a site may do so there for accounts that have a role there; admins of every site, everywhere and for everybody.
    """
    with reading() as session:
        if wish.site == ALL_SITES:
            principal, site_id = admin_of_all(session), ALL_SITES
        else:
            site, principal = site_for(session, wish.site, Role.ADMIN)
            site_id = site.id
        if account_id not in {account["id"] for account in _visible(session)}:
            raise NotFoundError("There is no such account.")
    if account_id == principal.account_id and site_id == ALL_SITES and wish.role is not Role.ADMIN:
        raise ConflictError("You cannot take from yourself what you need to give it back. Let another admin do it.")
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: set_role(session, account_id, site_id, wish.role, principal.account_id, now))
    return _show(account_id)


@blp.route("/accounts/<account_id>:close", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, AccountSchema)
def close_account(account_id: str) -> dict[str, Any]:
    """Close an account: its sessions end and its tokens are revoked at once. For admins of every site."""
    return _set_active(account_id, is_active=False)


@blp.route("/accounts/<account_id>:open", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.response(200, AccountSchema)
def open_account(account_id: str) -> dict[str, Any]:
    """Open a closed account again. Its old tokens stay revoked. For admins of every site."""
    return _set_active(account_id, is_active=True)


@blp.route("/tokens", methods=["GET"])
@blp.doc(security=ACCOUNT)
@blp.arguments(TokensQuerySchema, location="query")
@blp.response(200, TokensSchema)
def show_tokens(query: Mapping[str, str | None]) -> dict[str, Any]:
    """List one's own tokens; admins of every site may ask for another account's."""
    with reading() as session:
        return {"items": list_tokens(session, _token_owner(session, query["account"])), "next": None}


@blp.route("/tokens", methods=["POST"])
@blp.doc(security=ACCOUNT)
@blp.arguments(NewTokenSchema)
@blp.response(201, NewTokenOutSchema)
def make_token(wish: NewToken) -> dict[str, str]:
    """Make a token for oneself; admins of every site may make one for another account. It is shown this once."""
    runtime = get_runtime()
    now = runtime.clock.now()
    if wish.expires_at is not None and wish.expires_at <= now:
        problem = FieldProblem("/expires_at", "Must be a time in the future.")
        raise InvalidError("Some values do not fit.", fields=(problem,))
    with reading() as session:
        by = require_principal(session).account_id
        account_id = _token_owner(session, wish.account)
    token_id, token = runtime.in_transaction(
        lambda session: create_token(session, account_id, wish.name, by, now, expires_at=wish.expires_at)
    )
    return {"id": token_id, "token": token}


@blp.route("/tokens/<token_id>", methods=["DELETE"])
@blp.doc(security=ACCOUNT)
@blp.response(204)
def delete_token(token_id: str) -> None:
    """Revoke one's own token, or as an admin of every site anybody's. It is dead at once."""
    with reading() as session:
        principal = require_principal(session)
        is_own = token_id in {token.id for token in list_tokens(session, principal.account_id)}
    if not is_own and principal.role_on(ALL_SITES) is not Role.ADMIN:
        raise NotFoundError("There is no such token.")
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: revoke_token(session, token_id, principal.account_id, now))


def _token_owner(session: Session, account_id: str | None) -> str:
    principal = require_principal(session)
    if account_id is None or account_id == principal.account_id:
        return principal.account_id
    admin_of_all(session)
    if account_id not in {account.id for account in list_accounts(session)}:
        raise NotFoundError("There is no such account.")
    return account_id


def _set_active(account_id: str, *, is_active: bool) -> dict[str, Any]:
    with reading() as session:
        principal = admin_of_all(session)
    if account_id == principal.account_id and not is_active:
        raise ConflictError("You cannot close your own account. Let another admin do it.")
    runtime = get_runtime()
    now = runtime.clock.now()
    runtime.in_transaction(lambda session: set_active(session, account_id, principal.account_id, now, is_active=is_active))
    return _show(account_id)


def _site_id(session: Session, key: str, pointer: str) -> str:
    if key == ALL_SITES:
        return ALL_SITES
    try:
        return get_site(session, key).id
    except NotFoundError:
        problem = FieldProblem(pointer, "There is no such site.")
        raise InvalidError("Some values do not fit.", fields=(problem,)) from None


def _show(account_id: str) -> dict[str, Any]:
    with reading() as session:
        found = next((account for account in _visible(session) if account["id"] == account_id), None)
        if found is None:
            # Seen a moment ago, when it still had a role on the caller's site.
            account = next((one for one in list_accounts(session) if one.id == account_id), None)
            if account is None:
                raise NotFoundError("There is no such account.")
            return _account(account, {})
    return found


def _visible(session: Session) -> list[dict[str, Any]]:
    scope = scope_of(session, Role.ADMIN)
    keys = {site.id: site.key for site in (list_sites(session) if scope.limit is None else scope.sites.values())}
    if scope.limit is None:
        keys[ALL_SITES] = ALL_SITES
        return [_account(account, keys) for account in list_accounts(session)]
    return [_account(account, keys) for account in list_accounts(session) if not account.roles.keys().isdisjoint(scope.limit)]


def _account(account: AccountState, keys: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "is_active": account.is_active,
        "roles": {keys[site_id]: role.value for site_id, role in account.roles.items() if site_id in keys},
        "created_at": account.created_at,
    }
