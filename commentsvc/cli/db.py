"""`commentsvc db`: the database's schema."""

from collections.abc import Callable

import click

from commentsvc.cli.installation import Installation, pass_installation, upgrade_schema


@click.group()
def db() -> None:
    """Bring the database to this release's schema. Make a backup first."""


@db.command()
@click.option("--to", "revision", default="head", show_default=True, help="The revision to go to.")
@pass_installation
def upgrade(installation: Installation, revision: str) -> None:
    """Run the migrations that are missing."""
    with installation.any_database() as database:
        _migrate(lambda: upgrade_schema(database, revision))
    _tell(installation)


@db.command()
@click.option("--to", "revision", required=True, help="The revision to go back to; `base` empties the database.")
@click.confirmation_option(prompt="Going back can delete data. Is there a backup, and shall it go on?")
@pass_installation
def downgrade(installation: Installation, revision: str) -> None:
    """Take migrations back."""
    from commentsvc.store.migrate import downgrade as take_back

    with installation.any_database() as database, database.engine.begin() as connection:
        _migrate(lambda: take_back(connection, revision))
    _tell(installation)


@db.command()
@pass_installation
def current(installation: Installation) -> None:
    """Show the database's revision and this release's."""
    _tell(installation)


def _migrate(run: Callable[[], None]) -> None:
    from alembic.util.exc import CommandError

    from commentsvc.cli.failures import Misuse

    try:
        run()
    except CommandError as error:
        raise Misuse(f"There is no such revision: {error}") from error


def _tell(installation: Installation) -> None:
    from commentsvc.store.migrate import current_revision, head_revision

    with installation.any_database() as database, database.engine.connect() as connection:
        click.echo(f"The database is at {current_revision(connection) or 'no revision: it is empty'}; this release's is {head_revision()}.")
