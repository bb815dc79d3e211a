"""`commentsvc statements`: statements of reasons for the EU's DSA Transparency Database, and the yearly report."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from commentsvc.cli.failures import Misuse
from commentsvc.cli.installation import Installation, pass_installation

_DAY = click.DateTime(["%Y-%m-%d"])
_SITE = click.option("--site", "site_key", required=True, help="The site's key.")
_IN_ONE = 100
"""Statements that the database takes in one request."""


@click.group()
def statements() -> None:
    """Make, see, write out and send statements of reasons, and write the yearly transparency report."""


@statements.command()
@pass_installation
def collect(installation: Installation) -> None:
    """Make the statements that are due on every site now. A worker does it every hour."""
    from commentsvc.worker.statements import collect_all, plan_of

    with installation.runtime() as runtime:
        if plan_of(runtime.settings) is None:
            raise Misuse("Statements are not turned on: set statements.terms_url to the address of your rules.")
        click.echo(f"{collect_all(runtime):,} statements are made.")


@statements.command()
@_SITE
@pass_installation
def status(installation: Installation, site_key: str) -> None:
    """Count a site's statements by what became of them, and show the latest that were not taken."""
    from commentsvc.store.queries.restrictions import count_statements, list_statements
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.reading() as session:
        site = get_site(session, site_key)
        counts = count_statements(session, site.id)
        lines = [line for line in list_statements(session, site.id, limit=1000) if line.last_error or line.state in {"refused", "given_up"}]
    for name, count in sorted(counts.items()):
        click.echo(f"{name.replace('_', ' '):10} {count:>9,}")
    for line in lines[:20]:
        click.echo(f"{line.id} {line.state}: {line.last_status or ''} {line.last_error or ''}".rstrip())


@statements.command()
@_SITE
@click.option("--since", type=_DAY, help="Only restrictions from this day (UTC) on.")
@click.option("--until", type=_DAY, help="Only restrictions before this day (UTC).")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write; '-' is the terminal.")
@pass_installation
def export(installation: Installation, site_key: str, since: datetime | None, until: datetime | None, out: Path) -> None:
    """Write statements out, those that fit the database's rules: each line is a request body with up to 100 of them."""
    from commentsvc.store.queries.restrictions import list_statements
    from commentsvc.store.queries.sites import get_site

    bounds = {"since": since and since.replace(tzinfo=UTC), "until": until and until.replace(tzinfo=UTC)}
    written, before = 0, None
    with installation.database() as db, db.reading() as session, click.open_file(str(out), "w", encoding="utf-8") as file:
        site = get_site(session, site_key)
        while page := list_statements(session, site.id, **bounds, before=before, limit=_IN_ONE):
            before = page[-1].id
            fitting = [line.document for line in page if line.state != "refused"]
            if fitting:
                file.write(json.dumps({"statements": fitting}, ensure_ascii=False) + "\n")
            written += len(fitting)
    if str(out) != "-":
        click.echo(f"{written:,} statements are in {out}.")


@statements.command()
@_SITE
@pass_installation
def send(installation: Installation, site_key: str) -> None:
    """Let statements that were only kept, or given up, be sent by the worker. Refused ones stay."""
    from commentsvc.services.statements import send_again
    from commentsvc.store.queries.sites import get_site

    settings = installation.settings()
    if not settings.statements.api_url:
        raise Misuse("There is no address to send them to: set statements.api_url and statements.token_file.")
    with installation.database() as db, db.transaction() as session:
        count = send_again(session, get_site(session, site_key).id, datetime.now(UTC))
    click.echo(f"{count:,} statements are on their way.")


@statements.command()
@_SITE
@click.option("--year", required=True, type=click.IntRange(2000, 2100), help="The calendar year, in UTC.")
@click.option("--format", "kind", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write; '-' is the terminal.")
@pass_installation
def report(installation: Installation, site_key: str, year: int, kind: str, out: Path) -> None:
    """Write a site's transparency report of a year (Articles 15 and 24 DSA)."""
    from commentsvc.store.queries.sites import get_site
    from commentsvc.store.queries.transparency import report_year
    from commentsvc.transfer.transparency_files import as_csv, as_document

    with installation.database() as db, db.reading() as session:
        site = get_site(session, site_key)
        found = report_year(session, site.id, year)
    text = as_csv(found) if kind == "csv" else json.dumps({"site": site.key, **as_document(found)}, indent=1) + "\n"
    with click.open_file(str(out), "w", encoding="utf-8") as file:
        file.write(text)
    if str(out) != "-":
        click.echo(f"The report of {year} is in {out}.")
