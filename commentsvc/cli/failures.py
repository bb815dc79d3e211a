"""Trouble in one plain sentence. Status 2: the command line or the settings do not fit; 1: it fits, and something went wrong."""

import sys
from typing import Final

import click

from commentsvc.domain.errors import DomainError, InvalidError
from commentsvc.domain.ports import ScorerUnavailableError
from commentsvc.settings import SettingsError

_SHOWN_FIELDS: Final = 20


class Misuse(click.ClickException):
    """What was asked for, or a setting, does not fit."""

    exit_code = 2


class Trouble(click.ClickException):
    """What was asked for is in order; it could not be done."""

    exit_code = 1


def plain_failure(error: Exception) -> click.ClickException | None:
    """The sentence for an error that was to be expected; None for any other, which deserves its traceback."""
    if isinstance(error, SettingsError):
        return Misuse(str(error))
    if isinstance(error, InvalidError):
        fields = [f"  {field.pointer or '/'}: {field.detail}" for field in error.fields[:_SHOWN_FIELDS]]
        return Misuse("\n".join([error.detail, *fields]))
    if isinstance(error, DomainError):
        return Trouble(error.detail)
    if isinstance(error, ScorerUnavailableError):
        return Trouble(f"The scorer does not answer: {error}")
    return _storage_failure(error) or _import_failure(error)


def _storage_failure(error: Exception) -> click.ClickException | None:
    # Where SQLAlchemy has not been loaded, nothing of it can have been raised.
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError

    from commentsvc.store.engine import SerializationError, StorageUnavailableError

    if isinstance(error, StorageUnavailableError):
        cause = error.__cause__
        why = str(getattr(cause, "orig", None) or error).strip().splitlines()[0]
        return Trouble(f"The database does not answer: {why}")
    if isinstance(error, OperationalError | InterfaceError):
        return Trouble(f"The database does not answer: {str(error.orig).strip().splitlines()[0]}")
    if isinstance(error, SerializationError):
        return Trouble("Another process was changing the same data. Try again.")
    if isinstance(error, ArgumentError | NoSuchModuleError):
        return Misuse("database.url is not an address of SQLite or PostgreSQL")
    return None


def _import_failure(error: Exception) -> click.ClickException | None:
    if isinstance(error, ModuleNotFoundError) and error.name in _EXTRAS:
        return Misuse(f"{error.name} is not installed: install commentsvc with the extra `{_EXTRAS[error.name]}`")
    return None


_EXTRAS: Final = {
    "psycopg": "postgres",
    "celery": "celery",
    "redis": "celery",
    "kombu": "celery",
    "torch": "detoxify",
    "detoxify": "detoxify",
}
