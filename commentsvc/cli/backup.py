"""`commentsvc backup` and `commentsvc restore`, for SQLite. PostgreSQL has tools of its own, and better ones."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import click

from commentsvc.cli.failures import Misuse, Trouble
from commentsvc.cli.installation import Installation, pass_installation
from commentsvc.cli.progress import progress

PAGES_AT_ONCE: Final = 4096
BUSY_S: Final = 10.0


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@pass_installation
def backup(installation: Installation, file: Path, *, force: bool) -> None:
    """Copy the database into FILE while the service goes on. The copy is one moment's state, checked before it gets its name."""
    source = _database_file(installation, "pg_dump --format=custom --file=FILE DATABASE")
    if file.exists() and not force:
        raise Misuse(f"{file} is there already. Choose another name, or say --force.")
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        with _opened(source) as database:
            _copy(database, unfinished, "copying pages")
        _check(unfinished)
        unfinished.replace(file)
    except OSError as error:
        raise Trouble(f"{file} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.confirmation_option("--yes", prompt="This replaces every comment, account and policy. Is the service stopped, and shall it go on?")
@pass_installation
def restore(installation: Installation, file: Path) -> None:
    """Put the copy in FILE in the database's place. What was there is kept beside it, as NAME.before-restore."""
    target = _database_file(installation, "pg_restore --clean --if-exists --dbname=DATABASE FILE")
    revision = _check(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        kept = target.with_name(f"{target.name}.before-restore")
        kept.unlink(missing_ok=True)
        with _opened(target) as database:
            _copy(database, kept, "keeping what is there")
    with _opened(file) as copy:
        _copy(copy, target, "copying pages")
    click.echo(f"{target} is restored, at schema revision {revision}. Run `commentsvc db upgrade` before you start the service.")


def _database_file(installation: Installation, instead: str) -> Path:
    from sqlalchemy import make_url

    url = make_url(installation.settings().database.url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Misuse(f"This is for SQLite. PostgreSQL is copied with its own tools: {instead}")
    return Path(url.database)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        raise Trouble(f"There is no database at {path}.")
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise Trouble(f"{path}: {error}") from error


def _copy(source: sqlite3.Connection, target: Path, title: str) -> None:
    total = int(source.execute("PRAGMA page_count").fetchone()[0])
    with closing(sqlite3.connect(target, timeout=BUSY_S, isolation_level=None)) as copy, progress(title, total) as advance:
        done = 0

        def report(status: int, remaining: int, pages: int) -> None:
            nonlocal done
            del status
            advance(max(0, pages - remaining - done))
            done = pages - remaining

        # Within one read transaction the copy is of one moment, and writers that go on do not make it start again.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        source.backup(copy, pages=PAGES_AT_ONCE, progress=report)
        source.execute("COMMIT")
        # One file, nothing beside it.
        copy.execute("PRAGMA journal_mode=DELETE")


def _check(path: Path) -> str:
    """The schema revision of a whole copy. Ends the command with words for anything else."""
    with _opened(path) as connection:
        found = connection.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise Trouble(f"{path} is damaged: {found}")
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone():
            raise Misuse(f"{path} is no database of this service.")
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(revision[0]) if revision else "none"
