"""`commentsvc audit`: the chains of who did what."""

import click

from commentsvc.cli.failures import Trouble
from commentsvc.cli.installation import Installation, pass_installation


@click.group()
def audit() -> None:
    """Check the audit chains."""


@audit.command()
@pass_installation
def verify(installation: Installation) -> None:
    """Read every chain from its first entry, and tell where one was changed or cut."""
    from commentsvc.services.audit import verify_audit_chains

    with installation.database() as db, db.reading() as session:
        broken = verify_audit_chains(session)
    if broken:
        raise Trouble("\n".join(f"Chain {one.chain} breaks at entry {one.no}." for one in broken))
    click.echo("Every chain is whole.")
