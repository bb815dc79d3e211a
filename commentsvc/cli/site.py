"""`commentsvc site`: sites."""

import json
import secrets
from pathlib import Path

import click

from commentsvc.cli.installation import Installation, pass_installation
from commentsvc.cli.policy_files import read_policy_file
from commentsvc.cli.watching import watch
from commentsvc.settings import default_policy


@click.group()
def site() -> None:
    """Make and list sites."""


@site.command()
@click.argument("key")
@click.option("--name", help="What people call it; the key when left out.")
@click.option("--language", default="en", show_default=True, help="The language of its comments (ISO 639-1).")
@click.option("--origin", "origins", multiple=True, help="An origin of its pages, such as https://www.example.org; may be repeated.")
@click.option("--guests/--no-guests", default=True, show_default=True, help="Whether readers may comment without signing in.")
@click.option("--policy", "policy_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Its first policy (JSON).")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@pass_installation
def create(  # noqa: PLR0913 - one for each option
    installation: Installation,
    key: str,
    name: str | None,
    language: str,
    origins: tuple[str, ...],
    policy_file: Path | None,
    *,
    guests: bool,
    as_json: bool,
) -> None:
    """Make a site with its first policy, and show the secret with which it signs its readers' tokens (HS256): it is shown only now."""
    from datetime import UTC, datetime

    from commentsvc.services.sites import NewSite, create_site

    policy = read_policy_file(policy_file) if policy_file else default_policy()
    secret = secrets.token_urlsafe(48)
    new = NewSite(key, name or key, language, origins, guests, jwt_secret=secret)
    with installation.database() as db, db.transaction() as session:
        create_site(session, new, policy, None, datetime.now(UTC))
    if as_json:
        click.echo(json.dumps({"site": key, "jwt_secret": secret}))
    else:
        click.echo(f"Site {key} is made. Secret for its readers' tokens: {secret}")


site.add_command(watch)


@site.command("list")
@pass_installation
def list_all(installation: Installation) -> None:
    """List the sites: key, name, language, guests."""
    from commentsvc.store.queries.sites import list_sites

    with installation.database() as db, db.reading() as session:
        for one in list_sites(session):
            guests = "guests" if one.limits.guests_allowed else "signed-in readers only"
            click.echo(f"{one.key:24} {one.name:32} {one.language:4} {guests}")
