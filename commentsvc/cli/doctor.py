"""`commentsvc doctor`: looks for whatever could be wrong, and says what to do."""

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from commentsvc.cli.failures import plain_failure
from commentsvc.cli.installation import Installation, pass_installation, schema_difference

if TYPE_CHECKING:
    from commentsvc.settings import Settings

LEAST_FREE: Final = 1_000_000_000
FIRST_RELEASE: Final = datetime(2026, 1, 1, tzinfo=UTC)
CLOCK_TOLERANCE: Final = timedelta(seconds=5)
_SAMPLE: Final = ("You are all so kind here.", "I will find you and hurt you, you worthless idiot.")


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, how it came out, what was seen, and what to do about it."""

    what: str
    state: State
    seen: str
    advice: str = ""


@click.command()
@pass_installation
def doctor(installation: Installation) -> None:
    """Look for whatever could be wrong, and say what to do. Ends with 1 when something must be put right, 2 for the settings."""
    try:
        settings = installation.settings()
    except Exception as error:
        told = plain_failure(error)
        if told is None:
            raise
        _show(Finding("settings", State.FAIL, told.message, "put it right; `commentsvc config check` shows the rest"))
        raise SystemExit(2) from error
    findings = []
    for finding in _findings(installation, settings):
        _show(finding)
        findings.append(finding)
    if any(finding.state is State.FAIL for finding in findings):
        raise SystemExit(1)


def _show(finding: Finding) -> None:
    colour = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}[finding.state]
    click.echo(f"{click.style(f'{finding.state.value:5}', fg=colour)} {finding.what:12} {finding.seen}")
    if finding.advice:
        click.echo(f"{'':18} -> {finding.advice}")


def _findings(installation: Installation, settings: "Settings") -> Iterator[Finding]:
    yield Finding("settings", State.OK, f"in force; {'file ' + str(installation.paths[0]) if installation.paths else 'no file named'}")
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("secret key", lambda: _secret_key(settings)),
        ("database", lambda: _database(installation, settings)),
        ("disk", lambda: _disk(settings)),
        ("scorer", lambda: _scorer(settings)),
        ("worker", lambda: _worker(settings)),
        ("redis", lambda: _redis(settings)),
        ("mail", lambda: _mail(settings)),
        ("clock", lambda: _clock(installation)),
        ("port", lambda: _port(settings)),
    )
    for what, check in checks:
        try:
            yield check()
        except Exception as error:
            told = plain_failure(error)
            if told is None and not isinstance(error, OSError | click.ClickException):
                raise
            yield Finding(what, State.FAIL, told.message if told else str(error))


def _secret_key(settings: "Settings") -> Finding:
    from commentsvc.settings import load_secret_key

    if settings.secrets.key:
        load_secret_key(settings)
        return Finding("secret key", State.OK, "from the settings or the environment")
    path = Path(settings.secrets.key_file)
    if not path.exists():
        return Finding(
            "secret key", State.WARN, f"{path} is not there", "it is made at the first start; then keep a copy with your backups"
        )
    load_secret_key(settings)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding("secret key", State.WARN, f"{path} can be read by others (mode {mode:o})", f"chmod 600 {path}")
    return Finding("secret key", State.OK, str(path))


def _database(installation: Installation, settings: "Settings") -> Finding:
    from sqlalchemy import text

    with installation.any_database() as db:
        began = time.perf_counter()
        with db.engine.connect() as connection:
            version = connection.execute(text("SELECT sqlite_version()" if db.is_sqlite else "SHOW server_version")).scalar_one()
            journal = connection.execute(text("PRAGMA journal_mode")).scalar_one() if db.is_sqlite else None
        took_ms = (time.perf_counter() - began) * 1000
        wrong = schema_difference(db)
    if wrong:
        return Finding("database", State.FAIL, wrong, "commentsvc db upgrade, after a backup")
    name = f"{'SQLite' if journal else 'PostgreSQL'} {version}, at this release's schema, {took_ms:.0f} ms"
    if journal and journal != "wal":
        return Finding("database", State.FAIL, f"{name}, journal mode {journal}", "its folder must be writable, and not on a network drive")
    if journal and not settings.database.sqlite_full_sync:
        advice = "database.sqlite_full_sync = true keeps the last moments through a power cut"
        return Finding("database", State.OK, f"{name}, WAL", advice)
    return Finding("database", State.OK, name)


def _disk(settings: "Settings") -> Finding:
    if not settings.database.url.startswith("sqlite:///"):
        return Finding("disk", State.OK, "the database is elsewhere")
    folder = Path(settings.database.url.removeprefix("sqlite:///")).parent
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        return Finding("disk", State.FAIL, f"{folder} cannot be written", "give it to the user that runs the service")
    if free < LEAST_FREE:
        return Finding("disk", State.WARN, f"{free / 1e6:,.0f} MB free in {folder}", "make room: a full disk refuses comments")
    return Finding("disk", State.OK, f"{free / 1e9:,.1f} GB free in {folder}")


def _scorer(settings: "Settings") -> Finding:
    from commentsvc.scoring.batching import BatchingScorer
    from commentsvc.scoring.registry import build_configured_scorer

    scorer = BatchingScorer(build_configured_scorer(settings.scorer))
    scorer.warm()
    began = time.perf_counter()
    scorer.score(_SAMPLE)
    took_ms = (time.perf_counter() - began) * 1000 / len(_SAMPLE)
    scorer.close()
    seen = f"{scorer.version.id} ({settings.scorer.engine}), {took_ms:.1f} ms a text"
    if settings.scorer.engine == "fake":
        return Finding("scorer", State.WARN, seen, 'it only looks for words: scorer.engine = "shipped"')
    if took_ms > settings.scorer.budget_ms:
        advice = "comments will wait for a worker: raise scorer.budget_ms, or take a smaller scorer"
        return Finding("scorer", State.WARN, f"{seen}, more than scorer.budget_ms", advice)
    return Finding("scorer", State.OK, seen)


def _worker(settings: "Settings") -> Finding:
    if settings.worker.waker == "celery" and not settings.redis.url:
        return Finding("worker", State.FAIL, 'worker.waker is "celery", but redis.url is empty', "set redis.url")
    if settings.worker.embedded:
        return Finding("worker", State.OK, "a thread of the server")
    how = "Celery" if settings.worker.waker == "celery" else "`commentsvc worker`"
    return Finding("worker", State.OK, f"{how}, which must run beside the server")


def _redis(settings: "Settings") -> Finding:
    if not settings.redis.url:
        return Finding("redis", State.OK, "not used")
    import redis

    client = redis.Redis.from_url(settings.redis.url, socket_connect_timeout=3, socket_timeout=3)
    try:
        began = time.perf_counter()
        client.ping()
        return Finding("redis", State.OK, f"answers in {(time.perf_counter() - began) * 1000:.0f} ms")
    except redis.RedisError as error:
        return Finding("redis", State.FAIL, f"does not answer: {error}", "start it, or correct redis.url")
    finally:
        client.close()


def _mail(settings: "Settings") -> Finding:
    from commentsvc.integrations.mailer import Mailer, MailError, MailServer

    mail = settings.mail
    if not mail.host:
        return Finding("mail", State.OK, "not used: readers are not told of replies by e-mail")
    server = Mailer(MailServer(mail.host, mail.port, mail.security, mail.username, mail.password_file, mail.sender))
    try:
        with server.open():
            return Finding("mail", State.OK, f"{mail.host}:{mail.port} takes letters from {mail.sender}")
    except MailError as error:
        advice = {"connection": "correct mail.host, mail.port and mail.security", "sign-in": "correct mail.username and mail.password_file"}
        return Finding("mail", State.FAIL, f"{mail.host}:{mail.port}: no {error.code}", advice[error.code])


def _clock(installation: Installation) -> Finding:
    now = datetime.now(UTC)
    if now < FIRST_RELEASE:
        return Finding("clock", State.FAIL, f"says {now:%Y-%m-%d %H:%M} UTC, before this software was made", "set the clock")
    from sqlalchemy import text

    with installation.any_database() as db:
        if db.is_sqlite:
            return Finding("clock", State.OK, f"{now:%Y-%m-%d %H:%M} UTC")
        with db.engine.connect() as connection:
            theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs(theirs - datetime.now(UTC))
    if apart > CLOCK_TOLERANCE:
        seen = f"the database's clock is {apart.total_seconds():.0f} s away from this machine's"
        return Finding("clock", State.WARN, seen, "leases depend on it: synchronise both")
    return Finding("clock", State.OK, f"{now:%Y-%m-%d %H:%M} UTC, as the database's")


def _port(settings: "Settings") -> Finding:
    from commentsvc.cli.one_process import check_port_free
    from commentsvc.cli.serving import is_ready

    try:
        check_port_free(settings.server)
    except click.ClickException as error:
        if is_ready(settings.server):
            return Finding("port", State.OK, f"this service answers at {settings.server.host}:{settings.server.port}")
        return Finding("port", State.FAIL, error.message, "set server.port, or stop what listens there")
    return Finding("port", State.OK, f"{settings.server.host}:{settings.server.port} is free")
