"""The installation that a command works on, opened only as far as the command needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from commentsvc.runtime import Runtime
    from commentsvc.settings import Settings
    from commentsvc.store.engine import Database


@dataclass(frozen=True, slots=True)
class Installation:
    """Opens settings, database and runtime; `paths` are the settings files that the command line names."""

    paths: tuple[Path, ...] = ()

    def settings(self) -> "Settings":
        """The settings. Raises SettingsError."""
        from commentsvc.settings import load_settings

        return load_settings(paths=self.paths)

    @contextmanager
    def any_database(self) -> Iterator["Database"]:
        """The database in whatever state it is."""
        from commentsvc.runtime import build_database

        db = build_database(self.settings())
        try:
            yield db
        finally:
            db.dispose()

    @contextmanager
    def database(self) -> Iterator["Database"]:
        """The database, at this release's schema. Ends the command with words when it is not."""
        with self.any_database() as db:
            check_schema(db)
            yield db

    @contextmanager
    def runtime(self) -> Iterator["Runtime"]:
        """All parts, on a database at this release's schema."""
        from commentsvc.runtime import build_runtime

        runtime = build_runtime(self.settings())
        try:
            check_schema(runtime.db)
            yield runtime
        finally:
            runtime.close()


def schema_difference(db: "Database") -> str | None:
    """What is wrong with the database's schema, in words; None when it is this release's."""
    from commentsvc.store.migrate import current_revision, head_revision

    with db.engine.connect() as connection:
        current = current_revision(connection)
    head = head_revision()
    if current == head:
        return None
    if current is None:
        return "the database is empty"
    return f"the database is at revision {current}, this release needs {head}"


def check_schema(db: "Database") -> None:
    """End the command with words when the database is not at this release's schema."""
    from commentsvc.cli.failures import Trouble

    wrong = schema_difference(db)
    if wrong:
        raise Trouble(f"{wrong[0].upper()}{wrong[1:]}. Run `commentsvc db upgrade`, after a backup.")


def upgrade_schema(db: "Database", revision: str = "head") -> None:
    """Bring the database to a revision, in one transaction."""
    from commentsvc.store.migrate import upgrade

    with db.engine.begin() as connection:
        upgrade(connection, revision)


pass_installation = click.make_pass_decorator(Installation, ensure=True)
