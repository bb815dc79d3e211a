"""Bring a database to the schema of this release, and tell whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import commentsvc


def migrations_folder() -> Path:
    """Where the migrations are: inside the package when it was installed from a wheel, beside it in a checkout."""
    package = Path(commentsvc.__file__).parent
    packed = package / "_migrations"
    return packed if packed.is_dir() else package.parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our folder, working on `connection` when one is given."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    return config


def head_revision() -> str:
    """The newest revision of this release."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        msg = "the migrations folder holds no revision"
        raise RuntimeError(msg)
    return head


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at, or None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision`. The caller holds a transaction on `connection` and commits."""
    command.upgrade(alembic_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the migrations back down to `revision` ('base' empties the database). The caller commits."""
    command.downgrade(alembic_config(connection), revision)
