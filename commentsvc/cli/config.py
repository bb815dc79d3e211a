"""`commentsvc config`: the settings."""

import json

import click

from commentsvc.cli.installation import Installation, pass_installation


@click.group()
def config() -> None:
    """Check the settings."""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@pass_installation
def check(installation: Installation, *, as_json: bool) -> None:
    """Show the settings in force, from the defaults, the file and the environment. Secrets are masked."""
    from commentsvc.settings import masked

    shown = masked(installation.settings())
    if as_json:
        click.echo(json.dumps(shown, indent=1))
        return
    for section, values in shown.items():
        click.echo(f"[{section}]")
        for name, value in values.items():
            click.echo(f"{name} = {json.dumps(list(value) if isinstance(value, tuple) else value)}")
        click.echo()
