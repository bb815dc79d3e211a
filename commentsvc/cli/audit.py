"""`commentsvc audit`: the chains of who did what."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commentsvc.cli.failures import Misuse, Trouble
from commentsvc.cli.installation import Installation, pass_installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from commentsvc.domain.auditing import ChainEnd

_TIME = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])


@click.group()
def audit() -> None:
    """Check the audit chains, and write them out."""


@audit.command()
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Verify a chain that was written out.")
@pass_installation
def verify(installation: Installation, path: Path | None) -> None:
    """Read every chain from its first entry, and tell where one was changed or cut.

    With --file, a chain written out by `commentsvc audit export`: no database is needed. Compare what it says of the last entry with
    what the service, or an earlier export, says: a file cannot tell that its end was cut off.
    """
    from commentsvc.services.audit import verify_audit_chains

    if path is not None:
        end = _follow(path)
        if end.broken_at is not None:
            raise Trouble(f"The chain breaks at entry {end.broken_at:,}.")
        click.echo(f"Whole: {end.no:,} entries, the last with the hash {end.hash}.")
        return
    with installation.database() as db, db.reading() as session:
        broken = verify_audit_chains(session)
    if broken:
        raise Trouble("\n".join(f"Chain {one.chain} breaks at entry {one.no}." for one in broken))
    click.echo("Every chain is whole.")


@audit.command()
@click.option("--site", "site_key", help="The site's key; without it the chain of the installation itself.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write; '-' is the terminal.")
@click.option(
    "--format", "kind", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True, help="JSON lines can be verified."
)
@click.option("--actor", help="Only what they did: system, author:ID or account:ID.")
@click.option("--action", help="Only this kind of act, such as decision_reject.")
@click.option("--subject", help="Only what was done to this: comment:ID.")
@click.option("--since", type=_TIME, help="Only from this time (UTC) on.")
@click.option("--until", type=_TIME, help="Only before this time (UTC).")
@pass_installation
def export(  # noqa: PLR0913 - click passes each option by name
    installation: Installation,
    site_key: str | None,
    out: Path,
    kind: str,
    *,
    actor: str | None,
    action: str | None,
    subject: str | None,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Write a chain out, oldest entry first. A part of a chain can be read, but only a whole one verified."""
    from datetime import UTC

    from commentsvc.cli.progress import progress
    from commentsvc.store.queries.audit_log import EVERYTHING, AuditSearch, count_audit, read_audit
    from commentsvc.transfer.audit_export import write_csv, write_json_lines

    times = (since and since.replace(tzinfo=UTC), until and until.replace(tzinfo=UTC))
    search = AuditSearch(actor, action, subject, *times)
    with installation.database() as db, db.reading() as session:
        chain = _chain_of(session, site_key)
        total = count_audit(session, [chain])[chain]
        lines = read_audit(session, chain, search)
        written = 0
        with click.open_file(str(out), "w", encoding="utf-8") as file, progress("writing entries", total) as advance:
            for text in write_csv(lines) if kind == "csv" else write_json_lines(chain, lines, is_whole=search == EVERYTHING):
                file.write(text)
                written += 1
                advance(1)
    if str(out) != "-":
        click.echo(f"{written - 1:,} of {total:,} entries are in {out}.")


def _follow(path: Path) -> "ChainEnd":
    from commentsvc.transfer.audit_export import NotAnExportError, follow_export

    try:
        with path.open(encoding="utf-8") as file:
            return follow_export(file)
    except (NotAnExportError, UnicodeDecodeError) as error:
        raise Misuse(f"{path} cannot be verified. {error if isinstance(error, NotAnExportError) else ''}".strip()) from error


def _chain_of(session: "Session", site_key: str | None) -> str:
    from commentsvc.services.audit import INSTALLATION
    from commentsvc.store.queries.sites import get_site

    return INSTALLATION if site_key is None else get_site(session, site_key).id
