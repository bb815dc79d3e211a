"""`commentsvc queue`: what waits, for moderators and for workers."""

from datetime import UTC, datetime

import click

from commentsvc.cli.installation import Installation, pass_installation


@click.group()
def queue() -> None:
    """See what waits."""


@queue.command()
@pass_installation
def status(installation: Installation) -> None:
    """Show what waits for moderators on each site, and for workers."""
    from commentsvc.services.jobs import count_jobs, oldest_waiting_at
    from commentsvc.store.queries.queue import count_queues
    from commentsvc.store.queries.sites import list_sites

    with installation.database() as db, db.reading() as session:
        for site in list_sites(session):
            counts = count_queues(session, [site.id]).counts
            click.echo(
                f"{site.key}: " + (", ".join(f"{name.value} {count:,}" for name, count in counts.items() if count) or "nothing waits")
            )
        jobs = count_jobs(session)
        oldest = oldest_waiting_at(session)
    click.echo("jobs: " + ", ".join(f"{state} {count:,}" for state, count in jobs.items()))
    if oldest is not None:
        click.echo(f"the oldest job has waited {(datetime.now(UTC) - oldest).total_seconds():,.0f} s")
