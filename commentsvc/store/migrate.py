"""Bring a database to the schema of this release, and tell whether it is there."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

import commentsvc

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is loaded when there is something to migrate: every start of the server asks only whether there is.


def migrations_folder() -> Path:
    """Where the migrations are: inside the package when it was installed from a wheel, beside it in a checkout."""
    package = Path(commentsvc.__file__).parent
    packed = package / "_migrations"
    return packed if packed.is_dir() else package.parent / "migrations"


def alembic_config(connection: Connection | None = None) -> "Config":
    """Alembic's configuration for our folder, working on `connection` when one is given."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    return config


def head_revision() -> str:
    """The newest revision of this release, as the migrations' HEAD file names it; a test holds it against the revisions themselves."""
    return (migrations_folder() / "HEAD").read_text(encoding="ascii").strip()


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at, or None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision`. The caller holds a transaction on `connection` and commits."""
    from alembic import command  # noqa: PLC0415 - see above

    command.upgrade(alembic_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the migrations back down to `revision` ('base' empties the database). The caller commits."""
    from alembic import command  # noqa: PLC0415 - see above

    command.downgrade(alembic_config(connection), revision)
