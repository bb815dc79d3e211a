"""`commentsvc account`: moderators and admins."""

import secrets
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from commentsvc.cli.failures import Trouble
from commentsvc.cli.installation import Installation, pass_installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

email_argument = click.argument("email")
site_option = click.option("--site", "site_key", help="The site of the role; every site when left out.")
stdin_option = click.option("--password-stdin", "from_stdin", is_flag=True, help="Read the password from standard input; else one is made.")


@click.group()
def account() -> None:
    """Make, change and close accounts of moderators and admins."""


def _find(session: "Session", email: str) -> str:
    from commentsvc.services.accounts import find_account_id

    found = find_account_id(session, email)
    if found is None:
        raise Trouble("There is no account with this address.")
    return found


def _site_id(session: "Session", site_key: str | None) -> str:
    from commentsvc.domain.principals import ALL_SITES
    from commentsvc.store.queries.sites import get_site

    return get_site(session, site_key).id if site_key else ALL_SITES


def _password(*, from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else secrets.token_urlsafe(15)


def _tell_password(password: str, *, from_stdin: bool) -> None:
    if not from_stdin:
        click.echo(f"Password: {password}")


@account.command()
@email_argument
@click.option("--name", help="What colleagues see; the part before the @ when left out.")
@click.option("--role", type=click.Choice(["moderator", "admin"]), help="A first role.")
@site_option
@stdin_option
@pass_installation
def create(installation: Installation, email: str, name: str | None, role: str | None, site_key: str | None, *, from_stdin: bool) -> None:
    """Make an account. Without --password-stdin a password is made and shown once."""
    from commentsvc.domain.principals import Role
    from commentsvc.services.accounts import create_account, hash_password, set_role

    password, now = _password(from_stdin=from_stdin), datetime.now(UTC)
    hashed = hash_password(password)
    with installation.database() as db, db.transaction() as session:
        site_id = _site_id(session, site_key)
        made = create_account(session, email, name or email.partition("@")[0], hashed, None, now)
        if role:
            set_role(session, made, site_id, Role(role), None, now)
    click.echo(f"Account {email} is made.")
    _tell_password(password, from_stdin=from_stdin)


@account.command()
@email_argument
@stdin_option
@pass_installation
def password(installation: Installation, email: str, *, from_stdin: bool) -> None:
    """Give an account another password and end its sessions."""
    from commentsvc.services.accounts import hash_password, set_password

    new = _password(from_stdin=from_stdin)
    hashed = hash_password(new)
    with installation.database() as db, db.transaction() as session:
        set_password(session, _find(session, email), hashed, None, datetime.now(UTC))
    click.echo("The password is changed; its sessions have ended.")
    _tell_password(new, from_stdin=from_stdin)


@account.command()
@email_argument
@click.argument("role", type=click.Choice(["moderator", "admin", "none"]))
@site_option
@pass_installation
def role(installation: Installation, email: str, role: str, site_key: str | None) -> None:
    """Give an account a role, or take it away (`none`)."""
    from commentsvc.domain.principals import Role
    from commentsvc.services.accounts import set_role

    with installation.database() as db, db.transaction() as session:
        given = None if role == "none" else Role(role)
        set_role(session, _find(session, email), _site_id(session, site_key), given, None, datetime.now(UTC))
    click.echo(f"{email}: {role} on {site_key or 'every site'}.")


@account.command()
@email_argument
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), help="How long it holds; for ever when left out.")
@pass_installation
def token(installation: Installation, email: str, name: str, days: int | None) -> None:
    """Make an API token for an account, and show it: it cannot be read again."""
    from commentsvc.services.accounts import create_token

    now = datetime.now(UTC)
    expires_at = now + timedelta(days=days) if days else None
    with installation.database() as db, db.transaction() as session:
        _, made = create_token(session, _find(session, email), name, None, now, expires_at=expires_at)
    click.echo(made)


@account.command("factor-off")
@email_argument
@pass_installation
def factor_off(installation: Installation, email: str) -> None:
    """Turn an account's second factor off: its phone is lost, and no recovery code is left."""
    from commentsvc.services.second_factor import turn_off_factor

    with installation.database() as db, db.transaction() as session:
        turn_off_factor(session, _find(session, email), None, datetime.now(UTC))
    click.echo(f"{email} signs in with the password alone.")


@account.command("list")
@pass_installation
def list_all(installation: Installation) -> None:
    """List the accounts with their roles."""
    from commentsvc.services.accounts import list_accounts
    from commentsvc.store.queries.sites import list_sites

    with installation.database() as db, db.reading() as session:
        keys = {site.id: site.key for site in list_sites(session)}
        for one in list_accounts(session):
            roles = ", ".join(f"{held.value} on {keys.get(site_id, 'every site')}" for site_id, held in one.roles.items())
            click.echo(f"{one.email:40} {one.name:24} {'open' if one.is_active else 'closed':7} {roles or 'no role'}")


@account.command()
@email_argument
@pass_installation
def close(installation: Installation, email: str) -> None:
    """Close an account: its sessions end and its tokens are revoked at once. What it decided stays."""
    from commentsvc.services.accounts import set_active

    with installation.database() as db, db.transaction() as session:
        set_active(session, _find(session, email), None, datetime.now(UTC), is_active=False)
    click.echo(f"{email} is closed.")
