"""`commentsvc suggestions`: what moderators elsewhere said of texts, through the Perspective API's protocol."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from commentsvc.cli.failures import Misuse
from commentsvc.cli.installation import Installation, pass_installation

_KEY = click.option("--key", "source", help="Only what came with the key of this name.")


@click.group()
def suggestions() -> None:
    """See, write out and forget what moderators of other systems decided about texts that were scored here."""


@suggestions.command("list")
@pass_installation
def list_all(installation: Installation) -> None:
    """List the keys that have said something: texts, how many of them were rejected, how many have their scores."""
    from commentsvc.store.queries.suggestions import list_sources

    with installation.database() as db, db.reading() as session:
        for line in list_sources(session):
            click.echo(f"{line.source:24} {line.texts:>8,} texts {line.rejected:>8,} rejected {line.scored:>8,} scored")


@suggestions.command()
@_KEY
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write; '-' is the terminal.")
@pass_installation
def export(installation: Installation, source: str | None, out: Path) -> None:
    """Write texts, judgements and scores out as JSON lines, those that came last first."""
    from commentsvc.store.queries.suggestions import iterate_suggestions

    written = 0
    with installation.database() as db, db.reading() as session, click.open_file(str(out), "w", encoding="utf-8") as file:
        for line in iterate_suggestions(session, source):
            told = asdict(line) | {name: getattr(line, name).isoformat() for name in ("created_at", "updated_at")}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
            written += 1
    if str(out) != "-":
        click.echo(f"{written:,} texts are in {out}.")


@suggestions.command()
@click.option("--key", "source", required=True, help="The name of the key.")
@pass_installation
def quality(installation: Installation, source: str) -> None:
    """Tell what each cut-off does: how many of the texts that moderators rejected lie above it, and how many that they approved."""
    from commentsvc.domain.suggestions import judge_cut_offs
    from commentsvc.scoring.scales import scales_for
    from commentsvc.store.queries.suggestions import iterate_judged

    with installation.runtime() as runtime, runtime.db.reading() as session:
        version = runtime.scorer.version
        found = judge_cut_offs(iterate_judged(session, source, version.id), scales_for(runtime.settings, version.digest))
    click.echo(f"{found.rejected:,} rejected and {found.approved:,} approved texts, scored by {version.id}; intervals of 95 %.")
    for line in found.lines:
        caught, wrongly = line.caught, line.wrongly
        click.echo(
            f"{line.attribute:18} above {line.cut_off:g}:  caught {caught.value:6.1%} ({caught.low:.1%} to {caught.high:.1%})"
            f"  wrongly {wrongly.value:6.1%} ({wrongly.low:.1%} to {wrongly.high:.1%})"
        )


@suggestions.command()
@_KEY
@click.option("--token", "client_token", help="Only the text that the client calls so, such as comment:ID of Coral.")
@pass_installation
def forget(installation: Installation, source: str | None, client_token: str | None) -> None:
    """Delete texts and judgements: all of a key, or those of one text, for instance when its author wants it erased."""
    from commentsvc.services.suggesting import Forgetting, forget_suggestions

    if source is None and client_token is None:
        raise Misuse("Say which ones: --key, --token, or both.")
    with installation.database() as db, db.transaction() as session:
        gone = forget_suggestions(session, Forgetting(source, client_token), None, datetime.now(UTC))
    click.echo(f"{gone:,} texts are deleted.")
