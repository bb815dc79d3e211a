"""Accounts, passwords, sessions and tokens."""

from datetime import timedelta
from functools import partial
from typing import Literal

import pytest
from argon2 import PasswordHasher

from commentsvc.domain.errors import ConflictError, InvalidError, NotFoundError, UnauthenticatedError
from commentsvc.domain.principals import ALL_SITES, Role, Via
from commentsvc.services import accounts
from commentsvc.services.accounts import (
    SESSION_LENGTH,
    authenticate_session,
    authenticate_token,
    check_password,
    close_session,
    create_account,
    create_token,
    find_account_id,
    hash_password,
    list_accounts,
    list_tokens,
    open_session,
    revoke_token,
    set_active,
    set_password,
    set_role,
)
from commentsvc.store import models
from tests.support.world import World

PASSWORD = "correct horse battery"


class CountingHasher(PasswordHasher):
    """Counts how often a hash is computed for a check: that is what takes the time."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - its name there
        self.checked += 1
        return super().verify(hash, password)


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> CountingHasher:
    """A cheap one, so that tests do not spend their time on hashing."""
    hasher = CountingHasher()
    monkeypatch.setattr(accounts, "_HASHER", hasher)
    accounts._nobodys_hash.cache_clear()
    return hasher


@pytest.fixture
def account(world: World, hasher: CountingHasher) -> str:
    return world.do(lambda session: create_account(session, " Mo@Example.org ", "Mo", hash_password(PASSWORD), None, world.now))


def may_sign_in(world: World, email: str, password: str) -> str | None:
    with world.db.reading() as session:
        try:
            return check_password(session, email, password)
        except UnauthenticatedError as refused:
            return None if refused.detail == "The address or the password is wrong." else refused.detail


def test_the_address_is_found_in_any_capitals(world: World, account):
    assert world.row(models.Account).email == "mo@example.org"
    assert may_sign_in(world, "MO@example.ORG", PASSWORD) == account
    with world.db.reading() as session:
        assert find_account_id(session, "Mo@example.org ") == account
    with pytest.raises(ConflictError):
        world.do(lambda session: create_account(session, "mo@EXAMPLE.org", "Other", None, None, world.now))


def test_the_password_is_kept_as_argon2id_only(world: World, account):
    kept = world.row(models.Account).password_hash
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in str(world.snapshot())


@pytest.mark.parametrize("case", ["unknown", "wrong", "closed", "no password"])
def test_a_refused_sign_in_costs_the_same_whatever_the_reason(world: World, account, hasher: CountingHasher, case):
    email, password = "mo@example.org", PASSWORD
    if case == "unknown":
        email = "nobody@example.org"
    elif case == "wrong":
        password = "correct horse buttery"
    elif case == "closed":
        world.do(lambda session: set_active(session, account, account, world.now, is_active=False))
    else:
        email = "mia@example.org"
        world.do(lambda session: create_account(session, email, "Mia", None, None, world.now))
    hasher.checked = 0
    assert may_sign_in(world, email, password) is None
    assert hasher.checked == 1


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 1001])
def test_a_weak_password_is_refused(world: World, account, password):
    with pytest.raises(InvalidError):
        hash_password(password)
    assert len(world.rows(models.Account)) == 1
    assert may_sign_in(world, "mo@example.org", PASSWORD) == account


def test_another_password_ends_the_sessions(world: World, account):
    secret = world.do(lambda session: open_session(session, account, world.now))
    world.do(lambda session: set_password(session, account, hash_password(PASSWORD + "!"), None, world.now))
    with world.db.reading() as session:
        assert authenticate_session(session, secret, now=world.now) is None
    assert may_sign_in(world, "mo@example.org", PASSWORD) is None
    assert may_sign_in(world, "mo@example.org", PASSWORD + "!") == account


def test_a_session_lasts_its_time_and_ends_at_sign_out(world: World, account):
    first, second = (world.do(lambda session: open_session(session, account, world.now)) for _ in range(2))
    assert first != second
    assert first not in str(world.snapshot())
    world.do(lambda session: close_session(session, first))
    with world.db.reading() as session:
        assert authenticate_session(session, first, now=world.now) is None
        principal = authenticate_session(session, second, now=world.now + SESSION_LENGTH - timedelta(microseconds=1))
        assert principal is not None
        assert (principal.account_id, principal.via) == (account, Via.SESSION)
        assert authenticate_session(session, second, now=world.now + SESSION_LENGTH) is None


def test_a_token_holds_until_it_ends_or_is_revoked(world: World, account):
    until = world.now + timedelta(days=1)
    token_id, token = world.do(lambda session: create_token(session, account, "scripts", account, world.now, expires_at=until))
    _, lasting = world.do(lambda session: create_token(session, account, "more", account, world.now))
    assert token not in str(world.snapshot())
    with world.db.reading() as session:
        principal = authenticate_token(session, token, now=until - timedelta(microseconds=1))
        assert principal is not None
        assert (principal.account_id, principal.via) == (account, Via.TOKEN)
        assert authenticate_token(session, token, now=until) is None
        assert authenticate_token(session, lasting, now=until) is not None
        assert authenticate_token(session, token.removeprefix("csv_"), now=world.now) is None
        assert authenticate_token(session, "csv_nonsense", now=world.now) is None
    world.do(lambda session: revoke_token(session, token_id, account, world.now))
    before = world.snapshot()
    world.do(lambda session: revoke_token(session, token_id, account, world.now))
    assert world.snapshot() == before
    with world.db.reading() as session:
        assert authenticate_token(session, token, now=world.now) is None
        assert [(line.name, line.revoked_at) for line in list_tokens(session, account)] == [("more", None), ("scripts", world.now)]
    with pytest.raises(NotFoundError):
        world.do(lambda session: revoke_token(session, "no token", account, world.now))


def test_closing_an_account_ends_everything_it_holds(world: World, account):
    secret = world.do(lambda session: open_session(session, account, world.now))
    _, token = world.do(lambda session: create_token(session, account, "scripts", account, world.now))
    for is_active in (False, True):
        world.do(partial(set_active, account_id=account, by=account, now=world.now, is_active=is_active))
        with world.db.reading() as session:
            assert authenticate_session(session, secret, now=world.now) is None
            assert authenticate_token(session, token, now=world.now) is None
    assert may_sign_in(world, "mo@example.org", PASSWORD) == account


def test_roles_are_given_and_taken_and_take_effect_at_once(world: World, account):
    site_id = world.site.id
    _, token = world.do(lambda session: create_token(session, account, "scripts", account, world.now))

    def roles() -> dict[str, Role]:
        with world.db.reading() as session:
            principal = authenticate_token(session, token, now=world.now)
            assert principal is not None
            (state,) = [state for state in list_accounts(session) if state.id == account]
            assert state.roles == dict(principal.roles)
            return state.roles

    assert roles() == {}
    for site, role in ((site_id, Role.MODERATOR), (site_id, Role.ADMIN), (ALL_SITES, Role.MODERATOR)):
        world.do(partial(set_role, account_id=account, site_id=site, role=role, by=None, now=world.now))
    assert roles() == {site_id: Role.ADMIN, ALL_SITES: Role.MODERATOR}
    world.do(lambda session: set_role(session, account, ALL_SITES, None, None, world.now))
    assert roles() == {site_id: Role.ADMIN}
    with pytest.raises(NotFoundError):
        world.do(lambda session: set_role(session, "nobody", site_id, Role.ADMIN, None, world.now))


def test_what_is_done_to_accounts_is_audited(world: World, account):
    world.do(lambda session: open_session(session, account, world.now))
    world.do(lambda session: create_token(session, account, "scripts", account, world.now))
    world.do(lambda session: set_role(session, account, ALL_SITES, Role.ADMIN, account, world.now))
    entries = world.rows(models.AuditEntry, chain="installation")
    assert [entry.action for entry in entries] == ["account_created", "signed_in", "token_created", "role_set"]
    assert {entry.subject for entry in entries} == {f"account:{account}"}
    assert [entry.actor for entry in entries] == ["system", *[f"account:{account}"] * 3]
