"""`commentsvc coral`: what became of comments that were routed for Coral."""

from datetime import UTC, datetime, timedelta

import click

from commentsvc.cli.installation import Installation, pass_installation


@click.group()
def coral() -> None:
    """See what Coral's moderators made of comments that were routed here."""


@coral.command()
@click.option("--site", "site_key", required=True, help="The key of the site whose policy routes them.")
@click.option("--key", "source", default="coral", show_default=True, help="The name of the key with which that Coral sends decisions.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="Texts of so many days.")
@pass_installation
def report(installation: Installation, site_key: str, source: str, days: int) -> None:
    """Tell for each route how many texts there were, and what moderators decided about them."""
    from commentsvc.domain.intervals import clopper_pearson
    from commentsvc.store.queries.phases import count_phase
    from commentsvc.store.queries.sites import get_site

    with installation.database() as db, db.reading() as session:
        lines = count_phase(session, get_site(session, site_key).id, source, datetime.now(UTC) - timedelta(days=days))
    for line in lines:
        decided = line.approved + line.rejected
        share = clopper_pearson(line.rejected, decided, 0.95)
        told = f"rejected {share.value:6.1%} ({share.low:.1%} to {share.high:.1%})" if decided else "nothing decided"
        click.echo(f"{line.route.value:8} {line.texts:>9,} texts  {line.approved:>7,} approved  {line.rejected:>7,} rejected  {told}")
