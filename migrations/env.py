"""Runs migrations on the connection that `commentsvc db upgrade` (or a test) gives."""

from alembic import context
from sqlalchemy import Connection, text

LOCK_TIMEOUT_MS = 5_000
STATEMENT_TIMEOUT_MS = 600_000
ADVISORY_LOCK = 7_233_904_172


def run(connection: Connection) -> None:
    """Migrate in the caller's transaction, one process at a time on PostgreSQL."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        # A migration that cannot get its lock soon must fail, not queue in front of every other query.
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
        connection.execute(text(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    context.configure(connection=connection, render_as_batch=is_sqlite, transactional_ddl=True, transaction_per_migration=False)
    context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is None:
    msg = "migrations run through `commentsvc db upgrade`"
    raise RuntimeError(msg)
run(connection)
