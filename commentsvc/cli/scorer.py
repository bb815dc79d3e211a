"""`commentsvc scorer`: make scorers, list them, measure them."""

from pathlib import Path

import click

from commentsvc.cli.evaluate import behave, evaluate
from commentsvc.cli.scorer_install import DEFAULT_PLACE, echo_installed, install
from commentsvc.cli.scorer_serve import serve_scorer
from commentsvc.cli.scorer_train import adapt, export, train
from commentsvc.domain.ports import ScorerUnavailableError


@click.group()
def scorer() -> None:
    """Train, export, list and measure scorers."""


@scorer.command("list")
@click.option("--at", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_PLACE, show_default=True, help="Where scorers are.")
def list_scorers(at: Path) -> None:
    """Show the scorer that ships in the package and those that are installed: labels, languages, digest, bands."""
    from commentsvc.scoring.scorer_files import MODEL, read_description
    from commentsvc.scoring.shipped_scorer import SHIPPED_DIRECTORY

    try:
        found = read_description(SHIPPED_DIRECTORY)
    except ScorerUnavailableError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{found.name}  engine shipped  languages {', '.join(found.languages)}  preparation {found.preparation}")
    click.echo(f"  SHA-256 {found.digests.get(MODEL)}")
    for label in found.labels:
        band = found.recommended_bands.get(label)
        click.echo(f"  {label:16}" + (f" review from {band.review_at}  hold from {band.hold_at}" if band else ""))
    echo_installed(at)


scorer.add_command(train)
scorer.add_command(adapt)
scorer.add_command(export)
scorer.add_command(evaluate)
scorer.add_command(behave)
scorer.add_command(install)
scorer.add_command(serve_scorer)
